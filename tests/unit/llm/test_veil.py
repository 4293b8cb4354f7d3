"""Keys in what models say: masked however the text is cut."""

import pytest

from octoprompt.llm.answer import ReasoningDelta, TextDelta, ToolCallDelta
from octoprompt.llm.veil import Veil, VeiledAnswer, masked

KEY = "sk-abcdefgh-ssk-1"
TEXT = f"s sk sk-abc {KEY}{KEY} and ssk-{KEY}s"
SHOWN = "s sk sk-abc [redacted][redacted] and ssk-[redacted]s"


@pytest.mark.parametrize("size", range(1, 40))
def test_a_key_is_masked_however_it_is_cut(size):
    """Nothing else is changed, and nothing is lost."""
    veil = Veil({KEY, "another-key"})
    told = [veil.take(TEXT[at : at + size]) for at in range(0, len(TEXT), size)]
    assert "".join(told) + veil.rest() == SHOWN
    assert veil.rest() == ""


def test_only_the_beginning_of_a_key_waits():
    """What cannot be one is told at once."""
    veil = Veil({KEY})
    assert [veil.take(piece) for piece in ("Use ", "a sk", "y ", "s")] == ["Use ", "a ", "sky ", ""]
    assert veil.rest() == "s"


def test_a_key_that_becomes_known_later_counts():
    """The environment's is known when the request begins."""
    keys = set[str]()
    veil = Veil(keys)
    assert veil.take("s") == "s"
    keys.add(KEY)
    assert veil.take(KEY) == "[redacted]"


def test_text_and_thoughts_wait_each_for_themselves():
    """Arguments of tools are left alone: what a tool gets must be what the model wrote."""
    answer, call = VeiledAnswer({KEY}), ToolCallDelta(0, "1", "read", KEY)
    assert answer.take(TextDelta("a sk-")) == TextDelta("a ")
    assert answer.take(ReasoningDelta(KEY)) == ReasoningDelta("[redacted]")
    assert answer.take(ReasoningDelta("sk")) is None
    assert answer.take(call) == call
    assert list(answer.rest()) == [ReasoningDelta("sk"), TextDelta("sk-")]


def test_the_longest_key_counts():
    """One may begin as another does."""
    assert masked(f"{KEY}-more {KEY}", {KEY, f"{KEY}-more"}) == "[redacted] [redacted]"
