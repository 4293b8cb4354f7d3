"""The lines of a text that hold a literal or match a pattern: on bytes as far as that is possible.

Most of a text is never decoded: only the lines that are shown, and those a pattern is tried on.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Literal, NamedTuple

from octoprompt.index.needles import (
    Clauses,
    Needed,
    as_bytes,
    is_of_lines,
    of_pattern,
    of_text,
    plain,
)

LINE_CHARS = 400
BEFORE_MATCH_CHARS = 80
SURROGATES = "surrogatepass"
"""Unsaved texts can hold halves of a pair."""

Kind = Literal["text", "regex"]
Lines = Iterator[tuple[int, str]]
"""Numbers from 1, each with the line cut around the match."""


class Text(NamedTuple):
    """What is searched, in UTF-8."""

    data: bytes
    lower: bytes
    """The same in lower case as far as ASCII goes, each byte in its place; empty where it holds
    other letters that `re` takes for ASCII."""


NO_TEXT = Text(b"", b"")
Finder = Callable[[Text], Lines]


def text_of(shown: str) -> Text:
    """Give a text with its lower case."""
    data = shown.encode("utf-8", SURROGATES)
    return Text(data, in_place(data, plain(data)))


def in_place(data: bytes, lower: bytes) -> bytes:
    """Give `lower` where it is `data` byte for byte; nothing where letters gave way to ASCII."""
    return lower if len(lower) == len(data) else b""


def needs(kind: Kind, query: str) -> Clauses:
    """Give what every match holds."""
    return of_text(query) if kind == "text" else of_pattern(query)


def finder(kind: Kind, query: str, *, case_sensitive: bool) -> Finder:
    r"""Give what finds the lines where a match starts; fails with `re.error`.

    A pattern is matched within one line unless it asks for more, see `is_of_lines`; the `\r` of a
    line end is no part of the line then, so that `;$` finds what it finds with `\n` alone.
    """
    flags = re.MULTILINE | (0 if case_sensitive else re.IGNORECASE)
    pattern = re.compile(re.escape(query) if kind == "text" else query, flags)
    if kind == "text" and case_sensitive:
        literal = query.encode("utf-8", SURROGATES)
        return lambda text: _found(literal, text.data, text.data)
    if kind == "text" or not is_of_lines(query):
        slow = partial(matching_lines, pattern)
    else:
        slow = partial(matches_in_lines, pattern)
    if kind == "text" and query.isascii():
        quick: Finder = partial(_holding, query.lower().encode())
    elif kind == "regex" and is_of_lines(query) and (clauses := needs(kind, query)):
        quick = partial(lines_holding, pattern, as_bytes(clauses))
    else:
        return lambda text: slow(_decoded(text.data))
    return lambda text: quick(text) if text.lower else slow(_decoded(text.data))


def _decoded(data: bytes) -> str:
    return data.decode("utf-8", SURROGATES)


def _holding(literal: bytes, text: Text) -> Lines:
    """Give the lines where a literal in lower case starts in any case."""
    return _found(literal, text.lower, text.data)


def _found(literal: bytes, inside: bytes, data: bytes) -> Lines:
    """Give the lines where a literal starts; `data` is the same text in its own case."""
    line, counted = 1, 0
    start = inside.find(literal)
    while start >= 0:
        end = inside.find(b"\n", start)
        if end < 0:
            end = len(inside)
        first = inside.rfind(b"\n", 0, start) + 1
        line += inside.count(b"\n", counted, first)
        counted = first
        yield line, cut_line(_decoded(data[first:end]), len(_decoded(data[first:start])))
        start = inside.find(literal, end + 1)


def lines_holding(pattern: re.Pattern[str], clauses: Needed, text: Text) -> Lines:
    """Give the lines with a match of a pattern within them.

    Only lines that satisfy every clause are decoded and looked at.
    """
    clause, *others = clauses
    data, lower = text
    find, search, beyond = lower.find, pattern.search, len(lower)
    places = [at if (at := find(literal)) >= 0 else beyond for literal in clause]
    line, counted = 1, 0
    while (start := min(places)) < beyond:
        end = find(b"\n", start)
        if end < 0:
            end = beyond
        first = lower.rfind(b"\n", 0, start) + 1
        if _line_holds(lower, first, end, others):
            # With the line end before it, which `(?<!\s)` may look at.
            before = 1 if first else 0
            is_wide = data[max(first, end - 1) : end + 1] == b"\r\n"
            shown = _decoded(data[first - before : end - is_wide])
            if match := search(shown, before):
                line += lower.count(b"\n", counted, first)
                counted = first
                yield line, cut_line(shown[before:], match.start() - before)
        for number, place in enumerate(places):
            if place <= end:
                places[number] = at if (at := find(clause[number], end + 1)) >= 0 else beyond


def _line_holds(lower: bytes, first: int, end: int, clauses: Iterable[list[bytes]]) -> bool:
    """Say whether a line holds what a match must, which is quicker to see than a match."""
    find = lower.find
    for clause in clauses:
        for literal in clause:
            if find(literal, first, end) >= 0:
                break
        else:
            return False
    return True


def matching_lines(pattern: re.Pattern[str], shown: str) -> Lines:
    """Give each line where a match starts, once."""
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


def matches_in_lines(pattern: re.Pattern[str], shown: str) -> Lines:
    """Give each line that has a match within it."""
    shown = shown.replace("\r\n", "\n")
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
