"""The one way to a database: all writes on one thread, one at a time, and reads on others."""

import asyncio
import sqlite3
from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TypeVar

from sqlalchemy import Connection, Engine, event
from sqlalchemy.exc import DatabaseError, OperationalError

from octoprompt.database.file_lock import FileLock, pause

T = TypeVar("T")
READERS = 3
BEGIN_ATTEMPTS = 3
BEGIN_PAUSE_SECONDS = 0.05
LOCK_SECONDS = 20.0
POSTGRES_WRITE = (
    f"SET LOCAL lock_timeout = '{LOCK_SECONDS:g}s'",
    # Any number would do: whoever writes to this database holds this lock until the end of it, so
    # that one write runs at a time there too, as with SQLite's `BEGIN IMMEDIATE`.
    "SELECT pg_advisory_xact_lock(1329812559)",
)
LOCK_NOT_AVAILABLE = "55P03"
POSTGRES_READ = ("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY",)


class Moved(Exception):
    """The file at the database's path is not the one that was opened: nothing is written to it."""


class Access:
    """Reads and writes of one database, off the event loop."""

    def __init__(self, engine: Engine, name: str, lock: FileLock | None = None) -> None:
        """Take an engine, a name for the threads, and a lock when several processes write.

        The lock is held during each write transaction: SQLite before 3.51.3 can damage a database
        when two processes write and checkpoint at the same moment.
        """
        self.engine = engine
        self._lock = lock
        self._is_here: Callable[[], bool] = lambda: True
        self._is_sqlite = engine.dialect.name == "sqlite"
        self._writer = ThreadPoolExecutor(1, thread_name_prefix=f"{name}-write")
        self._readers = ThreadPoolExecutor(READERS, thread_name_prefix=f"{name}-read")

    @property
    def lock_name(self) -> str:
        """What keeps writes of other processes apart from ours: a file, or the database itself."""
        return "the database" if self._lock is None else self._lock.path.name

    def guard(self, is_here: Callable[[], bool]) -> None:
        """Fail with `Moved` from now on, before writes and new connections, unless this says yes.

        SQLite would make a new file where its database was deleted, and write to the old one.
        """
        self._is_here = is_here
        event.listen(self.engine, "do_connect", lambda *_args: self.check())

    def check(self) -> None:
        """Fail with `Moved` when the file is not the one that was opened."""
        if not self._is_here():
            raise Moved

    def write_now(self, work: Callable[[Connection], T]) -> T:
        """Run `work` in a write transaction here: at start-up, or on the writer thread."""
        with self.alone(), self.engine.connect() as connection:
            self.check()
            try:
                if self._is_sqlite:
                    _begin_immediate(connection)
                else:
                    _begin(connection, POSTGRES_WRITE)
                result = work(connection)
                connection.commit()
            except DatabaseError as error:
                _give_up(connection, error)
                raise
            except BaseException:
                connection.rollback()
                raise
            return result

    def read_now(self, work: Callable[[Connection], T]) -> T:
        """Run `work` on one snapshot on the calling thread; never on the event loop."""
        with self.engine.connect() as connection:
            if self._is_sqlite:
                connection.exec_driver_sql("BEGIN")
            else:
                _begin(connection, POSTGRES_READ)
            try:
                return work(connection)
            finally:
                connection.rollback()

    async def write(
        self, work: Callable[[Connection], T], after: Callable[[T], None] | None = None
    ) -> T:
        """Run `work` in a write transaction; returns after its commit.

        `after` gets the result on the same thread, after the commit and before any later write.
        A cancelled caller does not stop a write that began: it commits whole or not at all.
        """

        def write_then() -> T:
            result = self.write_now(work)
            if after is not None:
                after(result)
            return result

        return await asyncio.wrap_future(self._writer.submit(write_then))

    async def read(self, work: Callable[[Connection], T]) -> T:
        """Run `work` on one snapshot."""
        return await asyncio.wrap_future(self._readers.submit(self.read_now, work))

    @contextmanager
    def alone(self) -> Generator[None]:
        """Keep other processes' writes out, where there is a lock for it."""
        if self._lock is None:
            yield
            return
        with self._lock.held(LOCK_SECONDS):
            yield

    def close(self) -> None:
        """Finish the writes that wait, then close every connection."""
        self._writer.shutdown(wait=True)
        self._readers.shutdown(wait=True, cancel_futures=True)
        # The last connection to close writes the WAL back into the file.
        with self.alone():
            self.engine.dispose()
        if self._lock is not None:
            self._lock.close()


def _give_up(connection: Connection, error: DatabaseError) -> None:
    """Roll back; where the disk failed, the next write gets a connection of its own.

    When SQLite cannot open a file for writing it opens it for reading, and that connection could
    never write again.
    """
    code = getattr(error.orig, "sqlite_errorcode", 0) & 0xFF
    if code in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN):
        connection.invalidate()
    elif not connection.invalidated:
        connection.rollback()


def _begin(connection: Connection, statements: tuple[str, ...]) -> None:
    for statement in statements:
        connection.exec_driver_sql(statement)


def _begin_immediate(connection: Connection) -> None:
    """Begin a write; a busy database is asked again, which is safe before the first write."""
    for attempt in range(BEGIN_ATTEMPTS):
        try:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        except OperationalError as error:
            if not is_busy(error) or attempt == BEGIN_ATTEMPTS - 1:
                raise
            connection.rollback()
            pause(BEGIN_PAUSE_SECONDS)
        else:
            return


def is_busy(error: OperationalError) -> bool:
    """Say whether the database only asks to try again."""
    if getattr(error.orig, "sqlstate", None) == LOCK_NOT_AVAILABLE:
        return True
    return "locked" in str(error.orig) or "busy" in str(error.orig)
