"""The index of one workspace root: follows its files, and answers questions about them."""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Literal, cast

from sqlalchemy import Connection

from octoprompt.children import Helper
from octoprompt.errors import (
    ChildFailed,
    DeadlinePassed,
    PathNotFound,
)
from octoprompt.index import path_search, symbols, tree
from octoprompt.index.ahead import Ahead
from octoprompt.index.catalog import SYMBOLS, FileRow
from octoprompt.index.follower import Follower
from octoprompt.index.graph.relate import Related
from octoprompt.index.languages import language_for
from octoprompt.index.model import (
    NO_GRAMMAR,
    FoundSymbol,
    FoundUse,
    Hits,
    Parsed,
    References,
    Status,
    Suggestion,
    SuggestQuery,
    TextHit,
    TreePage,
)
from octoprompt.index.needles import of_text
from octoprompt.index.packing import SymbolRow, TextRow, unpack, unpack_shape
from octoprompt.index.relations import Relations, Subject, View
from octoprompt.index.rescan import follow
from octoprompt.index.retrieval.kinds import CODE, extension
from octoprompt.index.rows import load_parsed
from octoprompt.index.text_search import TextSearch, Wanted
from octoprompt.index.uncommitted import uncommitted_lines
from octoprompt.index.unsaved import UnsavedTexts
from octoprompt.index.workers import worker_spec
from octoprompt.settings import WorkspaceOptions
from octoprompt.workspace.workspace import FileText, Workspace

SearchKind = Literal["text", "regex", "path", "symbol"]
PARSE_LIMIT_S = 6.0
MAX_AROUND = 10
"""So many selected or open files are asked what they use."""
HELPER_IDLE_S = 600.0
FILES_AT_ONCE = 100
FIRST_PAGE = tree.Page(2_000)


