"""What goes with one file whatever the task: commits shared with others, and who uses its names."""

from dataclasses import dataclass, field

import numpy as np
from sqlalchemy import Connection

from octoprompt.index.retrieval.following import MAX_TOUCHED, Contest, users_of
from octoprompt.index.retrieval.past import Links, ages, is_small
from octoprompt.index.retrieval.signals import F64
from octoprompt.index.retrieval.state import State

MOST = 200
"""So many of each kind are given."""


@dataclass(frozen=True, kw_only=True)
class Company:
    """What the history and the names say about the files around a file, by path."""

    n_commits: int = 0
    """Commits that touched the file."""
    together: dict[str, tuple[int, float]] = field(default_factory=dict[str, tuple[int, float]])
    """Number of commits shared, and how much they count, at most 1."""
    users: dict[str, tuple[str, float]] = field(default_factory=dict[str, tuple[str, float]])
    """A name that it uses and the file defines, and how telling its uses are, at most 1."""


def company(connection: Connection, state: State, links: Links, document: int) -> Company:
    """Say what goes with a document."""
    history = links.history
    commits = links.commits_of(document)
    shared = np.zeros(len(history.times))
    shared[commits] = 1
    small = is_small(history, MAX_TOUCHED)
    decay = np.power(0.5, ages(history) / 1_500) / np.maximum(history.code_files, 1) * small
    counts = np.rint(links.summed(shared * small)).astype(np.int64)
    weights = links.summed(shared * decay)
    score, named = users_of(connection, Contest(state=state, candidates=state.present), [document])
    return Company(
        n_commits=len(commits),
        together={
            state.paths.path(i): (int(counts[i]), weight) for i, weight in _most(weights, document)
        },
        users={
            state.paths.path(i): (named[i][0], weight)
            for i, weight in _most(score * state.present, document)
            if i in named
        },
    )


def _most(score: F64, document: int) -> list[tuple[int, float]]:
    """Give the documents with the highest scores, scaled to 1, without the document itself."""
    score = score.copy()
    score[document] = 0
    top = float(score.max(initial=0))
    best = np.argsort(-score, kind="stable")[:MOST]
    return [(int(i), float(score[i]) / top) for i in best if score[i] > 0]
