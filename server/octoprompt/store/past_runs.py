"""Runs of agents that ended: what they used, and what of them need not be kept."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import delete, exists, select
from sqlalchemy.orm import Session

from octoprompt.store.damage import readable
from octoprompt.store.run_entities import RunEntity, RunMemoryEntity
from octoprompt.store.runs import FORGOTTEN, RESUMABLE, RunUsage
from octoprompt.store.sessions import Sessions

KEPT_MEMORIES = 50
"""So many runs that ended early can be resumed: the newest."""


class PastRuns:
    """What the store knows of runs that ended."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    async def spent_today(self) -> RunUsage:
        """Give what runs that nobody asked for used on this day, by the server's clock and zone.

        The cost is None when that of one of them is unknown.
        """
        begin = datetime.now().astimezone().replace(hour=0, minute=0, second=0, microsecond=0)

        def work(session: Session) -> RunUsage:
            e = RunEntity
            found = readable(session, select(e).where(e.updated_at >= begin, e.kind == "summarize"))
            return _sum(one for one in found if (one.ordered or {}).get("is_automatic"))

        return await self._sessions.read(work)

    async def forget(self, kept: int = KEPT_MEMORIES) -> int:
        """Forget what all but the newest runs that ended early had learnt; give how many.

        Those cannot be resumed any more: they would pay twice.
        """
        return await self._sessions.write(lambda session: _forget(session, _old(session, kept)))


def _old(session: Session, kept: int) -> Sequence[RunEntity]:
    e, memory = RunEntity, RunMemoryEntity
    learnt = exists().where(memory.run_id == e.id)
    found = select(e).where(e.status.in_(RESUMABLE), learnt)
    return readable(session, found.order_by(e.created_at.desc(), e.id.desc()).offset(kept))


def _forget(session: Session, runs: Sequence[RunEntity]) -> int:
    for run in runs:
        session.execute(delete(RunMemoryEntity).where(RunMemoryEntity.run_id == run.id))
        run.body = {**run.body, FORGOTTEN: True}
        run.touch()
    return len(runs)


def _sum(runs: Iterable[RunEntity]) -> RunUsage:
    total = RunUsage(cost_usd=0.0)
    for run in runs:
        is_known = None not in (total.cost_usd, run.cost_usd)
        total = RunUsage(
            prompt_tokens=total.prompt_tokens + run.prompt_tokens,
            completion_tokens=total.completion_tokens + run.completion_tokens,
            cost_usd=(total.cost_usd or 0) + (run.cost_usd or 0) if is_known else None,
            steps=total.steps + run.steps,
        )
    return total
