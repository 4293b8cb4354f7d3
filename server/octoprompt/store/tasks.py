"""Tasks: the steps of a ticket, in an order, each open or done."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from octoprompt.errors import UnknownId
from octoprompt.store.damage import readable
from octoprompt.store.entities import TaskEntity, TicketEntity, new_id, now
from octoprompt.store.sessions import Sessions


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """A task as it is stored."""

    id: str
    ticket_id: str
    content: str
    description: str
    done: bool
    version: int
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskFields:
    """What a user may set of a task; None leaves it as it is."""

    content: str | None = None
    description: str | None = None
    done: bool | None = None


class Tasks:
    """The tasks of the store."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    async def create(self, ticket_id: str, fields: TaskFields) -> Task:
        """Create one at the end of its ticket. Fails with `UnknownId`."""
        (task,) = await self.create_all(ticket_id, [fields])
        return task

    async def create_all(
        self, ticket_id: str, wanted: Sequence[TaskFields], *, instead: bool = False
    ) -> Sequence[Task]:
        """Create several at the end of their ticket, all or none; those before go to the bin if so.

        Fails with `UnknownId`.
        """

        def work(session: Session) -> list[Task]:
            ticket = _ticket(session, ticket_id)
            for old in task_entities(session, ticket.id) if instead else ():
                old.deleted_at = now()
            last = select(func.max(TaskEntity.position)).where(TaskEntity.ticket_id == ticket.id)
            first = (session.scalar(last) or 0) + 1
            entities = [_new(ticket_id, n, fields) for n, fields in enumerate(wanted, first)]
            session.add_all(entities)
            ticket.touch()
            session.flush()
            return [_of(entity) for entity in entities]

        return await self._sessions.write(work)

    async def update(self, task_id: str, fields: TaskFields) -> Task:
        """Change one. Fails with `UnknownId`."""

        def work(session: Session) -> Task:
            entity = _find(session, task_id)
            entity.content = entity.content if fields.content is None else fields.content
            entity.description = (
                entity.description if fields.description is None else fields.description
            )
            entity.done = entity.done if fields.done is None else fields.done
            entity.touch()
            _ticket(session, entity.ticket_id).touch()
            return _of(entity)

        return await self._sessions.write(work)

    async def delete(self, task_id: str) -> Task:
        """Put one into the bin and give what it was. Fails with `UnknownId`."""

        def work(session: Session) -> Task:
            entity = _find(session, task_id)
            entity.deleted_at = now()
            _ticket(session, entity.ticket_id).touch()
            return _of(entity)

        return await self._sessions.write(work)

    async def reorder(self, ticket_id: str, task_ids: Sequence[str]) -> Sequence[Task]:
        """Put these tasks first, in this order; the others follow. Fails with `UnknownId`."""

        def work(session: Session) -> list[Task]:
            ticket = _ticket(session, ticket_id)
            first = [_find(session, task_id) for task_id in dict.fromkeys(task_ids)]
            for entity in first:
                if entity.ticket_id != ticket.id:
                    raise UnknownId(f"the task `{entity.id}` belongs to another ticket")
            rest = [e for e in task_entities(session, ticket.id) if e not in first]
            for position, entity in enumerate((*first, *rest), 1):
                entity.position = position
            ticket.touch()
            session.flush()
            return tasks_of(session, ticket.id)

        return await self._sessions.write(work)

    async def list(self, ticket_id: str) -> Sequence[Task]:
        """List a ticket's tasks in their order. Fails with `UnknownId`."""
        return await self._sessions.read(
            lambda session: tasks_of(session, _ticket(session, ticket_id).id)
        )


def _new(ticket_id: str, position: int, fields: TaskFields) -> TaskEntity:
    moment = now()
    return TaskEntity(
        id=new_id(),
        ticket_id=ticket_id,
        position=position,
        content=fields.content or "",
        description=fields.description or "",
        done=bool(fields.done),
        version=1,
        created_at=moment,
        updated_at=moment,
    )


def tasks_of(session: Session, ticket_id: str) -> list[Task]:
    """Give a ticket's tasks in their order."""
    return [_of(entity) for entity in task_entities(session, ticket_id)]


def task_entities(session: Session, ticket_id: str) -> list[TaskEntity]:
    """Give a ticket's tasks in their order, to change them."""
    found = (
        select(TaskEntity)
        .where(TaskEntity.ticket_id == ticket_id, TaskEntity.deleted_at.is_(None))
        .order_by(TaskEntity.position, TaskEntity.created_at)
    )
    return readable(session, found)


def _ticket(session: Session, ticket_id: str) -> TicketEntity:
    entity = session.get(TicketEntity, ticket_id)
    if entity is None or entity.deleted_at is not None:
        raise UnknownId(f"there is no ticket `{ticket_id}`: see `tickets/list`")
    return entity


def _find(session: Session, task_id: str) -> TaskEntity:
    entity = session.get(TaskEntity, task_id)
    if entity is None or entity.deleted_at is not None:
        raise UnknownId(f"there is no task `{task_id}`: see `tasks/list`")
    _ticket(session, entity.ticket_id)
    return entity


def _of(entity: TaskEntity) -> Task:
    return Task(
        id=entity.id,
        ticket_id=entity.ticket_id,
        content=entity.content,
        description=entity.description,
        done=entity.done,
        version=entity.version,
        created_at=entity.created_at,
        updated_at=entity.updated_at,
    )
