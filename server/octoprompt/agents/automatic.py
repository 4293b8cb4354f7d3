"""Summaries that nobody asked for: of files at work, within what a person allows for a day."""

import asyncio
import logging
from dataclasses import dataclass, field
from pathlib import Path

from octoprompt.agents.instructions import VERSION
from octoprompt.agents.orders import Budget, Lender, Order
from octoprompt.agents.runner import Runner
from octoprompt.agents.summarizing import TOKENS_OF_FILE, contents
from octoprompt.agents.work import MISCOUNTED
from octoprompt.context.sensitive import sensitive
from octoprompt.database.file_lock import Claim
from octoprompt.errors import OctoPromptError
from octoprompt.settings import AutomaticSummaries

logger = logging.getLogger(__name__)

MAX_FILES = 20
"""Of one round; the others come with the next one."""
ANSWER_TOKENS = 800
"""A summary is given up beyond: so much of an answer is reckoned with before it is asked for."""
INSTRUCTIONS = 1_000
"""Tokens of a question besides its file, at most."""
TRIES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """What one look at a project may do, and where windows tell each other that they look."""

    project_id: str
    allowed: AutomaticSummaries
    lock: Path
    given_up: set[str] = field(default_factory=set[str])
    """The contents that no model could put into words, by their names; grows."""


async def summarize_changed(runner: Runner, lender: Lender, round_: Round) -> int:
    """Summarise the files that differ from the last commit and have no summary; give how many.

    Nothing is asked that could pass what is allowed for this day, over all projects and windows;
    what is in an editor and not saved is left. A problem is logged, and the next round tries again.
    """
    if not round_.allowed.daily_tokens:
        return 0
    try:
        claim = await asyncio.to_thread(Claim, round_.lock)
    except OctoPromptError as error:
        logger.info("no automatic summaries now: %s", error.message)
        return 0
    try:
        return await _summarized(runner, lender, round_)
    except OctoPromptError as error:
        logger.info("automatic summaries ended: %s", error.message)
        return 0
    finally:
        await asyncio.to_thread(claim.close)


async def _summarized(runner: Runner, lender: Lender, round_: Round) -> int:
    changed = await _changed(runner, lender, round_.given_up)
    budget = await _left(runner, lender, round_.allowed) if changed else None
    if budget is None:
        return 0
    paths = [path for path in changed if _most(lender, path) <= budget.tokens][:MAX_FILES]
    if not paths:
        logger.info("no automatic summaries any more today: none fits into what is left")
        return 0
    order = Order(
        kind="summarize",
        project_id=round_.project_id,
        request="",
        paths=tuple(paths),
        is_automatic=True,
        answer_tokens=ANSWER_TOKENS,
        budget=budget,
    )
    outcome = (await runner.run(order, lender)).outcome
    if outcome is None:
        return 0
    round_.given_up.update(changed[path] for path in outcome.failed)
    return len(outcome.paths)


async def _changed(runner: Runner, lender: Lender, given_up: set[str]) -> dict[str, str]:
    """Name the contents of the saved files at work that have no summary yet, by path."""
    workspace = lender.site.workspace
    paths = [
        change.path
        for change in await workspace.git.changed_paths()
        if lender.index.lists(change.path)
        and not sensitive(change.path)
        and workspace.overlay.get(change.path) is None
    ]
    named = await asyncio.to_thread(contents, workspace, paths)
    known = await runner.shared.store.summaries.get(set(named.values()), VERSION)
    return {path: n for path, n in named.items() if n not in known and n not in given_up}


def _most(lender: Lender, path: str) -> int:
    """Give the tokens that a summary may take, about."""
    shown = min(TOKENS_OF_FILE, lender.index.tokens_of(path))
    return int(shown * MISCOUNTED) + INSTRUCTIONS + ANSWER_TOKENS


async def _left(runner: Runner, lender: Lender, allowed: AutomaticSummaries) -> Budget | None:
    """Give what is left of this day; None when that is nothing, or nobody can know it."""
    spent = await runner.shared.store.past_runs.spent_today()
    tokens = allowed.daily_tokens - spent.prompt_tokens - spent.completion_tokens
    cost, least = None, 0.0
    if allowed.daily_usd is not None:
        target = await lender.target(None, None)
        if target.facts.input_price is None or target.facts.output_price is None:
            logger.info("no automatic summaries: nobody knows what `%s` costs", target.model)
            return None
        # What nobody knows the price of may have cost all of it.
        cost = 0.0 if spent.cost_usd is None else allowed.daily_usd - spent.cost_usd
        one = INSTRUCTIONS * target.facts.input_price + ANSWER_TOKENS * target.facts.output_price
        least = one / 1_000_000
    if tokens <= 0 or (cost is not None and cost <= least):
        logger.info("no automatic summaries any more today: what is allowed for a day is used")
        return None
    steps = MAX_FILES * TRIES
    return Budget(tokens=tokens, cost_usd=cost, steps=steps)
