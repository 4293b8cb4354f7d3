"""Chats and their messages as values, and what the server tells of them unasked."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from octoprompt.contract._base import Notification, Text, Wire
from octoprompt.contract.context import (
    BuildContextParams,
    BuiltItem,
    Omitted,
    Redaction,
)
from octoprompt.contract.mentions import Mention

Role = Literal["user", "assistant", "summary"]
"""`summary` stands for what came before it: a model reads it instead."""
MessageStatus = Literal["streaming", "complete", "incomplete", "interrupted", "cancelled", "failed"]
"""`incomplete`: the provider stopped early; `interrupted`: the server died or was closed;
`cancelled`: the user stopped it; `failed`: an error ended it. The text so far is always there."""
ContextMode = Literal["refreshed", "frozen"]
"""`refreshed`: built anew for each request; `frozen`: stays the text it was when it was sent."""
PageSize = Annotated[int, Field(ge=1, le=5000)]
"""Messages in an answer."""


class MessageContext(Wire):
    """What went, or goes, with a message; `chats/getContext` gives the text."""

    mode: ContextMode
    context: BuildContextParams | None = None
    """As it was asked for, without the mentions."""
    mentions: tuple[Mention, ...] = ()
    tokens: int = 0
    """When it was last built."""
    items: tuple[BuiltItem, ...] = ()
    omitted: tuple[Omitted, ...] = ()
    redactions: tuple[Redaction, ...] = ()
    fingerprint: str = ""
    built_at: datetime | None = None


class MessageUsage(Wire):
    """What an answer took."""

    prompt_tokens: int = 0
    completion_tokens: int = 0
    """With those of the reasoning."""
    cached_tokens: int = 0
    """Those of the prompt that the provider had in its cache."""
    reasoning_tokens: int = 0
    cost_usd: float | None = None
    """None where nobody knows the price."""
    elapsed_ms: float = 0.0
    first_token_ms: float | None = None


class MessageProblem(Wire):
    """Why an answer ended early: the error that the request failed with."""

    code: int
    error: str
    """The name in the list of errors, as `RateLimited`."""
    message: str


class ChatMessage(Wire):
    """A message of a chat, and its place in the tree."""

    id: str
    chat_id: str
    parent_id: str | None
    """The message it follows; None for a first one."""
    role: Role
    content: str
    reasoning: str
    """What the model thought aloud before it answered; never sent again."""
    status: MessageStatus
    siblings: tuple[str, ...]
    """All versions at this place, this one among them, the oldest first."""
    index: int
    """Its own position in `siblings`, from 0."""
    excluded: bool
    """The user keeps it out of what is sent."""
    sent: bool
    """Whether the next request would contain it: not excluded, not behind a summary, not empty."""
    edited: bool
    """A person wrote or changed this answer."""
    covers: str | None
    """For a summary: the last message it stands for; it stands for all before that one too."""
    provider_id: str | None
    model: str | None
    finish_reason: str | None
    usage: MessageUsage | None
    problem: MessageProblem | None
    context: MessageContext | None
    created_at: datetime
    updated_at: datetime


class ChatOptions(Wire):
    """What a provider is asked for; None leaves it to the provider."""

    temperature: Annotated[float, Field(ge=0, le=2)] | None = None
    top_p: Annotated[float, Field(gt=0, le=1)] | None = None
    max_tokens: Annotated[int, Field(ge=1, le=10_000_000)] | None = None
    """Of the answer; the meter keeps this much free."""
    frequency_penalty: Annotated[float, Field(ge=-2, le=2)] | None = None
    presence_penalty: Annotated[float, Field(ge=-2, le=2)] | None = None
    stop: Annotated[tuple[str, ...], Field(max_length=4)] = ()
    reasoning_effort: Literal["low", "medium", "high"] | None = None


class ChatDraft(Wire):
    """A message that may be sent, and where."""

    content: Text
    provider_id: str | None = None
    """From now on the chat's; left out, the chat's own."""
    model: str | None = None
    """From now on the chat's; left out, the chat's own, else the provider's."""
    context: BuildContextParams | None = None
    context_mode: ContextMode = "refreshed"
    mentions: tuple[Mention, ...] = ()
    """Become part of the context, within its budget."""
    parent_id: str | None = None
    """The message it follows; left out, the active leaf."""
    replaces: str | None = None
    """A message of the user that this one is a new version of: it becomes its sibling."""


