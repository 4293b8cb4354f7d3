"""A process that works while the time of day jumps: `store_clock.py DATA_DIR`.

It prints, as JSON, what was wrong.
"""

import asyncio
import json
import sys
from datetime import UTC, datetime
from pathlib import Path

from octoprompt.settings import Settings
from octoprompt.store.backup import DAILY, backups, is_daily_due
from octoprompt.store.place import Place
from octoprompt.store.prompts import ALL_PROMPTS, PromptFields
from octoprompt.store.store import Store
from support.disk import control

HOUR, YEAR = 3_600, 365 * 24 * 3_600
AFTER_2038 = int(datetime(2038, 2, 1, tzinfo=UTC).timestamp() - datetime.now(UTC).timestamp())
JUMPS = (0, -HOUR, YEAR, 0, AFTER_2038, -YEAR, 0)
"""Seconds by which the clock is wrong, one after the other."""


async def main(data_dir: Path) -> None:
    """Start, work, and stop at each of the times."""
    clock = control()
    settings = Settings(data_dir=data_dir, cache_dir=data_dir, database_url=None)
    place = Place(data_dir / "octoprompt.db")
    wrong: list[str] = []
    ids: list[str] = []
    first = None
    binned = None
    for number, seconds in enumerate(JUMPS):
        clock.disk_clock(seconds)
        store = Store(settings)
        await store.open()
        wrong += store.notices
        made = await store.prompts.create(PromptFields(name=f"p{number}", content="c"))
        ids.append(made.id)
        first = first or made
        changed = await store.prompts.update(first.id, PromptFields(content=f"c{number}"), None)
        if changed.updated_at < first.updated_at or changed.version != first.version + 1:
            wrong.append(f"jump {seconds}: an update went back in time")
        first = changed
        other = await store.prompts.create(PromptFields(name=f"other {number}", content="c"))
        ids.append(other.id)
        await store.prompts.delete(other.id)
        await store.bin.restore("prompt", other.id)
        binned = binned or await _deleted(store)
        if await store.bin.tidy():
            wrong.append(f"jump {seconds}: something was purged")
        if {p.id for p in await store.prompts.list(ALL_PROMPTS)} != set(ids):
            wrong.append(f"jump {seconds}: prompts are missing")
        if not [record for record in await store.bin.list() if record.id == binned]:
            wrong.append(f"jump {seconds}: what was deleted a moment ago is gone for good")
        await asyncio.to_thread(store._opened.back_up_daily)  # noqa: SLF001 - what a day's care does
        if is_daily_due(place):
            wrong.append(f"jump {seconds}: no backup of today")
        await store.close()
    if not 1 <= len(backups(place, DAILY)) <= len(JUMPS):
        wrong.append(f"{len(backups(place, DAILY))} daily backups")
    versions = {v.version for v in await _versions(settings, ids[0])}
    if versions != set(range(1, len(JUMPS) + 1)):
        wrong.append(f"versions {sorted(versions)}")
    sys.stdout.write(json.dumps(wrong))


async def _deleted(store: Store) -> str:
    """Delete a prompt and give its id."""
    made = await store.prompts.create(PromptFields(name="deleted", content="c"))
    await store.prompts.delete(made.id)
    return made.id


async def _versions(settings: Settings, prompt_id: str):
    store = Store(settings)
    await store.open()
    versions = await store.prompts.versions(prompt_id)
    await store.close()
    return versions


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
