"""What changes between two texts, place by place, so that each place can be taken or left."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher, unified_diff
from itertools import takewhile

CONTEXT = 3
NO_END = "\\ No newline at end of file"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Lines `start:end` of the text before become `lines`; counted from 0, with their ends."""

    start: int
    end: int
    lines: tuple[str, ...]


def places(before: str, after: str) -> tuple[Place, ...]:
    """Give the places where two texts differ, from the top down."""
    old, new = _lines(before), _lines(after)
    head = _n_common(old, new)
    tail = _n_common(old[head:][::-1], new[head:][::-1])
    middle = SequenceMatcher(
        None, old[head : len(old) - tail], new[head : len(new) - tail], autojunk=False
    )
    return tuple(
        Place(start=a + head, end=b + head, lines=tuple(new[c + head : d + head]))
        for kind, a, b, c, d in middle.get_opcodes()
        if kind != "equal"
    )


def chosen(before: str, changes: Sequence[Place], accepted: Collection[int]) -> str:
    """Give the text with the places whose numbers are accepted."""
    lines = _lines(before)
    for number in sorted(accepted, reverse=True):
        place = changes[number]
        lines[place.start : place.end] = place.lines
    return "".join(lines)


def unified(before: str, after: str, path: str, new_path: str) -> str:
    """Give a unified diff with paths, as git shows it; empty when nothing differs."""
    lines = unified_diff(_lines(before), _lines(after), path, new_path, n=CONTEXT)
    return "".join(line if line.endswith("\n") else f"{line}\n{NO_END}\n" for line in lines)


def counts(changes: Sequence[Place], accepted: Collection[int]) -> tuple[int, int]:
    """Give how many lines come and how many go."""
    taken = [changes[number] for number in accepted]
    return sum(len(p.lines) for p in taken), sum(p.end - p.start for p in taken)


def _n_common(old: Sequence[str], new: Sequence[str]) -> int:
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(old, new, strict=False)))


def _lines(text: str) -> list[str]:
    """Split at line feeds alone: other ends are for the file's own encoding of lines."""
    lines = text.split("\n")
    last = lines.pop()
    ended = [f"{line}\n" for line in lines]
    return [*ended, last] if last else ended
