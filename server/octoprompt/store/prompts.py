"""Prompts: texts that are used again and again, shared by all projects or linked to some."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar

from sqlalchemy import Select, delete, exists, or_, select
from sqlalchemy.orm import Session, defer

from octoprompt.errors import NameTaken, StaleVersion, UnknownId
from octoprompt.store.damage import readable, sound
from octoprompt.store.entities import (
    PromptEntity,
    PromptProjectEntity,
    PromptVersionEntity,
    new_id,
    now,
)
from octoprompt.store.projects import find_project
from octoprompt.store.search import Searched, has_tag, join_tags, next_number, search, split_tags
from octoprompt.store.sessions import Sessions

T = TypeVar("T")
KEPT_VERSIONS = 100
LIGHT = select(PromptEntity).options(defer(PromptEntity.content))
SEARCHED = Searched(
    index="prompt_search",
    texts=("name", "description", "tags", "content"),
    number=PromptEntity.number,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PromptHead:
    """A prompt without its content."""

    id: str
    name: str
    description: str
    tags: tuple[str, ...]
    favorite: bool
    project_ids: tuple[str, ...]
    version: int
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompt(PromptHead):
    """A prompt as it is stored."""

    content: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PromptFields:
    """What a user may set of a prompt; None leaves it as it is."""

    name: str | None = None
    content: str | None = None
    description: str | None = None
    tags: tuple[str, ...] | None = None
    favorite: bool | None = None
    project_ids: tuple[str, ...] | None = None

    def called(self, name: str) -> "PromptFields":
        """Give the same with another name."""
        return replace(self, name=name)


@dataclass(frozen=True, slots=True, kw_only=True)
class PromptVersion:
    """What a prompt was before a change."""

    version: int
    name: str
    content: str
    saved_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PromptFilter:
    """Which prompts a list is about."""

    project_id: str | None = None
    """Those for all projects and those linked to this one."""
    tag: str | None = None
    favorite: bool | None = None
    limit: int = 200
    after: str = ""
    """The name that the page before ended with."""


ALL_PROMPTS = PromptFilter(limit=1_000_000)


class Prompts:
    """The prompts of the store."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    async def search(self, query: str, wanted: PromptFilter) -> list[PromptHead]:
        """Find prompts by the words in them, best first."""
        return await self._sessions.read(lambda session: _search(session, query, wanted))

    async def get(self, prompt_id: str) -> Prompt:
        """Give one whole. Fails with `UnknownId`."""
        (prompt,) = await self.get_all((prompt_id,))
        return prompt

    async def get_all(self, prompt_ids: Sequence[str]) -> list[Prompt]:
        """Give several whole, in the order that was asked. Fails with `UnknownId`."""
        return await self._sessions.read(
            lambda session: [_of(session, _find(session, prompt_id)) for prompt_id in prompt_ids]
        )

    async def named(self, name: str) -> PromptHead | None:
        """Give the prompt that has a name, if any."""

        def work(session: Session) -> PromptHead | None:
            entity = _named(session, name)
            return None if entity is None else _heads(session, [entity])[0]

        return await self._sessions.read(work)

    async def create(self, fields: PromptFields) -> Prompt:
        """Create one; name and content are needed. Fails with `NameTaken` or `UnknownId`."""
        return await self._sessions.write(lambda session: _create(session, fields))

    async def update(self, prompt_id: str, fields: PromptFields, version: int | None) -> Prompt:
        """Change one and keep what it was.

        Fails with `UnknownId`, `NameTaken`, and `StaleVersion` when it is not at that version.
        """

        def work(session: Session) -> Prompt:
            entity = _find(session, prompt_id)
            if version is not None and version != entity.version:
                raise StaleVersion(
                    f"the prompt `{entity.name}` was changed elsewhere meanwhile: read it again",
                    data={"version": entity.version},
                )
            _set(session, entity, fields)
            return _of(session, entity)

        return await self._sessions.write(work)

    async def delete(self, prompt_id: str) -> Prompt:
        """Put one into the bin and give what it was. Fails with `UnknownId`."""

        def work(session: Session) -> Prompt:
            entity = _find(session, prompt_id)
            entity.deleted_at = now()
            return _of(session, entity)

        return await self._sessions.write(work)

    async def versions(self, prompt_id: str) -> list[PromptVersion]:
        """List what a prompt was before, the newest first. Fails with `UnknownId`."""
        return await self._sessions.read(lambda session: _versions(session, prompt_id))

    async def restore(self, prompt_id: str, version: int) -> Prompt:
        """Give a prompt the name and content that it had. Fails with `UnknownId` or `NameTaken`."""

        def work(session: Session) -> Prompt:
            entity = _find(session, prompt_id)
            old = session.get(PromptVersionEntity, (prompt_id, version))
            if old is None:
                raise UnknownId(f"the prompt `{entity.name}` has no version {version}")
            _set(session, entity, PromptFields(name=old.name, content=old.content))
            return _of(session, entity)

        return await self._sessions.write(work)

    async def list(self, wanted: PromptFilter) -> list[PromptHead]:
        """List prompts by name, without their contents."""
        return await self._sessions.read(lambda session: _list(session, wanted))


def _filtered(found: Select[T], wanted: PromptFilter) -> Select[T]:
    found = found.where(PromptEntity.deleted_at.is_(None))
    if wanted.project_id is not None:
        link = PromptProjectEntity.prompt_id == PromptEntity.id
        found = found.where(
            or_(
                ~exists().where(link),
                exists().where(link, PromptProjectEntity.project_id == wanted.project_id),
            )
        )
    if wanted.tag is not None:
        found = found.where(has_tag(PromptEntity.tags, wanted.tag))
    if wanted.favorite is not None:
        found = found.where(PromptEntity.favorite == wanted.favorite)
    return found.limit(wanted.limit)


