"""The messages of chats: read branch by branch, changed one by one."""

from dataclasses import dataclass
from datetime import datetime
from typing import cast

from sqlalchemy import CursorResult, delete, select, update
from sqlalchemy.orm import Session

from octoprompt.errors import ChatBusy, UnknownId
from octoprompt.store.chat_entities import ChatEntity, ChatMessageEntity, ChatSegmentEntity
from octoprompt.store.chat_model import Deleted, Message, Path
from octoprompt.store.chat_rows import (
    CHUNK,
    chat_of,
    find_chat,
    find_message,
    message_of,
    messages_of,
    tree_of,
    used,
)
from octoprompt.store.entities import new_id, now
from octoprompt.store.message_tree import Tree
from octoprompt.store.search import next_number
from octoprompt.store.sessions import Sessions


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """How much of a branch: the last messages, of those before one when it is named."""

    limit: int = 1_000_000
    before: str | None = None


WHOLE = Page()


@dataclass(frozen=True, slots=True, kw_only=True)
class Branch:
    """A branch as it would be sent, and the texts of the contexts in it."""

    path: Path
    context_texts: dict[str, str]
    """By message, those that are sent again as they were."""


class Messages:
    """The messages of the store."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    async def path(self, chat_id: str, page: Page = WHOLE) -> Path:
        """Give a chat and messages of a branch. Fails with `UnknownId`."""
        return await self._sessions.read(lambda session: _path(session, chat_id, page))

    async def branch(self, chat_id: str, leaf_id: str | None) -> Branch:
        """Give what a request is made of: the branch that ends with a message, none for None."""
        return await self._sessions.read(lambda session: _branch(session, chat_id, leaf_id))

    async def get(self, message_id: str) -> Message:
        """Give one. Fails with `UnknownId`."""
        return await self._sessions.read(
            lambda session: message_of(session, find_message(session, message_id))
        )

    async def context_text(self, message_id: str) -> str:
        """Give the context as it was last sent with a message. Fails with `UnknownId`."""

        def work(session: Session) -> str:
            find_message(session, message_id)
            text = select(ChatMessageEntity.context_text)
            return session.scalar(text.where(ChatMessageEntity.id == message_id)) or ""

        return await self._sessions.read(work)

    async def edit(self, message_id: str, content: str) -> Message:
        """Make a new version beside a message, and the active leaf. Fails with `UnknownId`."""
        return await self._sessions.write(lambda session: _edit(session, message_id, content))

    async def exclude(self, message_id: str, is_excluded: bool) -> Message:  # noqa: FBT001 - the value
        """Keep a message out of what is sent, or let it in. Fails with `UnknownId`."""

        def work(session: Session) -> Message:
            entity = find_message(session, message_id)
            entity.is_excluded = is_excluded
            entity.updated_at = now()
            return message_of(session, entity)

        return await self._sessions.write(work)

    async def choose(self, message_id: str, limit: int) -> Path:
        """Make the branch through a message the active one. Fails with `UnknownId`."""

        def work(session: Session) -> Path:
            entity = find_message(session, message_id)
            chat = find_chat(session, entity.chat_id)
            chat.leaf_id = tree_of(session, chat.id).latest_leaf(message_id)
            session.flush()
            return _path(session, chat.id, Page(limit=limit))

        return await self._sessions.write(work)

    async def delete(self, message_id: str, *, with_branch: bool) -> Deleted:
        """Take a message out, or all that follow it too.

        Fails with `UnknownId`, and with `ChatBusy` when one of them is being written.
        """
        return await self._sessions.write(
            lambda session: _delete(session, message_id, with_branch=with_branch)
        )

    async def restore(self, message_ids: tuple[str, ...]) -> Deleted:
        """Bring messages of one chat back. Fails with `UnknownId`."""
        return await self._sessions.write(lambda session: _restore(session, message_ids))


def _path(session: Session, chat_id: str, page: Page) -> Path:
    chat = find_chat(session, chat_id)
    tree = tree_of(session, chat_id)
    path = tree.path(tree.leaf(chat.leaf_id))
    end = len(path)
    if page.before is not None:
        if page.before not in path:
            raise UnknownId(f"`{page.before[:100]}` is not on the active branch: read it again")
        end = path.index(page.before)
    start = max(0, end - page.limit)
    return Path(
        chat=chat_of(session, chat, tree),
        messages=messages_of(session, tree, path[start:end], path),
        has_earlier=start > 0,
    )


def _branch(session: Session, chat_id: str, leaf_id: str | None) -> Branch:
    chat = find_chat(session, chat_id)
    tree = tree_of(session, chat_id)
    if leaf_id is not None and not tree.has(leaf_id):
        raise UnknownId(f"this chat has no message `{leaf_id[:100]}`: read it again")
    ids = tree.path(leaf_id)
    messages = messages_of(session, tree, ids, ids)
    with_context = [m.id for m in messages if m.context and m.is_sent]
    m = ChatMessageEntity
    texts = session.execute(select(m.id, m.context_text).where(m.id.in_(with_context)))
    return Branch(
        path=Path(chat=chat_of(session, chat, tree), messages=messages, has_earlier=False),
        context_texts={row.id: row.context_text for row in texts},
    )


def _edit(session: Session, message_id: str, content: str) -> Message:
    old = find_message(session, message_id)
    chat = find_chat(session, old.chat_id)
    entity = ChatMessageEntity(
        id=new_id(),
        number=next_number(session, ChatMessageEntity.number),
        chat_id=old.chat_id,
        parent_id=old.parent_id,
        role=old.role,
        status="complete",
        is_edited=old.role != "user",
        covers=old.covers,
        provider_id=old.provider_id,
        model=old.model,
        context=old.context,
        context_text=old.context_text,
        content=content,
        reasoning="",
    )
    session.add(entity)
    chat.leaf_id = entity.id
    chat.message_count += 1
    used(chat)
    return message_of(session, entity)


def _delete(session: Session, message_id: str, *, with_branch: bool) -> Deleted:
    entity = find_message(session, message_id)
    chat = find_chat(session, entity.chat_id)
    tree = tree_of(session, chat.id)
    ids = tree.below(message_id) if with_branch else [message_id]
    m = ChatMessageEntity
    for start in range(0, len(ids), CHUNK):
        chunk = m.id.in_(ids[start : start + CHUNK])
        if session.scalar(select(m.id).where(chunk, m.status == "streaming").limit(1)):
            raise ChatBusy("this message is being written: stop it first")
        session.execute(update(m).where(chunk).values(deleted_at=now()))
    return _moved(session, chat, tree.parent(message_id), tuple(ids))


def _restore(session: Session, message_ids: tuple[str, ...]) -> Deleted:
    m = ChatMessageEntity
    first = session.get(m, message_ids[0])
    if first is None:
        raise UnknownId(f"there is no message `{message_ids[0][:100]}` to bring back")
    chat = find_chat(session, first.chat_id)
    restored = 0
    for start in range(0, len(message_ids), CHUNK):
        chunk = m.id.in_(message_ids[start : start + CHUNK])
        back = update(m).where(chunk, m.chat_id == chat.id).values(deleted_at=None)
        restored += cast("CursorResult[tuple[()]]", session.execute(back)).rowcount
    if restored != len(set(message_ids)):
        raise UnknownId("some of these messages are not there any more: nothing was brought back")
    session.expire_all()
    return _moved(session, chat, message_ids[0], message_ids)


def _moved(session: Session, chat: ChatEntity, place: str | None, ids: tuple[str, ...]) -> Deleted:
    """Let the active leaf be on a branch that is there, through a place when it has to move."""
    tree = tree_of(session, chat.id)
    if chat.leaf_id is None or not tree.has(chat.leaf_id) or tree.has(ids[0]):
        chat.leaf_id = _leaf_below(tree, place)
    chat.message_count = sum(1 for node in tree.nodes.values() if not node.is_deleted)
    used(chat)
    return Deleted(ids=ids, chat=chat_of(session, chat, tree))


def _leaf_below(tree: Tree, place: str | None) -> str | None:
    return tree.latest_leaf(place if place is None or tree.has(place) else None)


def erase_deleted(session: Session, before: datetime) -> int:
    """Empty messages that were deleted before, for good; what keeps the tree whole stays."""
    m = ChatMessageEntity
    old = (m.deleted_at < before, m.content != "")
    ids = list(session.scalars(select(m.id).where(*old)))
    empty = {"content": "", "reasoning": "", "context": None, "context_text": "", "problem": None}
    for start in range(0, len(ids), CHUNK):
        chunk = ids[start : start + CHUNK]
        session.execute(update(m).where(m.id.in_(chunk)).values(**empty))
        session.execute(delete(ChatSegmentEntity).where(ChatSegmentEntity.message_id.in_(chunk)))
    return len(ids)
