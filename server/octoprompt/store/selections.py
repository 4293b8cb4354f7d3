"""Selections: named sets of context items."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, defer

from octoprompt.errors import BadRequest, NameTaken, StaleVersion, UnknownId
from octoprompt.store.damage import readable, sound
from octoprompt.store.entities import JsonValue, SelectionEntity, now
from octoprompt.store.projects import find_project
from octoprompt.store.sessions import Sessions


@dataclass(frozen=True, slots=True, kw_only=True)
class SelectionHead:
    """A selection without its body."""

    id: str
    name: str
    items: int
    version: int
    updated_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """A selection as it is stored."""

    id: str
    project_id: str
    name: str
    body: JsonValue
    version: int
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SelectionChange:
    """A new body for a selection, or a new selection when there is no id."""

    project_id: str
    id: str | None
    name: str | None
    body: JsonValue
    items: int
    version: int | None
    """The version that was read; None overwrites whatever is there."""


class Selections:
    """The selections of the store."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    async def list(self, project_id: str) -> list[SelectionHead]:
        """List a project's selections by name, light."""
        return await self._sessions.read(lambda session: _list(session, project_id))

    async def get(self, selection_id: str) -> Selection:
        """Give one whole. Fails with `UnknownId`."""
        return await self._sessions.read(lambda session: _of(_find(session, selection_id)))

    async def save(self, change: SelectionChange) -> Selection:
        """Create one or replace its body.

        Fails with `NameTaken`, `UnknownId`, and `StaleVersion` when another window was first.
        """
        return await self._sessions.write(lambda session: _save(session, change))

    async def rename(self, selection_id: str, name: str) -> Selection:
        """Give one a new name. Fails with `UnknownId` or `NameTaken`."""

        def work(session: Session) -> Selection:
            entity = _find(session, selection_id)
            _rename(session, entity, name)
            entity.touch()
            return _of(entity)

        return await self._sessions.write(work)

    async def delete(self, selection_id: str) -> Selection:
        """Put one into the bin and give what it was. Fails with `UnknownId`."""

        def work(session: Session) -> Selection:
            entity = _find(session, selection_id)
            entity.deleted_at = now()
            return _of(entity)

        return await self._sessions.write(work)


def _list(session: Session, project_id: str) -> list[SelectionHead]:
    found = (
        select(SelectionEntity)
        .where(SelectionEntity.project_id == project_id, SelectionEntity.deleted_at.is_(None))
        .options(defer(SelectionEntity.body))
    )
    heads = [
        SelectionHead(
            id=s.id, name=s.name, items=s.items, version=s.version, updated_at=s.updated_at
        )
        for s in readable(session, found)
    ]
    return sorted(heads, key=lambda head: (head.name.casefold(), head.id))


def _save(session: Session, change: SelectionChange) -> Selection:
    if change.id is None:
        return _create(session, change)
    entity = _find(session, change.id)
    if change.version is not None and change.version != entity.version:
        raise StaleVersion(
            f"the selection `{entity.name}` was saved elsewhere meanwhile: read it again",
            data={"version": entity.version},
        )
    if change.name is not None:
        _rename(session, entity, change.name)
    entity.body = change.body
    entity.items = change.items
    entity.touch()
    return _of(entity)


def _create(session: Session, change: SelectionChange) -> Selection:
    if change.name is None:
        raise BadRequest("a new selection needs a `name`")
    project = find_project(session, change.project_id)
    _refuse_taken(session, project.id, change.name)
    entity = SelectionEntity(
        project_id=project.id,
        name=change.name,
        body=change.body,
        items=change.items,
    )
    session.add(entity)
    session.flush()
    return _of(entity)


def _find(session: Session, selection_id: str) -> SelectionEntity:
    entity = session.get(SelectionEntity, selection_id)
    if entity is None or entity.deleted_at is not None:
        raise UnknownId(f"there is no selection `{selection_id}`: see `selections/list`")
    return sound(entity)


def _rename(session: Session, entity: SelectionEntity, name: str) -> None:
    if name != entity.name:
        _refuse_taken(session, entity.project_id, name)
        entity.name = name


def _refuse_taken(session: Session, project_id: str, name: str) -> None:
    """Refuse a name in use; safe to ask first, because only one write runs at a time."""
    taken = session.scalar(
        select(SelectionEntity.id).where(
            SelectionEntity.project_id == project_id,
            SelectionEntity.name == name,
            SelectionEntity.deleted_at.is_(None),
        )
    )
    if taken is not None:
        raise NameTaken(f"another selection of this project is called `{name}`")


def _of(entity: SelectionEntity) -> Selection:
    return Selection(
        id=entity.id,
        project_id=entity.project_id,
        name=entity.name,
        body=entity.body,
        version=entity.version,
        created_at=entity.created_at,
        updated_at=entity.updated_at,
    )
