"""Retrieval engines for the tests of this folder."""

import pytest

from support.retrieval import new_corpus


@pytest.fixture
def corpora(tmp_path):
    """Make engines, each over a database of its own."""
    made = []

    def make():
        made.append(new_corpus(tmp_path / f"{len(made)}.db"))
        return made[-1]

    yield make
    for corpus in made:
        corpus.access.close()


@pytest.fixture
def corpus(corpora):
    """Give one empty engine."""
    return corpora()
