"""Which models a provider has, and what is known of them: the user's word, the provider's, a table.

Listings are remembered; nothing here goes to the network unless it is asked for a listing.
"""

import asyncio
import time
from dataclasses import dataclass, fields, replace

from octoprompt.llm import prices
from octoprompt.llm.failures import provider_problem
from octoprompt.llm.keys import Keys
from octoprompt.llm.kinds import FACTS
from octoprompt.llm.line import Ending, Line, TryFailed
from octoprompt.llm.request import ModelFacts, ModelRequest, ProviderProfile

FRESH_S = 3600.0
_TOLD = tuple(field.name for field in fields(ModelFacts) if field.name != "id")


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """The models of a provider at a moment."""

    models: tuple[ModelFacts, ...]
    age_s: float
    """Seconds since the provider was asked."""


@dataclass(frozen=True, slots=True)
class _Known:
    address: tuple[str, str]
    at: float
    models: dict[str, ModelFacts]


class Catalog:
    """What is known of models."""

    def __init__(self, line: Line, keys: Keys) -> None:
        self._line = line
        self._keys = keys
        self._known: dict[str, _Known] = {}

    async def models(self, provider: ProviderProfile, *, refresh: bool = False) -> Listing:
        """List a provider's models with all that is known of each, asking it when that is old.

        Fails with `ModelProblem` when it cannot be asked.
        """
        known = self._of(provider)
        if refresh or known is None or time.monotonic() - known.at > FRESH_S:
            known = await self._ask(provider)
        await asyncio.to_thread(prices.load)
        ids = dict.fromkeys([*known.models, *(facts.id for facts in provider.overrides)])
        models = tuple(self._merged(provider, id) for id in ids)
        return Listing(models=models, age_s=time.monotonic() - known.at)

    async def facts(self, provider: ProviderProfile, model: str) -> ModelFacts:
        """Give what is known of a model without asking anybody; maybe only its name."""
        await asyncio.to_thread(prices.load)
        return self._merged(provider, model)

    async def cost_usd(self, request: ModelRequest, ending: Ending) -> float | None:
        """Give what an answer cost: as the provider states it, else by what prices are known."""
        if ending.cost_usd is not None:
            return ending.cost_usd
        if FACTS[request.provider.kind].is_local:
            return 0.0
        facts = await self.facts(request.provider, request.model)
        row = prices.row_of(request.provider.kind, request.model)
        return prices.cost_of(ending.usage, facts, row)

    def forget(self, provider_id: str) -> None:
        """Ask again at the next question: the provider's address or key changed."""
        self._known.pop(provider_id, None)

    def _of(self, provider: ProviderProfile) -> _Known | None:
        known = self._known.get(provider.id)
        return known if known and known.address == (provider.kind, provider.base_url) else None

    async def _ask(self, provider: ProviderProfile) -> _Known:
        try:
            found = await self._line.models(provider, self._keys.of(provider))
        except TryFailed as failed:
            raise provider_problem(failed.failure, provider, "") from failed
        models = {facts.id: facts for facts in found}
        known = _Known((provider.kind, provider.base_url), time.monotonic(), models)
        self._known[provider.id] = known
        return known

    def _merged(self, provider: ProviderProfile, model: str) -> ModelFacts:
        known = self._of(provider)
        said = next((facts for facts in provider.overrides if facts.id == model), None)
        told = known.models.get(model) if known else None
        merged = ModelFacts(id=model)
        for source in (prices.facts_of(provider.kind, model), told, said):
            if source is not None:
                merged = replace(merged, **_given(source))
        return merged


def _given(facts: ModelFacts) -> dict[str, object]:
    values = {name: getattr(facts, name) for name in _TOLD}
    return {name: value for name, value in values.items() if value not in (None, "")}
