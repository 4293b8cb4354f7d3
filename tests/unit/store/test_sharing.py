"""What one window does to the others while it writes a lot."""

import asyncio
import time

from octoprompt.database.file_lock import FileLock
from octoprompt.settings import Settings
from octoprompt.store.opening import FILE_NAME
from octoprompt.store.place import Place
from octoprompt.store.prompts import ALL_PROMPTS, PromptFields
from octoprompt.store.store import Store

RECORDS = 1000
TIMES = {"createdAt": "2026-01-01T00:00:00Z", "updatedAt": "2026-01-01T00:00:00Z"}


async def test_others_write_while_an_import_goes_on(tmp_path):
    """Between two of its transactions another process gets the lock, not only after the last."""
    store = Store(Settings(data_dir=tmp_path))
    await store.open()
    lock = FileLock(Place(tmp_path / FILE_NAME).lock)
    records = [{"id": f"p{n}", "name": f"P{n}", "content": "c", **TIMES} for n in range(RECORDS)]
    importing = asyncio.create_task(store.data.take({"prompts": records}, "newer"))
    begun = time.monotonic()
    longest = await asyncio.to_thread(_longest_wait, lock, importing)
    took = time.monotonic() - begun
    assert (await importing).counts["prompts"]["added"] == RECORDS
    assert longest < took / 3
    lock.close()
    await store.close()


async def test_a_write_waits_for_the_lock_of_another_process(tmp_path):
    """SQLite before 3.51.3 can damage a file that two processes write to at one moment."""
    store = Store(Settings(data_dir=tmp_path))
    await store.open()
    lock = FileLock(Place(tmp_path / FILE_NAME).lock)
    with lock.held(1):
        saving = asyncio.create_task(store.prompts.create(PromptFields(name="p", content="c")))
        await asyncio.sleep(0.5)
        assert not saving.done()
        # Who only reads does not wait.
        assert await asyncio.wait_for(store.prompts.list(ALL_PROMPTS), 5) == []
    assert (await asyncio.wait_for(saving, 10)).name == "p"
    lock.close()
    await store.close()


def _longest_wait(lock, until):
    longest = 0.0
    while not until.done():
        asked = time.monotonic()
        with lock.held(60):
            longest = max(longest, time.monotonic() - asked)
    return longest
