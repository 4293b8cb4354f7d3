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


def start(_args: tuple[str, ...]) -> Callable[[object], AsyncGenerator[object, None]]:
    """Give what does the work."""
    desk = Desk()

    async def work(message: object) -> AsyncGenerator[object, None]:
        given = cast("Json", message)
        if given["do"] == "warm":
            await chat.load()
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
