"""From texts to what the index keeps of them, many at a time: terms by passage, tokens estimated.

The texts of a batch lie one behind the other in a buffer, and numpy goes over all their bytes at
once; only words that were never met before are looked at one by one.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from octoprompt.index import estimate
from octoprompt.index.cutting import UNCOUNTED, cuts
from octoprompt.index.terms import keys_of
from octoprompt.index.vocabulary import I64, MARGIN, U8, U32, Vocabulary

MOST = 255
"""A count is one byte."""
_LITTLE = np.dtype("<u4")
_KEY_BITS = np.uint64(32)
_vocabulary = Vocabulary(keys_of)


class Text(NamedTuple):
    """A file's text."""

    path: str
    source: bytes
    """In UTF-8."""
    language: str
    """Id; empty for none."""


class Measured(NamedTuple):
    """What the index keeps of a text."""

    tokens: int
    """Estimated."""
    record: bytes
    """Its terms by passage, little-endian: number of passages and of postings (u32 each); by
    passage its first line, its number of terms and its number of postings (u32 each); then the
    keys (u32) and counts (u8, at most 255) of all postings, by passage in the order of keys."""


class _Layout(NamedTuple):
    """What is where in a buffer."""

    buffer: bytes
    bounds: I64
    """Where each text starts, and where one more would."""
    starts: I64
    """Of the passages of all texts."""
    lines: I64
    """First line of each passage, `UNCOUNTED` for what does not count."""
    passages: list[int]
    """Up to which passage those of each text go."""


class _Postings(NamedTuple):
    """Terms by passage."""

    lengths: I64
    """Terms of each passage, repetitions included."""
    sizes: I64
    """Postings of each passage."""
    keys: U32
    counts: U8


def measured(texts: Sequence[Text]) -> list[Measured]:
    """Measure texts; what one gives does not depend on the others."""
    layout = _laid_out(texts)
    kinds = estimate.kinds_of(layout.buffer)
    words = estimate.runs(kinds <= estimate.UNDERSCORE)
    records = _records(layout, _postings(layout, *words))
    languages = [text.language for text in texts]
    tokens = estimate.of_texts(layout.buffer, kinds, layout.bounds, languages)
    return [Measured(*row) for row in zip(tokens, records, strict=True)]


def _laid_out(texts: Sequence[Text]) -> _Layout:
    sizes = [len(text.source) + 1 for text in texts]
    bounds = np.cumsum([1, *sizes])
    starts: list[int] = []
    lines: list[int] = []
    passages: list[int] = []
    for text, bound in zip(texts, bounds.tolist(), strict=False):
        for offset, line in cuts(text.path, text.source):
            starts.append(bound + offset)
            lines.append(line)
        passages.append(len(starts))
    buffer = b"\n".join((b"", *[text.source for text in texts], MARGIN))
    return _Layout(buffer, bounds, np.array(starts), np.array(lines), passages)


def _postings(layout: _Layout, starts: I64, ends: I64) -> _Postings:
    n_passages = len(layout.starts)
    n_words = np.diff(np.searchsorted(starts, layout.starts), append=len(starts))
    counts = layout.lines != UNCOUNTED
    is_counted = np.repeat(counts, n_words)
    numbers = _vocabulary.numbers(layout.buffer, starts[is_counted], ends[is_counted])
    words = _vocabulary.meaning()
    n_keys = words.n_keys[numbers]
    passages = np.repeat(np.repeat(np.arange(n_passages), n_words * counts), n_keys)
    begins = words.first[numbers] - (np.cumsum(n_keys) - n_keys)
    keys = words.keys[np.repeat(begins, n_keys) + np.arange(len(passages))]
    found = (passages.astype(np.uint64) << _KEY_BITS) | keys
    found.sort()
    firsts = np.flatnonzero(np.diff(found, prepend=~found[:1]))
    times = np.diff(firsts, append=len(found))
    found = found[firsts]
    return _Postings(
        lengths=np.bincount(passages, minlength=n_passages),
        sizes=np.bincount((found >> _KEY_BITS).astype(np.int64), minlength=n_passages),
        keys=found.astype(np.uint32),
        counts=np.minimum(times, MOST).astype(np.uint8),
    )


def _records(layout: _Layout, postings: _Postings) -> list[bytes]:
    """Pack the postings by text."""
    ends = np.concatenate(([0], np.cumsum(postings.sizes))).tolist()
    units = np.stack((layout.lines, postings.lengths, postings.sizes)).astype(_LITTLE)
    keys = postings.keys.astype(_LITTLE, copy=False)
    records: list[bytes] = []
    first = 0
    for last in layout.passages:
        kept = last if layout.lines[last - 1] != UNCOUNTED else last - 1
        begin, end = ends[first], ends[last]
        head = np.array([kept - first, end - begin], _LITTLE)
        parts = (head, units[:, first:kept], keys[begin:end], postings.counts[begin:end])
        records.append(b"".join([part.tobytes() for part in parts]))
        first = last
    return records
