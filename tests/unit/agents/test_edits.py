"""Hunks find their place, or say why not; and nothing else of the file changes."""

import random
import textwrap

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from octoprompt.agents.edits.applying import apply
from octoprompt.agents.edits.hunks import Applied, Hunk, Missed, Placed

FILE = textwrap.dedent(
    '''\
    class Basket:
        def add(self, item):
            self.items.append(item)
            return self

        def total(self):
            """Say what it's "worth"."""
            result = compute(self.items, 2)
            if result:
                discount = 3
                return result - discount
            return result
    '''
)
WORDS = ("alpha", "beta", "gamma", "delta", "  indented", "\ttabbed", "", "}", "{", "x = 1", "...")


def _apply(*hunks: tuple[str, str], text: str = FILE) -> Applied:
    return apply(text, [Hunk(search=search, replace=replace) for search, replace in hunks])


def _missed(applied: Applied) -> Missed:
    (outcome,) = applied.outcomes
    assert isinstance(outcome, Missed)
    return outcome


def _level(applied: Applied) -> str:
    (outcome,) = applied.outcomes
    assert isinstance(outcome, Placed), outcome
    return outcome.level


def test_lines_that_are_there_are_replaced():
    """Equal lines are replaced by the new ones, and the place is told."""
    applied = _apply(("            discount = 3\n", "            discount = 4\n"))

    assert applied.text == FILE.replace("discount = 3", "discount = 4")
    assert applied.outcomes == (Placed(level="exact", line=10, end_line=10),)


def test_hunks_are_placed_in_the_text_that_the_model_saw():
    """Two hunks find their places though the first one moves the second's lines."""
    applied = _apply(
        ("        self.items.append(item)\n", "        # more\n        self.items.append(item)\n"),
        ("            discount = 3\n", "            discount = 4\n"),
    )

    assert applied.is_complete
    assert "# more" in applied.text
    assert "discount = 4" in applied.text


def test_a_hunk_may_build_on_the_one_before_it():
    """Lines that only the first hunk brings are found for the second."""
    applied = _apply(
        ("            discount = 3\n", "            discount = 4\n"),
        ("            discount = 4\n", "            discount = 5\n"),
    )

    assert applied.text == FILE.replace("discount = 3", "discount = 5")


def test_a_lost_indent_is_given_back():
    """New lines take the file's indent, and deeper ones theirs."""
    applied = _apply(("if result:\n    discount = 3\n", "if result:\n    while x:\n        y()\n"))

    assert _level(applied) == "whitespace"
    assert "        if result:\n            while x:\n                y()\n" in applied.text


def test_tabs_become_the_blanks_of_the_file():
    """A model that writes tabs gets what the file uses."""
    applied = _apply(
        (
            "\tdef add(self, item):\n\t\tself.items.append(item)\n",
            "\tdef add(self, item):\n\t\tif item:\n\t\t\tself.items.append(item)\n",
        )
    )

    assert "        if item:\n            self.items.append(item)\n" in applied.text
    assert "\t" not in applied.text


def test_lines_that_the_model_repeats_stay_as_they_are():
    """Typographic quotes in the context do not get into the file, nor into new lines."""
    applied = _apply(
        (
            "        \u201c\u201d\u201dSay what it\u2019s worth\n        result = 1\n",
            "        result = 2\n",
        )
    )
    assert isinstance(applied.outcomes[0], Missed)

    search = "class Basket:\n    def add(self, item):\n        return \u2018x\u2019\n"
    replace = search.replace("Basket:\n", "Basket:\n    label = \u2018x\u2019\n\n")
    applied = _apply(
        (search, replace),
        text="class Basket:\n    def add(self, item):\n        return 'x'\n",
    )
    assert applied.text == (
        "class Basket:\n    label = 'x'\n\n    def add(self, item):\n        return 'x'\n"
    )


def test_left_out_context_stays():
    """An elision in both texts stands for the lines between."""
    applied = _apply(
        (
            "    def total(self):\n        # ... existing code ...\n        return result\n",
            "    def total(self):\n        # ... existing code ...\n        return result + 1\n",
        )
    )

    assert _level(applied) == "elided"
    assert applied.text == FILE.replace("        return result\n", "        return result + 1\n")


def test_a_slightly_wrong_context_line_keeps_the_files_words():
    """What the model remembers wrongly and does not change is not changed."""
    applied = _apply(
        (
            "        result = compute(self.itm, 2)\n        if result:\n            discount = 3\n",
            "        result = compute(self.itm, 2)\n        if result:\n            discount = 4\n",
        )
    )

    assert _level(applied) == "fuzzy"
    assert applied.text == FILE.replace("discount = 3", "discount = 4")


def test_lines_in_two_places_have_no_place():
    """A hunk that fits twice is refused and says where."""
    missed = _missed(_apply(("x = 1\n", "x = 2\n"), text="x = 1\ny = 1\nx = 1\n"))

    assert missed.kind == "ambiguous"
    assert "line 1, 3" in missed.reason


