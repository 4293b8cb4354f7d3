"""Runs of agents: begun on disk, one budget each, ended exactly once, several at a time."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass, replace
from typing import Any, cast

from pydantic import TypeAdapter

from octoprompt.agents import answering
from octoprompt.agents.coding import code
from octoprompt.agents.memory import Memory
from octoprompt.agents.orders import Budget, Kind, Lender, Order, Outcome
from octoprompt.agents.summarizing import summarize
from octoprompt.agents.work import Shared, Work
from octoprompt.errors import SERVER_ENDS, BudgetSpent, OctoPromptError, StoreProblem
from octoprompt.store.entities import JsonValue
from octoprompt.store.runs import NewRun, Run, RunEnding
from octoprompt.store.runs import Status as RunStatus

logger = logging.getLogger(__name__)
ORDER = TypeAdapter(Order)
Agent = Callable[[Work], Awaitable[Outcome]]
UNFORESEEN = "an internal error ended it: the server's log has the details"
AGENTS: dict[Kind, Agent] = {
    "ask": answering.ask,
    "plan": answering.plan,
    "code": code,
    "summarize": summarize,
    "suggestFiles": answering.suggest_files,
    "generateTasks": answering.generate_tasks,
    "suggestPrompts": answering.suggest_prompts,
    "optimizePrompt": answering.optimize_prompt,
    "commitMessage": answering.commit_message,
    "review": answering.review,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """A run that ended, and what came of it."""

    run: Run
    outcome: Outcome | None


class Runner:
    """The runs of this server."""

    def __init__(self, shared: Shared) -> None:
        self.shared = shared
        self._running: dict[str, asyncio.Task[Outcome]] = {}
        self._endings: set[asyncio.Task[Any]] = set()
        self._is_closing = False

    async def run(self, order: Order, lender: Lender) -> Ended:
        """Let an agent work to its end.

        Fails with `UnknownId` and `ModelProblem` when no model can be asked, and with whatever
        keeps the first question from being asked or answered; later failures are in the run.
        """
        target = await lender.target(order.provider_id, order.model)
        await asyncio.to_thread(self.shared.claims.take)
        store = self.shared.store
        run = await store.runs.begin(
            NewRun(
                ordered=cast("JsonValue", ORDER.dump_python(order, mode="json")),
                project_id=order.project_id,
                kind=order.kind,
                request=order.request,
                owner=self.shared.claims.owner,
                ticket_id=order.ticket_id,
                provider_id=target.provider.id,
                model=target.model,
            )
        )
        return await self._worked(Work(run.id, order, lender, target, self.shared))

    async def resume(self, run_id: str, lender: Lender, budget: Budget | None) -> Ended:
        """Let a run that ended before its end go on from there; None leaves its budget.

        Its answers are not paid for again. Fails as `run`, and with `RunNotOpen`.
        """
        await self.recover()
        store = self.shared.store
        kept = await store.runs.get(run_id)
        target = await lender.target(kept.provider_id, kept.model)
        await asyncio.to_thread(self.shared.claims.take)
        run = await store.runs.reopen(run_id, self.shared.claims.owner)
        order = ORDER.validate_python(run.ordered)
        order = order if budget is None else replace(order, budget=budget)
        work = Work(run_id, order, lender, target, self.shared)
        work.memory, work.usage = Memory(await store.runs.memory(run_id)), run.usage
        work.note("step", "resumed")
        return await self._worked(work)

    async def cancel(self, run_id: str) -> bool:
        """Stop a run of this server; say whether there was one."""
        task = self._running.get(run_id)
        if task is not None:
            task.cancel()
            await asyncio.wait([task])
        return task is not None

    async def recover(self) -> int:
        """Mark what dead servers left behind as interrupted; give how many runs."""
        shared = self.shared
        try:
            owners = await shared.store.runs.owners()
            gone = [o for o in owners if o and await asyncio.to_thread(shared.claims.is_gone, o)]
            return await shared.store.runs.interrupt(gone) if gone else 0
        except StoreProblem as error:
            logger.warning("runs that dead servers left stay as they are: %s", error.message)
            return 0

    async def close(self) -> None:
        """End every run as interrupted, and wait until all are kept."""
        self._is_closing = True
        for task in self._running.values():
            task.cancel()
        waiting = [*self._running.values(), *self._endings]
        if waiting:
            await asyncio.wait(waiting)
        if self._endings:
            await asyncio.wait(self._endings)

    async def _worked(self, work: Work) -> Ended:
        """Run the agent in a task of its own, so that it can be stopped without its caller."""
        seconds = work.order.budget.seconds
        task = asyncio.create_task(_within(AGENTS[work.order.kind](work), seconds))
        self._running[work.run_id] = task
        status, problem, outcome = "failed", None, None
        try:
            await asyncio.wait([task])
            outcome, status, problem = _became(task, is_closing=self._is_closing)
        except asyncio.CancelledError as cancelled:
            is_end = self._is_closing or SERVER_ENDS in cancelled.args
            status = "interrupted" if is_end else "cancelled"
            task.cancel()
            raise
        finally:
            del self._running[work.run_id]
            ending = _ending(status, problem, outcome)
            kept = asyncio.create_task(self._kept(work, ending))
            self._endings.add(kept)
            kept.add_done_callback(self._endings.discard)
            run = await asyncio.shield(kept)
        if problem is not None and not work.usage.steps:
            raise problem
        return Ended(run=run, outcome=outcome)

    async def _kept(self, work: Work, ending: RunEnding) -> Run:
        work.note("problem" if ending.problem else "step", ending.problem or "ended")
        await work.go_on()
        return await self.shared.store.runs.end(work.run_id, ending)


async def _within(agent: Awaitable[Outcome], seconds: float) -> Outcome:
    """Work, within the time. Fails with `BudgetSpent`, and as the agent does."""
    limit = asyncio.timeout(seconds)
    try:
        async with limit:
            return await agent
    except TimeoutError:
        if limit.expired():
            raise BudgetSpent(f"the run took longer than its {seconds:g} s: allow more") from None
        raise
    except ExceptionGroup as group:
        # Of several files that failed, the first one says why.
        raise group.exceptions[0] from group


def _became(
    task: "asyncio.Task[Outcome]", *, is_closing: bool
) -> tuple[Outcome | None, RunStatus, OctoPromptError | None]:
    if task.cancelled():
        return None, "interrupted" if is_closing else "cancelled", None
    match task.exception():
        case None:
            return task.result(), "complete", None
        case OctoPromptError() as error:
            return None, "failed", error
        case error:
            raise error


def _ending(
    status: RunStatus, problem: OctoPromptError | None, outcome: Outcome | None
) -> RunEnding:
    return RunEnding(
        status=status,
        summary=outcome.summary if outcome else "",
        problem=problem.message if problem else UNFORESEEN if status == "failed" else None,
        body={} if outcome is None else asdict(outcome),
    )
