"""The values of the index: what a parse of one file yields, and what questions answer with."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Symbol:
    """A definition in a file. Lines from 1, both inclusive; bytes half open."""

    name: str
    kind: str
    """As LSP names it, in lower case."""
    line: int
    end_line: int
    signature: str
    """Head without body, on one line, at most 300 characters."""
    parent: int | None
    """Position of the enclosing symbol in the file's list, which is in source order."""
    start_byte: int
    body_byte: int
    """Where the body starts (after the head); `end_byte` when it has none."""
    end_byte: int
    doc: str = ""
    """First line of its documentation."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
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
    """Why it is empty or partial: `syntax errors`, `no grammar`, `too slow`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A stretch of a file that is ranked on its own: a definition up to the next, at least 8 lines."""

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
