"""The ways to show one file, richest first: whole, its best parts, its outline."""

from collections.abc import Sequence
from difflib import get_close_matches

from octoprompt.context.lines import MAX_LINE, Span, excerpt, merge, split_lines
from octoprompt.context.model import Candidate, Format, ShownMode, Source, View, Wanted
from octoprompt.context.outline import (
    enclosing_heads,
    find_symbol,
    outline_spans,
    qualified_names,
    symbol_spans,
)
from octoprompt.context.pieces import join_unsafe
from octoprompt.context.render import file_frame
from octoprompt.errors import SymbolNotFound
from octoprompt.index.model import Passage

NEAREST = 3
LONGEST_CHOSEN = 1_000_000
"""What was asked for by range or symbol is shown as it is."""
PART_LIMIT = 12
"""No more of a suggested file's passages are tried one by one."""


def chosen(source: Source, wanted: Wanted, form: Format) -> Candidate:
    """Give the views of a file that the user chose.

    Fails with `SymbolNotFound` when no part that was asked for exists.
    """
    lines = split_lines(source.text)
    views: list[View] = []
    if wanted.whole:
        views.append(_whole(source, len(lines), form))
    elif wanted.ranges or wanted.symbols:
        views.append(_parts(source, wanted, lines, form))
    views.append(_outline(source, lines, form))
    why = f"chosen; {wanted.note}" if wanted.note else "chosen"
    return Candidate(
        path=source.path, label=source.label, why=why, views=tuple(views), masks=source.masks
    )


def suggested(source: Source, passages: Sequence[Passage], why: str, form: Format) -> Candidate:
    """Give the views of a suggested file: whole, ever fewer of its passages, its outline."""
    lines = split_lines(source.text)
    views = [_whole(source, len(lines), form)]
    best = passages[:PART_LIMIT]
    for count in range(len(best), 0, -1):
        spans = _with_heads(source, [(p.line, p.end_line) for p in best[:count]], lines)
        names = ", ".join(dict.fromkeys(p.symbol for p in best[:count] if p.symbol))
        views.append(_part_view(source, "symbol", spans, (lines, names), form))
    views.append(_outline(source, lines, form))
    return Candidate(
        path=source.path, label=source.label, why=why, views=tuple(views), masks=source.masks
    )


def _whole(source: Source, count: int, form: Format) -> View:
    before, after = file_frame(source.label, "", source.text, form)
    pieces = join_unsafe((before, source.text, after))
    return View(mode="full", pieces=pieces, lines=((1, count),))


def _outline(source: Source, lines: Sequence[str], form: Format) -> View:
    note = "" if source.parsed.symbols else f"no symbols known{_because(source)}: first lines"
    return _part_view(source, "outline", outline_spans(source, lines), (lines, note), form)


def _because(source: Source) -> str:
    return f" ({source.parsed.problem})" if source.parsed.problem else ""


def _parts(source: Source, wanted: Wanted, lines: Sequence[str], form: Format) -> View:
    spans: list[Span] = []
    for start, end in wanted.ranges:
        spans += [(start, end), *enclosing_heads(source, (start, end), lines)]
    for name in wanted.symbols:
        spans += _symbol(source, name, lines)
    mode: ShownMode = "range" if wanted.ranges else "symbol"
    return _part_view(source, mode, spans, (lines, ", ".join(wanted.symbols)), form)


def _symbol(source: Source, name: str, lines: Sequence[str]) -> list[Span]:
    found = find_symbol(source.parsed, name)
    if not found:
        raise SymbolNotFound(_missing(source, name))
    return [span for position in found for span in symbol_spans(source, position, lines)]


def _missing(source: Source, name: str) -> str:
    names = list(dict.fromkeys(qualified_names(source.parsed)))
    if not names:
        return f"`{name}` is not there: no symbols of this file are known{_because(source)}"
    short = {full.rsplit(".", 1)[-1].lower(): full for full in names}
    last = name.rsplit(".", 1)[-1].lower()
    close = [short[word] for word in get_close_matches(last, short, NEAREST, 0.5)]
    near = close or get_close_matches(name, names, NEAREST, 0.4)
    hint = ", ".join(f"`{other}`" for other in near)
    return f"the file has no symbol `{name}`" + (f"; the nearest are {hint}" if hint else "")


def _with_heads(source: Source, spans: list[Span], lines: Sequence[str]) -> list[Span]:
    return [*spans, *(head for span in spans for head in enclosing_heads(source, span, lines))]


def _part_view(
    source: Source,
    mode: ShownMode,
    spans: Sequence[Span],
    content: tuple[Sequence[str], str],
    form: Format,
) -> View:
    lines, note = content
    longest = MAX_LINE if mode == "outline" else LONGEST_CHOSEN
    parts, shown = excerpt(lines, merge(spans, len(lines)), source.label, longest)
    body = "".join(parts)
    kind = "outline" if mode == "outline" else "parts"
    before, after = file_frame(source.label, kind, body, form)
    return View(
        mode=mode, pieces=join_unsafe((before, *parts, after)), lines=tuple(shown), note=note
    )
