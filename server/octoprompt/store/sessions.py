"""ORM sessions on the database's threads, and its errors in our words."""

import asyncio
import json
import sqlite3
from collections.abc import Awaitable, Callable, Generator
from contextlib import contextmanager
from typing import Protocol, TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import DatabaseError, IntegrityError, OperationalError
from sqlalchemy.orm import Session

from octoprompt.database.access import Access, Moved, is_busy
from octoprompt.errors import (
    DeadlinePassed,
    NameTaken,
    OctoPromptError,
    StoreDamaged,
    StoreProblem,
    StoreReadOnly,
)
from octoprompt.store.entities import DamagedValue

T = TypeVar("T")
AWAY = "nothing was saved: the database's file is deleted or replaced again and again"
NOT_WHOLE = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
DAMAGED = "this record is damaged and cannot be read; others can"


class Counter(Protocol):
    """Gives numbers to writes."""

    def count(self, session: Session) -> int:
        """Give a write its number, in its own transaction."""
        ...

    def forget(self, number: int) -> None:
        """Take back the number of a write that did not happen."""
        ...


class Sessions:
    """Runs work in a session: reads on one snapshot, writes in one transaction."""

    def __init__(self, access: Access, counter: Counter, read_only_reason: str = "") -> None:
        """Take the access and what counts the writes; a reason makes every write fail with it."""
        self.access = access
        self.read_only_reason = read_only_reason
        self._counter = counter
        self._is_open = asyncio.Event()
        self._is_open.set()
        self._problem: StoreProblem | None = None
        self.on_moved: Callable[[], Awaitable[None]] = _nobody
        """Awaited when the database's file was moved away; afterwards it is asked again."""
        self.on_damage: Callable[[], None] = lambda: None
        """Called when a part of the database's file cannot be read."""

    def pause(self) -> None:
        """Let everybody wait until `resume`."""
        self._is_open.clear()

    def resume(self, access: Access, read_only_reason: str) -> None:
        """Go on with another access; its database may be another one, too."""
        self.access, self.read_only_reason, self._problem = access, read_only_reason, None
        self._is_open.set()

    def give_up(self, problem: StoreProblem) -> None:
        """Fail with this from now on."""
        self._problem = problem
        self._is_open.set()

    async def _follow(self, work: Callable[[], Awaitable[T]]) -> T:
        """Do work that may find the database's file moved, and then once more."""
        await self._ready()
        try:
            return await work()
        except Moved:
            await self.on_moved()
        await self._ready()
        try:
            return await work()
        except Moved as error:
            raise StoreProblem(AWAY) from error

    async def _ready(self) -> None:
        await self._is_open.wait()
        if self._problem is not None:
            raise self._problem

    async def read(self, work: Callable[[Session], T]) -> T:
        """Run `work` on one snapshot. Fails with `StoreProblem`."""
        with self._in_our_words():
            return await self._follow(lambda: self.access.read(_in_session(work)))

    async def write(self, work: Callable[[Session], T]) -> T:
        """Run `work` in a transaction; returns after its commit.

        Fails with `StoreReadOnly`, or with `StoreProblem` and then nothing was written.
        """
        numbers: list[int] = []

        def counted(session: Session) -> T:
            result = work(session)
            numbers.append(self._counter.count(session))
            return result

        try:
            with self._in_our_words():
                return await self._follow(lambda: self._write(counted, numbers))
        finally:
            # What is still there was not committed. A cancelled caller's write goes on: its number
            # is cleared after the commit, and forgetting it only costs a needless refresh.
            for number in numbers:
                self._counter.forget(number)

    async def replace(self, work: Callable[[Access], T]) -> T:
        """Run work that replaces the whole content, on a thread.

        Fails with `StoreReadOnly`, and with `StoreProblem`; then nothing has changed.
        """

        async def run() -> T:
            if self.read_only_reason:
                raise StoreReadOnly(self.read_only_reason)
            return await asyncio.to_thread(work, self.access)

        with self._in_our_words():
            return await self._follow(run)

    async def _write(self, work: Callable[[Session], T], numbers: list[int]) -> T:
        if self.read_only_reason:
            raise StoreReadOnly(self.read_only_reason)
        return await self.access.write(_in_session(work), lambda _result: numbers.clear())

    @contextmanager
    def _in_our_words(self) -> Generator[None]:
        """Turn errors of the database, and of what is in a row, into those of our tree."""
        try:
            yield
        except DatabaseError as error:
            if _code(error) in NOT_WHOLE:
                self.on_damage()
            raise store_problem(error) from error
        except (json.JSONDecodeError, DamagedValue) as error:
            raise StoreDamaged(DAMAGED) from error


async def _nobody() -> None:
    pass


def _in_session(work: Callable[[Session], T]) -> Callable[[Connection], T]:
    def run(connection: Connection) -> T:
        with Session(connection, expire_on_commit=False) as session:
            result = work(session)
            session.flush()
            return result

    return run


def store_problem(error: DatabaseError) -> OctoPromptError:
    """Give the error of our tree that a database error means."""
    if isinstance(error, IntegrityError):
        return NameTaken(
            "another record was given this name at the same moment: choose another one"
        )
    if isinstance(error, OperationalError) and "decode" in str(error.orig):
        return StoreDamaged(DAMAGED)
    if isinstance(error, OperationalError) and is_busy(error):
        return DeadlinePassed("nothing was saved: another window kept the database busy; try again")
    if hasattr(error.orig, "sqlstate"):
        return _server_problem(error)
    return _file_problem(error)


def _file_problem(error: DatabaseError) -> StoreProblem:
    """Give what an error of SQLite means, by its code."""
    match _code(error):
        case code if code in NOT_WHOLE:
            return StoreDamaged(
                "the database of your data is damaged: close all windows and start again; "
                "what can be read of it is brought back then"
            )
        case sqlite3.SQLITE_READONLY:
            return StoreReadOnly("the database cannot be written: its file or disk is read-only")
        case sqlite3.SQLITE_FULL:
            return StoreProblem("nothing was saved: the disk is full; make room and try again")
        case _:
            return _said(error)


def _code(error: DatabaseError) -> int:
    return getattr(error.orig, "sqlite_errorcode", 0) & 0xFF


def _server_problem(error: DatabaseError) -> StoreProblem:
    """Give what an error of PostgreSQL means, by its SQLSTATE; a lost connection has none."""
    match getattr(error.orig, "sqlstate", None):
        case "25006" | "42501":
            return StoreReadOnly(
                "the database server does not let this user write: ask who runs it"
            )
        case "53100":
            return StoreProblem("nothing was saved: the database server's disk is full")
        case state if error.connection_invalidated or (
            state is None and isinstance(error, OperationalError)
        ):
            return StoreProblem(
                "nothing was saved: the database server cannot be reached; try again when it is"
            )
        case _:
            return _said(error)


def _said(error: DatabaseError) -> StoreProblem:
    return StoreProblem(f"nothing was saved: the database says `{error.orig}`; try again")
