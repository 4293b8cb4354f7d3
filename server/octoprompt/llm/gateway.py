"""The gateway to models: one question in, pieces and one verdict out, whatever the provider does.

It holds what a provider's library does not: limits of time by the wall clock, one retry policy, its
own judgement of whether an answer is whole, prices, and errors that say what to do. Everything that
was received is kept, also when it breaks off.
"""

import asyncio
import logging
import time
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from dataclasses import replace

from octoprompt.errors import ModelProblem
from octoprompt.llm.answer import Completion, Delta, Retrying
from octoprompt.llm.catalog import Catalog
from octoprompt.llm.failures import problem_of
from octoprompt.llm.gathering import Gathering, has_content
from octoprompt.llm.keys import Keys
from octoprompt.llm.kinds import FACTS
from octoprompt.llm.line import Ending, Event, Failure, FailureKind, Line, TryFailed
from octoprompt.llm.request import Limits, ModelFacts, ModelRequest, ProviderProfile
from octoprompt.llm.retries import wait_before
from octoprompt.llm.room import room_for
from octoprompt.llm.testing import Report, Trial
from octoprompt.llm.veil import VeiledAnswer

logger = logging.getLogger(__name__)

KNOCK_S = 5.0
"""So long a server of this machine may take to list its models, the start of our child included."""
LOAD_S = 90.0
"""So long litellm may take to be imported; five seconds are usual."""
Told = Callable[[ModelRequest, Completion], None]


class Gateway:
    """Asks models. One for the process; several requests at once are fine."""

    def __init__(self, line: Line, limits: Limits | None = None) -> None:
        self._line = line
        self._warming: asyncio.Task[None] | None = None
        self.limits = limits or Limits()
        self.keys = Keys()
        self.catalog = Catalog(line, self.keys)
        """Which models there are, and what is known of them."""
        self.on_completion: Told = lambda _request, _completion: None
        """Called at the end of every request that was sent, cancelled ones included."""

    async def stream(self, request: ModelRequest) -> AsyncGenerator[Delta | Completion, None]:
        """Give the pieces of the answer as they come, and last, always, one `Completion`.

        What goes wrong is the completion's `problem`, beside all that came until then; nothing is
        raised. Closing the generator, or cancelling who waits for it, ends the request at the
        provider within a second; then no completion comes, and the pieces are the caller's.
        """
        run = _Run(self, request)
        try:
            async with aclosing(run.items()) as items:
                async for item in items:
                    yield item
        finally:
            self.on_completion(request, run.completion or run.broken_off())

    async def complete(self, request: ModelRequest) -> Completion:
        """Give the whole answer; look at its `status`, for nothing is raised."""
        async with aclosing(self.stream(request)) as items:
            async for item in items:
                if isinstance(item, Completion):
                    return item
        raise AssertionError("a stream ends with its completion")

    def warm(self) -> None:
        """Begin to load what the first question would wait for: some seconds of work elsewhere."""
        if self._warming is None or self._warming.done():
            self._warming = asyncio.create_task(self._warm(), name="warm")

    async def _warm(self) -> None:
        began = time.monotonic()
        try:
            await self.loaded()
        except TryFailed as failed:
            # Whoever asks the first question is told.
            logger.warning("cannot load what reaches models: %s", failed.failure.detail)
        else:
            logger.info("what reaches models is loaded, after %.1f s", time.monotonic() - began)

    async def loaded(self) -> None:
        """Wait until a try can begin, which is no part of its time. Fails with `TryFailed`."""
        try:
            async with asyncio.timeout(LOAD_S):
                await self._line.warm()
        except TimeoutError as late:
            detail = f"it did not start within {LOAD_S:g} s"
            raise TryFailed(Failure(kind="child", detail=detail)) from late

    async def close(self) -> None:
        """End every request."""
        if self._warming is not None:
            self._warming.cancel()
            await asyncio.wait([self._warming])
        await self._line.close()

    async def test(self, provider: ProviderProfile, model: str | None = None) -> Report:
        """Try a provider step by step; what does not work is in the report."""
        self.warm()
        return await Trial(provider, self.catalog, self.keys, self.complete).run(model)

    async def discover(
        self, places: Sequence[ProviderProfile]
    ) -> list[tuple[ProviderProfile, tuple[ModelFacts, ...]]]:
        """Give those of the places where somebody answers, and the models there."""
        answers = await asyncio.gather(*map(self._knock, places))
        return [(place, models) for place, models in answers if models is not None]

    async def _knock(
        self, place: ProviderProfile
    ) -> tuple[ProviderProfile, tuple[ModelFacts, ...] | None]:
        try:
            async with asyncio.timeout(KNOCK_S):
                return place, tuple(await self._line.models(place, None))
        except (TryFailed, TimeoutError):
            return place, None

    def key_for(self, provider: ProviderProfile) -> str | None:
        """Give the key to send. Fails with `KeyMissing` where one is needed."""
        key = self.keys.of(provider)
        if key is None and FACTS[provider.kind].needs_key:
            raise self.keys.missing(provider)
        return key

    async def open(self, request: ModelRequest, limits: Limits) -> AsyncGenerator[Event, None]:
        """Begin one try. Fails with `KeyMissing`, and `TryFailed` when none can be made."""
        key = self.key_for(request.provider)
        await self.loaded()
        if request.provider.kind == "ollama":
            facts = await self.catalog.facts(request.provider, request.model)
            request = replace(request, room=room_for(request, facts.context_window))
        return self._line.attempt(request, key, limits)


