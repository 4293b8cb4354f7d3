"""An edit as a person sees it: texts, diff, and the places that can be taken or left."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from octoprompt.agents.edits.desk import Desk
from octoprompt.agents.edits.differences import Place, chosen, counts, places, unified
from octoprompt.agents.edits.state import lines_of
from octoprompt.errors import StoreDamaged
from octoprompt.store.edits import Edit

LINE = 200
"""Characters of the line that tells what a place is about."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownHunk:
    """A place: lines from 1, in the text before and in the one with all accepted places."""

    number: int
    line: int
    end_line: int
    new_line: int
    new_end_line: int
    accepted: bool
    text: str
    """Its first line that says something: a new one, else one that goes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EditTexts:
    """What an edit makes of its file; no texts when it is not text, or gone from the store."""

    before: str | None = None
    after: str | None = None
    diff: str = ""
    added: int = 0
    removed: int = 0
    hunks: tuple[ShownHunk, ...] = ()


def texts(desk: Desk, edit: Edit) -> EditTexts:
    """Work out what an edit shows; waits for the disk."""
    try:
        data_before, data_after = desk.texts(edit)
    except StoreDamaged:
        return EditTexts()
    path, new_path = edit.proposal.path, edit.proposal.new_path or edit.proposal.path
    before, after = (_text(data, path) for data in (data_before, data_after))
    if (before is None) != (data_before is None) or (after is None) != (data_after is None):
        return EditTexts()
    found = places(before or "", after or "")
    accepted = range(len(found)) if edit.accepted is None else edit.accepted
    taken = [number for number in accepted if number < len(found)]
    made = chosen(before or "", found, taken)
    added, removed = counts(found, taken)
    return EditTexts(
        before=before,
        after=None if after is None else made,
        diff=unified(
            before or "",
            made,
            "/dev/null" if before is None else f"a/{path}",
            "/dev/null" if after is None else f"b/{new_path}",
        ),
        added=added,
        removed=removed,
        hunks=tuple(_hunks(before or "", found, taken)),
    )


def _text(data: bytes | None, path: str) -> str | None:
    lines = None if data is None else lines_of(data, path)
    return None if lines is None else lines.text


def _hunks(before: str, found: Sequence[Place], taken: Collection[int]) -> list[ShownHunk]:
    hunks: list[ShownHunk] = []
    lines = before.split("\n")
    moved = 0
    for number, place in enumerate(found):
        is_taken = number in taken
        length = len(place.lines) if is_taken else place.end - place.start
        begin = place.start + moved
        hunks.append(
            ShownHunk(
                number=number,
                line=place.start + 1,
                end_line=max(place.end, place.start + 1),
                new_line=begin + 1,
                new_end_line=begin + max(length, 1),
                accepted=is_taken,
                text=_telling(place.lines) or _telling(lines[place.start : place.end]),
            )
        )
        moved += length - (place.end - place.start)
    return hunks


def _telling(lines: Sequence[str]) -> str:
    return next((line.strip()[:LINE] for line in lines if any(map(str.isalnum, line))), "")
