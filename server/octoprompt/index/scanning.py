"""Search files for a text or a pattern: in a child process, where a search can be broken off."""

import codecs
import contextlib
from collections.abc import Callable, Container, Iterable, Iterator
from pathlib import Path
from typing import NamedTuple, cast

from octoprompt.child import breakable, check
from octoprompt.errors import FileProblem
from octoprompt.index.lines import NO_TEXT, Kind, Text, finder, in_place, needs, text_of
from octoprompt.index.needles import Clauses, Needed, as_bytes, may_hold, plain
from octoprompt.index.sieve import MARGIN, Script, Sieve, script_of, sieve
from octoprompt.workspace.gate import Content, FileBytes, Gate
from octoprompt.workspace.text import decode

WIDE = (b"\xff\xfe", b"\xfe\xff", b"\0\0\xfe\xff")
"""How a text in UTF-16 or UTF-32 begins."""
KEPT_BYTES = 64 << 20
MAX_KEPT_BYTES = 2 << 20

Hit = tuple[str, int, str]
"""Path, line from 1, the line cut around the match."""
Scan = tuple[Kind, str, bool, list[str], list[int], dict[str, str], int]
"""What the query is, the query, whether case matters, paths, the stamp of each or 0, unsaved texts
by path, limit."""
Keep = tuple[list[str], list[int]]
"""Paths of files that will be searched, and the stamp of each or 0."""
Read = Callable[[str, int], FileBytes | Content]


def start(args: tuple[str, ...]) -> Callable[[object], object]:
    """Begin to search beneath a root: `ROOT MAX_FILE_BYTES`."""
    gate, shelf = Gate(Path(args[0])), Shelf(int(args[1]), KEPT_BYTES)

    def handle(message: object) -> object:
        order = cast("Scan | Keep", message)
        return keep(gate, shelf, order) if len(order) == 2 else scan(gate, shelf, order)

    return handle


def stamp(size: int, changed_ns: int) -> int:
    """Name a version of a file as the file system does."""
    return changed_ns << 32 | size


def size_of(version: int) -> int:
    """Give the size in the stamp of a version."""
    return version & 0xFFFF_FFFF


class Source(NamedTuple):
    """A file's text, to be tested."""

    data: bytes
    """With a `MARGIN`; its `plain` bytes without one where its letters are others."""
    script: Script


class Wanted(NamedTuple):
    """What tells that no match can be in a text."""

    needed: Needed
    sieve: Sieve

    def may_be_in(self, source: Source) -> bool:
        """Say whether a text must be looked into."""
        passes = self.sieve.passes(*source)
        if passes is None:
            is_plain = source.script is Script.OTHER
            return may_hold(source.data if is_plain else source.data.lower(), self.needed)
        return passes


