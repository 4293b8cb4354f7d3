"""Every SQL statement that writes the index, and those that load it. Rows travel as tuples."""

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import cast

from sqlalchemy import Connection

from octoprompt.index.catalog import FileRow
from octoprompt.index.model import Import
from octoprompt.index.packing import split, unpack_imports
from octoprompt.index.retrieval.engine import Retrieval, Update
from octoprompt.index.retrieval.state import State
from octoprompt.index.retrieval.writing import Change, Removed
from octoprompt.index.schema import DDL, TABLES

FEW = 200
"""So many files are asked for one by one; for more, the table is gone through."""
SymbolRows = list[tuple[str, str, int, int, str | None]]
"""Name, kind, line, end line, container."""
FILE_COLUMNS = (
    "id, path, size, changed_ns, hash, tokens, stage, n_symbols, skipped, failed, language"
)


@dataclass(slots=True)
class Batch:
    """What one transaction writes."""

    files: list[FileRow] = field(default_factory=list[FileRow])
    bitmaps: list[tuple[int, str, bytes]] = field(default_factory=list[tuple[int, str, bytes]])
    """File id, path, bitmap."""
    parsed: list[tuple[int, bytes, SymbolRows]] = field(
        default_factory=list[tuple[int, bytes, SymbolRows]]
    )
    """File id, packed parse, its symbols."""
    unparsed: list[int] = field(default_factory=list[int])
    """Ids of files that have no parse any more."""
    removed: list[FileRow] = field(default_factory=list[FileRow])
    retrieval: list[Change | Removed] = field(default_factory=list[Change | Removed])
    quarantine: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    """Content hash and reason."""

    def is_empty(self) -> bool:
        """Say whether there is nothing to write."""
        return not (self.files or self.parsed or self.removed or self.retrieval or self.quarantine)


def write(
    connection: Connection, batch: Batch, retrieval: Retrieval, generation: int
) -> Update | None:
    """Write a batch inside the caller's transaction."""
    raw = cursor(connection)
    _remove(raw, batch.removed)
    raw.executemany(
        f"INSERT OR REPLACE INTO file ({FILE_COLUMNS}) VALUES (?,?,?,?,?,?,?,?,?,?,?)",  # noqa: S608
        batch.files,
    )
    raw.executemany(
        "INSERT OR REPLACE INTO grams VALUES (?, ?)", [(id, bits) for id, _, bits in batch.bitmaps]
    )
    _write_symbols(raw, batch)
    raw.executemany("INSERT OR REPLACE INTO quarantine VALUES (?, ?)", batch.quarantine)
    raw.execute("UPDATE meta SET value = ? WHERE key = 'generation'", (generation,))
    raw.close()
    return retrieval.apply(connection, batch.retrieval) if batch.retrieval else None


def _remove(raw: sqlite3.Cursor, removed: Sequence[FileRow]) -> None:
    ids = [(row.id,) for row in removed]
    for table, column in (
        ("file", "id"),
        ("grams", "file"),
        ("parsed", "file"),
        ("symbol", "file"),
    ):
        raw.executemany(f"DELETE FROM {table} WHERE {column} = ?", ids)  # noqa: S608 - our own names


def _write_symbols(raw: sqlite3.Cursor, batch: Batch) -> None:
    ids = [(file,) for file, _, _ in batch.parsed] + [(file,) for file in batch.unparsed]
    raw.executemany("DELETE FROM symbol WHERE file = ?", ids)
    raw.executemany("DELETE FROM parsed WHERE file = ?", [(file,) for file in batch.unparsed])
    raw.executemany(
        "INSERT OR REPLACE INTO parsed VALUES (?, ?, ?)",
        [(file, *split(data)) for file, data, _ in batch.parsed],
    )
    raw.executemany(
        "INSERT INTO symbol VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            (file, position, *row)
            for file, _, rows in batch.parsed
            for position, row in enumerate(rows)
        ),
    )


def create(connection: Connection) -> None:
    """Make the tables."""
    for statement in DDL:
        connection.exec_driver_sql(statement)


def drop(connection: Connection) -> None:
    """Drop all tables, ours and the retrieval engine's."""
    names = connection.exec_driver_sql(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name GLOB 'retrieval_*'"
    )
    for name in (*reversed(TABLES), *[str(row[0]) for row in names.fetchall()]):
        connection.exec_driver_sql(f'DROP TABLE IF EXISTS "{name}"')


def make_anew(connection: Connection, retrieval: Retrieval) -> State:
    """Make the tables of an open index empty; the state is for `Retrieval.publish_anew`."""
    drop(connection)
    create(connection)
    set_open(connection, 1)
    return retrieval.apply_anew(connection)


def load_files(connection: Connection) -> list[FileRow]:
    """Give all rows of the file table."""
    raw = cursor(connection)
    try:
        return [FileRow._make(row) for row in raw.execute(f"SELECT {FILE_COLUMNS} FROM file")]  # noqa: S608
    finally:
        raw.close()


def load_catalog(connection: Connection) -> tuple[list[FileRow], int]:
    """Give all rows of the file table, and the generation."""
    return load_files(connection), load_meta(connection)["generation"]


def load_meta(connection: Connection) -> dict[str, int]:
    """Give the counters."""
    rows = connection.exec_driver_sql("SELECT key, value FROM meta").fetchall()
    return {str(key): int(value) for key, value in rows}


def load_quarantine(connection: Connection) -> dict[str, str]:
    """Give the reasons by content hash."""
    rows = connection.exec_driver_sql("SELECT hash, reason FROM quarantine").fetchall()
    return {str(digest): str(reason) for digest, reason in rows}


def set_open(connection: Connection, value: int) -> None:
    """Note that the database is in use (1) or was closed in order (0)."""
    connection.exec_driver_sql("UPDATE meta SET value = ? WHERE key = 'open'", (value,))


def load_parsed(connection: Connection, files: Iterable[int]) -> dict[int, bytes]:
    """Give the packed parses of some files by id."""
    raw = cursor(connection)
    found: dict[int, bytes] = {}
    for file in files:
        row = raw.execute("SELECT imports, data FROM parsed WHERE file = ?", (file,)).fetchone()
        if row is not None:
            found[file] = row[0] + row[1]
    raw.close()
    return found


def load_imports(connection: Connection, files: Sequence[int]) -> dict[int, tuple[Import, ...]]:
    """Give the imports of some files by id, those that have any."""
    raw = cursor(connection)
    if len(files) > FEW:
        wanted = set(files)
        rows = [row for row in raw.execute("SELECT file, imports FROM parsed") if row[0] in wanted]
    else:
        ask = "SELECT file, imports FROM parsed WHERE file = ?"
        rows = [row for file in files for row in raw.execute(ask, (file,))]
    raw.close()
    found = ((file, unpack_imports(data)) for file, data in rows)
    return {file: imports for file, imports in found if imports}


def cursor(connection: Connection) -> sqlite3.Cursor:
    """Give the driver's own cursor: five times quicker than SQLAlchemy for many small rows."""
    return cast("sqlite3.Cursor", connection.connection.cursor())
