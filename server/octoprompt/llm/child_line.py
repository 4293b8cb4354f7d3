"""The real line: every provider is reached from one child process, which holds litellm.

So the server stays small and its loop free, a library that hangs, leaks or crashes costs that
process, and a cancelled request ends with its connection. The child starts with the first question,
or when it is warmed, and ends after ten idle minutes.
"""

import os
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from typing import Any, cast

from octoprompt.children import ChildSpec
from octoprompt.duplex import Duplex
from octoprompt.errors import ChildFailed
from octoprompt.llm.answer import ReasoningDelta, TextDelta, ToolCallDelta, Usage
from octoprompt.llm.kinds import FACTS
from octoprompt.llm.line import Ending, Event, Failure, TryFailed
from octoprompt.llm.request import Limits, Message, ModelFacts, ModelRequest, ProviderProfile

IDLE_S = 600.0
MAX_MEMORY_BYTES = 700 << 20
"""litellm takes 170 MB; a child above this has leaked and is replaced when it is free."""
NETWORK_VARIABLES = (
    *("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "SSL_CERT_FILE", "SSL_CERT_DIR"),
    *("http_proxy", "https_proxy", "all_proxy", "no_proxy"),
)
"""What says how this network is reached. No variable with a key goes to the child."""
QUIET_LITELLM = {
    # Its price table and its `.env` would come from the network and from the user's folder.
    "LITELLM_LOCAL_MODEL_COST_MAP": "True",
    "LITELLM_MODE": "PRODUCTION",
    "LITELLM_LOG": "CRITICAL",
    # Only httpx goes through our own transport.
    "DISABLE_AIOHTTP_TRANSPORT": "True",
    # It takes a hundred equal pieces, as a table's lines may be, for a failure.
    "REPEATED_STREAMING_CHUNK_LIMIT": "1000000",
}

Json = dict[str, Any]


class ChildLine:
    """Reaches providers through the child."""

    def __init__(self) -> None:
        network = {name: os.environ[name] for name in NETWORK_VARIABLES if name in os.environ}
        spec = ChildSpec(
            module="octoprompt.llm.reach.work", environment={**network, **QUIET_LITELLM}, nice=0
        )
        self._child = Duplex(spec, idle_s=IDLE_S, max_memory_bytes=MAX_MEMORY_BYTES)
        self._warm_pid: int | None = None

    @property
    def pid(self) -> int | None:
        """The child's process id, while there is one."""
        return self._child.pid

    @property
    def memory_bytes(self) -> int:
        """What the child held at the end of its last piece of work; 0 where nobody tells."""
        return self._child.memory_bytes

    async def attempt(
        self, request: ModelRequest, key: str | None, limits: Limits
    ) -> AsyncGenerator[Event, None]:
        """Try once. Fails with `TryFailed`."""
        async with aclosing(self._work(_chat(request, key, limits))) as values:
            async for value in values:
                yield _event(value)

    async def models(self, provider: ProviderProfile, key: str | None) -> Sequence[ModelFacts]:
        """Ask a provider for its models. Fails with `TryFailed`."""
        work = {"do": "models", **_address(provider, key), "connectS": Limits().connect_s}
        found: list[ModelFacts] = []
        async with aclosing(self._work(work)) as values:
            async for _, model in values:
                found.append(ModelFacts(**model))
        return found

    async def warm(self) -> None:
        """Import litellm in the child, unless it is there. Fails with `TryFailed`."""
        if self._warm_pid is None or self._warm_pid != self.pid:
            async with aclosing(self._work({"do": "warm"})) as values:
                async for _ in values:
                    pass
            self._warm_pid = self.pid

    async def close(self) -> None:
        """End the child."""
        await self._child.close()

    async def _work(self, message: Json) -> AsyncGenerator[tuple[str, Any], None]:
        try:
            async with aclosing(self._child.work(message)) as values:
                async for value in values:
                    kind, content = cast("tuple[str, Any]", value)
                    if kind == "failed":
                        raise TryFailed(Failure(**content))
                    yield kind, content
        except ChildFailed as died:
            raise TryFailed(Failure(kind="child", detail=died.message)) from died


def _address(provider: ProviderProfile, key: str | None) -> Json:
    return {"kind": provider.kind, "url": provider.base_url, "key": key}


def _chat(request: ModelRequest, key: str | None, limits: Limits) -> Json:
    options, provider = request.options, request.provider
    settings = {
        "temperature": options.temperature,
        "top_p": options.top_p,
        "max_tokens": options.max_tokens,
        "frequency_penalty": options.frequency_penalty,
        "presence_penalty": options.presence_penalty,
        "stop": list(options.stop) or None,
        "seed": options.seed,
        "num_ctx": request.room,
        "reasoning_effort": options.reasoning_effort,
        "tool_choice": options.tool_choice if request.tools else None,
        "tools": [
            {
                "type": "function",
                "function": {
                    "name": tool.name,
                    "description": tool.description,
                    "parameters": dict(tool.parameters),
                },
            }
            for tool in request.tools
        ]
        or None,
        "response_format": options.schema
        and {
            "type": "json_schema",
            "json_schema": {"name": "answer", "schema": dict(options.schema), "strict": True},
        },
    }
    return {
        "do": "chat",
        **_address(provider, key),
        "model": FACTS[provider.kind].prefix + request.model,
        "messages": _messages(request),
        "settings": {name: value for name, value in settings.items() if value is not None},
        "stream": options.stream,
        "connectS": limits.connect_s,
        "totalS": limits.total_s,
    }


def _messages(request: ModelRequest) -> list[Json]:
    """Give the messages; of what will be sent again its end is marked, for the provider's cache."""
    given = [_message(message) for message in request.messages]
    goes_on = request.purpose == "chat" or request.tools
    if FACTS[request.provider.kind].wants_marks and goes_on:
        for role in ("system", "user"):
            last = next((one for one in reversed(given) if one["role"] == role), None)
            if last is not None and last["content"]:
                mark = {"type": "ephemeral"}
                last["content"] = [{"type": "text", "text": last["content"], "cache_control": mark}]
    return given


def _message(message: Message) -> Json:
    given: Json = {"role": message.role, "content": message.content}
    if message.tool_calls:
        given["tool_calls"] = [
            {
                "id": call.id,
                "type": "function",
                "function": {"name": call.name, "arguments": call.arguments},
            }
            for call in message.tool_calls
        ]
    if message.tool_call_id is not None:
        given["tool_call_id"] = message.tool_call_id
    return given


def _event(value: tuple[str, Any]) -> Event:
    match value:
        case ("text", text):
            return TextDelta(text)
        case ("reasoning", text):
            return ReasoningDelta(text)
        case ("tool", (index, id, name, arguments)):
            return ToolCallDelta(index, id, name, arguments)
        case (_, ending):
            usage = Usage(**ending.pop("usage"))
            return Ending(usage=usage, **ending)
