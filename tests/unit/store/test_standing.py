"""A database file that is deleted or replaced while it is used: no answered write is lost."""

import asyncio
import os
import shutil
import sqlite3
from contextlib import closing

import pytest

from octoprompt.errors import StoreProblem
from octoprompt.settings import Settings
from octoprompt.store import changes, standing
from octoprompt.store import store as store_module
from octoprompt.store.backup import back_up, backups
from octoprompt.store.health import is_whole
from octoprompt.store.place import SIDE_FILES, Place
from octoprompt.store.prompts import ALL_PROMPTS, PromptFields
from octoprompt.store.store import Store


class Telling(Store):
    """A store that writes down what it tells."""

    def __init__(self, settings):
        super().__init__(settings)
        self.told = []
        self.on_notice = self.told.append


@pytest.fixture(autouse=True)
def hurried(monkeypatch):
    """Windows look more often, and wait as many looks for each other as they always do."""
    monkeypatch.setattr(changes, "POLL_SECONDS", 0.05)
    monkeypatch.setattr(store_module, "AWAY_SECONDS", 0.3)


async def make(store, name):
    """Save a prompt."""
    return await store.prompts.create(PromptFields(name=name, content="c" * 5000))


async def names(store):
    """Give the names of all prompts."""
    return [prompt.name for prompt in await store.prompts.list(ALL_PROMPTS)]


async def opened(settings):
    """Open a store like a window."""
    store = Telling(settings)
    await store.open()
    assert store.notices == ()
    return store


async def told(store, count=1):
    """Wait until it told something."""
    for _ in range(200):
        if len(store.told) >= count:
            return " ".join(store.told)
        await asyncio.sleep(0.05)
    pytest.fail("nothing was told")


def place_of(settings):
    """Where the database lies."""
    return Place(settings.data_dir / "octoprompt.db")


def delete_file(place):
    """Delete the database alone."""
    place.database.unlink()


def delete_files(place):
    """Delete all that makes up the database."""
    for path in place.files():
        path.unlink()


def delete_folder(place):
    """Delete everything that there is."""
    shutil.rmtree(place.database.parent)


async def check_after_restart(settings, expected):
    """A new start finds all of it, tells nothing, and nothing is left lying about."""
    store = await opened(settings)
    assert await names(store) == expected
    await store.close()
    place = place_of(settings)
    assert is_whole(place.database)
    assert not list(settings.data_dir.rglob("*.part"))
    assert not list(settings.data_dir.glob("*.corrupt-*"))
    assert not [path for path in place.files() if path.name.endswith(SIDE_FILES)]


@pytest.mark.parametrize("delete", [delete_file, delete_files, delete_folder])
async def test_a_deleted_database_is_written_anew(settings, delete):
    """With all that was answered before; what is saved at that very moment comes on top."""
    store = await opened(settings)
    await make(store, "before")
    delete(place_of(settings))
    await make(store, "during")
    assert "written anew" in await told(store)
    await make(store, "later")
    assert await names(store) == ["before", "during", "later"]
    assert place_of(settings).database.stat().st_mode & 0o077 == 0
    await store.close()
    assert len(store.told) == 1
    await check_after_restart(settings, ["before", "during", "later"])


async def test_it_is_noticed_though_nobody_writes(settings):
    """Within a look; who reads meanwhile reads what was there."""
    store = await opened(settings)
    await make(store, "kept")
    delete_files(place_of(settings))
    assert await names(store) == ["kept"]
    assert "written anew" in await told(store)
    assert is_whole(place_of(settings).database)
    await store.close()
    await check_after_restart(settings, ["kept"])


async def test_two_windows_come_back_to_one_database(settings):
    """Whoever notices first writes it anew, and the other one goes on with that."""
    windows = [await opened(settings) for _ in range(2)]
    for number, window in enumerate(windows):
        await make(window, f"before {number}")
    delete_files(place_of(settings))
    await asyncio.gather(*(make(window, f"during {n}") for n, window in enumerate(windows)))
    await asyncio.gather(*(make(window, f"later {n}") for n, window in enumerate(windows)))
    expected = [f"{when} {n}" for when in ("before", "during", "later") for n in range(2)]
    for window in windows:
        assert await names(window) == expected
    assert [len(window.told) for window in windows] in ([0, 1], [1, 0])
    for window in windows:
        await window.close()
    assert backups(place_of(settings)) == []
    await check_after_restart(settings, expected)


