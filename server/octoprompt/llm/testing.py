"""Trying a provider step by step, so that the one that fails can be named."""

import re
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Literal

from octoprompt.errors import AnswerEmpty, KeyRefused, ModelProblem, RequestRefused
from octoprompt.llm.answer import Completion
from octoprompt.llm.catalog import Catalog
from octoprompt.llm.keys import Keys
from octoprompt.llm.kinds import FACTS
from octoprompt.llm.request import (
    Limits,
    Message,
    ModelFacts,
    ModelRequest,
    Options,
    ProviderProfile,
)

StepName = Literal["url", "key", "models", "completion"]
LIMITS = Limits(first_token_s=60, total_s=90, tries=2)
"""A local model may have to be loaded first."""
_NO_CHAT = re.compile(r"embed|whisper|tts|dall-e|image|moderation|rerank|transcribe|realtime")


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step."""

    name: StepName
    ok: bool
    message: str
    elapsed_s: float


@dataclass(slots=True, kw_only=True)
class Report:
    """All steps that were taken."""

    steps: list[Step] = field(default_factory=list[Step])
    models: tuple[ModelFacts, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether the provider answers."""
        return all(step.ok for step in self.steps)

    @property
    def message(self) -> str:
        """The last step in a sentence: what works, or what does not."""
        return self.steps[-1].message


class Trial:
    """One test of one provider."""

    def __init__(
        self,
        provider: ProviderProfile,
        catalog: Catalog,
        keys: Keys,
        complete: Callable[[ModelRequest], Awaitable[Completion]],
    ) -> None:
        self._provider = provider
        self._catalog = catalog
        self._keys = keys
        self._complete = complete
        self._report = Report()
        self._since = time.monotonic()

    async def run(self, model: str | None) -> Report:
        """Take the steps until one fails."""
        if await self._is_reached() and (name := self._chosen(model)):
            await self._answers(name)
        return self._report

    async def _is_reached(self) -> bool:
        """Take the steps that one request for the list of models settles."""
        try:
            listing = await self._catalog.models(self._provider, refresh=True)
        except ModelProblem as problem:
            return self._listing_failed(problem)
        self._report.models = listing.models
        self._reached()
        return self._has_key() and self._step("models", f"{len(listing.models)} models")

    def _listing_failed(self, problem: ModelProblem) -> bool:
        """Say which step a failed listing means; without a list one can go on."""
        status = (problem.data or {}).get("status")
        if isinstance(problem, KeyRefused):
            self._reached()
            is_sent = self._keys.of(self._provider) is not None
            return self._fail("key", problem) if is_sent else self._has_key()
        if status is None:
            return self._fail("url", problem)
        self._reached()
        if not self._has_key():
            return False
        if isinstance(problem, RequestRefused) and status in (404, 405):
            return self._step("models", "it does not list its models")
        return self._fail("models", problem)

    def _reached(self) -> None:
        self._step("url", f"`{self._provider.host}` answers")

    def _has_key(self) -> bool:
        if self._keys.of(self._provider) is not None:
            return self._step("key", "the key is sent")
        if FACTS[self._provider.kind].needs_key:
            return self._fail("key", self._keys.missing(self._provider))
        return self._step("key", "no key is set, and none is needed")

    def _chosen(self, model: str | None) -> str:
        named = model or self._provider.model
        listed = [facts.id for facts in self._report.models]
        chosen = named or next((id for id in listed if not _NO_CHAT.search(id)), "")
        if not chosen:
            self._step("completion", "no model is chosen, and none is listed: name one", ok=False)
        return chosen

    async def _answers(self, model: str) -> None:
        request = ModelRequest(
            provider=self._provider,
            model=model,
            messages=(Message("user", "Say OK."),),
            options=Options(max_tokens=1),
            limits=LIMITS,
            purpose="test",
        )
        completion = await self._complete(request)
        problem = completion.problem
        if problem is None or _is_enough(completion):
            took = f"{completion.first_token_s or completion.elapsed_s:.1f} s"
            self._step("completion", f"`{self._provider.title}` works: `{model}` answers in {took}")
        elif isinstance(problem, KeyRefused):
            # Some list their models to anybody, so that only now the key is looked at.
            self._report.steps = [step for step in self._report.steps if step.name != "key"]
            self._fail("key", problem)
        else:
            self._fail("completion", problem)

    def _fail(self, name: StepName, problem: ModelProblem) -> bool:
        return self._step(name, problem.message, ok=False)

    def _step(self, name: StepName, message: str, *, ok: bool = True) -> bool:
        now = time.monotonic()
        step = Step(name=name, ok=ok, message=message, elapsed_s=now - self._since)
        self._report.steps.append(step)
        self._since = now
        return ok


def _is_enough(completion: Completion) -> bool:
    """Say whether an answer of one token came as far as it can: some models only think by then."""
    is_cut = completion.finish_reason in ("length", "max_tokens")
    return is_cut or isinstance(completion.problem, AnswerEmpty)
