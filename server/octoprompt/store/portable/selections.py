"""Selections in the document."""

from typing import Any, cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from octoprompt.store.entities import SelectionEntity
from octoprompt.store.portable.naming import free_name
from octoprompt.store.portable.projects import project_here
from octoprompt.store.portable.record import (
    Arrival,
    Id,
    Name,
    PortableRecord,
    record_kind,
    stamp,
)


class PortableSelection(PortableRecord):
    """A named set of context items."""

    project_id: Id
    name: Name
    body: dict[str, Any]


def _read(_session: Session, row: SelectionEntity) -> PortableSelection:
    return PortableSelection(
        id=row.id,
        created_at=row.created_at,
        updated_at=row.updated_at,
        project_id=row.project_id,
        name=row.name,
        body=row.body,
    )


def _fit(session: Session, record: PortableSelection, arrival: Arrival) -> PortableSelection:
    project = project_here(session, record.project_id, arrival)
    fitted: dict[str, object] = {"project_id": project, "body": _body(record.body, arrival)}
    others = select(SelectionEntity).where(
        SelectionEntity.project_id == project,
        SelectionEntity.deleted_at.is_(None),
        SelectionEntity.id != record.id,
    )
    named = {other.name: other for other in session.scalars(others)}
    if (twin := named.get(record.name)) is not None:
        if twin.body == fitted["body"]:
            return _read(session, twin)
        here = session.get(SelectionEntity, record.id)
        fitted["name"] = free_name(record.name, named, None if here is None else here.name)
        arrival.notes.append(f"another selection has its name: it is `{fitted['name']}` here")
    return record.model_copy(update=fitted)


def _body(body: dict[str, Any], arrival: Arrival) -> dict[str, Any]:
    """Name prompts and the ticket as they are called here."""
    fitted = dict(body)
    if isinstance(prompt_ids := body.get("prompt_ids"), list):
        there = cast("list[object]", prompt_ids)
        fitted["prompt_ids"] = [arrival.id_here("prompts", str(prompt_id)) for prompt_id in there]
    if isinstance(ticket_id := body.get("ticket_id"), str):
        fitted["ticket_id"] = arrival.id_here("tickets", ticket_id)
    return fitted


def _write(session: Session, record: PortableSelection, row: SelectionEntity | None) -> None:
    row = row or SelectionEntity(id=record.id)
    row.project_id, row.name, row.body = record.project_id, record.name, record.body
    items = record.body.get("items")
    row.items = len(cast("list[object]", items)) if isinstance(items, list) else 0
    stamp(row, record)
    session.add(row)


SELECTIONS = record_kind("selections", (PortableSelection, SelectionEntity), _read, _fit, _write)
