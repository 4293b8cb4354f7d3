"""What is asked of a model: values, nothing else. Keys are not among them, see `keys.py`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import urlsplit

from octoprompt.llm.kinds import Kind

Role = Literal["system", "user", "assistant", "tool"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelFacts:
    """What is known of a model; None for what nobody tells. Prices are USD for a million tokens."""

    id: str
    name: str = ""
    context_window: int | None = None
    """Tokens of question and answer together."""
    max_output: int | None = None
    input_price: float | None = None
    output_price: float | None = None
    cached_price: float | None = None
    """For tokens of the question that the provider had in its cache."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderProfile:
    """Where a model is served, and what the user said of it."""

    id: str
    kind: Kind
    base_url: str
    name: str = ""
    model: str = ""
    """The one to use when none is named; empty when none is chosen."""
    overrides: tuple[ModelFacts, ...] = ()
    """What the user knows better than the provider."""

    @property
    def title(self) -> str:
        """What to call it in a sentence."""
        return self.name or self.id

    @property
    def host(self) -> str:
        """Where it is, for a sentence: host and port, without user and password."""
        try:
            return urlsplit(self.base_url).netloc.rpartition("@")[2] or self.base_url
        except ValueError:
            return self.base_url


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolCall:
    """What a model wants done. `arguments` is JSON as the model wrote it, right or wrong."""

    id: str
    name: str
    arguments: str


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a conversation."""

    role: Role
    content: str
    tool_calls: tuple[ToolCall, ...] = ()
    """Of an assistant's message."""
    tool_call_id: str | None = None
    """Of a tool's message: what it answers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tool:
    """Something a model may ask for."""

    name: str
    description: str
    parameters: Mapping[str, object]
    """A JSON schema of an object."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How the model should answer; None leaves it to the provider."""

    temperature: float | None = None
    top_p: float | None = None
    max_tokens: int | None = None
    frequency_penalty: float | None = None
    presence_penalty: float | None = None
    stop: tuple[str, ...] = ()
    seed: int | None = None
    reasoning_effort: Literal["minimal", "low", "medium", "high"] | None = None
    tool_choice: Literal["auto", "none", "required"] | None = None
    schema: Mapping[str, object] | None = None
    """A JSON schema that the answer must fit, where the provider can hold a model to one."""
    stream: bool = True
    """False asks for the answer in one piece; then only the total limit of time holds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Wall-clock limits in seconds, and how often a request is tried."""

    connect_s: float = 10.0
    first_token_s: float = 60.0
    """From the request to the first piece of the answer."""
    gap_s: float = 30.0
    """Between two pieces of the answer; signs of life without content do not count."""
    total_s: float = 600.0
    """For all tries and waits together."""
    tries: int = 3
    retry_after_s: float = 60.0
    """A provider that asks for a longer wait is not asked again."""
    backoff_s: float = 0.5
    """The first wait is at most this, each further one at most twice the one before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelRequest:
    """One question to one model."""

    provider: ProviderProfile
    model: str
    messages: tuple[Message, ...]
    options: Options = field(default_factory=Options)
    tools: tuple[Tool, ...] = ()
    limits: Limits | None = None
    """Instead of the gateway's own."""
    purpose: str = "chat"
    """The kind of work, for the account of usage: `chat`, `title`, `summarize`, `plan`."""
    project_id: str | None = None
    """For the account of usage."""
    room: int | None = None
    """Tokens that the model must be loaded for, where the provider has to be told; the gateway
    fills it in."""
