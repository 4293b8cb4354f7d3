"""The second step: given files that the user chose, which files go with them?

Files that changed in the same commits, above all in commits that resemble the task; files that use
what the chosen ones define, or define what they use; files that speak the same words.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
from sqlalchemy import Connection

from octoprompt.index.retrieval.past import Links, PastSignals, ages, is_small
from octoprompt.index.retrieval.rarity import Rarity
from octoprompt.index.retrieval.runs import I64, LITTLE, U32
from octoprompt.index.retrieval.signals import F64, definers
from octoprompt.index.retrieval.state import State
from octoprompt.index.terms import MINOR_KINDS, NAME_MARK, definitions_of, name_terms

WEIGHTS = {"together": 1.1, "about": 1.2, "back": 0.9, "forward": 0.4, "alike": 2.4}
ROOTED = frozenset({"together", "back", "forward", "alike"})
"""These count by their square root."""
MAX_SELECTED = 10
MAX_TOUCHED = 12
"""Commits that touch more code files do not join two files."""
MAX_NAMES = 150
MAX_KEYS = 400
BACK_DEFINERS = 5
FORWARD_DEFINERS = 10


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
    """The files that the user chose, and what tells rare terms from common ones."""

    documents: Sequence[int]
    rarity: Rarity


def follow(
    connection: Connection, state: State, links: Links, past: PastSignals, chosen: Chosen
) -> Followed:
    """Score all documents against the chosen ones; nothing without any."""
    documents = chosen.documents[:MAX_SELECTED]
    if not documents:
        return Followed()
    together, about, counts = _co_changed(state, links, past, documents)
    back, used = users_of(connection, state, documents)
    keys = [
        chosen.rarity.rarest(forward_keys(connection, document), MAX_KEYS) for document in documents
    ]
    raw = {
        "together": together,
        "about": about,
        "back": back,
        "forward": _forward(connection, state, keys),
        "alike": _alike(connection, state, keys),
    }
    columns: dict[str, F64] = {}
    for name, score in raw.items():
        score[list(documents)] = 0
        top = float((score * state.present).max(initial=0))
        part = score / top if top > 0 else score
        columns[name] = WEIGHTS[name] * (np.sqrt(part) if name in ROOTED else part)
    return Followed(columns=columns, together=counts, used=used)


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
    connection: Connection, state: State, chosen: Sequence[int]
) -> tuple[F64, dict[int, tuple[str, str]]]:
    """Find who uses what the chosen files define."""
    score = np.zeros(state.next_document)
    used: dict[int, tuple[str, str]] = {}
    for document in chosen:
        names = _names(connection, document)
        n_definers = np.array([len(h) for h in definers(connection, state, names)], np.int64)
        rare = np.flatnonzero(n_definers <= BACK_DEFINERS)
        keys = np.array([name_terms(names[i])[-1] for i in rare.tolist()], np.uint32)
        places, users = state.text.holders(connection, keys)
        values = _idfs(state, places, len(keys)) / np.maximum(1, n_definers[rare])
        score += np.bincount(users, values[places], minlength=state.next_document)
        # From the least to the most telling, so that the most telling name stays.
        file = _name(state, document)
        order = np.argsort(values[places], kind="stable")
        for user, name in zip(users[order].tolist(), rare[places[order]].tolist(), strict=True):
            used[user] = names[name], file
    return score, used


def _idfs(state: State, places: I64, n_keys: int) -> F64:
    """Give how telling each key is, by the number of documents that hold it."""
    df = np.bincount(places, minlength=n_keys)
    return np.log1p((int(state.present.sum()) - df + 0.5) / (df + 0.5))


def _names(connection: Connection, document: int) -> list[str]:
    """Give the distinct names that a document defines.

    Longer ones first when there are too many.
    """
    row = connection.exec_driver_sql(
        "SELECT definitions FROM retrieval_document WHERE id = ?", (document,)
    ).scalar()
    definitions = definitions_of(row or b"")
    names = dict.fromkeys(
        d.name
        for d in definitions
        if len(d.name) > 2 and d.kind not in MINOR_KINDS and name_terms(d.name)
    )
    return sorted(names, key=lambda name: -len(name))[:MAX_NAMES]


def _forward(connection: Connection, state: State, keys: Sequence[U32]) -> F64:
    """Find who defines what the chosen files use."""
    score = np.zeros(state.next_document)
    for own in keys:
        wanted = own ^ np.uint32(NAME_MARK)
        places, holders = state.definitions.holders(connection, wanted)
        df = np.bincount(places, minlength=len(wanted))
        values = np.where(df <= FORWARD_DEFINERS, _idfs(state, places, len(wanted)), 0)
        values /= np.maximum(1, df)
        score += np.bincount(holders, values[places], minlength=state.next_document)
    return score


def _alike(connection: Connection, state: State, keys: Sequence[U32]) -> F64:
    """Compare the words of the chosen files with those of all others."""
    lengths = np.sqrt(np.maximum(state.text.document_lengths, 1).astype(np.float64))
    total = np.zeros(state.next_document)
    for own in keys:
        places, holders = state.text.holders(connection, own)
        values = _idfs(state, places, len(own)) ** 3
        total += np.bincount(holders, values[places], minlength=state.next_document)
    return total / lengths


def forward_keys(connection: Connection, document: int) -> U32:
    """Give the keys of all terms in a document's text."""
    row = connection.exec_driver_sql(
        "SELECT forward FROM retrieval_document WHERE id = ?", (document,)
    ).scalar()
    return np.frombuffer(row or b"", LITTLE)
