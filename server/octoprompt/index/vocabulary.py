"""The words of texts as numbers, so that each is split and stemmed once.

All words of a buffer are hashed and looked up at once by numpy: a dictionary asked word by word
takes three times as long. What is new goes through `learn`, one at a time.
"""

from array import array
from collections.abc import Callable, Sequence
from itertools import chain, compress
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

I64 = NDArray[np.int64]
U64 = NDArray[np.uint64]
U32 = NDArray[np.uint32]
U8 = NDArray[np.uint8]
LIMIT = 100_000
"""With more words than this everything is forgotten: what a worker remembers must not grow."""
BITS = 18
"""Of the number of a slot."""
STEP = 8
"""Bytes of a word that are hashed at a time."""
MARGIN = b" " * STEP
"""What a buffer ends with: the last word is read beyond its end."""
HASHED_BYTES = 128
"""Of a longer word the beginning and the length tell: it has no keys."""
_HALF = np.uint64(32)
_ONE = np.uint64(1)
_SPREAD, _MIX = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xBF58476D1CE4E5B9)
_MASKS = np.array([(1 << (8 * n)) - 1 for n in range(STEP + 1)], np.uint64)
Learn = Callable[[bytes], Sequence[int]]
"""Gives the keys of a word's terms."""


class Meaning(NamedTuple):
    """The keys of words by their numbers."""

    first: I64
    """Where a word's keys begin in `keys`."""
    n_keys: I64
    keys: U32


class Vocabulary:
    """Words that were met, by hash: each has one of two slots, or a place among the `others`.

    Two words of one 64-bit hash would count as one; that does not happen by chance.
    """

    def __init__(self, learn: Learn, *, bits: int = BITS) -> None:
        self._learn = learn
        self._hashes = np.zeros(1 << bits, np.uint64)
        self._numbers = np.zeros(1 << bits, np.int64)
        self._shifts = (np.uint64(64 - bits), np.uint64(64 - 2 * bits))
        self._last_slot = np.uint64((1 << bits) - 1)
        self._forget()

    def _forget(self) -> None:
        self._hashes[:] = 0
        self._others: dict[int, int] = {}
        self._n_keys, self._keys = array("q"), array("I")

    def numbers(self, buffer: bytes, starts: I64, ends: I64) -> I64:
        """Give the number of each word; the buffer ends with `MARGIN`.

        Numbers count until the next call.
        """
        if len(self._n_keys) > LIMIT:
            self._forget()
        hashes = _hashes(buffer, starts, ends)
        numbers, missing = self._look_up(hashes)
        if len(missing):
            fresh, at = np.unique(hashes[missing], return_index=True)
            places = missing[at]
            self._add(fresh, _words(buffer, starts[places], ends[places]))
            found, rest = self._look_up(hashes[missing])
            found[rest] = [self._others[known] for known in hashes[missing[rest]].tolist()]
            numbers[missing] = found
        return numbers

    def meaning(self) -> Meaning:
        """Give the keys of all words that were met."""
        n_keys = np.array(self._n_keys)
        return Meaning(np.cumsum(n_keys) - n_keys, n_keys, np.array(self._keys, np.uint32))

    def _slots(self, hashes: U64, choice: int) -> U64:
        return (hashes >> self._shifts[choice]) & self._last_slot

    def _look_up(self, hashes: U64) -> tuple[I64, I64]:
        """Give numbers, and the places of those that are in no slot."""
        slots = self._slots(hashes, 0)
        numbers = self._numbers[slots]
        missing = np.flatnonzero(self._hashes[slots] != hashes)
        if len(missing):
            wanted = hashes[missing]
            slots = self._slots(wanted, 1)
            numbers[missing] = self._numbers[slots]
            missing = missing[self._hashes[slots] != wanted]
        return numbers, missing

    def _add(self, hashes: U64, words: Sequence[bytes]) -> None:
        """Learn what is new of some words; each hash once."""
        is_new = [known not in self._others for known in hashes.tolist()]
        keys = [self._learn(word) for word in compress(words, is_new)]
        begin = len(self._n_keys)
        self._n_keys.extend(map(len, keys))
        self._keys.extend(chain.from_iterable(keys))
        left, numbers = hashes[is_new], np.arange(begin, len(self._n_keys))
        for choice in (0, 1):
            is_placed = self._place(self._slots(left, choice), left, numbers)
            left, numbers = left[~is_placed], numbers[~is_placed]
        self._others.update(zip(left.tolist(), numbers.tolist(), strict=True))

    def _place(self, slots: U64, hashes: U64, numbers: I64) -> NDArray[np.bool_]:
        """Put words into slots that are free; says which got one."""
        free = np.flatnonzero(self._hashes[slots] == 0)
        self._hashes[slots[free]] = hashes[free]
        is_placed = self._hashes[slots] == hashes
        self._numbers[slots[is_placed]] = numbers[is_placed]
        return is_placed


def _words(buffer: bytes, starts: I64, ends: I64) -> list[bytes]:
    return [buffer[start:end] for start, end in zip(starts.tolist(), ends.tolist(), strict=True)]


def _hashes(buffer: bytes, starts: I64, ends: I64) -> U64:
    """Give a hash of each word that is not 0."""
    at_once = np.ndarray((len(buffer) - STEP + 1,), "<u8", buffer, 0, (1,))
    lengths = ends - starts
    hashes = lengths.astype(np.uint64) * _SPREAD
    _take_in(hashes, at_once[starts], lengths)
    live = np.flatnonzero(lengths > STEP)
    for done in range(STEP, HASHED_BYTES, STEP):
        if not len(live):
            break
        some = hashes[live]
        _take_in(some, at_once[starts[live] + done], lengths[live] - done)
        hashes[live] = some
        live = live[lengths[live] > done + STEP]
    return (hashes * _SPREAD) | _ONE


def _take_in(hashes: U64, piece: U64, lengths: I64) -> None:
    hashes ^= piece & _MASKS[np.minimum(lengths, STEP)]
    hashes *= _MIX
    hashes ^= hashes >> _HALF
