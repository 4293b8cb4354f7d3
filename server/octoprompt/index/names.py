"""All symbol names of a root in memory, to find those that a few letters mean, best first."""

import heapq
import re
import threading
from collections.abc import Iterable

import numpy as np
from sqlalchemy import Connection

from octoprompt.index.rows import cursor

EXACT, SAME_LETTERS, PREFIX, INITIALS, INSIDE, SUBSEQUENCE = 0, 1, 2, 3, 4, 5
WORD_START = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|[0-9]+")
BIT = {chr(code): 1 << n for n, code in enumerate([*range(97, 123), *range(48, 58), ord("_")])}
OTHER = 1 << 40
GROWTH = 4096
Ranked = tuple[int, int, int, str]
"""How a name matches, how far from well, its length, the name; less is better."""


class Names:
    """Distinct names with a bit mask of their letters; grows, and never forgets a name.

    A name that is gone costs a look-up that finds nothing. Used from any thread.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._names: list[str] = []
        self._lowers: list[str] = []
        self._known: set[str] = set()
        self._masks = np.zeros(0, dtype=np.uint64)
        self._is_loaded = False

    def add(self, names: Iterable[str]) -> None:
        """Add the names of symbols that were committed."""
        with self._lock:
            if self._is_loaded:
                self._extend(names)

    def forget(self) -> None:
        """Load anew when next asked."""
        with self._lock:
            self._is_loaded = False
            self._names, self._lowers, self._known = [], [], set()

    def find(self, connection: Connection, query: str, limit: int) -> list[Ranked]:
        """Give the names that a query means, best first, at most `limit`."""
        with self._lock:
            if not self._is_loaded:
                self._load(connection)
            n_names = len(self._names)
            masks = self._masks[:n_names]
        wanted = np.uint64(mask_of(query.lower()))
        places = np.flatnonzero((masks & wanted) == wanted).tolist()
        names, lowers = self._names, self._lowers
        lower = query.lower()
        # Names that begin so are the best there are: where they suffice, the rest need no look.
        first = [names[place] for place in places if lowers[place].startswith(lower)]
        if len(first) >= limit:
            return rank(query, first, limit)
        match = in_order(lower).match
        fitting = (names[place] for place in places if match(lowers[place]) is not None)
        return rank(query, fitting, limit)

    def _load(self, connection: Connection) -> None:
        raw = cursor(connection)
        try:
            self._extend([row[0] for row in raw.execute("SELECT DISTINCT name FROM symbol")])
        finally:
            raw.close()
        self._is_loaded = True

    def _extend(self, names: Iterable[str]) -> None:
        fresh = [name for name in dict.fromkeys(names) if name not in self._known]
        if not fresh:
            return
        start, end = len(self._names), len(self._names) + len(fresh)
        if end > len(self._masks):
            grown = np.zeros(end + GROWTH + end // 4, dtype=np.uint64)
            grown[:start] = self._masks[:start]
            self._masks = grown
        self._masks[start:end] = [mask_of(name.lower()) for name in fresh]
        self._names += fresh
        self._lowers += [name.lower() for name in fresh]
        self._known.update(fresh)


def in_order(lower: str) -> re.Pattern[str]:
    """Give what matches a text that holds these letters in order, with anything between.

    It never goes back: each letter is taken where it first comes.
    """
    return re.compile("".join(f"[^{re.escape(letter)}]*+{re.escape(letter)}" for letter in lower))


def mask_of(letters: str) -> int:
    """Give one bit for each letter that occurs."""
    mask = 0
    for letter in set(letters):
        mask |= BIT.get(letter, OTHER)
    return mask


def rank(query: str, names: Iterable[str], limit: int) -> list[Ranked]:
    """Give the names that the letters of a query go through in order, best first."""
    lower = query.lower()
    match = in_order(lower).match
    scored: list[Ranked] = []
    for name in names:
        low = name.lower()
        if match(low) is not None:
            scored.append((*_score(query, lower, name, low), len(name), name))
    return heapq.nsmallest(limit, scored)


def _score(query: str, lower: str, name: str, low: str) -> tuple[int, int]:
    """Give how a name matches, and how far from well; less is better."""
    if name == query:
        return EXACT, 0
    if low == lower:
        return SAME_LETTERS, 0
    if low.startswith(lower):
        return PREFIX, 0 if name.startswith(query) else 1
    begins = low.lstrip("_$")[:1] == lower[0]
    left_out = initials_rank(lower, name) if begins else None
    if left_out is not None:
        return INITIALS, left_out
    at = low.find(lower)
    if at >= 0:
        return INSIDE, 0 if at == 0 or name[at].isupper() or name[at - 1] == "_" else 1
    return SUBSEQUENCE, _spread(lower, low)


def initials_rank(lower: str, name: str) -> int | None:
    """Say how well letters go through a name word by word; None when they do not.

    Each letter begins a word or goes on in one: `urlres` and `URLR` go through `URLResolver`.
    0 when no word is left out.
    """
    words = [word.lower() for word in WORD_START.findall(name)]
    if not words or not words[0].startswith(lower[0]):
        return None
    return _through(lower, words)


def _through(letters: str, words: list[str]) -> int | None:
    """Take letters off the words, as many of each as fit, going back when it ends nowhere."""
    best: dict[tuple[int, int], int | None] = {}
    for at in range(len(words), -1, -1):
        for taken in range(len(letters), -1, -1):
            best[at, taken] = _step(letters, words, (at, taken), best)
    return best[0, 0]


def _step(
    letters: str,
    words: list[str],
    place: tuple[int, int],
    best: dict[tuple[int, int], int | None],
) -> int | None:
    at, taken = place
    if taken == len(letters):
        return len(words) - at
    if at == len(words):
        return None
    skipped = best[at + 1, taken]
    found = None if skipped is None else skipped + 1
    for n, (have, want) in enumerate(zip(words[at], letters[taken:], strict=False), 1):
        if have != want:
            break
        rest = best[at + 1, taken + n]
        if rest is not None and (found is None or rest < found):
            found = rest
    return found


def _spread(lower: str, low: str) -> int:
    """Give how many letters lie between those that match."""
    place = low.find(lower[0])
    first = place
    for letter in lower[1:]:
        place = low.find(letter, place + 1)
    return place - first + 1 - len(lower)
