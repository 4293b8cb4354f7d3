"""Usage: what models were asked and what it cost, one row a request."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from sqlalchemy import Row, Select, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from octoprompt.store.entities import now
from octoprompt.store.model_entities import UsageEntity
from octoprompt.store.sessions import Sessions

MAX_ROWS = 2_000
Group = Literal["day", "provider_id", "model", "purpose", "project_id"]


@dataclass(frozen=True, slots=True, kw_only=True)
class UsageRecord:
    """One request to a model; None for what nobody told."""

    provider_id: str
    model: str
    purpose: str
    project_id: str | None
    status: str
    prompt_tokens: int | None
    completion_tokens: int | None
    cached_tokens: int | None
    reasoning_tokens: int | None
    cost_usd: float | None
    elapsed_ms: float


@dataclass(frozen=True, slots=True, kw_only=True)
class UsageSum:
    """Sums over requests, and what they have in common."""

    common: dict[Group, Any]
    requests: int
    prompt_tokens: int
    completion_tokens: int
    cached_tokens: int
    reasoning_tokens: int
    cost_usd: float
    unpriced: int


@dataclass(frozen=True, slots=True, kw_only=True)
class UsageFilter:
    """Which requests."""

    since: date
    until: date
    """Included."""
    project_id: str | None = None


class UsageLog:
    """The account of requests to models."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    async def add(self, record: UsageRecord) -> None:
        """Note a request."""
        await self._sessions.write(lambda session: session.add(_entity(record)))

    async def summary(self, wanted: UsageFilter, groups: Sequence[Group]) -> list[UsageSum]:
        """Sum up by the groups, the newest day first and then the most expensive."""
        return await self._sessions.read(lambda session: _summary(session, wanted, groups))

    async def total(self, wanted: UsageFilter) -> UsageSum:
        """Sum up all."""
        (total,) = await self.summary(wanted, ())
        return total


def _entity(record: UsageRecord) -> UsageEntity:
    moment = now()
    return UsageEntity(
        at=moment,
        day=moment.astimezone().date(),
        provider_id=record.provider_id,
        model=record.model,
        purpose=record.purpose,
        project_id=record.project_id,
        status=record.status,
        prompt_tokens=record.prompt_tokens,
        completion_tokens=record.completion_tokens,
        cached_tokens=record.cached_tokens,
        reasoning_tokens=record.reasoning_tokens,
        cost_usd=record.cost_usd,
        elapsed_ms=record.elapsed_ms,
    )


def _summary(session: Session, wanted: UsageFilter, groups: Sequence[Group]) -> list[UsageSum]:
    columns = [_column(group) for group in groups]
    cost = func.coalesce(func.sum(UsageEntity.cost_usd), 0.0)
    query: Select[*tuple[Any, ...]] = select(
        *columns,
        func.count(),
        *(func.coalesce(func.sum(column), 0) for column in _COUNTED),
        cost,
        func.count() - func.count(UsageEntity.cost_usd),
    ).where(UsageEntity.day >= wanted.since, UsageEntity.day <= wanted.until)
    if wanted.project_id is not None:
        query = query.where(UsageEntity.project_id == wanted.project_id)
    newest = [UsageEntity.day.desc()] if "day" in groups else []
    query = query.group_by(*columns).order_by(*newest, cost.desc(), *columns).limit(MAX_ROWS)
    return [_sum(row, groups) for row in session.execute(query)]


_COUNTED = (
    UsageEntity.prompt_tokens,
    UsageEntity.completion_tokens,
    UsageEntity.cached_tokens,
    UsageEntity.reasoning_tokens,
)


def _column(group: Group) -> InstrumentedAttribute[Any]:
    return getattr(UsageEntity, group)


def _sum(row: Row[*tuple[Any, ...]], groups: Sequence[Group]) -> UsageSum:
    common, counts = row[: len(groups)], row[len(groups) :]
    requests, prompt, completion, cached, reasoning, cost, unpriced = counts
    return UsageSum(
        common=dict(zip(groups, common, strict=True)),
        requests=requests,
        prompt_tokens=prompt,
        completion_tokens=completion,
        cached_tokens=cached,
        reasoning_tokens=reasoning,
        cost_usd=cost,
        unpriced=unpriced,
    )
