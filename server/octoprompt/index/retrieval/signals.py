"""What the text of the files says about a query: one number for each document and signal."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from sqlalchemy import Connection

from octoprompt.index.retrieval.query import Query
from octoprompt.index.retrieval.runs import F32, U8, U32, Bools
from octoprompt.index.retrieval.state import State
from octoprompt.index.terms import name_key

F64 = npt.NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class TextSignals:
    """By document id, not yet scaled."""

    bm: F32
    path: F32
    chunk: F32
    definition: F32
    exact_body: F32
    exact_name: F32
    units: F32
    """By passage: its own score."""


def idf(n: int, df: float) -> float:
    """Give the weight of a term that `df` of `n` candidates have."""
    return float(np.log1p((n - df + 0.5) / (df + 0.5)))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Term:
    weight: float
    is_compound: bool
    units: U32
    unit_counts: U8
    body: F64
    names: F64
    path: F64
    base: F64


def _terms(connection: Connection, state: State, query: Query) -> Iterator[_Term]:
    n = state.next_document
    texts = state.text.lookup(connection, query.keys)
    definitions = state.definitions.lookup(connection, query.keys)
    paths = state.paths.postings()
    for place, key in enumerate(query.keys.tolist()):
        units, counts = texts[place]
        owners = state.text.documents[units]
        held = owners >= 0
        named, name_counts = definitions[place]
        holders = state.definitions.documents[named]
        holds = holders >= 0
        documents, in_path, in_base = paths.of(key)
        inside = documents < n
        yield _Term(
            weight=float(query.weights[place]),
            is_compound=query.is_compound[place],
            units=units[held],
            unit_counts=counts[held],
            body=np.bincount(owners[held], counts[held], minlength=n),
            names=np.bincount(holders[holds], name_counts[holds], minlength=n),
            path=np.bincount(documents[inside], in_path[inside], minlength=n),
            base=np.bincount(documents[inside], in_base[inside], minlength=n),
        )


def text_signals(connection: Connection, state: State, query: Query, candidates: Bools) -> TextSignals:
    """Compute the signals; term statistics are those of the candidates."""
    n = state.next_document
    total = int(candidates.sum())
    scores = {name: np.zeros(n, np.float64) for name in ("bm", "path", "definition", "exact")}
    units = np.zeros(len(state.text.documents), np.float32)
    body_norm, name_norm, unit_norm, n_units = _norms(state, candidates)
    for term in _terms(connection, state, query):
        f = term.body / (0.5 + 0.5 * body_norm) + 8 * term.names / (0.6 + 0.4 * name_norm)
        f += 20 * (term.path + term.base)
        weight = term.weight * idf(total, np.count_nonzero(f[candidates]))
        scores["bm"] += weight * f / (f + 3)
        in_path = term.path
        weight = term.weight * idf(total, np.count_nonzero(in_path[candidates]))
        scores["path"] += weight * in_path * 2.2 / (in_path + 1.2)
        weight = term.weight * idf(total, np.count_nonzero(term.names[candidates]))
        scores["definition"] += weight * term.names * 2.2 / (term.names + 1.2 * (0.4 + 0.6 * name_norm))
        if term.is_compound:
            scores["exact"] += idf(total, np.count_nonzero(term.body[candidates])) * (term.body > 0)
        tf = term.unit_counts.astype(np.float32)
        competing = candidates[state.text.documents[term.units]]
        weight = term.weight * idf(n_units, np.count_nonzero(competing))
        units[term.units] += weight * tf * 2.2 / (tf + unit_norm[term.units])
    owners = state.text.documents
    chunk = np.zeros(n, np.float32)
    touched = np.flatnonzero((units > 0) & (owners >= 0))
    np.maximum.at(chunk, owners[touched], units[touched])
    return TextSignals(
        bm=_masked(scores["bm"], candidates),
        path=_masked(scores["path"], candidates),
        chunk=_masked(chunk, candidates),
        definition=_masked(scores["definition"], candidates),
        exact_body=_masked(scores["exact"], candidates),
        exact_name=_masked(_exact_names(connection, state, query, candidates), candidates),
        units=units,
    )


def _norms(state: State, candidates: Bools) -> tuple[F64, F64, F32, int]:
    lengths = state.text.document_lengths
    names = state.definitions.document_lengths
    body_norm = lengths / max(1.0, float(lengths[candidates].mean()) if candidates.any() else 1.0)
    name_norm = names / max(1.0, float(names[candidates].mean()) if candidates.any() else 1.0)
    owners = state.text.documents
    competing = (owners >= 0) & candidates[owners]
    n_units = int(competing.sum())
    average = float(state.text.lengths[competing].mean()) if n_units else 1.0
    unit_norm = 1.2 * (0.5 + 0.5 * state.text.lengths.astype(np.float32) / max(1.0, average))
    return body_norm, name_norm, unit_norm.astype(np.float32), n_units


def _masked(score: npt.NDArray[np.floating], candidates: Bools) -> F32:
    return np.where(candidates, score, 0).astype(np.float32)


def _exact_names(connection: Connection, state: State, query: Query, candidates: Bools) -> F64:
    n = state.next_document
    total = int(candidates.sum())
    score = np.zeros(n, np.float64)
    keys = np.array([name_key(name) for name in query.names], np.uint32)
    for named, _ in state.definitions.lookup(connection, keys):
        holders = state.definitions.documents[named]
        holders = holders[holders >= 0]
        if len(holders):
            score[holders] += idf(total, np.count_nonzero(candidates[holders]))
    return score
