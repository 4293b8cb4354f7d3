"""Inverted lists in memory: records unpacked, put in order of their keys, and laid together."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from octoprompt.index.terms import HEADER

U32 = npt.NDArray[np.uint32]
U8 = npt.NDArray[np.uint8]
I32 = npt.NDArray[np.int32]
I64 = npt.NDArray[np.int64]
F32 = npt.NDArray[np.float32]
Bools = npt.NDArray[np.bool_]

LITTLE = np.dtype("<u4")


@dataclass(frozen=True, slots=True, kw_only=True)
class Postings:
    """Lists by key: where each key's postings are. Sorted by key, then by unit."""

    keys: U32
    units: U32
    """Number of a passage (or of a document) within the run or segment."""
    counts: U8

    def of(self, wanted: U32) -> list[tuple[U32, U8]]:
        """Give units and counts of each wanted key, in the order asked."""
        lo = np.searchsorted(self.keys, wanted, "left")
        hi = np.searchsorted(self.keys, wanted, "right")
        return [
            (self.units[a:b], self.counts[a:b])
            for a, b in zip(lo.tolist(), hi.tolist(), strict=True)
        ]


def ordered(keys: U32, units: U32, counts: U8) -> Postings:
    """Put postings in order; equal keys stay in the order given, which is that of their units."""
    # Sorting whole numbers is several times quicker than sorting their places.
    numbered = (keys.astype(np.uint64) << np.uint64(32)) | np.arange(len(keys), dtype=np.uint64)
    numbered.sort()
    order = (numbered & np.uint64(0xFFFFFFFF)).astype(np.int64)
    return Postings(keys=keys[order], units=units[order], counts=counts[order])


@dataclass(frozen=True, kw_only=True)
class Layout:
    """Which units belong to which document, and what is known of each unit."""

    documents: U32
    """Ids, in order of their units."""
    sizes: U32
    """Units of each document."""
    lines: U32
    """First line of each unit."""
    lengths: U32
    """Tokens of each unit."""

    @cached_property
    def firsts(self) -> U32:
        """First unit of each document."""
        return (np.cumsum(self.sizes, dtype=np.uint32) - self.sizes).astype(np.uint32)


@dataclass(frozen=True, kw_only=True)
class Run:
    """Documents that are not in a segment yet: unpacked, in the order they came."""

    layout: Layout
    parts: tuple[tuple[U32, U32, U8], ...]
    """Keys, units and counts as they came."""

    @cached_property
    def postings(self) -> Postings:
        """The lists in order of their keys."""
        if not self.parts:
            empty = np.empty(0, np.uint32)
            return Postings(keys=empty, units=empty, counts=np.empty(0, np.uint8))
        keys, units, counts = (np.concatenate(column) for column in zip(*self.parts, strict=True))
        return ordered(keys, units, counts)

    @cached_property
    def n_postings(self) -> int:
        """How many postings it holds."""
        return sum(len(keys) for keys, _, _ in self.parts)


def text_run(documents: Sequence[int], records: Sequence[bytes]) -> Run:
    """Unpack text records into a run: a unit is a passage."""
    heads = [HEADER.unpack_from(record) if record else (0, 0) for record in records]
    columns: tuple[list[bytes], ...] = ([], [], [], [], [])
    for record, (n_units, n_postings) in zip(records, heads, strict=True):
        at = HEADER.size
        each = 4 * n_units
        for column, size in zip(
            columns, (each, each, each, 4 * n_postings, n_postings), strict=True
        ):
            column.append(record[at : at + size])
            at += size
    lines, lengths, sizes, keys = (
        np.frombuffer(b"".join(column), LITTLE) for column in columns[:4]
    )
    layout = Layout(
        documents=np.array(documents, np.uint32),
        sizes=np.array([n_units for n_units, _ in heads], np.uint32),
        lines=lines,
        lengths=lengths,
    )
    units = np.repeat(np.arange(len(sizes), dtype=np.uint32), sizes)
    counts = np.frombuffer(b"".join(columns[4]), np.uint8)
    return Run(layout=layout, parts=((keys, units, counts),) if len(keys) else ())


def definition_run(documents: Sequence[int], records: Sequence[bytes]) -> Run:
    """Unpack definition records into a run: each document is one unit."""
    sizes = [int.from_bytes(record[:4], "little") for record in records]
    each = list(zip(records, sizes, strict=True))
    keys = np.frombuffer(b"".join([record[4 : 4 + 4 * n] for record, n in each]), LITTLE)
    counts = np.frombuffer(
        b"".join([record[4 + 4 * n : 4 + 5 * n] for record, n in each]), np.uint8
    )
    units = np.repeat(np.arange(len(records), dtype=np.uint32), sizes)
    layout = Layout(
        documents=np.array(documents, np.uint32),
        sizes=np.ones(len(records), np.uint32),
        lines=np.ones(len(records), np.uint32),
        lengths=np.bincount(units, counts, len(records)).astype(np.uint32),
    )
    return Run(layout=layout, parts=((keys, units, counts),) if len(keys) else ())


def joined(runs: Sequence[Run]) -> Run:
    """Lay runs end to end as one."""
    parts: list[tuple[U32, U32, U8]] = []
    base = 0
    for run in runs:
        parts += [(keys, units + np.uint32(base), counts) for keys, units, counts in run.parts]
        base += len(run.layout.lines)
    layout = Layout(
        documents=_join([run.layout.documents for run in runs]),
        sizes=_join([run.layout.sizes for run in runs]),
        lines=_join([run.layout.lines for run in runs]),
        lengths=_join([run.layout.lengths for run in runs]),
    )
    return Run(layout=layout, parts=tuple(parts))


def _join(arrays: Sequence[U32]) -> U32:
    return (
        np.concatenate(arrays).astype(np.uint32, copy=False) if arrays else np.empty(0, np.uint32)
    )
