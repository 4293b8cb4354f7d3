"""Edits are read out of what models write, and nothing else is."""

from octoprompt.agents.edits.blocks import Parsed, parse
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


def test_prose_names_no_file():
    """Sentences with a slash or a dot at their end are not paths."""
    block = "<<<<<<< SEARCH\na\n=======\nb\n>>>>>>> REPLACE\n"

    parsed = parse("src/x.py\n\nChange the and/or logic here, then run it as before.\n" + block)

    assert parsed.files[0].path == "src/x.py"
