"""A database file that is deleted or replaced while it is used: noticed, and its content kept.

The open connections still reach the old file, which no path leads to any more: whatever is written
there is lost when they close. So nothing is written any more, its content is copied, and the
database is opened anew.
"""

import sqlite3
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from sqlalchemy import PoolProxiedConnection

from octoprompt.database.access import Access
from octoprompt.database.file_lock import FileLock
from octoprompt.database.private import make_private_folder
from octoprompt.errors import StoreProblem
from octoprompt.store.backup import REPLACED, copy_database, keep_as_backup
from octoprompt.store.health import PASSING, is_whole
from octoprompt.store.place import SIDE_FILES, Place, sync_folder

LOCK_SECONDS = 60.0
WRITTEN_ANEW = (
    "the file of your data, `{path}`, was deleted while it was used: it was written anew, "
    "with everything in it"
)
TAKEN_OVER = (
    "another file took the place of `{path}` while it was used: it is used now, "
    "and what was there before is the backup `{backup}`"
)
NOT_SAVED = (
    "the file of your data, `{path}`, was deleted or replaced while it was used; "
    "what was in it could not be saved: {why}"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """What was in a file that is not at its place any more."""

    place: Place
    copy: Path | None
    """A whole copy beside it; None where the file itself was spoilt."""
    was_gone: bool
    """Whether nothing was at its place, at the time."""


class Standing:
    """The file that was opened, and a connection that reaches it wherever it is."""

    def __init__(self, place: Place, access: Access) -> None:
        """Take an access whose engine has opened no other file than the one at the place."""
        self._place = place
        self._anchor = access.engine.raw_connection()
        self._identity = _identity(place.database)
        # What lies beside it is opened with the first question.
        _connection(self._anchor).execute("SELECT count(*) FROM sqlite_master")
        beside = (place.database.with_name(place.database.name + end) for end in SIDE_FILES)
        self._sides = {path: _file(path) for path in beside if path.exists()}

    def is_here(self) -> bool:
        """Say whether the file at the place is the one that was opened; one call of the system."""
        return _identity(self._place.database) == self._identity

    def save(self) -> Left:
        """Copy what is in the file that was opened; nobody may write meanwhile.

        Fails with `StoreProblem` when that cannot be done now, and might be later.
        """
        database = self._place.database
        copy = self._place.new_copy()
        was_gone = _identity(database) is None
        try:
            make_private_folder(database.parent, f"{database.name}*")
            copy_database(_connection(self._anchor), copy)
        except (OSError, sqlite3.Error) as error:
            copy.unlink(missing_ok=True)
            if isinstance(error, OSError) or error.sqlite_errorcode & 0xFF in PASSING:
                raise StoreProblem(NOT_SAVED.format(path=database, why=error)) from error
        if not copy.exists() or not is_whole(copy):
            copy.unlink(missing_ok=True)
            return Left(place=self._place, copy=None, was_gone=was_gone)
        return Left(place=self._place, copy=copy, was_gone=was_gone)

    def close(self) -> None:
        """Give the connection back."""
        with suppress(sqlite3.Error):
            self._anchor.close()

    def clear_up(self) -> None:
        """Remove the log of the file that was opened: SQLite would put it into the other one."""
        for path, known in self._sides.items():
            if _file(path) == known:
                path.unlink(missing_ok=True)


def _connection(anchor: PoolProxiedConnection) -> sqlite3.Connection:
    return cast("sqlite3.Connection", anchor.driver_connection)


def settle(left: Left) -> str:
    """Put what was saved where it is not lost, and give the sentence that says so.

    Fails with `StoreProblem`, `DeadlinePassed` and `OSError`; the copy stays where it is then.
    """
    if left.copy is None:
        return ""
    lock = FileLock(left.place.lock)
    try:
        with lock.held(LOCK_SECONDS):
            return _settle(left.place, left.copy, was_gone=left.was_gone)
    finally:
        lock.close()


def _settle(place: Place, copy: Path, *, was_gone: bool) -> str:
    if _identity(place.database) is None:
        for suffix in SIDE_FILES:
            # They belong to the file that was deleted, and all of them is in the copy.
            place.database.with_name(place.database.name + suffix).unlink(missing_ok=True)
        copy.replace(place.database)
        sync_folder(place.database.parent)
        return WRITTEN_ANEW.format(path=place.database)
    if was_gone and _goes_on(place.database, copy):
        # Another window wrote it anew.
        copy.unlink()
        return ""
    backup = keep_as_backup(place, copy, REPLACED)
    return TAKEN_OVER.format(path=place.database, backup=backup.name)


def _goes_on(database: Path, copy: Path) -> bool:
    """Say whether a database is the copied one, or what became of it since."""
    try:
        now, before = _marks(database), _marks(copy)
        same = now.get("instance") == before.get("instance")
        return same and int(now["changes"]) >= int(before["changes"])
    except (sqlite3.Error, KeyError, ValueError):
        return False


def _marks(path: Path) -> dict[str, str]:
    with closing(sqlite3.connect(path)) as database:
        rows = database.execute("SELECT name, value FROM store_mark")
        return {str(name): str(value) for name, value in rows}


def _identity(path: Path) -> tuple[int, int] | None:
    """Name the database at a path; None for none, and for an empty file, which is no database."""
    try:
        return _file(path) if path.stat().st_size else None
    except (FileNotFoundError, NotADirectoryError):
        return None


def _file(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return None
    return found.st_dev, found.st_ino
