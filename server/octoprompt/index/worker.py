"""What a worker process does: read, hash and cut texts, and parse them. It trusts no file.

Messages are tuples of plain values, so that they can be marshalled:

- `("text", paths)` gives one `TextRow` for each path, in order;
- `("symbols", paths)` gives one `SymbolRow` for each path;
- `("both", paths)` gives one pair of them for each path;
- `("unsaved", path, text)` gives `(TextRow, SymbolRow)` of an editor's text;
- `("walk", exclude, trusted)` gives the `Listing` of the root, None when it cannot be listed.
"""

import gc
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple, cast

from octoprompt.errors import FileProblem, NotText, PathNotFound, RootUnreadable
from octoprompt.heap import give_back
from octoprompt.index.bitmap import bitmap
from octoprompt.index.extract import extract
from octoprompt.index.language import Language
from octoprompt.index.languages import language_for
from octoprompt.index.model import Parsed
from octoprompt.index.packing import SymbolRow, TextRow, pack
from octoprompt.index.terms import definition_record
from octoprompt.index.texts import Text, measured
from octoprompt.workspace.gate import Content, Gate
from octoprompt.workspace.text import content_hash, decode

EMPTY_PARSED = pack(Parsed(language=""))
GONE = -1
"""Stands for the size of a file that is not there any more."""
UNSETTLED_NS = 50_000_000
OPENERS = b"[({<$`"
BLANKS = b" \t\n\r\x0b\x0c"
AS_BRACKETS = bytes(ord("(") if byte in OPENERS else byte for byte in range(256))
RUNAWAY = b"(" * 200
"""No program opens so many brackets in a row; tree-sitter takes quadratic time over them."""
HARMLESS_BYTES = 16 * 1024
KEPT_BYTES = 2 * 1024 * 1024
"""After so much text memory that is free is given back: a large file takes thirty times its size,
and the files after it need little of that."""
NEW_OBJECTS = 100_000
"""Nothing here is made in circles: a search for circles after so many objects is often enough."""
Read = Callable[[str, int], Content]


def start(args: tuple[str, ...]) -> Callable[[object], object]:
    """Begin work on a root: `ROOT MAX_FILE_BYTES`."""
    gc.freeze()
    gc.set_threshold(NEW_OBJECTS, 50, 50)
    return Worker(Path(args[0]), int(args[1])).handle


class _File(NamedTuple):
    """What was read."""

    text: Text
    size: int
    changed_ns: int
    digest: str


