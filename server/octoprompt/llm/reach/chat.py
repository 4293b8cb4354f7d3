"""One question to one model, by litellm, which knows the protocols; what it claims is checked."""

import asyncio
import importlib
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import aclosing
from functools import cache
from typing import Any

import httpx

from octoprompt.llm.reach.watch import CURRENT, Refused, Watch

Json = dict[str, Any]
Value = tuple[str, Any]
NO_KEY = "none"
"""What litellm is given where there is no key: it insists on one, and local servers ignore it."""
MAX_NAME = 300
"""Characters of a model's name, or of why an answer ended; the rest is no name."""
WITHOUT_KEYS = ("ollama", "lmstudio", "custom")


async def load() -> None:
    """Import litellm, on a thread: five seconds of work the first time."""
    await asyncio.to_thread(_litellm)


async def answer(client: httpx.AsyncClient, work: Json) -> AsyncGenerator[Value, None]:
    """Ask; the last value is `("ending", fields)`."""
    await load()
    watch = CURRENT.get()
    response = await _litellm().acompletion(**_arguments(client, work))
    if not work["stream"]:
        # A document that could be read is whole.
        watch.is_marked = watch.has_reason = True
        for choice in response.choices[:1]:
            for value in _pieces(choice.message):
                yield value
        yield _ending(watch, response, response.model, _reason(response))
        return
    reason = told = model = None
    async with aclosing(response) as chunks:
        async for chunk in chunks:
            model = model or getattr(chunk, "model", None)
            told = chunk if getattr(chunk, "usage", None) else told
            reason = _reason(chunk) or reason
            for choice in chunk.choices[:1]:
                for value in _pieces(choice.delta):
                    yield value
    if watch.n_bytes and not watch.is_stream:
        watch.fail("malformed")
        raise Refused
    yield _ending(watch, told, model, reason)


def _arguments(client: httpx.AsyncClient, work: Json) -> Json:
    key = work["key"] or (NO_KEY if work["kind"] in WITHOUT_KEYS else None)
    _share(client)
    arguments: Json = {
        **work["settings"],
        "model": work["model"],
        "messages": work["messages"],
        "api_base": work["url"],
        "api_key": key,
        "stream": work["stream"],
        "timeout": work["totalS"],
        "num_retries": 0,
        "max_retries": 0,
        "drop_params": True,
        # With tools it would look for those of MCP servers first, and import a package for that
        # which is not among its dependencies.
        "_skip_mcp_handler": True,
    }
    if work["stream"]:
        arguments["stream_options"] = {"include_usage": True}
    return arguments


def _ending(watch: Watch, response: Any, model: str | None, reason: str | None) -> Value:  # noqa: ANN401
    usage = getattr(response, "usage", None) if watch.has_usage else None
    return (
        "ending",
        {
            # litellm says `stop` of a stream that just ends.
            "finish_reason": str(reason)[:MAX_NAME] if reason and watch.has_reason else None,
            "is_marked": watch.is_marked,
            "usage": _usage(usage) if watch.has_reason or watch.is_marked else _usage(None),
            "cost_usd": _number(getattr(usage, "cost", None)),
            "model": str(model or "")[:MAX_NAME],
        },
    )


def _usage(usage: Any) -> dict[str, int | None]:  # noqa: ANN401 - litellm's, and it has no types
    prompt, completion = (
        getattr(usage, name, None)
        for name in ("prompt_tokens_details", "completion_tokens_details")
    )
    return {
        "prompt": _whole(getattr(usage, "prompt_tokens", None)),
        "completion": _whole(getattr(usage, "completion_tokens", None)),
        "cached": _whole(getattr(prompt, "cached_tokens", None)),
        "written": _whole(getattr(prompt, "cache_creation_tokens", None)),
        "reasoning": _whole(getattr(completion, "reasoning_tokens", None)),
    }


def _whole(value: object) -> int | None:
    """Give a number of tokens, and nothing for what cannot be one."""
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 1 << 40:
        return value
    return None


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) and 0 <= value < 1e9 else None


def _reason(response: Any) -> str | None:  # noqa: ANN401
    return next((choice.finish_reason for choice in response.choices[:1]), None)


def _pieces(delta: Any) -> Iterator[Value]:  # noqa: ANN401
    if reasoning := getattr(delta, "reasoning_content", None):
        yield ("reasoning", str(reasoning))
    if content := getattr(delta, "content", None):
        yield ("text", str(content))
    for position, call in enumerate(getattr(delta, "tool_calls", None) or ()):
        index = getattr(call, "index", position)
        function = call.function
        yield (
            "tool",
            (int(index or 0), call.id or "", function.name or "", function.arguments or ""),
        )


def _share(client: httpx.AsyncClient) -> None:
    """Let every request of litellm go through our client, whichever way the provider takes."""
    litellm = _litellm()
    if litellm.aclient_session is not client:
        litellm.aclient_session = client
        litellm.in_memory_llm_clients_cache.flush_cache()
        handler = importlib.import_module("litellm.llms.custom_httpx.http_handler")
        handler.AsyncHTTPHandler.create_client = _always(client)


def _always(client: httpx.AsyncClient) -> Callable[..., httpx.AsyncClient]:
    def create(*_args: object, **_kwargs: object) -> httpx.AsyncClient:
        return client

    return create


@cache
def _litellm() -> Any:  # noqa: ANN401 - it has no types to speak of
    litellm: Any = importlib.import_module("litellm")
    litellm.suppress_debug_info = True
    litellm.telemetry = False
    litellm.drop_params = True
    litellm.disable_hf_tokenizer_download = True
    litellm.disable_aiohttp_transport = True
    # Some of its code asks Ollama about a model, and would hold the loop until that answers.
    litellm.module_level_client = None
    return litellm
