"""Which files of a root may hold a text: their bitmaps, asked all at once."""

import threading
from collections import deque
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection

from octoprompt.index.bitmap import hashes
from octoprompt.index.needles import Clause, Clauses
from octoprompt.index.rows import cursor

MAX_CHANGED = 500
FEW, FEW_NEWS = 20_000, 100
"""Of so many files and changes the answer takes about a millisecond."""


class Bitmaps:
    """The bitmaps of a root's files: loaded when first asked, then kept up.

    `put` and `forget` never wait, for the event loop; `holding` is for threads.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._news: deque[tuple[str, bytes] | None] = deque()
        self._is_used = False
        self._table: Table | None = None
        self._changed: dict[str, bytes] = {}

    def put(self, changed: Iterable[tuple[str, bytes]]) -> None:
        """Follow a commit: paths with their bitmaps, `NOTHING` for one that is gone."""
        if self._is_used:
            self._news.extend(changed)

    def forget(self) -> None:
        """Load anew when next asked."""
        self._news.append(None)

    def holding(self, connection: Connection, clauses: Clauses) -> Iterable[str]:
        """Give in order the paths of files that may satisfy every clause, of those ever read."""
        with self._lock:
            # From here on news are kept: the snapshot begins with the first SELECT.
            self._is_used = True
            return self._holding(self._current(connection), clauses)

    def holding_at_once(self, clauses: Clauses) -> Iterable[str] | None:
        """Give the same on the event loop; None when that would take too long."""
        table = self._table
        if table is None or len(table) > FEW or len(self._news) > FEW_NEWS:
            return None
        if None in self._news or not self._lock.acquire(blocking=False):
            return None
        try:
            self._follow(table)
            return self._holding(table, clauses)
        finally:
            self._lock.release()

    def _holding(self, table: "Table", clauses: Clauses) -> Iterable[str]:
        found = table.holding(clauses)
        if not self._changed:
            return found
        return sorted([*found, *Table(self._changed.items()).holding(clauses)])

    def _current(self, connection: Connection) -> "Table":
        table = self._table or _loaded(connection)
        while not self._follow(table):
            table, self._changed = _loaded(connection), {}
        if len(self._changed) > MAX_CHANGED:
            merged = sorted([*table.items(), *self._changed.items()])
            table, self._changed = Table(merged), {}
        self._table = table
        return table

    def _follow(self, table: "Table") -> bool:
        """Take in the news; False where everything is to be loaded anew."""
        while self._news:
            news = self._news.popleft()
            if news is None:
                return False
            table.drop(news[0])
            self._changed[news[0]] = news[1]
        return True


class Table:
    """Bitmaps one behind the other, to be asked all at once."""

    def __init__(self, items: Iterable[tuple[str, bytes]]) -> None:
        self._paths: list[str | None] = []
        self._places: dict[str, int] = {}
        data, lengths = bytearray(), list[int]()
        for path, bits in items:
            if bits:
                self._places[path] = len(self._paths)
                self._paths.append(path)
                lengths.append(len(bits))
                data += bits
        sizes = np.array(lengths, np.int64)
        self._all = np.arange(len(lengths))
        self._data = np.frombuffer(data, np.uint8)
        self._starts = np.cumsum(sizes) - sizes
        self._shifts = np.uint32(29) - np.log2(np.maximum(sizes, 1)).astype(np.uint32)

    def __len__(self) -> int:
        return len(self._paths)

    def drop(self, path: str) -> None:
        """Take a file out."""
        place = self._places.pop(path, None)
        if place is not None:
            self._paths[place] = None

    def items(self) -> Iterable[tuple[str, bytes]]:
        """Give paths and bitmaps."""
        for path, place in self._places.items():
            start, size = int(self._starts[place]), 1 << (29 - int(self._shifts[place]))
            yield path, self._data[start : start + size].tobytes()

    def holding(self, clauses: Clauses) -> Iterable[str]:
        """Give the paths of files that may satisfy every clause, in the order of the items.

        They are named one by one: most searches end with the first hundred.
        """
        alive = self._all
        for clause in clauses:
            alive = self._satisfying(alive, clause)
        found = map(self._paths.__getitem__, alive.tolist())
        return (path for path in found if path is not None)

    def _satisfying(self, places: NDArray[np.int64], clause: Clause) -> NDArray[np.int64]:
        each = [self._with(places, literal) for literal in clause]
        return each[0] if len(each) == 1 else np.unique(np.concatenate(each))

    def _with(self, places: NDArray[np.int64], literal: str) -> NDArray[np.int64]:
        # The longer pieces come last and are the rarer ones: after them few files are left.
        for piece in dict.fromkeys(reversed(hashes(literal.encode()).tolist())):
            spot = np.uint32(piece) >> self._shifts[places]
            octet = self._data[self._starts[places] + (spot >> 3)]
            places = places[(octet >> (spot & 7).astype(np.uint8)) & 1 == 1]
        return places


def _loaded(connection: Connection) -> Table:
    raw = cursor(connection)
    try:
        # Taken row by row: all at once they would be there twice.
        return Table(
            raw.execute(
                "SELECT f.path, g.bits FROM grams g JOIN file f ON f.id = g.file ORDER BY f.path"
            )
        )
    finally:
        raw.close()
