"""The tables of user data, as SQLAlchemy entities. A change here needs a migration."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any, ClassVar
from uuid import uuid4

from sqlalchemy import (
    JSON,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    MetaData,
    String,
    Text,
    TypeDecorator,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

JsonValue = dict[str, object]
ID_LENGTH = 32
NOT_DELETED = text("deleted_at IS NULL")
DELETED = text("deleted_at IS NOT NULL")
"""Migrations say it for PostgreSQL too; saying that here would import its dialect at each start."""


def new_id() -> str:
    """Give an id that no other record has, on any machine."""
    return uuid4().hex


def now() -> datetime:
    """Give this moment, in UTC."""
    return datetime.now(UTC)


class DamagedValue(ValueError):
    """What a row holds is not what its column says."""


class Utc(TypeDecorator[datetime]):
    """A moment: stored without a zone as UTC, which every database can, and given back with it."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Turn any zone into UTC."""
        del dialect
        return None if value is None else value.astimezone(UTC).replace(tzinfo=None)

    def result_processor(
        self, dialect: Dialect, coltype: object
    ) -> Callable[..., datetime | None] | None:
        """Name the value that is no moment."""
        read = super().result_processor(dialect, coltype)
        if read is None:
            return None

        def process(value: Any) -> datetime | None:  # noqa: ANN401 - whatever the file holds
            try:
                return read(value)
            except (TypeError, ValueError) as error:
                raise DamagedValue(f"`{str(value)[:40]}` is no moment") from error

        return process

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Say that it is UTC."""
        del dialect
        return None if value is None else value.replace(tzinfo=UTC)


class Entity(DeclarativeBase):
    """The root of all entities; constraints have names, so that migrations can find them."""

    allowed: ClassVar[dict[str, tuple[object, ...]]] = {}
    """By column, the only values that make sense."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012  # SQLAlchemy reads it from the class
        datetime: Utc,
        JsonValue: JSON,
        str: Text,
    }


class Record(Entity):
    """What every record has."""

    __abstract__ = True

    id: Mapped[str] = mapped_column(String(ID_LENGTH), primary_key=True, default=new_id)
    created_at: Mapped[datetime] = mapped_column(default=now)
    updated_at: Mapped[datetime] = mapped_column(default=now)
    deleted_at: Mapped[datetime | None] = mapped_column(default=None)
    """When it went to the bin."""
    version: Mapped[int] = mapped_column(default=1)
    """Grows with every change, so that a window sees when another one was there first."""

    def __init_subclass__(cls, **options: Any) -> None:  # noqa: ANN401 - SQLAlchemy's own
        """Give each table an index of what is in the bin."""
        super().__init_subclass__(**options)
        Index(f"ix_{cls.__tablename__}_bin", cls.deleted_at, sqlite_where=DELETED)

    def touch(self) -> None:
        """Note that the record changes now."""
        self.updated_at = max(now(), self.updated_at)
        self.version += 1


class StoreMark(Entity):
    """A fact about the database itself, as its instance id."""

    __tablename__ = "store_mark"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    value: Mapped[str]


class ProjectEntity(Record):
    """A workspace root that was opened."""

    __tablename__ = "project"

    name: Mapped[str]
    description: Mapped[str] = mapped_column(default="")
    root: Mapped[str]
    identity: Mapped[str | None] = mapped_column(index=True)
    """What git says that survives moving the folder."""
    opened_at: Mapped[datetime] = mapped_column(default=now)

    __table_args__ = (
        Index(
            "uq_project_root",
            "root",
            unique=True,
            sqlite_where=NOT_DELETED,
        ),
    )


class SelectionEntity(Record):
    """A named set of context items."""

    __tablename__ = "selection"

    project_id: Mapped[str] = mapped_column(ForeignKey("project.id", ondelete="CASCADE"))
    name: Mapped[str]
    body: Mapped[JsonValue]
    items: Mapped[int] = mapped_column(default=0)
    """How many, so that a list need not read the bodies."""

    __table_args__ = (
        Index(
            "uq_selection_project_id_name",
            "project_id",
            "name",
            unique=True,
            sqlite_where=NOT_DELETED,
        ),
    )


