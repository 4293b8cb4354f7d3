"""The list of broken builds fits the program: each of them can still be made."""

import ast

import pytest

from reliability.breaks import BREAKS, PACKAGE, ROOT, Break


@pytest.mark.parametrize("broken", BREAKS, ids=lambda broken: broken.what.replace(" ", "-"))
def test_a_break_breaks_one_place_of_the_program(broken: Break):
    """What it changes stands there once, the changed program parses, and its tests are there."""
    text = (PACKAGE / broken.file).read_text("utf-8")
    assert text.count(broken.old) == 1
    changed = text.replace(broken.old, broken.new)
    assert changed != text
    ast.parse(changed)
    for test in broken.tests:
        file, _, word = test.partition("::")
        assert word in (ROOT / file).read_text("utf-8")
