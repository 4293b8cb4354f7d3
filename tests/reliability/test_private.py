"""What is kept on disk is the user's alone, from the start and after an older version."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from octoprompt.store.backup import copy_database
from support.client import Client

pytestmark = pytest.mark.skipif(os.name != "posix", reason="permissions of POSIX")


def modes(folder: Path) -> dict[str, int]:
    """Give the permissions of a folder and of everything in it."""
    return {
        path.relative_to(folder).as_posix(): path.stat().st_mode & 0o777
        for path in (folder, *folder.rglob("*"))
    }


def open_for_all(folder: Path) -> None:
    """Let everybody read everything, as an older version did."""
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)


def test_nobody_else_reads_what_is_kept(tmp_path: Path, repository: Path):
    """Folders have 0700 and files 0600 while the server runs, made now or long ago."""
    data, cache = tmp_path / "data", tmp_path / "cache"
    env = {"OCTOPROMPT_DATA_DIR": str(data), "OCTOPROMPT_CACHE_DIR": str(cache)}
    former = os.umask(0o022)
    try:
        for _ in range(2):
            with Client(repository, env=env) as client:
                client.until_idle()
                client.request("prompts/create", {"name": f"p{os.urandom(4)}", "content": "x"})
                found = {**modes(data), **{f"cache {n}": m for n, m in modes(cache).items()}}
                assert len(found) > 8
                wrong = {n: oct(m) for n, m in found.items() if m not in (0o700, 0o600)}
                assert wrong == {}
            told = [log.read_text(encoding="utf-8") for log in (data / "logs").iterdir()]
            assert not any("Traceback" in text for text in told), told
            open_for_all(data)
            open_for_all(cache)
    finally:
        os.umask(former)


def test_a_backup_is_the_user_s_alone(tmp_path: Path):
    """A backup has 0600 as what it was made from."""
    source, target = tmp_path / "source.db", tmp_path / "target.db"
    former = os.umask(0o022)
    try:
        with closing(sqlite3.connect(source)) as connection:
            connection.execute("CREATE TABLE t (x)")
        copy_database(source, target)
    finally:
        os.umask(former)
    assert target.stat().st_mode & 0o777 == 0o600
    with closing(sqlite3.connect(target)) as connection:
        assert connection.execute("SELECT * FROM t").fetchall() == []
