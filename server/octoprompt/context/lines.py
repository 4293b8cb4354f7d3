"""Parts of a file as sets of its lines, with marks where lines are left out."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from itertools import accumulate

from octoprompt.context.fences import comment

Span = tuple[int, int]
"""First and last line, from 1, both inclusive."""

MAX_LINE = 400
"""Longer lines are cut in outlines and suggestions: minified code has one line."""


def split_lines(text: str) -> list[str]:
    """Split at line feeds alone, as parsers count; the last line may be without one."""
    lines = text.split("\n")
    whole = [line + "\n" for line in lines[:-1]]
    return [*whole, lines[-1]] if lines[-1] else whole


def merge(spans: Iterable[Span], last: int) -> list[Span]:
    """Give the union of spans within a file of `last` lines; spans that touch become one."""
    merged: list[Span] = []
    for start, end in sorted((max(1, s), min(e, last)) for s, e in spans):
        if start > end:
            continue
        if merged and start <= merged[-1][1] + 1:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def excerpt(
    lines: Sequence[str], spans: Sequence[Span], path: str, longest: int = MAX_LINE
) -> tuple[list[str], list[Span]]:
    """Give the parts of a text that shows merged spans, and the spans shown in the end.

    What is left out gets a mark `... lines 12-40` as a comment of the language. A gap of one line
    that is no longer than its mark would be is shown, and blank lines alone get no mark.
    """
    shown = _bridge(lines, spans)
    parts: list[str] = []
    position = 1
    for start, end in shown:
        parts.append(_gap(lines, (position, start - 1), path))
        stretch = lines[start - 1 : end]
        if max(map(len, stretch), default=0) > longest:
            stretch = [_cut(line, longest) for line in stretch]
        parts.append("".join(stretch))
        position = end + 1
    parts.append(_gap(lines, (position, len(lines)), path))
    return parts, shown


def line_starts(data: bytes) -> list[int]:
    """Give the byte position of each line's start."""
    sizes = [len(line) + 1 for line in data.split(b"\n")]
    return list(accumulate(sizes[:-1], initial=0))


def line_at(starts: Sequence[int], byte: int) -> int:
    """Give the line, from 1, that holds a byte."""
    return bisect_right(starts, byte)


def _bridge(lines: Sequence[str], spans: Sequence[Span]) -> list[Span]:
    """Close gaps that cost no more to show than to mark."""
    bridged: list[Span] = []
    for start, end in spans:
        if bridged:
            gap = lines[bridged[-1][1] : start - 1]
            if len(gap) <= 2 and _is_slight(gap):
                bridged[-1] = (bridged[-1][0], end)
                continue
        bridged.append((start, end))
    return bridged


def _is_slight(gap: Sequence[str]) -> bool:
    visible = [stripped for line in gap if (stripped := line.strip())]
    return not visible or (len(visible) == 1 and len(visible[0]) < 16)


def _gap(lines: Sequence[str], gap: Span, path: str) -> str:
    start, end = gap
    left_out = lines[start - 1 : end]
    first = next((line for line in left_out if line.strip()), "")
    if not first:
        return ""
    indent = first[: len(first) - len(first.lstrip())].strip("\r\n")[:40]
    opens, closes = comment(path)
    where = f"line {start}" if start == end else f"lines {start}-{end}"
    return f"{indent}{opens}... {where}{closes}\n"


def _cut(line: str, longest: int) -> str:
    return line if len(line) <= longest else line[:longest] + " ...\n"
