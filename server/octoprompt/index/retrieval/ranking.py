"""The list of files for a task: signals scaled, weighed, added, and explained."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from sqlalchemy import Connection

from octoprompt.index.model import Suggestion, SuggestQuery
from octoprompt.index.retrieval.following import OPEN_SHARE, Chosen, Contest, Followed, follow
from octoprompt.index.retrieval.kinds import Kind
from octoprompt.index.retrieval.passages import Told, best_passages
from octoprompt.index.retrieval.past import Links, PastSignals, past_signals
from octoprompt.index.retrieval.query import Query, analyse
from octoprompt.index.retrieval.rarity import Rarity
from octoprompt.index.retrieval.reasons import Grounds, reasons
from octoprompt.index.retrieval.runs import I64, Bools
from octoprompt.index.retrieval.signals import F64, TextSignals, text_signals
from octoprompt.index.retrieval.state import KINDS, State
from octoprompt.index.retrieval.uncommitted import Uncommitted, score_uncommitted

WEIGHTS = {
    "bm": 1.87,
    "path": 1.09,
    "chunk": 1.77,
    "definition": 0.3,
    "exact_body": 0.93,
    "exact_name": 0.34,
    "said": 0.46,
    "mention": 2.5,
    "knn": 1.82,
    "topo": 0.94,
    "recency": 0.54,
}
WITHOUT_HISTORY = {**WEIGHTS, "cover": 1.0}
"""Where no commit tells which files a task concerns, it counts how many of its words are there."""
UNSCALED = frozenset({"topo"})
NEAR_SHARE, FAR_BONUS = 0.6, 3.0
"""How much selected files count to which the task leads itself, and how much more those of which it
says nothing."""
OPEN_BONUS = 0.15
MAX_OPEN = 3
"""Without a selection, so many open files say what the task is near to."""
SOURCE_PRIOR = {"source": 1.0, "test": 0.4, "docs": 0.4, "data": 0.6, "made": 0.3}
"""How other kinds count against source, unless the task asks for them."""
ALL_PRIOR = {"source": 1.0, "test": 0.55, "docs": 0.5, "data": 0.6, "made": 0.5}
"""How they count when all compete: a task is seldom about its tests, even then."""
HOME_FILES, HOME_COMMITS, HOME_BY_FILES_ALONE = 1.5, 2.5, 8
"""A kind that has so many times the files of source, and is touched by so many times the commits,
is what the repository is made of: playbooks, manuals, a suite of tests."""
EXPLAINED = 30
"""So many files get reasons and passages; further ones are only ranked."""


@dataclass(frozen=True, kw_only=True)
class Known:
    """All that a question is answered from."""

    state: State
    links: Links
    rarity: Callable[[], Rarity]
    """Asked only for long files."""
    uses: Sequence[str] = ()
    """Names that the selected (else the open) files use."""
    uncommitted: str = ""
    """Lines of the selected files that the user has changed."""


@dataclass(frozen=True, kw_only=True)
class Ranking:
    """Every document's score, and what it is made of."""

    query: Query
    candidates: Bools
    text: TextSignals
    past: PastSignals
    columns: dict[str, F64]
    """Each signal scaled to its weight."""
    total: F64
    home: tuple[Kind, ...] = ()
    """Kinds that count as source here."""


def scaled(score: F64, candidates: Bools) -> F64:
    """Divide by the largest value of a candidate; nobody gets more than 1.

    Where no candidate has any, by the largest of all: a task may name a `Dockerfile` alone.
    """
    top = float(score[candidates].max(initial=0)) or float(score.max(initial=0))
    return np.minimum(score / top, 1) if top > 0 else np.zeros_like(score)


def rank(connection: Connection, state: State, links: Links, asked: SuggestQuery) -> Ranking:
    """Score all documents for a task, before anything that is selected speaks."""
    query = analyse(asked.text)
    home = at_home(state, links)
    candidates = competing(state, query, home)
    past = past_signals(links, query)
    text = text_signals(connection, state, _weighed(query, past), candidates)
    raw = {**text.columns, **past.columns}
    columns = {
        name: weight * (raw[name] if name in UNSCALED else scaled(raw[name], candidates))
        for name, weight in (WEIGHTS if len(links.history.order) else WITHOUT_HISTORY).items()
    }
    total = np.sum(list(columns.values()), axis=0) * state.present
    return Ranking(
        query=query,
        candidates=candidates,
        text=text,
        past=past,
        columns=columns,
        total=total,
        home=home,
    )


def _weighed(query: Query, past: PastSignals) -> Query:
    """Let words that many commits say count less in the text: `fix` and `support` tell little."""
    top = float(past.idfs.max(initial=0))
    if not top:
        return query
    share = np.sqrt(past.idfs / top)
    return replace(query, weights=(query.weights * (1 + share) / 2).astype(np.float32))


def at_home(state: State, links: Links) -> tuple[Kind, ...]:
    """Give the kinds that count as source, because the repository is made of them."""
    files = np.bincount(state.kinds[state.present], minlength=len(KINDS))
    if not len(links.history.order):
        is_home = files >= HOME_BY_FILES_ALONE * max(1, files[0])
    else:
        _, touched = links.touches
        commits = np.bincount(state.kinds[touched[state.present[touched]]], minlength=len(KINDS))
        is_home = files >= HOME_FILES * max(1, files[0])
        is_home &= commits >= HOME_COMMITS * max(1, commits[0])
    return tuple(kind for kind, home in zip(KINDS, is_home, strict=True) if home and kind != "made")


