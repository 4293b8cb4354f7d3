"""Past commits as documents: their words, their files, and which of them HEAD reaches."""

import json
import struct
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TypeVar

import numpy as np
import numpy.typing as npt
from sqlalchemy import Connection

from octoprompt.index.history import Commit, Log
from octoprompt.index.retrieval.kinds import CODE, extension
from octoprompt.index.retrieval.runs import I32, LITTLE, U8, U32, Bools, Postings, ordered
from octoprompt.index.terms import count_keys

T = TypeVar("T", bound=np.generic)
I64 = npt.NDArray[np.int64]
_HEAD = struct.Struct("<IIII")


@dataclass(frozen=True, kw_only=True)
class Chunk:
    """Commits unpacked from one row, or ready for one."""

    shas: bytes
    """20 bytes a commit."""
    times: I64
    term_sizes: U32
    keys: U32
    counts: U8
    path_sizes: U32
    """How many files each commit touched."""
    touched: U32
    """Numbers in `names`, commit after commit."""
    names: tuple[str, ...]
    """Paths, each once."""
    renames: tuple[tuple[int, str, str], ...]
    """Commit, counted within the chunk, old and new path."""


def chunk_of(commits: Sequence[Commit]) -> Chunk:
    """Count the words of commits; the first line counts twice."""
    sizes: list[int] = []
    keys: list[int] = []
    counts: list[int] = []
    numbers: dict[str, int] = {}
    touched: list[int] = []
    for commit in commits:
        subject, _, _ = commit.message.partition("\n")
        found = count_keys(f"{subject}\n{commit.message}")
        sizes.append(len(found))
        keys += found
        counts += [min(n, 255) for n in found.values()]
        touched += [numbers.setdefault(path, len(numbers)) for path in commit.paths]
    return Chunk(
        shas=b"".join(bytes.fromhex(commit.sha)[:20] for commit in commits),
        times=np.array([commit.time for commit in commits], np.int64),
        term_sizes=np.array(sizes, np.uint32),
        keys=np.array(keys, np.uint32),
        counts=np.array(counts, np.uint8),
        path_sizes=np.array([len(commit.paths) for commit in commits], np.uint32),
        touched=np.array(touched, np.uint32),
        names=tuple(numbers),
        renames=tuple((i, *moved) for i, c in enumerate(commits) for moved in c.renames),
    )


def pack(chunk: Chunk) -> bytes:
    """Pack commits for the database."""
    names = json.dumps([chunk.names, chunk.renames], separators=(",", ":")).encode()
    columns = (chunk.term_sizes, chunk.path_sizes, chunk.keys, chunk.touched)
    sizes = (len(chunk.times), len(chunk.keys), len(chunk.touched), len(names))
    return zlib.compress(
        b"".join(
            (
                _HEAD.pack(*sizes),
                chunk.shas,
                chunk.times.astype("<i8").tobytes(),
                *(column.astype(LITTLE).tobytes() for column in columns),
                chunk.counts.tobytes(),
                names,
            )
        ),
        1,
    )


def unpack(data: bytes) -> Chunk:
    """Unpack commits."""
    data = zlib.decompress(data)
    n, n_terms, n_touched, n_names = _HEAD.unpack_from(data)
    at = _HEAD.size
    shas = data[at : at + 20 * n]
    at += 20 * n
    times = np.frombuffer(data, "<i8", n, at)
    at += 8 * n
    columns: list[U32] = []
    for size in (n, n, n_terms, n_touched):
        columns.append(np.frombuffer(data, LITTLE, size, at))
        at += 4 * size
    counts = np.frombuffer(data, np.uint8, n_terms, at)
    names, renames = json.loads(data[at + n_terms : at + n_terms + n_names])
    return Chunk(
        shas=shas,
        times=times,
        term_sizes=columns[0],
        path_sizes=columns[1],
        keys=columns[2],
        touched=columns[3],
        counts=counts,
        names=tuple(names),
        renames=tuple((commit, old, new) for commit, old, new in renames),
    )


@dataclass(frozen=True, kw_only=True)
class History:
    """All known commits, and the order of those that count.

    Commits are numbered as they were learned.
    """

    head: str = ""
    note: str = ""
    shas: bytes = b""
    times: I64
    postings: Postings
    lengths: U32
    """Words of each commit."""
    names: tuple[str, ...] = ()
    """Paths that ever were, each once."""
    touched: I32
    """Numbers in `names`, commit after commit."""
    touched_ends: I64
    code_files: U32
    """How many code files each commit touched."""
    renames: tuple[tuple[int, str, str], ...] = ()
    """Commit, old and new path."""
    order: I32
    """Numbers of the commits that HEAD reaches, newest first."""

    @cached_property
    def place(self) -> I32:
        """By commit: its place in the order, -1 when HEAD does not reach it."""
        place = np.full(len(self.times), -1, np.int32)
        place[self.order] = np.arange(len(self.order), dtype=np.int32)
        return place

    @cached_property
    def reached(self) -> Bools:
        """Which commits HEAD reaches."""
        return self.place >= 0

    @cached_property
    def owners(self) -> I32:
        """Commit of each entry of `touched`."""
        sizes = np.diff(self.touched_ends, prepend=0)
        return np.repeat(np.arange(len(sizes), dtype=np.int32), sizes)

    @cached_property
    def now(self) -> int:
        """Time of the newest commit that counts.

        So that the same history ranks the same for ever.
        """
        return int(self.times[self.order].max()) if len(self.order) else 0

    def files_of(self, commit: int) -> I32:
        """Give the files of a commit as numbers in `names`."""
        start = int(self.touched_ends[commit - 1]) if commit else 0
        return self.touched[start : int(self.touched_ends[commit])]

    def numbers(self) -> dict[bytes, int]:
        """Give the number of each known commit by its 20 bytes."""
        return {self.shas[20 * i : 20 * i + 20]: i for i in range(len(self.times))}


