"""A field of the index as a query sees it: segments on disk and runs in memory, numbered as one."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from sqlalchemy import Connection

from octoprompt.index.retrieval import segments as disk
from octoprompt.index.retrieval.runs import I32, I64, U8, U32, Bools, Layout, Run
from octoprompt.index.retrieval.segments import Segment

TEXT = 0
DEFINITIONS = 1


@dataclass(frozen=True, kw_only=True)
class Field:
    """An immutable view. Units are numbered through all segments, then all runs."""

    segments: tuple[Segment, ...] = ()
    """Oldest first."""
    runs: tuple[Run, ...] = ()
    present: Bools
    """By document id: whether the document exists."""

    @cached_property
    def _layouts(self) -> list[Layout]:
        return [segment.layout for segment in self.segments] + [run.layout for run in self.runs]

    @cached_property
    def bases(self) -> list[int]:
        """Number of the first unit of each segment and run."""
        bases = [0]
        for layout in self._layouts:
            bases.append(bases[-1] + len(layout.lines))
        return bases

    @cached_property
    def _held(self) -> tuple[I32, I32, I32]:
        """Document of each unit (-1: outdated), first unit and number of units of each document."""
        n = len(self.present)
        owner = np.full(n, -1, np.int32)
        place = np.zeros(n, np.int32)
        for number, layout in enumerate(self._layouts):
            owner[layout.documents] = number
            place[layout.documents] = np.arange(len(layout.documents), dtype=np.int32)
        documents: list[I32] = []
        first = np.zeros(n, np.int32)
        size = np.zeros(n, np.int32)
        for number, layout in enumerate(self._layouts):
            ids = layout.documents.astype(np.int32)
            held = (
                (owner[ids] == number)
                & (place[ids] == np.arange(len(ids), dtype=np.int32))
                & self.present[ids]
            )
            documents.append(np.repeat(np.where(held, ids, np.int32(-1)), layout.sizes))
            first[ids[held]] = layout.firsts[held].astype(np.int32) + self.bases[number]
            size[ids[held]] = layout.sizes[held]
        joined = np.concatenate(documents) if documents else np.empty(0, np.int32)
        return joined, first, size

    @property
    def documents(self) -> I32:
        """Document of each unit; -1 when the unit is outdated."""
        return self._held[0]

    def units_of(self, document: int) -> range:
        """Give the units of a document."""
        _, first, size = self._held
        return range(int(first[document]), int(first[document]) + int(size[document]))

    @cached_property
    def lengths(self) -> U32:
        """Tokens of each unit."""
        return _column([layout.lengths for layout in self._layouts])

    @cached_property
    def lines(self) -> U32:
        """First line of each unit."""
        return _column([layout.lines for layout in self._layouts])

    @cached_property
    def document_lengths(self) -> U32:
        """Tokens of each document, all its units together."""
        alive = self.documents >= 0
        totals = np.bincount(
            self.documents[alive], self.lengths[alive], minlength=len(self.present)
        )
        return totals.astype(np.uint32)

    def lookup(self, connection: Connection, wanted: U32) -> list[tuple[U32, U8]]:
        """Give units and counts of each wanted key, in the order asked; outdated units included."""
        found: dict[int, list[tuple[U32, U8]]] = {key: [] for key in wanted.tolist()}
        for base, segment in zip(self.bases, self.segments, strict=False):
            for key, (units, counts) in disk.lookup(connection, segment, wanted).items():
                found[key].append((units + np.uint32(base), counts))
        for base, run in zip(self.bases[len(self.segments) :], self.runs, strict=False):
            for key, (units, counts) in zip(wanted.tolist(), run.postings.of(wanted), strict=True):
                if len(units):
                    found[key].append((units + np.uint32(base), counts))
        return [_both(found[key]) for key in wanted.tolist()]

    def holders(self, connection: Connection, wanted: U32) -> tuple[I64, I32]:
        """Give which documents hold which of the wanted keys: places in `wanted`, and documents.

        Sorted by place, then by document; each pair once.
        """
        found = [units for units, _ in self.lookup(connection, wanted)]
        if not found:
            return np.empty(0, np.int64), np.empty(0, np.int32)
        places = np.repeat(np.arange(len(found)), [len(units) for units in found])
        documents = self.documents[np.concatenate(found)]
        n = max(1, len(self.present))
        pairs = np.sort(places[documents >= 0] * n + documents[documents >= 0])
        pairs = pairs[np.diff(pairs, prepend=-1) != 0]
        return pairs // n, (pairs % n).astype(np.int32)

    def held_by(self, number: int) -> Bools:
        """Say for each unit of a segment whether it still counts."""
        return self.documents[self.bases[number] : self.bases[number + 1]] >= 0


def _column(parts: Sequence[U32]) -> U32:
    return np.concatenate(parts) if parts else np.empty(0, np.uint32)


def _both(parts: list[tuple[U32, U8]]) -> tuple[U32, U8]:
    if len(parts) == 1:
        return parts[0]
    if not parts:
        return np.empty(0, np.uint32), np.empty(0, np.uint8)
    return np.concatenate([units for units, _ in parts]), np.concatenate(
        [counts for _, counts in parts]
    )
