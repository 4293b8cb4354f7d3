"""What the history says about a query: commits that resemble it vote for their files.

Where work has just been.
"""

from collections.abc import Container, Mapping
from dataclasses import dataclass, replace

import numpy as np

from octoprompt.index.retrieval.commits import History
from octoprompt.index.retrieval.query import Query
from octoprompt.index.retrieval.runs import F32, I32, I64, Bools
from octoprompt.index.retrieval.signals import F64, idf, summed
from octoprompt.index.retrieval.state import State

DAY = 86_400
VOTERS = 400
MAX_CODE_FILES = 30
"""A commit that touches more code files says little about each."""
MAX_MOVES = 10


@dataclass(frozen=True, kw_only=True)
class Links:
    """A history tied to the documents of a state."""

    history: History
    ids: dict[str, int]
    """Document of each path."""
    n: int
    """Documents of the state."""
    touches: tuple[I32, I32]
    """Commit and document of each touch that counts, sorted by document."""

    @property
    def note(self) -> str:
        """What the history lacks, for people."""
        if not len(self.history.order):
            return self.history.note or "no git history: ranked by text alone"
        return self.history.note

    def commits_of(self, document: int) -> I32:
        """Give the commits that touched a document."""
        commits, documents = self.touches
        low, high = np.searchsorted(documents, [document, document + 1])
        return commits[low:high]

    def summed(self, values: F64) -> F64:
        """Add up the values of the commits that touched each document."""
        commits, documents = self.touches
        return summed(documents, values[commits], self.n)


def link(history: History, state: State, ids: dict[str, int]) -> Links:
    """Find the document of each path of the history, along renames."""
    later = _moves(history)
    documents = np.full(len(history.names), -1, np.int32)
    for number, name in enumerate(history.names):
        found = ids.get(_along(later, ids, name), -1)
        documents[number] = found if found < state.next_document else -1
    touches = _touches(history, documents)
    return Links(history=history, ids=ids, n=state.next_document, touches=touches)


def _touches(history: History, documents: I32) -> tuple[I32, I32]:
    """Say which commit touched which document, given the document of each name, or -1."""
    touched = documents[history.touched]
    owners = history.owners
    counts = (touched >= 0) & history.reached[owners]
    counts &= history.code_files[owners] <= MAX_CODE_FILES
    order = np.argsort(touched[counts], kind="stable")
    return owners[counts][order], touched[counts][order]


def widened(links: Links, added: Mapping[str, int]) -> Links:
    """Give the links of a state that has further documents, of which no commit knows."""
    return replace(links, ids={**links.ids, **added}, n=links.n + len(added))


def moved(history: History, ids: Container[str], path: str) -> str | None:
    """Give the path that a file has now, along renames; None when it has none."""
    now = _along(_moves(history), ids, path)
    return now if now in ids else None


def _along(later: Mapping[str, str], ids: Container[str], path: str) -> str:
    for _ in range(MAX_MOVES):
        if path in ids or path not in later:
            break
        path = later[path]
    return path


def _moves(history: History) -> dict[str, str]:
    """Give where each path moved last."""
    place = history.place
    moves = [
        (int(place[commit]), old, new) for commit, old, new in history.renames if place[commit] >= 0
    ]
    return {old: new for _, old, new in sorted(moves, reverse=True)}


@dataclass(frozen=True, kw_only=True)
class PastSignals:
    """Signals by document id, not yet scaled; and where they come from."""

    columns: dict[str, F64]
    resemblance: F32
    """By commit: how much it resembles the query, older ones a little less."""
    idfs: F32
    """By term: how telling it is among commit messages."""


def past_signals(links: Links, query: Query) -> PastSignals:
    """Compute the signals of the history."""
    history = links.history
    resemblance, idfs = _resembling(history, query)
    age = ages(history)
    topo = np.power(0.5, np.minimum(history.place, 4_000) / 4) * history.reached
    columns = {
        "knn": links.summed(_votes(history, resemblance)),
        "topo": links.summed(topo),
        "recency": np.log1p(links.summed(np.power(0.5, age / 90))),
    }
    return PastSignals(columns=columns, resemblance=resemblance, idfs=idfs)


def ages(history: History) -> F64:
    """Give the age of each commit in days before the newest.

    So that one history always ranks the same.
    """
    return np.maximum(0, history.now - history.times) / DAY


def _resembling(history: History, query: Query) -> tuple[F32, F32]:
    score = np.zeros(len(history.times), np.float64)
    idfs = np.zeros(len(query.terms), np.float32)
    n = len(history.order)
    if not n:
        return score.astype(np.float32), idfs
    average = max(1.0, float(history.lengths[history.order].mean()))
    norm = 1.2 * (0.6 + 0.4 * history.lengths / average)
    for place, (commits, counts) in enumerate(history.postings.of(query.keys)):
        reached = history.reached[commits]
        voters, tf = commits[reached], counts[reached].astype(np.float64)
        idfs[place] = idf(n, len(voters))
        score[voters] += query.weights[place] * idfs[place] * tf * 2.2 / (tf + norm[voters])
    return (score * np.power(0.5, ages(history) / 3_000)).astype(np.float32), idfs


def is_small(history: History, most: int) -> Bools:
    """Say which commits touch some code files, but at most so many."""
    return (history.code_files > 0) & (history.code_files <= most)


def _votes(history: History, resemblance: F32) -> F64:
    eligible: F64 = np.where(is_small(history, MAX_CODE_FILES), resemblance, 0).astype(np.float64)
    # Of equals the newer: commits are numbered as they were learned, which says nothing.
    best: I64 = np.lexsort((history.place, -eligible))[:VOTERS]
    votes = np.zeros(len(resemblance), np.float64)
    if len(best) and eligible[best[0]] > 0:
        share = eligible[best] / eligible[best[0]]
        votes[best] = share**4 / np.maximum(history.code_files[best], 1) ** 0.3
    return votes
