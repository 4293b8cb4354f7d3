"""What comes back from a model: pieces while it speaks, then one `Completion`."""

from dataclasses import dataclass
from typing import Literal

from octoprompt.errors import ModelProblem
from octoprompt.llm.request import ToolCall

CompletionStatus = Literal["complete", "incomplete", "failed", "cancelled"]


@dataclass(frozen=True, slots=True)
class TextDelta:
    """The next piece of the answer."""

    text: str


@dataclass(frozen=True, slots=True)
class ReasoningDelta:
    """The next piece of what the model says while it thinks."""

    text: str


@dataclass(frozen=True, slots=True)
class ToolCallDelta:
    """The next piece of a tool call; the pieces of one call have the same `index`."""

    index: int
    id: str
    """Empty in all pieces but the first."""
    name: str
    arguments: str


@dataclass(frozen=True, slots=True)
class Retrying:
    """The request failed before the answer began and will be sent again."""

    attempt: int
    """The number of the try that comes, so at least 2."""
    delay_s: float
    """How long until then."""
    problem: ModelProblem


Piece = TextDelta | ReasoningDelta | ToolCallDelta
Delta = Piece | Retrying


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """Tokens, as the provider counted them; None for what it does not tell."""

    prompt: int | None = None
    completion: int | None = None
    """Reasoning included."""
    cached: int | None = None
    """Those of the prompt that were in the provider's cache."""
    written: int | None = None
    """Those of the prompt that were put into it, where that has a price of its own."""
    reasoning: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Completion:
    """How it ended, and all that came."""

    text: str
    reasoning: str = ""
    status: CompletionStatus
    """`incomplete`: nothing failed, and yet the answer did not reach its end. A stream never gives
    a `cancelled` one, for then nobody listens; the account of usage does."""
    finish_reason: str | None = None
    """The provider's own word: `stop`, `length`, `tool_calls`, `content_filter`."""
    usage: Usage
    cost_usd: float | None
    """Told by the provider, or computed from prices; None when nobody knows the prices."""
    model: str
    """What the provider says it was, or else what was asked for."""
    tool_calls: tuple[ToolCall, ...] = ()
    problem: ModelProblem | None = None
    """Why it is `incomplete` or `failed`; None otherwise."""
    attempts: int = 1
    elapsed_s: float = 0.0
    first_token_s: float | None = None
    """From the request to the first piece."""
