"""Where a text is cut into passages, and how much of it counts: by its path, without a parse."""

import re

from octoprompt.index.retrieval.kinds import CODE, Kind, extension, kind_of

PASSAGE_LINES = 8
"""A passage is at least this long, so that one-line definitions share one."""
DATA_CHARS = 16_000
MADE_CHARS = 64_000
CATALOG_CHARS = 1_000
"""Of data, of generated code and of catalogues of messages only the head is taken."""
_MODIFIERS = (
    rb"(?:(?:export|default|pub|pub\([a-z ]+\)|public|private|protected|internal|static|final"
    rb"|abstract|async|unsafe|override|virtual|inline|open|sealed|data|partial|declare"
    rb"|const)[ \t]+)*+"
)
_KEYWORDS = (
    rb"(?:def|class|function|func|fn|fun|impl|struct|enum|trait|interface|mod|module|namespace"
    rb"|object|record|protocol|extension|macro_rules!|sub|proc|type|create)\b"
)
_CALLABLE = (
    rb"[ \t]{0,4}+"
    rb"(?!(?:if|for|while|switch|catch|else|return|do|with|when|match|using|foreach)\b)"
    rb"[A-Za-z_~@*&][^\n;={}(]{0,200}+\([^\n;]{0,300}\{[ \t\r]*$"
)
# Possessive wherever giving back could not help: lines that begin nothing are most of a text.
_BRACES = re.compile(
    rb"\n(?:[ \t]{0,8}+"
    + _MODIFIERS
    + _KEYWORDS
    + rb"|(?:export[ \t]+)?(?:const|let|var)[ \t]|"
    + _CALLABLE
    + rb")",
    re.MULTILINE,
)
_INDENTED = re.compile(rb"\n[ \t]{0,8}+(?:async[ \t]+)?(?:def|class)[ \t]", re.MULTILINE)
_HEADINGS = re.compile(rb"\n(?:#{1,4}[ \t]|[=~^-]{4,}[ \t\r]*$)", re.MULTILINE)
UNCOUNTED = 0
Cut = tuple[int, int]
"""Offset and line, from 1, where a passage starts."""


def cuts(path: str, source: bytes) -> list[Cut]:
    """Give where the passages of a file's text, in UTF-8, start, the first at the very start.

    Where not all of it counts, the last starts what does not, and has `UNCOUNTED` for a line.
    """
    kind, suffix = kind_of(path), extension(path)
    head = _head(source, _taken(kind, suffix))
    found = _cuts(head, _heads(kind, suffix))
    return found if len(head) == len(source) else [*found, (len(head), UNCOUNTED)]


def _taken(kind: Kind, suffix: str) -> int | None:
    """Say how many characters of a file count."""
    if kind == "data":
        return DATA_CHARS
    if kind == "made":
        return MADE_CHARS if suffix in CODE else CATALOG_CHARS
    return None


def _head(source: bytes, chars: int | None) -> bytes:
    if chars is None or len(source) <= chars:
        return source
    if source.isascii():
        return source[:chars]
    return source.decode("utf-8", "replace")[:chars].encode()


def _heads(kind: Kind, suffix: str) -> re.Pattern[bytes] | None:
    """Give what a passage begins with in such a file; None for files that are one passage."""
    if suffix in {"py", "pyi", "pyx"}:
        return _INDENTED
    if kind == "docs":
        return _HEADINGS
    return None if kind == "data" else _BRACES


def _cuts(source: bytes, heads: re.Pattern[bytes] | None) -> list[Cut]:
    found = [(0, 1)]
    offset = 0
    line = 1
    for head in heads.finditer(source) if heads else ():
        start = head.start() + 1
        line += source.count(b"\n", offset, start)
        offset = start
        if line - found[-1][1] >= PASSAGE_LINES:
            found.append((start, line))
    return found
