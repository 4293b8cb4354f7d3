"""The first list: signals weighed and added."""

from sqlalchemy import Connection

import numpy as np

from octoprompt.index.model import SuggestQuery, Suggestion
from octoprompt.index.retrieval.query import analyse
from octoprompt.index.retrieval.runs import F32
from octoprompt.index.retrieval.signals import text_signals
from octoprompt.index.retrieval.state import State

WEIGHTS = {"bm": 2.34, "path": 1.09, "chunk": 1.77, "exact_body": 0.93, "exact_name": 0.34, "definition": 0.68}


def scaled(score: F32) -> F32:
    """Divide by the largest."""
    top = float(score.max(initial=0))
    return score / top if top > 0 else score


def suggest(connection: Connection, state: State, asked: SuggestQuery) -> tuple[list[Suggestion], str]:
    """Rank the documents of a state."""
    query = analyse(asked.text)
    candidates = state.present if asked.all_files else state.is_source
    if not query.terms or not candidates.any():
        return [], ""
    signals = text_signals(connection, state, query, candidates)
    total = np.zeros(state.next_document, np.float32)
    for name, weight in WEIGHTS.items():
        total += weight * scaled(getattr(signals, name))
    best = np.argsort(-total, kind="stable")[: asked.limit]
    top = float(total[best[0]]) or 1.0
    return [
        Suggestion(path=state.paths.path(i), score=float(total[i]) / top)
        for i in best.tolist() if total[i] > 0
    ], ""
