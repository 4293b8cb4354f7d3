"""Files that change while what was read of them is being written into the index."""

import asyncio
import os
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from octoprompt.index.index import Index
from octoprompt.index.worker import UNSETTLED_NS
from support.indexing import content, opened, until_idle, write

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
    """Tell an index of a change, and wait until the file must have been read."""
    index.files_changed([path])
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
