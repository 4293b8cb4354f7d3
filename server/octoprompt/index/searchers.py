"""The children that look into texts: each has its share of the files, which it keeps in memory."""

import asyncio
from dataclasses import dataclass
from typing import cast

from octoprompt.children import ChildSpec, Helper
from octoprompt.errors import ChildFailed, DeadlinePassed
from octoprompt.index.lines import Kind
from octoprompt.index.scanning import Hit

LIMIT_S = 5.0
IDLE_S = 300.0
AT_ONCE = 50
"""So many files are read in advance before somebody who searches has his turn."""
PAUSE_S = 0.02

Versions = dict[str, int]
"""The stamp of each file by path, 0 where nobody knows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What to look for."""

    kind: Kind
    query: str
    case_sensitive: bool
    limit: int


class Searchers:
    """Some children that share the files among them, so that each file is kept by one."""

    def __init__(self, spec: ChildSpec, n_children: int) -> None:
        self._helpers = [Helper(spec, idle_s=IDLE_S) for _ in range(n_children)]
        self._warmed: list[int | None] = []
        """Which processes were told what to read in advance."""
        self._warming: asyncio.Task[None] | None = None

    async def close(self) -> None:
        """Stop the children."""
        if self._warming is not None:
            self._warming.cancel()
            await asyncio.gather(self._warming, return_exceptions=True)
        for helper in self._helpers:
            await helper.close()

    async def look(self, wanted: Wanted, files: Versions, unsaved: dict[str, str]) -> list[Hit]:
        """Look into files, and give hits in the order of their paths, at most `limit`.

        Fails with `DeadlinePassed` or `ChildFailed`.
        """
        what = (wanted.kind, wanted.query, wanted.case_sensitive)
        asked = [
            asyncio.create_task(
                helper.ask((*what, list(some), list(some.values()), unsaved, wanted.limit), LIMIT_S)
            )
            for helper, some in self._shares(files)
        ]
        hits: list[Hit] = []
        try:
            for answer in asked:
                hits += cast("list[Hit]", await answer)
        finally:
            for answer in asked:
                answer.cancel()
            await asyncio.gather(*asked, return_exceptions=True)
        if len(asked) > 1:
            hits.sort(key=lambda hit: hit[:2])
        return hits[: wanted.limit]

    @property
    def is_warming(self) -> bool:
        """Whether files are being read in advance."""
        return self._warming is not None and not self._warming.done()

    def are_fresh(self) -> bool:
        """Say whether there are children that were not told to `warm_up`."""
        return not self.is_warming and [helper.pid for helper in self._helpers] != self._warmed

    def warm_up(self, files: Versions) -> None:
        """Let the children read files in advance: who searches once searches again."""
        self._warmed = [helper.pid for helper in self._helpers]
        self._warming = asyncio.create_task(self._warm(files))

    async def _warm(self, files: Versions) -> None:
        try:
            for helper, some in self._shares(files):
                paths = sorted(some)
                for start in range(0, len(paths), AT_ONCE):
                    part = paths[start : start + AT_ONCE]
                    await helper.ask((part, [some[path] for path in part]), LIMIT_S)
                    await asyncio.sleep(PAUSE_S)
        except (ChildFailed, DeadlinePassed):
            self._warmed = []  # the next search starts another

    def _shares(self, files: Versions) -> list[tuple[Helper, Versions]]:
        """Divide files among the children; those that get none are left out."""
        n_children = len(self._helpers)
        if n_children == 1:
            return [(self._helpers[0], files)] if files else []
        shares: list[Versions] = [{} for _ in self._helpers]
        for path, version in files.items():
            shares[hash(path) % n_children][path] = version
        return [(h, some) for h, some in zip(self._helpers, shares, strict=True) if some]
