"""The contents of files as the graph asks for them: the index, unsaved texts first."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection

from octoprompt.index import symbols
from octoprompt.index.catalog import FileRow
from octoprompt.index.model import Import, Parsed, Symbol
from octoprompt.index.rows import cursor, load_imports


@dataclass(frozen=True, kw_only=True)
class StoredContents:
    """What the index and the editors hold; for one snapshot."""

    connection: Connection
    read: Callable[[str], str]
    unsaved: Mapping[str, Parsed] = field(default_factory=dict[str, Parsed])

    def imports(self, rows: Iterable[FileRow]) -> dict[str, Sequence[Import]]:
        """Give the imports of some files by path, those that have any."""
        paths = {row.id: row.path for row in rows}
        stored = load_imports(self.connection, list(paths))
        found: dict[str, Sequence[Import]] = {paths[id]: rows for id, rows in stored.items()}
        for path in paths.values():
            if path in self.unsaved:
                found[path] = self.unsaved[path].imports
        return found

    def defined(self, row: FileRow) -> list[str]:
        """Give the names that a file defines at its top level."""
        if row.path in self.unsaved:
            return [s.name for s in self.unsaved[row.path].symbols if s.parent is None]
        raw = cursor(self.connection)
        try:
            ask = "SELECT name FROM symbol WHERE file = ? AND container IS NULL"
            return [str(name) for (name,) in raw.execute(ask, (row.id,))]
        finally:
            raw.close()

    def definers(self, name: str) -> set[str]:
        """Give the files that define a name at their top level, or in a namespace there."""
        stored = symbols.definers(self.connection, [name]).get(name, set())
        fresh = {
            path
            for path, parsed in self.unsaved.items()
            if any(s.name == name and _is_top_level(parsed, s) for s in parsed.symbols)
        }
        return {path for path in stored if path not in self.unsaved} | fresh

    def text(self, path: str) -> str:
        """Give the text of a file; empty when it cannot be read."""
        return self.read(path)


def _is_top_level(parsed: Parsed, symbol: Symbol) -> bool:
    parent = symbol.parent
    return parent is None or parsed.symbols[parent].kind == "namespace"
