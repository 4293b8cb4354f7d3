"""A root's files, the first time as they were listed and read while its index was being opened."""

import asyncio
import time

from octoprompt.index.ahead import Ahead, Texts
from octoprompt.index.walk import Walk, Walker

FRESH_S = 5.0
"""So old a list made ahead may be: a root is opened within that, unless it is paused."""


class Lister:
    """Lists a root; lives on the event loop."""

    def __init__(self, walker: Walker, work: Ahead | None) -> None:
        """Take what walks, and what was begun before."""
        self._walker = walker
        self._work = work
        self._ahead: asyncio.Task[Walk] | None = None
        self._begun = 0.0

    def begin(self) -> None:
        """Begin to list now; the first `walk` gives that."""
        self._ahead = asyncio.create_task(self._first(self._work))
        self._begun = time.monotonic()

    @property
    def is_ahead(self) -> bool:
        """Whether the next `walk` gives what was listed just before it."""
        return self._ahead is not None and time.monotonic() - self._begun < FRESH_S

    async def walk(self) -> Walk:
        """Give all files; fails with `RootUnreadable`."""
        if not self.is_ahead:
            self.forget()
        if self._ahead is None:
            return await asyncio.to_thread(self._walker.walk)
        ahead, self._ahead = self._ahead, None
        return await ahead

    async def texts(self) -> Texts:
        """Give the texts that were read ahead, once: who wants them again reads them."""
        work, self._work = self._work, None
        return {} if work is None else await work.texts()

    def forget(self) -> None:
        """Let the next `walk` give what is there from now on."""
        if self._ahead is not None:
            self._ahead.add_done_callback(_retrieved)
            self._ahead.cancel()
            self._ahead = None

    async def _first(self, work: Ahead | None) -> Walk:
        if work is not None and (walk := await work.walk()) is not None:
            return walk
        return await asyncio.to_thread(self._walker.walk)


def _retrieved(task: asyncio.Task[Walk]) -> None:
    """Take note of how it ended, or asyncio complains that nobody did."""
    if not task.cancelled():
        task.exception()
