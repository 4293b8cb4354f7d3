"""What a model is sent, piece by piece, and how it is measured."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from octoprompt.chat.assembly import Material, assemble, to_messages
from octoprompt.chat.compacting import covered, without_last
from octoprompt.chat.meter import Room, measure, refuse_too_long
from octoprompt.chat.title import title_of
from octoprompt.errors import BadRequest, ChatTooLong
from octoprompt.llm.request import ModelFacts
from octoprompt.llm.tokens import Counts
from octoprompt.store.chat_model import Message

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def message(name, role="user", **changes):
    """Give a message that says its name."""
    return replace(
        Message(
            id=name, chat_id="c", parent_id=None, role=role, status="complete", content=name,
            reasoning="", siblings=(name,), is_excluded=False, is_sent=True, is_edited=False,
            covers=None, owner=None, provider_id=None, model=None, finish_reason=None, usage=None,
            problem=None, context=None, created_at=NOW, updated_at=NOW,
        ),
        **changes,
    )  # fmt: skip


BRANCH = (message("q1"), message("a1", "assistant"), message("q2"), message("a2", "assistant"))


def sent(**material):
    """Give roles and texts."""
    return [(m.role, m.content) for m in to_messages(assemble(Material(**material)))]


def test_everything_has_its_place():
    """System, history with the contexts of its messages, then the draft with its own."""
    assert sent(
        system=("be", "", "brief"), branch=BRANCH, contexts={"q1": "C1"}, pinned="P",
        draft="q3", draft_context="C3",
    ) == [
        ("system", "be\n\nbrief"), ("user", "C1\n\nq1"), ("assistant", "a1"), ("user", "q2"),
        ("assistant", "a2"), ("user", "P\n\nC3\n\nq3"),
    ]  # fmt: skip


def test_asking_again_ends_with_the_question():
    """The newest question has the chat's context, and counts as the message."""
    pieces = assemble(Material(branch=BRANCH[:3], pinned="P"))
    assert [(p.part, p.text) for p in pieces][-2:] == [("context", "P\n\n"), ("message", "q2")]


def test_what_is_not_sent_is_not_there_and_roles_alternate():
    """Excluded messages leave no gap: neighbours of one role become one message."""
    branch = (BRANCH[0], replace(BRANCH[1], is_sent=False), *BRANCH[2:])
    assert sent(branch=branch) == [("user", "q1\n\nq2"), ("assistant", "a2")]


def test_a_summary_comes_first():
    """Before the messages that it does not cover, though it was made after them."""
    branch = (message("q2"), message("a2", "assistant"), message("S", "summary"))
    roles = sent(branch=branch, draft="q3")
    assert roles[0][1].endswith("so far:\n\nS\n\nq2")
    assert [text for _, text in roles[1:]] == ["a2", "q3"]


def meter(pieces, window, max_tokens=None):
    """Measure pieces with a token for each character."""
    counts = Counts(tokens=[len(p.text) for p in pieces], exact=True, encoding="x")
    facts = ModelFacts(id="m", context_window=window, input_price=2.0)
    return measure(pieces, counts, Room(facts=facts, max_tokens=max_tokens), {"q1": [("f.py", 50)]})


def test_the_parts_add_up():
    """All parts but the reserve make the total, with what marks messages; files count as large."""
    pieces = assemble(Material(system=("sys",), branch=BRANCH, contexts={"q1": "ctx"}, draft="now"))
    m = meter(pieces, 1000)
    assert m.parts == {"system": 7, "history": 24, "context": 5, "message": 10, "reserve": 250}
    assert m.tokens == 46
    assert (m.over_by, m.cost_usd) == (0, pytest.approx(92e-6))
    assert (m.largest[0].name, m.largest[0].tokens) == ("f.py", 50)
    refuse_too_long(m)


def test_too_long_says_by_how_much():
    """The reserve for the answer counts; what the user limited is what is kept free."""
    pieces = assemble(Material(draft="x" * 100))
    m = meter(pieces, 110, max_tokens=10)
    assert m.over_by == 7
    with pytest.raises(ChatTooLong) as caught:
        refuse_too_long(m)
    assert caught.value.data["overBy"] == 7
    assert "7 too many" in caught.value.message
    assert meter(pieces, None).over_by == 0


def test_a_summary_covers_all_but_the_last_messages():
    """Kept ones are those that are sent; too few to sum up is said."""
    hidden = message("h", is_sent=False)
    branch = [*BRANCH, hidden]
    assert [m.id for m in without_last(branch, 1)] == ["q1", "a1", "q2", "h"]
    assert covered(without_last(branch, 2)) == "a1"
    with pytest.raises(BadRequest):
        covered(without_last(branch, 3))


@pytest.mark.parametrize(
    ("content", "title"),
    [
        ("  Why?  \nmore", "Why?"),
        ("\n\n## **Fix** `it`", "Fix it"),
        ("```py\nx = 1\n```", "x = 1"),
        ("- a list", "a list"),
        ("   \n\t", ""),
        ("word " * 40, "word word word word word word word word word word word word…"),
        ("x" * 100, "x" * 60 + "…"),
        ("Hi", ""),
        ("Hello there!\n\nWhy is the slice lost?", "Why is the slice lost?"),
        ("hey, can you sort this list", "Can you sort this list"),
        ("History of this file?", "History of this file?"),
        ("```py\nx = 1\n```\nWhat does it do?", "What does it do?"),
        ('Traceback (most recent call last):\n  File "a.py", line 1\nKeyError: 1\n\nWhy?', "Why?"),
        ("def f(a):\n    return a\n\nName it better", "Name it better"),
        ("import os\nconst x = 1;\nuser.name = 2", "import os"),
        ("From which module is `os.path` imported?", "From which module is os.path imported?"),
        ("Import the users (all of them) from CSV", "Import the users (all of them) from CSV"),
        (
            "Why does it fail on Windows? I have tried three versions of it",
            "Why does it fail on Windows?",
        ),
        ("Fix the parser. Then add tests for every one of the new cases here", "Fix the parser"),
        ("E.g. what is it?", "E.g. what is it?"),
    ],
)
def test_a_title_is_what_the_first_message_asks(content, title):
    """Without marks, greetings and what was pasted; a sentence, or cut at a word."""
    assert title_of(content) == title
