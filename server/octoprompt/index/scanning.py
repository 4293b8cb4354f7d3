"""Search files for a text or a pattern: in a child process, where a search can be broken off."""

import re
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Literal, NamedTuple, cast

from octoprompt.child import breakable, check
from octoprompt.errors import FileProblem
from octoprompt.index.needles import (
    Clause,
    Clauses,
    Needed,
    as_bytes,
    is_of_lines,
    may_hold,
    of_pattern,
    of_text,
    plain,
)
from octoprompt.workspace.gate import Content, FileBytes, Gate
from octoprompt.workspace.text import decode

LINE_CHARS = 400
BEFORE_MATCH_CHARS = 80
WIDE = (b"\xff\xfe", b"\xfe\xff", b"\0\0\xfe\xff")
"""How a text in UTF-16 or UTF-32 begins."""
CASELESS_ODDITIES = "\u0130\u0131\u017f"

Hit = tuple[str, int, str]
"""Path, line from 1, the line cut around the match."""
Kind = Literal["text", "regex"]
Scan = tuple[Kind, str, bool, list[str], dict[str, str], int]
"""What the query is, the query, whether case matters, paths, unsaved texts by path, limit."""
Lines = Iterator[tuple[int, str]]
"""Numbers from 1, each with the line cut around the match."""


class Text(NamedTuple):
    """What is searched."""

    shown: str
    lower: str
    """The same in lower case, each sign in its place; empty where that cannot be."""


NO_TEXT = Text("", "")
Read = Callable[[str, int], FileBytes | Content]
Finder = Callable[[Text], Lines]


def start(args: tuple[str, ...]) -> Callable[[object], object]:
    """Begin to search beneath a root: `ROOT MAX_FILE_BYTES`."""
    gate, limit = Gate(Path(args[0])), int(args[1])
    return lambda message: scan(gate, limit, cast("Scan", message))


def scan(gate: Gate, max_bytes: int, order: Scan) -> list[Hit]:
    """Give the hits in the order of the paths, one for each line, at most `limit`."""
    kind, query, case_sensitive, paths, unsaved, limit = order
    needed = as_bytes(needs(kind, query))
    lines = finder(kind, query, case_sensitive=case_sensitive)
    hits: list[Hit] = []
    with gate.many() as read:
        for path in paths:
            check()
            unsaved_text = unsaved.get(path)
            if unsaved_text is None:
                text = _text(read, path, max_bytes, needed)
            else:
                text = text_of(unsaved_text)
            with breakable():
                for line, shown in lines(text) if text.shown else ():
                    hits.append((path, line, shown))
                    if len(hits) >= limit:
                        return hits
    return hits


def needs(kind: Kind, query: str) -> Clauses:
    """Give what every match holds."""
    return of_text(query) if kind == "text" else of_pattern(query)


def finder(kind: Kind, query: str, *, case_sensitive: bool) -> Finder:
    """Give what finds the lines where a match starts; fails with `re.error`.

    A pattern is matched within one line unless it asks for more, see `is_of_lines`.
    """
    flags = re.MULTILINE | (0 if case_sensitive else re.IGNORECASE)
    pattern = re.compile(re.escape(query) if kind == "text" else query, flags)
    if kind == "text" and case_sensitive:
        return lambda text: _found(query, text.shown, text.shown)
    if kind == "text" or not is_of_lines(query):
        slow = partial(matching_lines, pattern)
    else:
        slow = partial(matches_in_lines, pattern)
    clauses = needs(kind, query)
    if kind == "text" and query.isascii():
        literal = query.lower()
        return lambda text: _found(literal, text.lower, text.shown) if text.lower else slow(text)
    if kind == "regex" and clauses and is_of_lines(query):
        quick = partial(lines_holding, pattern, clauses)
        return lambda text: quick(text) if text.lower else slow(text)
    return slow


def text_of(shown: str) -> Text:
    """Give a text with its lower case."""
    is_plain = shown.isascii() or not any(letter in shown for letter in CASELESS_ODDITIES)
    return Text(shown, shown.lower() if is_plain else "")


