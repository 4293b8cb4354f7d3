"""Segments laid together in the background.

In slices short enough for one write transaction each.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from sqlalchemy import Connection

from octoprompt.index.retrieval import segments as disk
from octoprompt.index.retrieval.field import DEFINITIONS, TEXT, Field
from octoprompt.index.retrieval.runs import U8, U32, Bools, Layout, ordered
from octoprompt.index.retrieval.segments import Segment
from octoprompt.index.retrieval.state import State
from octoprompt.index.retrieval.writing import FLUSH_POSTINGS, save_version, with_field

SLICE_POSTINGS = 100_000
WIDTH = 4
"""So many segments of about one size become one."""


@dataclass(frozen=True, kw_only=True)
class Merge:
    """A merge under way: all postings with keys below `done` are in the target."""

    field: int
    sources: tuple[Segment, ...]
    units: tuple[U32, ...]
    """By source: the unit in the target of each unit; `GONE` when it is outdated."""
    target: Segment
    done: int = 0


GONE = np.uint32(0xFFFFFFFF)
END = 1 << 32


def due(state: State) -> tuple[int, tuple[Segment, ...]] | None:
    """Give the field and the segments to merge next, oldest first; None when all is well."""
    for number in (TEXT, DEFINITIONS):
        view = state.field(number)
        for tier in range(16):
            peers = tuple(segment for segment in view.segments if _tier(segment.n_postings) == tier)
            if len(peers) >= WIDTH:
                return number, peers
        if stale := tuple(
            segment for place, segment in enumerate(view.segments) if _is_stale(view, place)
        ):
            return number, stale
    return None


def _tier(n_postings: int) -> int:
    return max(0, (n_postings // FLUSH_POSTINGS).bit_length() // 2)


def _is_stale(view: Field, place: int) -> bool:
    held = view.held_by(place)
    return len(held) > 0 and float(held.mean()) < 0.5


def begin(connection: Connection, state: State, number: int, sources: Sequence[Segment]) -> Merge:
    """Write the head of the merged segment."""
    view = state.field(number)
    units: list[U32] = []
    layouts: list[Layout] = []
    base = 0
    for source in sources:
        held = view.held_by(view.segments.index(source))
        numbers = np.full(len(held), GONE, np.uint32)
        numbers[held] = np.arange(base, base + int(held.sum()), dtype=np.uint32)
        base += int(held.sum())
        units.append(numbers)
        layouts.append(_kept(source.layout, held, view))
    layout = Layout(
        documents=np.concatenate([part.documents for part in layouts]),
        sizes=np.concatenate([part.sizes for part in layouts]),
        lines=np.concatenate([part.lines for part in layouts]),
        lengths=np.concatenate([part.lengths for part in layouts]),
    )
    sequence = max(source.sequence for source in sources)
    n_postings = sum(source.n_postings for source in sources)
    target = disk.create(connection, number, sequence, n_postings, layout)
    return Merge(field=number, sources=tuple(sources), units=tuple(units), target=target)


def _kept(layout: Layout, held: Bools, view: Field) -> Layout:
    # A document of no units is kept too: it says that the file is empty, against older segments.
    owners = np.repeat(np.arange(len(layout.documents)), layout.sizes)
    alive = np.zeros(len(layout.documents), np.bool_)
    alive[owners[held]] = True
    alive |= layout.sizes == 0
    alive &= view.present[layout.documents]
    return Layout(
        documents=layout.documents[alive],
        sizes=layout.sizes[alive],
        lines=layout.lines[held],
        lengths=layout.lengths[held],
    )


def advance(connection: Connection, merge: Merge) -> Merge:
    """Copy the next slice of postings."""
    coarse = min(segment.bits for segment in (*merge.sources, merge.target))
    step = 1 << (32 - coarse)
    total = max(1, sum(source.n_postings for source in merge.sources))
    steps = max(1, SLICE_POSTINGS * (1 << coarse) // total)
    high = min(END, merge.done + steps * step)
    keys: list[U32] = []
    units: list[U32] = []
    counts: list[U8] = []
    for source, numbers in zip(merge.sources, merge.units, strict=True):
        for part in disk.read_range(connection, source, merge.done, high):
            moved = numbers[part.units]
            held = moved != GONE
            keys.append(part.keys[held])
            units.append(moved[held])
            counts.append(part.counts[held])
    if keys:
        together = ordered(np.concatenate(keys), np.concatenate(units), np.concatenate(counts))
        disk.add_buckets(connection, merge.target, together)
    return replace(merge, done=high)


def finish(connection: Connection, state: State, merge: Merge) -> State:
    """Put the merged segment in the place of its sources."""
    disk.complete(connection, merge.target)
    disk.drop(connection, [source.id for source in merge.sources])
    view = state.field(merge.field)
    gone = {source.id for source in merge.sources}
    kept = [segment for segment in view.segments if segment.id not in gone]
    segments = tuple(sorted([*kept, merge.target], key=lambda segment: segment.sequence))
    state = with_field(state, merge.field, replace(view, segments=segments))
    state = replace(state, version=state.version + 1)
    save_version(connection, state)
    return state
