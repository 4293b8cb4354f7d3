"""Windows see each other's changes, and not their own."""

import asyncio
import time

import pytest
from sqlalchemy import event

from octoprompt.errors import StoreProblem
from octoprompt.store import changes
from octoprompt.store.prompts import ALL_PROMPTS, PromptFields
from octoprompt.store.store import Store


@pytest.fixture
async def windows(settings, monkeypatch):
    """Two stores on one database that look often, each with the moments it was told."""
    monkeypatch.setattr(changes, "POLL_SECONDS", 0.05)
    stores = [Store(settings) for _ in range(2)]
    told = [[], []]
    for store, moments in zip(stores, told, strict=True):
        await store.open()
        store.on_change = lambda moments=moments: moments.append(time.monotonic())
    await asyncio.sleep(0.2)
    yield stores, told
    for store in stores:
        await store.close()


async def test_another_window_is_told_and_the_own_one_is_not(windows):
    """One change, one message, to the others alone."""
    (one, two), (told_one, told_two) = windows
    await one.prompts.create(PromptFields(name="a", content="c"))
    await asyncio.sleep(0.5)
    assert (len(told_one), len(told_two)) == (0, 1)
    await two.prompts.create(PromptFields(name="b", content="c"))
    await asyncio.sleep(0.5)
    assert (len(told_one), len(told_two)) == (1, 1)
    await two.prompts.list(ALL_PROMPTS)
    await asyncio.sleep(0.3)
    assert (len(told_one), len(told_two)) == (1, 1)


async def test_own_writes_hide_no_foreign_ones(windows):
    """A change of another window is told though this one writes all the time."""
    (one, two), (told_one, told_two) = windows
    for n in range(10):
        await one.prompts.create(PromptFields(name=f"one {n}", content="c"))
    await two.prompts.create(PromptFields(name="two", content="c"))
    for n in range(10, 20):
        await one.prompts.create(PromptFields(name=f"one {n}", content="c"))
    await asyncio.sleep(0.5)
    assert told_one
    assert told_two


async def test_a_write_that_failed_takes_no_number(windows):
    """What another window writes next is told, though the number was ours for a moment."""
    (one, two), (told_one, _) = windows
    engine = one.prompts._sessions.access.engine  # noqa: SLF001  # to break the disk

    def fail(_connection):
        raise StoreProblem("the disk is gone")

    event.listen(engine, "commit", fail)
    with pytest.raises(StoreProblem):
        await one.prompts.create(PromptFields(name="a", content="c"))
    event.remove(engine, "commit", fail)
    await two.prompts.create(PromptFields(name="b", content="c"))
    await asyncio.sleep(0.5)
    assert len(told_one) == 1
    assert [p.name for p in await one.prompts.list(ALL_PROMPTS)] == ["b"]


async def test_an_idle_window_does_not_ask_the_database(windows):
    """A look at the file's size and time is enough while nobody writes; a write is read."""
    (one, two), (_, told_two) = windows
    asked = []

    def note(_connection, _cursor, statement, *_rest):
        asked.append(statement)

    event.listen(two.prompts._sessions.access.engine, "before_cursor_execute", note)  # noqa: SLF001  # what goes to the disk
    await asyncio.sleep(0.5)
    asked.clear()
    await asyncio.sleep(0.5)
    assert asked == []
    await one.prompts.create(PromptFields(name="a", content="c"))
    await asyncio.sleep(0.5)
    assert asked
    assert len(told_two) == 1


async def nothing():
    """Say that nobody knows what is on disk."""


async def test_a_first_look_that_fails_is_not_the_last(windows):
    """A database that is busy when a window opens is watched all the same."""
    (one, two), _ = windows
    sessions = one.prompts._sessions  # noqa: SLF001  # to break the disk
    engine = sessions.access.engine
    told = []

    def fail(*_args):
        raise StoreProblem("the disk is gone")

    event.listen(engine, "before_cursor_execute", fail)
    watching = asyncio.create_task(
        changes.watch(sessions, changes.Changes(), lambda: told.append(1), nothing)
    )
    await asyncio.sleep(0.2)
    event.remove(engine, "before_cursor_execute", fail)
    await asyncio.sleep(0.2)
    await two.prompts.create(PromptFields(name="a", content="c"))
    await asyncio.sleep(0.4)
    watching.cancel()
    await asyncio.wait([watching])
    assert told == [1]