class _Run:
    """One request, over all its tries."""

    def __init__(self, gateway: Gateway, request: ModelRequest) -> None:
        self._gateway = gateway
        self._request = request
        self._limits = request.limits or gateway.limits
        self._gathering = Gathering(request)
        self.completion: Completion | None = None

    async def items(self) -> AsyncGenerator[Delta | Completion, None]:
        """Try until an answer begins or trying makes no sense, then judge it."""
        gathering = self._gathering
        ending, problem = Ending(), None
        while True:
            gathering.attempts += 1
            problem, wait = None, None
            veil = VeiledAnswer(self._gateway.keys.seen)
            try:
                async with aclosing(self._events()) as events:
                    async for event in events:
                        if isinstance(event, Ending):
                            ending = event
                        elif has_content(event) and (piece := veil.take(event)):
                            gathering.take(piece)
                            yield piece
            except TryFailed as failed:
                problem = problem_of(failed.failure, self._request, self._limits)
                wait = self._wait(failed.failure)
                self._note(failed.failure)
            except ModelProblem as refused:
                problem = refused
            if problem is None or wait is None:
                break
            yield Retrying(gathering.attempts + 1, wait, problem)
            await asyncio.sleep(wait)
        for piece in veil.rest():
            gathering.take(piece)
            yield piece
        cost = None if problem else await self._gateway.catalog.cost_usd(self._request, ending)
        self.completion = gathering.completion(ending, problem, cost)
        yield self.completion

    def broken_off(self) -> Completion:
        """Give what came of a request that nobody waits for any more."""
        return self._gathering.cancelled()

    async def _events(self) -> AsyncGenerator[Event, None]:
        """Give the events of one try, each within its limit of time."""
        limits, now = self._limits, asyncio.get_running_loop().time
        opened = await self._gateway.open(self._request, limits)
        end = now() + limits.total_s - self._gathering.elapsed_s
        due = now() + (limits.first_token_s if self._request.options.stream else limits.total_s)
        kind: FailureKind = "first token time"
        async with aclosing(opened) as events:
            while True:
                try:
                    async with asyncio.timeout_at(min(end, due)):
                        event = await anext(events, None)
                except TimeoutError as late:
                    raise TryFailed(Failure(kind=kind if due < end else "total time")) from late
                if event is None:
                    return
                if isinstance(event, Ending) or has_content(event):
                    due, kind = now() + limits.gap_s, "gap time"
                yield event

    def _wait(self, failure: Failure) -> float | None:
        if self._gathering.has_begun:
            return None
        wait = wait_before(failure, self._gathering.attempts, self._limits)
        left = self._limits.total_s - self._gathering.elapsed_s
        return None if wait is None or wait >= left else wait

    def _note(self, failure: Failure) -> None:
        logger.info(
            "`%s` failed at try %d: %s %s",
            self._request.provider.id,
            self._gathering.attempts,
            failure.kind,
            failure.status or "",
        )
