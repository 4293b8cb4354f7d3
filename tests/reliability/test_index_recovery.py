"""An index file whose records no code understands: it comes back, or says why, and nobody waits."""

import asyncio
import contextlib
import sqlite3

import pytest

from octoprompt.errors import IndexProblem
from octoprompt.index.index import Index
from octoprompt.index.version import version
from octoprompt.settings import WorkspaceOptions
from octoprompt.workspace.workspace import Workspace
from support.indexing import opened, served, write

SECONDS = 45
FILES = {
    "a.py": "def first(): return second()\n",
    "b.py": "from a import first\ndef second(): return first()\n",
}


@pytest.fixture
def root(tmp_path):
    """A small tree."""
    write(tmp_path / "root", FILES)
    return tmp_path / "root"


def blob_tables(connection: sqlite3.Connection) -> list[tuple[str, str]]:
    """Give every column of bytes that the index keeps."""
    names = [
        name
        for (name, sql) in connection.execute("SELECT name, sql FROM sqlite_master")
        if sql and sql.startswith("CREATE TABLE")
    ]
    return [
        (name, column[1])
        for name in names
        for column in connection.execute(f"PRAGMA table_info({name})")
        if column[2] == "BLOB"
    ]


async def complete(index: Index) -> list[str]:
    """Refresh within the deadline and give who defines `first`."""
    async with asyncio.timeout(SECONDS):
        await index.refresh()
        return [hit.path for hit in await index.find_symbols("first", 10)]


async def test_records_of_another_format_are_made_anew(root, tmp_path):
    """With every stored record replaced by bytes that mean nothing, the index is complete again."""
    cache = tmp_path / "cache"
    async with opened(root, cache):
        pass
    (file,) = cache.rglob("*.sqlite")
    with contextlib.closing(sqlite3.connect(file)) as connection:
        changed = blob_tables(connection)
        for table, column in changed:
            connection.execute(f"UPDATE {table} SET {column} = x'ff07ff01ff'")  # noqa: S608 - own names
        connection.commit()
    assert len(changed) > 2
    options = WorkspaceOptions()
    index = Index(Workspace(root, options), cache, options)
    await index.start()
    try:
        with contextlib.suppress(IndexProblem):
            await complete(index)
        write(root, {"a.py": FILES["a.py"] + "\n\ndef third(): return first()\n"})
        assert "a.py" in await complete(index)
        assert index.status().state == "idle"
    finally:
        await index.close()


async def test_a_failure_nobody_foresaw_is_told_and_mended_by_a_rebuild(
    root, tmp_path, monkeypatch
):
    """While indexing keeps failing, the state is `error` with the cause; a rebuild mends it."""
    options = WorkspaceOptions()
    index = Index(Workspace(root, options), tmp_path / "cache", options)

    def fail(*_: object) -> None:
        raise TypeError("an unforeseen shape")

    with monkeypatch.context() as broken:
        broken.setattr("octoprompt.index.pipeline.Pipeline._add_text", fail)
        await index.start()
        try:
            with pytest.raises(IndexProblem, match="an unforeseen shape"):
                await complete(index)
        finally:
            state = index.status()
    try:
        assert state.state == "error"
        assert "index/rebuild" in state.message
        async with asyncio.timeout(SECONDS):
            await index.rebuild()
        assert await complete(index) == ["a.py"]
    finally:
        await index.close()


async def test_a_driver_that_keeps_failing_rests_and_comes_back(root, tmp_path, caplog):
    """It tries again later and later, one line in the log each, and whoever asks is told."""
    options = WorkspaceOptions()
    index = Index(Workspace(root, options), tmp_path / "cache", options)

    def fail() -> None:
        raise ValueError("nobody can be told")

    index.on_change = fail
    await index.start()
    try:
        await asyncio.sleep(2.5)
        failures = [line for line in caplog.messages if "index driver" in line]
        assert 2 <= len(failures) <= 4
        assert index.status().state == "error"
        assert "nobody can be told" in index.status().message
        index.on_change = lambda: None
        assert await complete(index) == ["a.py"]
        assert index.status().state == "idle"
    finally:
        await index.close()


@pytest.mark.parametrize("how", ["deleted", "emptied", "spoilt"])
async def test_what_the_user_made_is_apart_from_the_index(root, tmp_path, how):
    """Without its index a window has every prompt and chat, tells nothing, and indexes anew."""
    async with served(root, tmp_path) as call:
        prompt = await call("prompts/create", name="kept", content="c")
        chat = await call("chats/create", title="kept")
    files = [path for path in (tmp_path / "cache").rglob("*") if path.is_file()]
    assert any(".sqlite" in file.name for file in files)
    for file in files:
        if how == "deleted":
            file.unlink()
        else:
            file.write_bytes(b"" if how == "emptied" else b"garbage" * 999)
    async with served(root, tmp_path) as call:
        assert call.app.store.notices == ()
        assert (await call("prompts/get", id=prompt["id"]))["name"] == "kept"
        assert (await call("chats/get", id=chat["id"]))["chat"]["title"] == "kept"
        assert await complete(call.index) == ["a.py"]
    assert not list((tmp_path / "data").glob("*.corrupt-*"))


def test_the_version_follows_the_code():
    """The version is a number that SQLite can keep, and the same each time."""
    assert 0 < version() < 2**31
    assert version() == version.__wrapped__()
