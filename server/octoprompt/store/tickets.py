"""Tickets: what is to be done in a project, with the files that it concerns."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar

from sqlalchemy import Select, case, delete, func, select
from sqlalchemy.orm import Session, defer

from octoprompt.errors import StaleVersion, UnknownId
from octoprompt.store.checklists import rewrite_tasks
from octoprompt.store.damage import readable, sound
from octoprompt.store.entities import (
    TaskEntity,
    TicketEntity,
    TicketFileEntity,
    TicketLinkEntity,
    new_id,
    now,
)
from octoprompt.store.projects import find_project
from octoprompt.store.search import Searched, has_tag, join_tags, next_number, search, split_tags
from octoprompt.store.sessions import Sessions
from octoprompt.store.tasks import Task, tasks_of
from octoprompt.store.ticket_origins import ORIGIN, made_of

SEARCHED = Searched(
    index="ticket_search",
    texts=("title", "overview", "tags", "tasks"),
    number=TicketEntity.number,
)
LIGHT = select(TicketEntity).options(defer(TicketEntity.overview))
T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketHead:
    """A ticket without its overview, its tasks counted."""

    id: str
    project_id: str
    title: str
    status: str
    priority: str
    due_on: date | None
    tags: tuple[str, ...]
    tasks: int
    tasks_done: int
    files: int
    version: int
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket(TicketHead):
    """A ticket as it is stored, with its tasks and files."""

    overview: str
    task_list: tuple[Task, ...]
    paths: tuple[str, ...]
    links: tuple[tuple[str, str], ...]
    """Kind and id of what else it goes with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketFields:
    """What a user may set of a ticket; None leaves it as it is."""

    title: str | None = None
    overview: str | None = None
    status: str | None = None
    priority: str | None = None
    tags: tuple[str, ...] | None = None
    due_on: date | None = None
    clear_due: bool = False
    """Takes the due date away."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewTicket:
    """A ticket to create, whole."""

    project_id: str
    fields: TicketFields
    tasks: tuple[tuple[str, bool], ...] = ()
    """The content of each, and whether it is done."""
    paths: tuple[str, ...] = ()
    links: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketFilter:
    """Which tickets a list is about."""

    project_id: str
    statuses: tuple[str, ...] = ()
    priorities: tuple[str, ...] = ()
    tag: str | None = None
    path: str | None = None
    """Those that concern this file."""
    linked: tuple[str, str] | None = None
    """Those that go with this, by kind and id."""
    limit: int = 200
    offset: int = 0


class Tickets:
    """The tickets of the store."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    async def search(self, query: str, wanted: TicketFilter) -> Sequence[TicketHead]:
        """Find tickets by the words in them and in their tasks, best first."""
        return await self._sessions.read(lambda session: _search(session, query, wanted))

    async def get(self, ticket_id: str) -> Ticket:
        """Give one whole. Fails with `UnknownId`."""
        return await self._sessions.read(
            lambda session: _of(session, find_ticket(session, ticket_id))
        )

    async def create(self, new: NewTicket) -> Ticket:
        """Create one at the end of its project's list. Fails with `UnknownId`."""
        return await self._sessions.write(lambda session: _create(session, new))

    async def update(self, ticket_id: str, fields: TicketFields, version: int | None) -> Ticket:
        """Change one. Fails with `UnknownId`, and `StaleVersion` when it is not at that version."""

        def work(session: Session) -> Ticket:
            entity = _find_at(session, ticket_id, version)
            _set(entity, fields)
            return _of(session, entity)

        return await self._sessions.write(work)

    async def rewrite(self, ticket_id: str, new: NewTicket, version: int | None) -> Ticket:
        """Set one whole, with its tasks and files; it stays in its project.

        Fails with `UnknownId`, and `StaleVersion` when it is not at that version.
        """

        def work(session: Session) -> Ticket:
            entity = _find_at(session, ticket_id, version)
            _set(entity, new.fields)
            rewrite_tasks(session, ticket_id, new.tasks)
            of_ticket = TicketFileEntity.ticket_id == ticket_id
            gone = TicketFileEntity.path.not_in(new.paths)
            session.execute(delete(TicketFileEntity).where(of_ticket, gone))
            _link(session, ticket_id, new.paths)
            return _of(session, entity)

        return await self._sessions.write(work)

    async def delete(self, ticket_id: str) -> Ticket:
        """Put one into the bin and give what it was. Fails with `UnknownId`."""

        def work(session: Session) -> Ticket:
            entity = find_ticket(session, ticket_id)
            entity.deleted_at = now()
            return _of(session, entity)

        return await self._sessions.write(work)

    async def reorder(self, project_id: str, ticket_ids: Sequence[str]) -> Sequence[TicketHead]:
        """Put these tickets first, in this order; the others follow as they were.

        Fails with `UnknownId`.
        """

        def work(session: Session) -> list[TicketHead]:
            ordered = [find_ticket(session, ticket_id) for ticket_id in ticket_ids]
            _reorder(session, project_id, ordered)
            session.flush()
            return _list(session, TicketFilter(project_id=project_id))

        return await self._sessions.write(work)

    async def link(
        self, ticket_id: str, add: Sequence[str] = (), remove: Sequence[str] = ()
    ) -> Ticket:
        """Say which files a ticket concerns, and which no longer. Fails with `UnknownId`."""

        def work(session: Session) -> Ticket:
            entity = find_ticket(session, ticket_id)
            _link(session, ticket_id, add)
            of_ticket = TicketFileEntity.ticket_id == ticket_id
            gone = TicketFileEntity.path.in_(remove)
            session.execute(delete(TicketFileEntity).where(of_ticket, gone))
            entity.touch()
            return _of(session, entity)

        return await self._sessions.write(work)

    async def relate(
        self,
        ticket_id: str,
        add: Sequence[tuple[str, str]] = (),
        remove: Sequence[tuple[str, str]] = (),
    ) -> Ticket:
        """Say what else a ticket goes with, by kind and id, and what no longer.

        Fails with `UnknownId`.
        """

        def work(session: Session) -> Ticket:
            entity = find_ticket(session, ticket_id)
            for kind, target in dict.fromkeys(add):
                session.merge(TicketLinkEntity(ticket_id=ticket_id, kind=kind, target_id=target))
            for kind, target in dict.fromkeys(remove):
                link = session.get(TicketLinkEntity, (ticket_id, kind, target))
                if link is not None:
                    session.delete(link)
            entity.touch()
            return _of(session, entity)

        return await self._sessions.write(work)

    async def origins(self, project_id: str, path: str) -> dict[str, str]:
        """Give the ids of tickets that were made of a file's comments, by `origin_of` of these."""
        return await self._sessions.read(lambda session: made_of(session, project_id, path))

    async def list(self, wanted: TicketFilter) -> Sequence[TicketHead]:
        """List a project's tickets in their order."""
        return await self._sessions.read(lambda session: _list(session, wanted))


