"""A model that plays a script: for tests, of the gateway and of all that asks models.

`app.gateway = Gateway(Script(Said("Hello", " there"), Fails(Failure(kind="cut"))))`, and at the end
of the test `script.assert_used()`.
"""

import asyncio
from collections.abc import AsyncGenerator, Sequence

from octoprompt.llm.answer import ReasoningDelta, TextDelta, ToolCallDelta, Usage
from octoprompt.llm.line import Ending, Event, Failure, TryFailed
from octoprompt.llm.request import Limits, ModelFacts, ModelRequest, ProviderProfile, ToolCall


class Said:
    """One answer, piece by piece."""

    def __init__(
        self,
        *pieces: str,
        reasoning: str = "",
        tool_calls: Sequence[ToolCall] = (),
        ending: Ending | None = None,
        pause_s: float = 0,
    ) -> None:
        """Take the pieces of the text; `pause_s` passes before each."""
        self.pieces = pieces
        self.reasoning = reasoning
        self.tool_calls = tool_calls
        reason = "tool_calls" if tool_calls else "stop"
        usage = Usage(prompt=10, completion=len(pieces))
        self.ending = ending or Ending(finish_reason=reason, is_marked=True, usage=usage)
        self.pause_s = pause_s

    async def play(self) -> AsyncGenerator[Event, None]:
        """Give the answer's events."""
        if self.reasoning:
            yield ReasoningDelta(self.reasoning)
        for piece in self.pieces:
            await asyncio.sleep(self.pause_s)
            yield TextDelta(piece)
        for index, call in enumerate(self.tool_calls):
            yield ToolCallDelta(index, call.id, call.name, call.arguments)
        yield self.ending


class Fails:
    """A try that comes to nothing, after some pieces or at once."""

    def __init__(self, failure: Failure, *pieces: str, reasoning: str = "") -> None:
        self.failure = failure
        self.pieces = pieces
        self.reasoning = reasoning

    async def play(self) -> AsyncGenerator[Event, None]:
        """Give the pieces, then fail."""
        if self.reasoning:
            yield ReasoningDelta(self.reasoning)
        for piece in self.pieces:
            yield TextDelta(piece)
        raise TryFailed(self.failure)


class Hangs:
    """A try that never ends, after some pieces or at once."""

    def __init__(self, *pieces: str) -> None:
        self.pieces = pieces
        self.began = asyncio.Event()
        """Set when the pieces were given."""
        self.was_cancelled = False

    async def play(self) -> AsyncGenerator[Event, None]:
        """Give the pieces, then wait for ever."""
        try:
            for piece in self.pieces:
                yield TextDelta(piece)
            self.began.set()
            await asyncio.Event().wait()
        finally:
            self.was_cancelled = True


Scene = Said | Fails | Hangs


class Script:
    """A line that plays its scenes in turn, whoever asks."""

    def __init__(self, *scenes: Scene, models: Sequence[ModelFacts] = ()) -> None:
        self._scenes = list(scenes)
        self._models = models
        self.requests: list[ModelRequest] = []
        """What was asked, in order."""

    def add(self, *scenes: Scene) -> None:
        """Go on with these."""
        self._scenes += scenes

    def assert_used(self) -> None:
        """Fail unless every scene was played."""
        if self._scenes:
            raise AssertionError(f"{len(self._scenes)} scenes of the script were not played")

    async def attempt(
        self, request: ModelRequest, key: str | None, limits: Limits
    ) -> AsyncGenerator[Event, None]:
        """Play the next scene."""
        del key, limits
        self.requests.append(request)
        if not self._scenes:
            raise AssertionError("the script has no further scene")
        scene = self._scenes.pop(0).play()
        try:
            async for event in scene:
                yield event
        finally:
            await scene.aclose()

    async def models(self, provider: ProviderProfile, key: str | None) -> Sequence[ModelFacts]:
        """Give the models that the script was made with."""
        del provider, key
        return self._models

    async def warm(self) -> None:
        """Do nothing."""

    async def close(self) -> None:
        """Do nothing."""