class Index:
    """What the server asks about a root's files; lives on the event loop."""

    def __init__(
        self,
        workspace: Workspace,
        cache_dir: Path,
        options: WorkspaceOptions,
        ahead: Ahead | None = None,
    ) -> None:
        """Take a root, and what was done for it already."""
        self.on_change: Callable[[], None] = lambda: None
        self._workspace = workspace
        self._options = options
        self._follower = Follower(workspace, cache_dir, self._tell, ahead)
        self._helper = Helper(worker_spec(workspace.root, options), idle_s=HELPER_IDLE_S)
        self._relations = Relations()
        self._texts = TextSearch(workspace, self._follower, self.lists)
        self._unsaved = UnsavedTexts(
            workspace.overlay,
            self._helper,
            lambda: self._follower.retrieval,
            self._overlay_moved,
            self._is_part,
        )

    @property
    def generation(self) -> int:
        """A number that grows with every committed change and every change of an unsaved text."""
        return self._follower.catalog.generation

    async def start(self) -> None:
        """Begin in the background; returns at once."""
        self._follower.start()

    async def close(self) -> None:
        """Stop the workers and close the file."""
        await self._unsaved.close()
        await self._helper.close()
        await self._texts.close()
        await self._follower.close()

    def status(self) -> Status:
        """Say how far the index is, at once."""
        return self._follower.status()

    async def refresh(self) -> None:
        """Scan, and wait until everything that is there now is indexed.

        Fails with `RootUnreadable`; on a paused index it returns at once.
        """
        await self._follower.refresh()
        await self._unsaved.settled()

    async def rescan(self) -> None:
        """Follow what changed without an event, see `rescan.follow`; fails as `refresh` does."""
        await (self.refresh() if self.status().state == "error" else follow(self._follower))

    async def rebuild(self) -> None:
        """Make the index from nothing, and wait for it."""
        await self._follower.refresh(rebuild=True)

    def pause(self) -> None:
        """Begin nothing new."""
        self._follower.pause()

    def resume(self) -> None:
        """Go on."""
        self._follower.resume()

    def files_changed(self, paths: Iterable[str]) -> None:
        """Look again at some workspace-relative paths, files or folders, there or gone."""
        self._follower.files_changed(paths)

    def git_changed(self) -> None:
        """Look whether git is at another commit, or its own rules are others."""
        self._follower.files_changed(())

    def overlay_changed(self, path: str) -> None:
        """Follow the workspace's overlay at a workspace-relative path."""
        self._unsaved.changed(path)

    def _tell(self) -> None:
        self.on_change()

    def _overlay_moved(self) -> None:
        self._follower.catalog.next_generation()
        self.on_change()

    async def list_files(
        self, folder: str = "", *, recursive: bool = False, page: tree.Page = FIRST_PAGE
    ) -> TreePage:
        """Give the entries of a folder; fails with `PathNotFound`."""
        await self._listed()
        rows = list(self._known().values())
        folder = self._workspace.normal(folder)
        make = tree.all_below if recursive else tree.children
        return page.of(await asyncio.to_thread(make, rows, folder))

    async def paths(self) -> list[str]:
        """Give the paths of all listed files, in order."""
        await self._listed()
        return sorted(self._known())

    def lists(self, path: str) -> bool:
        """Say whether a file is listed, as far as is known."""
        return path in self._follower.catalog.rows or path in self._unsaved.parsed

    async def excluded(self, paths: Iterable[str]) -> set[str]:
        """Give those of some paths that ignore rules of any kind leave out."""
        return await asyncio.to_thread(self._follower.walker.excluded, list(paths))

    def tokens_of(self, path: str) -> int:
        """Estimate the tokens of a listed file's text; 0 when it has none."""
        row = self._unsaved.parsed.get(path) or self._follower.catalog.rows.get(path)
        return 0 if row is None else row.tokens

    async def search(
        self, query: str, kind: SearchKind, limit: int, *, case_sensitive: bool = False
    ) -> Hits:
        """Search texts, paths or symbols; fails with `BadPattern` or `DeadlinePassed`."""
        await self._listed()
        if not query:
            return Hits(hits=(), truncated=False)
        if kind == "path":
            hits = await asyncio.to_thread(
                path_search.match_paths, query, list(self._known().values()), limit + 1
            )
        elif kind == "symbol":
            found = await self.find_symbols(query, limit + 1)
            hits = [TextHit(path=s.path, line=s.line, text=f"{s.kind} {s.name}") for s in found]
        else:
            hits = await self._texts.find(
                Wanted(kind=kind, query=query, case_sensitive=case_sensitive, limit=limit + 1)
            )
        status = self.status()
        is_complete = status.symbols_ready if kind == "symbol" else status.text_ready
        return Hits(
            hits=tuple(hits[:limit]), truncated=len(hits) > limit, incomplete=not is_complete
        )

    async def parsed(self, path: str, file: FileText | None = None) -> Parsed:
        """Give symbols and imports of a file, uses not always; fails with a `FileProblem`.

        With `file`, about exactly that text, so that byte offsets fit it.
        """
        path = self._workspace.normal(path)
        await self._unsaved.settled()
        unsaved = self._unsaved.parsed.get(path)
        if unsaved is not None and (file is None or file.text == unsaved.text.text):
            return unsaved.parsed
        row = self._follower.catalog.rows.get(path)
        if row is not None and row.skipped:
            return Parsed(language=row.language, problem=row.skipped)
        is_stored = unsaved is None and row is not None and row.stage == SYMBOLS
        if row is not None and is_stored and (file is None or file.hash == row.hash):
            return await self._parsed_row(row)
        if file is None:
            file = await asyncio.to_thread(self._workspace.read_text, path)
        return await self._parse(path, file.text)

    async def find_symbols(self, query: str, limit: int) -> list[FoundSymbol]:
        """Give definitions whose name the query means, best first."""
        await self._follower.first_scan()
        asked = "".join(query.split())
        if not asked:
            return []
        await self._unsaved.settled()
        unsaved = {path: text.parsed for path, text in self._unsaved.parsed.items()}
        names = self._follower.names
        return await self._follower.read(
            lambda c: symbols.find(c, names, symbols.Wanted(asked, limit, unsaved))
        )

    async def references(self, name: str, path: str | None, limit: int) -> References:
        """Give the definitions and uses of a name; with `path`, where that file can be seen."""
        await self._listed()
        unsaved = {path: text.parsed for path, text in self._unsaved.parsed.items()}
        definitions = await self._follower.read(
            lambda c: symbols.definitions(c, symbols.Wanted(name, limit, unsaved))
        )
        near, far = await self._split(
            await self._texts.candidates(of_text(name)), path, definitions
        )
        if path is not None:
            definitions = [d for d in definitions if d.path == path] or definitions
        finder = symbols.UseFinder(name, self._texts.read)
        uses = await self._uses(finder, near, limit)
        if len(uses) <= limit:
            more = await self._uses(finder, far, limit - len(uses))
            uses += [replace(use, resolved=False) for use in more]
            uses.sort(key=lambda use: not use.resolved)
        return References(
            definitions=tuple(definitions), uses=tuple(uses[:limit]), truncated=len(uses) > limit
        )

    async def _uses(
        self, finder: symbols.UseFinder, paths: list[str], limit: int
    ) -> list[FoundUse]:
        """Give at most one use more than `limit`; a few files at a time, so that it can end."""
        uses: list[FoundUse] = []
        for start in range(0, len(paths), FILES_AT_ONCE):
            parses = await self._parses(paths[start : start + FILES_AT_ONCE])
            uses += await asyncio.to_thread(finder.find, parses, limit - len(uses))
            if len(uses) > limit:
                break
        return uses

    async def _split(
        self, paths: list[str], path: str | None, definitions: Iterable[FoundSymbol]
    ) -> tuple[list[str], list[str]]:
        """Divide paths into those that see the definitions of `path` and those that may."""
        if path is None:
            if not any(extension(one.path) in CODE for one in definitions):
                return paths, []
            # Prose and data say the word, but hardly mean what a program defines.
            return (
                [one for one in paths if extension(one) in CODE],
                [one for one in paths if extension(one) not in CODE],
            )
        others = {d.path for d in definitions} - {path}
        return await self._follower.read(
            lambda c: self._relations.divided(self._view(c), paths, path, others)
        )

    async def relate(self, path: str, limit: int) -> Related:
        """Give what goes with a file; fails with `PathNotFound`."""
        await self._follower.first_scan()
        path = self._workspace.normal(path)
        if not self.lists(path):
            raise PathNotFound(f"`{path}` is no file of the workspace, or it is ignored")
        await self._unsaved.settled()
        ((_, parsed),) = await self._parses([path])
        uses = parsed.uses if parsed else ()
        return await self._follower.read(
            lambda c: self._relations.relate(
                self._view(c), self._follower.retrieval, Subject(path, uses), limit
            )
        )

    def _view(self, connection: Connection) -> View:
        unsaved = dict(self._unsaved.parsed)
        return View(
            connection=connection,
            rows=dict(self._known()),
            unsaved={path: text.parsed for path, text in unsaved.items()},
            versions={path: text.text.version for path, text in unsaved.items()},
            read=lambda path: self._texts.read(path, ""),
        )

    async def moved(self, path: str) -> str | None:
        """Say where a file that is gone probably is: by its commits, else by its name alone."""
        retrieval = self._follower.retrieval
        if (now := await asyncio.to_thread(retrieval.moved, path)) is not None:
            return now
        name = "/" + path.rpartition("/")[2]
        alike = [other for other in await self.paths() if f"/{other}".endswith(name)]
        return alike[0] if len(alike) == 1 else None

    async def suggest(self, query: SuggestQuery) -> tuple[list[Suggestion], str]:
        """Name the files that matter for a task, best first, and what it had to do without."""
        await self._follower.first_scan()
        await self._unsaved.settled()
        await self._follower.follow_git()
        around = [p for p in (query.selected_paths or query.open_paths) if self.lists(p)]
        uncommitted = uncommitted_lines(
            self._workspace, around[:MAX_AROUND] if query.selected_paths else []
        )
        parses, lines = await asyncio.gather(self._parses(around[:MAX_AROUND]), uncommitted)
        uses = {use.name for _, parsed in parses if parsed for use in parsed.uses}
        # Asked before: the history may be there by the time that the list is.
        is_reading_history = self._follower.is_reading_history
        found, note = await self._follower.read(
            lambda c: self._follower.retrieval.suggest(c, query, sorted(uses), lines)
        )
        status = self.status()
        if note and status.git and is_reading_history:
            note = "the git history is still being read"
        if not status.text_ready:
            done = status.files - status.pending
            more = (
                f"still indexing: {done:,} of {status.files:,} files"
                if status.pending
                else "still looking for files that changed since the last time"
            )
            note = "; ".join(filter(None, (note, more)))
        return [suggestion for suggestion in found if self.lists(suggestion.path)], note

    async def _listed(self) -> None:
        """Wait until the files are listed, and those that are in editors only."""
        await self._follower.first_scan()
        await self._unsaved.settled()

    def _known(self) -> Mapping[str, FileRow]:
        """Give all files by path as editors show them, also those that are in editors only."""
        rows = self._follower.catalog.rows
        new = self._unsaved.rows(rows)
        return {**rows, **new} if new else rows

    async def _is_part(self, path: str) -> bool:
        await self._follower.first_scan()
        return path in self._follower.catalog.rows or path not in await self.excluded([path])

    async def _parsed_row(self, row: FileRow) -> Parsed:
        packed = await self._follower.read(lambda c: load_parsed(c, [row.id]))
        if row.id in packed:
            return unpack_shape(packed[row.id])
        problem = row.failed or NO_GRAMMAR
        return Parsed(language=row.language, problem=problem)

    async def _parse(self, path: str, text: str) -> Parsed:
        language = language_for(path, text.encode("utf-8", "replace"))
        if language is None or not language.has_grammar:
            name = "" if language is None else language.id
            return Parsed(language=name, problem=NO_GRAMMAR)
        try:
            answer = await self._helper.ask(("unsaved", path, text), PARSE_LIMIT_S)
        except (ChildFailed, DeadlinePassed) as error:
            return Parsed(language=language.id, problem=error.message)
        return unpack(cast("tuple[TextRow, SymbolRow]", answer)[1][2])

    async def syntax_error(self, path: str, text: str) -> int | None:
        """Give the line of the first syntax error that a file with this text would have, from 1.

        None for a text without any, and where nobody knows.
        """
        return (await self._parse(path, text)).syntax_error

    async def _parses(self, paths: list[str]) -> list[tuple[str, Parsed | None]]:
        rows = self._follower.catalog.rows
        ids = {path: rows[path].id for path in paths if path in rows}
        # Unpacked by the reader: many large parses would hold up the loop.
        stored = await self._follower.read(
            lambda c: {id: unpack(data) for id, data in load_parsed(c, ids.values()).items()}
        )
        unsaved = self._unsaved.parsed
        return [
            (path, unsaved[path].parsed if path in unsaved else stored.get(ids.get(path, 0)))
            for path in paths
        ]