def find_ticket(session: Session, ticket_id: str) -> TicketEntity:
    """Give a ticket that is not in the bin. Fails with `UnknownId`."""
    entity = session.get(TicketEntity, ticket_id)
    if entity is None or entity.deleted_at is not None:
        raise UnknownId(f"there is no ticket `{ticket_id}`: see `tickets/list`")
    return sound(entity)


def _find_at(session: Session, ticket_id: str, version: int | None) -> TicketEntity:
    """Give a ticket that must be at a version, if one is given."""
    entity = find_ticket(session, ticket_id)
    if version is not None and version != entity.version:
        raise StaleVersion(
            f"the ticket `{entity.title}` was changed elsewhere meanwhile: read it again",
            data={"version": entity.version},
        )
    return entity


def _filtered(found: Select[T], wanted: TicketFilter) -> Select[T]:
    found = found.where(
        TicketEntity.project_id == wanted.project_id, TicketEntity.deleted_at.is_(None)
    )
    if wanted.statuses:
        found = found.where(TicketEntity.status.in_(wanted.statuses))
    if wanted.priorities:
        found = found.where(TicketEntity.priority.in_(wanted.priorities))
    if wanted.tag is not None:
        found = found.where(has_tag(TicketEntity.tags, wanted.tag))
    if wanted.path is not None:
        with_file = select(TicketFileEntity.ticket_id).where(TicketFileEntity.path == wanted.path)
        found = found.where(TicketEntity.id.in_(with_file))
    if wanted.linked is not None:
        kind, target = wanted.linked
        link = select(TicketLinkEntity.ticket_id).where(TicketLinkEntity.kind == kind)
        linked = link.where(TicketLinkEntity.target_id == target)
        found = found.where(TicketEntity.id.in_(linked))
    return found


def _list(session: Session, wanted: TicketFilter) -> list[TicketHead]:
    """Find the ids first, which an index alone answers, so that few rows are read."""
    order = (TicketEntity.position, TicketEntity.number)
    ids = _filtered(select(TicketEntity.id), wanted).order_by(*order)
    page = ids.limit(wanted.limit).offset(wanted.offset).subquery()
    found = LIGHT.join(page, page.c.id == TicketEntity.id).order_by(*order)
    return _heads(session, readable(session, found))


