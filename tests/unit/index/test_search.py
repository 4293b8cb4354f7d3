import re
import time

from hypothesis import given
from hypothesis import strategies as st

from octoprompt.index.catalog import FileRow
from octoprompt.index.lines import LINE_CHARS, cut_line, finder, matching_lines, text_of
from octoprompt.index.names import in_order, rank
from octoprompt.index.path_search import match_paths


def row(path):
    """Give a row of a file."""
    return FileRow(1, path, 1, 1, "", 0, 2, 0, "", "", "")


PATHS = [
    "django/urls/resolvers.py",
    "django/urls/base.py",
    "tests/urlpatterns/tests.py",
    "django/db/models/query.py",
    "django/db/models/sql/query.py",
    "tests/queries/test_query.py",
    "django/contrib/admin/static/admin/js/jquery.init.js",
]


def best(query):
    """Give the paths found, best first."""
    return [hit.path for hit in match_paths(query, [row(path) for path in PATHS], 10)]


def test_a_file_name_comes_before_a_folder():
    """Quick open is about files."""
    assert best("query")[:2] == ["django/db/models/query.py", "django/db/models/sql/query.py"]
    assert best("urls")[0] == "django/urls/base.py"


def test_letters_across_folders():
    """Letters in order find a path through its folders."""
    assert best("urlres")[0] == "django/urls/resolvers.py"
    assert best("models/query")[0] == "django/db/models/query.py"
    assert best("dmq")[0] == "django/db/models/query.py"
    assert best("zzz") == []


def test_letters_that_nearly_fit_take_no_time():
    """A path that repeats the letters is looked through once, not once for each way to go back."""
    before = time.process_time()
    assert match_paths("cococococococoz", [row("concolconfi/" * 40)] * 100, 10) == []
    assert rank("cococococococoz", ["concolconfi" * 40] * 100, 10) == []
    assert time.process_time() - before < 0.5


@given(
    text=st.text("ab.[^]-\\\n", max_size=12), letters=st.text("ab.[^]-\\\n", min_size=1, max_size=4)
)
def test_letters_in_order_are_what_a_loop_finds(text, letters):
    """Whatever signs there are."""
    rest = iter(text)
    assert (in_order(letters).match(text) is not None) == all(sign in rest for sign in letters)


def test_lines_of_a_pattern_come_once_each_with_their_number():
    """Two matches on one line are one hit."""
    text = "a b a\nb\r\na\n"
    assert list(matching_lines(re.compile("a"), text)) == [(1, "a b a"), (3, "a")]
    assert list(matching_lines(re.compile("$", re.MULTILINE), "x\ny")) == [
        (1, "x"),
        (2, "y"),
    ]


def test_a_long_line_is_cut_around_its_match():
    """The match is in what is shown."""
    line = "x" * 5000 + "needle" + "y" * 5000
    shown = cut_line(line, 5000)
    assert len(shown) == LINE_CHARS
    assert "needle" in shown


SIGNS = [*"aAbBkKs\u017f\u212aü\n\r .", "\r\n", "b\r\n"]
TEXTS = st.lists(st.sampled_from(SIGNS), max_size=60).map("".join)
ATOMS = ["a", "ab", "b+", r"\w", "[^a]", "(?:a|b)", "$", "^", ".", r"\s", "k", r"\n", "s", r"\b"]


@given(query=st.text("abK \n.ü", min_size=1, max_size=3), text=TEXTS, exact=st.booleans())
def test_a_text_is_found_as_its_pattern_would_find_it(query, text, exact):
    """The quick ways through a text give the lines of the slow one."""
    flags = re.MULTILINE | (0 if exact else re.IGNORECASE)
    found = finder("text", query, case_sensitive=exact)(text_of(text))
    assert list(found) == list(matching_lines(re.compile(re.escape(query), flags), text))


@given(
    atoms=st.lists(st.sampled_from(ATOMS), min_size=1, max_size=4),
    text=TEXTS,
    exact=st.booleans(),
)
def test_a_pattern_is_matched_in_each_line(atoms, text, exact):
    r"""Where it does not ask for line ends, line for line without its `\r`; else over the whole."""
    query = "".join(atoms)
    pattern = re.compile(query, re.MULTILINE | (0 if exact else re.IGNORECASE))
    found = [line for line, _ in finder("regex", query, case_sensitive=exact)(text_of(text))]
    if r"\n" in query:
        assert found == [line for line, _ in matching_lines(pattern, text)]
    else:
        lines = text.replace("\r\n", "\n").split("\n")
        assert found == [n for n, line in enumerate(lines, 1) if pattern.search(line)]
