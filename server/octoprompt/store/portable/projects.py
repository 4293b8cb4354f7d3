"""Projects in the document: known again here by their id, their folder or their git identity."""

from datetime import timedelta
from pathlib import PurePath
from typing import Annotated, ClassVar

from pydantic import StringConstraints
from sqlalchemy import select
from sqlalchemy.orm import Session

from octoprompt.errors import BadRequest
from octoprompt.store.entities import ProjectEntity
from octoprompt.store.portable.record import (
    Arrival,
    Moment,
    Name,
    PortableRecord,
    Text,
    record_kind,
    stamp,
)


class PortableProject(PortableRecord):
    """A workspace root that was opened."""

    uncompared: ClassVar[frozenset[str]] = PortableRecord.uncompared | {"opened_at"}

    name: Name
    description: Text = ""
    root: Annotated[str, StringConstraints(min_length=1, max_length=4096)]
    identity: str | None = None
    opened_at: Moment


def _read(_session: Session, row: ProjectEntity) -> PortableProject:
    return PortableProject(
        id=row.id,
        created_at=row.created_at,
        updated_at=row.updated_at,
        name=row.name[:200] or "Project",
        description=row.description,
        root=row.root,
        identity=row.identity,
        opened_at=row.opened_at,
    )


def _fit(session: Session, record: PortableProject, arrival: Arrival) -> PortableProject:
    """Find the project here; where it lies is known better here than in the document."""
    here = session.get(ProjectEntity, record.id)
    if here is None or here.deleted_at is not None:
        here = _same(session, record)
    if here is None:
        return record
    arrival.ids["projects", record.id] = here.id
    updated_at = record.updated_at
    if not here.description and here.name == PurePath(here.root).name:
        # A project that nobody described here takes the description that comes in.
        updated_at = max(updated_at, here.updated_at + timedelta(microseconds=1))
    where = {"root": here.root, "identity": here.identity}
    return record.model_copy(update={"id": here.id, "updated_at": updated_at, **where})


def _same(session: Session, record: PortableProject) -> ProjectEntity | None:
    alive = select(ProjectEntity).where(ProjectEntity.deleted_at.is_(None))
    at_root = session.scalar(alive.where(ProjectEntity.root == record.root))
    if at_root is not None or record.identity is None:
        return at_root
    same = list(session.scalars(alive.where(ProjectEntity.identity == record.identity)))
    return same[0] if len(same) == 1 else None


def _write(session: Session, record: PortableProject, row: ProjectEntity | None) -> None:
    row = row or ProjectEntity(id=record.id, opened_at=record.opened_at)
    row.name, row.description = record.name, record.description
    row.root, row.identity = record.root, record.identity
    stamp(row, record)
    session.add(row)


PROJECTS = record_kind("projects", (PortableProject, ProjectEntity), _read, _fit, _write)


def project_here(session: Session, project_id: str, arrival: Arrival) -> str:
    """Give the id here of a project of the document. Fails with `BadRequest`."""
    found = arrival.id_here("projects", project_id)
    here = session.get(ProjectEntity, found)
    if here is None or here.deleted_at is not None:
        raise BadRequest(f"its project `{project_id}` is neither here nor in the document")
    return found
