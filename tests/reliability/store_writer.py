"""A process that saves selections and says so: `store_writer.py DATA_DIR ROOT PREFIX [COUNT]`.

Each line of its output is a selection whose save was answered: id, name, and milliseconds taken.
"""

import asyncio
import itertools
import sys
import time
from pathlib import Path

from octoprompt.settings import Settings
from octoprompt.store.selections import SelectionChange
from octoprompt.store.store import Store


async def save(data_dir: str, root: str, prefix: str, count: int) -> None:
    """Save one selection after the other, and change the first one each time."""
    store = Store(Settings(data_dir=Path(data_dir)))
    await store.open()
    project = await store.projects.opened(Path(root), None)
    body = {"instructions": "x" * 500}
    for number in range(count) if count else itertools.count():
        name = f"{prefix}-{number}"
        change = SelectionChange(
            project_id=project,
            id=None,
            name=name,
            body={**body, "n": number},
            items=0,
            version=None,
        )
        begin = time.monotonic()
        saved = await store.selections.save(change)
        taken = (time.monotonic() - begin) * 1000
        sys.stdout.write(f"{saved.id} {name} {taken:.1f}\n")
        sys.stdout.flush()
    await store.close()


if __name__ == "__main__":
    asyncio.run(save(sys.argv[1], sys.argv[2], sys.argv[3], int([*sys.argv, "0"][4])))