def read_text(gate: Gate, path: str, max_bytes: int, clauses: Clauses) -> str:
    """Give a text; empty when it went meanwhile, and when no match can be in it."""
    needed = as_bytes(clauses)
    return _text(gate.read, path, max_bytes, needed).shown


def _text(read: Read, path: str, max_bytes: int, needed: Needed) -> Text:
    try:
        data = read(path, max_bytes).data
        lower = plain(data)
        if not may_hold(lower, needed) and not data.startswith(WIDE):
            return NO_TEXT
        if data.isascii() and b"\0" not in data:
            return Text(data.decode("ascii"), lower.decode("ascii"))
        return text_of(decode(data, path).text)
    except FileProblem:
        return NO_TEXT


def _found(literal: str, text: str, shown: str) -> Lines:
    """Give the lines where a literal starts; `shown` is the same text in its own case."""
    line, counted = 1, 0
    start = text.find(literal)
    while start >= 0:
        line += text.count("\n", counted, start)
        counted = start
        first, end = _line_at(text, start)
        yield line, cut_line(shown[first:end], start - first)
        start = text.find(literal, end + 1)


def lines_holding(pattern: re.Pattern[str], clauses: Clauses, text: Text) -> Lines:
    """Give the lines with a match of a pattern within them, in a plain text.

    Only lines that satisfy every clause are looked at.
    """
    clause, *others = clauses
    shown, lower = text
    find, search, beyond = lower.find, pattern.search, len(lower)
    places = [at if (at := find(literal)) >= 0 else beyond for literal in clause]
    line, counted = 1, 0
    while (start := min(places)) < beyond:
        end = find("\n", start)
        if end < 0:
            end = beyond
        first = lower.rfind("\n", 0, start) + 1
        if _line_holds(lower, first, end, others) and (match := search(shown, first, end)):
            line += lower.count("\n", counted, first)
            counted = first
            yield line, cut_line(shown[first:end], match.start() - first)
        for number, place in enumerate(places):
            if place <= end:
                places[number] = at if (at := find(clause[number], end + 1)) >= 0 else beyond


def _line_holds(lower: str, first: int, end: int, clauses: Iterable[Clause]) -> bool:
    """Say whether a line holds what a match must, which is quicker to see than a match."""
    find = lower.find
    for clause in clauses:
        for literal in clause:
            if find(literal, first, end) >= 0:
                break
        else:
            return False
    return True


def matching_lines(pattern: re.Pattern[str], text: Text) -> Lines:
    """Give each line where a match starts, once."""
    shown = text.shown
    line, counted = 1, 0
    place = 0
    while (match := pattern.search(shown, place)) is not None:
        start = match.start()
        line += shown.count("\n", counted, start)
        counted = start
        first, end = _line_at(shown, start)
        yield line, cut_line(shown[first:end], start - first)
        place = end + 1
        if place > len(shown):
            return


def matches_in_lines(pattern: re.Pattern[str], text: Text) -> Lines:
    """Give each line that has a match within it."""
    shown = text.shown
    line, counted = 1, 0
    place = 0
    while (match := pattern.search(shown, place)) is not None:
        first, end = _line_at(shown, match.start())
        if match.end() > end:
            match = pattern.search(shown, first, end)
        if match is not None:
            line += shown.count("\n", counted, first)
            counted = first
            yield line, cut_line(shown[first:end], match.start() - first)
        place = end + 1
        if place > len(shown):
            return


def _line_at(text: str, place: int) -> tuple[int, int]:
    """Give where the line around a place begins and where it ends."""
    end = text.find("\n", place)
    return text.rfind("\n", 0, place) + 1, len(text) if end < 0 else end


def cut_line(line: str, column: int) -> str:
    """Give at most `LINE_CHARS` of a line, with what stands at `column` in it."""
    line = line.rstrip("\r")
    if len(line) <= LINE_CHARS:
        return line
    first = max(0, min(column - BEFORE_MATCH_CHARS, len(line) - LINE_CHARS))
    return line[first : first + LINE_CHARS]
