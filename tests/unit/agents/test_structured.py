"""JSON as models write it, schemas as providers want them, texts with slots."""

import contextlib
import json
import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from octoprompt.agents.answering import Plan, plan_text, unfenced
from octoprompt.agents.coding import prose
from octoprompt.agents.instructions import FOLDER, SLOT, fill, load
from octoprompt.agents.json_reading import read_json
from octoprompt.agents.orders import PlannedStep
from octoprompt.agents.structured import schema_of
from support.malformed import malformed

COUNT = int(os.environ.get("OCTOPROMPT_MALFORMED", "200"))
SEED = int(os.environ.get("OCTOPROMPT_SEED", "1"))
WANTED = {"a": [1, "x}"], "b": {"c": None}}
TEXT = json.dumps(WANTED)


@pytest.mark.parametrize(
    "text",
    [
        TEXT,
        f"\ufeff  {TEXT}\n",
        f"Here you are:\n```json\n{TEXT}\n```\nAnything else?",
        f"```\n{TEXT}\n```",
        f"Sure! {TEXT} I hope it helps.",
        f"<think>maybe {{}}? no</think>{TEXT}",
        '{"a": [1, "x}",], "b": {"c": null,},}',
    ],
)
def test_json_is_found_in_what_is_around_it(text):
    """Fences, remarks, thoughts, a byte order mark and trailing commas do no harm."""
    assert read_json(text, lambda value: value) == WANTED


@pytest.mark.parametrize("text", ["", "no", "{", "[1, 2", "```json\n{oops\n```", "[" * 100_000])
def test_what_is_no_json_is_said(text):
    """With the one error that callers expect."""
    with pytest.raises(ValueError, match=r".+"):
        read_json(text, Plan.model_validate)


@given(st.text(alphabet='{}[]",:\\ntrue0 `', max_size=60))
def test_garbage_raises_nothing_else(text):
    """Any text is JSON or a `ValueError`."""
    with contextlib.suppress(ValueError):
        read_json(text, Plan.model_validate)


def test_what_models_spoil_is_mended_and_what_broke_off_is_not():
    """Two hundred answers, twenty kinds of damage: no step is lost or made up, none raises."""
    n_right = 0
    for answer in malformed(COUNT, SEED):
        meant = Plan.model_validate(answer.meant)
        try:
            found = read_json(answer.text, Plan.model_validate)
        except ValueError:
            assert answer.name in ("cut", "a missing quote"), answer
            continue
        assert len(found.steps) == len(meant.steps), answer
        assert not answer.is_cut
        n_right += found == meant
    assert n_right >= COUNT * 0.9


@given(st.integers(0, 10_000), st.integers(0, 400), st.text(alphabet='{}[]",:\\n x', max_size=3))
def test_any_damage_is_mended_or_said(seed, at, put):
    """Nothing but `ValueError` comes of whatever is put into an answer or taken out of it."""
    (answer,) = malformed(1, seed)
    for text in (
        answer.text[:at] + put + answer.text[at:],
        answer.text[:at] + answer.text[at + 3 :],
    ):
        with contextlib.suppress(ValueError):
            assert read_json(text, Plan.model_validate).steps is not None


def test_schemas_are_closed():
    """Every object names all of its fields as required and takes no others."""
    schema = schema_of(Plan)
    step = schema["$defs"]["PlanStep"]
    for one in (schema, step):
        assert one["additionalProperties"] is False
        assert one["required"] == list(one["properties"])
    assert "default" not in json.dumps(schema)


@pytest.mark.parametrize("name", sorted(path.stem for path in FOLDER.glob("*.md")))
def test_every_text_fills_with_its_own_slots(name):
    """What is put in may look like a slot; a slot without a value is a mistake."""
    slots = SLOT.findall(load(name))
    filled = fill(name, **dict.fromkeys(slots, "{{not_a_slot}} $1 \\1"))
    assert filled.count("{{not_a_slot}} $1 \\1") == len(slots)
    with pytest.raises(KeyError):
        fill(name, **dict.fromkeys(slots, ""), another="")


def test_answers_are_freed_of_what_is_around_them():
    """A fence around all of it, and blocks that became edits."""
    assert unfenced("```md\nText `a`\n```") == "Text `a`"
    assert unfenced("Text ```b```") == "Text ```b```"
    block = "a.py\n<<<<<<< SEARCH\nx\n=======\ny\n>>>>>>> REPLACE"
    assert prose(f"First.\n\n```python\n{block}\n```\n\nLast.") == "First.\n\nLast."
    assert prose(f"{block}\n{block}\n") == ""


def test_a_plan_reads_as_markdown():
    """Steps are numbered, with their files below."""
    steps = (PlannedStep(title="Do", description="it", paths=("a.py",)), PlannedStep(title="Test"))
    assert plan_text(" All. ", steps) == "All.\n\n1. **Do**\n   it\n   - `a.py`\n\n2. **Test**"
