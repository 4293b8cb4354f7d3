"""What the user has just changed in the chosen files: a second task that says what else to do."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from sqlalchemy import Connection

from octoprompt.index.retrieval.query import analyse
from octoprompt.index.retrieval.runs import Bools
from octoprompt.index.retrieval.signals import F64, TextSignals, text_signals
from octoprompt.index.retrieval.state import State

WEIGHTS = {"bm": 3.0, "exact_body": 1.0, "exact_name": 1.0}


@dataclass(frozen=True, kw_only=True)
class Uncommitted:
    """What changed lines say about the files, by document id."""

    score: F64
    """On the scale of the task's own signals."""
    text: TextSignals | None = None
    names: tuple[tuple[int, str], ...] = ()
    """Whole identifiers of the changed lines, each with its term's place."""

    def reason(self, document: int) -> Iterator[tuple[float, str]]:
        """Give the most telling name that a document shares with the changed lines, if any."""
        if self.text is None:
            return
        found, idfs = self.text.found[:, document], self.text.idfs
        told = [(float(idfs[place]), name) for place, name in self.names if found[place]]
        if told:
            yield float(self.score[document]), f"has `{max(told)[1]}`, which you changed"


def score_uncommitted(
    connection: Connection, state: State, candidates: Bools, lines: str
) -> Uncommitted:
    """Score all documents by the lines that the user changed; nothing without any."""
    score = np.zeros(state.next_document)
    if not lines:
        return Uncommitted(score=score)
    query = analyse(lines)
    text = text_signals(connection, state, query, candidates)
    for name, weight in WEIGHTS.items():
        top = float(text.columns[name][candidates].max(initial=0))
        if top > 0:
            score += weight * np.minimum(text.columns[name] / top, 1)
    names = tuple((i, query.words[i]) for i, is_whole in enumerate(query.is_compound) if is_whole)
    return Uncommitted(score=score, text=text, names=names)
