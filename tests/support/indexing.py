"""Indexes and handlers over small trees, in this process."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection

from octoprompt.app import App
from octoprompt.features import registry
from octoprompt.index import rows
from octoprompt.index.index import Index
from octoprompt.index.model import SuggestQuery
from octoprompt.index.packing import unpack
from octoprompt.lsp.endpoint import Endpoint, RpcError
from octoprompt.settings import Settings, WorkspaceOptions
from octoprompt.workspace.workspace import Workspace

SUGGESTED = ("price of a cart", "parse the token", "widget colour")


def write(root: Path, files: Mapping[str, str | bytes]) -> None:
    """Write files as they are, with their folders."""
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)


@asynccontextmanager
async def opened(
    root: Path, cache: Path, options: WorkspaceOptions | None = None
) -> AsyncIterator[Index]:
    """Give the index of a root, complete."""
    options = options or WorkspaceOptions()
    index = Index(Workspace(root, options), cache, options)
    await index.start()
    try:
        await index.refresh()
        yield index
    finally:
        await index.close()


async def until_idle(index: Index) -> None:
    """Wait until everything that an index was told is done, without asking it for a scan."""
    follower = index._follower  # noqa: SLF001 - its status says nothing of what it has not begun

    def is_at_work() -> bool:
        driver = follower._driver  # noqa: SLF001
        assert driver is not None
        waits_for = getattr(driver.get_coro(), "cr_await", None)
        is_waiting = getattr(waits_for, "__qualname__", "") == "Event.wait"
        is_woken = follower._wake.is_set()  # noqa: SLF001
        return is_woken or not is_waiting or follower.is_reading_history

    async with asyncio.timeout(20):
        while is_at_work() or index.status().state != "idle":  # noqa: ASYNC110 - nothing tells when
            await asyncio.sleep(0.01)


class Handlers:
    """Every handler, called as the wire calls it."""

    def __init__(self, app: App) -> None:
        self.app = app
        registry.load()
        self._ctx = registry.Ctx(app=app, notify=lambda *_: None)
        self._endpoint = Endpoint(
            lambda request, params: registry.HANDLERS[request.method](self._ctx, params)
        )

    def use(self, editor: registry.Editor) -> None:
        """Have an editor that changes open texts."""
        self._ctx = replace(self._ctx, editor=editor)

    @property
    def index(self) -> Index:
        """The index of the only root."""
        return self.app.project(None).index

    async def __call__(self, method: str, **params: Any) -> Any:
        """Give a result."""
        return json.loads(await self._endpoint.answer(method, params))

    async def error(self, method: str, **params: Any) -> RpcError:
        """Give the error of a request that must fail."""
        with pytest.raises(RpcError) as caught:
            await self(method, **params)
        return caught.value


@asynccontextmanager
async def served(
    root: Path, tmp_path: Path, options: WorkspaceOptions | None = None
) -> AsyncIterator[Handlers]:
    """Give the handlers over one root, indexed."""
    settings = Settings(data_dir=tmp_path / "data", cache_dir=tmp_path / "cache")
    app = App(settings)
    await app.start([root], options or WorkspaceOptions())
    try:
        handlers = Handlers(app)
        await handlers.index.refresh()
        yield handlers
    finally:
        await app.close()


async def content(index: Index) -> dict[str, object]:
    """Give everything that an index knows, without what only says how it came to it."""
    held = await index._follower.read(_content)  # noqa: SLF001 - what no question shows whole
    suggested = {}
    for query in SUGGESTED:
        found, _ = await index.suggest(_query(query))
        suggested[query] = {s.path: round(s.score, 3) for s in found}
    status = index.status()
    return {
        **held,
        "suggested": suggested,
        "languages": status.languages,
        "skipped": status.skipped,
        "failed": status.failed,
        "paths": await index.paths(),
    }


def differing(one: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    """Give what is not the same in two contents, path by path where there are paths."""
    found: dict[str, Any] = {}
    for key in one.keys() | other.keys():
        first, second = one.get(key), other.get(key)
        if isinstance(first, dict) and isinstance(second, dict):
            if inner := differing(first, second):
                found[key] = inner
        elif first != second:
            found[key] = (first, second)
    return found


def _query(text: str) -> SuggestQuery:
    return SuggestQuery(text=text, limit=200, all_files=True)


def _content(connection: Connection) -> dict[str, object]:
    files = {row.id: row for row in rows.load_files(connection)}
    raw = rows.cursor(connection)
    try:
        bitmaps = dict(
            raw.execute("SELECT f.path, g.bits FROM grams g LEFT JOIN file f ON f.id = g.file")
        )
        symbols = raw.execute(
            "SELECT f.path, s.position, s.name, s.kind, s.line, s.end_line, s.container "
            "FROM symbol s LEFT JOIN file f ON f.id = s.file ORDER BY 1, 2"
        ).fetchall()
    finally:
        raw.close()
    parsed = rows.load_parsed(connection, files)
    return {
        "files": {
            row.path: (row.size, row.hash, row.tokens, row.n_symbols, row.skipped, row.failed)
            for row in files.values()
        },
        "bitmaps": bitmaps,
        "symbols": symbols,
        "parsed": {files[id].path: unpack(data) for id, data in parsed.items()},
    }
