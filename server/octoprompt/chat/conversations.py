"""Conversations: questions go out, answers stream in, and both are kept whatever happens.

Question and empty answer are on disk before the first byte goes out. An answer grows in memory and
in the store, and ends exactly once: complete, incomplete, failed, cancelled by its user, or
interrupted by the end of its server.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import aclosing
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from octoprompt.chat.assembly import CONTINUE
from octoprompt.chat.compacting import SUMMARIZE, covered
from octoprompt.chat.drafting import UNCHANGED, Choice, Drafting, Prepared, Wish
from octoprompt.chat.growth import Growth
from octoprompt.chat.meter import refuse_too_long
from octoprompt.chat.surroundings import Surroundings
from octoprompt.chat.title import title_of
from octoprompt.errors import SERVER_ENDS, BadRequest, ChatBusy, OctoPromptError, StoreProblem
from octoprompt.llm.answer import Completion
from octoprompt.llm.gateway import Gateway
from octoprompt.llm.request import ModelRequest
from octoprompt.llm.tokens import TokenCounter
from octoprompt.store.chat_model import ChatHead, Message, Usage
from octoprompt.store.claims import Claims
from octoprompt.store.entities import JsonValue
from octoprompt.store.store import Store
from octoprompt.store.streams import Beginning, Begun, Ending, Question

LATER_S = 2.0
LATER_TRIES = 1000
"""How an answer is kept whose end could not be: the disk was full, the database busy."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A message that may be sent, and where."""

    chat_id: str | None
    content: str
    choice: Choice = UNCHANGED
    context: JsonValue | None = None
    parent_id: str | None = None
    """What it follows; None means the active leaf."""
    replaces: str | None = None
    """A message of the user whose new version it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """An answer as it ended, and its question when that is new."""

    chat: ChatHead
    question: Message | None
    answer: Message


@dataclass(slots=True, kw_only=True)
class _Stream:
    """An answer that is being written here."""

    growth: Growth
    task: "asyncio.Task[object] | None"
    ended: asyncio.Event


class Conversations:
    """All conversations of this server. Several go on at once, in each chat one answer."""

    def __init__(
        self, store: Store, tokens: TokenCounter, claims: Claims, gateway: Callable[[], Gateway]
    ) -> None:
        self._store = store
        self._claims = claims
        self._gateway = gateway
        self._drafting = Drafting(store, tokens)
        self._streams: dict[str, _Stream] = {}
        """By chat."""
        self._endings: set[asyncio.Task[Any]] = set()
        self._is_closing = False

    async def measure(self, draft: Draft, around: Surroundings) -> Prepared:
        """Prepare what `send` would send. Fails with `UnknownId`, and as contexts do."""
        return await self._drafting.prepare(await self._wish(draft), around)

    async def send(self, draft: Draft, around: Surroundings) -> Answered:
        """Send a message of the user and give the answer.

        Fails with `UnknownId`, `ChatBusy`, `ChatTooLong`, and with what the gateway fails with.
        """
        self._refuse_busy(draft.chat_id)
        prepared = await self.measure(draft, around)
        context = prepared.draft_context
        question = Question(
            content=draft.content,
            context=context.account if context else None,
            context_text=context.text if context else "",
        )
        beginning = self._beginning(prepared, prepared.wish.leaf_id, draft.choice)
        beginning = replace(beginning, question=question, title=title_of(draft.content))
        begun = await self._begin(prepared, beginning)
        return await self._answer(begun, prepared.request("chat"), around)

    async def regenerate(self, message_id: str, choice: Choice, around: Surroundings) -> Answered:
        """Ask again what a message asks or answers. Fails as `send`."""
        message = await self._store.messages.get(message_id)
        self._refuse_busy(message.chat_id)
        question_id = message_id if message.role == "user" else message.parent_id
        if message.role == "summary" or question_id is None:
            raise BadRequest("there is no question before this message: choose another one")
        chat = await self._store.chats.get(message.chat_id)
        wish = Wish(chat=chat, leaf_id=question_id, choice=choice)
        prepared = await self._drafting.prepare(wish, around)
        begun = await self._begin(prepared, self._beginning(prepared, question_id, choice))
        return await self._answer(begun, prepared.request("chat"), around)

    async def resume(self, message_id: str, around: Surroundings) -> Answered:
        """Let the model go on with an answer that ended early. Fails as `send`."""
        message = await self._store.messages.get(message_id)
        self._refuse_busy(message.chat_id)
        chat = await self._store.chats.get(message.chat_id)
        draft = CONTINUE if message.content.strip() else None
        leaf_id = message_id if draft else message.parent_id
        wish = Wish(chat=chat, leaf_id=leaf_id, draft=draft)
        prepared = await self._drafting.prepare(wish, around)
        request = prepared.request("chat")
        refuse_too_long(prepared.meter)
        begun = await self._claimed(
            lambda: self._store.streams.resume(message_id, self._claims.owner)
        )
        return await self._answer(begun, request, around)

    async def compact(
        self, chat_id: str, keep: int, choice: Choice, around: Surroundings
    ) -> Answered:
        """Let the model sum up all but the last messages. Fails as `send`."""
        self._refuse_busy(chat_id)
        chat = await self._store.chats.get(chat_id)
        wish = Wish(
            chat=chat,
            leaf_id=chat.leaf_id,
            draft=SUMMARIZE,
            choice=choice,
            keep=keep,
            is_bare=True,
        )
        prepared = await self._drafting.prepare(wish, around)
        last = covered(prepared.branch)
        beginning = self._beginning(prepared, chat.leaf_id, choice)
        begun = await self._begin(prepared, replace(beginning, role="summary"))
        return await self._answer(begun, prepared.request("compact"), around, covers=last)

    def live(self, message_id: str) -> tuple[str, str] | None:
        """Give text and reasoning, as far as they were told, of an answer that grows here."""
        for stream in self._streams.values():
            if stream.growth.message_id == message_id:
                return stream.growth.told
        return None

    async def stop(self, chat_id: str) -> None:
        """Cancel the answer that is being written in a chat here, if any; returns when it ended."""
        if (stream := self._streams.get(chat_id)) is not None and stream.task is not None:
            stream.task.cancel()
            await stream.ended.wait()

    async def recover(self) -> int:
        """Mark what dead servers left behind as interrupted; give how many answers.

        A store that cannot be written leaves them as they are.
        """
        try:
            return await self._recover()
        except StoreProblem as error:
            logger.warning("answers that dead servers left stay as they are: %s", error.message)
            return 0

    async def _recover(self) -> int:
        owners = await self._store.streams.owners()
        gone = [o for o in owners if await asyncio.to_thread(self._claims.is_gone, o)]
        if not gone:
            return 0
        count = await self._store.streams.interrupt(gone)
        for owner in gone:
            await asyncio.to_thread(self._claims.forget, owner)
        logger.info("%d answers of servers that died are marked as interrupted", count)
        return count

    async def close(self) -> None:
        """End every answer as interrupted, and wait until all are kept."""
        self._is_closing = True
        for chat_id in list(self._streams):
            await self.stop(chat_id)
        if self._endings:
            await asyncio.wait(self._endings)
        await asyncio.to_thread(self._claims.close)

    def _refuse_busy(self, chat_id: str | None) -> None:
        if chat_id in self._streams:
            raise ChatBusy("this chat is still being answered: stop that first, or wait")

    async def _wish(self, draft: Draft) -> Wish:
        if draft.chat_id is None:
            return Wish(chat=None, draft=draft.content, context=draft.context, choice=draft.choice)
        chat = await self._store.chats.get(draft.chat_id)
        leaf_id = draft.parent_id or chat.leaf_id
        if draft.replaces is not None:
            replaced = await self._store.messages.get(draft.replaces)
            if replaced.chat_id != chat.id or replaced.role != "user":
                raise BadRequest("`replaces` names no message of the user in this chat")
            leaf_id = replaced.parent_id
        return Wish(
            chat=chat,
            leaf_id=leaf_id,
            draft=draft.content,
            context=draft.context,
            choice=draft.choice,
        )

    def _beginning(self, prepared: Prepared, parent_id: str | None, choice: Choice) -> Beginning:
        target, chat = prepared.asked, prepared.wish.chat
        if chat is None:
            raise BadRequest("create a chat first: `chats/create`")
        return Beginning(
            chat_id=chat.id,
            parent_id=parent_id,
            provider_id=target.provider.id,
            model=target.model,
            is_choice=choice != UNCHANGED,
            owner=self._claims.owner,
            contexts={i: (b.account, b.text) for i, b in prepared.rebuilt.items()},
        )

    async def _begin(self, prepared: Prepared, beginning: Beginning) -> Begun:
        refuse_too_long(prepared.meter)
        return await self._claimed(lambda: self._store.streams.begin(beginning))

    async def _claimed(self, begin: Callable[[], Awaitable[Begun]]) -> Begun:
        """Begin an answer that nobody else is writing; a dead server's does not count."""
        await asyncio.to_thread(self._claims.take)
        beginning = asyncio.ensure_future(self._begin_once(begin))
        try:
            return await asyncio.shield(beginning)
        except asyncio.CancelledError:
            # It may be on its way to the disk: whoever waits is gone, so it ends as cancelled.
            self._own(asyncio.create_task(self._abandon(beginning)))
            raise

    async def _begin_once(self, begin: Callable[[], Awaitable[Begun]]) -> Begun:
        try:
            return await begin()
        except ChatBusy:
            if not await self.recover():
                raise
            return await begin()

    async def _abandon(self, beginning: "asyncio.Future[Begun]") -> None:
        try:
            begun = await beginning
        except OctoPromptError:
            return
        answer = begun.answer
        ending = Ending(status="cancelled", content=answer.content, reasoning=answer.reasoning)
        await self._keep_ending(answer.id, ending)

    async def _answer(
        self,
        begun: Begun,
        request: ModelRequest,
        around: Surroundings,
        covers: str | None = None,
    ) -> Answered:
        """Let an answer grow to its end. Fails with what the gateway fails with."""
        answer = begun.answer
        growth = Growth(
            answer.id,
            (answer.content, answer.reasoning),
            partial(around.grew, answer.chat_id),
            partial(self._store.streams.grow, answer.id),
        )
        stream = _Stream(growth=growth, task=asyncio.current_task(), ended=asyncio.Event())
        self._streams[answer.chat_id] = stream
        completion, status, problem = None, "failed", None
        try:
            around.changed(begun.chat, [m for m in (begun.question, answer) if m is not None])
            async with aclosing(self._gateway().stream(request)) as items:
                completion = await growth.follow(items)
        except asyncio.CancelledError as cancelled:
            is_end = self._is_closing or SERVER_ENDS in cancelled.args
            status = "interrupted" if is_end else "cancelled"
            raise
        except OctoPromptError as error:
            problem = error
            raise
        finally:
            ending = _ending(growth.all, completion, (status, problem))
            ending = replace(ending, covers=covers if ending.status == "complete" else None)
            ended = asyncio.create_task(self._end(begun, ending, around))
            self._own(ended)
            answered = await asyncio.shield(ended)
        if completion is not None and completion.problem and completion.status == "failed":
            raise completion.problem
        return answered

    async def _end(self, begun: Begun, ending: Ending, around: Surroundings) -> Answered:
        chat_id = begun.answer.chat_id
        try:
            chat, message = await self._keep_ending(begun.answer.id, ending)
        finally:
            self._streams.pop(chat_id).ended.set()
        around.changed(chat, [message])
        return Answered(chat=chat, question=begun.question, answer=message)

    async def _keep_ending(self, message_id: str, ending: Ending) -> tuple[ChatHead, Message]:
        """Keep how an answer ended; when that fails, go on trying after saying so."""
        try:
            return await self._store.streams.end(message_id, ending)
        except StoreProblem:
            self._own(asyncio.create_task(self._keep_later(message_id, ending)))
            raise

    async def _keep_later(self, message_id: str, ending: Ending) -> None:
        for _ in range(LATER_TRIES):
            await asyncio.sleep(LATER_S)
            try:
                await self._store.streams.end(message_id, ending)
            except StoreProblem as error:
                logger.warning("an answer cannot be kept yet: %s", error.message)
            else:
                return

    def _own(self, task: "asyncio.Task[Any]") -> None:
        self._endings.add(task)
        task.add_done_callback(self._endings.discard)


def _ending(
    grown: tuple[str, str],
    completion: Completion | None,
    broken: tuple[str, OctoPromptError | None],
) -> Ending:
    """Say how an answer ended; `broken` says it for one that came to no completion."""
    content, reasoning = grown
    if completion is None:
        status, problem = broken
        return Ending(
            status=status, content=content, reasoning=reasoning, problem=_problem(problem)
        )
    told = completion.usage
    usage = Usage(
        prompt_tokens=told.prompt,
        completion_tokens=told.completion,
        cached_tokens=told.cached,
        reasoning_tokens=told.reasoning,
        cost_usd=completion.cost_usd,
        elapsed_ms=completion.elapsed_s * 1000,
        first_token_ms=None
        if completion.first_token_s is None
        else completion.first_token_s * 1000,
    )
    return Ending(
        status=completion.status,
        content=content,
        reasoning=reasoning,
        model=completion.model,
        finish_reason=completion.finish_reason,
        usage=usage,
        problem=_problem(completion.problem),
    )


def _problem(error: OctoPromptError | None) -> JsonValue | None:
    if error is None:
        return None
    return {"code": error.code, "error": type(error).__name__, "message": error.message}
