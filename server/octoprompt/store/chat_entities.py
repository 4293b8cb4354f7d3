"""The tables of chats. A change here needs a migration.

Long texts stand last: SQLite reads a row up to the column that is asked for.
"""

from datetime import datetime
from typing import ClassVar

from sqlalchemy import JSON, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from octoprompt.store.entities import ID_LENGTH, NOT_DELETED, Entity, JsonValue, Record, new_id, now

STREAMING = text("status = 'streaming'")


class ChatEntity(Record):
    """A conversation with its settings."""

    __tablename__ = "chat"

    number: Mapped[int] = mapped_column(unique=True)
    """Names the record in the full-text index, which wants numbers."""
    project_id: Mapped[str | None] = mapped_column(
        ForeignKey("project.id", ondelete="CASCADE"), default=None
    )
    title: Mapped[str]
    is_titled: Mapped[bool] = mapped_column(default=False)
    """A person gave the title."""
    leaf_id: Mapped[str | None] = mapped_column(String(ID_LENGTH), default=None)
    """The last message of the active branch; no foreign key, for messages may be lost."""
    message_count: Mapped[int] = mapped_column(default=0)
    provider_id: Mapped[str | None] = mapped_column(default=None)
    model: Mapped[str | None] = mapped_column(default=None)
    prompt_ids: Mapped[list[str]] = mapped_column(JSON, default=list)
    options: Mapped[JsonValue] = mapped_column(default=dict)
    system_prompt: Mapped[str] = mapped_column(default="")
    context: Mapped[JsonValue | None] = mapped_column(default=None)

    __table_args__ = (Index("ix_chat_list", "updated_at", "id", sqlite_where=NOT_DELETED),)


class ChatMessageEntity(Entity):
    """A message, and its place in the tree."""

    __tablename__ = "chat_message"
    allowed: ClassVar[dict[str, tuple[object, ...]]] = {
        "role": ("user", "assistant", "summary"),
        "status": (
            *("streaming", "complete", "incomplete"),
            *("interrupted", "cancelled", "failed"),
        ),
    }

    id: Mapped[str] = mapped_column(String(ID_LENGTH), primary_key=True, default=new_id)
    number: Mapped[int] = mapped_column(unique=True)
    """Names the record in the full-text index; grows with time."""
    chat_id: Mapped[str] = mapped_column(ForeignKey("chat.id", ondelete="CASCADE"))
    parent_id: Mapped[str | None] = mapped_column(String(ID_LENGTH), default=None)
    """The message it follows; no foreign key, for that one may be lost."""
    role: Mapped[str] = mapped_column(String(20))
    status: Mapped[str] = mapped_column(String(20))
    created_at: Mapped[datetime] = mapped_column(default=now)
    updated_at: Mapped[datetime] = mapped_column(default=now)
    deleted_at: Mapped[datetime | None] = mapped_column(default=None)
    is_excluded: Mapped[bool] = mapped_column(default=False)
    is_edited: Mapped[bool] = mapped_column(default=False)
    covers: Mapped[str | None] = mapped_column(String(ID_LENGTH), default=None)
    owner: Mapped[str | None] = mapped_column(String(80), default=None)
    """Which server writes it, while it streams."""
    provider_id: Mapped[str | None] = mapped_column(default=None)
    model: Mapped[str | None] = mapped_column(default=None)
    finish_reason: Mapped[str | None] = mapped_column(default=None)
    prompt_tokens: Mapped[int | None] = mapped_column(default=None)
    completion_tokens: Mapped[int | None] = mapped_column(default=None)
    cached_tokens: Mapped[int | None] = mapped_column(default=None)
    reasoning_tokens: Mapped[int | None] = mapped_column(default=None)
    cost_usd: Mapped[float | None] = mapped_column(default=None)
    elapsed_ms: Mapped[float | None] = mapped_column(default=None)
    first_token_ms: Mapped[float | None] = mapped_column(default=None)
    problem: Mapped[JsonValue | None] = mapped_column(default=None)
    context: Mapped[JsonValue | None] = mapped_column(default=None)
    content: Mapped[str] = mapped_column(default="")
    reasoning: Mapped[str] = mapped_column(default="")
    context_text: Mapped[str] = mapped_column(default="")
    """The context as it was last sent with this message."""

    __table_args__ = (
        # The tree of a chat is read from this, without the rows' long texts.
        Index(
            "ix_chat_message_tree",
            "chat_id",
            "number",
            "id",
            "parent_id",
            "role",
            "covers",
            "is_excluded",
            "deleted_at",
        ),
        Index("ix_chat_message_streaming", "chat_id", sqlite_where=STREAMING),
    )


class ChatSegmentEntity(Entity):
    """A piece of an answer that is being written; it becomes part of the message at its end."""

    __tablename__ = "chat_segment"

    message_id: Mapped[str] = mapped_column(
        ForeignKey("chat_message.id", ondelete="CASCADE"), primary_key=True
    )
    position: Mapped[int] = mapped_column(primary_key=True)
    content: Mapped[str] = mapped_column(default="")
    reasoning: Mapped[str] = mapped_column(default="")
