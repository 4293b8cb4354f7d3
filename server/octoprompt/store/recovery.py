"""Making a good database out of a damaged one and the newest backup; the damaged one stays."""

import shutil
import sqlite3
import tempfile
from collections.abc import Generator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from octoprompt.database.engine import open_engine, sqlite_url
from octoprompt.errors import StoreProblem
from octoprompt.store import schema
from octoprompt.store.backup import copy_database, newest_whole
from octoprompt.store.creation import create_schema
from octoprompt.store.entities import Entity
from octoprompt.store.health import Finding, examine, is_whole
from octoprompt.store.place import RECOVERY, SIDE_FILES, Place, sync_folder

MAX_PROBES = 100_000
Row = tuple[object, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Recovery:
    """What a recovery brought back."""

    finding: Finding
    told: tuple[str, ...]


def recover(place: Place, found: Finding) -> Recovery:
    """Make a good file, set the damaged one aside, and put the good one in its place.

    What can be read of the damaged file comes first, then what only the newest good backup has.
    Nothing is moved before the good one is whole, so that a full disk leaves all as it was.
    """
    backup = newest_whole(place)
    told = [f"the database of your prompts and selections could not be used: {found.detail}"]
    with tempfile.TemporaryDirectory(prefix=RECOVERY, dir=place.database.parent) as name:
        folder = Path(name)
        fresh = folder / "new.db"
        create_database(fresh)
        damaged = _damaged(place, backup)
        salvaged = 0 if damaged is None else _salvage(_copied(damaged, folder), fresh)
        restored = 0 if backup is None else _salvage(upgraded(backup, folder), fresh)
        adopt_orphans(fresh)
        if not is_whole(fresh):
            raise StoreProblem(f"the new database `{fresh}` could not be verified")
        if place.files():
            told.append(f"it was kept as `{place.set_aside().name}`")
        fresh.rename(place.database)
        sync_folder(place.database.parent)
    told.append(_account(salvaged, restored, backup))
    return Recovery(finding=examine(place, None, thoroughly=False), told=tuple(told))


def _damaged(place: Place, backup: Path | None) -> Path | None:
    """Give what is to be salvaged: the database, or where it was set aside a moment ago.

    A crash between setting it aside and putting the new one in its place leaves only the first.
    """
    if place.files():
        return place.database
    asides = [p for p in place.asides() if not p.name.endswith(SIDE_FILES)]
    last = max(asides, key=lambda path: path.name, default=None)
    if last is None or (backup and last.stat().st_mtime < backup.stat().st_mtime):
        return None
    return last


def _account(salvaged: int, restored: int, backup: Path | None) -> str:
    if not salvaged and not restored:
        return "nothing could be read from it and there is no backup: a new, empty one was begun"
    parts = [f"{salvaged} records were saved from it"]
    if backup is not None:
        parts.append(f"{restored} more came from the backup `{backup.name}`")
    return " and ".join(parts)


def create_database(path: Path) -> None:
    """Create an empty database with the newest schema."""
    engine = open_engine(sqlite_url(path), "FULL")
    with engine.connect() as connection:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        create_schema(connection)
        connection.commit()
    engine.dispose()


def _copied(damaged: Path, folder: Path) -> Path:
    """Copy the damaged file and its log, because even reading would change them."""
    for suffix in ("", *SIDE_FILES):
        path = damaged.with_name(damaged.name + suffix)
        if path.exists():
            shutil.copyfile(path, folder / path.name)
    return folder / damaged.name


def upgraded(backup: Path, folder: Path) -> Path:
    """Copy a backup and bring the copy to the newest schema."""
    path = folder / "backup.db"
    copy_database(backup, path)
    engine = open_engine(sqlite_url(path), "FULL")
    with engine.connect() as connection:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        if schema.age(schema.revision(connection)) is schema.Age.OLDER:
            schema.upgrade(connection)
        connection.commit()
    engine.dispose()
    return path


def _salvage(source: Path, target: Path) -> int:
    """Copy every row that can be read and is not there yet; give how many."""
    with (
        closing(sqlite3.connect(source)) as origin,
        closing(sqlite3.connect(target, isolation_level=None)) as copy,
    ):
        origin.text_factory = _readable
        copy.execute("PRAGMA foreign_keys=OFF")
        copy.execute("BEGIN IMMEDIATE")
        tables = [t.name for t in Entity.metadata.sorted_tables if t.name != "store_mark"]
        copied = sum(salvage_table(origin, copy, table) for table in tables)
        copy.execute("COMMIT")
        return copied


def _readable(data: bytes) -> str:
    return data.decode("utf-8", "replace")


def salvage_table(origin: sqlite3.Connection, copy: sqlite3.Connection, table: str) -> int:
    """Copy the rows of a table that can be read and are not there yet; give how many."""
    known = set(_columns(copy, table))
    columns = [column for column in _columns(origin, table) if column in known]
    if not columns:
        return 0
    names = ", ".join(f'"{column}"' for column in columns)
    marks = ", ".join("?" * len(columns))
    insert = f'INSERT OR IGNORE INTO "{table}" ({names}) VALUES ({marks})'  # noqa: S608  # our names
    before = copy.total_changes
    for row in _readable_rows(origin, table, names):
        copy.execute(insert, row)
    return copy.total_changes - before


def _columns(database: sqlite3.Connection, table: str) -> list[str]:
    try:
        return [str(row[1]) for row in database.execute(f'PRAGMA table_info("{table}")')]
    except sqlite3.DatabaseError:
        return []


def _readable_rows(origin: sqlite3.Connection, table: str, names: str) -> Generator[Row]:
    """Read from the front to the damage, from the back to it, and then row by row between."""
    select = f'SELECT rowid, {names} FROM "{table}"'  # noqa: S608  # our names
    bounds: list[int] = []
    for order in ("ASC", "DESC"):
        last = 0
        try:
            for row in origin.execute(f"{select} ORDER BY rowid {order}"):
                last = int(row[0])
                yield row[1:]
        except (sqlite3.DatabaseError, ValueError):
            bounds.append(last)
        else:
            return
    for rowid in range(bounds[0] + 1, min(bounds[1] or MAX_PROBES, bounds[0] + MAX_PROBES)):
        try:
            row = origin.execute(f"{select} WHERE rowid = ?", (rowid,)).fetchone()
        except (sqlite3.DatabaseError, ValueError):
            continue
        if row is not None:
            yield row[1:]


def adopt_orphans(path: Path) -> None:
    """Give records whose project or chat was not saved a new one, so that they are found again."""
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        database.execute("BEGIN IMMEDIATE")
        for table in Entity.metadata.sorted_tables:
            if table.name != "project" and "project_id" in table.columns:
                database.execute(ADOPT.format(table=table.name, now=NOW))
        database.execute(ADOPT_MESSAGES.format(now=NOW))
        database.execute("COMMIT")


NOW = "strftime('%Y-%m-%d %H:%M:%f000', 'now')"
ADOPT = """
INSERT OR IGNORE INTO project
    (id, created_at, updated_at, version, name, description, root, opened_at)
SELECT DISTINCT project_id, {now}, {now}, 1, 'Recovered project', '',
    'recovered:' || project_id, {now}
FROM {table} WHERE project_id IS NOT NULL AND project_id NOT IN (SELECT id FROM project)
"""
ADOPT_MESSAGES = """
INSERT OR IGNORE INTO chat
    (id, created_at, updated_at, version, number, title, is_titled, message_count, prompt_ids,
    options, system_prompt)
SELECT chat_id, {now}, {now}, 1, (SELECT coalesce(max(number), 0) FROM chat)
    + row_number() OVER (ORDER BY chat_id), 'Recovered chat', 1, count(*), '[]', '{{}}', ''
FROM chat_message WHERE chat_id NOT IN (SELECT id FROM chat) GROUP BY chat_id
"""
