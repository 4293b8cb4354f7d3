"""The change that a hunk makes, made on the file's own lines.

Where the model's lines are not the file's to the letter, only what the model changed is changed:
lines that it repeats keep the file's blanks, quotes and words, and lines that it left out stay.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from difflib import SequenceMatcher
from functools import cached_property

from octoprompt.agents.edits.alignment import Alignment
from octoprompt.agents.edits.forms import (
    NESTED,
    TYPOGRAPHY,
    Indents,
    bare,
    indent_of,
    is_elision,
    plain,
    plain_without_end,
    stands_for_others,
)
from octoprompt.agents.edits.hunks import NotFound

SURE = 0.8
"""A line that is to go must be at least so much like the one of the file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Lines searched and lines to be there."""

    want: Sequence[str]
    new: Sequence[str]


def merged(have: Sequence[str], change: Change, place: Alignment) -> list[str]:
    """Give the file's lines of the place with the change made.

    Fails with `NotFound` where the model did not see what it changes.
    """
    _refuse_left_out(have, change)
    if place.level == "exact":
        return [*change.new]
    change, place = _without_blanks_around(change, place)
    merge = _Merge(have=have, change=change, place=place, at=place.start)
    theirs = [plain_without_end(line) for line in change.want]
    ours = [plain_without_end(line) for line in change.new]
    steps = SequenceMatcher(None, theirs, ours, autojunk=False).get_opcodes()
    for kind, a, b, c, d in steps:
        if kind == "equal":
            merge.keep(a, b)
        else:
            merge.replace(a, b, change.new[c:d])
    return merge.finished()


def _without_blanks_around(change: Change, place: Alignment) -> tuple[Change, Alignment]:
    """Leave out blank lines that the model put around both texts and the file does not have."""
    want, new, lines = [*change.want], [*change.new], [*place.lines]
    for end in (0, -1):
        while new and lines[end] is None and not want[end].strip() and not new[end].strip():
            del want[end], new[end], lines[end]
    return Change(want=want, new=new), replace(place, lines=tuple(lines))


def _refuse_left_out(have: Sequence[str], change: Change) -> None:
    """Refuse new lines that stand for code that the model left out."""
    known = {line.strip() for line in change.want} | {line.strip() for line in have}
    for before, line in zip(["", *change.new], change.new, strict=False):
        if stands_for_others(line, before) and line.strip() not in known:
            raise NotFound("conflict", f"the new text leaves code out: `{line.strip()[:80]}`")


@dataclass(kw_only=True)
class _Merge:
    """The place as it grows, from the top down."""

    have: Sequence[str]
    change: Change
    place: Alignment
    at: int
    """The file's next line."""
    made: list[str] = field(default_factory=list[str])

    def keep(self, a: int, b: int) -> None:
        """Keep the file's lines for searched lines that stay, with all between them."""
        for line in self.place.lines[a:b]:
            if line is not None:
                self._through(line + 1)

    def replace(self, a: int, b: int, new: Sequence[str]) -> None:
        """Put new lines in the place of searched ones; with none of these, between neighbours."""
        gone = self._gone(a, b)
        if gone:
            self._through(gone[0])
            self._refuse_unseen(range(gone[0], gone[-1] + 1), gone)
            self.at = gone[-1] + 1
        else:
            self._go_to_gap(a, b)
        self.made += self._ours(new)

    def _gone(self, a: int, b: int) -> list[int]:
        gone: list[int] = []
        for line, at in zip(self.change.want[a:b], self.place.lines[a:b], strict=True):
            if at is not None:
                self._refuse_unlike(at, line)
                gone.append(at)
            elif is_elision(line):
                raise NotFound(
                    "conflict", f"lines left out cannot be replaced: `{line.strip()[:80]}`"
                )
            elif line.strip():
                raise NotFound(
                    "conflict", f"a line to be replaced is not there: `{line.strip()[:80]}`"
                )
        return gone

    def _refuse_unlike(self, at: int, line: str) -> None:
        ours, theirs = self.have[at].strip(), plain(line).strip()
        if SequenceMatcher(None, ours, theirs, autojunk=False).ratio() < SURE and ours != theirs:
            raise NotFound("conflict", f"a line to be replaced is another one there: `{ours[:80]}`")

    def _refuse_unseen(self, lines: Iterable[int], seen: Sequence[int]) -> None:
        for at in lines:
            if at not in seen and self.have[at].strip():
                raise NotFound(
                    "conflict", f"a line among those is not in the hunk: `{self.have[at].strip()}`"
                )

    def _go_to_gap(self, a: int, b: int) -> None:
        """Go to where lines come in between: below a gap if one is above, else right here."""
        below = next((at for at in self.place.lines[b:] if at is not None), self.place.end)
        unseen = [at for at in range(self.at, below) if self.have[at].strip()]
        is_below_gap = a > 0 and is_elision(self.change.want[a - 1])
        is_above_gap = b < len(self.change.want) and is_elision(self.change.want[b])
        if is_below_gap and not is_above_gap:
            self._through(below)
        elif unseen and not is_above_gap:
            raise NotFound(
                "conflict",
                f"a line where the new ones belong is not in the hunk: `{self.have[unseen[0]]}`",
            )

    def _through(self, end: int) -> None:
        self.made += self.have[self.at : end]
        self.at = max(self.at, end)

    def _ours(self, new: Sequence[str]) -> list[str]:
        """Give new lines with the indent, the characters and the words of the file."""
        indents = Indents(self._pairs)
        moved = [indents.moved(self._remembered(line)) for line in new]
        if self._typography and any(NESTED.search(line) for line in moved):
            raise NotFound("conflict", "the new text has quotes of two kinds: write plain ones")
        return [line.translate(self._typography) for line in moved]

    @cached_property
    def _pairs(self) -> list[tuple[str, str]]:
        return [
            (line, self.have[at])
            for line, at in zip(self.change.want, self.place.lines, strict=True)
            if at is not None
        ]

    @cached_property
    def _repeated(self) -> dict[str, str]:
        """Give what the file has for lines that the model remembers a little wrongly."""
        return {
            theirs.strip(): ours.strip()
            for theirs, ours in self._pairs
            if bare(theirs) != bare(ours)
        }

    def _remembered(self, line: str) -> str:
        known = self._repeated.get(line.strip())
        return line if known is None else indent_of(line) + known

    @cached_property
    def _typography(self) -> dict[int, str]:
        """Give the kinds of characters that the model writes as a word processor would."""
        changed = {ord(mark) for theirs, ours in self._pairs for mark in theirs if mark not in ours}
        kinds = [kind for kind in TYPOGRAPHY if changed & kind.keys()]
        return {mark: plain for kind in kinds for mark, plain in kind.items()}

    def finished(self) -> list[str]:
        """Give the place's lines."""
        self._through(self.place.end)
        return self.made
