"""Runs of agents: begun before the first question, ended once, and logged on the way."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, cast

from sqlalchemy import delete, func, or_, select
from sqlalchemy.orm import Session

from octoprompt.errors import BadRequest, RunNotOpen, StaleVersion, UnknownId
from octoprompt.store.damage import readable
from octoprompt.store.entities import JsonValue, new_id, now
from octoprompt.store.projects import find_project
from octoprompt.store.run_entities import EditEntity, RunEntity, RunLogEntity, RunMemoryEntity
from octoprompt.store.sessions import Sessions

Status = Literal["running", "complete", "failed", "cancelled", "interrupted"]
RESUMABLE = ("failed", "cancelled", "interrupted")
FORGOTTEN = "forgotten"
"""In the body of a run whose memory is gone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunUsage:
    """What a run has used."""

    prompt_tokens: int = 0
    completion_tokens: int = 0
    cost_usd: float | None = None
    steps: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRun:
    """A run that begins."""

    project_id: str
    kind: str
    request: str
    owner: str
    ticket_id: str | None = None
    provider_id: str | None = None
    model: str | None = None
    ordered: JsonValue | None = None
    """All that was asked for; without it the run cannot be resumed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A run as it is now."""

    id: str
    project_id: str
    kind: str
    request: str
    status: Status
    step: str
    summary: str
    problem: str | None
    ticket_id: str | None
    provider_id: str | None
    model: str | None
    usage: RunUsage
    edits: int
    open_edits: int
    """How many can be applied: proposed, or taken back."""
    applied_edits: int
    version: int
    body: JsonValue
    ordered: JsonValue | None
    created_at: datetime
    ended_at: datetime | None

    @property
    def task_id(self) -> str | None:
        """The task of its ticket that it works on."""
        return cast("str | None", (self.ordered or {}).get("task_id"))

    @property
    def about(self) -> str:
        """Its task, ticket or prompt, as it was called when it began."""
        return cast("str", (self.ordered or {}).get("about", ""))

    @property
    def can_resume(self) -> bool:
        """Whether it ended before its end, and can go on from there."""
        is_known = self.ordered is not None and FORGOTTEN not in self.body
        return self.status in RESUMABLE and is_known


@dataclass(frozen=True, slots=True, kw_only=True)
class RunEnding:
    """How a run ended, and what came of it."""

    status: Status
    summary: str = ""
    problem: str | None = None
    body: JsonValue = field(default_factory=dict[str, object])


@dataclass(frozen=True, slots=True, kw_only=True)
class LogEntry:
    """Something that happened in a run."""

    number: int = -1
    """Its place; given by the store."""
    at: datetime | None = None
    kind: str
    message: str
    body: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class EditedPlan:
    """A plan that a person changed."""

    text: str
    """Markdown."""
    steps: Sequence[JsonValue]
    """What is read in it."""
    version: int | None = None
    """Of the run, when it was read; None saves over whatever is there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunProgress:
    """How far a run is."""

    step: str
    """What it does now; empty for the same as before."""
    usage: RunUsage
    entries: Sequence[LogEntry] = ()
    """What happened since the last time."""
    learnt: Mapping[str, JsonValue] = field(default_factory=dict[str, JsonValue])
    """What need not be asked again when the run is resumed, by name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunFilter:
    """Which runs."""

    project_id: str
    ticket_id: str | None = None
    limit: int = 100
    after: str | None = None
    """The last run of the page before."""


