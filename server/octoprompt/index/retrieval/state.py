"""What the engine holds in memory, as immutable states: one for each version of its tables."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from sqlalchemy import Connection

from octoprompt.index.retrieval import segments as disk
from octoprompt.index.retrieval.field import DEFINITIONS, TEXT, Field
from octoprompt.index.retrieval.kinds import Kind, kind_of
from octoprompt.index.retrieval.paths import PathTerms
from octoprompt.index.retrieval.runs import Bools, Run, definition_run, text_run

KINDS: tuple[Kind, ...] = ("source", "test", "docs", "data", "made")


class Unsaved(NamedTuple):
    """The records of an unsaved text."""

    text: bytes
    definitions: bytes


@dataclass(frozen=True, kw_only=True)
class State:
    """All documents and both fields at one version.

    Arrays over documents are indexed by document id.
    """

    version: int = 0
    next_document: int = 0
    present: Bools = field(default_factory=lambda: np.zeros(0, np.bool_))
    kinds: npt.NDArray[np.uint8] = field(default_factory=lambda: np.zeros(0, np.uint8))
    text: Field
    definitions: Field
    paths: PathTerms
    """Shared by all states; it only grows."""
    unsaved: Mapping[int, Unsaved] = field(default_factory=dict[int, Unsaved])
    """By document: what an editor shows of it, in place of what the tables hold."""

    @cached_property
    def is_source(self) -> Bools:
        """Which documents are source."""
        return self.present & (self.kinds == 0)

    def field(self, number: int) -> Field:
        """Give a field by its number."""
        return self.text if number == TEXT else self.definitions


def empty() -> State:
    """Give the state of an index without documents."""
    present = np.zeros(0, np.bool_)
    return State(text=Field(present=present), definitions=Field(present=present), paths=PathTerms())


def kind_number(path: str) -> int:
    """Give the number under which a path's kind is kept."""
    return KINDS.index(kind_of(path))


def load(connection: Connection) -> tuple[State, dict[str, int]]:
    """Read the state of the database, and the ids of its paths."""
    row = connection.exec_driver_sql("SELECT version, next_document FROM retrieval_state").one()
    version, n = int(row[0]), int(row[1])
    rows = connection.exec_driver_sql("SELECT id, path FROM retrieval_document ORDER BY id").all()
    ids: dict[str, int] = {path: number for number, path in rows}
    present = np.zeros(n, np.bool_)
    kinds = np.zeros(n, np.uint8)
    paths = PathTerms(n)
    for path, number in ids.items():
        present[number] = True
        kinds[number] = kind_number(path)
        paths.add(number, path)
    segments = disk.load(connection)
    fields = [
        Field(
            segments=tuple(segment for segment in segments if segment.field == number),
            runs=_pending(connection, number),
            present=present,
        )
        for number in (TEXT, DEFINITIONS)
    ]
    state = State(
        version=version,
        next_document=n,
        present=present,
        kinds=kinds,
        text=fields[TEXT],
        definitions=fields[DEFINITIONS],
        paths=paths,
    )
    return state, ids


def make_run(number: int, documents: list[int], records: list[bytes]) -> Run:
    """Unpack records of a field."""
    return (text_run if number == TEXT else definition_run)(documents, records)


def _pending(connection: Connection, number: int) -> tuple[Run, ...]:
    rows = connection.exec_driver_sql(
        "SELECT document, record FROM retrieval_pending WHERE field = ? ORDER BY document",
        (number,),
    ).all()
    return (make_run(number, [row[0] for row in rows], [row[1] for row in rows]),) if rows else ()