def _list(session: Session, wanted: PromptFilter) -> list[PromptHead]:
    """Find the ids first, which an index alone answers, so that few rows are read."""
    ids = _filtered(select(PromptEntity.id), wanted).order_by(PromptEntity.name)
    if wanted.after:
        ids = ids.where(PromptEntity.name > wanted.after)
    page = ids.subquery()
    found = select(PromptEntity).join(page, page.c.id == PromptEntity.id)
    found = found.options(defer(PromptEntity.content)).order_by(PromptEntity.name)
    return _heads(session, readable(session, found))


def _search(session: Session, query: str, wanted: PromptFilter) -> list[PromptHead]:
    found = search(session, query, SEARCHED, _filtered(LIGHT, wanted), wanted.limit)
    return _list(session, wanted) if found is None else _heads(session, found)


def _heads(session: Session, entities: list[PromptEntity]) -> list[PromptHead]:
    links = _links(session, [entity.id for entity in entities])
    return [
        PromptHead(
            id=e.id,
            name=e.name,
            description=e.description,
            tags=split_tags(e.tags),
            favorite=e.favorite,
            project_ids=links.get(e.id, ()),
            version=e.version,
            created_at=e.created_at,
            updated_at=e.updated_at,
        )
        for e in entities
    ]


def _links(session: Session, prompt_ids: Sequence[str]) -> dict[str, tuple[str, ...]]:
    rows = session.scalars(
        select(PromptProjectEntity)
        .where(PromptProjectEntity.prompt_id.in_(prompt_ids))
        .order_by(PromptProjectEntity.project_id)
    )
    links: dict[str, tuple[str, ...]] = {}
    for row in rows:
        links[row.prompt_id] = (*links.get(row.prompt_id, ()), row.project_id)
    return links


def _of(session: Session, entity: PromptEntity) -> Prompt:
    session.flush()
    (head,) = _heads(session, [entity])
    return Prompt(
        id=head.id,
        name=head.name,
        description=head.description,
        tags=head.tags,
        favorite=head.favorite,
        project_ids=head.project_ids,
        version=head.version,
        created_at=head.created_at,
        updated_at=head.updated_at,
        content=entity.content,
    )


def _find(session: Session, prompt_id: str) -> PromptEntity:
    entity = session.get(PromptEntity, prompt_id)
    if entity is None or entity.deleted_at is not None:
        raise UnknownId(f"there is no prompt `{prompt_id}`: see `prompts/list`")
    return sound(entity)


def _create(session: Session, fields: PromptFields) -> Prompt:
    name = fields.name or ""
    _refuse_taken(session, name)
    entity = PromptEntity(
        id=new_id(),
        number=next_number(session, PromptEntity.number),
        name=name,
        description=fields.description or "",
        tags=join_tags(fields.tags or ()),
        favorite=bool(fields.favorite),
        content=fields.content or "",
    )
    session.add(entity)
    session.flush()
    _link(session, entity.id, fields.project_ids or ())
    return _of(session, entity)


def _set(session: Session, entity: PromptEntity, fields: PromptFields) -> None:
    if fields.name is not None and fields.name != entity.name:
        _refuse_taken(session, fields.name)
    is_rewritten = (fields.name or entity.name, fields.content) != (entity.name, entity.content)
    if is_rewritten and (fields.name is not None or fields.content is not None):
        _keep_version(session, entity)
    entity.name = entity.name if fields.name is None else fields.name
    entity.content = entity.content if fields.content is None else fields.content
    entity.description = entity.description if fields.description is None else fields.description
    entity.tags = entity.tags if fields.tags is None else join_tags(fields.tags)
    entity.favorite = entity.favorite if fields.favorite is None else fields.favorite
    entity.touch()
    if fields.project_ids is not None:
        _link(session, entity.id, fields.project_ids)


def _keep_version(session: Session, entity: PromptEntity) -> None:
    """Keep what a prompt is now; of many, the newest."""
    session.add(
        PromptVersionEntity(
            prompt_id=entity.id,
            version=entity.version,
            name=entity.name,
            content=entity.content,
            saved_at=entity.updated_at,
        )
    )
    session.flush()
    of_prompt = PromptVersionEntity.prompt_id == entity.id
    newest = select(PromptVersionEntity.version).where(of_prompt)
    newest = newest.order_by(PromptVersionEntity.version.desc()).limit(KEPT_VERSIONS)
    old = PromptVersionEntity.version.not_in(newest)
    session.execute(delete(PromptVersionEntity).where(of_prompt, old))


def _link(session: Session, prompt_id: str, project_ids: tuple[str, ...]) -> None:
    of_prompt = PromptProjectEntity.prompt_id == prompt_id
    session.execute(delete(PromptProjectEntity).where(of_prompt))
    for project_id in dict.fromkeys(project_ids):
        project = find_project(session, project_id)
        session.add(PromptProjectEntity(prompt_id=prompt_id, project_id=project.id))


def _refuse_taken(session: Session, name: str) -> None:
    if _named(session, name) is not None:
        raise NameTaken(f"another prompt is called `{name}`")


def _named(session: Session, name: str) -> PromptEntity | None:
    alive = PromptEntity.deleted_at.is_(None)
    return session.scalar(select(PromptEntity).where(PromptEntity.name == name, alive))


def _versions(session: Session, prompt_id: str) -> list[PromptVersion]:
    _find(session, prompt_id)
    rows = session.scalars(
        select(PromptVersionEntity)
        .where(PromptVersionEntity.prompt_id == prompt_id)
        .order_by(PromptVersionEntity.version.desc())
    )
    return [
        PromptVersion(version=r.version, name=r.name, content=r.content, saved_at=r.saved_at)
        for r in rows
    ]
