"""The first list of a root's files: made while its index is being opened, or before that."""

import asyncio
import time

from octoprompt.index.walk import Listing, Walk, Walker, from_listing

FRESH_S = 5.0
"""So old a list made ahead may be: a root is opened within that, unless it is paused."""
Listed = asyncio.Task[Listing | None]
"""A list of the files of a root that is being made; None when it could not be."""


class Lister:
    """Lists a root; lives on the event loop."""

    def __init__(self, walker: Walker, listed: Listed | None) -> None:
        """Take what walks, and the first list where somebody makes it already."""
        self._walker = walker
        self._listed = listed
        self._ahead: asyncio.Task[Walk] | None = None
        self._begun = 0.0

    def begin(self) -> None:
        """Begin to list now; the first `walk` gives that."""
        self._ahead = asyncio.create_task(self._first(self._listed))
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

    def forget(self) -> None:
        """Let the next `walk` give what is there from now on."""
        if self._ahead is not None:
            self._ahead.add_done_callback(_retrieved)
            self._ahead.cancel()
            self._ahead = None

    async def _first(self, listed: Listed | None) -> Walk:
        if listed is not None and (listing := await listed) is not None:
            return from_listing(listing)
        return await asyncio.to_thread(self._walker.walk)


def _retrieved(task: asyncio.Task[Walk]) -> None:
    """Take note of how it ended, or asyncio complains that nobody did."""
    if not task.cancelled():
        task.exception()
