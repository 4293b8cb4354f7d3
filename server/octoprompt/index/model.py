"""The values of the index: what a parse of one file yields, and what questions answer with.

Symbols and uses are made by the million, and a tuple is made four times as fast as a dataclass.
"""

from dataclasses import dataclass, field
from typing import Literal, NamedTuple

SYNTAX_ERRORS = "syntax errors"
"""How the problem of a file begins that is read in part; the line of the first error follows."""
NO_GRAMMAR = "no grammar for this language"
"""The problem of a file of which there are no symbols."""
State = Literal["scanning", "indexing", "idle", "paused", "error"]


class Symbol(NamedTuple):
    """A definition in a file. Lines from 1, both inclusive; bytes half open."""

    name: str
    kind: str
    """As LSP names it, in lower case."""
    line: int
    end_line: int
    signature: str
    """Head without body, on one line, at most 300 characters."""
    parent: int | None
    """Position of the enclosing symbol in the file's list."""
    start_byte: int
    body_byte: int
    """Where the body starts (after the head); `end_byte` when it has none."""
    end_byte: int
    doc: str = ""
    """First line of its documentation."""


class Use(NamedTuple):
    """A name used in a file."""

    name: str
    line: int
    kind: str
    """`call`, `import`, `type`, `extends` or `use`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Import:
    """An import as it is written, not yet resolved to a file."""

    module: str
    """As written: `django.db.models`, `./store`, `crate::ast`, `fmt`."""
    names: tuple[str, ...] = ()
    line: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Parsed:
    """What tree-sitter says about one file."""

    language: str
    symbols: tuple[Symbol, ...] = ()
    uses: tuple[Use, ...] = ()
    imports: tuple[Import, ...] = ()
    problem: str = ""
    """Why it is empty or partial: `syntax errors from line 3`, `no grammar`, `too slow`."""

    @property
    def syntax_error(self) -> int | None:
        """The line of the first syntax error; None where there is none, or nobody knows."""
        last = self.problem.rpartition(" ")[2]
        return int(last) if self.problem.startswith(SYNTAX_ERRORS) and last.isdigit() else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A stretch of a file that is ranked on its own: a definition up to the next."""

    symbol: str
    line: int
    end_line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SuggestQuery:
    """A task in words and what the user has at hand."""

    text: str
    limit: int = 20
    open_paths: tuple[str, ...] = ()
    selected_paths: tuple[str, ...] = ()
    all_files: bool = False
    """Whether tests, docs, examples, generated and vendored files compete as equals."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """A file that the task probably concerns; score 0..1."""

    path: str
    score: float
    reasons: tuple[str, ...] = ()
    passages: tuple[Passage, ...] = field(default=())


@dataclass(frozen=True, slots=True, kw_only=True)
class FileIssue:
    """A file that was left out of a stage, and why."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LanguageCount:
    """How much of one language the index holds."""

    id: str
    files: int
    symbols: int
    grammar: Literal["official", "bundle", "none"]
    """Where its grammar comes from: `official`, `bundle` or `none`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """How far the index is."""

    state: State
    files: int
    symbols: int
    pending: int
    """Files that still wait for text or symbols."""
    text_ready: bool
    symbols_ready: bool
    languages: tuple[LanguageCount, ...]
    skipped: tuple[FileIssue, ...]
    """Files whose text is not indexed, the first 200."""
    skipped_total: int
    failed: tuple[FileIssue, ...]
    failed_total: int
    generation: int
    git: bool
    message: str = ""
    """What went wrong, in state `error`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TreeEntry:
    """A file or folder in a listing; of a folder, all files below it count."""

    path: str
    name: str
    is_folder: bool
    size: int
    """In bytes."""
    tokens: int
    """Estimated."""
    files: int
    language: str | None = None
    skipped: str | None = None
    confirmable: bool = False
    """Whether a skipped file can be sent all the same."""
    skipped_files: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class TreePage:
    """A page of entries."""

    entries: tuple[TreeEntry, ...]
    total: int
    next_cursor: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TextHit:
    """A line that was found."""

    path: str
    line: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Hits:
    """What a search found."""

    hits: tuple[TextHit, ...]
    truncated: bool
    incomplete: bool = False
    """Whether some files were not indexed yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundSymbol:
    """A definition that was found by name."""

    name: str
    kind: str
    path: str
    line: int
    end_line: int
    container: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundUse:
    """A use of a name."""

    path: str
    line: int
    text: str
    kind: str
    container: str | None
    resolved: bool = True
    """Whether imports say that it means the definition asked about."""


@dataclass(frozen=True, slots=True, kw_only=True)
class References:
    """Definitions and uses of a name."""

    definitions: tuple[FoundSymbol, ...]
    uses: tuple[FoundUse, ...]
    truncated: bool
