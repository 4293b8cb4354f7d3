"""Daily care, and disks that are full or read-only."""

import asyncio
import stat
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import event, update

from octoprompt.errors import StoreProblem, StoreReadOnly, UnknownId
from octoprompt.settings import Settings
from octoprompt.store import store as store_module
from octoprompt.store.backup import backups
from octoprompt.store.entities import PromptEntity, StoreMark
from octoprompt.store.place import Place
from octoprompt.store.prompts import ALL_PROMPTS, PromptFields
from octoprompt.store.store import Store


async def test_every_day_has_a_backup_and_a_tidy_bin(settings, monkeypatch):
    """Once a day however often the server starts; what is a month in the bin goes."""
    monkeypatch.setattr(store_module, "CARE_AFTER_SECONDS", 0.0)
    store = Store(settings)
    await store.open()
    old, new, kept = [await make(store, name) for name in ("old", "new", "kept")]
    await store.prompts.delete(old.id)
    await store.prompts.delete(new.id)
    long_ago = datetime.now(UTC) - timedelta(days=31)
    await store.prompts._sessions.write(  # noqa: SLF001  # time passes
        lambda session: session.execute(
            update(PromptEntity).where(PromptEntity.id == old.id).values(deleted_at=long_ago)
        )
    )
    await used_on(store, range(1, 35))
    await store.close()
    for path in backups(Place(settings.data_dir / "octoprompt.db")):
        path.unlink()
    cared: list[str] = []

    async def care() -> None:
        cared.append("once")

    for _ in range(2):
        store = Store(settings)
        store.on_care = care
        await store.open()
        for _ in range(100):
            if len(await store.bin.list()) == 1:
                break
            await asyncio.sleep(0.1)
        assert [deleted.id for deleted in await store.bin.list()] == [new.id]
        assert (await store.prompts.get(kept.id)).name == "kept"
        with pytest.raises(UnknownId):
            await store.bin.restore("prompt", old.id)
        await store.close()
    assert len(backups(Place(settings.data_dir / "octoprompt.db"), "daily")) == 1
    assert cared == ["once"]


async def used_on(store, ages):
    """Let the server have run so many days ago."""
    today = datetime.now(UTC).date()
    days = sorted(today - timedelta(days=age) for age in ages)
    mark = StoreMark(name="days", value=" ".join(day.isoformat() for day in days))
    await store.prompts._sessions.write(lambda session: session.merge(mark))  # noqa: SLF001


@pytest.mark.parametrize(
    ("ages", "is_kept"),
    [(range(1, 35), False), (range(300, 400), True), (range(1, 20), True), (range(-400, 0), True)],
)
async def test_a_clock_that_is_ahead_does_not_empty_the_bin(store, ages, is_kept):
    """What lay there for a month of the clock goes only after thirty days that were lived."""
    made = await make(store, "deleted")
    await store.prompts.delete(made.id)
    then = datetime.now(UTC) - timedelta(days=40)
    await store.prompts._sessions.write(  # noqa: SLF001  # time passes
        lambda session: session.execute(update(PromptEntity).values(deleted_at=then))
    )
    await used_on(store, ages)
    assert await store.bin.tidy() == (0 if is_kept else 1)
    assert len(await store.bin.list()) == (1 if is_kept else 0)


async def make(store, name):
    """Create a prompt."""
    return await store.prompts.create(PromptFields(name=name, content=name * 50))


async def test_a_full_disk_loses_nothing_and_is_survived(store):
    """The error says so, what was saved stays, and with room again work goes on."""
    await make(store, "before")
    engine = store.prompts._sessions.access.engine  # noqa: SLF001  # to fill the disk
    pages = 0

    def limit(connection, *_):
        connection.execute(f"PRAGMA max_page_count={pages}")

    with engine.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
    event.listen(engine, "checkout", limit)
    with pytest.raises(StoreProblem, match="disk is full"):
        await store.prompts.create(PromptFields(name="large", content="x" * 1_000_000))
    assert [p.name for p in await store.prompts.list(ALL_PROMPTS)] == ["before"]
    pages = 1_000_000
    await store.prompts.create(PromptFields(name="large", content="x" * 1_000_000))
    assert len(await store.prompts.list(ALL_PROMPTS)) == 2


async def test_a_file_that_becomes_read_only_is_told(store):
    """Reading goes on."""
    await make(store, "before")
    engine = store.prompts._sessions.access.engine  # noqa: SLF001  # to lock the disk
    event.listen(engine, "checkout", lambda c, *_: c.execute("PRAGMA query_only=ON"))
    with pytest.raises(StoreReadOnly):
        await make(store, "after")
    assert [p.name for p in await store.prompts.list(ALL_PROMPTS)] == ["before"]


async def test_others_cannot_read_the_data(tmp_path):
    """The folder and the file are the user's alone."""
    store = Store(Settings(data_dir=tmp_path / "new"))
    await store.open()
    await store.close()
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o700
    assert stat.S_IMODE((tmp_path / "new/octoprompt.db").stat().st_mode) == 0o600


async def test_a_known_root_needs_no_identity(store, tmp_path):
    """Only a root that was opened with its identity before is known at once."""
    assert await store.projects.reopened(tmp_path) is None
    plain = await store.projects.opened(tmp_path / "plain", None)
    known = await store.projects.opened(tmp_path, "abc#")
    assert await store.projects.reopened(tmp_path / "plain") is None
    assert await store.projects.reopened(tmp_path) == known != plain