def test_the_last_place_left_is_not_taken_for_the_right_one():
    """A hunk that fitted twice does not get the place that another hunk left over."""
    text = "def a():\n    x = 1\ndef b():\n    x = 1\n"
    applied = _apply(
        ("def a():\n    x = 1\n", "def a():\n    x = 5\n"),
        ("    x = 1\n", "    x = 2\n"),
        text=text,
    )

    assert isinstance(applied.outcomes[1], Missed)
    assert applied.text == text.replace("def a():\n    x = 1", "def a():\n    x = 5")


def test_a_miss_shows_the_nearest_lines():
    """What comes nearest is shown with its line."""
    search = (
        "        if result:\n            rebate = everything()\n            notify()\n"
        "            return result - discount\n"
    )
    missed = _missed(_apply((search, "pass\n")))

    assert missed.kind == "absent"
    assert missed.candidates[0].line == 9
    assert "return result - discount" in missed.candidates[0].text


@pytest.mark.parametrize(
    "lazy", ["# ... rest of the method", "// ... existing code ...", "...", "# rest of the code"]
)
def test_new_text_that_leaves_code_out_is_refused(lazy: str):
    """A comment in the place of code would delete the code."""
    missed = _missed(
        _apply(
            (
                "        if result:\n            discount = 3\n",
                f"        if result:\n        {lazy}\n",
            )
            if lazy != "..."
            else ("        return self\n", "        x = 1\n        ...\n")
        )
    )

    assert missed.kind == "conflict"
    assert "leaves code out" in missed.reason


def test_lines_that_the_model_did_not_see_are_not_deleted():
    """A line between those to be replaced, which the hunk lacks, refuses the hunk."""
    text = "one(first)\nsecret_step()\ntwo(second)\nthree(third)\n"

    missed = _missed(
        _apply(
            ("one(first)\ntwo(second)\nthree(third)\n", "all_of_them()\nthree(third)\n"), text=text
        )
    )

    assert missed.kind == "conflict"
    assert "secret_step()" in missed.reason


@pytest.mark.parametrize("end", ["", "\n"])
def test_the_end_of_the_file_stays_as_it_was(end: str):
    """A file without a line end at its end gets none."""
    applied = _apply(("b", "c"), text=f"a\nb{end}")

    assert applied.text == f"a\nc{end}"


def test_a_new_file_takes_the_whole_text():
    """A hunk without a search fills an empty file, and no other."""
    assert _apply(("", "x = 1\n"), text="").text == "x = 1\n"
    assert _missed(_apply(("", "x = 1\n"), text="y = 1\n")).kind == "absent"


@given(
    st.lists(st.sampled_from(WORDS), min_size=1, max_size=30),
    st.lists(st.sampled_from(WORDS), max_size=4),
    st.data(),
)
def test_an_exact_hunk_changes_its_lines_and_no_other(
    lines: list[str], new: list[str], data: st.DataObject
):
    """A part of a file is replaced where it is, or refused because it is there more than once."""
    start = data.draw(st.integers(0, len(lines) - 1))
    end = data.draw(st.integers(start + 1, len(lines)))
    assume(any(line.strip() for line in lines[start:end]))
    text = "\n".join(lines) + "\n"

    search, replace = ("".join(f"{line}\n" for line in part) for part in (lines[start:end], new))
    applied = _apply((search, replace), text=text)

    made = [*lines[:start], *new, *lines[end:]]
    (outcome,) = applied.outcomes
    if isinstance(outcome, Placed) and outcome.level == "exact":
        assert applied.text == "".join(f"{line}\n" for line in made)
    elif isinstance(outcome, Missed):
        assert applied.text == text


@given(st.integers(0, 2**32), st.integers(1, 3))
def test_a_disturbed_hunk_is_right_or_refused(seed: int, n_changes: int):
    """With lines lost, doubled or misspelt in the search, the file is right or untouched."""
    rng = random.Random(seed)  # noqa: S311 - a test that can be repeated
    lines = [f"{'    ' * rng.randrange(3)}call_{at}(value_{rng.randrange(99)})" for at in range(40)]
    at = rng.randrange(5, 30)
    want = lines[at : at + 8]
    new = [*want[:4], "    added(1)", *want[4:]]
    expected = [*lines[: at + 4], "    added(1)", *lines[at + 4 :]]
    for _ in range(n_changes):
        victim = rng.choice([0, 1, 6, 7])
        wrong = want[victim].replace("value", "valeu")
        want = [wrong if line == want[victim] else line for line in want]
    new = [*want[:4], "    added(1)", *want[4:]]

    applied = _apply(("\n".join(want), "\n".join(new)), text="\n".join(lines) + "\n")

    assert applied.text in ("\n".join(expected) + "\n", "\n".join(lines) + "\n")