def competing(state: State, query: Query, home: tuple[Kind, ...] = ()) -> Bools:
    """Say which documents set the scale: source, and what else the task asks for."""
    if not state.is_source.any():
        return state.present
    wanted: list[Kind] = ["source", *home]
    if query.wants_tests:
        wanted.append("test")
    if query.wants_docs:
        wanted.append("docs")
    return state.present & np.isin(state.kinds, [KINDS.index(kind) for kind in wanted])


def priors(state: State, ranking: Ranking, *, all_files: bool) -> F64:
    """Give each document's factor by its kind; what the task names counts full, tests excepted.

    A stack trace names the test that failed, and seldom means it.
    """
    query = ranking.query
    wanted = {"test": query.wants_tests, "docs": query.wants_docs, "data": query.wants_data}
    factors = {
        kind: 1.0 if wanted.get(kind) or kind in ranking.home else factor
        for kind, factor in (ALL_PRIOR if all_files else SOURCE_PRIOR).items()
    }
    prior = np.array([factors[kind] for kind in KINDS])[state.kinds]
    is_named = (ranking.columns["mention"] > 0) & (state.kinds != KINDS.index("test"))
    return np.where(is_named, 1.0, prior)


def suggest(
    connection: Connection, known: Known, asked: SuggestQuery
) -> tuple[list[Suggestion], str]:
    """Name the files that matter, best first, and say what the ranking had to do without."""
    state, links = known.state, known.links
    if not state.present.any():
        return [], "nothing is indexed yet"
    ranking = rank(connection, state, links, asked)
    selected = [i for path in asked.selected_paths if (i := links.ids.get(path, -1)) >= 0]
    opened = [i for path in asked.open_paths if (i := links.ids.get(path, -1)) >= 0]
    chosen = Chosen(
        documents=selected or opened[:MAX_OPEN],
        share=_voice(ranking, selected) if selected else OPEN_SHARE,
        rarity=known.rarity,
        uses=known.uses,
    )
    contest = Contest(state=state, candidates=ranking.candidates)
    followed = follow(connection, contest, links, ranking.past, chosen)
    uncommitted = score_uncommitted(
        connection, state, ranking.candidates, known.uncommitted if selected else ""
    )
    goes_with = np.sum([uncommitted.score, *followed.columns.values()], axis=0)
    if not selected:
        goes_with[opened] = _own_share(ranking, goes_with, opened)
    prior = priors(state, ranking, all_files=asked.all_files)
    # A file's tests do go with it: they stand behind its neighbours, but not far behind.
    total = ranking.total * prior + goes_with * np.sqrt(prior)
    total[opened] += OPEN_BONUS * (total[opened] > 0)
    total[selected] = 0
    order = best_first(state, total, asked.limit)
    ranked = Ranked(
        documents=order, scores=total[order], followed=followed, uncommitted=uncommitted
    )
    return _explained(connection, state, links, ranking, ranked), links.note


def _voice(ranking: Ranking, selected: Sequence[int]) -> float:
    """Say how much the selected files count: the more, the less the task itself leads to them.

    What the user chose and the task does not name is what only the files around it can tell.
    """
    top = float(ranking.total[ranking.candidates].max(initial=0)) or 1.0
    meant = min(float(ranking.total[list(selected)].max(initial=0)) / top, 1)
    return NEAR_SHARE + FAR_BONUS * (1 - meant) ** 2


def _own_share(ranking: Ranking, goes_with: F64, opened: Sequence[int]) -> F64:
    """Give what open files get where others get what goes with them: as far as the task means them.

    Else a file would fall behind for being open.
    """
    top = float(ranking.total[ranking.candidates].max(initial=0)) or 1.0
    most = float(goes_with[ranking.candidates].max(initial=0))
    return most * np.minimum(ranking.total[list(opened)] / top, 1)


def best_first(state: State, total: F64, limit: int) -> I64:
    """Give the best documents above zero; equal ones by path, so that the order never wavers."""
    least = float(np.partition(total, -limit)[-limit]) if limit < len(total) else 0.0
    best = np.flatnonzero((total >= least * (1 - 1e-9)) & (total > 0)).tolist()
    best.sort(key=lambda i: (-round(float(total[i]), 9), state.paths.path(i)))
    return np.array(best[:limit], np.int64)


@dataclass(frozen=True, kw_only=True)
class Ranked:
    """Documents in their final order."""

    documents: I64
    scores: F64
    followed: Followed
    uncommitted: Uncommitted


def _explained(
    connection: Connection, state: State, links: Links, ranking: Ranking, ranked: Ranked
) -> list[Suggestion]:
    if not len(ranked.documents):
        return []
    shown = ranked.documents[:EXPLAINED].tolist()
    told = Told(ranking.query, ranking.text)
    passages = best_passages(connection, state, told, ranking.text, shown)
    grounds = Grounds(
        query=ranking.query,
        text=ranking.text,
        past=ranking.past,
        columns={
            **ranking.columns,
            **ranked.followed.columns,
            "uncommitted": ranked.uncommitted.score,
        },
        passages=passages,
        told=told,
        followed=ranked.followed,
        uncommitted=ranked.uncommitted,
    )
    why = reasons(links, grounds, shown)
    top = float(ranked.scores[0])
    return [
        Suggestion(
            path=state.paths.path(i),
            score=round(float(score) / top, 4),
            reasons=why.get(i, ()),
            passages=passages[i].passages if i in passages else (),
        )
        for i, score in zip(ranked.documents.tolist(), ranked.scores.tolist(), strict=True)
    ]
