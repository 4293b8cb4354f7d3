"""About how many documents have a term: a small table that tells rare terms from common ones.

It only chooses which terms of a long file are looked at, so two terms may share a place. It belongs
to one version of the index: the same files give the same answer, whatever they were before.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from sqlalchemy import Connection

from octoprompt.index.retrieval.runs import LITTLE, U32
from octoprompt.index.retrieval.state import State

SIZE = 1 << 18
ROWS = 1_000


@dataclass(frozen=True, slots=True)
class Rarity:
    """Counts of documents by the trailing bits of a key."""

    version: int
    counts: npt.NDArray[np.uint16]

    def rarest(self, keys: U32, most: int) -> U32:
        """Give the keys that the fewest documents have, in a fixed order."""
        if len(keys) <= most:
            return keys
        order = np.lexsort((keys, self.counts[keys & np.uint32(SIZE - 1)]))
        return np.sort(keys[order[:most]])


def count(connection: Connection, state: State) -> Rarity:
    """Count the terms of all documents."""
    total = np.zeros(SIZE, np.int64)
    rows = connection.exec_driver_sql("SELECT forward FROM retrieval_document")
    while part := rows.fetchmany(ROWS):
        keys = np.frombuffer(b"".join(row[0] for row in part), LITTLE)
        total += np.bincount(keys & np.uint32(SIZE - 1), minlength=SIZE)
    return Rarity(state.version, np.minimum(total, 65_535).astype(np.uint16))


NONE = Rarity(-1, np.zeros(SIZE, np.uint16))
"""Before the first count."""