class Runs:
    """The runs of the store."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    async def begin(self, new: NewRun) -> Run:
        """Keep a run that begins. Fails with `UnknownId` for a project that does not exist."""
        return await self._sessions.write(lambda session: _begin(session, new))

    async def go_on(self, run_id: str, progress: RunProgress) -> int:
        """Keep how a run goes and what happened; give the number of the last entry."""
        return await self._sessions.write(lambda session: _go_on(session, run_id, progress))

    async def reopen(self, run_id: str, owner: str) -> Run:
        """Let a run that ended before its end go on in this server.

        Fails with `UnknownId`, and with `RunNotOpen` for one that runs, is complete or is too old.
        """

        def work(session: Session) -> Run:
            entity = find_run(session, run_id)
            if not _run(session, entity).can_resume:
                raise RunNotOpen(f"the run is {entity.status} and cannot be resumed: run it anew")
            entity.status, entity.owner, entity.ended_at = "running", owner, None
            entity.problem = None
            entity.touch()
            return _run(session, entity)

        return await self._sessions.write(work)

    async def memory(self, run_id: str) -> dict[str, JsonValue]:
        """Give what a run has learnt, by name."""
        e = RunMemoryEntity

        def work(session: Session) -> dict[str, JsonValue]:
            found = session.scalars(select(e).where(e.run_id == run_id))
            return {row.name: row.value for row in found}

        return await self._sessions.read(work)

    async def end(self, run_id: str, ending: RunEnding) -> Run:
        """Keep how a run ended; what a complete one has learnt is forgotten."""

        def work(session: Session) -> Run:
            entity = find_run(session, run_id)
            entity.status, entity.owner = ending.status, ""
            entity.summary, entity.problem, entity.body = (
                ending.summary,
                ending.problem,
                ending.body,
            )
            entity.ended_at = now()
            entity.touch()
            if ending.status == "complete":
                session.execute(delete(RunMemoryEntity).where(RunMemoryEntity.run_id == run_id))
            return _run(session, entity)

        return await self._sessions.write(work)

    async def save_plan(self, run_id: str, plan: EditedPlan) -> Run:
        """Keep a plan as a person changed it.

        Fails with `UnknownId`, `BadRequest` for what is no plan that ended, and `StaleVersion`.
        """

        def work(session: Session) -> Run:
            entity = find_run(session, run_id)
            if entity.kind != "plan" or entity.status != "complete":
                raise BadRequest("only a plan that is complete can be changed")
            if plan.version is not None and plan.version != entity.version:
                raise StaleVersion(
                    "the plan was changed meanwhile: look at it again",
                    data={"version": entity.version},
                )
            entity.summary = plan.text
            entity.body = {**entity.body, "steps": list(plan.steps)}
            entity.touch()
            return _run(session, entity)

        return await self._sessions.write(work)

    async def get(self, run_id: str) -> Run:
        """Give one. Fails with `UnknownId`."""
        return await self._sessions.read(lambda session: _run(session, find_run(session, run_id)))

    async def log(self, run_id: str, after: int, limit: int) -> Sequence[LogEntry]:
        """Give what happened after an entry, the oldest first. Fails with `UnknownId`."""

        def work(session: Session) -> list[LogEntry]:
            find_run(session, run_id)
            e = RunLogEntity
            found = select(e).where(e.run_id == run_id, e.number > after)
            rows = session.scalars(found.order_by(e.number).limit(limit))
            return [
                LogEntry(number=r.number, at=r.at, kind=r.kind, message=r.message, body=r.body)
                for r in rows
            ]

        return await self._sessions.read(work)

    async def owners(self) -> set[str]:
        """Give the servers that run agents, dead ones too."""
        owner = select(RunEntity.owner).where(RunEntity.status == "running").distinct()
        return await self._sessions.read(lambda session: set(session.scalars(owner)))

    async def interrupt(self, owners: Collection[str]) -> int:
        """Mark what these servers left behind as interrupted; give how many runs."""

        def work(session: Session) -> int:
            e = RunEntity
            left = list(
                session.scalars(select(e).where(e.status == "running", e.owner.in_(owners)))
            )
            for entity in left:
                entity.status, entity.owner, entity.ended_at = "interrupted", "", now()
                entity.problem = "the server ended in the middle of it: resume it, or run it anew"
                entity.touch()
            return len(left)

        return await self._sessions.write(work)

    async def list(self, wanted: RunFilter) -> list[Run]:
        """List runs, the latest first. Fails with `BadRequest` for an unknown `after`."""
        return await self._sessions.read(lambda session: _list(session, wanted))


def find_run(session: Session, run_id: str) -> RunEntity:
    """Give a run. Fails with `UnknownId`."""
    entity = session.get(RunEntity, run_id)
    if entity is None or entity.deleted_at is not None:
        raise UnknownId(f"no run has the id `{run_id[:100]}`")
    return entity


def _begin(session: Session, new: NewRun) -> Run:
    entity = RunEntity(
        id=new_id(),
        project_id=find_project(session, new.project_id).id,
        kind=new.kind,
        request=new.request,
        status="running",
        owner=new.owner,
        step="",
        summary="",
        ticket_id=new.ticket_id,
        provider_id=new.provider_id,
        model=new.model,
        steps=0,
        prompt_tokens=0,
        completion_tokens=0,
        edits=0,
        body={},
        ordered=new.ordered,
    )
    session.add(entity)
    session.flush()
    return _run(session, entity)


def _go_on(session: Session, run_id: str, progress: RunProgress) -> int:
    entity, usage = find_run(session, run_id), progress.usage
    entity.step = progress.step or entity.step
    entity.steps, entity.cost_usd = usage.steps, usage.cost_usd
    entity.prompt_tokens, entity.completion_tokens = usage.prompt_tokens, usage.completion_tokens
    entity.touch()
    last = session.scalar(
        select(func.max(RunLogEntity.number)).where(RunLogEntity.run_id == run_id)
    )
    number = -1 if last is None else last
    for name, value in progress.learnt.items():
        session.merge(RunMemoryEntity(run_id=run_id, name=name, value=value))
    for entry in progress.entries:
        number += 1
        row = RunLogEntity(run_id=run_id, number=number, kind=entry.kind, body=entry.body)
        row.message = entry.message
        session.add(row)
    return number


def _list(session: Session, wanted: RunFilter) -> list[Run]:
    e = RunEntity
    found = select(e).where(e.project_id == wanted.project_id, e.deleted_at.is_(None))
    if wanted.ticket_id is not None:
        found = found.where(e.ticket_id == wanted.ticket_id)
    if wanted.after is not None:
        last = session.get(e, wanted.after)
        if last is None:
            raise BadRequest(f"`{wanted.after[:40]}` is no cursor: give `cursor` of a page")
        is_older = e.created_at < last.created_at
        found = found.where(or_(is_older, (e.created_at == last.created_at) & (e.id < last.id)))
    ordered = found.order_by(e.created_at.desc(), e.id.desc()).limit(wanted.limit)
    return _runs(session, readable(session, ordered))


def _run(session: Session, entity: RunEntity) -> Run:
    return _runs(session, [entity])[0]


def _runs(session: Session, entities: Sequence[RunEntity]) -> list[Run]:
    """Give runs with what became of their edits, in one question for all."""
    e = EditEntity
    counted = (
        select(e.run_id, e.status, func.count())
        .where(e.run_id.in_([entity.id for entity in entities]), e.deleted_at.is_(None))
        .group_by(e.run_id, e.status)
    )
    counts = {(run_id, status): count for run_id, status, count in session.execute(counted)}

    def count(entity: RunEntity, *statuses: str) -> int:
        return sum(counts.get((entity.id, status), 0) for status in statuses)

    return [
        _of(
            entity,
            n_open=count(entity, "proposed", "applying", "undone"),
            n_applied=count(entity, "applied", "undoing"),
        )
        for entity in entities
    ]


def _of(entity: RunEntity, *, n_open: int, n_applied: int) -> Run:
    return Run(
        id=entity.id,
        project_id=entity.project_id,
        kind=entity.kind,
        request=entity.request,
        status=cast("Status", entity.status),
        step=entity.step,
        summary=entity.summary,
        problem=entity.problem,
        ticket_id=entity.ticket_id,
        provider_id=entity.provider_id,
        model=entity.model,
        usage=RunUsage(
            prompt_tokens=entity.prompt_tokens,
            completion_tokens=entity.completion_tokens,
            cost_usd=entity.cost_usd,
            steps=entity.steps,
        ),
        edits=entity.edits,
        open_edits=n_open,
        applied_edits=n_applied,
        version=entity.version,
        body=entity.body,
        ordered=entity.ordered,
        created_at=entity.created_at,
        ended_at=entity.ended_at,
    )
