"""What a conversation needs of the world around it, which only the features know."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from octoprompt.chat.growth import Bundle
from octoprompt.llm.request import ModelFacts, Options, ProviderProfile
from octoprompt.store.chat_model import Chat, ChatHead, Message
from octoprompt.store.entities import JsonValue


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Which model is asked, and what is known of it."""

    provider: ProviderProfile
    model: str
    facts: ModelFacts


@dataclass(frozen=True, slots=True, kw_only=True)
class Occasion:
    """What a context is built for."""

    project_id: str | None
    """The chat's, for a context that names none."""
    task: str
    """The message that it goes with: helps to rank files."""
    model: str | None
    """Whose tokens count."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BuiltContext:
    """A context as text, and an account of it that is kept with its message."""

    account: JsonValue
    text: str
    files: Sequence[tuple[str, int]]
    """Paths and tokens."""


class Surroundings(Protocol):
    """What the features lend to a conversation."""

    async def context(self, account: JsonValue, occasion: Occasion) -> BuiltContext:
        """Build a context anew; `account` says what was asked for. Fails as `context/build`."""
        ...

    async def prompts(self, chat: Chat) -> list[str]:
        """Give the texts of the chat's prompts. Fails with `UnknownId` and `BadTemplate`."""
        ...

    def options(self, chat: Chat) -> Options:
        """Give what the chat asks of every answer."""
        ...

    async def target(self, provider_id: str | None, model: str | None) -> Target:
        """Find the model that is meant. Fails with `ModelProblem` or `UnknownId`."""
        ...

    def changed(self, chat: ChatHead, messages: Sequence[Message]) -> None:
        """Tell the client of messages that began or ended."""
        ...

    def grew(self, chat_id: str, bundle: Bundle) -> None:
        """Tell the client what an answer grew by."""
        ...
