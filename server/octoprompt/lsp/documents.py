"""The texts of open editors, kept current by LSP's incremental changes.

Lines end at LF, CR LF or CR and nowhere else, and columns count UTF-16 units unless another
encoding was agreed on; Python's own idea of lines has more ends.
"""

import re
from dataclasses import dataclass
from typing import Literal

Encoding = Literal["utf-16", "utf-8", "utf-32"]
LINE_END = re.compile(r"\r\n|\n|\r")
LONE_CR = re.compile(r"\r(?!\n)")


@dataclass(frozen=True, slots=True)
class Position:
    """A place as LSP counts: both from 0, `character` in units of the agreed encoding."""

    line: int
    character: int


@dataclass(frozen=True, slots=True)
class Change:
    """New text for a range, or for the whole document when there is none."""

    text: str
    start: Position | None = None
    end: Position | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """What an editor shows."""

    uri: str
    version: int
    text: str


def changed(text: str, changes: list[Change], encoding: Encoding = "utf-16") -> str:
    """Apply changes one after the other; positions beyond a line or the text mean its end."""
    for change in changes:
        if change.start is None or change.end is None:
            text = change.text
            continue
        start = offset(text, change.start, encoding)
        end = max(start, offset(text, change.end, encoding))
        text = f"{text[:start]}{change.text}{text[end:]}"
    return whole(text)


def whole(text: str) -> str:
    """Replace halves of surrogate pairs, which JSON can carry and UTF-8 cannot."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text


def offset(text: str, position: Position, encoding: Encoding = "utf-16") -> int:
    """Give the index of a position."""
    start, end = _line_span(text, max(0, position.line))
    units = max(0, position.character)
    line = text[start:end]
    if encoding == "utf-32" or line.isascii():
        return start + min(units, len(line))
    return start + _index(line, units, encoding)


def _line_span(text: str, line: int) -> tuple[int, int]:
    """Give where a line starts and where its text ends; of one beyond the last, the text's end."""
    if "\r" in text and LONE_CR.search(text):
        return _line_span_with_cr(text, line)
    rest = text.split("\n", line)
    if len(rest) <= line:
        return len(text), len(text)
    start = len(text) - len(rest[line])
    end = text.find("\n", start)
    if end < 0:
        return start, len(text)
    return start, end - 1 if end > start and text[end - 1] == "\r" else end


def _line_span_with_cr(text: str, line: int) -> tuple[int, int]:
    start = number = 0
    for end in LINE_END.finditer(text):
        if number == line:
            return start, end.start()
        start, number = end.end(), number + 1
    return (start, len(text)) if number == line else (len(text), len(text))


def _index(line: str, units: int, encoding: Encoding) -> int:
    used = 0
    for index, char in enumerate(line):
        used += len(char.encode()) if encoding == "utf-8" else 1 + (char > "\uffff")
        if used > units:
            return index
    return len(line)
