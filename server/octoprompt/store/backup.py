"""Copies of the database: made while it is used, verified, the newest few kept."""

import os
import sqlite3
from collections.abc import Iterable, Sequence
from contextlib import closing, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import quote

from octoprompt.database.private import make_private_file
from octoprompt.errors import StoreProblem
from octoprompt.store.health import is_whole
from octoprompt.store.place import STAMP, Place, sync_folder, timestamp

KEEP = 5
DAILY = "daily"
MANUAL = "manual"
REPLACED = "replaced"
NOT_WHOLE = (
    "no backup was made, because the database `{path}` is damaged: close all windows and start "
    "again; what can be read of it is brought back then"
)
EVERY = timedelta(hours=20)
"""A little under a day, so that starting work earlier than yesterday still makes one."""


def back_up(place: Place, occasion: str) -> Path:
    """Copy the database into the backups' folder, verify the copy, and drop the oldest ones.

    The occasion is part of the name and is pruned on its own. Fails with `StoreProblem`.
    """
    target = place.backups / f"{place.database.stem}-{occasion}-{timestamp()}.db"
    unfinished = target.with_suffix(".part")
    try:
        place.backups.mkdir(exist_ok=True, mode=0o700)
        copy_database(place.database, unfinished)
        if not is_whole(unfinished):
            place.suspect()
            raise StoreProblem(NOT_WHOLE.format(path=place.database))
        unfinished.rename(target)
        sync_folder(place.backups)
    except (OSError, sqlite3.Error) as error:
        raise StoreProblem(f"the backup `{target}` could not be made: {error}") from error
    finally:
        _remove([unfinished, *_abandoned(place)])
    _remove(backups(place, occasion)[KEEP:])
    return target


def keep_as_backup(place: Place, copy: Path, occasion: str) -> Path:
    """Make a whole copy of the database one of its backups; fails with `OSError`."""
    target = place.backups / f"{place.database.stem}-{occasion}-{timestamp()}.db"
    place.backups.mkdir(exist_ok=True, mode=0o700)
    copy.rename(target)
    sync_folder(place.backups)
    _remove(backups(place, occasion)[KEEP:])
    return target


def keep_copies(place: Place) -> None:
    """Make backups of what windows that died saved of a file that was moved away."""
    for copy in _old(place.copies()):
        if is_whole(copy):
            keep_as_backup(place, copy, REPLACED)


def _abandoned(place: Place) -> list[Path]:
    """Give the unfinished copies of processes that died."""
    with suppress(OSError):
        return _old(place.backups.glob(f"{place.database.stem}-*.part"))
    return []


def _old(files: Iterable[Path]) -> list[Path]:
    """Give those that no process can still be at."""
    long_ago = (datetime.now(UTC) - timedelta(hours=1)).timestamp()
    return [path for path in files if path.stat().st_mtime < long_ago]


def _remove(files: Sequence[Path]) -> None:
    """Remove what is not needed; on a disk where that cannot be, it stays for the next time."""
    for path in files:
        with suppress(OSError):
            path.unlink(missing_ok=True)


def copy_database(source: Path | sqlite3.Connection, target: Path) -> None:
    """Copy a database, also while it is used, into one durable file that only the user reads."""
    if isinstance(source, Path):
        # Not made where it is gone meanwhile.
        uri = f"file:{quote(source.as_posix())}?mode=rw"
        with closing(sqlite3.connect(uri, uri=True)) as origin:
            copy_database(origin, target)
        return
    make_private_file(target)
    with closing(sqlite3.connect(target, isolation_level=None)) as copy:
        source.backup(copy)
        # One file, without a log beside it.
        copy.execute("PRAGMA journal_mode=DELETE")
    with target.open("rb+") as file:
        os.fsync(file.fileno())


def backups(place: Place, occasion: str = "") -> list[Path]:
    """List the backups of an occasion, or all, the newest first."""
    prefix = f"{place.database.stem}-"
    found = place.backups.glob(f"{prefix}{occasion or '*'}-*.db")
    return sorted(found, key=lambda path: path.stem.rsplit("-", 1)[-1], reverse=True)


def newest_whole(place: Place) -> Path | None:
    """Give the newest backup that can be read to its end.

    What a window saved of a file that was moved away, and did not get to put in its place, is
    newer than any.
    """
    return next((path for path in (*place.copies(), *backups(place)) if is_whole(path)), None)


def is_daily_due(place: Place) -> bool:
    """Say whether no daily backup was made since yesterday.

    A clock that was ahead leaves backups from the future: those do not count.
    """
    made = (made_at(path) for path in backups(place, DAILY))
    return not any(timedelta(0) <= datetime.now(UTC) - moment < EVERY for moment in made)


def made_at(backup: Path) -> datetime:
    """Give the moment in a backup's name, which a copy keeps; long ago for another name."""
    try:
        return datetime.strptime(backup.stem.rsplit("-", 1)[-1], STAMP).replace(tzinfo=UTC)
    except ValueError:
        return datetime.min.replace(tzinfo=UTC)
