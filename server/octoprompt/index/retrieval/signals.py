"""What the text of the files says about a query: one number for each document and signal."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import reduce

import numpy as np
import numpy.typing as npt
from sqlalchemy import Connection

from octoprompt.index.retrieval.query import Query
from octoprompt.index.retrieval.runs import F32, I32, I64, U8, U32, Bools
from octoprompt.index.retrieval.state import State
from octoprompt.index.terms import count_keys, name_key

F64 = npt.NDArray[np.float64]
ADDED = ("bm", "path", "definition", "exact_body", "cover")
"""Signals that are a sum over terms."""
IN_BODY, IN_NAMES, IN_PATH = 1, 2, 4
SHARE_STEP, LEAST_SHARE = 0.1, 0.7
"""So much less each further named file counts, and so much the last."""
MAX_CAPITALS = 50
"""So many capitalised words are looked for as file names."""


@dataclass(frozen=True, kw_only=True)
class TextSignals:
    """Signals by document id, not yet scaled; and where they come from."""

    columns: dict[str, F64]
    units: F32
    """By passage: its own score."""
    found: npt.NDArray[np.uint8]
    """By term and document: `IN_BODY`, `IN_NAMES` and `IN_PATH`, added."""
    idfs: F32
    """By term: how telling it is among the candidates."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Term:
    weight: float
    is_compound: bool
    units: U32
    unit_counts: U8
    owners: I32
    """Document of each unit."""
    at: I64
    """Documents that have the term; the numbers that follow are theirs."""
    body: F64
    names: F64
    path: F64
    base: F64


@dataclass(frozen=True, slots=True, kw_only=True)
class _Scale:
    """Lengths against the average of the candidates."""

    candidates: Bools
    n: int
    n_units: int
    body: F64
    names: F64
    unit: float
    """Tokens of the average passage."""


def idf(n: int, df: int) -> float:
    """Give the weight of a term that `df` of `n` candidates have."""
    return float(np.log1p((n - df + 0.5) / (df + 0.5)))


def summed(places: npt.NDArray[np.integer], values: npt.NDArray[np.generic], n: int) -> F64:
    """Add up values by place, 0 to n - 1."""
    return np.bincount(places, values, minlength=n).astype(np.float64, copy=False)


def text_signals(
    connection: Connection, state: State, query: Query, candidates: Bools
) -> TextSignals:
    """Compute the signals of all documents; term statistics are those of the candidates."""
    n = state.next_document
    scale = _scale(state, candidates)
    columns = {name: np.zeros(n, np.float64) for name in ADDED}
    units = np.zeros(len(state.text.documents), np.float32)
    found = np.zeros((len(query.terms), n), np.uint8)
    idfs = np.zeros(len(query.terms), np.float32)
    for place, term in enumerate(_terms(connection, state, query)):
        idfs[place] = _add(columns, term, scale)
        weight = term.weight * idf(scale.n_units, int(candidates[term.owners].sum()))
        tf = term.unit_counts.astype(np.float32)
        norm = (0.6 + 0.6 * state.text.lengths[term.units] / scale.unit).astype(np.float32)
        units[term.units] += weight * tf * 2.2 / (tf + norm)
        found[place, term.at] = (
            IN_BODY * (term.body > 0) + IN_NAMES * (term.names > 0) + IN_PATH * (term.path > 0)
        )
    columns["chunk"] = _best_unit(state, units)
    columns["said"] = _said(state, query)
    columns["mention"] = _mentioned(state, query)
    columns["exact_name"] = _exact_names(connection, state, query, candidates)
    return TextSignals(columns=columns, units=units, found=found, idfs=idfs)


def _scale(state: State, candidates: Bools) -> _Scale:
    lengths = state.text.document_lengths
    names = state.definitions.document_lengths
    owners = state.text.documents
    competing = (owners >= 0) & candidates[owners]
    n_units = int(competing.sum())
    average = float(state.text.lengths[competing].mean()) if n_units else 1.0
    return _Scale(
        candidates=candidates,
        n=int(candidates.sum()),
        n_units=n_units,
        body=lengths / max(1.0, float(lengths[candidates].mean())),
        names=names / max(1.0, float(names[candidates].mean())),
        unit=max(1.0, average),
    )


