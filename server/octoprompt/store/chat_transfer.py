"""Whole chats, with every branch, out of the store and into it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from octoprompt.store.chat_entities import ChatEntity, ChatMessageEntity
from octoprompt.store.chat_model import Usage
from octoprompt.store.entities import JsonValue, new_id, now
from octoprompt.store.search import next_number

UNTOLD = Usage()


@dataclass(frozen=True, slots=True, kw_only=True)
class WholeMessage:
    """A message as it is carried from one chat to another."""

    id: str
    """Within its chat; a chat that comes in gets new ones."""
    parent_id: str | None
    role: str
    status: str
    content: str
    reasoning: str = ""
    is_excluded: bool = False
    is_edited: bool = False
    covers: str | None = None
    provider_id: str | None = None
    model: str | None = None
    finish_reason: str | None = None
    usage: Usage = UNTOLD
    context: JsonValue | None = None
    context_text: str = ""
    created_at: datetime | None = None


def read_all(session: Session, chat_id: str) -> list[WholeMessage]:
    """Give all messages of a chat that were not deleted, in the order of their making."""
    m = ChatMessageEntity
    rows = session.scalars(
        select(m).where(m.chat_id == chat_id, m.deleted_at.is_(None)).order_by(m.number)
    )
    return [_whole(row) for row in rows]


def _whole(e: ChatMessageEntity) -> WholeMessage:
    return WholeMessage(
        id=e.id,
        parent_id=e.parent_id,
        role=e.role,
        status="interrupted" if e.status == "streaming" else e.status,
        content=e.content,
        reasoning=e.reasoning,
        is_excluded=e.is_excluded,
        is_edited=e.is_edited,
        covers=e.covers,
        provider_id=e.provider_id,
        model=e.model,
        finish_reason=e.finish_reason,
        usage=Usage(
            prompt_tokens=e.prompt_tokens,
            completion_tokens=e.completion_tokens,
            cached_tokens=e.cached_tokens,
            reasoning_tokens=e.reasoning_tokens,
            cost_usd=e.cost_usd,
            elapsed_ms=e.elapsed_ms,
            first_token_ms=e.first_token_ms,
        ),
        context=e.context,
        context_text=e.context_text,
        created_at=e.created_at,
    )


def add_all(
    session: Session, chat: ChatEntity, messages: Sequence[WholeMessage], leaf_id: str | None
) -> None:
    """Give a new chat these messages, parents before children; unknown parents count as none."""
    ids: dict[str, str] = {}
    number = next_number(session, ChatMessageEntity.number)
    for position, message in enumerate(messages):
        entity = _entity(chat, message, ids, number + position)
        session.add(entity)
        ids[message.id] = entity.id
    last = messages[-1].id if messages else ""
    chat.leaf_id = ids.get(leaf_id or "") or ids.get(last)
    chat.message_count = len(messages)
    session.flush()


def _entity(
    chat: ChatEntity, message: WholeMessage, ids: dict[str, str], number: int
) -> ChatMessageEntity:
    usage = message.usage
    return ChatMessageEntity(
        id=new_id(),
        number=number,
        chat_id=chat.id,
        parent_id=ids.get(message.parent_id or ""),
        role=message.role,
        status=message.status,
        content=message.content,
        reasoning=message.reasoning,
        is_excluded=message.is_excluded,
        is_edited=message.is_edited,
        covers=ids.get(message.covers or ""),
        provider_id=message.provider_id,
        model=message.model,
        finish_reason=message.finish_reason,
        prompt_tokens=usage.prompt_tokens,
        completion_tokens=usage.completion_tokens,
        cached_tokens=usage.cached_tokens,
        reasoning_tokens=usage.reasoning_tokens,
        cost_usd=usage.cost_usd,
        elapsed_ms=usage.elapsed_ms,
        first_token_ms=usage.first_token_ms,
        context=message.context,
        context_text=message.context_text,
        created_at=message.created_at or now(),
    )