class MeterPart(Wire):
    """A part of a request."""

    name: Literal["system", "history", "context", "message", "reserve"]
    """`reserve` is what stays free for the answer."""
    tokens: int


class LargePiece(Wire):
    """One message, or one file of a context, and what it takes."""

    name: str
    """A path, or how a message begins."""
    message_id: str | None
    """The message that it is, or goes with; None for the draft."""
    tokens: int


class RequestMessage(Wire):
    """A message as a model gets it."""

    role: Literal["system", "user", "assistant"]
    content: str
    tokens: int


class Meter(Wire):
    """What the very request would take that `chats/send` sends."""

    tokens: int
    """All parts but `reserve`."""
    tokens_exact: bool
    """False when the model's tokenizer is unknown and the counts are estimates."""
    window: int | None
    """What the model takes at most, answer included; None when nobody says."""
    over_by: int
    """How many tokens too many with the reserve; 0 when it fits or no window is known."""
    parts: tuple[MeterPart, ...]
    largest: tuple[LargePiece, ...]
    """The five largest, to see what to leave out."""
    cost_usd: float | None
    """What the request would cost without its answer, where the price is known."""
    provider_id: str | None
    model: str | None
    context: MessageContext | None
    """What the draft's context would be."""
    request: tuple[RequestMessage, ...] = ()
    """All that would be sent, when asked for."""


class ChatHead(Wire):
    """A chat without its messages."""

    id: str
    title: str
    project_id: str | None
    """None for a chat that began with no folder open."""
    message_count: int
    """In all branches."""
    provider_id: str | None
    model: str | None
    streaming: bool
    """An answer is being written, in this window or another."""
    version: int
    created_at: datetime
    updated_at: datetime
    """When the last message came, or a setting changed."""


class ChatUsage(Wire):
    """What all answers of a chat took, in all branches."""

    prompt_tokens: int
    completion_tokens: int
    cost_usd: float | None
    """Of the answers whose price is known; None when it is of none."""


class Chat(ChatHead):
    """A chat with its settings."""

    system_prompt: str
    prompt_ids: tuple[str, ...]
    """Prompts of the library that follow the system prompt in each request."""
    options: ChatOptions
    context: BuildContextParams | None
    """Goes with the newest message of the user in each request, built anew."""
    leaf_id: str | None
    """The last message of the branch that is shown and sent."""
    usage: ChatUsage


class ChatPath(Wire):
    """A chat and the messages of its active branch, the oldest first."""

    chat: Chat
    messages: tuple[ChatMessage, ...]
    earlier: bool
    """There are messages before these: ask with `before`."""


class FoundChat(ChatHead):
    """A chat that matches, and where."""

    message_id: str | None
    """The newest message that matches; None when the title does, or there were no words."""
    snippet: str
    """A few words around the match, one line."""


class ChatFile(Wire):
    """A chat as a file."""

    name: str
    """The file's name, without folders."""
    text: Text


class SkippedChatFile(Wire):
    """A file that did not become a chat."""

    name: str
    reason: str


class ChatDeltaParams(Wire):
    """A piece of an answer, at most one every 16 ms."""

    chat_id: str
    message_id: str
    text: str
    """What comes after the text so far."""
    reasoning: str = ""
    """What comes after the reasoning so far."""
    offset: int = 0
    """UTF-16 units of text before this piece: another number means that one was missed."""
    notice: str = ""
    """What happens meanwhile, as "asks again in 3 s: the provider is busy"."""


class ChatDelta(Notification[ChatDeltaParams], method="chats/delta"):
    """An answer grows."""


class ChatChangedParams(Wire):
    """A chat, and those of its messages that are new or other than before."""

    chat: ChatHead
    messages: tuple[ChatMessage, ...]


class ChatChanged(Notification[ChatChangedParams], method="chats/changed"):
    """Messages began or ended in this window; `data/changed` tells of other windows."""


class Answer(Wire):
    """An answer of a model, or a summary, as it ended."""

    message: ChatMessage
    chat: ChatHead


class DeletedMessages(Wire):
    """What went, and where the chat stands now."""

    ids: tuple[str, ...]
    chat: Chat


class ContextText(Wire):
    """The context as it was last sent; empty when there was none."""

    text: str
    mode: ContextMode
    mentions: tuple[Mention, ...]
