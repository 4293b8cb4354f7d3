"""Keeps the index of a root current: opens it, scans, follows changes, starts over when it must."""

import asyncio
import contextlib
import logging
from collections.abc import Callable, Coroutine, Iterable
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from octoprompt.errors import IndexProblem, OctoPromptError, RootUnreadable
from octoprompt.index import damage, rows
from octoprompt.index.ahead import Ahead
from octoprompt.index.bitmap import NOTHING
from octoprompt.index.catalog import Catalog
from octoprompt.index.differences import Difference, compare, compare_some
from octoprompt.index.expiry import delete
from octoprompt.index.grams import Bitmaps
from octoprompt.index.listing import Lister
from octoprompt.index.model import Status
from octoprompt.index.names import Names
from octoprompt.index.pipeline import Pipeline, Watch
from octoprompt.index.progress import Phase, status_of
from octoprompt.index.retrieval.engine import Retrieval
from octoprompt.index.rows import Batch
from octoprompt.index.storage import Storage, open_storage
from octoprompt.index.upkeep import Upkeep
from octoprompt.index.walk import Walker
from octoprompt.workspace.workspace import Workspace

T = TypeVar("T")
logger = logging.getLogger(__name__)
LONGEST_PAUSE_S = 60
"""So long at most a driver that keeps failing rests before the next try."""
HISTORY_WAIT_S = 5.0
"""So long the commits wait for symbols: both want every core, and most roots are done by then."""
MAX_RECOVERIES = 3
"""So often an index that failed is made anew; then it is told."""


