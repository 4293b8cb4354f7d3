"""Looking at a database file before it is used: is it ours, whole, and the one that was here?"""

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from octoprompt.store.place import APPLICATION_ID, Mark, Place

BUSY_SECONDS = 10
PASSING = frozenset(
    (
        sqlite3.SQLITE_PERM,
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_NOMEM,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_CANTOPEN,
    )
)
"""Errors that say nothing about the file: the disk or the system may do better later."""


class Health(Enum):
    """What a look at the file found."""

    FRESH = "fresh"
    """There is none, and there was none."""
    GOOD = "good"
    EXCHANGED = "exchanged"
    """A good one, but not the one that was here."""
    LOST = "lost"
    """There was one, and now there is none, or an empty file."""
    DAMAGED = "damaged"
    FOREIGN = "foreign"
    """A good SQLite database, but another program's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What a look at the file found, and the details of it."""

    health: Health
    detail: str = ""
    instance: str | None = None
    schema: str | None = None


def examine(place: Place, mark: Mark | None, *, thoroughly: bool) -> Finding:
    """Look at the database; `thoroughly` reads all of it, for after a crash.

    Fails with `sqlite3.DatabaseError` when it cannot be looked at now, which is no damage.
    """
    path = place.database
    if not path.exists() or path.stat().st_size == 0:
        if mark is None:
            return Finding(health=Health.FRESH)
        detail = "its file is empty" if path.exists() else "its file is gone"
        return Finding(health=Health.LOST, detail=detail, schema=mark.schema)
    try:
        with closing(sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None)) as database:
            return _judge(database, mark, thoroughly=thoroughly)
    except sqlite3.DatabaseError as error:
        if error.sqlite_errorcode & 0xFF in PASSING:
            raise
        schema = mark.schema if mark else None
        return Finding(health=Health.DAMAGED, detail=str(error), schema=schema)


def _judge(database: sqlite3.Connection, mark: Mark | None, *, thoroughly: bool) -> Finding:
    application = _one(database, "PRAGMA application_id")
    tables = _one(database, "SELECT count(*) FROM sqlite_master")
    if not application and not tables:
        health = Health.FRESH if mark is None else Health.LOST
        return Finding(health=health, detail="it is empty", schema=mark.schema if mark else None)
    if application != APPLICATION_ID:
        return Finding(health=Health.FOREIGN, detail="it belongs to another program")
    schema = _one(database, "SELECT version_num FROM alembic_version")
    instance = _one(database, "SELECT value FROM store_mark WHERE name = 'instance'")
    if not isinstance(schema, str) or not isinstance(instance, str):
        return Finding(health=Health.DAMAGED, detail="it does not say which one it is")
    if thoroughly and (problem := _one(database, "PRAGMA quick_check(1)")) != "ok":
        return Finding(health=Health.DAMAGED, detail=str(problem), schema=schema)
    exchanged = mark is not None and mark.instance != instance
    return Finding(
        health=Health.EXCHANGED if exchanged else Health.GOOD, instance=instance, schema=schema
    )


def search_problem(path: Path) -> str:
    """Say what is wrong with the words that are searched, which `quick_check` does not look at."""
    tables = "SELECT name FROM sqlite_master WHERE sql LIKE 'CREATE VIRTUAL TABLE%USING fts5%'"
    try:
        with closing(sqlite3.connect(path, timeout=BUSY_SECONDS)) as database:
            for (name,) in database.execute(tables).fetchall():
                check = f'INSERT INTO "{name}"("{name}") VALUES (\'integrity-check\')'  # noqa: S608  # our names
                database.execute(check)
            return ""
    except sqlite3.DatabaseError as error:
        if error.sqlite_errorcode & 0xFF in PASSING:
            raise
        return f"its search: {error}"


def is_whole(path: Path) -> bool:
    """Say whether a database file is ours and every page of it can be read."""
    found = examine(Place(path), None, thoroughly=True)
    return found.health is Health.GOOD


def _one(database: sqlite3.Connection, statement: str) -> object:
    row = database.execute(statement).fetchone()
    return None if row is None else row[0]
