"""A process whose disk writes everything down: `store_logged.py DATA_DIR LOG COUNT`.

It saves prompts large enough that SQLite moves its log into the file now and then, and notes each
one when it was acknowledged.
"""

import asyncio
import sys
from pathlib import Path

from octoprompt.settings import Settings
from octoprompt.store.prompts import PromptFields
from octoprompt.store.store import Store
from support.disk import control


async def main(data_dir: Path, log: str, count: int) -> None:
    """Save, change, and make a backup in the middle."""
    disk = control()
    disk.disk_log(log.encode())
    store = Store(Settings(data_dir=data_dir, cache_dir=data_dir, database_url=None))
    await store.open()
    for number in range(count):
        fields = PromptFields(name=f"p{number}", content=f"{number} " * 9000)
        saved = await store.prompts.create(fields)
        disk.disk_note(saved.id.encode())
        if number == count // 2:
            await asyncio.to_thread(store.data.back_up)
    await store.close()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])))
