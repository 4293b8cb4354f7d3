"""What an index does when its files are done: merge what it wrote in pieces, read new commits."""

import asyncio
import contextlib
import logging
import time

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from octoprompt.errors import IndexProblem, OctoPromptError
from octoprompt.heap import give_back
from octoprompt.index.expiry import sweep
from octoprompt.index.listing import Lister
from octoprompt.index.retrieval.engine import HistoryUpdate, Retrieval, Update
from octoprompt.index.storage import Storage
from octoprompt.index.walk import Walk
from octoprompt.workspace.git import Git, NoRepository, Standing

logger = logging.getLogger(__name__)
MOST_READINGS = 20
"""So often the log is read again because git has moved meanwhile, as a long rebase does."""
MOVING: Standing = ("moving",)
"""Where git never stands: who looks next finds that it has moved."""


class Upkeep:
    """Keeps a retrieval engine in order; lives on the event loop."""

    def __init__(self, retrieval: Retrieval, git: Git) -> None:
        self._retrieval = retrieval
        self._git = git
        self._stood: Standing | None = None
        """Where git stood when the files were listed."""

    async def walk(self, lister: Lister) -> Walk:
        """List the files, and remember where git stood before; fails with `RootUnreadable`."""
        walk = await lister.walk()
        self._stood = walk.standing
        return walk

    async def has_git_moved(self) -> bool:
        """Say whether git stands elsewhere than when the files were listed."""
        stood = self._stood
        return stood is not None and stood != await asyncio.to_thread(self._git.standing_now)

    async def merge(self, storage: Storage) -> None:
        """Merge what the retrieval engine wants merged, a slice at a time."""

        def publish(update: Update | None) -> None:
            if update is not None:
                self._retrieval.publish(update)

        with contextlib.suppress(DBAPIError):
            while await storage.access.write(self._retrieval.maintain, publish) is not None:
                pass

    async def catch_up(self, storage: Storage) -> None:
        """Read the commits that are new, and delete index files that nobody needs any more."""
        stood: Standing | None = None
        # git may move on while its log is being read, and nobody asks again before this has ended.
        for _ in range(MOST_READINGS):
            if stood == (now := await asyncio.to_thread(self._git.standing_now)):
                return
            stood = now
            await read_history(storage, self._retrieval, self._git)
            await asyncio.to_thread(sweep, storage.path.parent, time.time())
            await asyncio.to_thread(give_back)
        self._stood = MOVING


async def read_history(storage: Storage, retrieval: Retrieval, git: Git) -> None:
    """Read the commits that are new; when git fails, those of before count on."""
    if isinstance(await git.repository(), NoRepository):
        retrieval.publish_history(retrieval.no_history())
        return

    def run(*args: str) -> str:
        said = git.run(*args)
        if not said.ok:
            raise IndexProblem(said.message or f"git {args[0]} failed")
        return said.text

    try:
        update = await asyncio.to_thread(retrieval.read_history, run)
    except OctoPromptError as error:
        logger.info("no history: %s", error.message)
        return

    def write(connection: Connection) -> HistoryUpdate:
        retrieval.apply_history(connection, update)
        return update

    with contextlib.suppress(DBAPIError):
        await storage.access.write(write, retrieval.publish_history)
