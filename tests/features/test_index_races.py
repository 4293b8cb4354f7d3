"""Files that change while what was read of them is being written into the index."""

import asyncio
import os
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from octoprompt.children import Helper
from octoprompt.errors import ChildFailed
from octoprompt.index.index import Index
from octoprompt.index.walk import Walk, Walker
from octoprompt.index.worker import UNSETTLED_NS
from octoprompt.settings import WorkspaceOptions
from octoprompt.workspace.gate import changed_at
from octoprompt.workspace.workspace import Workspace
from support.indexing import content, opened, until_idle, write
from support.server import git, make_repository

FIRST = {"a.py": "def first():\n    pass\n", "b.py": "def other():\n    first()\n"}
READING_S = 0.5
"""Two files are read in less; then their rows wait to be written."""


@asynccontextmanager
async def held(index: Index) -> AsyncIterator[None]:
    """Let nothing be written into the index meanwhile."""
    storage = index._follower._storage  # noqa: SLF001 - no other way to write that long
    assert storage is not None
    goes_on = threading.Event()
    holding = asyncio.create_task(storage.access.write(lambda _: goes_on.wait(20)))
    try:
        yield
    finally:
        goes_on.set()
        await holding


async def told(index: Index, path: str) -> None:
    """Tell an index of a change, and wait until the file has been read."""
    index.files_changed([path])
    pipeline = index._follower._pipeline  # noqa: SLF001 - nothing tells what waits to be written
    assert pipeline is not None
    async with asyncio.timeout(10):
        while not pipeline._writing.locked():  # noqa: ASYNC110, SLF001
            await asyncio.sleep(0.01)
    await asyncio.sleep(READING_S)


async def test_a_change_that_is_taken_back_at_once(tmp_path):
    """The text is the old one again when its change has been read and not yet written."""
    root = tmp_path / "root"
    write(root, FIRST)
    async with opened(root, tmp_path / "cache") as index:
        async with held(index):
            write(root, {"a.py": "def second():\n    pass\n"})
            await told(index, "a.py")
            write(root, {"a.py": FIRST["a.py"]})
            await told(index, "a.py")
        await until_idle(index)
        async with opened(root, tmp_path / "fresh") as fresh:
            assert await content(index) == await content(fresh)


@pytest.mark.parametrize("noticed_by", ["event", "scan"])
async def test_a_file_that_is_gone_before_it_is_written(tmp_path, noticed_by: str):
    """As those that editors write beside a file to save it: nothing of it stays."""
    root = tmp_path / "root"
    write(root, FIRST)
    async with opened(root, tmp_path / "cache") as index:
        async with asyncio.TaskGroup() as tasks, held(index):
            write(root, {"a.py.tmp": "def short():\n    pass\n"})
            await told(index, "a.py.tmp")
            (root / "a.py.tmp").unlink()
            if noticed_by == "scan":
                tasks.create_task(index.refresh())
                await asyncio.sleep(READING_S)
            else:
                await told(index, "a.py.tmp")
        await until_idle(index)
        assert await index.paths() == ["a.py", "b.py"]
        assert await index.find_symbols("short", 5) == []


async def test_a_checkout_while_files_are_listed(tmp_path, monkeypatch):
    """Git alone tells of it, and where it stands is remembered from before the listing."""
    root = make_repository(tmp_path / "root", FIRST)
    git(root, "checkout", "-q", "-b", "other")
    git(root, "rm", "-q", "a.py")
    git(root, "commit", "-q", "-m", "other")
    listed, moves = Walker.walk, [("checkout", "-q", "-")]

    def moving(walker: Walker) -> Walk:
        walk = listed(walker)
        if moves:
            git(root, *moves.pop())
        return walk

    monkeypatch.setattr(Walker, "walk", moving)
    index = Index(Workspace(root, WorkspaceOptions()), tmp_path / "cache", WorkspaceOptions())
    await index.start()
    try:
        await index.paths()
        index.git_changed()
        await until_idle(index)
        assert await index.paths() == ["a.py", "b.py"]
        assert [symbol.name for symbol in await index.find_symbols("first", 5)] == ["first"]
    finally:
        await index.close()


async def test_a_change_that_kills_its_worker_is_left_alone_until_the_next(tmp_path, monkeypatch):
    """A known file gets contents that no worker bears: it is not tried again by every scan."""
    root = tmp_path / "root"
    write(root, FIRST)
    async with opened(root, tmp_path / "cache") as index:
        pipeline = index._follower._pipeline  # noqa: SLF001 - whose workers fail
        assert pipeline is not None
        asked: list[object] = []

        async def ask(_helper: Helper, message: object, _seconds: float) -> object:
            asked.append(message)
            raise ChildFailed("it crashed")

        write(root, {"a.py": "def deadly():\n    pass\n"})
        monkeypatch.setattr(Helper, "ask", ask)
        index.files_changed(["a.py"])
        await until_idle(index)
        tried = len(asked)
        assert tried > 0
        assert [issue.path for issue in index.status().failed] == ["a.py"]
        await index.refresh()
        assert len(asked) == tried


@pytest.mark.parametrize("year", [1969, 2300])
async def test_a_file_of_another_time(tmp_path, year: int):
    """Its time is anything: before 1970, and beyond what SQLite takes."""
    root = tmp_path / "root"
    write(root, FIRST)
    seconds = (year - 1970) * 365 * 86_400
    os.utime(root / "a.py", (seconds, seconds))
    async with opened(root, tmp_path / "cache") as index:
        assert index.status().state == "idle"
        assert len(await index.find_symbols("first", 5)) == 1
        before = index.generation
        await index.rescan()
        assert index.generation == before


@pytest.mark.skipif(os.name == "nt", reason="compares what Windows does with what others do")
def test_what_counts_as_a_change_on_windows(tmp_path, monkeypatch):
    """An open file and its name tell different times there, but for that of the content."""
    write(tmp_path, FIRST)
    os.utime(tmp_path / "a.py", (5, 5))
    found = (tmp_path / "a.py").stat()
    assert changed_at(found) == found.st_ctime_ns
    monkeypatch.setattr(os, "name", "nt")
    assert changed_at(found) == 5_000_000_000


@pytest.mark.skipif(os.name == "nt", reason="Windows does not tell when a name changed")
async def test_a_file_moved_over_another_of_its_size_and_time(tmp_path):
    """A checkout writes many files in one tick of the clock: their times are the same."""
    root = tmp_path / "root"
    write(root, {"a.py": "def one():\n    pass\n", "b.py": "def two():\n    pass\n"})
    for name in ("a.py", "b.py"):
        os.utime(root / name, ns=(10**18, 10**18))
    await asyncio.sleep(2 * UNSETTLED_NS / 1e9)
    async with opened(root, tmp_path / "cache") as index:
        (root / "b.py").replace(root / "a.py")
        await index.refresh()
        assert await index.paths() == ["a.py"]
        assert [symbol.name for symbol in await index.find_symbols("o", 5)] == ["two"]
