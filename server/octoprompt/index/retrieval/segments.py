"""Inverted lists on disk.

Immutable segments, their postings in buckets by the leading bits of the key.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from sqlalchemy import Connection

from octoprompt.index.retrieval.runs import LITTLE, U8, U32, Layout, Postings

BUCKET_POSTINGS = 1024
"""About so many postings go to one bucket, which is read as a whole."""
MAX_BITS = 14
_HEAD = np.dtype("<u4")


@dataclass(frozen=True, kw_only=True)
class Segment:
    """What is kept in memory of a segment."""

    id: int
    field: int
    sequence: int
    """Of two segments that name a document, the one with the higher sequence holds it."""
    bits: int
    n_postings: int
    layout: Layout


def bits_for(n_postings: int) -> int:
    """Give the number of leading key bits that make buckets of the wished size."""
    return min(MAX_BITS, max(0, (n_postings // BUCKET_POSTINGS).bit_length()))


def pack(postings: Postings) -> bytes:
    """Pack one bucket: number of keys.

    The keys, the end of each key's list, all units, all counts.
    """
    starts = np.flatnonzero(np.diff(postings.keys, prepend=postings.keys[:1] ^ np.uint32(1)))
    ends = np.append(starts[1:], len(postings.keys))
    return b"".join(
        (
            len(starts).to_bytes(4, "little"),
            postings.keys[starts].astype(LITTLE).tobytes(),
            ends.astype(LITTLE).tobytes(),
            postings.units.astype(LITTLE).tobytes(),
            postings.counts.tobytes(),
        )
    )


def unpack(data: bytes) -> tuple[U32, U32, U32, U8]:
    """Unpack one bucket: distinct keys, ends of their lists, units, counts."""
    n_keys = int.from_bytes(data[:4], "little")
    keys = np.frombuffer(data, LITTLE, n_keys, 4)
    ends = np.frombuffer(data, LITTLE, n_keys, 4 + 4 * n_keys)
    n = int(ends[-1]) if n_keys else 0
    units = np.frombuffer(data, LITTLE, n, 4 + 8 * n_keys)
    counts = np.frombuffer(data, np.uint8, n, 4 + 8 * n_keys + 4 * n)
    return keys, ends, units, counts


def unpack_postings(data: bytes) -> Postings:
    """Unpack one bucket with its keys repeated for each posting."""
    keys, ends, units, counts = unpack(data)
    return Postings(
        keys=np.repeat(keys, np.diff(ends, prepend=np.uint32(0))), units=units, counts=counts
    )


def bucketed(postings: Postings, bits: int) -> Iterator[tuple[int, bytes]]:
    """Cut ordered postings into packed buckets, empty ones left out."""
    if not len(postings.keys):
        return
    numbers = (
        postings.keys >> np.uint32(32 - bits) if bits else np.zeros(len(postings.keys), np.uint32)
    )
    starts = np.flatnonzero(np.diff(numbers, prepend=numbers[:1] ^ np.uint32(1)))
    for start, end in zip(starts.tolist(), [*starts[1:].tolist(), len(numbers)], strict=True):
        part = Postings(
            keys=postings.keys[start:end],
            units=postings.units[start:end],
            counts=postings.counts[start:end],
        )
        yield int(numbers[start]), pack(part)


def create(
    connection: Connection, field: int, sequence: int, n_postings: int, layout: Layout
) -> Segment:
    """Write the head of a segment; it counts only once `complete` has been called."""
    bits = bits_for(n_postings)
    columns = (layout.documents, layout.sizes, layout.lines, layout.lengths)
    row = connection.exec_driver_sql(
        "INSERT INTO retrieval_segment (field, sequence, bits, n_postings, is_complete,"
        " documents, sizes, lines, lengths) VALUES (?, ?, ?, ?, 0, ?, ?, ?, ?)",
        (
            field,
            sequence,
            bits,
            n_postings,
            *(column.astype(LITTLE).tobytes() for column in columns),
        ),
    )
    return Segment(
        id=row.lastrowid,
        field=field,
        sequence=sequence,
        bits=bits,
        n_postings=n_postings,
        layout=layout,
    )


def add_buckets(connection: Connection, segment: Segment, postings: Postings) -> None:
    """Write the buckets of ordered postings.

    A segment may be filled in several goes by ranges of keys.
    """
    if rows := [(segment.id, number, data) for number, data in bucketed(postings, segment.bits)]:
        connection.exec_driver_sql("INSERT INTO retrieval_bucket VALUES (?, ?, ?)", rows)


def complete(connection: Connection, segment: Segment) -> None:
    """Let a segment count from now on."""
    connection.exec_driver_sql(
        "UPDATE retrieval_segment SET is_complete = 1 WHERE id = ?", (segment.id,)
    )


def drop(connection: Connection, segments: Sequence[int]) -> None:
    """Delete segments with their buckets."""
    for segment in segments:
        connection.exec_driver_sql("DELETE FROM retrieval_bucket WHERE segment = ?", (segment,))
        connection.exec_driver_sql("DELETE FROM retrieval_segment WHERE id = ?", (segment,))


def load(connection: Connection) -> list[Segment]:
    """Read the heads of all complete segments, oldest first."""
    rows = connection.exec_driver_sql(
        "SELECT id, field, sequence, bits, n_postings, documents, sizes, lines, lengths"
        " FROM retrieval_segment WHERE is_complete = 1 ORDER BY sequence"
    )
    return [
        Segment(
            id=row[0],
            field=row[1],
            sequence=row[2],
            bits=row[3],
            n_postings=row[4],
            layout=Layout(
                documents=np.frombuffer(row[5], LITTLE),
                sizes=np.frombuffer(row[6], LITTLE),
                lines=np.frombuffer(row[7], LITTLE),
                lengths=np.frombuffer(row[8], LITTLE),
            ),
        )
        for row in rows
    ]


def lookup(connection: Connection, segment: Segment, wanted: U32) -> dict[int, tuple[U32, U8]]:
    """Read units and counts of the wanted keys, as far as the segment has them."""
    by_bucket: dict[int, list[int]] = {}
    for key in wanted.tolist():
        by_bucket.setdefault(key >> (32 - segment.bits), []).append(key)
    marks = ",".join("?" * len(by_bucket))
    rows = connection.exec_driver_sql(
        f"SELECT bucket, data FROM retrieval_bucket WHERE segment = ? AND bucket IN ({marks})",  # noqa: S608
        (segment.id, *by_bucket),
    )
    found: dict[int, tuple[U32, U8]] = {}
    for number, data in rows:
        keys, ends, units, counts = unpack(data)
        asked = np.array(by_bucket[number], np.uint32)
        places = np.searchsorted(keys, asked)
        for key, place in zip(by_bucket[number], places.tolist(), strict=True):
            if place < len(keys) and keys[place] == key:
                start = int(ends[place - 1]) if place else 0
                end = int(ends[place])
                found[key] = units[start:end], counts[start:end]
    return found


def read_range(connection: Connection, segment: Segment, low: int, high: int) -> list[Postings]:
    """Read all postings whose keys are in `low <= key < high`.

    The bounds must be bounds of buckets.
    """
    shift = 32 - segment.bits
    rows = connection.exec_driver_sql(
        "SELECT data FROM retrieval_bucket WHERE segment = ? AND bucket >= ? AND bucket < ?"
        " ORDER BY bucket",
        (segment.id, low >> shift, max(high >> shift, (low >> shift) + 1)),
    )
    return [unpack_postings(row[0]) for row in rows]
