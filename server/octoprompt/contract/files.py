"""The files of a workspace root."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from octoprompt.contract._base import ProjectParams, Request, Wire


class FileEntry(Wire):
    """A file or folder of the tree."""

    path: str
    """Relative to the root, with `/`."""
    name: str
    kind: Literal["file", "folder"]
    size: int
    """Bytes; of a folder, all files below it."""
    tokens: int
    """Estimated tokens; of a folder, all files below it. `context/estimate` counts exactly."""
    files: int
    """Files below a folder; 1 for a file."""
    language: str | None = None
    skipped: str | None = None
    """Why its text is not indexed, when it is not."""
    confirmable: bool = False
    """Whether a file with `skipped` set is sent all the same when its item says `confirmed`."""
    skipped_files: int = 0
    """Files below a folder that have `skipped` set."""


class ListFilesParams(ProjectParams):
    """Which part of the tree."""

    folder: str = ""
    """Relative path of a folder; empty for the root."""
    recursive: bool = False
    """All files below, without folder entries, instead of the folder's own entries."""
    limit: Annotated[int, Field(ge=1, le=100_000)] = 2000
    cursor: str | None = None
    """`nextCursor` of the page before."""


class ListFilesResult(Wire):
    """A page of entries: folders first, then files, each by name."""

    entries: tuple[FileEntry, ...]
    total: int
    next_cursor: str | None = None


class ListFiles(Request[ListFilesParams, ListFilesResult], method="files/list"):
    """List the entries of a folder with size and tokens, ignored files left out.

    Works while indexing, with what is known so far. Fails with `PathNotFound`.
    """


class ReadFileParams(ProjectParams):
    """Which file, and which lines."""

    path: str
    start_line: int | None = None
    """From 1."""
    end_line: int | None = None
    """Inclusive."""


class ReadFileResult(Wire):
    """The text of a file as the editor shows it."""

    path: str
    text: str
    lines: int
    """Of the whole file."""
    language: str | None
    unsaved: bool
    """Whether the text is an editor's unsaved one."""


class ReadFile(Request[ReadFileParams, ReadFileResult], method="files/read"):
    """Read a text file or some of its lines; unsaved editor text wins over disk.

    Fails with a `FileProblem`: `PathNotFound`, `PathOutsideRoot`, `NotAFile`, `NotText`,
    `FileTooLarge`.
    """


class OutlineSymbol(Wire):
    """A definition and what is defined in it."""

    name: str
    kind: str
    """As LSP names it, in lower case: class, function, method, interface, struct, enum, ..."""
    line: int
    """From 1."""
    end_line: int
    signature: str
    """The head of the definition on one line, without its body."""
    children: tuple[OutlineSymbol, ...] = ()


class OutlineFileParams(ProjectParams):
    """Which file."""

    path: str


class OutlineFileResult(Wire):
    """The definitions of a file, nested."""

    path: str
    language: str | None
    symbols: tuple[OutlineSymbol, ...]
    note: str = ""
    """Why there are none, when there are none: no grammar, too large, quarantined."""


class OutlineFile(Request[OutlineFileParams, OutlineFileResult], method="files/outline"):
    """Give the definitions of a file; unsaved editor text wins over disk.

    Fails with a `FileProblem`.
    """


class SearchFilesParams(ProjectParams):
    """What to look for, and how."""

    query: str
    kind: Literal["text", "regex", "path", "symbol"] = "text"
    limit: Annotated[int, Field(ge=1, le=10_000)] = 100
    case_sensitive: bool = False


class SearchHit(Wire):
    """A line that matches; for `path` line 1 and the path as text."""

    path: str
    line: int
    text: str
    """The line, cut to 400 characters around the match."""


class SearchFilesResult(Wire):
    """The hits, best or first first."""

    hits: tuple[SearchHit, ...]
    truncated: bool
    """Whether there are more than `limit`."""
    incomplete: bool = False
    """Whether some files are not indexed yet."""


class SearchFiles(Request[SearchFilesParams, SearchFilesResult], method="files/search"):
    r"""Search text, regular expression (Python), path (fuzzy) or symbol over all indexed files.

    Unsaved texts count, also of files that are not on disk yet. A regular expression is matched
    within one line unless it names line ends: `\n`, `[\s\S]`, `(?s)`, `\A`, `\Z`.

    Fails with `BadPattern` when a regular expression does not compile.
    """


class RelateFileParams(ProjectParams):
    """Which file."""

    path: str
    limit: Annotated[int, Field(ge=1, le=200)] = 20
    """Of each kind."""


class RelatedFile(Wire):
    """A file that goes with another, and why."""

    path: str
    reason: str
    score: float
    """Against the best of its kind: 0 to 1."""


class RelateFileResult(Wire):
    """What goes with a file, each kind best first."""

    imports: tuple[RelatedFile, ...]
    """Files that it imports, or whose definitions it uses."""
    importers: tuple[RelatedFile, ...]
    """Files that import it, or use what it defines; tests apart."""
    tests: tuple[RelatedFile, ...]
    """Its tests; of a test, the files that it tests."""
    co_changed: tuple[RelatedFile, ...]
    """Files that changed in the same commits."""
    incomplete: bool = False
    """Whether the symbols of some files are not read yet."""


class RelateFile(Request[RelateFileParams, RelateFileResult], method="files/relate"):
    """Give what goes with a file: imports, importers, tests, and what changes together with it.

    Imports are followed to files (packages, workspaces, path mappings), names that a package gives
    on to the file that defines them. Fails with `PathNotFound`.
    """