def build(chunks: Sequence[Chunk], before: History | None = None) -> History:
    """Lay chunks onto a history, or onto nothing; the order is still empty.

    The chunks themselves are not kept: what they hold is in the history.
    """
    start = len(before.times) if before else 0
    sizes = _joined([chunk.term_sizes for chunk in chunks], np.uint32)
    counts = _joined([chunk.counts for chunk in chunks], np.uint8)
    commits = np.repeat(np.arange(len(sizes), dtype=np.uint32), sizes)
    lengths = np.bincount(commits, counts, minlength=len(sizes)).astype(np.uint32)
    keys = _joined([chunk.keys for chunk in chunks], np.uint32)
    numbers = {name: number for number, name in enumerate(before.names)} if before else {}
    touched: list[I32] = []
    code: list[U32] = []
    renames: list[tuple[int, str, str]] = []
    first = start
    for chunk in chunks:
        renames += [(first + i, old, new) for i, old, new in chunk.renames]
        first += len(chunk.times)
        own = np.array([numbers.setdefault(n, len(numbers)) for n in chunk.names], np.int32)
        is_code = np.array([extension(name) in CODE for name in chunk.names], np.bool_)
        touched.append(own[chunk.touched])
        owners = np.repeat(np.arange(len(chunk.times)), chunk.path_sizes)
        files = np.bincount(owners[is_code[chunk.touched]], minlength=len(chunk.times))
        code.append(files.astype(np.uint32))
    ends = np.cumsum(_joined([chunk.path_sizes for chunk in chunks], np.uint32), dtype=np.int64)
    fresh = History(
        shas=b"".join(chunk.shas for chunk in chunks),
        times=_joined([chunk.times for chunk in chunks], np.int64),
        postings=ordered(keys, commits + np.uint32(start), counts),
        lengths=lengths,
        names=tuple(numbers),
        touched=_joined(touched, np.int32),
        touched_ends=ends,
        code_files=_joined(code, np.uint32),
        renames=tuple(renames),
        order=np.empty(0, np.int32),
    )
    return _after(before, fresh) if before else fresh


def _after(before: History, fresh: History) -> History:
    """Give both as one; `fresh` counts its commits and names on from `before`."""
    one, other = before.postings, fresh.postings
    touched_before = int(before.touched_ends[-1]) if len(before.touched_ends) else 0
    return History(
        shas=before.shas + fresh.shas,
        times=np.concatenate([before.times, fresh.times]),
        postings=ordered(
            np.concatenate([one.keys, other.keys]),
            np.concatenate([one.units, other.units]),
            np.concatenate([one.counts, other.counts]),
        ),
        lengths=np.concatenate([before.lengths, fresh.lengths]),
        names=fresh.names,
        touched=np.concatenate([before.touched, fresh.touched]),
        touched_ends=np.concatenate([before.touched_ends, fresh.touched_ends + touched_before]),
        code_files=np.concatenate([before.code_files, fresh.code_files]),
        renames=(*before.renames, *fresh.renames),
        order=np.empty(0, np.int32),
    )


def _joined(parts: Sequence[npt.NDArray[T]], kind: type[T]) -> npt.NDArray[T]:
    return np.concatenate(parts) if parts else np.empty(0, kind)


def load(connection: Connection) -> History:
    """Read all commits that the database knows."""
    rows = connection.exec_driver_sql("SELECT data FROM retrieval_commits ORDER BY id")
    return build([unpack(row[0]) for row in rows])


def advanced(history: History, log: Log) -> tuple[History, list[Chunk]]:
    """Give the history that a log describes, and the chunks that are new."""
    fresh = [chunk_of(log.fresh[i : i + 2_000]) for i in range(0, len(log.fresh), 2_000)]
    wider = build(fresh, history) if fresh else history
    numbers = wider.numbers()
    order = [numbers.get(bytes.fromhex(sha)[:20], -1) for sha in log.order]
    return _ordered(wider, log, [number for number in order if number >= 0]), fresh


def _ordered(history: History, log: Log, order: list[int]) -> History:
    return replace(history, head=log.head, note=log.note, order=np.array(order, np.int32))


def save(connection: Connection, chunks: Sequence[Chunk]) -> None:
    """Write new commits."""
    if rows := [(pack(chunk),) for chunk in chunks]:
        connection.exec_driver_sql("INSERT INTO retrieval_commits (data) VALUES (?)", rows)
