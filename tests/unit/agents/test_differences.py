"""Each place of a change can be taken or left, and all of them make the whole."""

from hypothesis import given
from hypothesis import strategies as st

from octoprompt.agents.edits.differences import chosen, counts, places, unified

TEXTS = st.lists(
    st.sampled_from(["a\n", "b\n", "c\r\n", "\n", "d\x0c\n", "e\u2028\n", "end"]), max_size=20
).map("".join)


@given(TEXTS, TEXTS)
def test_all_places_make_the_new_text_and_none_the_old(before: str, after: str):
    """Whatever the texts, nothing is lost between them."""
    found = places(before, after)

    assert chosen(before, found, range(len(found))) == after
    assert chosen(before, found, ()) == before


def test_one_place_can_be_left_out():
    """The other change is made, and counted alone."""
    found = places("a\nb\nc\nd\n", "A\nb\nc\nD\nE\n")

    assert chosen("a\nb\nc\nd\n", found, [1]) == "a\nb\nc\nD\nE\n"
    assert counts(found, [1]) == (2, 1)


def test_a_diff_shows_a_missing_line_end():
    """As git does, and empty when nothing differs."""
    shown = unified("a\nb", "a\nc\n", "a/x", "b/x")

    assert shown == (
        "--- a/x\n+++ b/x\n@@ -1,2 +1,2 @@\n a\n-b\n\\ No newline at end of file\n+c\n"
    )
    assert unified("a\n", "a\n", "x", "x") == ""
