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
from octoprompt.index.retrieval.engine import HistoryUpdate, Retrieval, Update
from octoprompt.index.storage import Storage
from octoprompt.workspace.git import Git, NoRepository

logger = logging.getLogger(__name__)


async def merge(storage: Storage, retrieval: Retrieval) -> None:
    """Merge what the retrieval engine wants merged, a slice at a time."""

    def publish(update: Update | None) -> None:
        if update is not None:
            retrieval.publish(update)

    with contextlib.suppress(DBAPIError):
        while await storage.access.write(retrieval.maintain, publish) is not None:
            pass


async def catch_up(storage: Storage, retrieval: Retrieval, git: Git) -> None:
    """Read the commits that are new, then delete index files that nobody needs any more."""
    await read_history(storage, retrieval, git)
    await asyncio.to_thread(sweep, storage.path.parent, time.time())
    await asyncio.to_thread(give_back)


async def read_history(storage: Storage, retrieval: Retrieval, git: Git) -> None:
    """Read the commits that are new; without git, or when git fails, there is no history."""
    if isinstance(await git.repository(), NoRepository):
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
