"""Prompts in the document, with what they were before and the projects that they are for."""

from pydantic import Field
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from octoprompt.store.entities import (
    ProjectEntity,
    PromptEntity,
    PromptProjectEntity,
    PromptVersionEntity,
)
from octoprompt.store.portable.naming import free_name
from octoprompt.store.portable.record import (
    Arrival,
    Id,
    Moment,
    Name,
    Portable,
    PortableRecord,
    Tags,
    Text,
    record_kind,
    stamp,
)
from octoprompt.store.search import join_tags, next_number, split_tags


class PortableVersion(Portable):
    """What a prompt was before a change."""

    version: int = Field(ge=0, lt=2**31)
    name: str
    content: Text
    saved_at: Moment


class PortablePrompt(PortableRecord):
    """A text that is used again and again."""

    name: Name
    description: Text = ""
    tags: Tags = ()
    favorite: bool = False
    content: Text
    project_ids: tuple[Id, ...] = ()
    """None means all."""
    versions: tuple[PortableVersion, ...] = ()


def _read(session: Session, row: PromptEntity) -> PortablePrompt:
    links = select(PromptProjectEntity.project_id).where(PromptProjectEntity.prompt_id == row.id)
    versions = select(PromptVersionEntity).where(PromptVersionEntity.prompt_id == row.id)
    return PortablePrompt(
        id=row.id,
        created_at=row.created_at,
        updated_at=row.updated_at,
        name=row.name,
        description=row.description,
        tags=split_tags(row.tags),
        favorite=row.favorite,
        content=row.content,
        project_ids=tuple(sorted(session.scalars(links))),
        versions=tuple(
            PortableVersion(version=v.version, name=v.name, content=v.content, saved_at=v.saved_at)
            for v in session.scalars(versions.order_by(PromptVersionEntity.version))
        ),
    )


def _fit(session: Session, record: PortablePrompt, arrival: Arrival) -> PortablePrompt:
    """Take another name where it is taken; a prompt with the same text is the same prompt."""
    alive = select(PromptEntity).where(PromptEntity.deleted_at.is_(None))
    twin = session.scalar(alive.where(PromptEntity.name == record.name))
    ids = {arrival.id_here("projects", project_id) for project_id in record.project_ids}
    known = session.scalars(select(ProjectEntity.id).where(ProjectEntity.id.in_(ids)))
    fitted: dict[str, object] = {
        "project_ids": tuple(sorted(known)),
        "tags": split_tags(join_tags(record.tags)),
    }
    if twin is not None and twin.id != record.id:
        if twin.content == record.content:
            arrival.ids["prompts", record.id] = twin.id
            return _read(session, twin)
        here = session.get(PromptEntity, record.id)
        names = set(session.scalars(select(PromptEntity.name).where(PromptEntity.id != record.id)))
        fitted["name"] = free_name(record.name, names, None if here is None else here.name)
        arrival.notes.append(f"another prompt has its name: it is `{fitted['name']}` here")
    return record.model_copy(update=fitted)


def _write(session: Session, record: PortablePrompt, row: PromptEntity | None) -> None:
    row = row or PromptEntity(id=record.id, number=next_number(session, PromptEntity.number))
    row.name, row.description = record.name, record.description
    row.tags, row.favorite, row.content = join_tags(record.tags), record.favorite, record.content
    stamp(row, record)
    newest = max((v.version for v in record.versions), default=0)
    row.version = max(row.version, newest + 1)
    session.add(row)
    session.flush()
    for owned in (PromptProjectEntity, PromptVersionEntity):
        session.execute(delete(owned).where(owned.prompt_id == record.id))
    session.add_all(
        PromptProjectEntity(prompt_id=record.id, project_id=project_id)
        for project_id in record.project_ids
    )
    session.add_all(
        PromptVersionEntity(prompt_id=record.id, **dict(version)) for version in record.versions
    )


PROMPTS = record_kind("prompts", (PortablePrompt, PromptEntity), _read, _fit, _write)
