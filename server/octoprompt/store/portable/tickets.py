"""Tickets and their tasks in the document."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field, StringConstraints
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from octoprompt.errors import BadRequest
from octoprompt.store.entities import TaskEntity, TicketEntity, TicketFileEntity, TicketLinkEntity
from octoprompt.store.portable.projects import project_here
from octoprompt.store.portable.record import (
    Arrival,
    Id,
    Name,
    Portable,
    PortableRecord,
    Tags,
    Text,
    record_kind,
    stamp,
)
from octoprompt.store.search import join_tags, next_number, split_tags

Position = Annotated[int, Field(ge=0, lt=2**31)]
Path = Annotated[str, StringConstraints(min_length=1, max_length=4096)]


class PortableLink(Portable):
    """Something that a ticket goes with."""

    kind: Annotated[str, StringConstraints(min_length=1, max_length=20)]
    id: Id


class PortableTicket(PortableRecord):
    """Something to do in a project."""

    project_id: Id
    position: Position = 0
    title: Name
    overview: Text = ""
    status: Literal["open", "in_progress", "done", "closed"] = "open"
    priority: Literal["low", "normal", "high"] = "normal"
    due_on: date | None = None
    tags: Tags = ()
    paths: tuple[Path, ...] = ()
    links: tuple[PortableLink, ...] = ()


class PortableTask(PortableRecord):
    """A step of a ticket."""

    ticket_id: Id
    position: Position = 0
    content: Annotated[str, StringConstraints(min_length=1, max_length=4_000_000)]
    description: Text = ""
    done: bool = False


def _read_ticket(session: Session, row: TicketEntity) -> PortableTicket:
    paths = select(TicketFileEntity.path).where(TicketFileEntity.ticket_id == row.id)
    links = select(TicketLinkEntity).where(TicketLinkEntity.ticket_id == row.id)
    # Rows are read as they are: one that breaks a rule of the document still has to be compared.
    return PortableTicket.model_construct(
        id=row.id,
        created_at=row.created_at,
        updated_at=row.updated_at,
        project_id=row.project_id,
        position=row.position,
        title=row.title,
        overview=row.overview,
        status=row.status,
        priority=row.priority,
        due_on=row.due_on,
        tags=split_tags(row.tags),
        paths=tuple(sorted(session.scalars(paths))),
        links=tuple(
            PortableLink(kind=kind, id=target)
            for kind, target in sorted((x.kind, x.target_id) for x in session.scalars(links))
        ),
    )


def _fit_ticket(session: Session, record: PortableTicket, arrival: Arrival) -> PortableTicket:
    kinds = {"chat": "chats", "run": "runs"}
    links = {(x.kind, arrival.id_here(kinds.get(x.kind, x.kind), x.id)) for x in record.links}
    return record.model_copy(
        update={
            "project_id": project_here(session, record.project_id, arrival),
            "tags": split_tags(join_tags(record.tags)),
            "paths": tuple(sorted(set(record.paths))),
            "links": tuple(PortableLink(kind=kind, id=target) for kind, target in sorted(links)),
        }
    )


def _write_ticket(session: Session, record: PortableTicket, row: TicketEntity | None) -> None:
    row = row or TicketEntity(id=record.id, number=next_number(session, TicketEntity.number))
    row.project_id, row.position = record.project_id, record.position
    row.title, row.overview = record.title, record.overview
    row.status, row.priority, row.due_on = record.status, record.priority, record.due_on
    row.tags = join_tags(record.tags)
    stamp(row, record)
    session.add(row)
    session.flush()
    for owned in (TicketFileEntity, TicketLinkEntity):
        session.execute(delete(owned).where(owned.ticket_id == record.id))
    session.add_all(TicketFileEntity(ticket_id=record.id, path=path) for path in record.paths)
    session.add_all(
        TicketLinkEntity(ticket_id=record.id, kind=link.kind, target_id=link.id)
        for link in record.links
    )


def _read_task(_session: Session, row: TaskEntity) -> PortableTask:
    return PortableTask.model_construct(
        id=row.id,
        created_at=row.created_at,
        updated_at=row.updated_at,
        ticket_id=row.ticket_id,
        position=row.position,
        content=row.content,
        description=row.description,
        done=row.done,
    )


def _fit_task(session: Session, record: PortableTask, arrival: Arrival) -> PortableTask:
    ticket_id = arrival.id_here("tickets", record.ticket_id)
    ticket = session.get(TicketEntity, ticket_id)
    if ticket is None or ticket.deleted_at is not None:
        raise BadRequest(f"its ticket `{record.ticket_id}` is neither here nor in the document")
    return record.model_copy(update={"ticket_id": ticket_id})


def _write_task(session: Session, record: PortableTask, row: TaskEntity | None) -> None:
    row = row or TaskEntity(id=record.id)
    row.ticket_id, row.position = record.ticket_id, record.position
    row.content, row.description, row.done = record.content, record.description, record.done
    stamp(row, record)
    session.add(row)


TICKETS = record_kind(
    "tickets", (PortableTicket, TicketEntity), _read_ticket, _fit_ticket, _write_ticket
)
TASKS = record_kind("tasks", (PortableTask, TaskEntity), _read_task, _fit_task, _write_task)
