"""Answers that are being written: begun with their question, grown by rows, ended once.

A streaming message belongs to one server. When that one is gone, another marks the message as
interrupted; what was written until then stays.
"""

from collections.abc import Collection
from dataclasses import dataclass, field

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from octoprompt.errors import BadRequest, ChatBusy
from octoprompt.store.chat_entities import ChatEntity, ChatMessageEntity, ChatSegmentEntity
from octoprompt.store.chat_model import UNTITLED, ChatHead, Message, Usage
from octoprompt.store.chat_rows import (
    IS_STREAMING,
    find_chat,
    find_message,
    head_of,
    message_of,
    streaming_chats,
    used,
)
from octoprompt.store.entities import JsonValue, new_id, now
from octoprompt.store.search import next_number
from octoprompt.store.sessions import Sessions

CAN_CONTINUE = ("incomplete", "interrupted", "cancelled", "failed")


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A new message of the user."""

    content: str
    context: JsonValue | None = None
    context_text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Beginning:
    """An answer that begins, perhaps with its question."""

    chat_id: str
    parent_id: str | None
    """What the question follows, or else the answer; None at the beginning of a chat."""
    question: Question | None = None
    role: str = "assistant"
    provider_id: str | None
    model: str | None
    is_choice: bool = False
    """The provider and model are the chat's from now on."""
    title: str = ""
    """For a chat that has none yet."""
    owner: str
    contexts: dict[str, tuple[JsonValue, str]] = field(
        default_factory=dict[str, tuple[JsonValue, str]]
    )
    """Accounts and texts of contexts that were built anew, by message."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """What stands in the store before the first byte goes out."""

    chat: ChatHead
    question: Message | None
    answer: Message


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """How an answer ended, and all of its text."""

    status: str
    content: str
    reasoning: str
    model: str | None = None
    finish_reason: str | None = None
    usage: Usage | None = None
    problem: JsonValue | None = None
    covers: str | None = None
    """For a summary: the last message it stands for."""


class Streams:
    """The answers that are being written."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    async def begin(self, beginning: Beginning) -> Begun:
        """Keep a question and an empty answer. Fails with `UnknownId` or `ChatBusy`."""
        return await self._sessions.write(lambda session: _begin(session, beginning))

    async def resume(self, message_id: str, owner: str) -> Begun:
        """Let an answer that ended early grow on.

        Fails with `UnknownId`, `ChatBusy`, and with `BadRequest` for one that is complete.
        """
        return await self._sessions.write(lambda session: _resume(session, message_id, owner))

    async def grow(self, message_id: str, position: int, content: str, reasoning: str) -> None:
        """Keep a piece of an answer, the `position`th one."""
        piece = {"content": content, "reasoning": reasoning}

        def work(session: Session) -> None:
            row = ChatSegmentEntity(message_id=message_id, position=position, **piece)
            session.add(row)

        await self._sessions.write(work)

    async def end(self, message_id: str, ending: Ending) -> tuple[ChatHead, Message]:
        """Keep an answer as it ended, also when it or its chat went to the bin meanwhile."""
        return await self._sessions.write(lambda session: _end(session, message_id, ending))

    async def owners(self) -> set[str]:
        """Give the servers that are writing answers, dead ones too."""
        owner = select(ChatMessageEntity.owner).where(IS_STREAMING).distinct()
        found = await self._sessions.read(lambda session: set(session.scalars(owner)))
        return {one for one in found if one is not None}

    async def interrupt(self, owners: Collection[str]) -> int:
        """Mark what these servers left behind as interrupted; give how many answers."""
        return await self._sessions.write(lambda session: _interrupt(session, owners))


def _begin(session: Session, beginning: Beginning) -> Begun:
    chat = find_chat(session, beginning.chat_id)
    _refuse_busy(session, chat)
    parent_id = beginning.parent_id
    if parent_id is not None and find_message(session, parent_id).chat_id != chat.id:
        raise BadRequest(f"the message `{parent_id}` is of another chat")
    question = None
    if beginning.question is not None:
        question = _add(session, chat, parent_id, "user")
        question.status = "complete"
        question.content = beginning.question.content
        question.context = beginning.question.context
        question.context_text = beginning.question.context_text
        parent_id = question.id
    answer = _add(session, chat, parent_id, beginning.role)
    answer.provider_id, answer.model = beginning.provider_id, beginning.model
    answer.owner = beginning.owner
    if beginning.title and not chat.is_titled and chat.title == UNTITLED:
        chat.title = beginning.title
    chat.leaf_id = answer.id
    if beginning.is_choice:
        chat.provider_id, chat.model = beginning.provider_id, beginning.model
    for message_id, (account, text) in beginning.contexts.items():
        older = find_message(session, message_id)
        older.context, older.context_text = account, text
    return Begun(
        chat=_head(session, chat),
        question=None if question is None else message_of(session, question),
        answer=message_of(session, answer),
    )


