"""What stays of a file without its bodies: heads of definitions, documentation, imports."""

from collections.abc import Iterator, Sequence

from octoprompt.context.lines import Span, line_at, line_starts, merge
from octoprompt.context.model import Place, Source
from octoprompt.index.model import Parsed, Symbol

FUNCTIONS = frozenset({"function", "method", "constructor", "getter", "setter"})
HEAD_LINES = 30
"""No head of a definition is longer, whatever a broken parse says."""
IMPORT_LINES = 40
FIRST_LINES = 20
"""What an outline shows of a file without symbols."""
BLOCK_LINES = 8
LONG = 40_000
"""A function of more characters is not shown as one part: what it holds is shown by itself."""
STRETCH_LINES = 30
"""Of a long function, lines that belong to no function inside are shown by so many."""
_ATTRIBUTES = ("@", "#[", "#![")
QUOTES = ('"""', "'''")
_COMMENTS = ("//", "/*", "*", "#", "--", ";", '"""', "'''")


def places(text: str, parsed: Parsed) -> tuple[Place, ...]:
    """Give for each symbol the lines where it stands, from its bytes in the text as UTF-8."""
    if not parsed.symbols:
        return ()
    data = text.encode("utf-8", "surrogatepass")
    starts = line_starts(data)
    if len(starts) > 1 and starts[-1] == len(data):
        starts.pop()
    return tuple(_place(symbol, starts) for symbol in parsed.symbols)


def _place(symbol: Symbol, starts: Sequence[int]) -> Place:
    # Clamped, should the parse be of another text after all.
    last = min(max(symbol.end_line, symbol.line), len(starts))
    first = min(symbol.line, line_at(starts, symbol.start_byte), last)
    body = min(max(symbol.line, line_at(starts, symbol.body_byte)), last)
    return Place(first=first, body=body, last=last)


def outline_spans(source: Source, lines: Sequence[str]) -> list[Span]:
    """Give the lines of the outline: of a file without symbols its first lines."""
    symbols = source.parsed.symbols
    if not symbols or not lines:
        return merge([(1, FIRST_LINES)], len(lines))
    spans = [*_import_spans(source.parsed, lines)]
    for position, symbol in enumerate(symbols):
        if _is_local(symbols, symbol):
            continue
        spans.append(head_span(source, position, lines))
        if (line := _documentation_line(source, position, lines)) is not None:
            spans += _quoted(line, source.places[position], lines)
    return merge(spans, len(lines))


def top_spans(source: Source, lines: Sequence[str]) -> list[Span]:
    """Give the lines of the shortest outline: the heads of what stands at the top level."""
    spans = [
        head_span(source, position, lines)
        for position, symbol in enumerate(source.parsed.symbols)
        if symbol.parent is None
    ]
    return merge(spans, len(lines))


def head_span(source: Source, position: int, lines: Sequence[str]) -> Span:
    """Give the lines of a definition's head, with the decorators or attributes above it."""
    symbol, place = source.parsed.symbols[position], source.places[position]
    end = place.body
    if end > symbol.line and not _opens_body(lines[end - 1]):
        end -= 1
        # A body starts at its first statement: comments before it are no head.
        while end > symbol.line and _is_remark(lines[end - 1]):
            end -= 1
    return _first_line(place, lines), min(end, symbol.line + HEAD_LINES)


def symbol_spans(source: Source, position: int, lines: Sequence[str]) -> list[Span]:
    """Give the lines of a whole definition and the heads of those around it."""
    symbols, place = source.parsed.symbols, source.places[position]
    spans = [(_first_line(place, lines), place.last)]
    while (parent := symbols[position].parent) is not None:
        spans.append(head_span(source, parent, lines))
        position = parent
    return spans


def enclosing_heads(source: Source, span: Span, lines: Sequence[str]) -> Iterator[Span]:
    """Give the heads of the definitions that a stretch of lines stands in."""
    first, last = span
    for position, place in enumerate(source.places):
        if place.first < first and place.last >= last:
            yield head_span(source, position, lines)


def nearest_spans(
    source: Source, shown: Sequence[Span], lines: Sequence[str], characters: int
) -> list[Span]:
    """Give definitions that are not shown yet, nearest to what is, of about so many characters.

    Of a file without symbols, blocks of lines.
    """
    found: list[Span] = []
    for span in sorted(_blocks(source, lines), key=lambda span: (_distance(span, shown), span)):
        length = size(lines, span)
        if length <= characters and not any(s <= span[0] and span[1] <= e for s, e in shown):
            characters -= length
            found += [span, *enclosing_heads(source, span, lines)]
    return found


def leaves(parsed: Parsed) -> list[int]:
    """Give the symbols that hold no others, and functions whatever they hold."""
    symbols = parsed.symbols
    outer = {s.parent for s in symbols if s.parent is not None}
    outer -= {position for position in outer if symbols[position].kind in FUNCTIONS}
    return [
        position
        for position, symbol in enumerate(symbols)
        if position not in outer and not _is_local(symbols, symbol)
    ]


