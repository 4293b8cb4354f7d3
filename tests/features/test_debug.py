"""How the server is, through the endpoint; nothing of the user is in it."""

import pytest
import pytest_asyncio

from octoprompt import __version__
from octoprompt.store import schema
from support.indexing import served
from support.server import make_repository

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def call(tmp_path_factory):
    """The handlers over a small repository."""
    folder = tmp_path_factory.mktemp("debug")
    async with served(make_repository(folder / "shop"), folder) as handlers:
        yield handlers


async def test_a_ping_is_answered(call):
    """With nothing."""
    assert await call("debug/ping") == {}


async def test_a_dump_names_versions_and_projects_and_no_content(call):
    """What helps to find a fault, and not a word of the user's files and texts."""
    await call("prompts/create", name="zebra", content="a giraffe")
    dump = await call("debug/dump")
    assert dump["versions"]["octoprompt"] == __version__
    assert len(dump["projects"]) == 1
    assert dump["store"] == {
        "kind": "sqlite",
        "schema": schema.HEAD,
        "isReadOnly": "false",
        "writerLock": "octoprompt.db.lock",
    }
    text = str(dump)
    for secret in ("zebra", "giraffe", "price_of", "Sells apples"):
        assert secret not in text
