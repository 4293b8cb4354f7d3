"""The second step: given files that the user chose, which files go with them?

Files that changed in the same commits, above all in commits that resemble the task; files that use
what the chosen ones define, or define what they use; files that speak the same words.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
from sqlalchemy import Connection

from octoprompt.index.retrieval import documents
from octoprompt.index.retrieval.past import Links, PastSignals, ages, is_small
from octoprompt.index.retrieval.rarity import Rarity
from octoprompt.index.retrieval.runs import I32, I64, U32, Bools
from octoprompt.index.retrieval.signals import F64, definers
from octoprompt.index.retrieval.state import State
from octoprompt.index.terms import MINOR_KINDS, name_terms

WEIGHTS = {
    "together": 1.1,
    "about": 1.2,
    "back": 0.9,
    "forward": 0.4,
    "alike": 2.4,
}
ROOTED = frozenset({"together", "back", "forward", "alike"})
"""These count by their square root."""
OPEN_SHARE = 0.5
"""How much files count that are merely open: the user did not say that they matter."""
MAX_SELECTED = 10
MAX_TOUCHED = 12
"""Commits that touch more code files do not join two files."""
MAX_NAMES = 150
MAX_KEYS = 400
MAX_USED = 1_000
BACK_DEFINERS = 5
FORWARD_DEFINERS = 10


@dataclass(frozen=True, kw_only=True)
class Contest:
    """What is ranked, and who sets the scale."""

    state: State
    candidates: Bools


@dataclass(frozen=True, kw_only=True)
class Followed:
    """What the chosen files say about the others, by document id, and why."""

    columns: dict[str, F64] = field(default_factory=dict[str, F64])
    """Scaled to their weights."""
    together: list[tuple[str, npt.NDArray[np.int64]]] = field(
        default_factory=list[tuple[str, npt.NDArray[np.int64]]]
    )
    """By chosen file: its name, and the number of commits shared with each document."""
    used: dict[int, tuple[str, str]] = field(default_factory=dict[int, tuple[str, str]])
    """By document: a name that it uses, and the chosen file that defines it."""

    def reasons(self, document: int) -> Iterator[tuple[float, str]]:
        """Give what is true of a document, with the part of the score that it explains."""
        if not self.columns:
            return
        parts = {name: float(column[document]) for name, column in self.columns.items()}
        counts = [(int(n[document]), name) for name, n in self.together if n[document] > 0]
        if counts:
            n, name = max(counts)
            often = "usually changes" if n >= 3 else "changed"
            yield parts["together"] + parts["about"], f"{often} together with `{name}`"
        if document in self.used:
            name, file = self.used[document]
            yield parts["back"], f"uses `{name}` from `{file}`"
        if parts["alike"] > 0 and self.together:
            yield parts["alike"], f"speaks the same words as `{self.together[0][0]}`"


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """The files that the user chose, or has open, and what tells rare terms from common ones."""

    documents: Sequence[int]
    share: float
    """How much they count: 1 or more when they were chosen."""
    rarity: Callable[[], Rarity]
    uses: Sequence[str]
    """Names that they use."""


def follow(
    connection: Connection, contest: Contest, links: Links, past: PastSignals, chosen: Chosen
) -> Followed:
    """Score all documents against the chosen ones; nothing without any."""
    state, own = contest.state, chosen.documents[:MAX_SELECTED]
    if not own:
        return Followed()
    together, about, counts = _co_changed(state, links, past, own)
    back, used = users_of(connection, contest, own)
    keys = [_telling(documents.term_keys(connection, state, i), chosen) for i in own]
    raw = {
        "together": together,
        "about": about,
        "back": back,
        "forward": _forward(connection, contest, chosen.uses),
        "alike": _alike(connection, contest, keys),
    }
    columns: dict[str, F64] = {}
    for name, score in raw.items():
        score[list(own)] = 0
        # Against the best candidate: a file's own test is so much more alike than all else that
        # it would make the others equal.
        top = float(score[contest.candidates].max(initial=0))
        part = np.minimum(score / top, 1) if top > 0 else np.zeros_like(score)
        weight = WEIGHTS[name] * chosen.share
        columns[name] = weight * (np.sqrt(part) if name in ROOTED else part)
    return Followed(columns=columns, together=counts, used=used)


def _telling(keys: U32, chosen: Chosen) -> U32:
    """Give the rarest terms of a file that has very many."""
    return chosen.rarity().rarest(keys, MAX_KEYS) if len(keys) > MAX_KEYS else keys


def _co_changed(
    state: State, links: Links, past: PastSignals, chosen: Sequence[int]
) -> tuple[F64, F64, list[tuple[str, npt.NDArray[np.int64]]]]:
    history = links.history
    small = is_small(history, MAX_TOUCHED)
    size = np.maximum(history.code_files, 1)
    decay = np.power(0.5, ages(history) / 1_500) / size * small
    top = float(past.resemblance.max(initial=0)) or 1.0
    voice = (past.resemblance / top) ** 2 / size**0.3 * small
    together, about = np.zeros(links.n), np.zeros(links.n)
    counts: list[tuple[str, npt.NDArray[np.int64]]] = []
    for document in chosen:
        shared = np.zeros(len(history.times), np.float64)
        shared[links.commits_of(document)] = 1
        together += links.summed(shared * decay)
        about += links.summed(shared * voice)
        n = np.rint(links.summed(shared * small)).astype(np.int64)
        counts.append((_name(state, document), n))
    return together, about, counts


def _name(state: State, document: int) -> str:
    return state.paths.path(document).rpartition("/")[2]


def users_of(
    connection: Connection, contest: Contest, chosen: Sequence[int]
) -> tuple[F64, dict[int, tuple[str, str]]]:
    """Find who uses what the chosen files define."""
    state, score = contest.state, np.zeros(contest.state.next_document)
    used: dict[int, tuple[str, str]] = {}
    for document in chosen:
        names = _names(connection, state, document)
        holders = definers(connection, state, names)
        n_definers = np.array([int(contest.candidates[h].sum()) for h in holders], np.int64)
        rare = np.flatnonzero(n_definers <= BACK_DEFINERS)
        keys = np.array([name_terms(names[i])[-1] for i in rare.tolist()], np.uint32)
        places, users = state.text.holders(connection, keys)
        df = _counts(contest, places, users, len(keys))
        values = _idfs(contest, df) / np.maximum(1, n_definers[rare])
        score += np.bincount(users, values[places], minlength=state.next_document)
        # From the least to the most telling, so that the most telling name stays.
        file = _name(state, document)
        order = np.argsort(values[places], kind="stable")
        for user, name in zip(users[order].tolist(), rare[places[order]].tolist(), strict=True):
            used[user] = names[name], file
    return score, used


def _counts(contest: Contest, places: I64, holders: I32, n_keys: int) -> I64:
    """Count the candidates that hold each key: what only tests share tells nothing of source."""
    return np.bincount(places[contest.candidates[holders]], minlength=n_keys)


def _idfs(contest: Contest, df: I64) -> F64:
    """Give how telling keys are by the number of candidates that hold them."""
    return np.log1p((int(contest.state.present.sum()) - df + 0.5) / (df + 0.5))


def _names(connection: Connection, state: State, document: int) -> list[str]:
    """Give the distinct names that a document defines.

    Longer ones first when there are too many.
    """
    names = dict.fromkeys(
        name
        for defined in documents.definitions(connection, state, [document]).values()
        for name, kind in zip(defined.names, defined.kinds, strict=True)
        if len(name) > 2 and kind not in MINOR_KINDS and name_terms(name)
    )
    return sorted(names, key=lambda name: -len(name))[:MAX_NAMES]


def _forward(connection: Connection, contest: Contest, names: Sequence[str]) -> F64:
    """Find who defines what the chosen files use."""
    state, score = contest.state, np.zeros(contest.state.next_document)
    n = int(contest.candidates.sum())
    for holders in definers(connection, state, sorted(set(names))[:MAX_USED]):
        df = int(contest.candidates[holders].sum())
        if 0 < df <= FORWARD_DEFINERS:
            score[holders] += np.log1p(n / df) / df
    return score


def _alike(connection: Connection, contest: Contest, keys: Sequence[U32]) -> F64:
    """Compare the words of the chosen files with those of all others."""
    state = contest.state
    lengths = np.sqrt(np.maximum(state.text.document_lengths, 1).astype(np.float64))
    total = np.zeros(state.next_document)
    for own in keys:
        places, holders = state.text.holders(connection, own)
        values = _idfs(contest, _counts(contest, places, holders, len(own))) ** 3
        total += np.bincount(holders, values[places], minlength=state.next_document)
    return total / lengths
