"""From files that changed to committed rows: workers read and parse, one transaction a batch.

A worker that dies or hangs costs its batch a second try, file by file; the file that fails alone as
well is put in quarantine by its content, and nothing else is lost.
"""

import asyncio
import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import cast

from octoprompt.children import Helper
from octoprompt.errors import ChildFailed, DeadlinePassed, FileProblem
from octoprompt.index import rows
from octoprompt.index.ahead import Texts, taken
from octoprompt.index.bitmap import EVERYTHING, NOTHING
from octoprompt.index.catalog import LISTED, SYMBOLS, TEXT, Catalog, FileRow
from octoprompt.index.languages import BY_ID, language_of
from octoprompt.index.packing import SymbolRow, TextRow
from octoprompt.index.retrieval.engine import Retrieval, Update
from octoprompt.index.retrieval.writing import Change, Removed
from octoprompt.index.rows import Batch
from octoprompt.index.storage import Storage
from octoprompt.index.tasks import Queue, Task, Work
from octoprompt.index.walk import Seen
from octoprompt.index.workers import HARD_LIMIT_S, PATIENCE, worker_spec
from octoprompt.workspace.text import content_hash
from octoprompt.workspace.workspace import Workspace

logger = logging.getLogger(__name__)
WORKER_IDLE_S = 20.0
CONSUMERS_A_WORKER = 2
"""So that a worker has its next batch while the last one is being committed."""


@cache
def _has_grammar(language: str) -> bool:
    return language in BY_ID and BY_ID[language].has_grammar


@dataclass(frozen=True, slots=True)
class Watch:
    """Who is told what on the event loop."""

    on_commit: Callable[[Batch], None]
    on_broken: Callable[[BaseException], None]
    """Something failed that is nobody's data: the pipeline has stopped."""


