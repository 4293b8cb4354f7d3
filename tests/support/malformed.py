"""JSON as models spoil it: two hundred answers, each with what it should have been."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]
Damage = Callable[[str, random.Random], str]
TITLES = (
    "Add the price",
    'Rename `total` to "sum"',
    "Test it: {a}, [b]",
    "Lösche x\\y",
    "It's done",
)
TEXTS = ("In `shop/cart.py`, after the loop.", 'Say "no", then go on.\nTwice.', "", "a, b: c // d")
PATHS = ("shop/cart.py", "web/app.ts", "README.md")


@dataclass(frozen=True, slots=True)
class Malformed:
    """An answer, and what the model meant; `is_cut` where a part of that is not there."""

    name: str
    text: str
    meant: Json
    is_cut: bool


def documents(chance: random.Random) -> Iterator[Json]:
    """Give plans as models give them, without end."""
    while True:
        steps = [
            {
                "title": chance.choice(TITLES),
                "description": chance.choice(TEXTS),
                "paths": chance.sample(PATHS, chance.randrange(4)),
            }
            for _ in range(chance.randrange(1, 5))
        ]
        yield {"summary": chance.choice(TEXTS) or "All.", "steps": steps}


def _quotes_bare(text: str, _: random.Random) -> str:
    return text.replace('\\"', '"')


def _cut(text: str, chance: random.Random) -> str:
    return text[: chance.randrange(len(text) // 3, len(text) - 3)]


def _without_one(mark: str) -> Damage:
    def damage(text: str, chance: random.Random) -> str:
        places = [m.start() for m in re.finditer(re.escape(mark), text)]
        at = chance.choice(places)
        return text[:at] + text[at + len(mark) :]

    return damage


DAMAGES: dict[str, Damage] = {
    "fence": lambda text, _: f"```json\n{text}\n```",
    "fence without an end": lambda text, _: f"```json\n{text}",
    "remarks": lambda text, _: f"Here is the plan:\n\n{text}\n\nShall I go on?",
    "remarks with braces": lambda text, _: f"For `{{x}}` I plan {{this}}:\n{text}\nDone {{so}}.",
    "thoughts": lambda text, _: f"<think>maybe {{}} or [1]</think>\n{text}",
    "thoughts without an end": lambda text, _: f"First I look.</think>{text}",
    "trailing commas": lambda text, _: text.replace("}", ",}").replace("]", ",]"),
    "single quotes": lambda text, _: repr(json.loads(text)),
    "bare keys": lambda text, _: re.sub(r'"(\w+)":', r"\1:", text),
    "line breaks in strings": lambda text, _: text.replace("\\n", "\n"),
    "quotes in strings": _quotes_bare,
    "comments": lambda text, _: text.replace('"steps":', '// the steps\n"steps":'),
    "curly quotes": lambda text, _: re.sub(r'"(\w+)":', "\u201c\\1\u201d:", text),
    "no comma between steps": lambda text, _: text.replace("}, {", "} {"),
    "no last brace": lambda text, _: text[:-1],
    "said twice": lambda text, _: f"{text}\n{text}",
    "a list around it": lambda text, _: f"[{text}]",
    "a missing quote": _without_one('"'),
    "a backslash too few": lambda text, _: text.replace("\\\\", "\\"),
    "cut": _cut,
}


def malformed(count: int, seed: int) -> Iterator[Malformed]:
    """Give so many answers, all kinds of damage in turn."""
    chance = random.Random(seed)  # noqa: S311  # shapes, no secrets
    plans = documents(chance)
    names = list(DAMAGES)
    for number in range(count):
        name = names[number % len(names)]
        meant = next(plans)
        text = DAMAGES[name](json.dumps(meant, ensure_ascii=False), chance)
        yield Malformed(name, text, meant, is_cut=name == "cut")
