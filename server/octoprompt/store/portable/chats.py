"""Chats and their messages in the document."""

from collections.abc import Iterator
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field, StringConstraints
from sqlalchemy import select
from sqlalchemy.orm import Session

from octoprompt.errors import BadRequest
from octoprompt.store.chat_entities import ChatEntity, ChatMessageEntity, ChatSegmentEntity
from octoprompt.store.chat_rows import tree_of
from octoprompt.store.damage import Damaged, readable
from octoprompt.store.message_tree import Tree
from octoprompt.store.portable.projects import project_here
from octoprompt.store.portable.record import (
    Arrival,
    Found,
    Id,
    Kind,
    PortableRecord,
    Text,
    read_all,
    record_kind,
    stamp,
)
from octoprompt.store.search import next_number

Count = Annotated[int, Field(ge=0, lt=2**31)]
Label = Annotated[str, StringConstraints(max_length=200)]
FIGURES = (
    "prompt_tokens",
    "completion_tokens",
    "cached_tokens",
    "reasoning_tokens",
    "cost_usd",
    "elapsed_ms",
    "first_token_ms",
)
PLAIN = (
    *("role", "is_excluded", "is_edited", "covers", "provider_id", "model", "finish_reason"),
    *("problem", "context", "context_text", *FIGURES),
)
"""Fields of a message that are stored as they are."""
SETTINGS = (
    *("title", "is_titled", "leaf_id", "provider_id", "model"),
    *("options", "system_prompt", "context"),
)


class PortableChat(PortableRecord):
    """A conversation with its settings; its messages are a kind of their own."""

    project_id: Id | None = None
    title: Annotated[str, StringConstraints(max_length=1_000)]
    is_titled: bool = False
    leaf_id: Id | None = None
    """The last message of the branch in sight."""
    provider_id: Label | None = None
    model: Label | None = None
    prompt_ids: tuple[Id, ...] = ()
    options: dict[str, Any] = Field(default_factory=dict[str, Any])
    system_prompt: Text = ""
    context: dict[str, Any] | None = None


class PortableMessage(PortableRecord):
    """A message, and its place in the tree."""

    uncompared: ClassVar[frozenset[str]] = PortableRecord.uncompared | {"parent_id"}

    chat_id: Id
    parent_id: Id | None = None
    role: Literal["user", "assistant", "summary"]
    status: Literal["complete", "incomplete", "interrupted", "cancelled", "failed"] = "complete"
    content: Text
    reasoning: Text = ""
    context_text: Text = ""
    is_excluded: bool = False
    is_edited: bool = False
    covers: Id | None = None
    provider_id: Label | None = None
    model: Label | None = None
    finish_reason: Label | None = None
    prompt_tokens: Count | None = None
    completion_tokens: Count | None = None
    cached_tokens: Count | None = None
    reasoning_tokens: Count | None = None
    cost_usd: Annotated[float, Field(ge=0, allow_inf_nan=False)] | None = None
    elapsed_ms: Annotated[float, Field(ge=0, allow_inf_nan=False)] | None = None
    first_token_ms: Annotated[float, Field(ge=0, allow_inf_nan=False)] | None = None
    problem: dict[str, Any] | None = None
    context: dict[str, Any] | None = None


def _read_chat(_session: Session, row: ChatEntity) -> PortableChat:
    return PortableChat.model_construct(
        id=row.id,
        created_at=row.created_at,
        updated_at=row.updated_at,
        project_id=row.project_id,
        prompt_ids=tuple(row.prompt_ids),
        **{name: getattr(row, name) for name in SETTINGS},
    )


def _fit_chat(session: Session, record: PortableChat, arrival: Arrival) -> PortableChat:
    project = record.project_id
    prompts = tuple(arrival.id_here("prompts", prompt_id) for prompt_id in record.prompt_ids)
    return record.model_copy(
        update={
            "project_id": project and project_here(session, project, arrival),
            "prompt_ids": prompts,
        }
    )


def _write_chat(session: Session, record: PortableChat, row: ChatEntity | None) -> None:
    row = row or ChatEntity(id=record.id, number=next_number(session, ChatEntity.number))
    row.project_id, row.prompt_ids = record.project_id, list(record.prompt_ids)
    for name in SETTINGS:
        setattr(row, name, getattr(record, name))
    stamp(row, record)
    session.add(row)


def _read_message(
    session: Session, row: ChatMessageEntity, parent_id: str | None
) -> PortableMessage:
    """Read a message; one that is being written counts as interrupted where it is now."""
    content, reasoning, status = row.content, row.reasoning, row.status
    if status == "streaming":
        pieces = select(ChatSegmentEntity).where(ChatSegmentEntity.message_id == row.id)
        grown = list(session.scalars(pieces.order_by(ChatSegmentEntity.position)))
        content += "".join(piece.content for piece in grown)
        reasoning += "".join(piece.reasoning for piece in grown)
        status = "interrupted"
    return PortableMessage.model_construct(
        id=row.id,
        created_at=row.created_at,
        updated_at=row.updated_at,
        chat_id=row.chat_id,
        parent_id=parent_id,
        status=status,
        content=content,
        reasoning=reasoning,
        **{name: getattr(row, name) for name in PLAIN},
    )


def _every_message(session: Session, damaged: list[Damaged]) -> Iterator[PortableMessage]:
    """Give the messages chat by chat, each after the one that it follows."""
    chats = select(ChatEntity.id).where(ChatEntity.deleted_at.is_(None)).order_by(ChatEntity.id)
    for chat_id in list(session.scalars(chats)):
        tree: Tree = tree_of(session, chat_id)
        rows = select(ChatMessageEntity).where(
            ChatMessageEntity.chat_id == chat_id, ChatMessageEntity.deleted_at.is_(None)
        )
        ordered = readable(session, rows.order_by(ChatMessageEntity.number), damaged)
        parents = {row.id: tree.parent(row.id) for row in ordered}
        yield from read_all(
            ordered, lambda row, p=parents: _read_message(session, row, p[row.id]), damaged
        )


def _find_message(session: Session, record: PortableMessage) -> Found[PortableMessage] | None:
    row = session.get(ChatMessageEntity, record.id)
    if row is None:
        return None
    return Found(_read_message(session, row, row.parent_id), row.deleted_at is not None)


def _fit_message(session: Session, record: PortableMessage, _arrival: Arrival) -> PortableMessage:
    chat = session.get(ChatEntity, record.chat_id)
    if chat is None or chat.deleted_at is not None:
        raise BadRequest(f"its chat `{record.chat_id}` is neither here nor in the document")
    return record


def _write_message(session: Session, record: PortableMessage) -> None:
    row = session.get(ChatMessageEntity, record.id)
    if row is None or row.deleted_at is not None:
        chat = session.get_one(ChatEntity, record.chat_id)
        chat.message_count += 1
    if row is None:
        number = next_number(session, ChatMessageEntity.number)
        row = ChatMessageEntity(id=record.id, number=number)
    row.chat_id, row.parent_id, row.status = record.chat_id, record.parent_id, record.status
    row.content, row.reasoning = record.content, record.reasoning
    for name in PLAIN:
        setattr(row, name, getattr(record, name))
    row.created_at, row.updated_at, row.deleted_at = record.created_at, record.updated_at, None
    session.add(row)
    session.flush()


CHATS = record_kind("chats", (PortableChat, ChatEntity), _read_chat, _fit_chat, _write_chat)
MESSAGES = Kind(
    name="messages",
    record=PortableMessage,
    every=_every_message,
    find=_find_message,
    fit=_fit_message,
    write=_write_message,
)
