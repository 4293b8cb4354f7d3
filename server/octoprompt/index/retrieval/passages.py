"""The best stretches of a file for a task, named after the definitions in them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from sqlalchemy import Connection

from octoprompt.index.model import Passage
from octoprompt.index.retrieval import documents
from octoprompt.index.retrieval.query import Query
from octoprompt.index.retrieval.signals import TextSignals
from octoprompt.index.retrieval.state import State
from octoprompt.index.terms import Definitions, name_terms

SHOWN = 3
SLIGHT = frozenset({"variable", "constant"})
"""A passage that tells nothing by its names is rather named after something else in it."""
NEAR = 0.5
"""A passage is shown when it scores at least this share of the file's best."""


@dataclass(frozen=True, kw_only=True)
class Inside:
    """What is inside a suggested file."""

    definitions: Definitions
    passages: tuple[Passage, ...]


class Told(dict[str, float]):
    """How much of the task each name tells, remembered: files share many names."""

    def __init__(self, query: Query, text: TextSignals) -> None:
        super().__init__()
        self._idfs = dict(zip(query.keys.tolist(), text.idfs.tolist(), strict=True))

    def __missing__(self, name: str) -> float:
        idfs = self._idfs
        self[name] = score = sum([idfs[key] for key in set(name_terms(name)) if key in idfs])
        return score


def best_passages(
    connection: Connection, state: State, told: Told, text: TextSignals, shown: Sequence[int]
) -> dict[int, Inside]:
    """Give the definitions and the best passages of each document."""
    inside: dict[int, Inside] = {}
    for document, defined in documents.definitions(connection, state, shown).items():
        units = state.text.units_of(document)
        scores = text.units[units.start : units.stop]
        lines = state.text.lines[units.start : units.stop]
        picked = [int(i) for i in np.argsort(-scores, kind="stable")[: 2 * SHOWN]]
        found: dict[Passage, None] = {}
        for i in picked:
            if scores[i] <= 0 or scores[i] < NEAR * scores[picked[0]] or len(found) == SHOWN:
                break
            end = int(lines[i + 1]) - 1 if i + 1 < len(lines) else 0
            found[_named(defined, (int(lines[i]), end), told)] = None
        inside[document] = Inside(definitions=defined, passages=tuple(found))
    return inside


def _named(definitions: Definitions, lines: tuple[int, int], told: Told) -> Passage:
    """Find the definition that a stretch of lines is about, else give the stretch itself."""
    line, end = lines
    firsts = np.frombuffer(definitions.lines, np.uint32)
    lasts = np.frombuffer(definitions.ends, np.uint32)
    starting: list[int] = np.flatnonzero((firsts >= line) & ((firsts <= end) | (end == 0))).tolist()
    if starting:
        best = max(
            starting,
            key=lambda i: (
                told[definitions.names[i]],
                definitions.kinds[i] not in SLIGHT,
                -definitions.lines[i],
            ),
        )
        first, last = definitions.lines[best], definitions.ends[best]
        if end and any(
            definitions.lines[i] > first and definitions.ends[i] <= last for i in starting
        ):
            last = min(last, end)
        return Passage(symbol=_qualified(definitions, best), line=first, end_line=max(first, last))
    around = np.flatnonzero((firsts <= line) & (lasts >= line))
    if len(around):
        inner = int(around[np.argmax(firsts[around])])
        last = min(end or definitions.ends[inner], definitions.ends[inner])
        return Passage(symbol=_qualified(definitions, inner), line=line, end_line=max(line, last))
    last = end or max(line, int(lasts.max(initial=0)))
    return Passage(symbol="", line=line, end_line=last)


def _qualified(definitions: Definitions, inner: int) -> str:
    """Give a name with the names of what it is in, as `QuerySet.filter`."""
    firsts = np.frombuffer(definitions.lines, np.uint32)
    lasts = np.frombuffer(definitions.ends, np.uint32)
    first, last = firsts[inner], lasts[inner]
    is_around = (firsts <= first) & (lasts >= last) & ((firsts != first) | (lasts != last))
    around = [definitions.names[i] for i in np.flatnonzero(is_around).tolist()]
    return ".".join([*around, definitions.names[inner]])
