"""The texts for models: Markdown files with named slots."""

import re
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent / "texts"
SLOT = re.compile(r"\{\{(\w+)\}\}")
VERSION = "2"
"""Of the instructions for summaries: others give another summary."""


@cache
def load(name: str) -> str:
    """Give a text with its slots."""
    return (FOLDER / f"{name}.md").read_text(encoding="utf-8").strip()


def fill(name: str, **values: str) -> str:
    """Give a text with its slots filled; each must have a value, and each value a slot.

    Values are put in as they are: what looks like a slot in them stays.
    """
    text = load(name)
    slots = set(SLOT.findall(text))
    if slots != set(values):
        raise KeyError(f"`{name}` has the slots {sorted(slots)}, not {sorted(values)}")
    return SLOT.sub(lambda slot: values[slot[1]], text)
