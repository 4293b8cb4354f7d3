"""Changes of files into the engine's tables.

Pending records, flushes to segments, merges of segments.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from sqlalchemy import Connection

from octoprompt.index.retrieval import segments as disk
from octoprompt.index.retrieval.field import DEFINITIONS, TEXT, Field
from octoprompt.index.retrieval.runs import LITTLE, Run, joined, text_run
from octoprompt.index.retrieval.state import State, kind_number, make_run
from octoprompt.index.terms import definition_text

FLUSH_POSTINGS = 400_000
"""So many postings are held in memory before they become a segment."""
MAX_RUNS = 8
_KEY_BITS = np.uint64(32)


class Change(NamedTuple):
    """New records of a file; None keeps what is there."""

    path: str
    text: bytes | None = None
    definitions: bytes | None = None


class Removed(NamedTuple):
    """A file that is gone."""

    path: str


@dataclass(frozen=True, kw_only=True)
class Written:
    """A state that counts once its transaction is committed."""

    state: State
    added: dict[str, int] = field(default_factory=dict[str, int])
    removed: tuple[str, ...] = ()


def apply(
    connection: Connection, state: State, ids: dict[str, int], changes: Iterable[Change | Removed]
) -> Written:
    """Write changes of files. Of several changes of one path the last counts, field by field."""
    texts, definitions, removed = _last(changes)
    added = _add(connection, state, [path for path in {**texts, **definitions} if path not in ids])
    known = {**ids, **added} if added else ids
    gone = [path for path in removed if path in ids]
    _remove(connection, [ids[path] for path in gone])
    state = _with_documents(state, added, [ids[path] for path in gone])
    for number, records in ((TEXT, texts), (DEFINITIONS, definitions)):
        documents = [known[path] for path in records]
        state = _store(connection, state, number, documents, list(records.values()))
    state = replace(state, version=state.version + 1)
    save_version(connection, state)
    return Written(state=state, added=added, removed=tuple(gone))


def save_version(connection: Connection, state: State) -> None:
    """Say in the database which state it now has."""
    connection.exec_driver_sql(
        "UPDATE retrieval_state SET version = ?, next_document = ?",
        (state.version, state.next_document),
    )


def _last(
    changes: Iterable[Change | Removed],
) -> tuple[dict[str, bytes], dict[str, bytes], dict[str, None]]:
    texts: dict[str, bytes] = {}
    definitions: dict[str, bytes] = {}
    removed: dict[str, None] = {}
    for change in changes:
        if isinstance(change, Removed):
            texts.pop(change.path, None)
            definitions.pop(change.path, None)
            removed[change.path] = None
            continue
        if change.path in removed:
            del removed[change.path]
        if change.text is not None:
            texts[change.path] = change.text
        if change.definitions is not None:
            definitions[change.path] = change.definitions
    return texts, definitions, removed


def _add(connection: Connection, state: State, paths: Sequence[str]) -> dict[str, int]:
    added = {path: state.next_document + i for i, path in enumerate(paths)}
    if added:
        rows = [(number, path) for path, number in added.items()]
        connection.exec_driver_sql("INSERT INTO retrieval_document (id, path) VALUES (?, ?)", rows)
    return added


def _remove(connection: Connection, documents: Sequence[int]) -> None:
    if documents:
        rows = [(number,) for number in documents]
        connection.exec_driver_sql("DELETE FROM retrieval_document WHERE id = ?", rows)
        connection.exec_driver_sql(
            "DELETE FROM retrieval_pending WHERE document = ? AND field = 0", rows
        )
        connection.exec_driver_sql(
            "DELETE FROM retrieval_pending WHERE document = ? AND field = 1", rows
        )


def _with_documents(state: State, added: dict[str, int], gone: Sequence[int]) -> State:
    if not added and not gone:
        return state
    n = state.next_document + len(added)
    present = np.zeros(n, np.bool_)
    present[: len(state.present)] = state.present
    kinds = np.zeros(n, np.uint8)
    kinds[: len(state.kinds)] = state.kinds
    for path, number in added.items():
        present[number] = True
        kinds[number] = kind_number(path)
    present[list(gone)] = False
    return replace(
        state,
        next_document=n,
        present=present,
        kinds=kinds,
        text=replace(state.text, present=present),
        definitions=replace(state.definitions, present=present),
    )


def _store(
    connection: Connection, state: State, number: int, documents: list[int], records: list[bytes]
) -> State:
    if not documents:
        return state
    if number == TEXT:
        rows = list(zip(forwards(records), documents, strict=True))
        connection.exec_driver_sql("UPDATE retrieval_document SET forward = ? WHERE id = ?", rows)
    else:
        rows = [(definition_text(record), i) for record, i in zip(records, documents, strict=True)]
        connection.exec_driver_sql(
            "UPDATE retrieval_document SET definitions = ? WHERE id = ?", rows
        )
    before = state.field(number)
    runs = (*before.runs, make_run(number, documents, records))
    if sum(run.n_postings for run in runs) >= FLUSH_POSTINGS:
        return with_field(state, number, _flush(connection, state, number, joined(runs)))
    connection.exec_driver_sql(
        "INSERT OR REPLACE INTO retrieval_pending VALUES (?, ?, ?)",
        [(number, i, record) for i, record in zip(documents, records, strict=True)],
    )
    kept = (joined(runs),) if len(runs) > MAX_RUNS else runs
    return with_field(state, number, replace(before, runs=kept))


def forward(record: bytes) -> bytes:
    """Give the distinct keys of a text record, in order."""
    return forwards([record])[0]


def forwards(records: Sequence[bytes]) -> list[bytes]:
    """Give the distinct keys of each text record, in order."""
    run = text_run(range(len(records)), records)
    owners = np.repeat(np.arange(len(records), dtype=np.uint64), run.layout.sizes)
    found = np.sort(
        np.concatenate(
            [(owners[units] << _KEY_BITS) | keys for keys, units, _ in run.parts]
            or [np.empty(0, np.uint64)]
        )
    )
    found = found[np.diff(found, prepend=~found[:1]) != 0]
    ends = np.searchsorted(found, np.arange(1, len(records) + 1, dtype=np.uint64) << _KEY_BITS)
    keys = found.astype(LITTLE).tobytes()
    return [keys[4 * a : 4 * b] for a, b in pairwise([0, *ends.tolist()])]


def with_field(state: State, number: int, changed: Field) -> State:
    """Give the state with one field exchanged."""
    return replace(state, text=changed) if number == TEXT else replace(state, definitions=changed)


def _flush(connection: Connection, state: State, number: int, run: Run) -> Field:
    before = state.field(number)
    sequence = 1 + max((segment.sequence for segment in before.segments), default=0)
    segment = disk.create(connection, number, sequence, run.n_postings, run.layout)
    disk.add_buckets(connection, segment, run.postings)
    disk.complete(connection, segment)
    connection.exec_driver_sql("DELETE FROM retrieval_pending WHERE field = ?", (number,))
    return replace(before, segments=(*before.segments, segment), runs=())
