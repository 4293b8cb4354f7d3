"""A window that chats: handlers over the app, a model that plays a script, and what was told."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from octoprompt.app import App
from octoprompt.contract._base import Notification, Wire
from octoprompt.features import registry
from octoprompt.llm.gateway import Gateway
from octoprompt.llm.request import Limits
from octoprompt.llm.scripted import Scene, Script
from octoprompt.lsp.endpoint import Endpoint
from octoprompt.settings import Settings, WorkspaceOptions
from support.indexing import Handlers

WINDOW_TOKENS = 8_000
QUICK = Limits(backoff_s=0.01)


class Window(Handlers):
    """Every handler, called as the wire calls it, with the notifications in between."""

    def __init__(self, app: App) -> None:
        super().__init__(app)
        self.told: list[tuple[str, dict[str, Any]]] = []
        """Methods and params of notifications, in order."""
        self.script = Script()
        self.play()
        ctx = registry.Ctx(app=app, notify=self._note)
        self._endpoint = Endpoint(
            lambda request, params: registry.HANDLERS[request.method](ctx, params)
        )

    def _note(self, notification: type[Notification[Any]], params: Wire) -> None:
        self.told.append((notification.method, json.loads(params.model_dump_json(by_alias=True))))

    def play(self, *scenes: Scene) -> None:
        """Let the model answer so from now on; forget what was told and sent."""
        left, self.script = self.script, Script(*scenes)
        self.told.clear()
        self.app.gateway = Gateway(self.script, QUICK)
        left.assert_used()

    async def says(self, chat: str, content: str, **more: Any) -> dict[str, Any]:
        """Send a message and give the answer."""
        return (await self("chats/send", chatId=chat, content=content, **more))["message"]

    async def contents(self, chat: str) -> list[str]:
        """Give the texts of the active branch."""
        return [m["content"] for m in (await self("chats/get", id=chat))["messages"]]

    @property
    def sent(self) -> list[tuple[str, str]]:
        """Roles and texts of the last request that went out."""
        return [(m.role, m.content) for m in self.script.requests[-1].messages]


async def modelled(handlers: Handlers, *scenes: Scene) -> Script:
    """Give handlers one provider, whose model plays these scenes."""
    script = Script(*scenes)
    handlers.app.gateway = Gateway(script, QUICK)
    await handlers(
        "providers/configure",
        id="local",
        kind="custom",
        baseUrl="http://127.0.0.1:9/v1",
        model="m",
        models=[{"id": "m", "contextWindow": WINDOW_TOKENS, "inputPrice": 1}],
    )
    return script


@asynccontextmanager
async def chatting(
    folder: Path, root: Path | None = None, options: WorkspaceOptions | None = None
) -> AsyncIterator[Window]:
    """Give a window with one provider, whose model is called `m`."""
    app = App(Settings(data_dir=folder / "data", cache_dir=folder / "cache"))
    await app.start([root] if root else [], options or WorkspaceOptions())
    try:
        window = Window(app)
        if root:
            await window.index.refresh()
        await modelled(window)
        window.play()
        yield window
        window.script.assert_used()
    finally:
        await app.close()
