"""Chats: conversations with their settings, of a project or of none."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import Session, defer

from octoprompt.errors import StaleVersion
from octoprompt.store.chat_entities import ChatEntity, ChatMessageEntity
from octoprompt.store.chat_model import UNTITLED, Chat, ChatFields, ChatFilter, ChatHead, FoundChat
from octoprompt.store.chat_rows import (
    chat_of,
    find_chat,
    find_message,
    head_of,
    streaming_chats,
    tree_of,
)
from octoprompt.store.chat_search import message_hits, snippets, title_hits, words_of
from octoprompt.store.chat_transfer import WholeMessage, add_all, read_all
from octoprompt.store.damage import readable
from octoprompt.store.entities import new_id, now
from octoprompt.store.projects import find_project
from octoprompt.store.search import next_number
from octoprompt.store.sessions import Sessions

MAX_HITS = 400
"""Messages looked at for one search: the newest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewWhole:
    """A chat that comes in with its messages."""

    fields: ChatFields
    messages: Sequence[WholeMessage]
    leaf_id: str | None


class Chats:
    """The chats of the store."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    async def get(self, chat_id: str) -> Chat:
        """Give one with its settings. Fails with `UnknownId`."""
        return await self._sessions.read(
            lambda session: chat_of(session, find_chat(session, chat_id))
        )

    async def create(self, project_id: str | None, fields: ChatFields) -> Chat:
        """Create an empty one. Fails with `UnknownId` for a project that does not exist."""

        def work(session: Session) -> Chat:
            return chat_of(session, new_chat(session, project_id, fields))

        return await self._sessions.write(work)

    async def update(self, chat_id: str, fields: ChatFields, version: int | None) -> Chat:
        """Change settings. Fails with `UnknownId`, and `StaleVersion` when not at the version."""

        def work(session: Session) -> Chat:
            entity = find_chat(session, chat_id)
            if version is not None and version != entity.version:
                raise StaleVersion(
                    f"the chat `{entity.title}` was changed elsewhere meanwhile: read it again",
                    data={"version": entity.version},
                )
            _set(entity, fields)
            entity.touch()
            return chat_of(session, entity)

        return await self._sessions.write(work)

    async def delete(self, chat_id: str) -> ChatHead:
        """Put one into the bin and give what it was. Fails with `UnknownId`."""

        def work(session: Session) -> ChatHead:
            entity = find_chat(session, chat_id)
            entity.deleted_at = now()
            return head_of(entity, ())

        return await self._sessions.write(work)

    async def fork(self, chat_id: str, message_id: str | None, *, without_excluded: bool) -> Chat:
        """Copy the way to a message, else the active branch, into a new one.

        Fails with `UnknownId`.
        """
        return await self._sessions.write(
            lambda session: _fork(session, chat_id, message_id, without_excluded=without_excluded)
        )

    async def whole(self, chat_id: str) -> tuple[Chat, list[WholeMessage]]:
        """Give one with every message. Fails with `UnknownId`."""

        def work(session: Session) -> tuple[Chat, list[WholeMessage]]:
            return chat_of(session, find_chat(session, chat_id)), read_all(session, chat_id)

        return await self._sessions.read(work)

    async def adopt(self, project_id: str | None, whole: NewWhole) -> ChatHead:
        """Make a new one with these messages."""

        def work(session: Session) -> ChatHead:
            entity = new_chat(session, project_id, whole.fields)
            add_all(session, entity, whole.messages, whole.leaf_id)
            return head_of(entity, ())

        return await self._sessions.write(work)

    async def search(self, query: str, wanted: ChatFilter) -> list[FoundChat]:
        """Find chats by the words in their titles and messages."""
        return await self._sessions.read(lambda session: _search(session, query, wanted))

    async def list(self, wanted: ChatFilter) -> list[ChatHead]:
        """List chats, the latest used first."""
        return await self._sessions.read(lambda session: _list(session, wanted))


def new_chat(session: Session, project_id: str | None, fields: ChatFields) -> ChatEntity:
    """Add a chat without messages. Fails with `UnknownId` for a project that does not exist."""
    entity = ChatEntity(
        id=new_id(),
        number=next_number(session, ChatEntity.number),
        project_id=None if project_id is None else find_project(session, project_id).id,
        title=UNTITLED,
        message_count=0,
        prompt_ids=[],
        options={},
        system_prompt="",
    )
    _set(entity, fields)
    session.add(entity)
    session.flush()
    return entity


def _set(entity: ChatEntity, fields: ChatFields) -> None:
    if fields.title:
        entity.title, entity.is_titled = fields.title, True
    if fields.provider_id is not None:
        entity.provider_id = fields.provider_id or None
    if fields.model is not None:
        entity.model = fields.model or None
    if fields.system_prompt is not None:
        entity.system_prompt = fields.system_prompt
    if fields.prompt_ids is not None:
        entity.prompt_ids = list(fields.prompt_ids)
    if fields.options is not None:
        entity.options = fields.options
    if fields.context is not None or fields.clear_context:
        entity.context = fields.context


def _visible(wanted: ChatFilter) -> ColumnElement[bool]:
    is_there, project_id = ChatEntity.deleted_at.is_(None), ChatEntity.project_id
    if wanted.project_id is None:
        return is_there
    return and_(is_there, or_(project_id.is_(None), project_id == wanted.project_id))


def _select(wanted: ChatFilter) -> Select[ChatEntity]:
    found = select(ChatEntity).where(_visible(wanted))
    return found.options(defer(ChatEntity.system_prompt), defer(ChatEntity.context))


def _list(session: Session, wanted: ChatFilter) -> list[ChatHead]:
    e = ChatEntity
    found = _select(wanted).order_by(e.updated_at.desc(), e.id.desc()).limit(wanted.limit)
    if wanted.before is not None:
        moment, chat_id = wanted.before
        older = or_(e.updated_at < moment, and_(e.updated_at == moment, e.id < chat_id))
        found = found.where(older)
    streaming = streaming_chats(session)
    return [head_of(entity, streaming) for entity in readable(session, found)]


def _search(session: Session, query: str, wanted: ChatFilter) -> list[FoundChat]:
    words = words_of(query)
    if not words:
        return [FoundChat(head=h, message_id=None, snippet="") for h in _list(session, wanted)]
    titled = _chats(
        session, wanted, ChatEntity.number.in_(title_hits(session, words, wanted.limit))
    )
    room = wanted.limit - len(titled)
    found = message_hits(session, words, MAX_HITS, _visible(wanted)) if room > 0 else {}
    hits = dict([hit for hit in found.items() if hit[0] not in titled][: max(0, room)])
    said = _chats(session, wanted, ChatEntity.id.in_(hits))
    shown = [*titled.values(), *(said[chat_id] for chat_id in hits if chat_id in said)]
    around = snippets(session, list(hits.values()), words)
    streaming = streaming_chats(session)
    return [
        FoundChat(
            head=head_of(chat, streaming),
            message_id=hits.get(chat.id),
            snippet=around.get(hits.get(chat.id, ""), ""),
        )
        for chat in shown[: wanted.limit]
    ]


def _chats(
    session: Session, wanted: ChatFilter, which: ColumnElement[bool]
) -> dict[str, ChatEntity]:
    """Give chats by id, the latest used first."""
    found = _select(wanted).where(which).order_by(ChatEntity.updated_at.desc())
    return {chat.id: chat for chat in readable(session, found)}


COPIED = (
    "role", "status", "created_at", "updated_at", "is_excluded", "is_edited", "provider_id",
    "model", "finish_reason", "problem", "context", "content", "reasoning", "context_text",
)  # fmt: skip
"""What a copy of a message has of the old one: not its price, which was paid once."""


def _fork(
    session: Session, chat_id: str, message_id: str | None, *, without_excluded: bool
) -> Chat:
    old = find_chat(session, chat_id)
    tree = tree_of(session, chat_id)
    if message_id is not None and find_message(session, message_id).chat_id != chat_id:
        message_id = None
    path = tree.path(message_id or tree.leaf(old.leaf_id))
    fields = ChatFields(
        title=f"Fork of {old.title}"[:200],
        provider_id=old.provider_id,
        model=old.model,
        system_prompt=old.system_prompt,
        prompt_ids=tuple(old.prompt_ids),
        options=old.options,
        context=old.context,
    )
    new = new_chat(session, old.project_id, fields)
    kept = [i for i in path if not (without_excluded and tree.nodes[i].is_excluded)]
    _copy(session, new, kept)
    return chat_of(session, new)


def _copy(session: Session, new: ChatEntity, ids: Sequence[str]) -> None:
    copies: dict[str, str] = {}
    number = next_number(session, ChatMessageEntity.number)
    for position, message_id in enumerate(ids):
        message = find_message(session, message_id)
        copy = ChatMessageEntity(
            id=new_id(),
            number=number + position,
            chat_id=new.id,
            parent_id=new.leaf_id,
            covers=copies.get(message.covers or ""),
            **{name: getattr(message, name) for name in COPIED},
        )
        if copy.status == "streaming":
            copy.status = "interrupted"
        copies[message_id] = new.leaf_id = copy.id
        session.add(copy)
    new.message_count = len(ids)
    session.flush()
