"""The application behind the wire: loaded and opened in the background, closed at shutdown."""

import asyncio
import contextlib
import gc
import logging
import time
from collections.abc import Callable, Coroutine, Iterable, Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast

from pydantic import ValidationError

from octoprompt.children import drop_ahead
from octoprompt.contract._base import Empty, Notification, Request, Wire
from octoprompt.contract.data import DataChanged
from octoprompt.contract.index import GetIndexStatus, IndexChanged
from octoprompt.errors import FileProblem, OctoPromptError
from octoprompt.lsp.endpoint import RpcError, guard
from octoprompt.lsp.messages import METHOD_NOT_FOUND
from octoprompt.lsp.sync import Sync
from octoprompt.settings import Settings, WorkspaceOptions
from octoprompt.workspace.paths import from_uri

if TYPE_CHECKING:
    from octoprompt.app import App, OpenProject
    from octoprompt.features.automatic_summaries import Quiet
    from octoprompt.features.registry import Ctx, Editor, Vitals
    from octoprompt.index.ahead import Ahead
    from octoprompt.index.roots import Roots

T = TypeVar("T")
logger = logging.getLogger(__name__)

STATUS_INTERVAL_S = 0.25
CLOSE_S = 1.5
NEEDS_NO_ROOTS = ("debug/",)


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """Ways to tell the client something unasked."""

    notify: Callable[[type[Notification[Any]], Wire], None]
    notify_droppable: Callable[[type[Notification[Any]], Wire], None]
    warn: Callable[[str], None]
    """Shows a sentence to the user."""
    editor: "Callable[[], Editor]"
    """Gives what changes the texts that are open."""


