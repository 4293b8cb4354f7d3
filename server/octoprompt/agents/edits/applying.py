"""Hunks put into a text, each on its own: exactly, by whitespace, over elisions, then by likeness.

A hunk that fits in two places fits in none: what is applied is applied where it belongs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from octoprompt.agents.edits.alignment import Alignment, elided, equal
from octoprompt.agents.edits.forms import bare
from octoprompt.agents.edits.hunks import Applied, Candidate, Hunk, Missed, NotFound, Placed
from octoprompt.agents.edits.likeness import alike
from octoprompt.agents.edits.merging import Change, merged

SURE = 0.8
"""A place by likeness must agree in so much of the searched lines."""
MARGIN = 0.05
"""By so much, at least, it must be better than any other place."""
SHOWN = 3
"""So many candidates a miss shows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Splice:
    """Lines `start:end` of the file become `lines`."""

    start: int
    end: int
    lines: list[str]
    placed: Placed


def apply(text: str, hunks: Sequence[Hunk]) -> Applied:
    """Give the text after all hunks that have one sure place in it; the others are left out.

    All are looked for in the text as the model saw it. What is not there is looked for once
    more after the others: a hunk may build on one before it.
    """
    have = _lines(text)
    outcomes: list[Placed | Missed] = []
    splices: list[_Splice] = []
    for hunk in hunks:
        try:
            splice = _splice(have, hunk)
            _refuse_overlap(splice, splices)
        except NotFound as missed:
            outcomes.append(missed.missed)
        else:
            splices.append(splice)
            outcomes.append(splice.placed)
    for splice in sorted(splices, key=lambda splice: splice.start, reverse=True):
        have[splice.start : splice.end] = splice.lines
    if splices:
        _retry(have, hunks, outcomes)
    return Applied(text=_joined(have, text), outcomes=tuple(outcomes))


def _retry(have: list[str], hunks: Sequence[Hunk], outcomes: list[Placed | Missed]) -> None:
    for at, (hunk, outcome) in enumerate(zip(hunks, outcomes, strict=True)):
        if isinstance(outcome, Missed) and outcome.kind == "absent":
            try:
                splice = _splice(have, hunk)
            except NotFound:
                continue
            have[splice.start : splice.end] = splice.lines
            outcomes[at] = splice.placed


def _refuse_overlap(splice: _Splice, others: Sequence[_Splice]) -> None:
    for other in others:
        is_apart = splice.end <= other.start or other.end <= splice.start
        if not is_apart or (splice.start, splice.end) == (other.start, other.end):
            raise NotFound(
                "conflict", f"the place from line {splice.start + 1} is changed by another hunk"
            )


def _divided(have: Sequence[str], hunk: Hunk) -> Hunk:
    """Of several ways to divide a hunk, give the one that searches most of what is there."""
    ways = [hunk, *hunk.others]
    longest = max((_lines(way.search) for way in ways), key=len)
    found = [way for way in ways if _is_there(have, _lines(way.search), longest)]
    if not found:
        raise NotFound("absent", "the hunk can be divided in several ways, and none is in the file")
    return max(found, key=lambda way: len(way.search))


def _is_there(have: Sequence[str], want: Sequence[str], longest: Sequence[str]) -> bool:
    """Tell whether lines are there, and the line that ends them does not go on there as well."""
    if not any(line.strip() for line in want):
        return not any(line.strip() for line in have)
    divider = longest[len(want) : len(want) + 1]
    return any(
        not divider or list(have[place.end : place.end + 1]) != divider
        for place in equal(have, want)
    )


def _splice(have: Sequence[str], hunk: Hunk) -> _Splice:
    if hunk.others:
        hunk = _divided(have, hunk)
    want, new = _lines(hunk.search), _lines(hunk.replace)
    if not any(line.strip() for line in want):
        return _into_empty(have, new)
    place, change = _place(have, want), Change(want=want, new=new)
    lines = merged(have, change, place)
    if place.other is not None:
        other = replace(place, lines=place.other)
        if _whole(have, place, lines) != _whole(have, other, merged(have, change, other)):
            raise NotFound(
                "ambiguous", "the hunk's lines fit in two ways", _candidates(have, [place])
            )
    placed = Placed(level=place.level, line=place.start + 1, end_line=place.end)
    return _Splice(start=place.start, end=place.end, lines=lines, placed=placed)


def _whole(have: Sequence[str], place: Alignment, lines: list[str]) -> list[str]:
    return [*have[: place.start], *lines, *have[place.end :]]


def _into_empty(have: Sequence[str], new: list[str]) -> _Splice:
    if any(line.strip() for line in have):
        raise NotFound("absent", "the hunk names no lines of the file, so its place is unknown")
    placed = Placed(level="exact", line=1, end_line=len(have))
    return _Splice(start=0, end=len(have), lines=new, placed=placed)


def _place(have: Sequence[str], want: Sequence[str]) -> Alignment:
    for found in (equal(have, want), elided(have, want)):
        if found:
            return _only(found)
    found = alike(have, want)
    best, *others = [*found, None]
    second = 0.0 if not others or others[0] is None else others[0].score
    if best is None:
        raise NotFound("absent", "no line of the hunk is in the file")
    if best.score < SURE or not _has_anchor(have, want, best):
        raise NotFound("absent", "the hunk's lines are not in the file", _candidates(have, found))
    if second > best.score - max(MARGIN, 1 - best.score):
        raise NotFound(
            "ambiguous", "the hunk fits in more than one place", _candidates(have, found)
        )
    return best


def _has_anchor(have: Sequence[str], want: Sequence[str], place: Alignment) -> bool:
    """Tell whether at least one line is there as it stands: likeness alone is no place."""
    return any(
        at is not None and line.strip() and bare(have[at]) == bare(line)
        for line, at in zip(want, place.lines, strict=True)
    )


def _only(places: Sequence[Alignment]) -> Alignment:
    first, *others = places
    if others:
        shown = ", ".join(str(place.start + 1) for place in places[:SHOWN])
        raise NotFound(
            "ambiguous",
            f"the hunk's lines are in {len(places)} places, from line {shown}: name more around it",
        )
    return first


def _candidates(have: Sequence[str], places: Sequence[Alignment]) -> tuple[Candidate, ...]:
    return tuple(
        Candidate(
            line=place.start + 1,
            text="\n".join(have[place.start : place.end]),
            score=round(place.score, 3),
        )
        for place in places[:SHOWN]
    )


def _lines(text: str) -> list[str]:
    lines = text.split("\n")
    if lines[-1] == "":
        lines.pop()
    return lines


def _joined(lines: Sequence[str], before: str) -> str:
    """Give the text of lines; it ends as the text before did, and a new one ends its last line."""
    ends = before.endswith("\n") or not before
    return "\n".join(lines) + ("\n" if ends and lines else "")
