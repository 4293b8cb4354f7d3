"""Why a file was suggested, in words that are true of the file."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from octoprompt.index.retrieval.following import Followed
from octoprompt.index.retrieval.passages import Inside, Told
from octoprompt.index.retrieval.past import Links, PastSignals
from octoprompt.index.retrieval.query import Query
from octoprompt.index.retrieval.runs import Bools
from octoprompt.index.retrieval.signals import F64, IN_BODY, IN_NAMES, IN_PATH, TextSignals
from octoprompt.index.retrieval.uncommitted import Uncommitted
from octoprompt.index.terms import MINOR_KINDS

SHOWN = 3
WHOLE_BONUS = 1.3
"""A whole identifier says more to people than the rarest of its parts."""
_QUOTED = re.compile(r"`([^`]*)`")
COMMON_IN_PATHS = 0.25
"""A word in the paths of more files than this is no reason for one: the project's name, `src`."""
MIN_SHARE = 0.08
"""A signal that gives less of the score than this is no reason."""


@dataclass(frozen=True, kw_only=True)
class Grounds:
    """What a ranking knows that reasons can be made of."""

    query: Query
    text: TextSignals
    past: PastSignals
    columns: dict[str, F64]
    passages: dict[int, Inside]
    told: Told
    followed: Followed
    uncommitted: Uncommitted

    @cached_property
    def common_paths(self) -> Bools:
        """By term: whether so many paths have it that it tells nothing of one of them."""
        share = (self.text.found & IN_PATH > 0).mean(axis=1)
        return np.asarray(share > COMMON_IN_PATHS, np.bool_)


def reasons(links: Links, grounds: Grounds, documents: Sequence[int]) -> dict[int, tuple[str, ...]]:
    """Give for each document its best reasons, the weightiest first."""
    mentions = _mentions(links, grounds.query)
    found: dict[int, tuple[str, ...]] = {}
    for document in documents:
        parts = {name: float(column[document]) for name, column in grounds.columns.items()}
        whole = sum(parts.values()) or 1.0
        said: list[str] = []
        named: set[str] = set()
        for weight, reason in sorted(
            _candidates(links, grounds, mentions, document, parts), key=lambda pair: -pair[0]
        ):
            names = {name.rpartition(".")[2] for name in _QUOTED.findall(reason)}
            is_new = not names or bool(names - named)
            if weight >= MIN_SHARE * whole and len(said) < SHOWN and is_new:
                said.append(reason)
                named |= names
        found[document] = tuple(said) or _words(grounds, document)
    return found


def _candidates(
    links: Links, grounds: Grounds, mentions: Bools, document: int, parts: dict[str, float]
) -> Iterator[tuple[float, str]]:
    """Give every reason that is true, with the part of the score that it explains."""
    inside = grounds.passages.get(document)
    if inside is not None:
        if name := _defined(grounds, inside, document):
            yield parts["exact_name"] + parts["definition"] + parts["bm"] / 1.6, f"defines `{name}`"
        if inside.passages and _is_telling(grounds, inside.passages[0].symbol):
            yield parts["chunk"], f"its `{inside.passages[0].symbol}` matches best"
    if parts["knn"] > 0 and (about := _about(links, grounds, mentions, document)):
        yield parts["knn"], about
    if parts["mention"] > 0:
        yield parts["mention"] + parts["path"], "the task names it"
    elif words := _found(grounds, document, IN_PATH, 2, grounds.common_paths):
        yield parts["path"] + parts["said"], f"path says {_quoted(words)}"
    if names := [
        word for word in _found(grounds, document, IN_BODY, 9) if _is_compound(grounds, word)
    ]:
        yield parts["exact_body"] + parts["bm"] / 4, f"uses {_quoted(names[:2])}"
    if parts["topo"] > 0.1:
        yield parts["topo"] + parts["recency"], "changed in the latest commits"
    elif parts["recency"] > 0.25:
        yield parts["recency"], "changed often of late"
    yield from grounds.followed.reasons(document)
    yield from grounds.uncommitted.reason(document)


def _words(grounds: Grounds, document: int) -> tuple[str, ...]:
    """Fall back to the words that the file shares with the task."""
    words = _found(grounds, document, IN_BODY | IN_NAMES | IN_PATH, 3)
    return (f"mentions {_quoted(words)}",) if words else ()


def _quoted(words: Sequence[str]) -> str:
    return ", ".join(f"`{word}`" for word in words)


def _is_compound(grounds: Grounds, word: str) -> bool:
    return grounds.query.is_compound[grounds.query.words.index(word)]


def _is_telling(grounds: Grounds, symbol: str) -> bool:
    """Say whether a passage's name says anything: `__all__` seldom does."""
    name = symbol.rpartition(".")[2]
    return bool(name) and ((not name.isupper() and name != "__all__") or grounds.told[name] > 0)


def _found(
    grounds: Grounds, document: int, where: int, most: int, without: Bools | None = None
) -> list[str]:
    """Give the task's words found there, the most telling first."""
    found = grounds.text.found[:, document] & where
    places = np.flatnonzero(found if without is None else found * ~without)
    weight = grounds.text.idfs * grounds.query.weights
    ranked = sorted(places.tolist(), key=lambda place: -float(weight[place]))
    return list(dict.fromkeys(grounds.query.words[place] for place in ranked))[:most]


def _defined(grounds: Grounds, inside: Inside, document: int) -> str:
    """Give the definition of the file that the task names, or comes nearest to naming."""
    definitions = inside.definitions
    exact = [
        name
        for name in set(grounds.query.names).intersection(definitions.names)
        if definitions.kinds[definitions.names.index(name)] not in MINOR_KINDS
    ]
    if exact:
        return min(exact, key=lambda name: (-len(name), name))
    places = np.flatnonzero(grounds.text.found[:, document] & IN_NAMES).tolist()
    if not places:
        return ""
    # A term is a stem: all but its last letter stands in every word that it is made from.
    stems = [grounds.query.terms[place] for place in places]
    probe = re.compile(
        "|".join(re.escape(stem[: max(2, len(stem) - 1)]) for stem in stems), re.IGNORECASE
    )
    likely = {
        name
        for name, kind in zip(definitions.names, definitions.kinds, strict=True)
        if kind not in MINOR_KINDS and probe.search(name)
    }
    told = grounds.told
    best = max(likely, key=lambda name: (told[name], -len(name), name), default="")
    return best if best and told[best] else ""


def _mentions(links: Links, query: Query) -> Bools:
    """Say for each term and commit whether the commit's message has the term."""
    history = links.history
    mentions = np.zeros((len(query.terms), len(history.times)), np.bool_)
    for place, (commits, _) in enumerate(history.postings.of(query.keys)):
        mentions[place, commits] = True
    return mentions


def _about(links: Links, grounds: Grounds, mentions: Bools, document: int) -> str:
    """Count the commits to the file that speak of the task's most telling word."""
    commits = links.commits_of(document)
    counts = mentions[:, commits].sum(axis=1)
    telling = grounds.query.weights * grounds.past.idfs * np.log1p(counts)
    telling *= np.where(grounds.query.is_compound, WHOLE_BONUS, 1)
    if not len(telling) or counts[best := int(np.argmax(telling))] == 0:
        return ""
    n = int(counts[best])
    return f"changed in {n} commit{'s' if n > 1 else ''} about {grounds.query.words[best]}"
