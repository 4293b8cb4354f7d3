"""All symbol names of a root in memory, to find those that a few letters mean, best first."""

import heapq
import re
import threading
from collections.abc import Iterable, Iterator, Sequence

import numpy as np
from sqlalchemy import Connection

from octoprompt.index.letters import WIDTH, Fits, Flags, Rows, fits
from octoprompt.index.rows import cursor

EXACT, SAME_LETTERS, PREFIX, INITIALS, INSIDE, SUBSEQUENCE = 0, 1, 2, 3, 4, 5
WORD_START = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|[0-9]+")
Ranked = tuple[int, int, int, str]
"""How a name matches, how far from well, its length, the name; less is better."""


class Names:
    """Distinct names; grows, and never forgets one.

    A name that is gone costs a look-up that finds nothing. Used from any thread.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._forget()

    def add(self, names: Iterable[str]) -> None:
        """Add the names of symbols that were committed."""
        with self._lock:
            if self._is_loaded:
                self._extend(names)

    def forget(self) -> None:
        """Load anew when next asked."""
        with self._lock:
            self._forget()

    def find(self, connection: Connection, query: str, limit: int) -> list[Ranked]:
        """Give the names that a query means, best first, at most `limit`."""
        with self._lock:
            if not self._is_loaded:
                self._load(connection)
            names, others = self._names, rank(query, self._others, limit)
            found = self._rows.through(query.lower(), limit)
        return heapq.nsmallest(limit, others + _best(query, names, found, limit))

    def _forget(self) -> None:
        self._is_loaded = False
        self._names: list[str] = []
        self._others: list[str] = []
        """Those that do not fit into rows."""
        self._known: set[str] = set()
        self._rows = Rows()

    def _load(self, connection: Connection) -> None:
        raw = cursor(connection)
        try:
            self._extend([row[0] for row in raw.execute("SELECT DISTINCT name FROM symbol")])
        finally:
            raw.close()
        self._is_loaded = True

    def _extend(self, names: Iterable[str]) -> None:
        fresh = [name for name in dict.fromkeys(names) if name not in self._known]
        fitting = list(filter(fits, fresh))
        self._rows.add(fitting)
        self._names += fitting
        self._others += (name for name in fresh if not fits(name))
        self._known.update(fresh)


def _best(query: str, names: Sequence[str], found: Fits, limit: int) -> list[Ranked]:
    """Rank the rows that a query goes through: no more of them than it takes to fill the limit."""
    lower = query.lower()
    scored: list[Ranked] = []
    for places, at_worst in _stages(lower, found, limit):
        scored.extend(_ranked(query, lower, names[place]) for place in places)
        if len(scored) >= limit and sum(ranked[:3] <= at_worst for ranked in scored) >= limit:
            break
    return scored


def _stages(
    lower: str, found: Fits, limit: int
) -> Iterator[tuple[list[int], tuple[int, int, int]]]:
    """Give places of names, and the rank that none that comes later is better than.

    First come those that begin with the query, short ones first, then those it goes through word by
    word, few words left out and short ones first, then those that hold it, then the others by their
    distance.
    """
    if len(found.places) == 0:
        return
    lengths = found.lengths
    for length in np.unique(lengths[found.beginning]).tolist():
        rows = found.beginning & (lengths == length)
        yield found.places[rows].tolist(), (PREFIX, 0, length)
    yield [], (PREFIX, 1, WIDTH)
    by_words = ~found.beginning & found.by_words
    # A word is left out for each that is more than there are letters.
    at_least = np.maximum(found.n_words - len(lower), 0) * (WIDTH + 1) + lengths
    for order in np.unique(at_least[by_words]).tolist():
        rows = by_words & (at_least == order)
        n_left_out, length = divmod(order, WIDTH + 1)
        yield found.places[rows].tolist(), (INITIALS, n_left_out, length)
    left = ~(found.beginning | by_words)
    yield found.places[left & found.holding].tolist(), (INSIDE, 1, WIDTH)
    rows = _nearest(found, left & ~found.holding, limit)
    yield found.places[rows].tolist(), (SUBSEQUENCE, WIDTH, WIDTH)


def _nearest(found: Fits, rows: Flags, limit: int) -> Flags:
    """Give of some rows the `limit` with the least distance, and those that are as far."""
    distances = found.distances[rows]
    if len(distances) <= limit:
        return rows
    return rows & (found.distances <= np.partition(distances, limit - 1)[limit - 1])


def in_order(lower: str) -> re.Pattern[str]:
    """Give what matches a text that holds these letters in order, with anything between.

    It never goes back: each letter is taken where it first comes.
    """
    return re.compile("".join(f"[^{re.escape(letter)}]*+{re.escape(letter)}" for letter in lower))


def rank(query: str, names: Iterable[str], limit: int) -> list[Ranked]:
    """Give the names that the letters of a query go through in order, best first."""
    lower = query.lower()
    match = in_order(lower).match
    fitting = (name for name in names if match(name.lower()) is not None)
    return heapq.nsmallest(limit, (_ranked(query, lower, name) for name in fitting))


def _ranked(query: str, lower: str, name: str) -> Ranked:
    return *_score(query, lower, name, name.lower()), len(name), name


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
    initials = iter([word[0] for word in words])
    if all(letter in initials for letter in lower):
        return len(words) - len(lower)
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
