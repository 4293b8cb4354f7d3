"""Projects: one for each workspace root that was ever opened."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import cast

from sqlalchemy import CursorResult, select, update
from sqlalchemy.orm import Session

from octoprompt.errors import UnknownId
from octoprompt.store.chat_entities import ChatEntity
from octoprompt.store.damage import readable
from octoprompt.store.entities import ProjectEntity, SelectionEntity, TicketEntity, now
from octoprompt.store.sessions import Sessions

OWNED = {"selections": SelectionEntity, "tickets": TicketEntity, "chats": ChatEntity}
"""What belongs to one project alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """A project as it is stored."""

    id: str
    name: str
    description: str
    root: str
    identity: str | None
    created_at: datetime
    updated_at: datetime
    opened_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RemovedProject:
    """A project that went to the bin, and how many records went with it, by kind."""

    project: Project
    counts: dict[str, int]


class Projects:
    """The projects of the store."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    async def opened(self, root: Path, identity: str | None) -> str:
        """Note that a root was opened and give its project's id, known again when it moved.

        A read-only store gives the known id, or one that lasts as long as the root's path.
        """
        if self._sessions.read_only_reason:
            return await self._sessions.read(lambda session: _known_id(session, root, identity))
        return await self._sessions.write(lambda session: _opened(session, root, identity))

    async def reopened(self, root: Path) -> str | None:
        """Note that a root was opened again; None when it is not known yet with its identity.

        Finding out an identity may mean to walk a whole history, which this saves.
        """
        if self._sessions.read_only_reason:
            return None
        return await self._sessions.write(lambda session: _reopened(session, root))

    async def list(self) -> list[Project]:
        """List all, the latest used first."""
        return await self._sessions.read(_list)

    async def get(self, project_id: str) -> Project:
        """Give one. Fails with `UnknownId`."""
        return await self._sessions.read(lambda session: _of(find_project(session, project_id)))

    async def update(self, project_id: str, name: str | None, description: str | None) -> Project:
        """Change what is not None. Fails with `UnknownId`."""

        def work(session: Session) -> Project:
            entity = find_project(session, project_id)
            entity.name = entity.name if name is None else name
            entity.description = entity.description if description is None else description
            entity.touch()
            return _of(entity)

        return await self._sessions.write(work)

    async def remove(self, project_id: str) -> RemovedProject:
        """Put one into the bin with what belongs to it alone. Fails with `UnknownId`."""
        return await self._sessions.write(lambda session: _remove(session, project_id))


def find_project(session: Session, project_id: str) -> ProjectEntity:
    """Give a project that is not in the bin. Fails with `UnknownId`."""
    entity = session.get(ProjectEntity, project_id)
    if entity is None or entity.deleted_at is not None:
        raise UnknownId(f"there is no project `{project_id}`: see `projects/list`")
    return entity


def _opened(session: Session, root: Path, identity: str | None) -> str:
    entity = _known(session, root, identity)
    if entity is None:
        entity = ProjectEntity(name=root.name or str(root), root=str(root), identity=identity)
        session.add(entity)
    if entity.root != str(root) or (identity and entity.identity != identity):
        entity.touch()
    entity.root = str(root)
    entity.identity = identity or entity.identity
    entity.opened_at = now()
    session.flush()
    return entity.id


def _reopened(session: Session, root: Path) -> str | None:
    entity = _known(session, root, None)
    if entity is None or entity.identity is None:
        return None
    entity.opened_at = now()
    return entity.id


def _known_id(session: Session, root: Path, identity: str | None) -> str:
    entity = _known(session, root, identity)
    return f"unsaved:{root}" if entity is None else entity.id


def _known(session: Session, root: Path, identity: str | None) -> ProjectEntity | None:
    """Find the project of a root: by its path, else by its identity when its folder is gone.

    Another clone of the same repository is another project, so a folder that is still there counts.
    """
    alive = select(ProjectEntity).where(ProjectEntity.deleted_at.is_(None))
    at_root = session.scalar(alive.where(ProjectEntity.root == str(root)))
    if at_root is not None or identity is None:
        return at_root
    same = alive.where(ProjectEntity.identity == identity).order_by(ProjectEntity.opened_at.desc())
    return next((p for p in session.scalars(same) if not Path(p.root).is_dir()), None)


def _remove(session: Session, project_id: str) -> RemovedProject:
    """Mark all with one moment, by which a restore knows what went together."""
    entity = find_project(session, project_id)
    moment = now()
    counts: dict[str, int] = {}
    for kind, owned in OWNED.items():
        marked = session.execute(
            update(owned)
            .where(owned.project_id == project_id, owned.deleted_at.is_(None))
            .values(deleted_at=moment)
        )
        counts[kind] = cast("CursorResult[tuple[()]]", marked).rowcount
    entity.deleted_at = moment
    return RemovedProject(project=_of(entity), counts=counts)


def _list(session: Session) -> list[Project]:
    alive = select(ProjectEntity).where(ProjectEntity.deleted_at.is_(None))
    return [_of(p) for p in readable(session, alive.order_by(ProjectEntity.opened_at.desc()))]


def _of(entity: ProjectEntity) -> Project:
    return Project(
        id=entity.id,
        name=entity.name,
        description=entity.description,
        root=entity.root,
        identity=entity.identity,
        created_at=entity.created_at,
        updated_at=entity.updated_at,
        opened_at=entity.opened_at,
    )
