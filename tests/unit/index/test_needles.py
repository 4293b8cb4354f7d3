import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from octoprompt.index.needles import as_bytes, is_of_lines, may_hold, of_pattern, of_text, plain


def test_a_text_needs_its_ascii_parts():
    """In lower case, the longest first; what is beyond ASCII has cases of its own."""
    assert of_text("Naïve Größe") == (("ve gr",), ("na",), ("e",))
    assert of_text("get(self") == (("get(self",),)
    assert of_text("ï") == ()


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        (r"def \w+_lock\(", [("_lock(",), ("def ",)]),
        ("(foo|bar)baz", [("barbaz", "foobaz")]),
        ("foo|bar", [("bar", "foo")]),
        ("foo|.bar|x*", []),
        ("(?:import|export) .* from", [("export ", "import "), (" from",)]),
        ("colou?r", [("colo",), ("r",)]),
        ("ab+c", [("ab",), ("bc",)]),
        ("(?:ab)+c", [("abc",), ("ab",)]),
        ("a{2,3}bc", [("abc",), ("a",)]),
        ("a{0,3}bc", [("bc",)]),
        (r"[a-z\]]+Name", [("name",)]),
        ("['\"]react['\"]", [('"react"', "\"react'", "'react\"", "'react'")]),
        (r"\bfoo\b", [("foo",)]),
        (r"^x\.y$", [("x.y",)]),
        (r"\x41bc", []),
        ("(?x) a b", []),
        ("(?i:Ab)c", [("abc",)]),
        ("(?<!x)abc(?=y(z))", [("abc",)]),
        (r"(?P<q>a)b(?P=q)c", [("ab",), ("c",)]),
        (r"(a(b)\)c)d", [("ab)cd",)]),
        ("abc*?d", [("ab",), ("d",)]),
        ("grün", [("gr",), ("n",)]),
        ("", []),
    ],
)
def test_what_a_regular_expression_needs(pattern, expected):
    """Groups and alternatives count, what is optional does not."""
    re.compile(pattern)
    assert list(of_pattern(pattern)) == expected


ATOMS = st.sampled_from(
    [
        "a",
        "b",
        "_",
        "Z",
        "3",
        " ",
        "(",
        "{",
        r"\(",
        r"\.",
        r"\w",
        ".",
        "[ab]",
        "[^a]",
        "(?:ab)",
        "\n",
    ]
)
ATOM = st.one_of(ATOMS, st.sampled_from([r"\b", "^", "$", "(?=a)", "[a-c]", "ü", "(?i:B)", r"\s"]))
MANY = st.sampled_from(["", "", "", "?", "*", "+", "{2}", "+?", "{0,2}", "{,1}"])


def joined(parts):
    """Write atoms with their quantifiers one after the other."""
    return "".join(atom + many for atom, many in parts)


SIMPLE = st.lists(st.tuples(ATOM, MANY), max_size=5).map(joined)
GROUPS = st.recursive(
    SIMPLE,
    lambda inner: st.lists(
        st.one_of(
            SIMPLE,
            st.tuples(st.lists(inner, min_size=1, max_size=3), MANY).map(
                lambda made: f"(?:{'|'.join(made[0])}){made[1]}"
            ),
        ),
        max_size=3,
    ).map("".join),
    max_leaves=6,
)
TEXTS = st.text("abABZsi\u0130\u0131\u017f\u212a_3 (.{\nü", max_size=40)


@given(pattern=GROUPS, text=TEXTS)
@example(pattern="(?:a|b)+b", text="ab")
def test_every_match_holds_what_is_needed(pattern, text):
    """Narrowing never loses a match."""
    try:
        found = re.search(pattern, text, re.IGNORECASE | re.MULTILINE)
    except re.error:
        return
    if found is not None:
        assert may_hold(plain(text.encode()), as_bytes(of_pattern(pattern)))


@pytest.mark.parametrize(
    ("pattern", "is_of_lines_"),
    [
        (r"def \w+\(", True),
        (r"[a-z]+\[[^\n]*", True),
        (r"a\s*=[^x]", True),
        (r"a\Z", False),
        ("(?s)a.b", False),
        (r"a\nb", False),
        ("a\nb", False),
        (r"a[\s\S]*?b", False),
        (r"a[\n;]b", False),
        (r"\[\s\S\]", True),
    ],
)
def test_what_is_meant_for_one_line(pattern, is_of_lines_):
    """As in an editor: what names a line end may go beyond its line."""
    assert is_of_lines(pattern) is is_of_lines_
