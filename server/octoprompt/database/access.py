"""The one way to a database: every write on one thread in `BEGIN IMMEDIATE`, reads on a few others."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from sqlalchemy import Connection, Engine

T = TypeVar("T")
READERS = 3


class Access:
    """Reads and writes of one database, off the event loop."""

    def __init__(self, engine: Engine, name: str) -> None:
        self.engine = engine
        self._is_sqlite = engine.dialect.name == "sqlite"
        self._writer = ThreadPoolExecutor(1, thread_name_prefix=f"{name}-write")
        self._readers = ThreadPoolExecutor(READERS, thread_name_prefix=f"{name}-read")

    def write_now(self, work: Callable[[Connection], T]) -> T:
        """Run `work` in a write transaction on the calling thread; for start-up and the writer thread."""
        with self.engine.connect() as connection:
            begin = "BEGIN IMMEDIATE" if self._is_sqlite else "BEGIN"
            if self._is_sqlite:
                connection.exec_driver_sql(begin)
            try:
                result = work(connection)
            except BaseException:
                connection.rollback()
                raise
            connection.commit()
            return result

    def read_now(self, work: Callable[[Connection], T]) -> T:
        """Run `work` on one snapshot on the calling thread; never on the event loop."""
        with self.engine.connect() as connection:
            if self._is_sqlite:
                connection.exec_driver_sql("BEGIN")
            try:
                return work(connection)
            finally:
                connection.rollback()

    async def write(self, work: Callable[[Connection], T]) -> T:
        """Run `work` in a write transaction; returns after its commit.

        A cancelled caller does not stop a write that began: it commits whole or not at all.
        """
        return await asyncio.wrap_future(self._writer.submit(self.write_now, work))

    async def read(self, work: Callable[[Connection], T]) -> T:
        """Run `work` on one snapshot."""
        return await asyncio.wrap_future(self._readers.submit(self.read_now, work))

    def close(self) -> None:
        """Finish the writes that wait, then close every connection."""
        self._writer.shutdown(wait=True)
        self._readers.shutdown(wait=True, cancel_futures=True)
        self.engine.dispose()
