"""Which definitions of one file a task is about, by the words they share."""

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import lru_cache

from octoprompt.context.lines import Span, split_lines
from octoprompt.context.model import Source
from octoprompt.context.outline import FUNCTIONS, LONG, parts, size
from octoprompt.index.model import Parsed, Passage
from octoprompt.index.terms import STOP, WORD, expand, is_path, words

NAME_WEIGHT = 3.0
SATURATION = 1.2
"""How soon further occurrences of a word stop counting."""
MAX_CHARS = 400_000
"""Of a longer text no definitions are ranked: it is data or generated."""


HOLDER, HELD = 8_000, 4
"""A passage of more characters that holds so many functions is not one part: they are."""


def with_more(task: str, source: Source, passages: Sequence[Passage]) -> list[Passage]:
    """Add to a file's best passages its other definitions that share words with the task.

    A passage too long to be shown as one part gives way to the parts that it holds.
    """
    if len(source.text) > MAX_CHARS:
        return list(passages)
    lines = split_lines(source.text)
    found = [p for p in passages if not _is_holder(p, source, lines)]
    taken = [(p.line, p.end_line) for p in found]
    return [*found, *(p for p in _ranked(task, source, lines) if not _inside(p, taken))]


def holds_the_parts(source: Source, passages: Sequence[Passage]) -> bool:
    """Say whether one of a file's passages is rather what holds the parts to be shown."""
    if not passages or len(source.text) > MAX_CHARS:
        return False
    lines = split_lines(source.text)
    return any(_is_holder(passage, source, lines) for passage in passages)


def _is_holder(passage: Passage, source: Source, lines: Sequence[str]) -> bool:
    """Say whether a passage is rather a class than a part of one, or a function beyond measure."""
    whole = (passage.line, passage.end_line)
    chars = size(lines, whole)
    if not HOLDER < chars <= LONG:
        return chars > LONG
    symbols = source.parsed.symbols
    held = (
        span
        for position, span in parts(source, lines)
        if symbols[position].kind in FUNCTIONS and _inside_span(span, whole)
    )
    return sum(1 for _ in held) >= HELD


def _inside_span(inner: Span, outer: Span) -> bool:
    return outer[0] <= inner[0] and inner[1] <= outer[1]


def _inside(passage: Passage, spans: Sequence[Span]) -> bool:
    return any(_inside_span((passage.line, passage.end_line), span) for span in spans)


def _ranked(task: str, source: Source, lines: Sequence[str]) -> Iterator[Passage]:
    wanted = {word for word in words(task[:20_000]) if len(word) > 1 and word not in STOP}
    pieces = parts(source, lines)
    counts = [_count("".join(lines[start - 1 : end]), wanted) for _, (start, end) in pieces]
    frequency = Counter(word for count in counts for word in count)
    weights = {w: math.log(1 + len(counts) / n) for w, n in frequency.items()}
    names = _names(source.parsed)
    scores: list[tuple[float, int]] = []
    for order, (position, _) in enumerate(pieces):
        body = sum(weights[w] * n / (n + SATURATION) for w, n in counts[order].items())
        name = sum(weights.get(w, 0) for w in wanted & set(words(names[position])))
        scores.append((body + NAME_WEIGHT * name, order))
    for score, order in sorted(scores, key=lambda pair: (-pair[0], pair[1])):
        if score > 0:
            position, (start, end) = pieces[order]
            yield Passage(symbol=names[position], line=start, end_line=end)


def _names(parsed: Parsed) -> list[str]:
    """Give each symbol's dotted name, without what its folder says."""
    names: list[str] = []
    for symbol in parsed.symbols:
        outer = "" if symbol.parent is None else names[symbol.parent]
        name = "" if is_path(symbol.name, symbol.kind) else symbol.name
        names.append(f"{outer}.{name}" if outer and name else outer or name)
    return names


def _count(text: str, wanted: set[str]) -> Counter[str]:
    counts: Counter[str] = Counter()
    for identifier, n in Counter(WORD.findall(text)).items():
        for word in _parts(identifier):
            if word in wanted:
                counts[word] += n
    return counts


@lru_cache(maxsize=50_000)
def _parts(identifier: str) -> tuple[str, ...]:
    return tuple(expand(identifier))