class Worker:
    """Answers messages about the files beneath one root."""

    def __init__(self, root: Path, max_file_bytes: int) -> None:
        self._gate = Gate(root)
        self._limit = max_file_bytes
        self._read_bytes = 0

    def handle(self, message: object) -> object:
        """Answer one message."""
        kind, *values = cast("tuple[str, object]", message)
        if self._read_bytes > KEPT_BYTES:
            self._read_bytes = 0
            give_back()
        if kind == "unsaved":
            path, text = cast("tuple[str, str]", values)
            self._read_bytes += len(text)
            return _unsaved(path, text)
        if kind == "walk":
            exclude, trusted = cast("tuple[tuple[str, ...], bool]", values)
            return self._walk(exclude, trusted=trusted)
        paths = cast("list[str]", values[0])
        with self._gate.many() as read:
            if kind == "text":
                return self._texts(read, paths)
            symbols = [self._symbols(read, path) for path in paths]
            if kind == "symbols":
                return symbols
            return list(zip(self._texts(read, paths), symbols, strict=True))

    def _walk(self, exclude: tuple[str, ...], *, trusted: bool) -> object:
        from octoprompt.index import walk  # noqa: PLC0415 - the first of several workers does it
        from octoprompt.workspace.git import Git  # noqa: PLC0415

        root = self._gate.root
        limits = walk.Rules(exclude=exclude, max_file_bytes=self._limit)
        try:
            return walk.as_listing(walk.Walker(root, Git(root, trusted=trusted), limits).walk())
        except RootUnreadable:
            return None

    def _texts(self, read: Read, paths: Sequence[str]) -> list[TextRow]:
        """Give rows in order; what can be read is measured together."""
        found = [self._text(read, path) for path in paths]
        measured = iter(_text_rows([file for file in found if isinstance(file, _File)]))
        return [next(measured) if isinstance(file, _File) else file for file in found]

    def _text(self, read: Read, path: str) -> "_File | TextRow":
        try:
            file = self._content(read, path)
        except PathNotFound as problem:
            return (problem.message, GONE, 0, "", 0, b"", b"", "")
        except FileProblem as problem:
            return (problem.message, 0, 0, "", 0, b"", b"", "")
        changed_ns = _settled(file.changed_ns)
        digest = content_hash(file.data)
        try:
            source = _utf8(file.data, path)
        except NotText as problem:
            return (problem.message, file.size, changed_ns, digest, 0, b"", b"", "")
        return _File(_text_of(path, source), file.size, changed_ns, digest)

    def _content(self, read: Read, path: str) -> Content:
        file = read(path, self._limit)
        self._read_bytes += len(file.data)
        return file

    def _symbols(self, read: Read, path: str) -> SymbolRow:
        try:
            data = self._content(read, path).data
            source = _utf8(data, path)
        except FileProblem as problem:
            return (problem.message, "", EMPTY_PARSED, [], b"")
        return _symbol_row(path, source, content_hash(data))


def _utf8(data: bytes, path: str) -> bytes:
    """Give a text in UTF-8; fails with `NotText`."""
    if data.isascii() and b"\0" not in data:
        return data
    return decode(data, path).text.encode("utf-8", "replace")


def _unsaved(path: str, text: str) -> tuple[TextRow, SymbolRow]:
    source = text.encode("utf-8", "replace")
    digest = content_hash(source)
    file = _File(_text_of(path, source), len(source), 0, digest)
    return _text_rows([file])[0], _symbol_row(path, source, digest)


def _text_of(path: str, source: bytes) -> Text:
    language = language_for(path, source)
    return Text(path, source, "" if language is None else language.id)


def _text_rows(files: Sequence[_File]) -> list[TextRow]:
    return [
        ("", size, changed_ns, digest, tokens, bitmap(text.source), record, text.language)
        for (text, size, changed_ns, digest), (tokens, record) in zip(
            files, measured([file.text for file in files]), strict=True
        )
    ]


def _symbol_row(path: str, source: bytes, digest: str) -> SymbolRow:
    language = language_for(path, source)
    if language is None or not language.has_grammar:
        return ("", digest, EMPTY_PARSED, [], b"")
    parsed = _extract(language, source)
    symbols = parsed.symbols
    rows = [
        (s.name, s.kind, s.line, s.end_line, None if s.parent is None else symbols[s.parent].name)
        for s in symbols
    ]
    is_lost = parsed.problem != "" and parsed.syntax_error is None and not symbols
    problem = parsed.problem if is_lost else ""
    return (problem, digest, pack(parsed), rows, definition_record(symbols))


def _extract(language: Language, source: bytes) -> Parsed:
    if len(source) > HARMLESS_BYTES and RUNAWAY in source.translate(AS_BRACKETS, BLANKS):
        return Parsed(language=language.id, problem="brackets nest too deep to parse")
    try:
        return extract(language, source)
    except (ImportError, OSError) as error:
        return Parsed(language=language.id, problem=f"no grammar: {error}")
    except MemoryError:
        return Parsed(language=language.id, problem="too large to parse in memory")


def _settled(changed_ns: int) -> int:
    """Give the time of a file, or 0 when it is so young that a change may not move it."""
    return 0 if abs(time.time_ns() - changed_ns) < UNSETTLED_NS else changed_ns