async def test_a_window_that_starts_meanwhile_begins_with_what_was_saved(settings, monkeypatch):
    """While the one that noticed waits for others, it has nothing open: a start finds no file."""
    monkeypatch.setattr(store_module, "AWAY_SECONDS", 2.0)
    place, one, two = place_of(settings), await opened(settings), Telling(settings)
    await make(one, "before")
    delete_files(place)
    while not place.copies() or one._opened.is_here():  # noqa: ASYNC110, SLF001  # it notices
        await asyncio.sleep(0.02)
    await asyncio.sleep(0.2)
    await two.open()
    assert await names(two) == ["before"]
    assert "came from the backup" in " ".join(two.notices)
    await told(one)
    await make(one, "one's")
    await make(two, "two's")
    assert await names(one) == await names(two) == ["before", "one's", "two's"]
    assert place.copies() == []
    for window in (one, two):
        await window.close()


async def test_what_a_window_saved_before_it_was_killed_is_found(settings):
    """The copy beside the database is newer than any backup, and stays as one."""
    one = await opened(settings)
    place = place_of(settings)
    await make(one, "old")
    back_up(place, "daily")
    await make(one, "new")
    await one.close()
    copy = place.new_copy()
    place.database.rename(copy)
    two = Telling(settings)
    await two.open()
    assert await names(two) == ["new", "old"]
    await two.close()
    os.utime(copy, (0, 0))
    await check_after_restart(settings, ["new", "old"])
    assert place.copies() == []
    assert len(backups(place, "replaced")) == 1


async def test_a_window_that_has_not_looked_yet_writes_to_the_new_file(settings, monkeypatch):
    """Another one wrote it anew, and went on: what comes later from here is not lost behind it."""
    one, two = [await opened(settings) for _ in range(2)]
    await make(one, "before")
    await asyncio.sleep(0.2)
    monkeypatch.setattr(changes, "POLL_SECONDS", 60)
    await asyncio.sleep(0.2)
    delete_files(place_of(settings))
    await one._follow()  # noqa: SLF001  # it looks, the other one does not
    for name in ("later a", "later b"):
        await make(one, name)
    await make(two, "theirs")
    for window in (one, two):
        await window.close()
    await check_after_restart(settings, ["before", "later a", "later b", "theirs"])


async def test_another_file_in_its_place_is_used_and_the_old_content_kept(settings, tmp_path):
    """As a backup of its own, and the message names it."""
    other = Settings(data_dir=tmp_path / "other", cache_dir=tmp_path)
    theirs = await opened(other)
    await make(theirs, "theirs")
    await theirs.close()
    store = await opened(settings)
    await make(store, "ours")
    place = place_of(settings)
    place_of(other).database.replace(place.database)
    await make(store, "new")
    assert await names(store) == ["new", "theirs"]
    (kept,) = backups(place, standing.REPLACED)
    assert kept.name in await told(store, 2)
    assert "another database" in await told(store, 2)
    with closing(sqlite3.connect(kept)) as database:
        assert database.execute("SELECT name FROM prompt").fetchall() == [("ours",)]
    await store.close()
    await check_after_restart(settings, ["new", "theirs"])


async def test_a_backup_moved_over_it_counts(settings):
    """Who goes back by hand while a window is open is taken at their word, and loses nothing."""
    store = await opened(settings)
    await make(store, "old")
    place = place_of(settings)
    backup = back_up(place, "manual")
    await make(store, "newer")
    delete_files(place)
    backup.rename(place.database)
    assert standing.REPLACED in await told(store)
    assert await names(store) == ["old"]
    (kept,) = backups(place, standing.REPLACED)
    with closing(sqlite3.connect(kept)) as database:
        assert database.execute("SELECT count(*) FROM prompt").fetchone() == (2,)
    await store.close()
    await check_after_restart(settings, ["old"])


async def test_an_emptied_file_is_written_anew_or_comes_from_the_backup(settings):
    """Whatever is left of it: there is no empty list, and the user is told."""
    store = await opened(settings)
    await make(store, "kept")
    place = place_of(settings)
    back_up(place, "daily")
    place.database.write_bytes(b"")
    assert await told(store)
    assert await names(store) == ["kept"]
    await store.close()


async def test_a_window_that_closes_before_it_notices_saves_it(settings, monkeypatch):
    """The last moment counts, too."""
    monkeypatch.setattr(changes, "POLL_SECONDS", 60)
    store = await opened(settings)
    await make(store, "kept")
    await asyncio.sleep(0.2)
    delete_files(place_of(settings))
    await store.close()
    await check_after_restart(settings, ["kept"])


async def test_what_cannot_be_saved_stays_open_until_it_can(settings, monkeypatch):
    """A full disk at that moment: reading goes on, writing says why, and all is well later."""
    store = await opened(settings)
    await make(store, "kept")
    real = standing.copy_database

    def fail(*_args):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(standing, "copy_database", fail)
    delete_files(place_of(settings))
    with pytest.raises(StoreProblem, match="could not be saved"):
        await make(store, "lost")
    assert await names(store) == ["kept"]
    monkeypatch.setattr(standing, "copy_database", real)
    await told(store)
    await make(store, "later")
    await store.close()
    await check_after_restart(settings, ["kept", "later"])
