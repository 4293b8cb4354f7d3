"""What one window does to the others while it writes a lot."""

import asyncio
import time

from octoprompt.database.file_lock import FileLock
from octoprompt.settings import Settings
from octoprompt.store.opening import FILE_NAME
from octoprompt.store.place import Place
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


def _longest_wait(lock, until):
    longest = 0.0
    while not until.done():
        asked = time.monotonic()
        with lock.held(60):
            longest = max(longest, time.monotonic() - asked)
    return longest
