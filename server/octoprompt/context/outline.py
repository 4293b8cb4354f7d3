"""What stays of a file without its bodies: heads of definitions, documentation, imports."""

from collections.abc import Iterator, Sequence

from octoprompt.context.lines import Span, line_at, line_starts, merge
from octoprompt.context.model import Source
from octoprompt.index.model import Parsed, Symbol

FUNCTIONS = frozenset({"function", "method", "constructor", "getter", "setter"})
HEAD_LINES = 30
"""No head of a definition is longer, whatever a broken parse says."""
IMPORT_LINES = 40
FIRST_LINES = 20
"""What an outline shows of a file without symbols."""
_ATTRIBUTES = ("@", "#[", "#![")
_COMMENTS = ("//", "/*", "*", "#", "--", ";", '"""', "'''")


def body_lines(text: str, parsed: Parsed) -> tuple[int, ...]:
    """Give for each symbol the line where its body starts, from 1."""
    if not parsed.symbols:
        return ()
    starts = line_starts(text.encode("utf-8", "surrogatepass"))
    return tuple(
        max(symbol.line, min(line_at(starts, symbol.body_byte), symbol.end_line))
        for symbol in parsed.symbols
    )


def outline_spans(source: Source, lines: Sequence[str]) -> list[Span]:
    """Give the lines of the outline: of a file without symbols its first lines."""
    symbols = source.parsed.symbols
    if not symbols:
        return merge([(1, FIRST_LINES)], len(lines))
    spans = [*_import_spans(source.parsed, lines)]
    for position, symbol in enumerate(symbols):
        if _is_local(symbols, symbol):
            continue
        spans.append(head_span(source, position, lines))
        if (line := _documentation_line(source, position, lines)) is not None:
            spans.append((line, line))
    return merge(spans, len(lines))


def head_span(source: Source, position: int, lines: Sequence[str]) -> Span:
    """Give the lines of a definition's head, with the decorators or attributes above it."""
    symbol, body = source.parsed.symbols[position], source.body_lines[position]
    end = body
    if body > symbol.line and not _opens_body(lines[body - 1]):
        end = body - 1
    return _first_line(symbol, lines), min(end, symbol.line + HEAD_LINES)


def symbol_spans(source: Source, position: int, lines: Sequence[str]) -> list[Span]:
    """Give the lines of a whole definition and the heads of those around it."""
    symbol = source.parsed.symbols[position]
    spans = [(_first_line(symbol, lines), symbol.end_line)]
    while symbol.parent is not None:
        spans.append(head_span(source, symbol.parent, lines))
        symbol = source.parsed.symbols[symbol.parent]
    return spans


def enclosing_heads(source: Source, span: Span, lines: Sequence[str]) -> Iterator[Span]:
    """Give the heads of the definitions that a stretch of lines stands in."""
    for position, symbol in enumerate(source.parsed.symbols):
        if symbol.line < span[0] and symbol.end_line >= span[1]:
            yield head_span(source, position, lines)


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


def _first_line(symbol: Symbol, lines: Sequence[str]) -> int:
    line = min(symbol.line, len(lines))
    while line > 1 and lines[line - 2].lstrip().startswith(_ATTRIBUTES):
        line -= 1
    return line


def _documentation_line(source: Source, position: int, lines: Sequence[str]) -> int | None:
    """Find the first line of a definition's documentation, in its body or right above it."""
    symbol = source.parsed.symbols[position]
    said = symbol.doc.strip()[:60]
    if not said:
        return None
    body = source.body_lines[position]
    for line in range(body, min(body + 3, symbol.end_line, len(lines)) + 1):
        if said in lines[line - 1]:
            return line
    line = _first_line(symbol, lines) - 1
    found = None
    while line >= 1 and lines[line - 1].lstrip().startswith(_COMMENTS):
        if said in lines[line - 1]:
            found = line
        line -= 1
    return found


def _import_spans(parsed: Parsed, lines: Sequence[str]) -> Iterator[Span]:
    for written in parsed.imports:
        if not 1 <= written.line <= len(lines):
            continue
        end, depth = written.line, _depth(lines[written.line - 1])
        while depth > 0 and end < min(len(lines), written.line + IMPORT_LINES):
            end += 1
            depth += _depth(lines[end - 1])
        yield written.line, end


def _depth(line: str) -> int:
    return sum(line.count(c) for c in "({") - sum(line.count(c) for c in ")}")
