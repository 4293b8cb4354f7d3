"""Odd places for the data: it works, or a temporary store works and says so."""

import os
import sys
from pathlib import Path

import pytest

from octoprompt.settings import Settings
from octoprompt.store.prompts import ALL_PROMPTS, PromptFields
from octoprompt.store.store import Store


def blanks(folder):
    """Blanks, letters of the world, and what URLs and SQLite's URIs give a meaning to."""
    return (
        folder / "a b ü 日本 #?%41&=;'\"" if os.name == "posix" else folder / "a b ü 日本 #%41&=;"
    )


def deep(folder):
    """Folders in folders that are not there yet."""
    return folder.joinpath(*"abcdefghij")


def linked(folder):
    """A link to a folder."""
    (folder / "real").mkdir()
    (folder / "link").symlink_to(folder / "real")
    return folder / "link"


def too_long(folder):
    """Longer than SQLite takes."""
    return folder.joinpath(*["x" * 200] * 4)


def beneath_a_file(folder):
    """No folder can be made there."""
    (folder / "file").write_text("")
    return folder / "file" / "data"


def dangling(folder):
    """A link to nowhere."""
    (folder / "link").symlink_to(folder / "nowhere" / "at all")
    return folder / "link"


def folder_for_a_file(folder):
    """The database's name is taken by a folder."""
    (folder / "octoprompt.db").mkdir()
    return folder


def device(_folder):
    """No place for files at all."""
    return Path("/dev/null/data")


def not_a_database(folder):
    """Another kind of file has the database's name; it is kept."""
    (folder / "octoprompt.db").write_text("no database " * 1000)
    return folder


GOOD = (blanks, deep, linked, not_a_database)
BAD = (too_long, beneath_a_file, dangling, folder_for_a_file, device)


async def use(data):
    """Start, save, stop; give what was told and how many prompts a second start finds."""
    found = []
    for name in ("one", "two"):
        store = Store(Settings(data_dir=data, cache_dir=data, database_url=None))
        await store.open()
        await store.prompts.create(PromptFields(name=name, content="c"))
        found.append((store.notices, len(await store.prompts.list(ALL_PROMPTS))))
        await store.close()
    return found


@pytest.mark.skipif(sys.platform == "win32", reason="links and names that Windows does not have")
@pytest.mark.parametrize("place", GOOD)
async def test_an_odd_place_works(place, tmp_path):
    """What was saved there is there at the next start."""
    (first, _), (second, count) = await use(place(tmp_path))
    assert (second, count) == ((), 2)
    assert (place is not_a_database) == bool(first)
    if place is not_a_database:
        (kept,) = tmp_path.glob("octoprompt.db.corrupt-*")
        assert kept.read_text().startswith("no database")


@pytest.mark.skipif(sys.platform == "win32", reason="links and names that Windows does not have")
@pytest.mark.parametrize("place", BAD)
async def test_an_impossible_place_is_told(place, tmp_path):
    """Work goes on with a temporary store, and nothing that was there is touched."""
    data = place(tmp_path)
    before = sorted(tmp_path.rglob("*"))
    for told, count in await use(data):
        assert "what you make now is lost when the server stops" in " ".join(told)
        assert count == 1
    left = {path for path in tmp_path.rglob("*") if path.suffix not in (".lock", ".users")}
    assert {path for path in before if path.exists()} <= left | set(before)
    assert not list(tmp_path.rglob("*.corrupt-*"))
