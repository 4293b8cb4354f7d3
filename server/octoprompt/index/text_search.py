"""Search the texts of a root: bitmaps name the files, a child process looks into them."""

import asyncio
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import cast

from octoprompt.children import ChildSpec, Helper
from octoprompt.errors import BadPattern, DeadlinePassed
from octoprompt.index.catalog import FileRow
from octoprompt.index.follower import Follower
from octoprompt.index.lines import Kind, needs
from octoprompt.index.model import TextHit
from octoprompt.index.needles import Clauses, of_text
from octoprompt.index.scanning import Hit, read_text, stamp
from octoprompt.workspace.workspace import Workspace

LIMIT_S = 5.0
MEMORY_BYTES = 512 * 1024 * 1024
IDLE_S, SECOND_IDLE_S = 600.0, 60.0
FIRST = 200
"""So many files are looked into before the others are so much as named to the child."""
MANY = 1_000
"""From so many files on, a pattern is looked for by two children."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What to look for."""

    kind: Kind
    query: str
    case_sensitive: bool
    limit: int


class TextSearch:
    """Finds texts and patterns in files and unsaved texts; lives on the event loop."""

    def __init__(
        self,
        workspace: Workspace,
        follower: Follower,
        known: Callable[[], Mapping[str, FileRow]],
    ) -> None:
        self._workspace = workspace
        self._follower = follower
        self._known = known
        # One child each: a pattern that takes its time keeps no one waiting for a plain text. The
        # second of patterns is started only for those that many files may match.
        self._helpers = {kind: Helper(_spec(workspace), idle_s=IDLE_S) for kind in _KINDS}
        self._second = Helper(_spec(workspace), idle_s=SECOND_IDLE_S)

    async def close(self) -> None:
        """Stop the children."""
        for helper in (*self._helpers.values(), self._second):
            await helper.close()

    async def find(self, wanted: Wanted) -> list[TextHit]:
        """Give hits in the order of their paths, at most `limit`; a cancelled search ends at once.

        Fails with `BadPattern` or `DeadlinePassed`.
        """
        query = wanted.query
        if wanted.kind == "regex":
            _check(query)
        paths = await self.candidates(needs(wanted.kind, query))
        unsaved = {
            path: text.text
            for path in self._workspace.overlay.paths()
            if (text := self._workspace.overlay.get(path)) is not None
        }
        try:
            hits = await self._scan(wanted, paths, unsaved)
        except DeadlinePassed as error:
            raise DeadlinePassed(
                f"the search took longer than {LIMIT_S:g} s: make `{query[:200]}` more exact"
            ) from error
        return [TextHit(path=p, line=n, text=t) for p, n, t in hits]

    async def _scan(self, wanted: Wanted, paths: list[str], unsaved: dict[str, str]) -> list[Hit]:
        """Look into the first files, which most often suffice, and then into the others."""
        hits = await self._look(wanted, paths[:FIRST], unsaved)
        left = wanted.limit - len(hits)
        if left > 0 and len(paths) > FIRST:
            hits += await self._look(replace(wanted, limit=left), paths[FIRST:], unsaved)
        return hits

    async def _look(self, wanted: Wanted, paths: list[str], unsaved: dict[str, str]) -> list[Hit]:
        """Look into files, by halves at once where a pattern leaves many of them."""

        def ask(helper: Helper, some: list[str]) -> asyncio.Task[object]:
            what = (wanted.kind, wanted.query, wanted.case_sensitive)
            order = (*what, some, self._versions(some), unsaved, wanted.limit)
            return asyncio.create_task(helper.ask(order, LIMIT_S))

        middle = len(paths) // 2 if wanted.kind == "regex" and len(paths) >= MANY else len(paths)
        asked = [ask(self._helpers[wanted.kind], paths[:middle])]
        if middle < len(paths):
            asked.append(ask(self._second, paths[middle:]))
        hits: list[Hit] = []
        try:
            for half in asked:
                if len(hits) < wanted.limit:
                    hits += cast("list[Hit]", await half)
        finally:
            for half in asked:
                half.cancel()
            await asyncio.gather(*asked, return_exceptions=True)
        return hits[: wanted.limit]

    def _versions(self, paths: Iterable[str]) -> list[int]:
        """Give the stamp of each file as the index knows it; 0 where that is not its last one."""
        rows, unread = self._follower.catalog.rows, self._follower.catalog.unread
        known = (None if path in unread else rows.get(path) for path in paths)
        return [0 if row is None else stamp(row.size, row.mtime_ns) for row in known]

    async def candidates(self, clauses: Clauses) -> list[str]:
        """Give the paths of files that may satisfy all clauses, in order."""
        bitmaps, unread = self._follower.bitmaps, self._follower.catalog.unread
        holding = bitmaps.holding_at_once(clauses)
        if holding is None:
            holding = await self._follower.read(lambda c: bitmaps.holding(c, clauses))
        known = self._known()
        others = {*unread, *self._workspace.overlay.paths()}
        if others:
            holding = sorted({*holding, *others})
        return list(filter(known.__contains__, holding))

    def read(self, path: str, literal: str) -> str:
        """Give a file's current text, or nothing where `literal` is not in it; on a thread."""
        unsaved = self._workspace.overlay.get(path)
        if unsaved is not None:
            return unsaved.text
        limit = self._workspace.options.max_file_bytes
        return read_text(self._workspace.gate, path, limit, of_text(literal))


_KINDS: tuple[Kind, ...] = ("text", "regex")


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
