"""Edits are read out of what models write, and nothing else is."""

import pytest

from octoprompt.agents.edits.applying import apply
from octoprompt.agents.edits.blocks import Parsed
from octoprompt.agents.edits.blocks import parse as parse_in
from octoprompt.agents.edits.hunks import Hunk

ANSWER = """\
I will change the total, see `a/b.py` below.

a/b.py
```python
<<<<<<< SEARCH
x = 1
=======
x = 2
>>>>>>> REPLACE
```

And a new file:

**src/new file.ts**
<<<<<<< SEARCH
=======
export const y = 1
>>>>>>> REPLACE

DELETE: `old/gone.py`
RENAME: one.py -> two.py
"""


def parse(text: str, *there: str) -> Parsed:
    """Read a text where these files are."""
    return parse_in(text, there.__contains__)


def _only(parsed: Parsed) -> Hunk:
    assert not parsed.problems
    (file,) = parsed.files
    (hunk,) = file.hunks
    return hunk


def test_every_kind_of_edit_is_read():
    """Blocks with their files, a new file, a deletion and a renaming come in their order."""
    parsed = parse(ANSWER)

    assert not parsed.problems
    assert [(file.kind, file.path, file.new_path) for file in parsed.files] == [
        ("modify", "a/b.py", None),
        ("modify", "src/new file.ts", None),
        ("delete", "old/gone.py", None),
        ("rename", "one.py", "two.py"),
    ]
    assert parsed.files[0].hunks == [Hunk(search="x = 1\n", replace="x = 2\n")]
    assert parsed.files[1].hunks == [Hunk(search="", replace="export const y = 1\n")]


def test_several_blocks_of_a_file_are_together():
    """The file need not be named again."""
    block = "<<<<<<< SEARCH\n{}\n=======\n{}\n>>>>>>> REPLACE\n"

    parsed = parse("### `x.py`:\n" + block.format("a", "b") + "then\n" + block.format("c", "d"))

    assert [len(file.hunks) for file in parsed.files] == [2]


def test_a_block_without_an_end_hides_no_other():
    """What is cut off is a problem; what comes after it is read."""
    parsed = parse(
        "x.py\n<<<<<<< SEARCH\na\n=======\nb\n"
        "y.py\n<<<<<<< SEARCH\nc\n=======\nd\n>>>>>>> REPLACE\n"
    )

    assert len(parsed.problems) == 1
    assert [(file.path, file.hunks) for file in parsed.files] == [
        ("y.py", [Hunk(search="c\n", replace="d\n")])
    ]


def test_a_block_without_a_file_is_a_problem():
    """A place in no file is not guessed."""
    parsed = parse("<<<<<<< SEARCH\na\n=======\nb\n>>>>>>> REPLACE\n")

    assert parsed.files == []
    assert "names no file" in parsed.problems[0]


def test_conflict_marks_inside_a_block_are_content():
    """A shorter row of signs is a line like any other."""
    hunk = _only(
        parse("x.md\n<<<<<<< SEARCH\nTitle\n====\n=======\nTitle 2\n====\n>>>>>>> REPLACE")
    )

    assert hunk == Hunk(search="Title\n====\n", replace="Title 2\n====\n")


def test_a_diff_is_read_by_its_lines():
    """Context and what goes are searched; wrong line numbers do not matter."""
    parsed = parse(
        "```diff\n--- a/x.py\n+++ b/x.py\n@@ -900,3 +900,3 @@ def f():\n keep\n-- old\n+- new\n\n"
        "@@ -1 +1 @@\n-a\n+b\n```\n"
    )

    (file,) = parsed.files
    assert file.path == "x.py"
    assert file.hunks == [
        Hunk(search="keep\n- old\n\n", replace="keep\n- new\n\n"),
        Hunk(search="a\n", replace="b\n"),
    ]


def test_a_diff_to_nothing_deletes_its_file():
    """Its lines are not taken out one by one: an empty file would stay."""
    parsed = parse(
        "```diff\n--- a/old.py\n+++ /dev/null\n@@ -1,2 +0,0 @@\n-a\n-b\n"
        "--- a/x.py\n+++ b/x.py\n@@ -1 +1 @@\n-a\n+b\n```\n"
    )

    assert [(file.kind, file.path, len(file.hunks)) for file in parsed.files] == [
        ("delete", "old.py", 0),
        ("modify", "x.py", 1),
    ]


