"""What is done for a root before its index is open: its files are listed, the first ones read.

While the server loads what an index needs, which is the work of one core, the workers that were
started ahead have another. What they found is used where it is still so.
"""

import asyncio
import threading
from pathlib import Path
from typing import cast

from octoprompt.children import borrowed
from octoprompt.errors import OctoPromptError
from octoprompt.index.packing import TextRow
from octoprompt.index.tasks import Queue, Work
from octoprompt.index.walk import Listing, Walk, from_listing
from octoprompt.index.workers import HARD_LIMIT_S, PATIENCE, WALK_LIMIT_S, worker_spec
from octoprompt.settings import WorkspaceOptions
from octoprompt.workspace.gate import real_root

Texts = dict[tuple[str, ...], list[TextRow]]
"""What was read, by the paths of a batch."""


def taken(texts: Texts, work: Work) -> list[TextRow] | None:
    """Take out what was read of a batch; None where nothing was, or a file has changed since."""
    rows = texts.pop(tuple(work.paths), None) if work.stage == "text" else None
    seen = [(task.seen.size, task.seen.changed_ns) for task in work.tasks]
    return rows if rows and seen == [(row[1], row[2]) for row in rows] else None


class Ahead:
    """The work for one root; lives on the event loop."""

    def __init__(self, root: Path, options: WorkspaceOptions) -> None:
        """Begin, where workers wait for this root."""
        self._root = root
        self._options = options
        self._texts: Texts = {}
        self._queue = Queue()
        self._lock = threading.Lock()
        self._is_wanted = True
        self._listing = asyncio.create_task(asyncio.to_thread(self._list))
        self._reading = asyncio.create_task(self._read_all())

    async def walk(self) -> Walk | None:
        """Give all files of the root; None where there was no worker for it, or it failed."""
        return await asyncio.shield(self._listing)

    def stop(self) -> None:
        """Read no further."""
        self._is_wanted = False

    async def texts(self) -> Texts:
        """Read no further, and give what was read."""
        self.stop()
        await asyncio.shield(self._reading)
        return self._texts

    def _list(self) -> Walk | None:
        order = ("walk", self._options.exclude, self._options.trusted)
        try:
            with borrowed(worker_spec(real_root(self._root), self._options)) as child:
                if child is None:
                    return None
                listing = cast("Listing | None", child.request(order, WALK_LIMIT_S))
        except OctoPromptError:
            return None
        return None if listing is None else from_listing(listing)

    async def _read_all(self) -> None:
        walk = await self._listing
        if walk is not None:
            self._queue.add(seen for seen in walk.files.values() if not seen.skipped)
            readers = (asyncio.to_thread(self._read) for _ in range(self._options.workers))
            await asyncio.gather(*readers)

    def _read(self) -> None:
        """Read batch after batch, as the pipeline will want them; one that fails is left to it."""
        try:
            with borrowed(worker_spec(real_root(self._root), self._options)) as child:
                while child is not None and (work := self._next()) is not None:
                    answer = child.request((work.stage, work.paths), PATIENCE * HARD_LIMIT_S)
                    self._texts[tuple(work.paths)] = cast("list[TextRow]", answer)
        except OctoPromptError:
            return

    def _next(self) -> Work | None:
        with self._lock:
            work = self._queue.take() if self._is_wanted else None
        return work if work is not None and work.stage == "text" else None
