"""The index file of a root: found, checked, and thrown away when it is not as it should be."""

import contextlib
import logging
from contextlib import ExitStack
from pathlib import Path

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from octoprompt.database.access import Access
from octoprompt.database.engine import open_engine, sqlite_url
from octoprompt.database.file_lock import FileLock
from octoprompt.database.private import make_private_file, make_private_folder
from octoprompt.errors import DeadlinePassed, IndexProblem
from octoprompt.index import rows
from octoprompt.index.expiry import delete, note_use
from octoprompt.index.places import MAX_WINDOWS, index_files, index_folder
from octoprompt.index.schema import APPLICATION_ID
from octoprompt.index.version import version

logger = logging.getLogger(__name__)
CACHE_KIB = 8 * 1024


class Storage:
    """One open index file, locked for this process; its methods block."""

    def __init__(self, path: Path, lock: ExitStack) -> None:
        self.path = path
        self._lock = lock
        make_private_file(path)
        self.access = _open(path)

    def close(self) -> None:
        """Note that it was closed in order, and give it back."""
        with contextlib.suppress(DBAPIError):
            self.access.write_now(lambda connection: rows.set_open(connection, 0))
        self.abandon()

    def abandon(self) -> None:
        """Give it back without a note: it is damaged, or about to be deleted."""
        self.access.close()
        self._lock.close()


def open_storage(cache_dir: Path, root: Path) -> Storage:
    """Open the index file of a root, or make it.

    Each window on the same root has a file of its own, so that none waits for another. Fails with
    `IndexProblem` when the cache folder cannot be written.
    """
    folder = index_folder(cache_dir)
    try:
        make_private_folder(cache_dir)
        make_private_folder(folder, "*-[0-9]*")
        for path in index_files(cache_dir, root):
            lock = _locked(path)
            if lock is not None:
                note_use(path, root)
                return _healthy(path, lock)
    except (OSError, DBAPIError) as error:
        reason = error.orig if isinstance(error, DBAPIError) else error.strerror
        raise IndexProblem(f"the index folder `{folder}` cannot be used: {reason}") from error
    raise IndexProblem(f"more than {MAX_WINDOWS} windows are open on `{root}`: close one")


def _locked(path: Path) -> ExitStack | None:
    lock = FileLock(path.with_suffix(".lock"))
    held = ExitStack()
    held.callback(lock.close)
    try:
        held.enter_context(lock.held(0.0))
    except DeadlinePassed:
        held.close()
        return None
    return held


def _healthy(path: Path, lock: ExitStack) -> Storage:
    storage: Storage | None = None
    try:
        storage = Storage(path, lock)
        if storage.access.write_now(_prepare):
            return storage
        reason = "another version made it"
    except DBAPIError as error:
        reason = str(error.orig)
    logger.info("making the index %s anew: %s", path.name, reason)
    if storage is not None:
        storage.access.close()
    delete(path)
    storage = Storage(path, lock)
    storage.access.write_now(_prepare)
    return storage


def _open(path: Path) -> Access:
    return Access(open_engine(sqlite_url(path), "NORMAL"), "index")


def _prepare(connection: Connection) -> bool:
    """Make an empty file ours, or say whether it is; a file that was not closed is checked."""
    made_by = connection.exec_driver_sql("PRAGMA user_version").scalar_one()
    owner = connection.exec_driver_sql("PRAGMA application_id").scalar_one()
    if (owner, made_by) == (0, 0):
        rows.create(connection)
        connection.exec_driver_sql(f"PRAGMA application_id={APPLICATION_ID}")
        connection.exec_driver_sql(f"PRAGMA user_version={version()}")
    elif (owner, made_by) != (APPLICATION_ID, version()) or not _is_sound(connection):
        return False
    rows.set_open(connection, 1)
    return True


def _is_sound(connection: Connection) -> bool:
    if not rows.load_meta(connection).get("open"):
        return True
    return connection.exec_driver_sql("PRAGMA quick_check(1)").scalar_one() == "ok"
