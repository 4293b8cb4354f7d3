"""Going back to a backup: in one transaction, beside all windows, and with a way back."""

import sqlite3
import tempfile
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from octoprompt.database.access import Access
from octoprompt.errors import BadRequest, StoreProblem, UnknownId
from octoprompt.store import schema
from octoprompt.store.backup import back_up, backups, made_at
from octoprompt.store.health import Health, examine
from octoprompt.store.place import RESTORE, Place
from octoprompt.store.recovery import salvage_table, upgraded

OCCASION = "before-restore"
AT_WORK = """
SELECT (SELECT count(*) FROM chat_message WHERE status = 'streaming' AND deleted_at IS NULL)
    + (SELECT count(*) FROM run WHERE status = 'running')
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class BackupFile:
    """A copy of the database in the folder of backups."""

    path: Path
    occasion: str
    bytes: int
    made_at: datetime


def list_backups(place: Place) -> Sequence[BackupFile]:
    """List all backups, the newest first."""
    return [
        BackupFile(
            path=path,
            occasion=path.stem.removeprefix(f"{place.database.stem}-").rpartition("-")[0],
            bytes=path.stat().st_size,
            made_at=made_at(path),
        )
        for path in backups(place)
    ]


def go_back(place: Place, access: Access, name: str) -> Path:
    """Make the database what a backup holds, and give the backup of what it was before.

    Other windows see it as one change. Projects stay, because windows are open on them.
    Fails with `UnknownId`, `BadRequest` while answers are being written, and `StoreProblem`; then
    nothing has changed.
    """
    chosen = next((path for path in backups(place) if path.name == name), None)
    if chosen is None:
        raise UnknownId(f"there is no backup `{name}`")
    found = examine(Place(chosen), None, thoroughly=True)
    if found.health is not Health.GOOD:
        raise StoreProblem(f"the backup `{name}` is damaged: choose another one")
    if schema.age(found.schema) is schema.Age.NEWER:
        raise StoreProblem(f"the backup `{name}` is of a newer OctoPrompt: update this one")
    try:
        with tempfile.TemporaryDirectory(prefix=RESTORE, dir=place.database.parent) as folder:
            ready = upgraded(chosen, Path(folder))
            with access.alone():
                access.check()
                return _replace_all(place, access, ready)
    except (OSError, sqlite3.Error) as error:
        raise StoreProblem(f"nothing was restored: {error}") from error


def _replace_all(place: Place, access: Access, ready: Path) -> Path:
    """Put the content of a database into the one in use. The caller keeps others' writes out."""
    with closing(sqlite3.connect(place.database)) as now:
        if now.execute(AT_WORK).fetchone()[0]:
            raise BadRequest("an answer is being written or an agent works: stop them first")
        _make_it_go_on(ready, now)
    kept = back_up(place, OCCASION)
    anchor = access.engine.raw_connection()
    try:
        with closing(sqlite3.connect(ready)) as origin:
            # One transaction: whoever reads sees all of it or nothing, also after a crash.
            origin.backup(_plain(anchor.driver_connection))
    finally:
        anchor.close()
    return kept


def _make_it_go_on(ready: Path, now: sqlite3.Connection) -> None:
    """Let the backup be the same database to all windows, one change later."""
    marks = {str(name): str(value) for name, value in now.execute("SELECT * FROM store_mark")}
    marks["changes"] = str(int(marks.get("changes", "0")) + 1)
    with closing(sqlite3.connect(ready, isolation_level=None)) as copy:
        copy.execute("BEGIN IMMEDIATE")
        copy.executemany(
            "INSERT OR REPLACE INTO store_mark (name, value) VALUES (?, ?)", marks.items()
        )
        salvage_table(now, copy, "project")
        copy.execute("COMMIT")


def _plain(connection: object) -> sqlite3.Connection:
    if not isinstance(connection, sqlite3.Connection):
        raise TypeError("a backup can only go into a SQLite database")
    return connection