def test_prose_names_no_file():
    """Sentences with a slash or a dot at their end are not paths."""
    block = "<<<<<<< SEARCH\na\n=======\nb\n>>>>>>> REPLACE\n"

    parsed = parse("src/x.py\n\nChange the and/or logic here, then run it as before.\n" + block)

    assert parsed.files[0].path == "src/x.py"


HEADING = "Title\n=======\n\nOld text\n"


def test_a_heading_is_not_taken_for_the_divider():
    """An underline as long as the divider: the file tells where the block is divided."""
    block = (
        f"x.rst\n<<<<<<< SEARCH\n{HEADING}=======\nTitle\n=======\n\nNew text\n>>>>>>> REPLACE\n"
    )

    (file,) = parse(block).files
    applied = apply(f"before\n\n{HEADING}after\n", file.hunks)

    assert applied.is_complete
    assert applied.text == "before\n\nTitle\n=======\n\nNew text\nafter\n"


def test_an_underline_of_another_length_is_no_divider():
    """The block's own mark says how long its divider is."""
    block = "x.rst\n<<<<<<< SEARCH\nTitle\n=====\n=======\nHead\n=====\n>>>>>>> REPLACE\n"

    assert _only(parse(block)) == Hunk(search="Title\n=====\n", replace="Head\n=====\n")


def test_a_block_that_fits_nowhere_however_it_is_divided_is_left_out():
    """Nothing is guessed."""
    block = f"x.rst\n<<<<<<< SEARCH\n{HEADING}=======\nNew\n=======\n>>>>>>> REPLACE\n"

    (file,) = parse(block).files
    applied = apply("something else\n", file.hunks)

    assert applied.text == "something else\n"
    assert not applied.is_complete


def test_a_heading_alone_is_not_taken_for_a_search_that_is_only_nearly_there():
    """Its underline stands in the file as well: the search goes on there, and is not found."""
    block = f"x.rst\n<<<<<<< SEARCH\n{HEADING}=======\nNew\n=======\n>>>>>>> REPLACE\n"
    before = HEADING.replace("Old", "Older")

    (file,) = parse(block).files
    applied = apply(before, file.hunks)

    assert applied.text == before
    assert not applied.is_complete


def test_a_new_file_may_have_headings():
    """An empty search ends at the first divider."""
    block = f"x.rst\n<<<<<<< SEARCH\n=======\n{HEADING}>>>>>>> REPLACE\n"

    (file,) = parse(block).files

    assert apply("", file.hunks).text == HEADING


BLOCK = "<<<<<<< SEARCH\na\n=======\nb\n>>>>>>> REPLACE\n"


@pytest.mark.parametrize(
    "name",
    [
        "LICENSE",
        "Makefile",
        "docs/it's.md",
        "a&b.ts",
        "{{cookiecutter.x}}/a.py",
        "src/a,b.py",
        "foo!.py",
        "src/[slug]/page.tsx",
        "my file.txt",
    ],
)
def test_odd_names_are_names(name: str):
    """The block belongs to the file right above it, not to the one before."""
    parsed = parse(f"src/prev.py\n{BLOCK}\n**{name}**\n{BLOCK}")

    assert [file.path for file in parsed.files] == ["src/prev.py", name]


@pytest.mark.parametrize("word", ["Then:", "Explanation:", "Second", "**Note**", "TODO:"])
def test_a_word_alone_is_no_file(word: str):
    """It stays with the file before."""
    parsed = parse(f"src/prev.py\n{BLOCK}\n{word}\n{BLOCK}")

    assert [file.path for file in parsed.files] == ["src/prev.py"]


def test_what_is_there_is_a_name_whatever_it_looks_like():
    """A file without an ending that is in the workspace."""
    parsed = parse(f"src/prev.py\n{BLOCK}\n`configure`:\n{BLOCK}", "configure")

    assert [file.path for file in parsed.files] == ["src/prev.py", "configure"]
