"""What is kept of single documents: in the tables, or of an unsaved text in memory."""

from collections.abc import Iterable

import numpy as np
from sqlalchemy import Connection

from octoprompt.index.retrieval.runs import LITTLE, U32
from octoprompt.index.retrieval.state import State
from octoprompt.index.retrieval.writing import forward
from octoprompt.index.terms import Definitions, definition_text, definitions_of


def definitions(
    connection: Connection, state: State, documents: Iterable[int]
) -> dict[int, Definitions]:
    """Give the definitions of each document that there is."""
    unsaved = state.unsaved
    wanted = list(documents)
    stored = [document for document in wanted if document not in unsaved]
    marks = ",".join("?" * len(stored))
    rows = connection.exec_driver_sql(
        f"SELECT id, definitions FROM retrieval_document WHERE id IN ({marks})",  # noqa: S608
        tuple(stored),
    )
    texts: dict[int, bytes] = {row[0]: row[1] for row in rows}
    texts |= {i: definition_text(unsaved[i].definitions) for i in wanted if i in unsaved}
    return {document: definitions_of(text) for document, text in texts.items()}


def term_keys(connection: Connection, state: State, document: int) -> U32:
    """Give the keys of all terms in a document's text, in order."""
    if (unsaved := state.unsaved.get(document)) is not None:
        return np.frombuffer(forward(unsaved.text), LITTLE)
    row = connection.exec_driver_sql(
        "SELECT forward FROM retrieval_document WHERE id = ?", (document,)
    ).scalar()
    return np.frombuffer(row or b"", LITTLE)
