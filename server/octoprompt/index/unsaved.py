"""The unsaved texts of editors, parsed: they win over what the database holds, and vanish."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import cast

from octoprompt.children import Helper
from octoprompt.errors import ChildFailed, DeadlinePassed
from octoprompt.index.catalog import SYMBOLS, FileRow
from octoprompt.index.estimate import of_size
from octoprompt.index.languages import language_of
from octoprompt.index.model import NO_GRAMMAR, Parsed
from octoprompt.index.packing import SymbolRow, TextRow, unpack
from octoprompt.index.retrieval.engine import Retrieval
from octoprompt.workspace.overlay import Overlay, OverlayText

PARSE_LIMIT_S = 6.0


@dataclass(frozen=True, slots=True)
class Unsaved:
    """A parsed unsaved text."""

    text: OverlayText
    parsed: Parsed
    size: int
    """In bytes."""
    tokens: int
    """Estimated."""


NOT_SAVED = FileRow(
    id=0,
    path="",
    size=0,
    changed_ns=0,
    hash="",
    tokens=0,
    stage=SYMBOLS,
    n_symbols=0,
    skipped="",
    failed="",
    language="",
)
"""A file that is in an editor only."""


class UnsavedTexts:
    """Follows an overlay, one path at a time, the latest text first; lives on the event loop."""

    def __init__(
        self,
        overlay: Overlay,
        helper: Helper,
        retrieval: Callable[[], Retrieval],
        on_change: Callable[[], None],
        is_part: Callable[[str], Awaitable[bool]],
    ) -> None:
        """`is_part` says whether a path, there or not, belongs to the workspace."""
        self._overlay = overlay
        self._helper = helper
        self._retrieval = retrieval
        self._on_change = on_change
        self._is_part = is_part
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._outside: set[str] = set()
        self.parsed: dict[str, Unsaved] = {}

    def changed(self, path: str) -> None:
        """Follow a change of one path's unsaved text, or its end."""
        if path not in self._tasks:
            self._tasks[path] = asyncio.create_task(self._follow(path), name="unsaved text")

    def rows(self, known: Mapping[str, FileRow]) -> dict[str, FileRow]:
        """Give rows for the files with an unsaved text, also those that are in editors only."""
        return {
            path: _row(unsaved, known.get(path) or NOT_SAVED._replace(path=path))
            for path, unsaved in self.parsed.items()
        }

    async def settled(self) -> None:
        """Wait until all changes so far are followed."""
        while self._tasks:
            await asyncio.wait(tuple(self._tasks.values()))

    async def close(self) -> None:
        """Stop following."""
        tasks = tuple(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _follow(self, path: str) -> None:
        try:
            while True:
                text = self._overlay.get(path)
                known = self.parsed.get(path)
                if text is None:
                    self._drop(path)
                elif known is None and await self._is_outside(path):
                    return
                elif known is None or known.text is not text:
                    await self._parse(text)
                if self._overlay.get(path) is text:
                    return
        finally:
            del self._tasks[path]

    async def _is_outside(self, path: str) -> bool:
        """Ask once, as long as the text is open."""
        if path not in self._outside and not await self._is_part(path):
            self._outside.add(path)
        return path in self._outside

    def _drop(self, path: str) -> None:
        self._outside.discard(path)
        if self.parsed.pop(path, None) is not None:
            self._retrieval().overlay(path, None, None)
            self._on_change()

    async def _parse(self, text: OverlayText) -> None:
        try:
            answer = await self._helper.ask(("unsaved", text.path, text.text), PARSE_LIMIT_S)
        except (ChildFailed, DeadlinePassed) as error:
            if self._overlay.get(text.path) is not text:
                return
            language = language_of(text.path)
            problem = Parsed(language=language.id if language else "", problem=error.message)
            size = len(text.text.encode("utf-8", "replace"))
            self.parsed[text.path] = Unsaved(
                text, problem, size, of_size(text.path, size, problem.language)
            )
            # What is on disk speaks for it meanwhile.
            self._retrieval().overlay(text.path, None, None)
            self._on_change()
            return
        text_row, symbol_row = cast("tuple[TextRow, SymbolRow]", answer)
        if self._overlay.get(text.path) is not text:
            return
        parsed = unpack(symbol_row[2])
        if not parsed.language:
            parsed = Parsed(language=text_row[7], problem=NO_GRAMMAR)
        self.parsed[text.path] = Unsaved(text, parsed, text_row[1], text_row[4])
        self._retrieval().overlay(text.path, text_row[6], symbol_row[4])
        self._on_change()


def _row(unsaved: Unsaved, saved: FileRow) -> FileRow:
    """Give the row that a file would have if its text were saved, as far as one asks for it."""
    return saved._replace(
        size=unsaved.size,
        tokens=unsaved.tokens,
        n_symbols=len(unsaved.parsed.symbols),
        skipped="",
        failed="",
        language=unsaved.parsed.language,
    )
