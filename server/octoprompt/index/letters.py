"""Names as rows of letters, so that thousands are gone through at once, a column at a time."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

WIDTH = 40
"""Longer names do not fit; neither do those that are not ASCII."""
CHUNK = 4_096
GROWTH = 4_096
Letters = NDArray[np.uint8]
Flags = NDArray[np.bool_]
Sets = NDArray[np.uint64]

_CODES = np.arange(256, dtype=np.uint8)
_LOWER = np.frombuffer(bytes(range(256)).lower(), np.uint8)
_BITS = np.zeros(256, np.uint64)
"""One bit for a letter, a figure and the underscore; one for all other signs; none for no sign."""
_BITS[1:] = np.uint64(1 << 40)
for _n, _code in enumerate([*range(97, 123), *range(48, 58), ord("_")]):
    _BITS[_code] = np.uint64(1 << _n)
_IS_UPPER, _IS_LOWER, _IS_FIGURE = (
    (low <= _CODES) & (high >= _CODES)
    for low, high in ((ord("A"), ord("Z")), (ord("a"), ord("z")), (ord("0"), ord("9")))
)
_PLACES = np.left_shift(np.uint64(1), np.arange(WIDTH, dtype=np.uint64))


def fits(name: str) -> bool:
    """Say whether a name can be a row."""
    return len(name) <= WIDTH and name.isascii() and "\0" not in name


class Rows:
    """Names in lower case, one behind the other, with what is in each; grows."""

    def __init__(self) -> None:
        self._n = 0
        self._letters = np.zeros((0, WIDTH), np.uint8)
        self._within = np.zeros(0, np.uint64)
        self._starts = np.zeros(0, np.uint64)

    def add(self, names: list[str]) -> None:
        """Add names that fit."""
        end = self._n + len(names)
        if end > len(self._within):
            self._grow(end + GROWTH + end // 4)
        for start in range(0, len(names), CHUNK):
            some = names[start : start + CHUNK]
            data = b"".join(name.encode("ascii").ljust(WIDTH, b"\0") for name in some)
            written = np.frombuffer(data, np.uint8).reshape(-1, WIDTH)
            at = slice(self._n + start, self._n + start + len(some))
            self._letters[at] = _LOWER[written]
            self._within[at] = np.bitwise_or.reduce(_BITS[_LOWER[written]], axis=1)
            self._starts[at] = _word_starts(written)
        self._n = end

    def through(self, query: str, enough: int) -> "Fits":
        """Give the rows that the letters of a query in lower case go through in order.

        Where `enough` rows begin with the query, only those.
        """
        letters, starts = self._letters[: self._n], self._starts[: self._n]
        if not query or not fits(query):
            return Fits(b"", np.zeros(0, np.intp), letters[:0], starts[:0], np.zeros(0, np.uint8))
        wanted = np.frombuffer(query.encode("ascii"), np.uint8)
        places = _beginning(letters, wanted)
        spans = np.zeros(len(places), np.uint8)
        if len(places) < enough:
            needed = np.bitwise_or.reduce(_BITS[wanted])
            places = np.flatnonzero((self._within[: self._n] & needed) == needed)
            taken, spans = _taken(letters[places], wanted)
            fitting = taken == len(wanted)
            places, spans = places[fitting], spans[fitting]
        return Fits(query.encode(), places, letters[places], starts[places], spans)

    def _grow(self, size: int) -> None:
        letters = np.zeros((size, WIDTH), np.uint8)
        within, starts = np.zeros(size, np.uint64), np.zeros(size, np.uint64)
        n_rows = self._n
        letters[:n_rows] = self._letters[:n_rows]
        within[:n_rows], starts[:n_rows] = self._within[:n_rows], self._starts[:n_rows]
        self._letters, self._within, self._starts = letters, within, starts


@dataclass(frozen=True)
class Fits:
    """Rows that the letters of a query go through in order."""

    query: bytes
    places: NDArray[np.intp]
    letters: Letters
    starts: Sets
    """A bit for each place where a word starts."""
    spans: Letters
    """How far the last letter is from the first one, each taken where it first comes."""

    @cached_property
    def beginning(self) -> Flags:
        """Which begin with the query."""
        wanted = np.frombuffer(self.query, np.uint8)
        return (self.letters[:, : len(wanted)] == wanted).all(axis=1)

    @cached_property
    def holding(self) -> Flags:
        """Which hold the query with nothing between its letters."""
        found = np.zeros(len(self.letters), np.bool_)
        data, query = self.letters.tobytes(), self.query
        at = data.find(query)
        while at >= 0:
            row, column = divmod(at, WIDTH)
            # Between the end of one name and the beginning of the next one there may be nothing.
            found[row] |= column + len(query) <= WIDTH
            at = data.find(query, (row + 1) * WIDTH if found[row] else at + 1)
        return found

    @cached_property
    def by_words(self) -> Flags:
        """Which the query goes through word by word: each letter begins one or goes on in one."""
        found = np.zeros(len(self.places), np.bool_)
        first = self.starts & (~self.starts + np.uint64(1))
        at = np.log2(np.maximum(first, np.uint64(1))).astype(np.intp)
        begins = self.letters[np.arange(len(at)), at] == self.query[0]
        some = np.flatnonzero(begins & (self.starts != 0))
        found[some] = _goes_by_words(self.letters[some], self.starts[some], self.query)
        return found

    @cached_property
    def n_words(self) -> NDArray[np.int64]:
        """How many words each has."""
        return np.bitwise_count(self.starts).astype(np.int64)

    @cached_property
    def lengths(self) -> NDArray[np.int64]:
        """How many letters each has."""
        return np.count_nonzero(self.letters, axis=1)

    @cached_property
    def distances(self) -> NDArray[np.int64]:
        """Put rows in the order of how far the letters are apart, then of their length."""
        return self.spans.astype(np.int64) * (WIDTH + 1) + self.lengths


def _word_starts(written: Letters) -> Sets:
    """Give a bit for each place where a word of a name starts."""
    before = np.zeros_like(written)
    before[:, 1:] = written[:, :-1]
    after = np.zeros_like(written)
    after[:, :-1] = written[:, 1:]
    capital = _IS_UPPER[written] & (~_IS_UPPER[before] | _IS_LOWER[after])
    small = _IS_LOWER[written] & ~_IS_LOWER[before] & ~_IS_UPPER[before]
    figure = _IS_FIGURE[written] & ~_IS_FIGURE[before]
    return np.bitwise_or.reduce(np.where(capital | small | figure, _PLACES, np.uint64(0)), axis=1)


def _beginning(letters: Letters, wanted: Letters) -> NDArray[np.intp]:
    """Give the places of the rows that begin with some letters."""
    places = np.flatnonzero(letters[:, 0] == wanted[0])
    for n, letter in enumerate(wanted[1:].tolist(), 1):
        places = places[letters[places, n] == letter]
    return places


def _taken(letters: Letters, wanted: Letters) -> tuple[Letters, Letters]:
    """Say how many letters of a query each row holds in order, and how far these reach."""
    taken = np.zeros(len(letters), np.uint8)
    spans = np.zeros(len(letters), np.uint8)
    # No sign of a name is 255: what has all letters takes none any more.
    next_one = np.append(wanted, np.uint8(255))
    awaited = np.full(len(letters), wanted[0])
    last = np.uint8(len(wanted) - 1)
    for column in np.ascontiguousarray(letters.T):
        if not column.max(initial=0):
            break
        met = np.flatnonzero(column == awaited)
        taken[met] += 1
        awaited[met] = next_one[taken[met]]
        spans += (taken - np.uint8(1)) < last
    return taken, spans


def _goes_by_words(letters: Letters, starts: Sets, query: bytes) -> Flags:
    """Say which rows a query goes through word by word.

    Bit n of a set says that n letters can be taken up to here: anyhow, or by going on in this word.
    """
    one = np.uint64(1)
    takes = np.zeros(256, np.uint64)
    for n, code in enumerate(query):
        takes[code] |= np.uint64(1 << n)
    anyhow = np.ones(len(letters), np.uint64)
    going_on = np.zeros(len(letters), np.uint64)
    for n, column in enumerate(np.ascontiguousarray(letters.T)):
        begins = (starts >> np.uint64(n)) & one == one
        going_on = (np.where(begins, anyhow, going_on) & takes[column]) << one
        anyhow |= going_on
    return (anyhow >> np.uint64(len(query))) & one == one