def parts(source: Source, lines: Sequence[str]) -> list[tuple[int, Span]]:
    """Give the parts that may be shown alone, each with the symbol that it is, or stands in.

    They are the symbols that hold no others. Of a long function the functions inside are parts, and
    stretches of the lines between them.
    """
    inside: dict[int, list[int]] = {}
    for position, symbol in enumerate(source.parsed.symbols):
        if symbol.parent is not None and symbol.kind in FUNCTIONS:
            inside.setdefault(symbol.parent, []).append(position)
    found: list[tuple[int, Span]] = []
    waiting = leaves(source.parsed)[::-1]
    while waiting:
        position = waiting.pop()
        span = _first_line(source.places[position], lines), source.places[position].last
        if size(lines, span) <= LONG:
            found.append((position, span))
            continue
        own = inside.get(position, [])
        found += [(position, stretch) for stretch in _between(span, source, own)]
        waiting += own[::-1]
    return found


def _between(span: Span, source: Source, inside: Sequence[int]) -> Iterator[Span]:
    """Give stretches of the lines of a function that stand in none of those inside."""
    line = span[0]
    for position in inside:
        yield from _stretches(line, source.places[position].first - 1)
        line = max(line, source.places[position].last + 1)
    yield from _stretches(line, span[1])


def _stretches(first: int, last: int) -> Iterator[Span]:
    return ((n, min(n + STRETCH_LINES - 1, last)) for n in range(first, last + 1, STRETCH_LINES))


def size(lines: Sequence[str], span: Span) -> int:
    """Count the characters of a stretch of lines."""
    return sum(len(line) for line in lines[span[0] - 1 : span[1]])


def _blocks(source: Source, lines: Sequence[str]) -> list[Span]:
    """Give the parts of a file, or blocks of lines where there are no symbols."""
    blocks = [span for _, span in parts(source, lines)]
    step = BLOCK_LINES
    return blocks or [(n, n + step - 1) for n in range(1, len(lines) + 1, step)]


def _distance(span: Span, shown: Sequence[Span]) -> int:
    return min((max(start - span[1], span[0] - end, 0) for start, end in shown), default=0)


def qualified_names(parsed: Parsed) -> list[str]:
    """Give each symbol's dotted name."""
    names: list[str] = []
    for symbol in parsed.symbols:
        outer = "" if symbol.parent is None else names[symbol.parent] + "."
        names.append(outer + symbol.name)
    return names


def find_symbol(parsed: Parsed, wanted: str) -> list[int]:
    """Find the symbols that a name or a dotted path means; a full path wins over an end."""
    dotted = wanted.strip().replace("::", ".").replace("#", ".").removesuffix("()")
    names = qualified_names(parsed)
    exact = [i for i, name in enumerate(names) if name == dotted]
    return exact or [i for i, name in enumerate(names) if name.endswith("." + dotted)]


def _is_local(symbols: Sequence[Symbol], symbol: Symbol) -> bool:
    """Say whether a symbol stands inside a function: nothing outside can name it."""
    while symbol.parent is not None:
        symbol = symbols[symbol.parent]
        if symbol.kind in FUNCTIONS:
            return True
    return False


def _opens_body(line: str) -> bool:
    """Say whether a line where a body starts still belongs to the head: `): ...` or `{`."""
    stripped = line.strip()
    return stripped.startswith((")", "{", "->", "where")) or stripped.endswith("{")


def _is_remark(line: str) -> bool:
    return not line.strip() or line.lstrip().startswith(_COMMENTS)


def _first_line(place: Place, lines: Sequence[str]) -> int:
    line = place.first
    while line > 1 and lines[line - 2].lstrip().startswith(_ATTRIBUTES):
        line -= 1
    return line


def _documentation_line(source: Source, position: int, lines: Sequence[str]) -> int | None:
    """Find the first line of a definition's documentation, in its body or right above it."""
    symbol = source.parsed.symbols[position]
    said = symbol.doc.strip()[:60]
    if not said:
        return None
    place = source.places[position]
    for line in range(place.body, min(place.body + 3, place.last) + 1):
        if said in lines[line - 1]:
            return line
    line = _first_line(place, lines) - 1
    found = None
    while line >= 1 and lines[line - 1].lstrip().startswith(_COMMENTS):
        if said in lines[line - 1]:
            found = line
        line -= 1
    return found


def _quoted(line: int, place: Place, lines: Sequence[str]) -> list[Span]:
    """Give a line of documentation with the lines that open and close its quotes, if it has any.

    An outline with a quote left open reads as one long string.
    """
    last = min(place.last, len(lines))
    for quotes in QUOTES:
        before = lines[line - 2] if line > place.body else ""
        opened = line - 1 if before.strip() == quotes and quotes not in lines[line - 1] else line
        if lines[opened - 1].count(quotes) == 1:
            closing = (n for n in range(opened + 1, last + 1) if quotes in lines[n - 1])
            return [(opened, line), *((n, n) for n in closing if n >= line)][:2]
    return [(line, line)]


def _import_spans(parsed: Parsed, lines: Sequence[str]) -> Iterator[Span]:
    for written in parsed.imports:
        if not 1 <= written.line <= len(lines) or lines[written.line - 1][:1].isspace():
            continue
        end, depth = written.line, _depth(lines[written.line - 1])
        while depth > 0 and end < min(len(lines), written.line + IMPORT_LINES):
            end += 1
            depth += _depth(lines[end - 1])
        yield written.line, end


def _depth(line: str) -> int:
    return sum(line.count(c) for c in "({") - sum(line.count(c) for c in ")}")
