"""Search files for a text or a pattern: in a child process, where a search can be broken off."""

import codecs
from collections.abc import Callable
from pathlib import Path
from typing import cast

from octoprompt.child import breakable, check
from octoprompt.errors import FileProblem
from octoprompt.index.lines import NO_TEXT, Kind, Text, finder, in_place, needs, text_of
from octoprompt.index.needles import Clauses, Needed, as_bytes, may_hold, plain
from octoprompt.workspace.gate import Content, FileBytes, Gate
from octoprompt.workspace.text import decode

WIDE = (b"\xff\xfe", b"\xfe\xff", b"\0\0\xfe\xff")
"""How a text in UTF-16 or UTF-32 begins."""
KEPT_BYTES = 24 << 20
MAX_KEPT_BYTES = 256 << 10

Hit = tuple[str, int, str]
"""Path, line from 1, the line cut around the match."""
Scan = tuple[Kind, str, bool, list[str], list[int], dict[str, str], int]
"""What the query is, the query, whether case matters, paths, the stamp of each or 0, unsaved texts
by path, limit."""
Read = Callable[[str, int], FileBytes | Content]


def start(args: tuple[str, ...]) -> Callable[[object], object]:
    """Begin to search beneath a root: `ROOT MAX_FILE_BYTES`."""
    gate, shelf = Gate(Path(args[0])), Shelf(int(args[1]), KEPT_BYTES)
    return lambda message: scan(gate, shelf, cast("Scan", message))


def stamp(size: int, mtime_ns: int) -> int:
    """Name a version of a file as the file system does."""
    return mtime_ns << 32 | size


class Shelf:
    """Texts of files, those in lower case that were read before as far as there is room.

    A file that may not hold what is wanted needs no second look then; one that may is read anew,
    so what is shown is what is on disk. First come, first kept: a search goes through the paths in
    their order, so those that come first are read again the most.
    """

    def __init__(self, max_bytes: int, room: int) -> None:
        self._max_bytes = max_bytes
        self._room = room
        self._kept: dict[str, tuple[int, bytes]] = {}

    def text(self, read: Read, path: str, version: int, needed: Needed) -> Text:
        """Give a file's text; none when it went meanwhile, or when no match can be in it."""
        kept = self._kept.get(path) if version else None
        if kept is not None and kept[0] == version and not may_hold(kept[1], needed):
            return NO_TEXT
        try:
            found = read(path, self._max_bytes)
            lower = plain(found.data)
            if isinstance(found, Content) and stamp(found.size, found.mtime_ns) == version:
                self._keep(path, version, lower)
            return _text(path, found.data, lower, needed)
        except FileProblem:
            return NO_TEXT

    def _keep(self, path: str, version: int, lower: bytes) -> None:
        gone = self._kept.pop(path, None)
        self._room += len(gone[1]) if gone else 0
        # UTF-16 is not told apart from bytes that lack everything.
        if len(lower) <= min(self._room, MAX_KEPT_BYTES) and b"\0" not in lower:
            self._kept[path] = version, lower
            self._room -= len(lower)


def scan(gate: Gate, shelf: Shelf, order: Scan) -> list[Hit]:
    """Give the hits in the order of the paths, one for each line, at most `limit`."""
    kind, query, case_sensitive, paths, versions, unsaved, limit = order
    needed = as_bytes(needs(kind, query))
    lines = finder(kind, query, case_sensitive=case_sensitive)
    hits: list[Hit] = []
    with gate.many() as read:
        for path, version in zip(paths, versions, strict=True):
            check()
            unsaved_text = unsaved.get(path)
            if unsaved_text is None:
                text = shelf.text(read, path, version, needed)
            else:
                text = text_of(unsaved_text)
            with breakable():
                for line, shown in lines(text) if text.data else ():
                    hits.append((path, line, shown))
                    if len(hits) >= limit:
                        return hits
    return hits


def read_text(gate: Gate, path: str, max_bytes: int, clauses: Clauses) -> str:
    """Give a text; empty when it went meanwhile, and when no match can be in it."""
    try:
        data = gate.read(path, max_bytes).data
        if _lacks(data, plain(data), as_bytes(clauses)):
            return ""
        return decode(data, path).text
    except FileProblem:
        return ""


def _text(path: str, data: bytes, lower: bytes, needed: Needed) -> Text:
    if _lacks(data, lower, needed):
        return NO_TEXT
    if b"\0" in data or not _is_utf8(data):
        return text_of(decode(data, path).text)
    lower = in_place(data, lower)
    mark = len(codecs.BOM_UTF8) if data.startswith(codecs.BOM_UTF8) else 0
    return Text(data[mark:], lower[mark:]) if mark else Text(data, lower)


def _lacks(data: bytes, lower: bytes, needed: Needed) -> bool:
    return not may_hold(lower, needed) and not data.startswith(WIDE)


def _is_utf8(data: bytes) -> bool:
    if data.isascii():
        return True
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
