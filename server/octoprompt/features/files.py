"""The files of a workspace root: listed, read, outlined, searched."""

import asyncio
from collections.abc import Iterable

from octoprompt.context.lines import split_lines
from octoprompt.contract.files import (
    FileEntry,
    ListFiles,
    ListFilesParams,
    ListFilesResult,
    OutlineFile,
    OutlineFileParams,
    OutlineFileResult,
    OutlineSymbol,
    ReadFile,
    ReadFileParams,
    ReadFileResult,
    RelatedFile,
    RelateFile,
    RelateFileParams,
    RelateFileResult,
    SearchFiles,
    SearchFilesParams,
    SearchFilesResult,
    SearchHit,
)
from octoprompt.features.registry import Ctx, handles
from octoprompt.index.graph import relate as graph
from octoprompt.index.languages import language_of
from octoprompt.index.model import Parsed, TreeEntry
from octoprompt.index.tree import Page


@handles(ListFiles)
async def list_files(ctx: Ctx, params: ListFilesParams) -> ListFilesResult:
    """List a folder."""
    page = await ctx.app.project(params.project_id).index.list_files(
        params.folder, recursive=params.recursive, page=Page(params.limit, params.cursor)
    )
    return ListFilesResult(
        entries=tuple(_entry(entry) for entry in page.entries),
        total=page.total,
        next_cursor=page.next_cursor,
    )


@handles(ReadFile)
async def read_file(ctx: Ctx, params: ReadFileParams) -> ReadFileResult:
    """Read a file, or some of its lines."""
    workspace = ctx.app.project(params.project_id).workspace
    file = await asyncio.to_thread(workspace.read_text, params.path)
    lines = split_lines(file.text)
    first = max(1, params.start_line or 1)
    last = len(lines) if params.end_line is None else params.end_line
    language = language_of(file.path)
    return ReadFileResult(
        path=file.path,
        text="".join(lines[first - 1 : max(last, 0)]),
        lines=len(lines),
        language=None if language is None else language.id,
        unsaved=file.unsaved,
    )


@handles(OutlineFile)
async def outline_file(ctx: Ctx, params: OutlineFileParams) -> OutlineFileResult:
    """Give a file's definitions, nested."""
    project = ctx.app.project(params.project_id)
    parsed = await project.index.parsed(params.path)
    symbols = nested(parsed)
    return OutlineFileResult(
        path=project.workspace.normal(params.path),
        language=parsed.language or None,
        symbols=symbols,
        note="" if symbols else parsed.problem,
    )


@handles(SearchFiles)
async def search_files(ctx: Ctx, params: SearchFilesParams) -> SearchFilesResult:
    """Search text, pattern, path or symbol."""
    found = await ctx.app.project(params.project_id).index.search(
        params.query, params.kind, params.limit, case_sensitive=params.case_sensitive
    )
    return SearchFilesResult(
        hits=tuple(SearchHit(path=hit.path, line=hit.line, text=hit.text) for hit in found.hits),
        truncated=found.truncated,
        incomplete=found.incomplete,
    )


@handles(RelateFile)
async def relate_file(ctx: Ctx, params: RelateFileParams) -> RelateFileResult:
    """Give what goes with a file."""
    index = ctx.app.project(params.project_id).index
    found = await index.relate(params.path, params.limit)
    return RelateFileResult(
        imports=_related(found.imports),
        importers=_related(found.importers),
        tests=_related(found.tests),
        co_changed=_related(found.co_changed),
        incomplete=not index.status().symbols_ready,
    )


def _related(files: Iterable[graph.RelatedFile]) -> tuple[RelatedFile, ...]:
    return tuple(RelatedFile(path=f.path, reason=f.reason, score=f.score) for f in files)


def nested(parsed: Parsed) -> tuple[OutlineSymbol, ...]:
    """Give the symbols of a parse as a forest, inner ones made first."""
    children: dict[int | None, list[OutlineSymbol]] = {}
    for position in reversed(range(len(parsed.symbols))):
        symbol = parsed.symbols[position]
        below = children.pop(position, [])
        made = OutlineSymbol(
            name=symbol.name,
            kind=symbol.kind,
            line=symbol.line,
            end_line=symbol.end_line,
            signature=symbol.signature,
            children=tuple(reversed(below)),
        )
        children.setdefault(symbol.parent, []).append(made)
    return tuple(reversed(children.get(None, [])))


def _entry(entry: TreeEntry) -> FileEntry:
    return FileEntry(
        path=entry.path,
        name=entry.name,
        kind="folder" if entry.is_folder else "file",
        size=entry.size,
        tokens=entry.tokens,
        files=entry.files,
        language=entry.language,
        skipped=entry.skipped,
        confirmable=entry.confirmable,
        skipped_files=entry.skipped_files,
    )
