"""What the child does: `chat` with a model, list `models`, `warm` up. One function for each."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from typing import Any, cast

import httpx

from octoprompt.llm.reach import chat, listing
from octoprompt.llm.reach.failing import facts_of
from octoprompt.llm.reach.transport import READ_S, Transport
from octoprompt.llm.reach.watch import CURRENT, Watch

Json = dict[str, Any]
Value = tuple[str, Any]


REHEARSAL: Json = {
    "kind": "custom",
    "url": "http://rehearsal.invalid/v1",
    "key": None,
    "model": "openai/nobody",
    "messages": [{"role": "user", "content": "Hello"}],
    "settings": {},
    "stream": True,
    "totalS": 10.0,
}
REHEARSED = (
    b'data: {"id":"1","object":"chat.completion.chunk","created":1,"model":"nobody","choices":'
    b'[{"index":0,"delta":{"role":"assistant","content":"Hi"},"finish_reason":"stop"}]}\n\n'
    b"data: [DONE]\n\n"
)
"""No network is asked for it."""


class Desk:
    """What all pieces of work share: the connections."""

    def __init__(self) -> None:
        self._clients: dict[float, httpx.AsyncClient] = {}

    def client(self, connect_s: float) -> httpx.AsyncClient:
        """Give the client for a limit of time; its connections are kept."""
        if connect_s not in self._clients:
            transport = Transport(connect_s)
            self._clients[connect_s] = httpx.AsyncClient(
                transport=transport, follow_redirects=True, trust_env=False, timeout=READ_S
            )
        return self._clients[connect_s]


DOINGS: dict[str, Callable[[httpx.AsyncClient, Json], AsyncGenerator[Value, None]]] = {
    "chat": chat.answer,
    "models": listing.models,
}


async def warm() -> None:
    """Import litellm, then ask nobody: the first question imports as much again, piece by piece."""
    await chat.load()
    CURRENT.set(Watch())
    async with (
        httpx.AsyncClient(transport=httpx.MockTransport(_rehearsed)) as nobody,
        aclosing(chat.answer(nobody, REHEARSAL)) as values,
    ):
        async for _ in values:
            pass


def _rehearsed(_request: httpx.Request) -> httpx.Response:
    headers = {"content-type": "text/event-stream"}
    return httpx.Response(200, headers=headers, content=REHEARSED)


def start(_args: tuple[str, ...]) -> Callable[[object], AsyncGenerator[object, None]]:
    """Give what does the work."""
    desk = Desk()

    async def work(message: object) -> AsyncGenerator[object, None]:
        given = cast("Json", message)
        if given["do"] == "warm":
            await warm()
            return
        watch = Watch()
        CURRENT.set(watch)
        client = desk.client(given["connectS"])
        async with aclosing(DOINGS[given["do"]](client, given)) as values:
            try:
                async for value in values:
                    yield value
            except asyncio.CancelledError:
                raise
            except Exception as error:  # noqa: BLE001 - the main loop of a child: told, not lost
                yield ("failed", facts_of(error, watch))

    return work
