"""Lines in the forms under which they are compared, from strict to lenient."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from itertools import pairwise

Form = Callable[[str], str]

TYPOGRAPHY = (
    str.maketrans(
        dict.fromkeys("\u2018\u2019\u201a", "'") | dict.fromkeys("\u201c\u201d\u201e", '"')
    ),
    str.maketrans(dict.fromkeys("\u2013\u2014\u2212", "-")),
    str.maketrans(dict.fromkeys("\u00a0\u202f", " ") | dict.fromkeys("\u200b\ufeff", "")),
    str.maketrans({"\u2026": "..."}),
)
"""What word processors and some models make of quotes, hyphens, blanks and dots."""
PLAIN = {mark: plain for kind in TYPOGRAPHY for mark, plain in kind.items()}
NESTED = re.compile("[\"'\u2018-\u201e][\u2018-\u201e]|[\u2018-\u201e][\"']")
"""Quotes that touch: which of them were plain, nobody can tell."""

SIGN = r"(?:\#|//|/\*|<!--|--|;|%|\{/\*)"
"""What a comment begins with, in the languages that models write."""
ELISION = re.compile(
    rf"""\s* (?: {SIGN} \s* (?:\.\.\.|\u2026) .*
              | (?:\.\.\.|\u2026) (?: \s+ [\w\s]+ (?:\.\.\.|\u2026) )? ) \s*""",
    re.VERBOSE,
)
"""A line that stands for lines left out: `...`, `# ... existing code ...`, `// … rest`."""
LAZY = re.compile(
    rf"""\s* {SIGN} .* \b (?: existing\ code
         | rest\ of\ (?:the\ )?(?:code|file|function|class|method)
         | remains?\ (?:the\ same|unchanged) ) \b .*""",
    re.VERBOSE | re.IGNORECASE,
)
"""A comment that stands for lines left out without dots."""
BARE_ELISION = re.compile(r"\s*(?:\.\.\.|\u2026)\s*")
"""Such a line without a comment sign, which in Python may be code."""


def plain(line: str) -> str:
    """Give a line with plain quotes, hyphens and blanks."""
    return line.translate(PLAIN)


def without_end(line: str) -> str:
    """Give a line without the blanks at its end."""
    return line.rstrip()


def plain_without_end(line: str) -> str:
    """Give a line in plain characters, without the blanks at its end."""
    return plain(line).rstrip()


def bare(line: str) -> str:
    """Give a line in plain characters, without the blanks at either end, one blank inside."""
    return " ".join(plain(line).split())


LADDER: tuple[Form, ...] = (str, without_end, plain_without_end, bare)
"""Each form finds all that the one before it finds."""


def is_elision(line: str) -> bool:
    """Tell whether a line stands for lines left out."""
    return ELISION.fullmatch(line) is not None


def stands_for_others(line: str, before: str) -> bool:
    """Tell whether a new line leaves code out, where `before` is the line above it."""
    if BARE_ELISION.fullmatch(line):
        return not before.rstrip().endswith(":")
    return is_elision(line) or LAZY.fullmatch(line) is not None


def indent_of(line: str) -> str:
    """Give the blanks that a line begins with."""
    return line[: len(line) - len(line.lstrip())]


class Indents:
    """How the indents of the model's lines become those of the file, learned from equal lines."""

    def __init__(self, pairs: Sequence[tuple[str, str]]) -> None:
        """Take pairs of the model's line and the file's line."""
        votes = Counter((indent_of(a), indent_of(b)) for a, b in pairs if a.strip())
        ordered = sorted(votes, key=lambda pair: (votes[pair], pair[0] == pair[1]))
        self._known = dict(ordered)
        self._their_unit = _unit([*self._known])
        self._our_unit = _unit([*self._known.values()])

    def moved(self, line: str) -> str:
        """Give a line of the model with the file's indent."""
        indent = indent_of(line)
        if not line.strip():
            return ""
        if indent in self._known:
            return self._known[indent] + line[len(indent) :]
        inner = max((k for k in self._known if indent.startswith(k)), key=len, default=None)
        if inner is None:
            return self._outer(indent) + line[len(indent) :]
        return self._known[inner] + self._turned(indent[len(inner) :]) + line[len(indent) :]

    def _outer(self, indent: str) -> str:
        """Give our form of an indent that is less deep than every known one."""
        theirs = min(self._known, key=len, default="")
        ours = self._known.get(theirs, "")
        missing = self._turned(theirs[len(indent) :]) if theirs.startswith(indent) else ""
        return ours.removesuffix(missing) if missing else indent

    def _turned(self, blanks: str) -> str:
        """Give further indent in the file's unit, when the units differ and it is whole units."""
        theirs, ours = self._their_unit, self._our_unit
        if not theirs or not ours or theirs == ours or len(blanks) % len(theirs):
            return blanks
        return ours * (len(blanks) // len(theirs)) if set(blanks) == set(theirs) else blanks


def _unit(indents: Sequence[str]) -> str:
    """Give the smallest step between indents; nothing when there is none, or they are mixed."""
    ordered = sorted({*indents}, key=len)
    steps = [
        longer[len(shorter) :]
        for shorter, longer in pairwise(ordered)
        if longer.startswith(shorter)
    ]
    step = min(steps, key=len, default="")
    return step if len({*step}) == 1 else ""
