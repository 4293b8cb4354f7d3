"""The ways to show one file, richest first: whole, its best parts, its outline."""

from collections.abc import Sequence
from dataclasses import replace
from difflib import get_close_matches

from octoprompt.context.lines import MAX_LINE, Span, excerpt, merge, split_lines
from octoprompt.context.model import Candidate, Format, ShownMode, Source, View, Wanted
from octoprompt.context.outline import (
    enclosing_heads,
    find_symbol,
    nearest_spans,
    outline_spans,
    qualified_names,
    symbol_spans,
    top_spans,
)
from octoprompt.context.pieces import join_unsafe
from octoprompt.context.render import file_frame
from octoprompt.index.model import Passage

NEAREST = 3
LONGEST_CHOSEN = 1_000_000
"""What was asked for by range or symbol is shown as it is."""
WORTH_OF_ALL, OUTLINE_WORTH = 0.97, 0.02
PART_MISSES = 0.7
"""How often a part of a file is not the one that matters."""
PART_STEPS = (24, 16, 12, 8, 5, 3, 2, 1)
"""How many of a suggested file's passages its views show."""


def chosen(
    source: Source, wanted: Wanted, form: Format, best: Sequence[Passage] = ()
) -> tuple[Candidate | None, list[str]]:
    """Give the views of a file that the user chose, and what is missing of the parts asked for.

    Between the whole and the outline stand outlines with ever fewer of the `best` parts in full.
    No candidate when no part is there.
    """
    lines = split_lines(source.text)
    spans, missing = _wanted_spans(source, wanted, lines)
    parts = bool(wanted.ranges or wanted.symbols)
    views: list[View] = []
    if wanted.whole:
        views.append(_whole(source, len(lines), form))
        views += _outlines_with(source, best, lines, form)
    elif spans:
        mode: ShownMode = "range" if wanted.ranges else "symbol"
        content = (lines, ", ".join(wanted.symbols))
        views.append(_part_view(source, mode, spans, content, form))
    elif parts and not wanted.outline:
        return None, missing
    views += _outlines(source, lines, form)
    why = f"chosen; {wanted.note}" if wanted.note else "chosen"
    candidate = Candidate(
        path=source.path,
        label=source.label,
        why=why,
        views=tuple(views),
        masks=source.masks,
        insisted=wanted.insisted,
    )
    return candidate, missing


def suggested(source: Source, passages: Sequence[Passage], why: str, form: Format) -> Candidate:
    """Give the views of a suggested file: whole, ever fewer of its passages."""
    lines = split_lines(source.text)
    views = [_whole(source, len(lines), form)]
    best = passages[: PART_STEPS[0]]
    for count in dict.fromkeys(min(n, len(best)) for n in PART_STEPS if best):
        spans = _with_heads(source, [(p.line, p.end_line) for p in best[:count]], lines)
        names = ", ".join(dict.fromkeys(p.symbol for p in best[:count] if p.symbol))
        view = _part_view(source, "symbol", spans, (lines, names), form)
        views.append(replace(view, worth=_worth(count, len(passages))))

    def grow(view: View, characters: int) -> View:
        spans = [*view.lines, *nearest_spans(source, view.lines, lines, characters)]
        return _part_view(source, "symbol", spans, (lines, view.note), form)

    return Candidate(
        path=source.path,
        label=source.label,
        why=why,
        views=tuple(views),
        masks=source.masks,
        grow=grow,
    )


def outlined(candidate: Candidate, source: Source, form: Format) -> Candidate:
    """Add the outlines of a suggested file: for when none of its parts fits, or it has none."""
    lines = split_lines(source.text)
    outlines = [replace(v, worth=OUTLINE_WORTH) for v in _outlines(source, lines, form)]
    return replace(candidate, views=(*candidate.views, *outlines))


def _worth(shown: int, all_parts: int) -> float:
    """Estimate the chance that what matters is among a file's best parts.

    Each further part finds it in three of ten cases where those before did not, however many parts
    the file has: of the functions that commits changed 31 % stood first, 62 % among the first
    three, 92 % among the first eight.
    """
    return WORTH_OF_ALL if shown >= all_parts else WORTH_OF_ALL * (1 - PART_MISSES**shown)


def _whole(source: Source, count: int, form: Format) -> View:
    before, after = file_frame(source.label, "", source.text, form)
    pieces = join_unsafe((before, source.text, after))
    return View(mode="full", pieces=pieces, lines=((1, count),))


def _outlines(source: Source, lines: Sequence[str], form: Format) -> list[View]:
    """Give the outline, and one of the top level alone for when that does not fit."""
    if not source.parsed.symbols:
        note = f"no symbols known{_because(source)}: first lines"
        return [_part_view(source, "outline", outline_spans(source, lines), (lines, note), form)]
    spans = outline_spans(source, lines)
    top = top_spans(source, lines)
    outlines = [_part_view(source, "outline", spans, (lines, ""), form)]
    if top and top != spans:
        outlines.append(_part_view(source, "outline", top, (lines, "top level only"), form))
    return outlines


def _outlines_with(
    source: Source, best: Sequence[Passage], lines: Sequence[str], form: Format
) -> list[View]:
    """Give outlines in which some parts stand in full; none without symbols."""
    best = best[: PART_STEPS[0]] if source.parsed.symbols else ()
    outline = outline_spans(source, lines) if best else []
    views: list[View] = []
    for count in dict.fromkeys(min(n, len(best)) for n in PART_STEPS if best):
        spans = [*outline, *((p.line, p.end_line) for p in best[:count])]
        names = ", ".join(f"`{p.symbol}`" for p in best[: min(count, NEAREST)] if p.symbol)
        note = f"in full are {names}" + (f" and {count - NEAREST} more" if count > NEAREST else "")
        views.append(_part_view(source, "outline", spans, (lines, note), form))
    return views


def _because(source: Source) -> str:
    return f" ({source.parsed.problem})" if source.parsed.problem else ""


def _wanted_spans(
    source: Source, wanted: Wanted, lines: Sequence[str]
) -> tuple[list[Span], list[str]]:
    """Give the lines of the ranges and symbols asked for, and a reason for each that is missing."""
    spans: list[Span] = []
    missing: list[str] = []
    for start, end in wanted.ranges:
        if start > len(lines):
            missing.append(f"line {start:,} is past its end: it has {len(lines):,} lines")
        else:
            spans += [(start, end), *enclosing_heads(source, (start, end), lines)]
    for name in wanted.symbols:
        found = find_symbol(source.parsed, name)
        if not found:
            missing.append(_missing(source, name))
        for position in found:
            spans += symbol_spans(source, position, lines)
    return spans, missing


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