def _add(session: Session, chat: ChatEntity, parent_id: str | None, role: str) -> ChatMessageEntity:
    entity = ChatMessageEntity(
        id=new_id(),
        number=next_number(session, ChatMessageEntity.number),
        chat_id=chat.id,
        parent_id=parent_id,
        role=role,
        status="streaming",
        content="",
        reasoning="",
    )
    session.add(entity)
    chat.message_count += 1
    used(chat)
    session.flush()
    return entity


def _refuse_busy(session: Session, chat: ChatEntity) -> None:
    m = ChatMessageEntity
    if session.scalar(select(m.id).where(m.chat_id == chat.id, IS_STREAMING).limit(1)):
        raise ChatBusy(f"`{chat.title}` is still being answered: stop that first, or wait")


def _resume(session: Session, message_id: str, owner: str) -> Begun:
    answer = find_message(session, message_id)
    chat = find_chat(session, answer.chat_id)
    _refuse_busy(session, chat)
    if answer.role != "assistant" or answer.status not in CAN_CONTINUE:
        raise BadRequest("this message is not an answer that ended early: regenerate it instead")
    answer.status, answer.owner, answer.problem = "streaming", owner, None
    chat.leaf_id = answer.id
    answer.updated_at = used(chat)
    return Begun(chat=_head(session, chat), question=None, answer=message_of(session, answer))


def _end(session: Session, message_id: str, ending: Ending) -> tuple[ChatHead, Message]:
    answer = session.get_one(ChatMessageEntity, message_id)
    chat = session.get_one(ChatEntity, answer.chat_id)
    session.execute(delete(ChatSegmentEntity).where(ChatSegmentEntity.message_id == message_id))
    answer.status, answer.owner = ending.status, None
    answer.content, answer.reasoning = ending.content, ending.reasoning
    answer.model = ending.model or answer.model
    answer.finish_reason, answer.problem = ending.finish_reason, ending.problem
    answer.covers = ending.covers
    if ending.usage is not None:
        _add_usage(answer, ending.usage)
    answer.updated_at = used(chat)
    return _head(session, chat), message_of(session, answer)


def _add_usage(answer: ChatMessageEntity, usage: Usage) -> None:
    """Add what was used now to what was used before the answer was continued."""
    answer.prompt_tokens = _sum(answer.prompt_tokens, usage.prompt_tokens)
    answer.completion_tokens = _sum(answer.completion_tokens, usage.completion_tokens)
    answer.cached_tokens = _sum(answer.cached_tokens, usage.cached_tokens)
    answer.reasoning_tokens = _sum(answer.reasoning_tokens, usage.reasoning_tokens)
    answer.elapsed_ms = _total(answer.elapsed_ms, usage.elapsed_ms)
    answer.cost_usd = _total(answer.cost_usd, usage.cost_usd)
    if answer.first_token_ms is None:
        answer.first_token_ms = usage.first_token_ms


def _sum(before: int | None, more: int | None) -> int | None:
    return before if more is None else (before or 0) + more


def _total(before: float | None, more: float | None) -> float | None:
    return before if more is None else (before or 0.0) + more


def _interrupt(session: Session, owners: Collection[str]) -> int:
    m, s = ChatMessageEntity, ChatSegmentEntity
    left = list(session.scalars(select(m).where(IS_STREAMING, m.owner.in_(owners))))
    for answer in left:
        of_answer = s.message_id == answer.id
        pieces = list(session.scalars(select(s).where(of_answer).order_by(s.position)))
        answer.content += "".join(piece.content for piece in pieces)
        answer.reasoning += "".join(piece.reasoning for piece in pieces)
        answer.status, answer.owner, answer.updated_at = "interrupted", None, now()
        session.execute(delete(s).where(of_answer))
    return len(left)


def _head(session: Session, chat: ChatEntity) -> ChatHead:
    session.flush()
    return head_of(chat, streaming_chats(session))
