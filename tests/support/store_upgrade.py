"""A process that starts on an old database and dies on the way: `store_upgrade.py DATA_DIR K`.

It kills itself before the K-th statement of its start, or within it; prints how many there were.
"""

import asyncio
import itertools
import os
import signal
import sys
from pathlib import Path

from sqlalchemy import Engine, event

from octoprompt.settings import Settings
from octoprompt.store.store import Store


async def main(data_dir: Path, k: int) -> None:
    """Start, and die."""
    statements = itertools.count(1)

    def before(*_: object) -> None:
        if next(statements) == k:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(Engine, "before_cursor_execute", before)
    event.listen(Engine, "commit", before)
    store = Store(Settings(data_dir=data_dir, cache_dir=data_dir, database_url=None))
    await store.open()
    await store.close()
    sys.stdout.write(str(next(statements)))


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), int(sys.argv[2])))
