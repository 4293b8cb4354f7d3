"""Which models a provider has, in the words of each kind; only names are sure to be there."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from typing import Any, cast

import httpx

from octoprompt.llm.reach.watch import CURRENT

Json = dict[str, Any]
Value = tuple[str, Any]
MAX_MODELS = 5_000
MAX_SHOWN = 100
"""Models of Ollama that are asked for their window, one question each."""
AT_ONCE = 8
MILLION = 1_000_000
PAGE = 1_000


async def models(client: httpx.AsyncClient, work: Json) -> AsyncGenerator[Value, None]:
    """Give `("model", fields of ModelFacts)` for each."""
    ask = KINDS.get(work["kind"], _openai)
    for model in (await ask(client, work["url"].rstrip("/"), work["key"]))[:MAX_MODELS]:
        yield ("model", {name: value for name, value in model.items() if value is not None})


async def _get(client: httpx.AsyncClient, url: str, headers: Mapping[str, str]) -> Any:  # noqa: ANN401
    response = await client.get(url, headers=dict(headers))
    response.raise_for_status()
    return response.json()


def _bearer(key: str | None) -> dict[str, str]:
    return {"authorization": f"Bearer {key}"} if key else {}


def _list(document: Any, name: str) -> list[Json]:  # noqa: ANN401
    """Give the entries of a listing; fails with `KeyError` when it is none."""
    found = cast("object", document if isinstance(document, list) else document[name])
    if not isinstance(found, list):
        raise TypeError(f"`{name}` is no list")
    return [entry for entry in cast("list[Any]", found) if isinstance(entry, dict)]


async def _openai(client: httpx.AsyncClient, base: str, key: str | None) -> list[Json]:
    document = await _get(client, f"{base}/models", _bearer(key))
    return [_of_openai(entry) for entry in _list(document, "data") if entry.get("id")]


def _of_openai(entry: Json) -> Json:
    """Read an entry with whatever OpenRouter, Groq, Together, vLLM and others add to it."""
    price, top = _part(entry, "pricing"), _part(entry, "top_provider")
    window = ("context_length", "context_window", "max_model_len", "max_context_length")
    return {
        "id": str(entry["id"]),
        "name": str(entry.get("name") or entry.get("display_name") or ""),
        "context_window": next(filter(None, (_tokens(entry.get(name)) for name in window)), None),
        "max_output": _tokens(top.get("max_completion_tokens"))
        or _tokens(entry.get("max_completion_tokens")),
        # OpenRouter: USD for a token, as text. Together: USD for a million, as numbers.
        "input_price": _price(price.get("prompt"), MILLION) or _price(price.get("input"), 1),
        "output_price": _price(price.get("completion"), MILLION) or _price(price.get("output"), 1),
        "cached_price": _price(price.get("input_cache_read"), MILLION)
        or _price(price.get("cached_input"), 1),
    }


def _part(entry: Json, name: str) -> Json:
    part = entry.get(name)
    return cast("Json", part) if isinstance(part, dict) else {}


async def _xai(client: httpx.AsyncClient, base: str, key: str | None) -> list[Json]:
    """Its own listing has prices, in hundredths of a cent for a hundred million tokens."""
    try:
        document = await _get(client, f"{base}/language-models", _bearer(key))
        entries = _list(document, "models")
    except (httpx.HTTPStatusError, KeyError, ValueError):
        CURRENT.get().failure = None
        return await _openai(client, base, key)
    return [
        {
            "id": str(entry["id"]),
            "context_window": _tokens(entry.get("context_length")),
            "input_price": _price(entry.get("prompt_text_token_price"), 1e-4),
            "output_price": _price(entry.get("completion_text_token_price"), 1e-4),
            "cached_price": _price(entry.get("cached_prompt_text_token_price"), 1e-4),
        }
        for entry in entries
        if entry.get("id")
    ]


async def _anthropic(client: httpx.AsyncClient, base: str, key: str | None) -> list[Json]:
    headers = {"anthropic-version": "2023-06-01", **({"x-api-key": key} if key else {})}
    document = await _get(client, f"{base.removesuffix('/v1')}/v1/models?limit={PAGE}", headers)
    return [
        {
            "id": str(entry["id"]),
            "name": str(entry.get("display_name") or ""),
            "context_window": _tokens(entry.get("max_input_tokens")),
            "max_output": _tokens(entry.get("max_tokens")),
        }
        for entry in _list(document, "data")
        if entry.get("id")
    ]


async def _gemini(client: httpx.AsyncClient, base: str, key: str | None) -> list[Json]:
    # In a header: in the URL, where their examples have it, a key gets into logs.
    headers = {"x-goog-api-key": key} if key else {}
    root = base if base.endswith(("/v1beta", "/v1")) else f"{base}/v1beta"
    document = await _get(client, f"{root}/models?pageSize={PAGE}", headers)
    return [
        {
            "id": str(entry["name"]).removeprefix("models/"),
            "name": str(entry.get("displayName") or ""),
            "context_window": _tokens(entry.get("inputTokenLimit")),
            "max_output": _tokens(entry.get("outputTokenLimit")),
        }
        for entry in _list(document, "models")
        if "generateContent" in entry.get("supportedGenerationMethods", ["generateContent"])
    ]


async def _ollama(client: httpx.AsyncClient, base: str, key: str | None) -> list[Json]:
    root = base.removesuffix("/v1")
    document = await _get(client, f"{root}/api/tags", _bearer(key))
    names = [str(entry["name"]) for entry in _list(document, "models") if entry.get("name")]
    gate = asyncio.Semaphore(AT_ONCE)

    async def window(name: str) -> int | None:
        async with gate:
            return await _ollama_window(client, root, key, name)

    windows = await asyncio.gather(*map(window, names[:MAX_SHOWN]))
    known = dict(zip(names, windows, strict=False))
    return [{"id": name, "context_window": known.get(name)} for name in names]


async def _ollama_window(
    client: httpx.AsyncClient, root: str, key: str | None, name: str
) -> int | None:
    try:
        response = await client.post(f"{root}/api/show", json={"model": name}, headers=_bearer(key))
        response.raise_for_status()
        info = response.json()["model_info"]
        return next(_tokens(v) for k, v in info.items() if k.endswith(".context_length"))
    except (httpx.HTTPError, ValueError, KeyError, AttributeError, StopIteration):
        CURRENT.get().failure = None
        return None


async def _lmstudio(client: httpx.AsyncClient, base: str, key: str | None) -> list[Json]:
    """Its own listing tells the window; older versions have only OpenAI's."""
    try:
        root = base.removesuffix("/v1")
        entries = _list(await _get(client, f"{root}/api/v0/models", _bearer(key)), "data")
    except (httpx.HTTPStatusError, KeyError, ValueError):
        CURRENT.get().failure = None
        return await _openai(client, base, key)
    return [
        {
            "id": str(entry["id"]),
            "context_window": _tokens(entry.get("loaded_context_length"))
            or _tokens(entry.get("max_context_length")),
        }
        for entry in entries
        if entry.get("id") and entry.get("type") != "embeddings"
    ]


Ask = Callable[[httpx.AsyncClient, str, str | None], Awaitable[list[Json]]]
KINDS: dict[str, Ask] = {
    "anthropic": _anthropic,
    "gemini": _gemini,
    "ollama": _ollama,
    "lmstudio": _lmstudio,
    "xai": _xai,
}
"""Those that do not just list as OpenAI does."""


def _tokens(value: object) -> int | None:
    if isinstance(value, int) and not isinstance(value, bool) and 0 < value < 1 << 40:
        return value
    return None


def _price(value: object, factor: float) -> float | None:
    if not isinstance(value, str | int | float) or isinstance(value, bool):
        return None
    try:
        price = float(value) * factor
    except ValueError:
        return None
    return round(price, 6) if 0 <= price < MILLION else None