def _terms(connection: Connection, state: State, query: Query) -> Iterator[_Term]:
    n = state.next_document
    texts = state.text.lookup(connection, query.keys)
    definitions = state.definitions.lookup(connection, query.keys)
    paths = state.paths.postings()
    for place, key in enumerate(query.keys.tolist()):
        units, counts = texts[place]
        owners = state.text.documents[units]
        if (owners < 0).any():
            held = owners >= 0
            units, counts, owners = units[held], counts[held], owners[held]
        named, name_counts = definitions[place]
        holders = state.definitions.documents[named]
        holds = holders >= 0
        documents, in_path, in_base = paths.of(key)
        inside = np.flatnonzero(documents < n)
        inside = inside[state.present[documents[inside]]]
        body = summed(owners, counts, n)
        names = summed(holders[holds], name_counts[holds], n)
        path = summed(documents[inside], in_path[inside], n)
        # Few documents have a rare term: the rest is computed for those alone.
        at = np.flatnonzero((body > 0) | (names > 0) | (path > 0))
        yield _Term(
            weight=float(query.weights[place]),
            is_compound=query.is_compound[place],
            units=units,
            unit_counts=counts,
            owners=owners,
            at=at,
            body=body[at],
            names=names[at],
            path=path[at],
            base=summed(documents[inside], in_base[inside], n)[at],
        )


def _add(columns: dict[str, F64], term: _Term, scale: _Scale) -> float:
    """Add one term to the signals; give its idf."""
    at = term.at
    competes = scale.candidates[at]
    length = scale.names[at]
    f = term.body / (0.5 + 0.5 * scale.body[at]) + 8 * term.names / (0.6 + 0.4 * length)
    f += 20 * (term.path + term.base)
    telling = idf(scale.n, int(competes.sum()))
    columns["bm"][at] += term.weight * telling * f / (f + 3)
    path = idf(scale.n, int((competes & (term.path > 0)).sum()))
    columns["path"][at] += term.weight * path * term.path * 2.2 / (term.path + 1.2)
    names = idf(scale.n, int((competes & (term.names > 0)).sum()))
    norm = 1.2 * (0.4 + 0.6 * length)
    columns["definition"][at] += term.weight * names * term.names * 2.2 / (term.names + norm)
    has = term.body > 0
    body = idf(scale.n, int((competes & has).sum()))
    columns["cover"][at] += min(term.weight, 1) * body**2 * has
    if term.is_compound:
        columns["exact_body"][at] += body * has
    return telling


def _best_unit(state: State, units: F32) -> F64:
    owners = state.text.documents
    best = np.zeros(state.next_document, np.float32)
    touched = np.flatnonzero((units > 0) & (owners >= 0))
    np.maximum.at(best, owners[touched], units[touched])
    return best.astype(np.float64)


def _said(state: State, query: Query) -> F64:
    """Give 1 for each file whose own name the query says whole."""
    n = state.next_document
    said = np.zeros(n, np.float64)
    postings = state.paths.postings()
    for key in query.keys.tolist():
        documents, _, names = postings.of(key)
        said[documents[(documents < n) & (names > 0)]] += 1
    sizes = state.paths.name_sizes()[:n]
    return ((said >= sizes) & (sizes > 0)).astype(np.float64)


def _mentioned(state: State, query: Query) -> F64:
    """Give 1 to the file that the query names first, a little less to the next: a trace has many.

    By its path, its end, or a longer path. A name without a dot has to be written as it is:
    `Dockerfile`.
    """
    score = np.zeros(state.next_document, np.float64)
    share = 1.0
    for named in query.paths:
        wanted = "/" + named.replace("\\", "/").strip("/.").lower()
        for document in _named_like(state, wanted.rpartition("/")[2].rpartition(".")[0] or wanted):
            path = "/" + state.paths.path(document).lower()
            deep = path.count("/") > 1 and wanted.endswith(path)
            if path.endswith(wanted) or deep:
                score[document] = max(score[document], share)
        share = max(LEAST_SHARE, 1 - SHARE_STEP * np.count_nonzero(score))
    for name in [name for name in query.names if name[0].isupper()][:MAX_CAPITALS]:
        for document in _named_like(state, name):
            if state.paths.path(document).rpartition("/")[2] == name:
                score[document] = 1
    return score


def _named_like(state: State, words: str) -> list[int]:
    """Give the documents whose paths have all of some words."""
    postings = state.paths.postings()
    lists = [postings.of(key)[0] for key in count_keys(words)]
    found: list[int] = reduce(np.intersect1d, lists).tolist() if lists else []
    return [document for document in found if document < state.next_document]


def _exact_names(connection: Connection, state: State, query: Query, candidates: Bools) -> F64:
    total = int(candidates.sum())
    score = np.zeros(state.next_document, np.float64)
    for holders in definers(connection, state, query.names):
        if len(holders):
            score[holders] += idf(total, int(candidates[holders].sum()))
    return score


def definers(
    connection: Connection, state: State, names: Sequence[str]
) -> list[npt.NDArray[np.int32]]:
    """Give for each exact name the documents that define it."""
    keys = np.array([name_key(name) for name in names], np.uint32)
    named = state.definitions.lookup(connection, keys)
    owners = [state.definitions.documents[units] for units, _ in named]
    return [np.unique(documents[documents >= 0]) for documents in owners]
