"""LSP's incremental changes, alone."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from octoprompt.lsp.documents import Change, Position, changed, offset

TEXTS = st.text(alphabet="ab\n\r\u2028\x0cé\U0001f600", max_size=40)


def place(text: str, index: int) -> Position:
    """Give the position of an index by counting, the slow and sure way."""
    lines = re.split(r"(\r\n|\n|\r)", text)
    line, at = 0, 0
    for content, end in zip(lines[::2], [*lines[1::2], ""], strict=True):
        if index <= at + len(content):
            units = len(text[at:index].encode("utf-16-le")) // 2
            return Position(line, units)
        line, at = line + 1, at + len(content) + len(end)
    raise AssertionError


@given(TEXTS, st.data())
def test_positions_are_found_again(text, data):
    """Every index that is a place between characters has a position that leads back to it."""
    index = data.draw(st.integers(0, len(text)))
    if text[index - 1 : index + 1] == "\r\n" and index > 0:
        return  # inside a line end there is no position
    assert offset(text, place(text, index)) == index


@given(TEXTS, TEXTS, st.data())
def test_a_change_replaces_its_range(text, new, data):
    """A change is a slice assignment."""
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    for index in (start, end):
        if index > 0 and text[index - 1 : index + 1] == "\r\n":
            return
    change = Change(new, place(text, start), place(text, end))
    assert changed(text, [change]) == text[:start] + new + text[end:]


@pytest.mark.parametrize(
    ("position", "index"),
    [
        (Position(0, 99), 2),
        (Position(1, 99), 5),
        (Position(9, 0), 6),
        (Position(-1, -1), 0),
        (Position(2, 3), 6),
    ],
)
def test_positions_beyond_are_the_end(position, index):
    """A column beyond a line means its end before the line break, a line beyond means the end."""
    assert offset("ab\ncd\n", position) == index


@pytest.mark.parametrize(("encoding", "column"), [("utf-8", 4), ("utf-16", 2), ("utf-32", 1)])
def test_columns_count_in_the_agreed_encoding(encoding, column):
    """One emoji is four, two or one columns wide."""
    assert offset("\U0001f600x", Position(0, column), encoding) == 1


def test_changes_apply_one_after_the_other():
    """Positions of a change count in the text that the one before made; no range means all."""
    first = Change("one\ntwo")
    second = Change("2", Position(1, 0), Position(1, 3))
    assert changed("old", [first, second]) == "one\n2"


def test_half_surrogates_become_replacement_characters():
    """JSON can carry half a pair; the text that is kept can be encoded."""
    assert changed("", [Change("a\ud83db")]) == "a\ufffdb"
    assert changed("", [Change("\ud83d\ude00")]) == "\U0001f600"
