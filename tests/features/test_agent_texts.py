"""What each agent's model is sent, word for word, with its tokens: a change here is a decision.

`OCTOPROMPT_UPDATE_SNAPSHOTS=1 pytest tests/features/test_agent_texts.py` writes them anew.
"""

import json
import os
from pathlib import Path

import pytest
import pytest_asyncio

from octoprompt.agents import instructions
from octoprompt.llm.scripted import Said
from support.chatting import chatting
from support.server import make_repository

pytestmark = pytest.mark.asyncio(loop_scope="module")
TEXTS = Path(instructions.__file__).parent / "texts"
SNAPSHOTS = Path(__file__).parent / "snapshots" / "agents"
UPDATE = os.environ.get("OCTOPROMPT_UPDATE_SNAPSHOTS") == "1"
FILES = {
    "shop/prices.py": "def price_of(item):\n    return {'apple': 3}[item]\n",
    "README.md": "# Shop\n\nSells apples.\n",
}
ANSWER = json.dumps(
    {"summary": "s", "steps": [], "paths": [], "tasks": [], "ids": [], "purpose": "p"}
)
KINDS = {
    "ask": {"request": "What does an apple cost?"},
    "plan": {"request": "Sell pears", "paths": ["shop/prices.py"]},
    "code": {"request": "Sell pears", "paths": ["shop/prices.py"]},
    "summarize": {"paths": ["shop/prices.py"]},
    "suggestFiles": {"request": "price of an apple"},
    "generateTasks": {},
    "suggestPrompts": {"request": "review my change"},
    "optimizePrompt": {"request": "Explain {{ file }}"},
    "commitMessage": {"request": "English"},
    "review": {"request": ""},
}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def window(tmp_path_factory):
    """A window on a repository with one uncommitted change."""
    folder = tmp_path_factory.mktemp("texts")
    root = make_repository(folder / "shop", FILES)
    (root / "README.md").write_text("# Shop\n\nSells pears.\n", "utf-8")
    async with chatting(folder, root) as window:
        yield window


@pytest.mark.parametrize("kind", KINDS)
async def test_the_model_is_sent_exactly_this(window, kind):
    """Instructions, context and question of the first request, and how many tokens they are."""
    params = dict(KINDS[kind])
    if kind == "generateTasks":
        made = await window("tickets/create", title="Sell pears", overview="Green ones")
        params["ticketId"] = made["id"]
    if kind == "suggestPrompts":
        made = await window("prompts/create", name="Review", content="Review it")
    window.play(Said(ANSWER))
    await window("agents/run", kind=kind, **params)
    sent = _said(window, 0)
    if kind == "suggestPrompts":
        sent = sent.replace(made["id"], "<id>")
    await _is_as_kept(window, kind, sent)


MISSED = (
    "shop/prices.py\n<<<<<<< SEARCH\n    return {'pear': 4}\n=======\n    pass\n>>>>>>> REPLACE\n"
)
SUMMARY = json.dumps({"purpose": "Knows prices.", "exports": ["price_of"], "facts": ["Apples."]})
LATER = {
    "overview": ("summarize", {"paths": ["."]}, (SUMMARY, SUMMARY, "All of it.")),
    "missed": ("code", {"request": "Sell pears"}, (MISSED, "No.")),
    "repaired": ("plan", {"request": "Sell pears"}, ('{"summary": 1}', ANSWER)),
}


@pytest.mark.parametrize("name", LATER)
async def test_the_model_is_sent_exactly_this_after_its_answers(window, name):
    """The overview of summaries, hunks that found no place, and an answer of the wrong shape."""
    kind, params, answers = LATER[name]
    await window("summaries/clear")
    window.play(*map(Said, answers))
    await window("agents/run", kind=kind, **params)
    await _is_as_kept(window, name, _said(window, -1))


def _said(window, number):
    messages = window.script.requests[number].messages
    return "\n\n".join(f"[{message.role}]\n{message.content}" for message in messages)


async def _is_as_kept(window, name, sent):
    (tokens,) = (await window.app.tokens.count([sent], None)).tokens
    found = f"{tokens} tokens\n\n{sent}\n"
    path = SNAPSHOTS / f"{name}.txt"
    if UPDATE:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(found, "utf-8", newline="\n")
    assert found == path.read_text("utf-8")


async def test_every_text_for_models_is_in_a_snapshot():
    """A new one without its snapshot fails here: its longest line of words is looked for."""
    kept = "".join(path.read_text("utf-8") for path in SNAPSHOTS.glob("*.txt"))
    for path in TEXTS.glob("*.md"):
        lines = [line for line in path.read_text("utf-8").splitlines() if "{{" not in line]
        assert max(lines, key=len) in kept, path.name
