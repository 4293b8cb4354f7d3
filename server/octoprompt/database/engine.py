"""A SQLAlchemy engine: for a SQLite file with the pragmas that durability needs, or a server."""

from pathlib import Path
from typing import Literal
from urllib.parse import quote

from sqlalchemy import URL, Engine, create_engine, event, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import ConnectionPoolEntry, QueuePool

Synchronous = Literal["FULL", "NORMAL"]
BUSY_TIMEOUT_MS = 5_000
CONNECT_SECONDS = 8


def sqlite_url(path: Path) -> URL:
    """Give the SQLAlchemy URL of a SQLite file, whatever characters its path holds."""
    return URL.create("sqlite+pysqlite", database=str(path))


def read_only_url(path: Path, *, immutable: bool) -> URL:
    """Give the URL of a SQLite file that is not to be written.

    `immutable` is for a folder where nothing can be created, not even SQLite's own shared memory.
    """
    flags = {"mode": "ro", "uri": "true"}
    query = {**flags, "immutable": "1"} if immutable else flags
    return URL.create("sqlite+pysqlite", database=f"file:{quote(path.as_posix())}", query=query)


def open_engine(url: str | URL, synchronous: Synchronous, *, read_only: bool = False) -> Engine:
    """Open an engine; on SQLite with WAL, foreign keys, a busy timeout and explicit transactions.

    SQLAlchemy's own `BEGIN` is replaced: pysqlite would begin a deferred transaction, which fails
    at once with BUSY_SNAPSHOT when it reads first and writes later beside another writer.
    """
    if make_url(url).get_backend_name() != "sqlite":
        return _open_server_engine(make_url(url))
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


def _open_server_engine(url: URL) -> Engine:
    """Open an engine that notices within seconds when the server is gone or comes back."""
    if url.get_backend_name() != "postgresql":
        raise ArgumentError(f"`{url.get_backend_name()}` is neither SQLite nor PostgreSQL")
    reach = {
        "connect_timeout": CONNECT_SECONDS,
        "keepalives_idle": 10,
        "keepalives_interval": 5,
        "keepalives_count": 3,
        "application_name": "octoprompt",
    }
    given = {name: value for name, value in reach.items() if name not in url.query}
    return create_engine(url, pool_pre_ping=True, pool_size=4, max_overflow=4, connect_args=given)
