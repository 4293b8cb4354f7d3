"""Definitions and uses of names, from the symbol table, the packed parses and the texts."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from octoprompt.index.lines import cut_line
from octoprompt.index.model import FoundSymbol, FoundUse, Parsed, Symbol
from octoprompt.index.names import Names, rank
from octoprompt.index.rows import cursor

KIND_ORDER = (
    *("class", "interface", "struct", "enum", "object", "module", "namespace", "type"),
    *("function", "method", "constructor"),
)
COLUMNS = "s.name, s.kind, f.path, s.line, s.end_line, s.container"
FROM = "FROM symbol s JOIN file f ON f.id = s.file WHERE s.name"
TOP_LEVEL = """(s.container IS NULL OR s.kind NOT IN ('method', 'constructor', 'field', 'property')
    AND EXISTS (SELECT 1 FROM symbol n
        WHERE n.file = s.file AND n.kind = 'namespace' AND n.name = s.container))"""
_QUOTED = re.compile(r"""(?<![\w&<])(?P<quote>["'])(?:\\.|(?!(?P=quote)).)*(?P=quote)""")
ROWS_A_NAME = 1_000
NAMES_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Wanted:
    """A name or some letters of one, how many answers, and the parses of unsaved texts."""

    query: str
    limit: int
    unsaved: Mapping[str, Parsed]


def find(connection: Connection, names: Names, wanted: Wanted) -> list[FoundSymbol]:
    """Give definitions whose name the query means, best first."""
    fresh = [s for path, parsed in wanted.unsaved.items() for s in found_in(path, parsed)]
    own = rank(wanted.query, {symbol.name for symbol in fresh}, wanted.limit)
    ranked = sorted({*names.find(connection, wanted.query, wanted.limit), *own})
    found: list[FoundSymbol] = []
    for _, _, _, name in ranked:
        found += _defined(connection, name, fresh, wanted)
        if len(found) >= wanted.limit:
            break
    return found[: wanted.limit]


def definitions(connection: Connection, wanted: Wanted) -> list[FoundSymbol]:
    """Give the definitions of exactly this name, at most `limit`."""
    fresh = [s for path, parsed in wanted.unsaved.items() for s in found_in(path, parsed)]
    return _defined(connection, wanted.query, fresh, wanted)[: wanted.limit]


def definers(connection: Connection, names: Sequence[str]) -> dict[str, set[str]]:
    """Give by name the files that define it at their top level, or in a namespace there."""
    raw = cursor(connection)
    found: dict[str, set[str]] = {}
    try:
        for start in range(0, len(names), NAMES_AT_ONCE):
            some = names[start : start + NAMES_AT_ONCE]
            marks = ",".join("?" * len(some))
            ask = f"SELECT s.name, f.path {FROM} IN ({marks}) AND {TOP_LEVEL}"
            for name, path in raw.execute(ask, some):
                found.setdefault(name, set()).add(path)
    finally:
        raw.close()
    return found


def _defined(
    connection: Connection, name: str, fresh: list[FoundSymbol], wanted: Wanted
) -> list[FoundSymbol]:
    raw = cursor(connection)
    try:
        # Half a pair, which a client can ask for, is in no name that is stored.
        asked = name.encode(errors="replace").decode()
        rows = raw.execute(f"SELECT {COLUMNS} {FROM} = ? LIMIT ?", (asked, ROWS_A_NAME))
        stored = [symbol for symbol in map(_found, rows) if symbol.path not in wanted.unsaved]
    finally:
        raw.close()
    return sorted([*stored, *(s for s in fresh if s.name == name)], key=_standing)


def found_in(path: str, parsed: Parsed) -> list[FoundSymbol]:
    """Give the definitions of an unsaved text as a search gives them."""
    return [
        FoundSymbol(
            name=symbol.name,
            kind=symbol.kind,
            path=path,
            line=symbol.line,
            end_line=symbol.end_line,
            container=None if symbol.parent is None else parsed.symbols[symbol.parent].name,
        )
        for symbol in parsed.symbols
    ]


def _found(row: Sequence[object]) -> FoundSymbol:
    name, kind, path, line, end_line, container = row
    return FoundSymbol(
        name=str(name),
        kind=str(kind),
        path=str(path),
        line=int(str(line)),
        end_line=int(str(end_line)),
        container=None if container is None else str(container),
    )


def _standing(symbol: FoundSymbol) -> tuple[bool, int, int, str, int]:
    """Sort source before tests, classes before functions before the rest, shallow paths first."""
    kind = KIND_ORDER.index(symbol.kind) if symbol.kind in KIND_ORDER else len(KIND_ORDER)
    is_test = "test" in symbol.path.lower()
    return is_test, kind, symbol.path.count("/"), symbol.path, symbol.line


@dataclass(frozen=True, slots=True)
class UseFinder:
    """Finds whole-word uses of one name in texts; blocking, for threads."""

    name: str
    read: Callable[[str, str], str]
    """Gives the current text of a path; may be empty when that lacks the literal."""

    def find(self, parses: Iterable[tuple[str, Parsed | None]], limit: int) -> list[FoundUse]:
        """Give uses by path and line, definitions left out, at most `limit`."""
        pattern = re.compile(rf"(?<![\w$]){re.escape(self.name)}(?![\w$])")
        found: list[FoundUse] = []
        for path, parsed in parses:
            found += self._in_file(path, parsed, pattern)
            if len(found) > limit:
                break
        return found[: limit + 1]

    def _in_file(
        self, path: str, parsed: Parsed | None, pattern: re.Pattern[str]
    ) -> list[FoundUse]:
        text = self.read(path, self.name.lower() if self.name.isascii() else "")
        if self.name not in text:
            return []
        kinds = {u.line: u.kind for u in parsed.uses if u.name == self.name} if parsed else {}
        symbols = parsed.symbols if parsed else ()
        defined = {symbol.line for symbol in symbols if symbol.name == self.name}
        found: list[FoundUse] = []
        for number, line in enumerate(text.split("\n"), 1):
            match = pattern.search(line) if self.name in line else None
            if match is None or (number in defined and number not in kinds):
                continue
            if number not in kinds and _is_comment(line):
                continue
            container = _innermost(symbols, number)
            shown = cut_line(line, match.start())
            kind = kinds.get(number, "use")
            found.append(
                FoundUse(
                    path=path,
                    line=number,
                    text=shown,
                    kind=kind,
                    container=container,
                    resolved=number in kinds or not _is_quoted(line, match.start()),
                )
            )
        return found


def _is_comment(line: str) -> bool:
    return line.lstrip().startswith(("#", "//", "*", "/*", "--", "<!--"))


def _is_quoted(line: str, position: int) -> bool:
    """Say whether a place stands in quotes that open and close on its line, as text.

    What braces enclose there is a program again, in the languages that have that.
    """
    quotes = (match.span() for match in _QUOTED.finditer(line))
    before = next((line[start:position] for start, end in quotes if start < position < end), "")
    return bool(before) and before.rfind("{") <= before.rfind("}")


def _innermost(symbols: Sequence[Symbol], line: int) -> str | None:
    around = [s for s in symbols if s.line <= line <= s.end_line and s.line != line]
    return around[-1].name if around else None
