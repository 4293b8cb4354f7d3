"""Search files for a regular expression: in a worker, where a bad pattern can be killed."""

import re
from collections.abc import Iterator

from octoprompt.errors import FileProblem
from octoprompt.workspace.gate import Gate
from octoprompt.workspace.text import decode

LINE_CHARS = 400
BEFORE_MATCH_CHARS = 80

Hit = tuple[str, int, str]
"""Path, line from 1, the line cut around the match."""
Scan = tuple[str, int, str, list[str], dict[str, str], int]
"""Pattern, `re` flags, a literal of every match, paths, unsaved texts by path, limit."""


def scan(gate: Gate, max_bytes: int, order: Scan) -> list[Hit]:
    """Give the hits in the order of the paths, one for each line, at most `limit`."""
    pattern, flags, literal, paths, unsaved, limit = order
    compiled = re.compile(pattern, flags | re.MULTILINE)
    hits: list[Hit] = []
    for path in paths:
        text = unsaved.get(path)
        if text is None:
            text = read_text(gate, path, max_bytes, literal)
        if lacks(text, literal):
            continue
        for line, shown in matching_lines(compiled, text):
            hits.append((path, line, shown))
            if len(hits) >= limit:
                return hits
    return hits


def read_text(gate: Gate, path: str, max_bytes: int, literal: str) -> str:
    """Give the text of a file; empty when it went meanwhile, or when it `lacks` the literal."""
    try:
        data = gate.read(path, max_bytes).data
        if literal and data.isascii() and literal.encode() not in data.lower():
            return ""
        return decode(data, path).text
    except FileProblem:
        return ""


def lacks(text: str, literal: str) -> bool:
    """Say whether a text surely does not hold a lower-case literal, in any case.

    Quick, and never wrong: other alphabets have letters that only `re` knows to be the same.
    """
    return bool(literal) and text.isascii() and literal not in text.lower()


def literal_lines(literal: str, text: str) -> Iterator[tuple[int, str]]:
    """Give the lines with a lower-case literal in an ASCII text, as `matching_lines` does."""
    lower = text.lower()
    line, counted = 1, 0
    start = lower.find(literal)
    while start >= 0:
        line += text.count("\n", counted, start)
        counted = start
        line_start = text.rfind("\n", 0, start) + 1
        line_end = text.find("\n", start)
        line_end = len(text) if line_end < 0 else line_end
        yield line, cut_line(text[line_start:line_end], start - line_start)
        start = lower.find(literal, line_end + 1)


def matching_lines(pattern: re.Pattern[str], text: str) -> Iterator[tuple[int, str]]:
    """Give each line where a match starts, once, with its number from 1, cut around the match."""
    line, counted = 1, 0
    place = 0
    while (match := pattern.search(text, place)) is not None:
        start = match.start()
        line += text.count("\n", counted, start)
        counted = start
        line_start = text.rfind("\n", 0, start) + 1
        line_end = text.find("\n", start)
        line_end = len(text) if line_end < 0 else line_end
        yield line, cut_line(text[line_start:line_end], start - line_start)
        place = line_end + 1
        if place > len(text):
            return


def cut_line(line: str, column: int) -> str:
    """Give at most `LINE_CHARS` of a line, with what stands at `column` in it."""
    line = line.rstrip("\r")
    if len(line) <= LINE_CHARS:
        return line
    first = max(0, min(column - BEFORE_MATCH_CHARS, len(line) - LINE_CHARS))
    return line[first : first + LINE_CHARS]
