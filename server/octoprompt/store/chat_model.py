"""Chats and messages as values."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from octoprompt.store.entities import JsonValue

UNTITLED = "New Chat"
"""The title of a chat until something is said in it."""
Role = Literal["user", "assistant", "summary"]
Status = Literal["streaming", "complete", "incomplete", "interrupted", "cancelled", "failed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatHead:
    """A chat without its messages."""

    id: str
    title: str
    project_id: str | None
    message_count: int
    provider_id: str | None
    model: str | None
    is_streaming: bool
    version: int
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatUsage:
    """What all answers of a chat took."""

    prompt_tokens: int
    completion_tokens: int
    cost_usd: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Chat:
    """A chat with its settings."""

    head: ChatHead
    is_titled: bool
    """A person gave the title."""
    system_prompt: str
    prompt_ids: tuple[str, ...]
    options: JsonValue
    context: JsonValue | None
    leaf_id: str | None
    usage: ChatUsage

    @property
    def id(self) -> str:
        """Give the chat's id."""
        return self.head.id


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatFields:
    """What a user may set of a chat; None leaves it as it is, an empty text clears it."""

    title: str | None = None
    provider_id: str | None = None
    model: str | None = None
    system_prompt: str | None = None
    prompt_ids: tuple[str, ...] | None = None
    options: JsonValue | None = None
    context: JsonValue | None = None
    clear_context: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatFilter:
    """Which chats a list is about."""

    project_id: str | None = None
    """Those of this project and of none; None means all."""
    limit: int = 200
    before: tuple[datetime, str] | None = None
    """Time and id that the page before ended with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundChat:
    """A chat that matches, and where."""

    head: ChatHead
    message_id: str | None
    snippet: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """What an answer took; None for what nobody told."""

    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    cached_tokens: int | None = None
    reasoning_tokens: int | None = None
    cost_usd: float | None = None
    elapsed_ms: float | None = None
    first_token_ms: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A message, and its place in the tree."""

    id: str
    chat_id: str
    parent_id: str | None
    """The message it follows that is still there."""
    role: str
    status: str
    content: str
    reasoning: str
    siblings: tuple[str, ...]
    is_excluded: bool
    is_sent: bool
    is_edited: bool
    covers: str | None
    owner: str | None
    provider_id: str | None
    model: str | None
    finish_reason: str | None
    usage: Usage | None
    problem: JsonValue | None
    context: JsonValue | None
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Path:
    """A chat and messages of one of its branches, the oldest first."""

    chat: Chat
    messages: tuple[Message, ...]
    has_earlier: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Deleted:
    """Messages that went, and where the chat stands now."""

    ids: tuple[str, ...]
    chat: Chat
