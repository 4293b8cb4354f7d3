"""What a run is estimated to cost, against what it costs with a provider that counts.

The provider counts as providers do: every message with its frame, tools, schemas, and its answer.
Its answers are as long as those of models usually are; how often one looks with tools before it
answers nobody can foretell, so here none does.
"""

import json
import shutil
from dataclasses import asdict
from pathlib import Path

import pytest
import pytest_asyncio

import octoprompt
from octoprompt.llm.answer import TextDelta, Usage
from octoprompt.llm.gateway import Gateway
from octoprompt.llm.line import Ending
from octoprompt.llm.scripted import Script
from support.chatting import chatting
from support.server import git, make_repository

pytestmark = pytest.mark.asyncio(loop_scope="module")
NEAR = 0.15
FRAME = 4
STEP = {
    "title": "Refuse a second answer while the first one is being written",
    "description": "Look whether the gateway has one in flight for this conversation, and say so in"
    " words that a person understands, with what to do next. The line stays as it is.",
    "paths": ["llm/gateway.py", "llm/line.py", "llm/errors.py"],
}
SENTENCE = "The gateway tries a request again where that makes sense, see llm/retries.py:12. "
ANSWERS = {
    "ask": SENTENCE * 27,
    "plan": json.dumps({"summary": SENTENCE * 3, "steps": [STEP] * 10}),
    "code": SENTENCE * 70,
    "suggestFiles": json.dumps({"paths": [f"llm/module_of_the_gateway_{n}.py" for n in range(17)]}),
    "generateTasks": json.dumps({"tasks": [STEP] * 8}),
    "suggestPrompts": json.dumps({"ids": ["0f" * 16] * 2}),
    "optimizePrompt": SENTENCE * 22,
    "commitMessage": "llm: try again once\n\n" + SENTENCE * 3,
    "review": SENTENCE * 32,
}
SUMMARY = {
    "purpose": "Reads what models write, and judges whether an answer came to its end.",
    "exports": ["Gateway", "Completion", "complete", "open", "items", "broken_off"],
    "facts": [SENTENCE, "Nothing here imports litellm.", "A cancelled request is counted."] * 2,
}
PARAMS = {
    "generateTasks": {"request": ""},
    "optimizePrompt": {"request": "Explain {{ file }} to a newcomer, " + SENTENCE * 6},
    "commitMessage": {"request": ""},
    "review": {"request": ""},
    "summarize": {"request": "", "paths": ["llm"]},
}


class Counting(Script):
    """A line to a model that counts its tokens as providers do."""

    def __init__(self, counter):
        super().__init__()
        self.counter = counter
        self.kind = ""

    async def attempt(self, request, key, limits):
        """Give the usual answer of the kind, and what it took."""
        del key, limits
        texts = [m.content for m in request.messages]
        texts += [json.dumps(asdict(tool)) for tool in request.tools]
        if request.options.schema is not None:
            texts.append(json.dumps(request.options.schema))
        answer = ANSWERS.get(self.kind, SENTENCE * 20)
        if self.kind == "summarize" and request.options.schema is not None:
            answer = json.dumps(SUMMARY)
        *asked, given = (await self.counter.count([*texts, answer], request.model)).tokens
        yield TextDelta(answer)
        usage = Usage(prompt=sum(asked) + FRAME * len(request.messages), completion=given)
        yield Ending(finish_reason="stop", is_marked=True, usage=usage)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def counted(tmp_path_factory):
    """A window on real sources, with a change, and a provider with tools and prices."""
    folder = tmp_path_factory.mktemp("estimates")
    root = make_repository(folder / "shop", {"README.md": "# Gateway\n"})
    shutil.copytree(Path(octoprompt.__file__).parent / "llm", root / "llm",
                    ignore=shutil.ignore_patterns("__pycache__"))  # fmt: skip
    git(root, "add", "--all")
    git(root, "commit", "-qm", "sources")
    changed = (root / "llm/gateway.py").read_text("utf-8").replace("problem", "trouble")
    (root / "llm/gateway.py").write_text(changed, "utf-8")
    async with chatting(folder, root) as window:
        prices = {"contextWindow": 200_000, "inputPrice": 2, "outputPrice": 8}
        await window(
            "providers/configure", id="local", kind="openai", model="gpt-4.1",
            models=[{"id": "gpt-4.1", **prices}],
        )  # fmt: skip
        line = Counting(window.app.tokens)
        window.app.gateway = Gateway(line)
        await window("providers/setKey", id="local", key="k" * 20)
        yield window, line


@pytest.mark.parametrize("kind", [*ANSWERS, "summarize"])
async def test_an_estimate_is_near_what_a_run_costs(counted, kind):
    """Within 15 % for every kind; nothing is asked for an estimate, and nothing kept."""
    window, line = counted
    params = {
        "request": "Refuse a second answer while one is being written",
        **PARAMS.get(kind, {}),
    }
    if kind == "generateTasks":
        ticket = await window("tickets/create", title="One answer at a time", overview=SENTENCE)
        params["ticketId"] = ticket["id"]
    if kind == "suggestPrompts":
        for n in range(30):
            text = {"content": "c", "description": SENTENCE}
            await window("prompts/create", name=f"Review {n}", **text)
    estimate = await window("agents/estimate", kind=kind, **params)
    line.kind = kind
    ended = await window("agents/run", kind=kind, **params)
    used = ended["usage"]
    assert ended["status"] == "complete"
    error = estimate["costUsd"] / used["costUsd"] - 1
    print(  # noqa: T201 - the figures are what this is for
        f"{kind}: {used['promptTokens']} + {used['completionTokens']} tokens,"
        f" {used['costUsd']:.5f} USD; estimate {estimate['promptTokens']} +"
        f" {estimate['completionTokens']}, {error:+.1%}"
    )
    assert estimate["questions"] == used["steps"]
    assert abs(error) < NEAR
