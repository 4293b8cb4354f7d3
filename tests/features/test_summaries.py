"""Summaries through the endpoint: found by what is in a file now."""

import pytest

from octoprompt.agents.instructions import VERSION
from octoprompt.llm.scripted import Said
from octoprompt.workspace.text import content_hash
from support.chatting import modelled
from support.indexing import served
from support.server import make_repository


@pytest.fixture
async def call(tmp_path):
    """The handlers over a small repository, with a summary of one file."""
    root = make_repository(tmp_path / "shop")
    cart = content_hash((root / "shop/cart.py").read_bytes())
    async with served(root, tmp_path) as handlers:
        await handlers.app.store.summaries.put(cart, "small", VERSION, "Carts.")
        yield handlers


async def texts(call, *paths):
    """Give the summaries of files by path."""
    found = await call("summaries/get", paths=paths)
    return {summary["path"]: summary["text"] for summary in found["summaries"]}


async def test_a_summary_is_found_by_the_content(call, tmp_path):
    """A copy has it too; a changed file has none, and has it again when it is changed back."""
    found = await call("summaries/get", paths=["shop/cart.py", "shop/prices.py", "gone.py"])
    assert [(s["path"], s["text"], s["model"]) for s in found["summaries"]] == [
        ("shop/cart.py", "Carts.", "small")
    ]
    assert (found["missing"], found["unreadable"]) == (["shop/prices.py"], ["gone.py"])
    cart = tmp_path / "shop/shop/cart.py"
    text = cart.read_text()
    (tmp_path / "shop/copy.py").write_text(text)
    cart.write_text("changed")
    assert await texts(call, "shop/cart.py", "copy.py") == {"copy.py": "Carts."}
    cart.write_text(text)
    assert await texts(call, "shop/cart.py") == {"shop/cart.py": "Carts."}


async def test_the_newest_of_several_is_given(call, tmp_path):
    """Another model's, or the same with other instructions; a second one replaces its first."""
    cart = content_hash((tmp_path / "shop/shop/cart.py").read_bytes())
    summaries = call.app.store.summaries
    await summaries.put(cart, "large", "1", "Better.")
    assert await texts(call, "shop/cart.py") == {"shop/cart.py": "Better."}
    await summaries.put(cart, "small", "next", "Newer.")
    await summaries.put(cart, "small", "next", "Newest.")
    assert await texts(call, "shop/cart.py") == {"shop/cart.py": "Newest."}
    assert (await summaries.get([cart], "1"))[cart].text == "Better."
    assert (await call("summaries/clear", paths=["shop/cart.py"]))["cleared"] == 3


async def test_clearing_forgets_what_is_named_or_all(call):
    """Files without a summary do not matter."""
    await call.app.store.summaries.put("cd" * 16, "small", "1", "Of another file.")
    assert (await call("summaries/clear", paths=["shop/prices.py"]))["cleared"] == 0
    assert (await call("summaries/clear", paths=["shop/cart.py"]))["cleared"] == 1
    assert await texts(call, "shop/cart.py") == {}
    assert (await call("summaries/clear"))["cleared"] == 1


async def test_a_model_summarises_what_has_no_summary(call):
    """What is known is not paid for again."""
    script = await modelled(call, Said('{"purpose": "Prices."}'), Said("A shop."))
    made = await call("summaries/generate", paths=["shop/cart.py", "shop/prices.py"])
    assert made["text"].startswith("A shop.")
    assert await texts(call, "shop/cart.py", "shop/prices.py") == {
        "shop/cart.py": "Carts.", "shop/prices.py": "Prices.",
    }  # fmt: skip
    script.assert_used()
