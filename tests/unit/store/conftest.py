"""A store in a temporary folder."""

import asyncio
import shutil

import pytest

from octoprompt.settings import Settings
from octoprompt.store.store import Store


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory):
    """A new database's folder: made once, because the migrations take a third of a second."""
    folder = tmp_path_factory.mktemp("empty")

    async def create():
        store = Store(Settings(data_dir=folder))
        await store.open()
        await store.close()

    asyncio.run(create())
    return folder


@pytest.fixture
def settings(tmp_path, empty_database):
    """Settings whose folders are the test's own, with an empty database in them."""
    shutil.copytree(empty_database, tmp_path / "data")
    return Settings(data_dir=tmp_path / "data", cache_dir=tmp_path / "cache", database_url=None)


@pytest.fixture
async def store(settings):
    """An open store."""
    opened = Store(settings)
    await opened.open()
    yield opened
    await opened.close()
