"""What is shown of a file: outlines, symbols, ranges."""

from octoprompt.context import views
from octoprompt.context.model import Source, Wanted
from octoprompt.context.outline import places
from support.context_text import source

PYTHON = '''"""Shapes.

More about them.
"""

import math
from typing import (
    Any,
    Protocol,
)

LIMIT = 3


class Circle:
    """A round shape.

    It has a radius.
    """

    kind = "round"

    def __init__(self, radius):
        self.radius = radius

    @property
    @cached(
        1,
    )
    def area(
        self,
    ) -> float:
        """Give the area."""
        # Nobody needs more digits.
        square = self.radius * self.radius
        return math.pi * square

    def grow(self, by):
        # A comment before the body.
        for _ in range(LIMIT):
            self.radius += by
        import os

        def local():
            return 1

        return local()


async def unit():
    one = 1
    two = one + one
    return Circle(two - one)
'''

TYPESCRIPT = """import { a } from './a'

export interface Shape {
  area(): number
}

/** A round shape. */
export class Circle implements Shape {
  constructor(private radius: number) {
    this.check()
    this.check()
  }

  area(): number {
    const square = this.radius * this.radius
    return square * Math.PI
  }
}

export const grow = (shape: Circle, by: number) => {
  const before = shape.area()
  return before + by
}
"""


def outline(path: str, text: str) -> str:
    """Give the outline as text."""
    candidate, _ = views.chosen(source(path, text), Wanted(path=path, outline=True), "markdown")
    assert candidate is not None
    return "".join(candidate.views[0].pieces)


def test_documentation_in_an_outline_is_closed():
    """A quote that is opened is closed, so that what follows is no string."""
    text = 'def a():\n    """First.\n\n' + "    More.\n" * 9 + '    """\n    return 1\n\n\n'
    text += 'def b():\n    """\n    Second.\n' + "    More.\n" * 9 + '    """\n    return 2\n'
    shown = outline("two.py", text)
    assert shown.count('"""') == 4
    assert '    """First.\n' in shown
    assert '    """\n    Second.\n' in shown
    assert "More." not in shown


def test_a_python_outline():
    """Imports, heads with decorators, first documentation lines; bodies by their line numbers."""
    shown = outline("shapes.py", PYTHON)
    for kept in (
        "import math\n",
        "from typing import (\n    Any,\n    Protocol,\n)\n",
        "class Circle:\n",
        '    """A round shape.\n',
        "    def __init__(self, radius):\n",
        "    @property\n    @cached(\n        1,\n    )\n",
        "    )\n    def area(\n        self,\n    ) -> float:\n",
        '        """Give the area."""\n',
        "    def grow(self, by):\n        # ... lines 39-49\n",
        "async def unit():\n    # ... lines 51-53\n",
    ):
        assert kept in shown, kept
    for left_out in (
        "math.pi",
        "Nobody needs",
        "local",
        "import os",
        "two = one",
        "A comment before",
    ):
        assert left_out not in shown


def test_a_typescript_outline():
    """Marks are comments of the language."""
    shown = outline("shapes.ts", TYPESCRIPT)
    for kept in (
        "import { a } from './a'\n",
        "export interface Shape {\n",
        "/** A round shape. */\nexport class Circle implements Shape {\n",
        "  constructor(private radius: number) {\n    // ... lines 10-13\n",
        "  area(): number {\n",
        "export const grow = (shape: Circle, by: number) => {\n",
    ):
        assert kept in shown, kept
    assert "const square" not in shown
    assert "const before" not in shown


def test_an_outline_without_symbols_shows_the_first_lines():
    """A file of no known language shows where it begins, and how much is left out."""
    text = "".join(f"line {n}\n" for n in range(1, 101))
    candidate, _ = views.chosen(
        source("notes.xyz", text), Wanted(path="notes.xyz", outline=True), "markdown"
    )
    assert candidate is not None
    view = candidate.views[0]
    assert "line 20\n... lines 21-100\n" in "".join(view.pieces)
    assert view.note.startswith("no symbols known")


def test_one_long_line_does_not_fill_an_outline():
    """Minified code is cut in an outline, visibly."""
    shown = outline("min.js", "var a=1;" + "function f(){return a+a+a}" * 2000)
    assert len(shown) < 1000
    assert " ...\n" in shown


def parts(text: str, **wanted) -> tuple[str, list[str]]:
    """Give what a wish for parts shows, and what is missing."""
    asked = Wanted(path="shapes.py", **wanted)
    candidate, missing = views.chosen(source("shapes.py", text), asked, "markdown")
    return "".join(candidate.views[0].pieces) if candidate else "", missing


def test_a_symbol_is_shown_whole_inside_its_heads():
    """The definition with its decorators, and the head of its class."""
    shown, missing = parts(PYTHON, symbols=("Circle.area",))
    assert not missing
    assert "class Circle:\n    # ... lines 16-25\n    @property\n" in shown
    assert "        return math.pi * square\n    # ... lines 37-53\n" in shown
    assert "def grow" not in shown


def test_a_symbol_is_found_by_its_end_and_other_separators():
    """`area`, `Circle.area`, `Circle::area` and `Circle#area` mean the same."""
    expected = parts(PYTHON, symbols=("Circle.area",))[0]
    for name in ("area", "Circle::area", "Circle#area", "Circle.area()"):
        assert parts(PYTHON, symbols=(name,))[0] == expected


def test_a_missing_symbol_names_the_nearest():
    """The reason helps to mend the wish, and what exists is still shown."""
    shown, missing = parts(PYTHON, symbols=("Circle.aera", "unit"))
    assert missing == ["the file has no symbol `Circle.aera`; the nearest are `Circle.area`"]
    assert "async def unit" in shown
    assert parts(PYTHON, symbols=("Nothing.of_that_kind",))[0] == ""


def test_a_range_keeps_the_heads_around_it():
    """Lines of a method stand below the heads of its class and of the method."""
    shown, missing = parts(PYTHON, ranges=((34, 35), (50, 999)))
    assert not missing
    assert "class Circle:" in shown
    assert "    def area(\n" in shown
    assert "        square = self.radius * self.radius\n" in shown
    assert "return Circle(two - one)\n" in shown


def test_a_range_past_the_end_is_missing():
    """The reason says how long the file is."""
    assert parts(PYTHON, ranges=((900, 950),)) == (
        "",
        ["line 900 is past its end: it has 53 lines"],
    )


def test_a_broken_parse_cannot_break_an_outline():
    """Positions beyond the text are clamped: the parse may be of an older text."""
    old = source("shapes.py", PYTHON)
    for text in ("", "x", PYTHON[:200], "\n" * 5):
        stale = Source(
            path="p",
            label="p",
            text=text,
            parsed=old.parsed,
            places=places(text, old.parsed),
        )
        for wanted in (Wanted(path="p", outline=True), Wanted(path="p", symbols=("area",))):
            candidate, _ = views.chosen(stale, wanted, "markdown")
            assert candidate is None or candidate.views
