"""Search files for a text or a pattern: in a child process, where a search can be broken off."""

import re
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Literal, cast

from octoprompt.child import breakable, check
from octoprompt.errors import FileProblem
from octoprompt.index.needles import Clause, Clauses, may_hold, of_pattern, of_text, stays_in_line
from octoprompt.workspace.gate import Gate
from octoprompt.workspace.text import decode

LINE_CHARS = 400
BEFORE_MATCH_CHARS = 80
WIDE = (b"\xff\xfe", b"\xfe\xff", b"\0\0\xfe\xff")
"""How a text in UTF-16 or UTF-32 begins."""

Hit = tuple[str, int, str]
"""Path, line from 1, the line cut around the match."""
Kind = Literal["text", "regex"]
Scan = tuple[Kind, str, bool, list[str], dict[str, str], int]
"""What the query is, the query, whether case matters, paths, unsaved texts by path, limit."""
Lines = Iterator[tuple[int, str]]
"""Numbers from 1, each with the line cut around the match."""


def start(args: tuple[str, ...]) -> Callable[[object], object]:
    """Begin to search beneath a root: `ROOT MAX_FILE_BYTES`."""
    gate, limit = Gate(Path(args[0])), int(args[1])
    return lambda message: scan(gate, limit, cast("Scan", message))


def scan(gate: Gate, max_bytes: int, order: Scan) -> list[Hit]:
    """Give the hits in the order of the paths, one for each line, at most `limit`."""
    kind, query, case_sensitive, paths, unsaved, limit = order
    clauses = needs(kind, query)
    lines = finder(kind, query, case_sensitive=case_sensitive)
    hits: list[Hit] = []
    for path in paths:
        check()
        text = unsaved.get(path)
        if text is None:
            text = read_text(gate, path, max_bytes, clauses)
        with breakable():
            for line, shown in lines(text) if text else ():
                hits.append((path, line, shown))
                if len(hits) >= limit:
                    return hits
    return hits


def needs(kind: Kind, query: str) -> Clauses:
    """Give what every match holds."""
    return of_text(query) if kind == "text" else of_pattern(query)


def finder(kind: Kind, query: str, *, case_sensitive: bool) -> Callable[[str], Lines]:
    """Give what finds the lines where a match starts; fails with `re.error`."""
    flags = re.MULTILINE | (0 if case_sensitive else re.IGNORECASE)
    pattern = re.compile(re.escape(query) if kind == "text" else query, flags)
    if kind == "text" and case_sensitive:
        return partial(literal_lines, query)
    in_ascii = _in_ascii(kind, query, pattern)

    def lines(text: str) -> Lines:
        if in_ascii is not None and text.isascii():
            return in_ascii(text)
        return matching_lines(pattern, text)

    return lines


def _in_ascii(kind: Kind, query: str, pattern: re.Pattern[str]) -> Callable[[str], Lines] | None:
    """Give a quicker way for texts that are all ASCII, where there is one."""
    if kind == "text":
        return partial(caseless_lines, query.lower()) if query.isascii() else None
    clauses = of_pattern(query)
    return partial(lines_holding, pattern, clauses[0]) if clauses and stays_in_line(query) else None


def read_text(gate: Gate, path: str, max_bytes: int, clauses: Clauses) -> str:
    """Give a text; empty when it went meanwhile, and when no match can be in it."""
    try:
        data = gate.read(path, max_bytes).data
        if not data.startswith(WIDE) and not may_hold(data, clauses):
            return ""
        if data.isascii() and b"\0" not in data:
            return data.decode("ascii")
        return decode(data, path).text
    except FileProblem:
        return ""


def literal_lines(literal: str, text: str) -> Lines:
    """Give the lines where a literal starts."""
    return _found(literal, text, text)


def caseless_lines(literal: str, text: str) -> Lines:
    """Give the lines of an ASCII text where a lower-case literal starts, in any case."""
    return _found(literal, text.lower(), text)


def _found(literal: str, text: str, shown: str) -> Lines:
    line, counted = 1, 0
    start = text.find(literal)
    while start >= 0:
        line += text.count("\n", counted, start)
        counted = start
        first, end = _line_at(text, start)
        yield line, cut_line(shown[first:end], start - first)
        start = text.find(literal, end + 1)


def lines_holding(pattern: re.Pattern[str], clause: Clause, text: str) -> Lines:
    """Give the lines with a match of a pattern that stays in its line, in an ASCII text.

    Only lines that hold one of the clause's literals are looked at.
    """
    lower = text.lower()
    places = {literal: lower.find(literal) for literal in clause}
    line, counted = 1, 0
    while (start := min((at for at in places.values() if at >= 0), default=-1)) >= 0:
        first, end = _line_at(text, start)
        if (match := pattern.search(text, first, end)) is not None:
            line += text.count("\n", counted, first)
            counted = first
            yield line, cut_line(text[first:end], match.start() - first)
        for literal, at in places.items():
            if 0 <= at <= end:
                places[literal] = lower.find(literal, end + 1)


def matching_lines(pattern: re.Pattern[str], text: str) -> Lines:
    """Give each line where a match starts, once."""
    line, counted = 1, 0
    place = 0
    while (match := pattern.search(text, place)) is not None:
        start = match.start()
        line += text.count("\n", counted, start)
        counted = start
        first, end = _line_at(text, start)
        yield line, cut_line(text[first:end], start - first)
        place = end + 1
        if place > len(text):
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
