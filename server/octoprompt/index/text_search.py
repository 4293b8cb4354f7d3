"""Search the texts of a root: bitmaps name the files, a child process looks into them."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from itertools import islice

from octoprompt.children import ChildSpec
from octoprompt.errors import BadPattern, DeadlinePassed
from octoprompt.index.follower import Follower
from octoprompt.index.lines import Kind, needs
from octoprompt.index.model import TextHit
from octoprompt.index.needles import Clauses, of_text
from octoprompt.index.scanning import Hit, read_text, stamp
from octoprompt.index.searchers import LIMIT_S, Searchers, Versions, Wanted
from octoprompt.workspace.workspace import Workspace

MEMORY_BYTES = 512 * 1024 * 1024
FIRST = 200
"""So many files are looked into before the others are so much as named to a child."""
N_FOR_PATTERNS = 2


class TextSearch:
    """Finds texts and patterns in files and unsaved texts; lives on the event loop."""

    def __init__(
        self,
        workspace: Workspace,
        follower: Follower,
        lists: Callable[[str], bool],
    ) -> None:
        """`lists` says whether a file is listed, as far as is known."""
        self._workspace = workspace
        self._follower = follower
        self._lists = lists
        # A pattern that takes its time keeps no one waiting for a plain text.
        self._searchers: dict[Kind, Searchers] = {
            "text": Searchers(_spec(workspace), 1),
            "regex": Searchers(_spec(workspace), N_FOR_PATTERNS),
        }

    async def close(self) -> None:
        """Stop the children."""
        for searchers in self._searchers.values():
            await searchers.close()

    async def find(self, wanted: Wanted) -> list[TextHit]:
        """Give hits in the order of their paths, at most `limit`; a cancelled search ends at once.

        Fails with `BadPattern` or `DeadlinePassed`.
        """
        query = wanted.query
        if wanted.kind == "regex":
            _check(query)
        paths = await self._possible(needs(wanted.kind, query))
        unsaved = {
            path: text.text
            for path in self._workspace.overlay.paths()
            if (text := self._workspace.overlay.get(path)) is not None
        }
        searchers = self._searchers[wanted.kind]
        try:
            hits = await self._scan(searchers, wanted, paths, unsaved)
        except DeadlinePassed as error:
            raise DeadlinePassed(
                f"the search took longer than {LIMIT_S:g} s: make `{query[:200]}` more exact"
            ) from error
        if searchers.are_fresh():
            searchers.warm_up(self._versions(await self._possible(())))
        return [TextHit(path=p, line=n, text=t) for p, n, t in hits]

    async def _scan(
        self, searchers: Searchers, wanted: Wanted, paths: Iterator[str], unsaved: dict[str, str]
    ) -> list[Hit]:
        """Look into the first files, which most often suffice, and then into the others."""
        hits = await searchers.look(wanted, self._versions(islice(paths, FIRST)), unsaved)
        left = wanted.limit - len(hits)
        if left > 0 and (others := self._versions(paths)):
            hits += await searchers.look(replace(wanted, limit=left), others, unsaved)
        return hits

    def _versions(self, paths: Iterable[str]) -> Versions:
        """Give the stamp of each file as the index knows it; 0 where that is not its last one."""
        rows, unread = self._follower.catalog.rows, self._follower.catalog.unread
        versions = {
            path: 0 if (row := rows.get(path)) is None else stamp(row.size, row.changed_ns)
            for path in paths
        }
        versions.update(dict.fromkeys(unread & versions.keys(), 0))
        return versions

    async def candidates(self, clauses: Clauses) -> list[str]:
        """Give the paths of files that may satisfy all clauses, in order."""
        return list(await self._possible(clauses))

    async def _possible(self, clauses: Clauses) -> Iterator[str]:
        bitmaps, unread = self._follower.bitmaps, self._follower.catalog.unread
        holding = bitmaps.holding_at_once(clauses)
        if holding is None:
            holding = await self._follower.read(lambda c: bitmaps.holding(c, clauses))
        others = {*unread, *self._workspace.overlay.paths()}
        if others:
            holding = sorted({*holding, *others})
        return filter(self._lists, holding)

    def read(self, path: str, literal: str) -> str:
        """Give a file's current text, or nothing where `literal` is not in it; on a thread."""
        unsaved = self._workspace.overlay.get(path)
        if unsaved is not None:
            return unsaved.text
        limit = self._workspace.options.max_file_bytes
        return read_text(self._workspace.gate, path, limit, of_text(literal))


def _spec(workspace: Workspace) -> ChildSpec:
    return ChildSpec(
        module="octoprompt.index.scanning",
        args=(str(workspace.root), str(workspace.options.max_file_bytes)),
        memory_bytes=MEMORY_BYTES,
        nice=0,
        hang_seconds=2 * LIMIT_S,
        can_break_off=True,
    )


def _check(pattern: str) -> None:
    try:
        re.compile(pattern, re.IGNORECASE | re.MULTILINE)
    except (re.error, OverflowError, RecursionError) as error:
        raise BadPattern(f"`{pattern[:200]}` is no regular expression: {error}") from error
