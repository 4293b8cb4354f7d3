"""Unsaved texts over a state.

They speak for files that the index holds, and for files that are only in editors.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from octoprompt.index.retrieval.runs import definition_run, text_run
from octoprompt.index.retrieval.state import State, Unsaved, kind_number


@dataclass(frozen=True, kw_only=True)
class Overlaid:
    """A state with unsaved texts, and the documents that it has beyond the tables."""

    state: State
    added: dict[str, int]
    """Numbers, from the first that the tables do not use, by path."""


def overlaid(state: State, ids: Mapping[str, int], texts: Mapping[str, Unsaved]) -> Overlaid:
    """Give the state with other texts for some paths; a path without a document gets one."""
    n = state.next_document
    new = [path for path in sorted(texts) if ids.get(path, n) >= n]
    added = {path: n + i for i, path in enumerate(new)}
    unsaved = {added.get(path, ids.get(path, 0)): text for path, text in texts.items()}
    if added:
        state = _widened(state, new)
    names = definition_run(list(unsaved), [text.definitions for text in unsaved.values()])
    words = text_run(list(unsaved), [text.text for text in unsaved.values()])
    state = replace(
        state,
        text=replace(state.text, runs=(*state.text.runs, words)),
        definitions=replace(state.definitions, runs=(*state.definitions.runs, names)),
        unsaved=unsaved,
    )
    return Overlaid(state=state, added=added)


def _widened(state: State, paths: list[str]) -> State:
    """Give the state with further documents, which no table knows."""
    present = np.concatenate([state.present, np.ones(len(paths), np.bool_)])
    kinds = np.array([kind_number(path) for path in paths], np.uint8)
    return replace(
        state,
        next_document=len(present),
        present=present,
        kinds=np.concatenate([state.kinds, kinds]),
        text=replace(state.text, present=present),
        definitions=replace(state.definitions, present=present),
        paths=state.paths.followed_by(state.next_document, paths),
    )