class PromptEntity(Record):
    """A text that is used again and again."""

    __tablename__ = "prompt"

    number: Mapped[int] = mapped_column(unique=True)
    """Names the record in the full-text index, which wants numbers."""
    name: Mapped[str]
    description: Mapped[str] = mapped_column(default="")
    tags: Mapped[str] = mapped_column(default="")
    """Between bars, as `|review|python|`, so that one is found whole."""
    favorite: Mapped[bool] = mapped_column(default=False)
    content: Mapped[str]

    __table_args__ = (
        Index(
            "uq_prompt_name",
            "name",
            unique=True,
            sqlite_where=NOT_DELETED,
        ),
        # Lists and their filters are answered from this, without the rows' long texts.
        Index(
            "ix_prompt_list",
            "name",
            "tags",
            "favorite",
            "id",
            "deleted_at",
            sqlite_where=NOT_DELETED,
        ),
    )


class PromptProjectEntity(Entity):
    """Says that a prompt is for a project; a prompt without any is for all."""

    __tablename__ = "prompt_project"

    prompt_id: Mapped[str] = mapped_column(
        ForeignKey("prompt.id", ondelete="CASCADE"), primary_key=True
    )
    project_id: Mapped[str] = mapped_column(
        ForeignKey("project.id", ondelete="CASCADE"), primary_key=True
    )


class PromptVersionEntity(Entity):
    """What a prompt was before a change."""

    __tablename__ = "prompt_version"

    prompt_id: Mapped[str] = mapped_column(
        ForeignKey("prompt.id", ondelete="CASCADE"), primary_key=True
    )
    version: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    content: Mapped[str]
    saved_at: Mapped[datetime]


class TicketEntity(Record):
    """Something to do in a project."""

    __tablename__ = "ticket"
    allowed: ClassVar[dict[str, tuple[object, ...]]] = {
        "status": ("open", "in_progress", "done", "closed"),
        "priority": ("low", "normal", "high"),
    }

    number: Mapped[int] = mapped_column(unique=True)
    """Names the record in the full-text index, which wants numbers."""
    project_id: Mapped[str] = mapped_column(ForeignKey("project.id", ondelete="CASCADE"))
    position: Mapped[int]
    """Its place among the project's tickets."""
    status: Mapped[str] = mapped_column(String(20), default="open")
    priority: Mapped[str] = mapped_column(String(20), default="normal")
    due_on: Mapped[date | None] = mapped_column(default=None)
    tags: Mapped[str] = mapped_column(default="")
    """Between bars, as a prompt's."""
    title: Mapped[str]
    overview: Mapped[str] = mapped_column(default="")

    __table_args__ = (
        # Every list and its filters are answered from this, without the rows' long texts.
        Index(
            "ix_ticket_list",
            "project_id",
            "position",
            "number",
            "status",
            "priority",
            "tags",
            "id",
            "deleted_at",
            sqlite_where=NOT_DELETED,
        ),
    )


class TicketFileEntity(Entity):
    """A file that a ticket concerns, whether it still exists or not."""

    __tablename__ = "ticket_file"

    ticket_id: Mapped[str] = mapped_column(
        ForeignKey("ticket.id", ondelete="CASCADE"), primary_key=True
    )
    path: Mapped[str] = mapped_column(primary_key=True, index=True)


class TicketLinkEntity(Entity):
    """Something else that a ticket goes with, as a chat or a run, whether it still exists or not.

    There is no foreign key to it: each kind has its own table, and may come later.
    """

    __tablename__ = "ticket_link"

    ticket_id: Mapped[str] = mapped_column(
        ForeignKey("ticket.id", ondelete="CASCADE"), primary_key=True
    )
    kind: Mapped[str] = mapped_column(String(20), primary_key=True)
    target_id: Mapped[str] = mapped_column(String(ID_LENGTH), primary_key=True)

    __table_args__ = (Index("ix_ticket_link_target", "kind", "target_id"),)


class TaskEntity(Record):
    """A step of a ticket."""

    __tablename__ = "task"

    ticket_id: Mapped[str] = mapped_column(ForeignKey("ticket.id", ondelete="CASCADE"), index=True)
    position: Mapped[int]
    done: Mapped[bool] = mapped_column(default=False)
    content: Mapped[str]
    description: Mapped[str] = mapped_column(default="")


class SummaryEntity(Entity):
    """What a model said of a content, kept so that the same content is never paid for twice."""

    __tablename__ = "summary"

    content_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    """Of the file's bytes, as the index and the file gate name contents."""
    model: Mapped[str] = mapped_column(primary_key=True)
    prompt_version: Mapped[str] = mapped_column(String(40), primary_key=True)
    """Which instructions the model was given: others give another summary."""
    text: Mapped[str]
    parts: Mapped[JsonValue | None] = mapped_column(JSON(none_as_null=True), default=None)
    """The same, part by part, where the model gave parts."""
    created_at: Mapped[datetime] = mapped_column(default=now)
