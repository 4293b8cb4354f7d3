"""A PostgreSQL server of the tests' own, or the one that `OCTOPROMPT_TEST_POSTGRES` names."""

from __future__ import annotations

import getpass
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import create_engine, make_url

MISSING = (
    "no PostgreSQL here: install it (Debian: apt-get install postgresql) "
    "or name a server in OCTOPROMPT_TEST_POSTGRES"
)
INSTALLED = "/usr/lib/postgresql/*/bin", "/opt/homebrew/opt/postgresql*/bin"


def programs() -> Path | None:
    """Give the folder of `initdb` and `pg_ctl`."""
    if found := shutil.which("initdb"):
        return Path(found).parent
    folders = [path for pattern in INSTALLED for path in Path("/").glob(pattern[1:])]
    return max(folders, default=None)


@contextmanager
def cluster() -> Iterator[str]:
    """Start a server that only a folder leads to, and give the URL of its first database."""
    folder = programs()
    if folder is None or os.name != "posix":
        pytest.skip(MISSING)
    # It refuses to run as root, and a socket's path may have 107 characters at most.
    user = "postgres" if os.getuid() == 0 else getpass.getuser()
    with tempfile.TemporaryDirectory(prefix="octo-pg-", dir="/tmp") as name:
        if os.getuid() == 0:
            shutil.chown(name, user)

        def run(program: str, *arguments: str) -> None:
            command = [str(folder / program), "-D", f"{name}/data", *arguments]
            done = subprocess.run(
                command, cwd=name, user=user, capture_output=True, check=False, timeout=60
            )
            assert done.returncode == 0, done.stderr.decode()

        run("initdb", "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
        options = f"-k {name} -c listen_addresses='' -c fsync=off -c shared_buffers=16MB"
        run("pg_ctl", "-w", "-l", f"{name}/log", "-o", options, "start")
        try:
            yield f"postgresql+psycopg://postgres@/postgres?host={name}"
        finally:
            run("pg_ctl", "-w", "-m", "immediate", "stop")


@contextmanager
def server() -> Iterator[str]:
    """Give the URL of a server where databases may be created; skip, and say so, without one."""
    pytest.importorskip("psycopg", reason="psycopg is missing: pip install octoprompt[postgres]")
    if named := os.environ.get("OCTOPROMPT_TEST_POSTGRES"):
        yield named
        return
    with cluster() as url:
        yield url


@contextmanager
def database(url: str) -> Iterator[str]:
    """Create an empty database on a server, give its URL, and drop it."""
    name = f"octoprompt_{uuid4().hex}"
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(f'CREATE DATABASE "{name}"')
    try:
        yield make_url(url).set(database=name).render_as_string(hide_password=False)
    finally:
        with engine.connect() as connection:
            connection.exec_driver_sql(f'DROP DATABASE "{name}" WITH (FORCE)')
        engine.dispose()