class Shelf:
    """Texts of files that were read before, as far as there is room.

    A file that may not hold what is wanted needs no second look then; one that may is read anew,
    so what is shown is what is on disk. First come, first kept: a search goes through the paths in
    their order, so those that come first are read again the most.
    """

    def __init__(self, max_bytes: int, room: int) -> None:
        self._max_bytes = max_bytes
        self._room = room
        self._kept: dict[str, tuple[int, Source]] = {}

    def text(self, read: Read, path: str, version: int, wanted: Wanted) -> Text:
        """Give a file's text; none when it went meanwhile, or when no match can be in it."""
        kept = self._current(path, version)
        if kept is not None and not wanted.may_be_in(kept):
            return NO_TEXT
        try:
            data, source = self._read(read, path, version, kept)
            if source is kept or wanted.may_be_in(source) or data.startswith(WIDE):
                return _text(path, data, source)
        except FileProblem:
            pass
        return NO_TEXT

    def sifted(
        self, files: Iterable[tuple[str, int]], wanted: Wanted, unsaved: Container[str]
    ) -> Iterator[tuple[str, int]]:
        """Leave out files that are known to lack what is wanted: thousands, where it is rare."""
        kept_of, passes = self._kept.get, wanted.sieve.passes
        for path, version in files:
            check()
            kept = kept_of(path)
            is_current = kept is not None and kept[0] == version and path not in unsaved
            if kept is None or not is_current or passes(*kept[1]) is not False:
                yield path, version

    def put(self, read: Read, path: str, version: int) -> None:
        """Keep a file's text, if there is room for it, before it is asked for."""
        is_small = size_of(version) <= min(self._room, MAX_KEPT_BYTES)
        if is_small and self._current(path, version) is None:
            with contextlib.suppress(FileProblem):
                self._read(read, path, version, None)

    def _current(self, path: str, version: int) -> Source | None:
        kept = self._kept.get(path) if version else None
        return kept[1] if kept is not None and kept[0] == version else None

    def _read(
        self, read: Read, path: str, version: int, kept: Source | None
    ) -> tuple[bytes, Source]:
        """Read a file; gives its bytes, and `kept` itself where nothing has changed."""
        found = read(path, self._max_bytes)
        if kept is not None and kept.data.removesuffix(MARGIN) == found.data:
            return found.data, kept
        source = _source(found.data)
        if isinstance(found, Content) and stamp(found.size, found.changed_ns) == version:
            self._keep(path, version, source)
        return found.data, source

    def _keep(self, path: str, version: int, source: Source) -> None:
        gone = self._kept.pop(path, None)
        self._room += size_of(gone[0]) if gone else 0
        size = size_of(version)
        # UTF-16 is not told apart from bytes that lack everything.
        if size <= min(self._room, MAX_KEPT_BYTES) and b"\0" not in source.data:
            self._kept[path] = version, source
            self._room -= size


def scan(gate: Gate, shelf: Shelf, order: Scan) -> list[Hit]:
    """Give the hits in the order of the paths, one for each line, at most `limit`."""
    kind, query, case_sensitive, paths, versions, unsaved, limit = order
    may_match = sieve(kind, query, case_sensitive=case_sensitive)
    wanted = Wanted(as_bytes(needs(kind, query)), may_match)
    lines = finder(kind, query, case_sensitive=case_sensitive)
    hits: list[Hit] = []
    files = zip(paths, versions, strict=True)
    with gate.many() as read:
        for path, version in shelf.sifted(files, wanted, unsaved):
            check()
            unsaved_text = unsaved.get(path)
            if unsaved_text is None:
                text = shelf.text(read, path, version, wanted)
            else:
                text = text_of(unsaved_text)
            with breakable():
                for line, shown in lines(text) if text.data else ():
                    hits.append((path, line, shown))
                    if len(hits) >= limit:
                        return hits
    return hits


def keep(gate: Gate, shelf: Shelf, order: Keep) -> None:
    """Read files that a search will ask for."""
    with gate.many() as read:
        for path, version in zip(*order, strict=True):
            check()
            shelf.put(read, path, version)


def read_text(gate: Gate, path: str, max_bytes: int, clauses: Clauses) -> str:
    """Give a text; empty when it went meanwhile, and when no match can be in it."""
    try:
        data = gate.read(path, max_bytes).data
        if not may_hold(plain(data), as_bytes(clauses)) and not data.startswith(WIDE):
            return ""
        return decode(data, path).text
    except FileProblem:
        return ""


def _source(data: bytes) -> Source:
    """Take a file's bytes; what comes before its first letter would hide where its line begins."""
    text = data.removeprefix(codecs.BOM_UTF8)
    script = script_of(text)
    return Source(plain(data) if script is Script.OTHER else text + MARGIN, script)


def _text(path: str, data: bytes, source: Source) -> Text:
    if source.script is not Script.OTHER:
        text = data.removeprefix(codecs.BOM_UTF8)
        return Text(text, text.lower())
    if b"\0" in data or not _is_utf8(data):
        return text_of(decode(data, path).text)
    lower = in_place(data, source.data)
    mark = len(codecs.BOM_UTF8) if data.startswith(codecs.BOM_UTF8) else 0
    return Text(data[mark:], lower[mark:]) if mark else Text(data, lower)


def _is_utf8(data: bytes) -> bool:
    if data.isascii():
        return True
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
