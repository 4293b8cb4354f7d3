"""A process that works while its disk fails: `store_faults.py DATA_DIR ROOT FAULT FIRST LAST`.

For each k from FIRST to LAST the k-th call fails in the middle of work, and then at a start.
It prints, as JSON, what was acknowledged, which errors were met, and what was wrong.
"""

import asyncio
import errno
import json
import sys
from collections.abc import Awaitable
from pathlib import Path
from typing import TypeVar

from octoprompt.errors import OctoPromptError
from octoprompt.settings import Settings
from octoprompt.store.prompts import ALL_PROMPTS, PromptFields
from octoprompt.store.store import Store
from octoprompt.store.tickets import NewTicket, TicketFields
from support.disk import CHANGE, OPEN, SYNC, WRITE, control

T = TypeVar("T")
FAULTS = {
    "full": (WRITE, errno.ENOSPC, 1),
    "broken write": (WRITE, errno.EIO, 0),
    "broken sync": (SYNC, errno.EIO, 0),
    "read-only": (WRITE | OPEN | CHANGE, errno.EROFS, 1),
    "no more files": (OPEN, errno.EMFILE, 1),
    "anything": (WRITE | SYNC | OPEN | CHANGE, errno.EIO, 0),
}
"""Which calls fail, how, and whether for good."""


class Work:
    """What is done again and again, and what came of it."""

    def __init__(self, data_dir: Path, root: Path) -> None:
        self.settings = Settings(data_dir=data_dir, cache_dir=data_dir, database_url=None)
        self.root = root
        self.acknowledged: set[str] = set()
        self.deleted: set[str] = set()
        self.errors: dict[str, int] = {}
        self.wrong: list[str] = []
        self.failed_calls = 0

    async def attempt(self, what: Awaitable[T]) -> T | None:
        """Do something that may fail with one of our errors, and with nothing else."""
        try:
            return await what
        except OctoPromptError as error:
            name = f"{type(error).__name__}: {error.message[:60]}"
            self.errors[name] = self.errors.get(name, 0) + 1
            return None

    async def work(self, store: Store, name: str) -> None:
        """Create, change, delete, list, search, and back up."""
        prompts = store.prompts
        made = await self.attempt(prompts.create(PromptFields(name=name, content="c" * 9000)))
        if made is not None:
            self.acknowledged.add(made.id)
            await self.attempt(prompts.update(made.id, PromptFields(content="d" * 9000), None))
        project = await self.attempt(store.projects.opened(self.root, None))
        if project is not None:
            new = NewTicket(
                project_id=project, fields=TicketFields(title=name), tasks=(("t", False),)
            )
            await self.attempt(store.tickets.create(new))
        other = await self.attempt(prompts.create(PromptFields(name=f"{name} x", content="x")))
        if other is not None:
            await self.attempt(prompts.delete(other.id))
        await self.attempt(prompts.search("c", ALL_PROMPTS))
        await self.attempt(asyncio.to_thread(store.data.back_up))

    async def check(self, store: Store, when: str) -> None:
        """What was acknowledged is there."""
        found = {prompt.id for prompt in await store.prompts.list(ALL_PROMPTS)}
        if lost := self.acknowledged - found:
            self.wrong.append(f"{when}: lost {len(lost)} of {len(self.acknowledged)}")

    async def faults_at_work(self, fault: str, ks: range) -> None:
        """Let the k-th call fail, then let the same store work again."""
        kinds, number, lasting = FAULTS[fault]
        disk = control()
        store = Store(self.settings)
        await store.open()
        for k in ks:
            disk.disk_arm(k, kinds, number, lasting)
            await self.work(store, f"{fault} {k}")
            self.failed_calls += disk.disk_disarm()
            again = await self.attempt(
                store.prompts.create(PromptFields(name=f"after {fault} {k}", content="a"))
            )
            if again is None:
                self.wrong.append(f"{fault} {k}: does not work again")
            else:
                self.acknowledged.add(again.id)
            await self.check(store, f"{fault} {k}")
        await store.close()

    async def faults_at_start(self, fault: str, ks: range) -> None:
        """Let a start fail, then start again with a disk that works."""
        kinds, number, lasting = FAULTS[fault]
        disk = control()
        for k in ks:
            store = Store(self.settings)
            disk.disk_arm(k, kinds, number, lasting)
            await self.attempt(store.open())
            try:
                told = store.notices
                await self.attempt(store.close())
            finally:
                self.failed_calls += disk.disk_disarm()
            store = Store(self.settings)
            await store.open()
            if store.notices:
                self.wrong.append(f"start {fault} {k}: {store.notices} after {told}")
            await self.check(store, f"start {fault} {k}")
            await store.close()


async def main(data_dir: str, root: str, fault: str, first: str, last: str) -> None:
    """Do it, and tell."""
    work = Work(Path(data_dir), Path(root))
    ks = range(int(first), int(last) + 1)
    await work.faults_at_work(fault, ks)
    await work.faults_at_start(fault, ks)
    report = {
        "acknowledged": sorted(work.acknowledged),
        "errors": work.errors,
        "wrong": work.wrong,
        "failedCalls": work.failed_calls,
    }
    sys.stdout.write(json.dumps(report))


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