class Session:
    """Runs handlers as soon as what they need is there."""

    def __init__(self, client: Client, vitals: "Callable[[], Vitals]") -> None:
        self._client = client
        self._vitals = vitals
        self._tasks: set[asyncio.Task[None]] = set()
        self._loading: asyncio.Task[App] | None = None
        self._opening: asyncio.Task[None] | None = None
        self._roots: list[Path] = []
        self._early: asyncio.Task[Roots] | None = None
        self._options: object = None
        self._folders: asyncio.Task[None] | None = None
        self._quiet: Quiet | None = None
        self._status_due: dict[str, float] = {}
        self._status_waiting: set[str] = set()
        self.sync = Sync(self.spawn)
        self.on_data_dir: Callable[[Path], None] = lambda _folder: None

    def prepare(self, roots: list[Path], options: object) -> None:
        """Begin to load the application; its roots are opened by `open`."""
        self._roots, self._options = roots, options
        self._early = asyncio.create_task(self._load_roots(), name="load roots")
        self._loading = asyncio.create_task(self._load(self._early), name="load")

    def open(self) -> None:
        """Begin to open the store and the roots; the second call does nothing."""
        if self._opening is None:
            self._opening = asyncio.create_task(self._open(), name="open")

    async def invoke(self, request: type[Request[Any, Any]], params: Wire) -> object:
        """Run the handler of a request, once the application is there."""
        app = await self._loaded()
        if not request.method.startswith(NEEDS_NO_ROOTS):
            self.open()
            await self._opened()
            await _end_of(self._folders)
        return await self._handle(app, request, params)

    def change_folders(self, added: list[Path], removed: list[Path]) -> None:
        """Open and close roots, one change after the other; requests that come later wait."""
        work = self._change_folders(added, removed, after=self._folders)
        self._folders = self.spawn(work)

    def spawn(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Run background work; its failure is logged."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._finished)
        return task

    async def close(self) -> None:
        """Stop the background work and close the application, within `CLOSE_S`."""
        work = [*self._tasks, *filter(None, (self._opening,))]
        for task in work:
            task.cancel()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(CLOSE_S):
                await asyncio.gather(*work, return_exceptions=True)
                if self._opening is not None and (app := _result(self._loading)) is not None:
                    await app.close()
                elif (roots := _result(self._early)) is not None:
                    await roots.close_all()

    async def _load_roots(self) -> "Roots":
        """Load what an index needs; meanwhile its files are listed and read, on another core."""
        await asyncio.to_thread(import_module, "octoprompt.index.ahead")
        from octoprompt.index.ahead import Ahead  # noqa: PLC0415 - loaded by now

        options, _ = _workspace_options(self._options)
        ahead = {root: Ahead(root, options) for root in self._roots}
        return await asyncio.to_thread(_make_roots, ahead)

    async def _load(self, early: "asyncio.Task[Roots]") -> "App":
        app = await asyncio.to_thread(_make_app, await asyncio.shield(early))
        app.on_index_change = self._index_changed
        app.store.on_change = lambda: self._client.notify_droppable(DataChanged, Empty())
        app.store.on_notice = self._client.warn
        self.on_data_dir(app.settings.data_dir)
        return app

    async def _loaded(self) -> "App":
        if self._loading is None:
            raise RuntimeError("a request before `initialize`")
        return await asyncio.shield(self._loading)

    async def _opened(self) -> None:
        if self._opening is not None:
            await asyncio.shield(self._opening)

    async def _open(self) -> None:
        options, problem = _workspace_options(self._options)
        if self._early is not None:
            await (await asyncio.shield(self._early)).begin(self._roots, options)
        app = await self._loaded()
        self._quiet = _quiet(self._context(app), self.spawn)
        await app.start(self._roots, options)
        await asyncio.to_thread(drop_ahead)
        self.sync.attach(app)
        for warning in (problem, *app.store.notices, *map(_sentence, app.root_problems.values())):
            if warning:
                self._client.warn(warning)

    async def _handle(self, app: "App", request: type[Request[Any, Any]], params: Wire) -> object:
        from octoprompt.features.registry import HANDLERS  # noqa: PLC0415 - loaded by now

        handler = HANDLERS.get(request.method)
        if handler is None:
            raise RpcError(METHOD_NOT_FOUND, f"`{request.method}` is not there yet")
        return await handler(self._context(app), params)

    def _context(self, app: "App") -> "Ctx":
        from octoprompt.features.registry import Ctx  # noqa: PLC0415 - loaded by now

        return Ctx(
            app=app,
            notify=self._client.notify,
            vitals=self._vitals,
            editor=self._client.editor(),
        )

    async def _change_folders(
        self, added: list[Path], removed: list[Path], *, after: asyncio.Task[None] | None
    ) -> None:
        app = await self._loaded()
        self.open()
        await self._opened()
        await _end_of(after)
        for root in removed:
            await app.close_root(root)
        for root in added:
            try:
                await app.open_root(root)
            except OctoPromptError as error:
                app.root_problems[root] = error
                self._client.warn(_sentence(error))
        self.sync.replay()

    def _index_changed(self, project: "OpenProject") -> None:
        """Tell the client soon, at most once an interval for each project, the last state too."""
        if self._quiet is not None:
            self._quiet.changed(project)
        if project.id not in self._status_waiting:
            self._status_waiting.add(project.id)
            delay = self._status_due.get(project.id, 0.0) - time.monotonic()
            asyncio.get_running_loop().call_later(max(0.0, delay), self._send_now, project)

    def _send_now(self, project: "OpenProject") -> None:
        self._status_waiting.discard(project.id)
        self._status_due[project.id] = time.monotonic() + STATUS_INTERVAL_S
        self.spawn(self._send_status(project))

    async def _send_status(self, project: "OpenProject") -> None:
        app = await self._loaded()
        if project.id not in app.open_projects:
            return
        params = GetIndexStatus.params.model_validate({"project_id": project.id})
        status = await self._handle(app, GetIndexStatus, params)
        if isinstance(status, Wire):
            self._client.notify_droppable(IndexChanged, status)

    def _finished(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled():
            with guard("background work"):
                task.result()


async def _end_of(task: asyncio.Task[None] | None) -> None:
    """Wait until a task has ended, however it did; who waits can be cancelled by itself."""
    if task is not None and not task.done():
        await asyncio.wait((task,))


def paths_of(uris: Iterable[str]) -> list[Path]:
    """Give the paths of these `file:` URIs; folders elsewhere are left out."""
    paths: list[Path] = []
    for uri in uris:
        with contextlib.suppress(FileProblem):
            paths.append(Path(from_uri(uri)))
    return paths


def _quiet(ctx: "Ctx", spawn: Callable[[Coroutine[Any, Any, None]], object]) -> "Quiet":
    from octoprompt.features.automatic_summaries import Quiet  # noqa: PLC0415 - loaded by now

    return Quiet(ctx, spawn)


def _result(task: asyncio.Task[T] | None) -> T | None:
    """Give what a task has come to; None of one that runs, was cancelled or failed."""
    if task is None or not task.done() or task.cancelled() or task.exception() is not None:
        return None
    return task.result()


def _make_roots(ahead: "Mapping[Path, Ahead]") -> "Roots":
    """Load what an index needs, and no more: it has most to do, and workers wait for it."""
    from octoprompt.index.roots import Roots  # noqa: PLC0415 - slow to import: on this thread

    return Roots(Settings().cache_dir, ahead)


def _make_app(roots: "Roots") -> "App":
    from octoprompt.app import App  # noqa: PLC0415 - slow to import: it happens on this thread
    from octoprompt.features import registry  # noqa: PLC0415

    registry.load()
    app = App(Settings(), roots)
    # What was loaded stays for ever: a full collection need not look at it, which took 100 ms.
    gc.freeze()
    return app


def _workspace_options(raw: object) -> tuple[WorkspaceOptions, str]:
    """Give the options, those that make no sense left out, and a sentence that names these.

    A `trusted` that makes no sense is a no.
    """
    given = cast("dict[str, object]", raw) if isinstance(raw, dict) else {}
    try:
        return WorkspaceOptions.model_validate(given, by_alias=True, by_name=False), ""
    except ValidationError as error:
        problems = {str(problem["loc"][0]): problem["msg"] for problem in error.errors()}
    kept = {name: value for name, value in given.items() if name not in problems}
    if "trusted" in problems:
        kept["trusted"] = False
    told = " ".join(f"The option `{name}` is ignored: {why}." for name, why in problems.items())
    return WorkspaceOptions.model_validate(kept, by_alias=True, by_name=False), told


def _sentence(error: OctoPromptError) -> str:
    return f"{error.message[:1].upper()}{error.message[1:]}."
