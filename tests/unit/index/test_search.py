import re
import time

from hypothesis import given
from hypothesis import strategies as st

from octoprompt.index.catalog import FileRow
from octoprompt.index.estimate import words_of
from octoprompt.index.names import in_order, rank
from octoprompt.index.scanning import LINE_CHARS, cut_line, literal_lines, matching_lines
from octoprompt.index.search import match_paths
from octoprompt.index.words import MAX_WORD_BYTES, distinct_words


def row(path):
    """Give a row of a file."""
    return FileRow(1, path, 1, 1, "", None, 0, 2, 0, "", "", "")


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
    assert list(matching_lines(re.compile("$", re.MULTILINE), "x\ny")) == [(1, "x"), (2, "y")]


def test_a_long_line_is_cut_around_its_match():
    """The match is in what is shown."""
    line = "x" * 5000 + "needle" + "y" * 5000
    shown = cut_line(line, 5000)
    assert len(shown) == LINE_CHARS
    assert "needle" in shown


def test_words_are_distinct_lower_case_and_bounded():
    """What the full-text index gets is small whatever the text."""
    words = distinct_words(words_of(b"Get_it get_it(x)\n" + b"y" * 5000))
    assert sorted(words.split()) == sorted([b"get_it", b"x", b"y" * MAX_WORD_BYTES])
    assert distinct_words(words_of("naïve — Über".encode())).decode().split()


@given(text=st.text("aAb\n\r ", max_size=60), literal=st.text("ab \n", min_size=1, max_size=3))
def test_a_literal_is_found_as_its_pattern_would_find_it(text, literal):
    """The quick way through a text gives the same lines as the slow one."""
    pattern = re.compile(re.escape(literal), re.IGNORECASE | re.MULTILINE)
    assert list(literal_lines(literal, text)) == list(matching_lines(pattern, text))
