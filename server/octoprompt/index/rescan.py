"""Looks for changes that no event told of: a watcher leaves folders out, and loses some."""

import asyncio

from octoprompt.index.catalog import FileRow
from octoprompt.index.differences import compare
from octoprompt.index.follower import Follower
from octoprompt.index.walk import Walker


async def follow(follower: Follower) -> None:
    """Have what changed looked at as after an event; nothing is told where nothing did.

    Fails with `RootUnreadable`. An index that is paused or at work is left alone.
    """
    if follower.status().state != "idle":
        return
    changed = await asyncio.to_thread(differing, follower.walker, dict(follower.catalog.rows))
    if changed:
        follower.files_changed(changed)
    await follower.follow_git()


def differing(walker: Walker, known: dict[str, FileRow]) -> set[str]:
    """Give the paths that are not as they are known; fails with `RootUnreadable`. On a thread."""
    found = compare(walker.walk(), known)
    return {*found.removed, *(seen.path for seen in (*found.listed, *found.changed))}
