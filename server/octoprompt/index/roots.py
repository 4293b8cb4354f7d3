"""The roots of this window: the files and the index of each, open before the rest is loaded."""

import asyncio
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from octoprompt.errors import OctoPromptError
from octoprompt.index.ahead import Ahead
from octoprompt.index.index import Index
from octoprompt.settings import WorkspaceOptions
from octoprompt.workspace.workspace import Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenRoot:
    """One root that is open."""

    workspace: Workspace
    index: Index


class Roots:
    """Opens roots, each real folder once; lives on the event loop."""

    def __init__(self, cache_dir: Path, ahead: Mapping[Path, Ahead] | None = None) -> None:
        """Take the cache folder, and what is being done already for some roots."""
        self._cache_dir = cache_dir
        self._ahead = dict(ahead or {})
        self._unused: list[Ahead] = []
        """What is being done for roots that are not opened, until it ends."""
        self._open: dict[Path, OpenRoot] = {}

    async def open(self, root: Path, options: WorkspaceOptions) -> OpenRoot:
        """Open a root, or give it when it is open; indexing goes on in the background.

        Fails with `RootUnreadable`.
        """
        workspace = await asyncio.to_thread(Workspace, root, options)
        if (known := self._open.get(workspace.root)) is not None:
            return known
        index = Index(workspace, self._cache_dir, options, self._ahead.pop(root, None))
        opened = self._open[workspace.root] = OpenRoot(workspace=workspace, index=index)
        await index.start()
        return opened

    async def begin(self, roots: Iterable[Path], options: WorkspaceOptions) -> None:
        """Open those that can be opened; who opens them again is told of the others."""
        for root in roots:
            with suppress(OctoPromptError):
                await self.open(root, options)
        self._unused = [*self._ahead.values()]
        self._ahead.clear()
        for work in self._unused:
            work.stop()

    async def close(self, opened: OpenRoot) -> None:
        """Close a root; its index file stays."""
        self._open.pop(opened.workspace.root, None)
        await opened.index.close()

    async def close_all(self) -> None:
        """Close every root."""
        await asyncio.gather(*map(self.close, [*self._open.values()]))