class Pipeline:
    """Works a queue off with several workers; lives on the event loop."""

    def __init__(
        self,
        workspace: Workspace,
        storage: Storage,
        catalog: Catalog,
        retrieval: Retrieval,
        watch: Watch,
    ) -> None:
        self.queue = Queue()
        self.quarantine: dict[str, str] = {}
        self.known: Texts = {}
        """Texts that were read before the pipeline was there."""
        self.storage = storage
        self._workspace = workspace
        self._catalog = catalog
        self._retrieval = retrieval
        self._on_commit = watch.on_commit
        self._on_broken = watch.on_broken
        self._running = asyncio.Event()
        self._running.set()
        self._work = asyncio.Event()
        self._progress = asyncio.Event()
        self._writing = asyncio.Lock()
        """Held from the making of a batch until the catalog follows its commit: what is made of a
        file depends on what the batch before wrote of it."""
        self._alive = True
        self._helpers = [
            Helper(worker_spec(workspace.root, workspace.options), idle_s=WORKER_IDLE_S)
            for _ in range(workspace.options.workers)
        ]
        self._consumers = [
            asyncio.create_task(self._consume(helper), name="index consumer")
            for helper in self._helpers
            for _ in range(CONSUMERS_A_WORKER)
        ]
        for consumer in self._consumers:
            consumer.add_done_callback(self._ended)

    @property
    def is_paused(self) -> bool:
        """Whether nothing new is begun."""
        return not self._running.is_set()

    @property
    def pending(self) -> int:
        """Files that wait or are being worked on."""
        return self.queue.pending

    def rows(self) -> dict[str, FileRow | None]:
        """Give what is known of every file; None for one that is in no row yet."""
        known: dict[str, FileRow | None] = dict(self._catalog.rows)
        known.update(dict.fromkeys(self.queue.paths - known.keys()))
        return known

    def pause(self) -> None:
        """Begin nothing new."""
        self._running.clear()
        self._progress.set()

    def resume(self) -> None:
        """Go on."""
        self._running.set()

    def begin(self, *, is_paused: bool) -> None:
        """Begin paused or not; workers of a new index start while its files are being listed."""
        if is_paused:
            self.pause()
        elif not self._catalog.rows:
            for helper in self._helpers:
                helper.warm()

    def add(self, seen: Iterable[Seen]) -> None:
        """Put files in line."""
        self.queue.add(seen)
        self._work.set()

    async def drained(self) -> None:
        """Wait until nothing waits, or the work is paused, or it broke."""
        while self.pending and not self.is_paused and self._alive:
            self._progress.clear()
            await self._progress.wait()

    async def close(self) -> None:
        """Stop the workers; what is being committed is committed."""
        self._alive = False
        self._progress.set()
        for consumer in self._consumers:
            consumer.cancel()
        await asyncio.gather(*(helper.close() for helper in self._helpers))
        await asyncio.gather(*self._consumers, return_exceptions=True)

    async def remove(self, paths: Sequence[str]) -> None:
        """Take files out of the index, and out of the line for it."""
        for path in paths:
            self.queue.forget(path)
        async with self._writing:
            batch = Batch()
            for path in paths:
                self._add_removed(batch, path)
            if not batch.is_empty():
                await self._commit(batch, [])
        self._progress.set()

    def _add_removed(self, batch: Batch, path: str) -> None:
        row = self._catalog.rows.get(path)
        if row is not None:
            batch.removed.append(row)
            batch.retrieval.append(Removed(path))

    async def list_only(self, files: Iterable[Seen]) -> None:
        """Note files that have a name and no text."""
        tasks = [Task(seen) for seen in files]
        for task in tasks:
            self.queue.forget(task.seen.path)
        async with self._writing:
            batch = Batch()
            for task in tasks:
                self._add_listed(batch, task, task.seen.skipped)
            await self._commit(batch, tasks)

    async def _consume(self, helper: Helper) -> None:
        while True:
            await self._running.wait()
            work = self.queue.take()
            if work is None:
                self._work.clear()
                await self._work.wait()
                continue
            try:
                await self._do(helper, work)
            finally:
                self._progress.set()

    def _ended(self, consumer: asyncio.Task[None]) -> None:
        if consumer.cancelled() or (error := consumer.exception()) is None:
            return
        logger.error("indexing failed", exc_info=error)
        self._alive = False
        self._progress.set()
        self._on_broken(error)

    async def _do(self, helper: Helper, work: Work) -> None:
        try:
            answer = taken(self.known, work) or await helper.ask(
                (work.stage, work.paths), PATIENCE * HARD_LIMIT_S
            )
        except (ChildFailed, DeadlinePassed) as error:
            await self._after_failure(work, error)
            return
        async with self._writing:
            batch = Batch()
            again = self._taken_in(batch, work, answer)
            await self._commit(batch, [task for task in work.tasks if task not in again])
        for task in again:
            if self.queue.is_current(task) and work.stage == "text":
                self.queue.then_symbols(task)
            elif self.queue.is_current(task):
                self.queue.add([task.seen])
        if again:
            self._work.set()

    def _taken_in(self, batch: Batch, work: Work, answer: object) -> set[Task]:
        """Add the rows of an answer; gives the tasks of which more is to be done."""
        if work.stage == "text":
            return self._texts(batch, work.tasks, cast("list[TextRow]", answer))
        if work.stage == "symbols":
            return self._symbols(batch, work.tasks, cast("list[SymbolRow]", answer))
        return self._both(batch, work.tasks, cast("list[tuple[TextRow, SymbolRow]]", answer))

    def _texts(self, batch: Batch, tasks: Iterable[Task], answer: list[TextRow]) -> set[Task]:
        """Add the rows of texts; gives the tasks that need symbols as well."""
        more: set[Task] = set()
        for task, text in zip(tasks, answer, strict=True):
            if not self.queue.is_current(task):
                continue
            row = self._add_text(batch, task, text)
            if row is not None and row.stage == TEXT:
                more.add(task)
        return more

    def _symbols(self, batch: Batch, tasks: Iterable[Task], answer: list[SymbolRow]) -> set[Task]:
        """Add the rows of symbols; gives the tasks whose file has changed since its text."""
        changed: set[Task] = set()
        for task, symbols in zip(tasks, answer, strict=True):
            row = self._catalog.rows.get(task.seen.path)
            if not self.queue.is_current(task) or row is None:
                continue
            if symbols[1] == row.hash or not symbols[1]:
                self._add_symbols(batch, row, symbols)
            else:
                changed.add(task)
        return changed

    def _both(
        self, batch: Batch, tasks: Iterable[Task], answer: list[tuple[TextRow, SymbolRow]]
    ) -> set[Task]:
        changed: set[Task] = set()
        for task, (text, symbols) in zip(tasks, answer, strict=True):
            if not self.queue.is_current(task):
                continue
            row = self._add_text(batch, task, text)
            if row is None or row.stage == SYMBOLS:
                continue
            if symbols[1] == row.hash:
                batch.files.pop()
                self._add_symbols(batch, row, symbols)
            else:
                changed.add(task)
        return changed

    def _add_listed(self, batch: Batch, task: Task, reason: str) -> FileRow:
        seen, language = task.seen, language_of(task.seen.path)
        row = FileRow(
            id=self._catalog.file_id(seen.path),
            path=seen.path,
            size=seen.size,
            changed_ns=seen.changed_ns,
            hash="",
            tokens=0,
            stage=SYMBOLS,
            n_symbols=0,
            skipped=reason,
            failed="",
            language="" if language is None else language.id,
        )
        batch.files.append(row)
        batch.unparsed.append(row.id)
        batch.bitmaps.append((row.id, row.path, NOTHING))
        batch.retrieval.append(Change(path=row.path, text=b"", definitions=b""))
        return row

    def _add_text(self, batch: Batch, task: Task, text: TextRow) -> FileRow | None:
        """Add the row of a text; None when the file is gone meanwhile."""
        problem, size, changed_ns, digest, tokens, bits, record, language = text
        path = task.seen.path
        if size < 0:
            self._add_removed(batch, path)
            return None
        if problem:
            return self._add_listed(batch, task, problem)
        known = self._catalog.rows.get(path)
        if known is not None and known.hash == digest and known.stage >= TEXT:
            row = known._replace(size=size, changed_ns=changed_ns)
            batch.files.append(row)
            return row
        row = FileRow(
            id=self._catalog.file_id(path),
            path=path,
            size=size,
            changed_ns=changed_ns,
            hash=digest,
            tokens=tokens,
            stage=TEXT if _has_grammar(language) and digest not in self.quarantine else SYMBOLS,
            n_symbols=0 if known is None else known.n_symbols,
            skipped="",
            failed=self.quarantine.get(digest, ""),
            language=language,
        )
        batch.files.append(row)
        batch.bitmaps.append((row.id, path, bits))
        if row.stage == SYMBOLS:
            batch.unparsed.append(row.id)
            batch.files[-1] = row._replace(n_symbols=0)
        definitions = b"" if row.stage == SYMBOLS else None
        batch.retrieval.append(Change(path=path, text=record, definitions=definitions))
        return batch.files[-1]

    def _add_symbols(self, batch: Batch, row: FileRow, symbols: SymbolRow) -> None:
        problem, _, data, symbol_rows, record = symbols
        batch.files.append(row._replace(stage=SYMBOLS, n_symbols=len(symbol_rows), failed=problem))
        batch.parsed.append((row.id, data, symbol_rows))
        batch.retrieval.append(Change(path=row.path, definitions=record))

    async def _commit(self, batch: Batch, tasks: Iterable[Task]) -> None:
        """Write a batch, then follow it in memory; `tasks` are done with it."""
        if not batch.is_empty():
            retrieval = self._retrieval
            generation = self._catalog.next_generation()

            def publish(update: Update | None) -> None:
                if update is not None:
                    retrieval.publish(update)

            await self.storage.access.write(
                lambda c: rows.write(c, batch, retrieval, generation), publish
            )
            self._catalog.apply(batch.files, [row.path for row in batch.removed])
        for task in tasks:
            self.queue.done(task)
        self._on_commit(batch)

    async def _after_failure(self, work: Work, error: Exception) -> None:
        logger.warning("a worker failed over %d files: %s", len(work.tasks), error)
        task, *others = work.tasks
        if others or not task.is_suspect:
            self.queue.again(work.stage, work.tasks)
            self._work.set()
            return
        reason = "parsing it hung" if isinstance(error, DeadlinePassed) else "parsing it crashed"
        if self.queue.is_current(task):
            await self._quarantine(task, f"{reason} twice; it is left out until it changes")

    async def _quarantine(self, task: Task, reason: str) -> None:
        path = task.seen.path
        digest = await asyncio.to_thread(self._hash, path)
        async with self._writing:
            if not self.queue.is_current(task):
                return
            self.quarantine[digest] = reason
            row = self._catalog.rows.get(path)
            if row is None or row.stage == LISTED or row.hash != digest:
                batch = Batch(quarantine=[(digest, reason)])
                row = self._add_listed(batch, task, "")
                batch.bitmaps[-1] = (row.id, path, EVERYTHING)
            else:
                batch = Batch(files=[row], unparsed=[row.id], quarantine=[(digest, reason)])
                batch.retrieval.append(Change(path=path, definitions=b""))
            batch.files[-1] = row._replace(stage=SYMBOLS, n_symbols=0, failed=reason)
            await self._commit(batch, [task])

    def _hash(self, path: str) -> str:
        try:
            return content_hash(self._workspace.read_bytes(path).data)
        except FileProblem:
            return ""
