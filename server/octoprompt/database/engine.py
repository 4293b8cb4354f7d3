"""A SQLAlchemy engine for a SQLite file, with the pragmas that durability needs."""

from pathlib import Path
from typing import Literal
from urllib.parse import quote

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry, QueuePool

Synchronous = Literal["FULL", "NORMAL"]
BUSY_TIMEOUT_MS = 5_000


def sqlite_url(path: Path) -> str:
    """Give the SQLAlchemy URL of a SQLite file."""
    return f"sqlite+pysqlite:///{path.as_posix()}"


def read_only_url(path: Path, *, immutable: bool) -> str:
    """Give the URL of a SQLite file that is not to be written.

    `immutable` is for a folder where nothing can be created, not even SQLite's own shared memory.
    """
    flags = "mode=ro&immutable=1" if immutable else "mode=ro"
    return f"sqlite+pysqlite:///file:{quote(path.as_posix())}?{flags}&uri=true"


def open_engine(url: str, synchronous: Synchronous, *, read_only: bool = False) -> Engine:
    """Open an engine; on SQLite with WAL, foreign keys, a busy timeout and explicit transactions.

    SQLAlchemy's own `BEGIN` is replaced: pysqlite would begin a deferred transaction, which fails
    at once with BUSY_SNAPSHOT when it reads first and writes later beside another writer.
    """
    if not url.startswith("sqlite"):
        return create_engine(url, pool_pre_ping=True)
    engine = create_engine(
        url,
        poolclass=QueuePool,
        pool_size=4,
        max_overflow=4,
        connect_args={"check_same_thread": False, "timeout": BUSY_TIMEOUT_MS / 1000},
    )
    pragmas = (
        f"busy_timeout={BUSY_TIMEOUT_MS}",
        "query_only=ON" if read_only else "journal_mode=WAL",
        f"synchronous={synchronous}",
        "foreign_keys=ON",
    )

    def connect(connection: DBAPIConnection, _record: ConnectionPoolEntry) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in pragmas:
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    event.listen(engine, "connect", connect)
    return engine
