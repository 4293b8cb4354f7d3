"""Where each line of a hunk is in a file: by equality, and over elisions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from octoprompt.agents.edits.forms import LADDER, Form, bare, indent_of, is_elision
from octoprompt.agents.edits.hunks import Level

MAX_ELIDED = 400
"""So many lines one elision may stand for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Alignment:
    """Which line of the file each searched line is."""

    level: Level
    lines: tuple[int | None, ...]
    """For each searched line the index of the file's; None for elisions and lines not there."""
    score: float = 1.0
    other: tuple[int | None, ...] | None = None
    """Other lines of the same place that would be as good."""

    @property
    def start(self) -> int:
        """The first line of the place."""
        return next(at for at in self.lines if at is not None)

    @property
    def end(self) -> int:
        """The line after the place."""
        return 1 + next(at for at in reversed(self.lines) if at is not None)


def equal(have: Sequence[str], want: Sequence[str]) -> list[Alignment]:
    """Give every place of the strictest form under which the lines are there as they stand."""
    n = len(want)
    if places := [*_places(have, want, str)]:
        return [_consecutive("exact", range(at, at + n), 0, n) for at in places]
    first, last = _filled(want)
    for form in LADDER:
        places = _places(have, want[first:last], form)
        found = [
            _consecutive("whitespace", range(at, at + last - first), first, n) for at in places
        ]
        if found:
            return found
    return []


def _consecutive(level: Level, lines: range, before: int, total: int) -> Alignment:
    after = total - before - len(lines)
    return Alignment(level=level, lines=(*[None] * before, *lines, *[None] * after))


def _filled(lines: Sequence[str]) -> tuple[int, int]:
    """Give where the blank lines at the beginning end, and where those at the end begin."""
    filled = [at for at, line in enumerate(lines) if line.strip()]
    return (filled[0], filled[-1] + 1) if filled else (0, len(lines))


def _places(have: Sequence[str], want: Sequence[str], form: Form) -> Iterator[int]:
    """Give where the lines are, under a form; indented otherwise only when all are alike."""
    theirs = [form(line) for line in want]
    ours = [form(line) for line in have]
    n = len(theirs)
    for at in range(len(ours) - n + 1):
        if ours[at] != theirs[0] or ours[at : at + n] != theirs:
            continue
        if form is not bare or has_same_shape(have[at : at + n], want):
            yield at


def has_same_shape(have: Sequence[str], want: Sequence[str]) -> bool:
    """Tell whether all lines are as much deeper than the first in both, in units of each."""
    pairs = [
        (_depth(ours), _depth(theirs))
        for ours, theirs in zip(have, want, strict=True)
        if theirs.strip()
    ]
    (our_base, their_base), *_ = pairs
    steps = [(ours - our_base, theirs - their_base) for ours, theirs in pairs]
    unit = next(((a, b) for a, b in steps if a and b), (1, 1))
    return unit[0] * unit[1] > 0 and all(a * unit[1] == b * unit[0] for a, b in steps)


def elided(have: Sequence[str], want: Sequence[str]) -> list[Alignment]:
    """Give every place where the parts between elisions follow each other."""
    gaps = [at for at, line in enumerate(want) if is_elision(line)]
    if not gaps:
        return []
    bounds = [-1, *gaps, len(want)]
    parts = [(a + 1, b) for a, b in pairwise(bounds)]
    parts = [(a, b) for a, b in parts if any(line.strip() for line in want[a:b])]
    if not parts:
        return []
    (a, b), *rest = parts
    found: list[Alignment] = []
    for head in equal(have, want[a:b]):
        lines: list[int | None] = [None] * len(want)
        lines[a:b] = head.lines
        if _extended(have, want, rest, lines, head.end):
            found.append(Alignment(level="elided", lines=tuple(lines)))
    return found


def _extended(
    have: Sequence[str],
    want: Sequence[str],
    parts: Sequence[tuple[int, int]],
    lines: list[int | None],
    end: int,
) -> bool:
    """Put the parts after an elision at their nearest place below, within the same block."""
    for a, b in parts:
        part = want[a:b]
        below = have[end : end + MAX_ELIDED + len(part)]
        above = next((line for line in reversed(have[:end]) if line.strip()), "")
        near = next((p for p in equal(below, part) if _stays_inside(below, p, above)), None)
        if near is None:
            return False
        lines[a:b] = [None if at is None else at + end for at in near.lines]
        end += near.end
    return True


def _stays_inside(below: Sequence[str], place: Alignment, above: str) -> bool:
    """Tell whether what was left out is as deep as the lines around it, or deeper."""
    around = min(_depth(above), _depth(below[place.start]))
    skipped = [_depth(line) for line in below[: place.start] if line.strip()]
    return min(skipped, default=around) >= around


def _depth(line: str) -> int:
    return len(indent_of(line).expandtabs(4))


def positions(lines: Sequence[str]) -> dict[str, list[int]]:
    """Give where each line is, in the most lenient form, without blank lines."""
    found: dict[str, list[int]] = defaultdict(list)
    for at, line in enumerate(lines):
        if key := bare(line):
            found[key].append(at)
    return found
