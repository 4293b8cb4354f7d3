"""What the sieve holds back has no match, whatever is looked for."""

import re
import warnings

import pytest
from hypothesis import example, given, reject
from hypothesis import strategies as st

from octoprompt.index import sieve
from octoprompt.index.needles import is_of_lines
from octoprompt.index.sieve import MARGIN, Script, Sieve, script_of, widened

pytest.importorskip("hyperscan")


@pytest.fixture(autouse=True)
def at_once(monkeypatch):
    """Sieve the first text already."""
    monkeypatch.setattr("octoprompt.index.sieve.PATIENCE", 0)


def passes(kind, query, text, *, exact=False):
    """Ask about one text."""
    data = text.encode()
    return Sieve(kind, query, case_sensitive=exact).passes(data + MARGIN, script_of(data))


ATOMS = [
    *("a", "ab", "b+", "K", "s", "_", "-", r"\.", " ", "=", "é", "7", r"\t", r"\x61", "(?i:B)"),
    *(".", r"\w", r"\W", r"\s", r"\S", r"\d", r"\D", r"\b", r"\B", "^", "$", r"\n", r"\Z", r"\A"),
    *("[^a]", "[a-z]", "[^a-z]", r"[\w-]", r"[^\w]", r"[^\W_]", r"[\s.]", "[]a]", "[a|b]", "[B-s]"),
    *("(?:a|b)", "(ab|k)", "(?=a)", "(?!a)", "(?<=a)", r"(?<!\s)", "(?P<x>b)", "(?-i:A)", "(?s:.)"),
]
TIMES = ["", "", "", "?", "*", "+", "{2}", "{,2}", "{1,3}", "*?", "++"]
PATTERNS = st.lists(
    st.tuples(st.sampled_from(ATOMS), st.sampled_from(TIMES)), min_size=1, max_size=5
)
SIGNS = [*"aAbBkKsS_-. =7\n\r\té\u017f\u212aü\u4e2d\u2019\x0b\x1c\xa0", "\r\n"]
TEXTS = st.lists(st.sampled_from(SIGNS), max_size=40).map("".join)


@given(atoms=PATTERNS, text=TEXTS, exact=st.booleans())
@example(atoms=[(r"\w", "+"), (" ", "")], text="中 a", exact=False)
@example(atoms=[(r"\B", ""), ("a", "")], text="éa", exact=False)
@example(atoms=[("a", ""), (r"\s", ""), ("b", "")], text="a\x1cb", exact=False)
@example(atoms=[("K", "")], text="\u212a", exact=False)
@example(atoms=[("a", ""), ("$", "")], text="a\r\nb", exact=False)
@example(atoms=[("b", ""), (r"\W", ""), ("$", "")], text="éb-\r\nb", exact=False)
@example(atoms=[("ab", "*?"), ("K", "")], text="_=-_S=K_\n.S _ Ba.A7BaaaK", exact=False)
def test_no_match_of_a_pattern_is_held_back(atoms, text, exact):
    """Whatever the letters: Vectorscan lets through all that `re` finds."""
    query = "".join(atom + times for atom, times in atoms)
    flags = re.MULTILINE | (0 if exact else re.IGNORECASE)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            pattern = re.compile(query, flags)
        except re.error:
            reject()
    shown = text.replace("\r\n", "\n") if is_of_lines(query) else text
    if pattern.search(shown) is not None:
        assert passes("regex", query, text, exact=exact) in (True, None)


@given(query=st.text("aAbK .+*é[\n\\", min_size=1, max_size=4), text=TEXTS, exact=st.booleans())
def test_no_text_that_is_there_is_held_back(query, text, exact):
    """Signs mean themselves."""
    flags = 0 if exact else re.IGNORECASE
    if re.search(re.escape(query), text, flags) is not None:
        assert passes("text", query, text, exact=exact) in (True, None)


LOST = [
    (r"[a|b]K*-{1,3}", "\rA=A__7_ \r\tKA7A.\r-_\nB--BAka-_\nb\t\n\r.\n\tbAa"),
    (r"\n[\s.]*? ", " ks s\naksabk\nss\n kks"),
]


@pytest.mark.parametrize(("query", "text"), LOST)
def test_matches_that_other_versions_lost_are_found(query, text):
    """Vectorscan 5.4.12 lets go of them in the middle of a text."""
    assert passes("regex", query, text, exact=True) is True


def test_what_cannot_match_is_held_back():
    """Else it would be of no use."""
    assert passes("regex", r"\bneedle\w*\(", "needle = 1\nneedles (2)\n") is False
    assert passes("regex", r"\bneedle\w*\(", "one neEdles(2)\n") is True
    assert passes("regex", r"needle\w*\(", "needle — 1\n") is False
    assert passes("regex", r"needle\w*\(", "needleé(\n") is True
    assert passes("text", "a.b", "acb ab\n") is False
    assert passes("text", "Needle", "needle é\n", exact=True) is False


OTHER = [r"[[:alpha:]]b", "a{,3}b", r"(a)\1", "(?x)a b", "é", r"\u0061", "a++b", "a(?=x)", r"a\Z"]


@pytest.mark.parametrize("query", OTHER)
def test_nothing_is_said_of_what_vectorscan_reads_otherwise(query):
    """`re` looks into every text itself."""
    assert passes("regex", query, "zzz") is None


def test_few_texts_are_not_worth_a_sieve(monkeypatch):
    """It is made with the first text after those."""
    monkeypatch.setattr("octoprompt.index.sieve.PATIENCE", 2)
    asked = Sieve("regex", "ab", case_sensitive=False)
    assert [asked.passes(b"zzz", Script.ASCII) for _ in range(4)] == [None, None, False, False]


def test_without_the_library_nothing_is_said(monkeypatch):
    """As on a machine for which there is no wheel."""
    monkeypatch.setattr(sieve, "IS_THERE", False)
    assert passes("regex", "ab", "zzz") is None


def test_scripts_are_told_apart():
    """What is not sure is `OTHER`."""
    assert script_of(b"plain\r\n") is Script.ASCII
    assert script_of("über 中".encode()) is Script.UTF_8
    for odd in (b"\xff\xfea\0", b"caf\xe9", b"a\x1cb", "\u0131".encode(), "\u212a".encode()):
        assert script_of(odd) is Script.OTHER


def test_letters_beyond_ascii_are_everything():
    """Of words, figures and blanks; where a class excludes others nothing can be said."""
    assert widened(r"\w\.[\d-]\b") == r"[\w\x{80}-\x{10ffff}]\.[\d\x{80}-\x{10ffff}-](?:)"
    assert widened(r"[^\w]\W") == r"[^\w]\W"
    assert widened(r"[^\W_]") is None
