"""The best stretches of a file for a task, named after the definitions in them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from sqlalchemy import Connection

from octoprompt.index.model import Passage
from octoprompt.index.retrieval.query import Query
from octoprompt.index.retrieval.signals import TextSignals
from octoprompt.index.retrieval.state import State
from octoprompt.index.terms import Definition, definitions_of, name_terms

SHOWN = 3
NEAR = 0.5
"""A passage is shown when it scores at least this share of the file's best."""


@dataclass(frozen=True, kw_only=True)
class Inside:
    """What is inside a suggested file."""

    definitions: list[Definition]
    passages: tuple[Passage, ...]


def best_passages(
    connection: Connection, state: State, query: Query, text: TextSignals, documents: Sequence[int]
) -> dict[int, Inside]:
    """Give the definitions and the best passages of each document."""
    idfs = dict(zip(query.keys.tolist(), text.idfs.tolist(), strict=True))
    inside: dict[int, Inside] = {}
    for document, definitions in _definitions(connection, documents).items():
        units = state.text.units_of(document)
        scores = text.units[units.start : units.stop]
        lines = state.text.lines[units.start : units.stop]
        picked = [int(i) for i in np.argsort(-scores, kind="stable")[: 2 * SHOWN]]
        found: dict[Passage, None] = {}
        for i in picked:
            if scores[i] <= 0 or scores[i] < NEAR * scores[picked[0]] or len(found) == SHOWN:
                break
            end = int(lines[i + 1]) - 1 if i + 1 < len(lines) else 0
            found[_named(definitions, (int(lines[i]), end), idfs)] = None
        inside[document] = Inside(definitions=definitions, passages=tuple(found))
    return inside


def _definitions(connection: Connection, documents: Sequence[int]) -> dict[int, list[Definition]]:
    marks = ",".join("?" * len(documents))
    rows = connection.exec_driver_sql(
        f"SELECT id, definitions FROM retrieval_document WHERE id IN ({marks})",  # noqa: S608
        tuple(documents),
    )
    return {row[0]: definitions_of(row[1]) for row in rows}


def told(idfs: dict[int, float], name: str) -> float:
    """Give how much of the task a name tells."""
    return sum(idfs.get(key, 0) for key in set(name_terms(name)))


def _named(
    definitions: Sequence[Definition], lines: tuple[int, int], idfs: dict[int, float]
) -> Passage:
    """Find the definition that a stretch of lines is about, else give the stretch itself."""
    line, end = lines
    starting = [d for d in definitions if line <= d.line and (d.line <= end or not end)]
    if starting:
        best = max(starting, key=lambda d: (told(idfs, d.name), -d.line))
        holds_more = any(d.line > best.line and d.end_line <= best.end_line for d in starting)
        last = min(best.end_line, end) if holds_more and end else best.end_line
        return Passage(
            symbol=_qualified(definitions, best), line=best.line, end_line=max(best.line, last)
        )
    around = [d for d in definitions if d.line <= line <= d.end_line]
    if around:
        inner = max(around, key=lambda d: d.line)
        last = min(end or inner.end_line, inner.end_line)
        return Passage(symbol=_qualified(definitions, inner), line=line, end_line=max(line, last))
    last = end or max([line, *(d.end_line for d in definitions)])
    return Passage(symbol="", line=line, end_line=last)


def _qualified(definitions: Sequence[Definition], inner: Definition) -> str:
    """Give a name with the names of what it is in, as `QuerySet.filter`."""
    around = [
        d.name
        for d in definitions
        if d.line <= inner.line
        and d.end_line >= inner.end_line
        and d is not inner
        and (d.line, d.end_line) != (inner.line, inner.end_line)
    ]
    return ".".join([*around, inner.name])
