"""litellm's table of models: context windows and prices, read from its file without importing it.

The file lags behind the vendors, so it is the last to be asked: after the user and the provider.
"""

import importlib.util
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, cast

from octoprompt.llm.answer import Usage
from octoprompt.llm.kinds import FACTS, Kind
from octoprompt.llm.request import ModelFacts

FILE = "model_prices_and_context_window_backup.json"
TIER = "_above_200k_tokens"
TIER_TOKENS = 200_000
MILLION = 1_000_000
CHAT_MODES = ("chat", "responses", "completion", None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A model of the table."""

    facts: ModelFacts
    long_input_price: float | None
    """For questions above `TIER_TOKENS`, where these cost more."""
    long_output_price: float | None
    written_price: float | None = None
    """For tokens of the question that go into the provider's cache."""


def load() -> None:
    """Read the file, which takes some 30 ms the first time: for a thread."""
    _table()


def row_of(kind: Kind, model: str) -> Row | None:
    """Give what the table says of a model, if it has it; reads the file at the first call."""
    prefix, provider = FACTS[kind].prefix, FACTS[kind].table_provider
    return _table().get((provider, model)) or _table().get((provider, prefix + model))


def facts_of(kind: Kind, model: str) -> ModelFacts | None:
    """Give the table's facts of a model under the name that the provider uses."""
    row = row_of(kind, model)
    return None if row is None else row.facts


def cost_of(usage: Usage, facts: ModelFacts, row: Row | None = None) -> float | None:
    """Give what tokens cost in USD; None when the usage or a price is not known."""
    if usage.prompt is None or usage.completion is None:
        return None
    input_price, output_price = facts.input_price, facts.output_price
    if row is not None and usage.prompt > TIER_TOKENS:
        input_price = row.long_input_price or input_price
        output_price = row.long_output_price or output_price
    if input_price is None or output_price is None:
        return None
    cached = min(usage.cached or 0, usage.prompt)
    cached_price = input_price if facts.cached_price is None else facts.cached_price
    paid = (usage.prompt - cached) * input_price + cached * cached_price
    if row is not None and row.written_price is not None:
        written = min(usage.written or 0, usage.prompt - cached)
        paid += written * (row.written_price - input_price)
    return (paid + usage.completion * output_price) / MILLION


@cache
def _table() -> Mapping[tuple[str, str], Row]:
    document = _document()
    providers = {facts.table_provider for facts in FACTS.values()} - {""}
    return {
        (entry["litellm_provider"], name): _row(name, entry)
        for name, entry in document.items()
        if entry.get("litellm_provider") in providers and entry.get("mode") in CHAT_MODES
    }


def _document() -> Mapping[str, dict[str, Any]]:
    """Give the whole file; nothing where the package is missing or its file is not what it was."""
    found = importlib.util.find_spec("litellm")
    if found is None or not found.submodule_search_locations:
        return {}
    try:
        text = (Path(found.submodule_search_locations[0]) / FILE).read_text(encoding="utf-8")
        document = json.loads(text)
    except (OSError, ValueError):
        return {}
    return cast("dict[str, dict[str, Any]]", document)


def _row(name: str, entry: Mapping[str, Any]) -> Row:
    return Row(
        facts=ModelFacts(
            id=name,
            context_window=_whole(entry.get("max_input_tokens") or entry.get("max_tokens")),
            max_output=_whole(entry.get("max_output_tokens")),
            input_price=_per_million(entry.get("input_cost_per_token")),
            output_price=_per_million(entry.get("output_cost_per_token")),
            cached_price=_per_million(entry.get("cache_read_input_token_cost")),
        ),
        long_input_price=_per_million(entry.get(f"input_cost_per_token{TIER}")),
        long_output_price=_per_million(entry.get(f"output_cost_per_token{TIER}")),
        written_price=_per_million(entry.get("cache_creation_input_token_cost")),
    )


def _whole(value: object) -> int | None:
    return int(value) if isinstance(value, int | float) and value > 0 else None


def _per_million(value: object) -> float | None:
    return round(value * MILLION, 6) if isinstance(value, int | float) else None
