"""The words of paths: which documents have a term in their path or in their file name."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from octoprompt.index.retrieval.runs import U8, U32
from octoprompt.index.terms import count_keys


@dataclass(frozen=True, slots=True)
class PathPostings:
    """Lists by key, sorted by key."""

    keys: U32
    documents: U32
    counts: U8
    """How often in the whole path, file name included."""
    names: U8
    """How often in the file name."""

    def of(self, key: int) -> tuple[U32, U8, U8]:
        """Give documents, counts in the path and counts in the file name of a key."""
        low = int(np.searchsorted(self.keys, np.uint32(key), "left"))
        high = int(np.searchsorted(self.keys, np.uint32(key), "right"))
        return self.documents[low:high], self.counts[low:high], self.names[low:high]


class PathTerms:
    """Paths by document id.

    It only grows: an id keeps its path for ever; what is gone is masked by the state.
    """

    def __init__(self, n: int = 0) -> None:
        """Begin with `n` documents whose paths are not noted yet, or gone for ever."""
        self._paths = [""] * n
        self._done = 0
        self._lock = threading.Lock()
        self._folders: dict[str, dict[int, int]] = {}
        self._postings = _sorted([])
        self._name_sizes: list[int] = []

    def add(self, document: int, path: str) -> None:
        """Note the path of a document."""
        if document >= len(self._paths):
            self._paths += [""] * (document + 1 - len(self._paths))
        self._paths[document] = path

    def followed_by(self, first: int, paths: Sequence[str]) -> "PathTerms":
        """Give terms of their own for the documents before `first`, and from there other paths."""
        postings, more = self.postings(), PathTerms()
        is_before = postings.documents < first
        more._paths = [*self._paths[:first], *paths]
        more._done = first
        more._postings = PathPostings(
            postings.keys[is_before],
            postings.documents[is_before],
            postings.counts[is_before],
            postings.names[is_before],
        )
        more._name_sizes = self._name_sizes[:first]
        return more

    def path(self, document: int) -> str:
        """Give the path of a document."""
        return self._paths[document]

    def postings(self) -> PathPostings:
        """Give the lists over all documents noted so far.

        New ones are split now, on the asking thread.
        """
        with self._lock:
            n = len(self._paths)
            if self._done < n:
                rows = [row for number in range(self._done, n) for row in self._split(number)]
                self._postings = _merged(self._postings, _sorted(rows))
                self._done = n
            return self._postings

    def name_sizes(self) -> U32:
        """Give by document the number of different terms in its file name."""
        self.postings()
        with self._lock:
            return np.array(self._name_sizes, np.uint32)

    def _split(self, document: int) -> list[tuple[int, int, int, int]]:
        folder, _, name = self._paths[document].rpartition("/")
        if folder not in self._folders:
            self._folders[folder] = count_keys(folder)
        whole = dict(self._folders[folder])
        base = count_keys(name.rpartition(".")[0] or name)
        self._name_sizes.append(len(base))
        for key, n in base.items():
            whole[key] = whole.get(key, 0) + n
        return [
            (key, document, min(n, 255), min(base.get(key, 0), 255)) for key, n in whole.items()
        ]


def _sorted(rows: list[tuple[int, int, int, int]]) -> PathPostings:
    table = np.array(rows, np.uint32).reshape(-1, 4)
    table = table[np.argsort(table[:, 0], kind="stable")]
    return PathPostings(
        table[:, 0].copy(),
        table[:, 1].copy(),
        table[:, 2].astype(np.uint8),
        table[:, 3].astype(np.uint8),
    )


def _merged(old: PathPostings, new: PathPostings) -> PathPostings:
    keys = np.concatenate([old.keys, new.keys])
    order = np.argsort(keys, kind="stable")
    return PathPostings(
        keys[order],
        np.concatenate([old.documents, new.documents])[order],
        np.concatenate([old.counts, new.counts])[order],
        np.concatenate([old.names, new.names])[order],
    )
