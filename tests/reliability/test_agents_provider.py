"""Agents through the real gateway, its child and HTTP: tools both ways, and their bounds."""

import json

import pytest
import pytest_asyncio

from octoprompt.llm.gateway import Gateway
from octoprompt.llm.request import Limits
from support.asking import KEY, line, provider
from support.chatting import chatting
from support.provider import TEXT, tool_call
from support.server import make_repository

__all__ = ["line", "provider"]
pytestmark = pytest.mark.asyncio(loop_scope="module")
AMPLE = Limits(first_token_s=30, gap_s=20, total_s=60, backoff_s=0.01)
BLOCK = "shop/prices.py\n<<<<<<< SEARCH\n{}\n=======\n{}\n>>>>>>> REPLACE\n"
HUNK = BLOCK.format("    return {'apple': 3}[item]", "    return {'apple': 4}[item]")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def window(tmp_path_factory, line):
    """A window whose models are behind the real gateway."""
    folder = tmp_path_factory.mktemp("provider")
    async with chatting(folder, make_repository(folder / "shop")) as window:
        window.app.gateway = Gateway(line, AMPLE)
        yield window


@pytest_asyncio.fixture(loop_scope="module", params=["openai", "custom"])
async def at(request, window, provider):
    """The provider, once as one that knows tools and once as one that may not."""
    await window(
        "providers/configure", id="local", kind=request.param, baseUrl=provider.url, model="script"
    )
    await window("providers/setKey", id="local", key=KEY)
    provider.kind = request.param
    return provider


def call(provider, called, /, **arguments):
    """Give a message that calls a tool, in the provider's own way or in a block."""
    if provider.kind == "openai":
        asked = tool_call(f"c{len(provider.script)}", called, json.dumps(arguments))
        return {"tool_calls": [asked]}
    block = json.dumps({"name": called, "arguments": arguments})
    return {"content": f"I look.\n\n```tool\n{block}\n```"}


async def test_a_model_looks_and_changes_code(window, at):
    """Two looks and an answer: results go back, the edit is proposed, use and steps are counted."""
    at.script += [
        call(at, "find_symbols", query="price_of"),
        call(at, "read_file", path="shop/prices.py"),
        {"content": f"I raise it.\n\n{HUNK}"},
    ]
    ended = await window("agents/run", kind="code", request="Raise the price of apples")
    assert (ended["status"], ended["edits"], ended["text"]) == ("complete", 1, "I raise it.")
    assert (ended["usage"]["steps"], ended["usage"]["promptTokens"]) == (3, 36)
    first, second, third = at.chats("script")
    assert bool(first.body.get("tools")) == (at.kind == "openai")
    roles = [message["role"] for message in third.body["messages"]]
    answers = ["assistant", "tool" if at.kind == "openai" else "user"]
    assert roles == ["system", "user", *answers, *answers]
    assert "shop/prices.py" in json.dumps(second.body["messages"][-1])
    assert "def price_of" in json.dumps(third.body["messages"][-1])


async def test_a_plan_is_mended_or_asked_for_again(window, at):
    """An answer that broke off is asked for again; one with remarks and commas too many is not."""
    plan = {"summary": "All.", "steps": [{"title": "Do", "paths": ["shop/cart.py"]}]}
    spoilt = "Sure:\n" + json.dumps(plan).replace("}", ",}") + "\nShall I?"
    at.script += [{"content": json.dumps(plan)[:40]}, {"content": spoilt}]
    ended = await window("agents/run", kind="plan", request="Sell pears")
    assert [step["title"] for step in ended["steps"]] == ["Do"]
    assert ended["usage"]["steps"] == 2
    assert (
        "not the JSON that was asked for" in at.chats("script")[1].body["messages"][-1]["content"]
    )


async def test_a_model_that_always_calls_tools_is_stopped(window, at):
    """By the rounds of one dialogue, and before that by the steps or tokens of the run."""
    for budget, n_steps, told in (({}, 25, "25 times"), ({"steps": 3}, 3, "3 steps"),
                                  ({"tokens": 60}, 4, "60 tokens")):  # fmt: skip
        at.script[:] = [call(at, "list_files", path="")] * 60
        asked = len(at.chats("script"))
        ended = await window("agents/run", kind="ask", request="Loop", budget=budget)
        assert (ended["status"], ended["usage"]["steps"]) == ("failed", n_steps)
        assert told in ended["problem"]
        assert len(at.chats("script")) - asked == n_steps
    at.script.clear()


@pytest.mark.parametrize("arguments", ["{", "[]", '{"path": 7}', '{"path": "../x"}', "", "null"])
async def test_broken_calls_are_answered_in_words(window, at, arguments):
    """The model is told what was wrong, and goes on."""
    if at.kind == "openai":
        at.script.append({"tool_calls": [tool_call("c", "read_file", arguments)]})
    else:
        at.script.append({"content": f"```tool\n{arguments or '?'}\n```"})
    at.script.append({"content": TEXT})
    ended = await window("agents/run", kind="ask", request="Read")
    assert (ended["status"], ended["summary"]) == ("complete", TEXT)
    assert "error:" in json.dumps(at.chats("script")[-1].body["messages"][-1])


@pytest.mark.parametrize(
    ("kind", "base"),
    [
        *((kind, "/v1") for kind in ("openai", "groq", "openrouter", "xai", "together")),
        ("anthropic", ""),
        ("gemini", "/v1beta"),
    ],
)
async def test_every_kind_is_sent_the_tools(window, provider, kind, base):
    """In its own protocol, and it answers."""
    await window(
        "providers/configure", id="local", kind=kind, baseUrl=provider.root + base, model="ok"
    )
    await window("providers/setKey", id="local", key=KEY)
    ended = await window("agents/run", kind="ask", request="What is it?")
    assert (ended["status"], ended["summary"]) == ("complete", TEXT)
    (sent,) = (asked for asked in provider.requests if asked.method == "POST")
    assert "find_symbols" in json.dumps(sent.body["tools"])