class Follower:
    """Owns the index file, the workers and the catalog of a root; lives on the event loop."""

    def __init__(
        self,
        workspace: Workspace,
        cache_dir: Path,
        on_change: Callable[[], None],
        ahead: Ahead | None = None,
    ) -> None:
        self.workspace = workspace
        self.catalog = Catalog()
        self.retrieval = Retrieval()
        self._upkeep = Upkeep(self.retrieval, workspace.git)
        self.bitmaps = Bitmaps()
        self.names = Names()
        self._cache_dir = cache_dir
        self._on_change = on_change
        self.walker = Walker(workspace.root, workspace.git, workspace.options)
        self._storage: Storage | None = None
        self._pipeline: Pipeline | None = None
        self._opened = asyncio.Event()
        self._wake = asyncio.Event()
        self._progress = asyncio.Event()
        self._asked, self._done = 1, 0
        self._changed: set[str] = set()
        self._wants_rebuild = False
        self._phase = Phase()
        self._broken: BaseException | None = None
        self._n_recovered = self._n_ended = 0
        self._lister = Lister(self.walker, ahead)
        self._driver: asyncio.Task[None] | None = None
        self._tidier: asyncio.Task[None] | None = None
        self._history: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin, in the background."""
        self._wake.set()
        self._lister.begin()
        self._driver = self._own(self._drive(), "index driver")

    def _own(self, work: Coroutine[Any, Any, None], name: str) -> asyncio.Task[None]:
        """Run a task whose unforeseen end counts as damage: nobody may wait for it for ever."""
        task = asyncio.create_task(work, name=name)
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._progress.set()
        if task.cancelled() or (error := task.exception()) is None:
            return
        logger.error("the %s of %s failed", task.get_name(), self.workspace.root, exc_info=error)
        if task is self._history:
            return  # an index without its history is still an index
        self._break(error)
        if task is self._driver:
            self._driver = self._own(self._drive_again(error), "index driver")

    async def _drive_again(self, error: BaseException) -> None:
        """Go on after the driver failed: at once, and later and later where that does not help.

        Meanwhile the state is `error`; who asks for a scan need not wait.
        """
        delay = min(LONGEST_PAUSE_S, 2 ** (self._n_ended - 1)) if self._n_ended else 0
        self._n_ended += 1
        if delay:
            said = damage.reason(error)
            self._phase.error = f"indexing failed ({said}), and is tried again in {delay} s"
            asked = self._done = self._asked
            self._progress.set()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(delay):
                    while self._asked == asked:
                        self._wake.clear()
                        await self._wake.wait()
            self._wake.set()
        await self._drive()

    async def close(self) -> None:
        """Stop everything and close the file; what was committed stays. Who waits is told."""
        self._phase.error = self._phase.error or "the index is closed"
        self._done = self._asked
        self._opened.set()
        self._progress.set()
        tasks = [t for t in (self._driver, self._tidier, self._history) if t is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._lister.forget()
        if self._pipeline is not None:
            await self._pipeline.close()
        if self._storage is not None:
            storage, self._storage = self._storage, None
            await asyncio.to_thread(storage.close)

    async def read(self, work: Callable[[Connection], T]) -> T:
        """Run `work` on one snapshot of the index; fails with `IndexProblem`."""
        await self._opened.wait()
        if self._storage is None:
            raise IndexProblem(self._phase.error or "the index is closed")
        try:
            return await self._storage.access.read(work)
        except DBAPIError as error:
            self._break(error)
            raise IndexProblem("the index file was damaged and is being made anew") from error

    async def first_scan(self) -> None:
        """Wait until the files are listed once; at once when a former session listed them.

        A pause does not keep it waiting: what is known counts.
        """
        await self._opened.wait()
        while not (self.catalog.rows or self._done or self._phase.error or self._phase.is_paused):
            await self._step()

    async def refresh(self, *, rebuild: bool = False) -> None:
        """Scan now and wait until everything there is indexed; fails with `RootUnreadable`."""
        await self._opened.wait()
        self._wants_rebuild = self._wants_rebuild or rebuild
        self._lister.forget()
        self._asked += 1
        ticket = self._asked
        self._wake.set()
        while self._done < ticket and not self._phase.is_paused:
            await self._step()
        self._raise_error()
        await self._drained()
        self._raise_error()
        while self._history is not None and not self._history.done() and not self._phase.is_paused:
            await self._step()

    def _raise_error(self) -> None:
        if self._phase.error:
            is_there = self.workspace.root.is_dir()
            raise (IndexProblem if is_there else RootUnreadable)(self._phase.error)

    async def _drained(self) -> None:
        """Wait until nothing is pending, also when the index is made anew meanwhile."""
        while not self._phase.error and not self._phase.is_paused:
            pipeline = self._pipeline
            if pipeline is None or self._broken is not None or self._done < self._asked:
                await self._step()
                continue
            await pipeline.drained()
            if pipeline is self._pipeline and self._broken is None and self._done >= self._asked:
                return

    @property
    def is_reading_history(self) -> bool:
        """Whether new commits are waited for."""
        return self._history is None or not self._history.done()

    def files_changed(self, paths: Iterable[str]) -> None:
        """Look at some paths again, soon, and at where git stands."""
        self._changed.update(paths)
        self._wake.set()

    async def follow_git(self) -> None:
        """Scan, soon, if git has moved: no event tells of a `.git` outside the root."""
        if self._phase.is_git and await self._upkeep.has_git_moved():
            self._wake.set()

    def pause(self) -> None:
        """Begin nothing new."""
        self._phase.is_paused = True
        if self._pipeline is not None:
            self._pipeline.pause()
        self._moved()

    def resume(self) -> None:
        """Go on."""
        self._phase.is_paused = False
        if self._pipeline is not None:
            self._pipeline.resume()
        self._wake.set()
        self._moved()

    def status(self) -> Status:
        """Say how far the index is."""
        self._phase.is_listed = self._done > 0
        return status_of(self._phase, self.catalog, self._pipeline)

    async def _step(self) -> None:
        self._progress.clear()
        await self._progress.wait()

    def _moved(self) -> None:
        self._progress.set()
        self._on_change()

    async def _drive(self) -> None:
        try:
            if self._broken is None:
                await self._open()
        except OctoPromptError as error:
            self._fail(error.message)
        finally:
            self._opened.set()
        while True:
            await self._wake.wait()
            self._wake.clear()
            if self._phase.is_paused:
                continue
            try:
                await self._turn()
            except OctoPromptError as error:
                self._fail(error.message)
            except DBAPIError as error:
                self._break(error)
            self._moved()
            self._n_ended = 0

    def _fail(self, message: str) -> None:
        logger.error("index of %s: %s", self.workspace.root, message)
        self._phase.error = message
        self._phase.is_scanning = False
        self._done = self._asked
        self._moved()

    def _break(self, error: BaseException) -> None:
        """Note that the index failed; the driver decides what to do."""
        self._broken = error
        self._wake.set()

    async def _open(self) -> None:
        root = self.workspace.root
        storage = self._storage = await asyncio.to_thread(open_storage, self._cache_dir, root)
        self.catalog.load(*await storage.access.read(rows.load_catalog))
        await storage.access.read(self.retrieval.load)
        pipeline = Pipeline(
            self.workspace,
            storage,
            self.catalog,
            self.retrieval,
            Watch(on_commit=self._committed, on_broken=self._break),
        )
        pipeline.quarantine.update(await storage.access.read(rows.load_quarantine))
        pipeline.known = await self._lister.texts()
        pipeline.begin(is_paused=self._phase.is_paused)
        self._pipeline = pipeline
        self._phase.error = ""

    def _committed(self, batch: Batch) -> None:
        self.bitmaps.put((path, bits) for _, path, bits in batch.bitmaps)
        self.bitmaps.put((row.path, NOTHING) for row in batch.removed)
        self.names.add(row[0] for _, _, symbols in batch.parsed for row in symbols)
        self._moved()
        if self._pipeline is not None and self._pipeline.pending == 0:
            self._tidy()

    async def _turn(self) -> None:
        if self._broken is not None:
            await self._recover(self._broken)
        if self._pipeline is None:
            await self._open()
        if self._wants_rebuild:
            await self._empty()
        if self._done < self._asked:
            await self._scan()
        else:
            await self._look()

    async def _recover(self, error: BaseException) -> None:
        """Make the index anew after damage; other trouble is told, and tried again when asked."""
        self._broken = None
        if self._pipeline is not None:
            pipeline, self._pipeline = self._pipeline, None
            await pipeline.close()
        storage, self._storage = self._storage, None
        reason = damage.reason(error)
        is_damage = self._n_recovered < MAX_RECOVERIES and damage.is_damage(error)
        if storage is not None:
            await asyncio.to_thread(storage.abandon)
            if is_damage:
                await asyncio.to_thread(delete, storage.path)
        if not is_damage:
            raise IndexProblem(damage.advice(self.workspace.root, reason))
        logger.warning("the index was damaged (%s): making it anew", reason)
        self._n_recovered += 1
        self._forget()
        self._asked += 1

    def _forget(self) -> None:
        self.catalog.load([], self.catalog.next_generation())
        self.names.forget()
        self.bitmaps.forget()

    async def _empty(self) -> None:
        pipeline, storage, retrieval = self._pipeline, self._storage, self.retrieval
        self._wants_rebuild = False
        if pipeline is None or storage is None:
            return
        pipeline.queue.clear()
        pipeline.quarantine.clear()
        await storage.access.write(lambda c: rows.make_anew(c, retrieval), retrieval.publish_anew)
        self._forget()

    async def _scan(self) -> None:
        pipeline = self._pipeline
        ticket, self._phase.is_scanning = self._asked, True
        if pipeline is None:
            return
        self._moved()
        try:
            if self._lister.is_ahead:
                self._wake.set()  # for what has changed since
            else:
                self._changed.clear()
            walk = await self._upkeep.walk(self._lister)
            found = await asyncio.to_thread(compare, walk, pipeline.rows())
            found.changed = [seen for seen in found.changed if not pipeline.queue.has(seen)]
            self._phase.is_git, self._phase.error = walk.git, ""
            if self.catalog.list_new([*found.listed, *found.changed]):
                self._moved()
            await self._apply(pipeline, found)
        finally:
            self._phase.is_scanning = False
        self._done = ticket
        if self._history is None or self._history.done():
            self._history = self._own(self._read_history(), "index history")

    async def _apply(self, pipeline: Pipeline, found: Difference) -> None:
        if found.removed:
            await pipeline.remove(found.removed)
        if found.listed:
            await pipeline.list_only(found.listed)
        pipeline.add(found.changed)
        if pipeline.pending == 0:
            self._tidy()

    async def _look(self) -> None:
        """Look at the changed paths alone, or scan when that is safer."""
        paths, self._changed = self._changed, set()
        if self._pipeline is None:
            return
        known = self._pipeline.rows()
        found = await asyncio.to_thread(compare_some, self.walker, paths, known)
        if found is None or await self._upkeep.has_git_moved():
            self._asked += 1
            self._wake.set()
            return
        await self._apply(self._pipeline, found)

    def _tidy(self) -> None:
        if self._storage is not None and (self._tidier is None or self._tidier.done()):
            self._tidier = self._own(self._upkeep.merge(self._storage), "index upkeep")

    async def _read_history(self) -> None:
        """Read the commits that are new, and mind old index files; files matter more."""
        while self._pipeline is not None and self._pipeline.queue.pending_text:
            await self._step()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(HISTORY_WAIT_S):
                while self._pipeline is not None and self._pipeline.pending:
                    await self._step()
        if self._storage is not None:
            await self._upkeep.catch_up(self._storage)
            self._on_change()
