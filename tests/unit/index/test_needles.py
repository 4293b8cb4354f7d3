import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from octoprompt.index.needles import Piece, literal_of, pieces, required


def test_a_word_inside_a_literal_is_whole_and_the_ends_stay_open():
    """Only at its ends may the words of a text go on in the file."""
    assert pieces("get_queryset(self, req") == [
        Piece("get_queryset", open_left=True, open_right=False),
        Piece("self", open_left=False, open_right=False),
        Piece("req", open_left=False, open_right=True),
    ]


def test_a_character_that_is_not_ascii_opens_its_neighbours():
    """The full-text index has its own mind about where such a word ends."""
    assert pieces("naïve x") == [
        Piece("na", open_left=True, open_right=True),
        Piece("ve", open_left=True, open_right=False),
        Piece("x", open_left=False, open_right=True),
    ]


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        (r"def \w+_lock\(", ["def", "_lock"]),
        ("(foo|bar)baz", ["baz"]),
        ("foo|bar", []),
        ("colou?r", ["colo", "r"]),
        ("ab+c", ["ab", "b", "c"]),
        ("a{2,3}bc", ["bc"]),
        (r"[a-z\]]+Name", ["name"]),
        (r"\bfoo\b", ["foo"]),
        (r"x\.y", ["x", "y"]),
        (r"\x41bc", []),
        ("(?x) a b", []),
        (r"(a(b)\)c)d", ["d"]),
        ("abc*?d", ["ab", "d"]),
    ],
)
def test_required_pieces_of_a_regular_expression(pattern, expected):
    """What stands outside of groups, classes and options is in every match."""
    assert [piece.text for piece in required(pattern)] == expected


ATOMS = st.sampled_from(["a", "b", "_", "Z", "3", " ", "(", r"\.", r"\w", ".", "[ab]", "(?:ab)"])
PATTERNS = st.lists(st.tuples(ATOMS, st.sampled_from(["", "", "", "?", "*", "+", "{2}", "+?"])))


@given(parts=PATTERNS, text=st.text("abZ_3 (.", max_size=40))
def test_every_match_holds_every_required_piece(parts, text):
    """Narrowing by pieces never loses a match."""
    pattern = "".join((r"\(" if atom == "(" else atom) + sign for atom, sign in parts)
    found = re.search(pattern, text)
    if found is not None:
        words = re.findall(r"\w+", text.lower())
        for piece in required(pattern):
            assert any(_fits(piece, word) for word in words)
        assert literal_of(pattern) in found.group().lower()


def test_the_longest_literal_of_a_pattern():
    """What is looked for before the pattern itself is tried."""
    assert literal_of(r"def \w+_LOCK\(") == "_lock("
    assert literal_of(r"a|b") == ""


def _fits(piece, word):
    match (piece.open_left, piece.open_right):
        case (True, True):
            return piece.text in word
        case (True, False):
            return word.endswith(piece.text)
        case (False, True):
            return word.startswith(piece.text)
        case _:
            return word == piece.text
