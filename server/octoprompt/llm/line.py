"""The seam between the gateway and what reaches a provider: one try, as it happens.

`child_line.py` is the real one, `scripted.py` one for tests. Everything that makes an answer
trustworthy (limits of time, retries, completeness, prices) is on the gateway's side of it.
"""

from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

from octoprompt.llm.answer import Piece, Usage
from octoprompt.llm.request import Limits, ModelFacts, ModelRequest, ProviderProfile

FailureKind = Literal[
    "address",  # the base URL makes no sense
    "name",  # the host's name is not known
    "connect",  # nobody listens, or the network is not there
    "connect time",  # nobody answered the call
    "tls",  # the certificate or the handshake
    "proxy",  # the network's proxy, not the provider
    "status",  # the provider answered with an error's status
    "redirect",  # it sends us to another host
    "cut",  # the connection ended before the answer did
    "event",  # an error in the middle of the stream
    "malformed",  # what came cannot be read
    "page",  # a web page instead of an answer
    "too large",
    "first token time",
    "gap time",
    "total time",
    "child",  # our own process for models died
    "other",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """Why a try failed: facts, not yet words for the user."""

    kind: FailureKind
    status: int | None = None
    retry_after: str | None = None
    """The header as it came."""
    detail: str = ""
    """What the provider or the system says; may hold anything, keys too."""
    error_code: str = ""
    """The provider's word for it, as `insufficient_quota`."""


class TryFailed(Exception):
    """One try came to nothing, or broke off."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.kind)
        self.failure = failure


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """The stream ended without an error; whether the answer did is another question."""

    finish_reason: str | None = None
    is_marked: bool = False
    """The protocol's own mark of the end was there."""
    usage: Usage = field(default_factory=Usage)
    cost_usd: float | None = None
    """As the provider states it."""
    model: str = ""


Event = Piece | Ending


class Line(Protocol):
    """Reaches providers."""

    def attempt(
        self, request: ModelRequest, key: str | None, limits: Limits
    ) -> AsyncGenerator[Event, None]:
        """Try once; the last event is the `Ending`. Fails with `TryFailed`.

        Closing the generator ends the connection.
        """
        ...

    async def models(self, provider: ProviderProfile, key: str | None) -> Sequence[ModelFacts]:
        """Ask the provider which models it has. Fails with `TryFailed`."""
        ...

    async def warm(self) -> None:
        """Load what a first try would wait for, if it is not there. Fails with `TryFailed`."""
        ...

    async def close(self) -> None:
        """End every request and release everything."""
        ...
