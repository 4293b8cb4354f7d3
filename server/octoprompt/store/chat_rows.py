"""Reading chats and messages within a session."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import func, literal_column, select
from sqlalchemy.orm import Session, defer

from octoprompt.errors import UnknownId
from octoprompt.store.chat_entities import ChatEntity, ChatMessageEntity, ChatSegmentEntity
from octoprompt.store.chat_model import Chat, ChatHead, ChatUsage, Message, Usage
from octoprompt.store.damage import readable
from octoprompt.store.entities import now
from octoprompt.store.message_tree import Node, Tree

IS_STREAMING = ChatMessageEntity.status == literal_column("'streaming'")
"""As the partial index says it: SQLite compares the words."""
WITHOUT_CONTEXT = defer(ChatMessageEntity.context_text)
"""The text of a context can be long."""
CHUNK = 500
"""Ids in one statement."""


def find_chat(session: Session, chat_id: str) -> ChatEntity:
    """Give a chat that is not in the bin. Fails with `UnknownId`."""
    entity = session.get(ChatEntity, chat_id)
    if entity is None or entity.deleted_at is not None:
        raise UnknownId(f"there is no chat `{chat_id[:100]}`: see `chats/list`")
    return entity


def find_message(session: Session, message_id: str) -> ChatMessageEntity:
    """Give a message of a chat, neither of which was deleted. Fails with `UnknownId`."""
    entity = session.get(ChatMessageEntity, message_id, options=[WITHOUT_CONTEXT])
    if entity is None or entity.deleted_at is not None:
        raise UnknownId(f"there is no message `{message_id[:100]}`: read its chat again")
    find_chat(session, entity.chat_id)
    return entity


def tree_of(session: Session, chat_id: str) -> Tree:
    """Give the places of all messages of a chat."""
    m = ChatMessageEntity
    is_deleted = m.deleted_at.is_not(None).label("is_deleted")
    rows = session.execute(
        select(m.id, m.parent_id, m.number, m.role, m.covers, m.is_excluded, is_deleted).where(
            m.chat_id == chat_id
        )
    )
    return Tree(
        Node(
            id=row.id,
            parent_id=row.parent_id,
            number=row.number,
            role=row.role,
            covers=row.covers,
            is_excluded=row.is_excluded,
            is_deleted=bool(row.is_deleted),
        )
        for row in rows
    )


def streaming_chats(session: Session) -> set[str]:
    """Give the ids of chats in which an answer is being written."""
    streaming = select(ChatMessageEntity.chat_id).where(
        IS_STREAMING, ChatMessageEntity.deleted_at.is_(None)
    )
    return set(session.scalars(streaming))


def head_of(entity: ChatEntity, streaming: Collection[str]) -> ChatHead:
    """Give a chat's head."""
    return ChatHead(
        id=entity.id,
        title=entity.title,
        project_id=entity.project_id,
        message_count=entity.message_count,
        provider_id=entity.provider_id,
        model=entity.model,
        is_streaming=entity.id in streaming,
        version=entity.version,
        created_at=entity.created_at,
        updated_at=entity.updated_at,
    )


def chat_of(session: Session, entity: ChatEntity, tree: Tree | None = None) -> Chat:
    """Give a chat with its settings."""
    session.flush()
    tree = tree or tree_of(session, entity.id)
    return Chat(
        head=head_of(entity, streaming_chats(session)),
        is_titled=entity.is_titled,
        system_prompt=entity.system_prompt,
        prompt_ids=tuple(entity.prompt_ids),
        options=entity.options,
        context=entity.context,
        leaf_id=tree.leaf(entity.leaf_id),
        usage=_usage_of_chat(session, entity.id),
    )


def _usage_of_chat(session: Session, chat_id: str) -> ChatUsage:
    m = ChatMessageEntity
    totals = (func.sum(m.prompt_tokens), func.sum(m.completion_tokens), func.sum(m.cost_usd))
    prompt, completion, cost = session.execute(select(*totals).where(m.chat_id == chat_id)).one()
    return ChatUsage(prompt_tokens=prompt or 0, completion_tokens=completion or 0, cost_usd=cost)


def messages_of(
    session: Session, tree: Tree, ids: Sequence[str], path: list[str]
) -> tuple[Message, ...]:
    """Give messages in this order; `path` is the branch that decides what is sent."""
    m = ChatMessageEntity
    found: dict[str, ChatMessageEntity] = {}
    for start in range(0, len(ids), CHUNK):
        wanted = select(m).where(m.id.in_(ids[start : start + CHUNK])).options(WITHOUT_CONTEXT)
        found |= {entity.id: entity for entity in readable(session, wanted)}
    unsent = tree.unsent(path) if path else set[str]()
    sent = set(path) - unsent
    written = _being_written(session, found.values())
    return tuple(
        _message(found[i], tree, sent, written.get(i, ("", ""))) for i in ids if i in found
    )


def _being_written(
    session: Session, entities: Collection[ChatMessageEntity]
) -> dict[str, tuple[str, str]]:
    """Give what streaming messages have grown by, text and reasoning, from their segments."""
    streaming = [entity.id for entity in entities if entity.status == "streaming"]
    if not streaming:
        return {}
    s = ChatSegmentEntity
    rows = session.scalars(
        select(s).where(s.message_id.in_(streaming)).order_by(s.message_id, s.position)
    )
    grown: dict[str, tuple[str, str]] = {}
    for row in rows:
        text, reasoning = grown.get(row.message_id, ("", ""))
        grown[row.message_id] = (text + row.content, reasoning + row.reasoning)
    return grown


def _message(e: ChatMessageEntity, tree: Tree, sent: set[str], grown: tuple[str, str]) -> Message:
    content = e.content + grown[0]
    return Message(
        id=e.id,
        chat_id=e.chat_id,
        parent_id=tree.parent(e.id),
        role=e.role,
        status=e.status,
        content=content,
        reasoning=e.reasoning + grown[1],
        siblings=tree.siblings(e.id),
        is_excluded=e.is_excluded,
        is_sent=e.id in sent and bool(content.strip()) and e.status != "streaming",
        is_edited=e.is_edited,
        covers=e.covers,
        owner=e.owner,
        provider_id=e.provider_id,
        model=e.model,
        finish_reason=e.finish_reason,
        usage=_usage(e),
        problem=e.problem,
        context=e.context,
        created_at=e.created_at,
        updated_at=e.updated_at,
    )


def _usage(e: ChatMessageEntity) -> Usage | None:
    if e.elapsed_ms is None and e.prompt_tokens is None and e.completion_tokens is None:
        return None
    return Usage(
        prompt_tokens=e.prompt_tokens,
        completion_tokens=e.completion_tokens,
        cached_tokens=e.cached_tokens,
        reasoning_tokens=e.reasoning_tokens,
        cost_usd=e.cost_usd,
        elapsed_ms=e.elapsed_ms,
        first_token_ms=e.first_token_ms,
    )


def message_of(session: Session, entity: ChatMessageEntity) -> Message:
    """Give one message as it stands on the active branch, or on its own."""
    session.flush()
    tree = tree_of(session, entity.chat_id)
    chat = session.get_one(ChatEntity, entity.chat_id)
    active = tree.path(tree.leaf(chat.leaf_id))
    path = active if entity.id in active else tree.path(entity.id)
    (message,) = messages_of(session, tree, [entity.id], path)
    return message


def used(chat: ChatEntity) -> datetime:
    """Note that a chat is used now; its version is of its settings alone."""
    chat.updated_at = max(now(), chat.updated_at)
    return chat.updated_at