def _search(session: Session, query: str, wanted: TicketFilter) -> list[TicketHead]:
    found = search(session, query, SEARCHED, _filtered(LIGHT, wanted), wanted.limit)
    return _list(session, wanted) if found is None else _heads(session, found)


def _heads(session: Session, entities: list[TicketEntity]) -> list[TicketHead]:
    ids = [entity.id for entity in entities]
    counted = session.execute(
        select(TaskEntity.ticket_id, func.count(), func.sum(case((TaskEntity.done, 1), else_=0)))
        .where(TaskEntity.ticket_id.in_(ids), TaskEntity.deleted_at.is_(None))
        .group_by(TaskEntity.ticket_id)
    )
    tasks = {ticket_id: (total, done) for ticket_id, total, done in counted}
    linked = session.execute(
        select(TicketFileEntity.ticket_id, func.count())
        .where(TicketFileEntity.ticket_id.in_(ids))
        .group_by(TicketFileEntity.ticket_id)
    )
    files = {ticket_id: count for ticket_id, count in linked}  # noqa: C416  # rows are no pairs
    return [
        TicketHead(
            id=e.id,
            project_id=e.project_id,
            title=e.title,
            status=e.status,
            priority=e.priority,
            due_on=e.due_on,
            tags=split_tags(e.tags),
            tasks=tasks.get(e.id, (0, 0))[0],
            tasks_done=tasks.get(e.id, (0, 0))[1],
            files=files.get(e.id, 0),
            version=e.version,
            created_at=e.created_at,
            updated_at=e.updated_at,
        )
        for e in entities
    ]


def _of(session: Session, entity: TicketEntity) -> Ticket:
    session.flush()
    (head,) = _heads(session, [entity])
    paths = session.scalars(
        select(TicketFileEntity.path)
        .where(TicketFileEntity.ticket_id == entity.id)
        .order_by(TicketFileEntity.path)
    )
    of_ticket = TicketLinkEntity.ticket_id == entity.id
    links = session.scalars(
        select(TicketLinkEntity).where(of_ticket, TicketLinkEntity.kind != ORIGIN)
    )
    return Ticket(
        **{name: getattr(head, name) for name in TicketHead.__dataclass_fields__},
        overview=entity.overview,
        task_list=tuple(tasks_of(session, entity.id)),
        paths=tuple(paths),
        links=tuple(sorted((link.kind, link.target_id) for link in links)),
    )


def _create(session: Session, new: NewTicket) -> Ticket:
    project = find_project(session, new.project_id)
    last = select(func.max(TicketEntity.position)).where(TicketEntity.project_id == project.id)
    entity = TicketEntity(
        id=new_id(),
        number=next_number(session, TicketEntity.number),
        project_id=project.id,
        position=(session.scalar(last) or 0) + 1,
        title=new.fields.title or "",
        overview="",
        tags="",
        version=0,
        created_at=now(),
        updated_at=now(),
        status="open",
        priority="normal",
    )
    _set(entity, new.fields)
    session.add(entity)
    session.flush()
    for position, (content, done) in enumerate(new.tasks, 1):
        task = TaskEntity(ticket_id=entity.id, position=position, content=content, done=done)
        session.add(task)
    _link(session, entity.id, new.paths)
    for kind, target in new.links:
        session.add(TicketLinkEntity(ticket_id=entity.id, kind=kind, target_id=target))
    return _of(session, entity)


def _set(entity: TicketEntity, fields: TicketFields) -> None:
    entity.title = entity.title if fields.title is None else fields.title
    entity.overview = entity.overview if fields.overview is None else fields.overview
    entity.status = entity.status if fields.status is None else fields.status
    entity.priority = entity.priority if fields.priority is None else fields.priority
    entity.tags = entity.tags if fields.tags is None else join_tags(fields.tags)
    entity.due_on = entity.due_on if fields.due_on is None else fields.due_on
    if fields.clear_due:
        entity.due_on = None
    entity.touch()


def _link(session: Session, ticket_id: str, paths: Sequence[str]) -> None:
    for path in dict.fromkeys(paths):
        session.merge(TicketFileEntity(ticket_id=ticket_id, path=path))
    session.flush()


def _reorder(session: Session, project_id: str, first: list[TicketEntity]) -> None:
    """Number all tickets of a project anew; only those that move are written."""
    ahead = {entity.id for entity in first}
    rest = session.scalars(
        select(TicketEntity)
        .where(TicketEntity.project_id == project_id, TicketEntity.id.not_in(ahead))
        .options(defer(TicketEntity.overview))
        .order_by(TicketEntity.position, TicketEntity.number)
    )
    for position, entity in enumerate((*first, *rest), 1):
        if entity.project_id != project_id:
            raise UnknownId(f"the ticket `{entity.id}` belongs to another project")
        entity.position = position
