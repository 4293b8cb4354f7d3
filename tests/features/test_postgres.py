"""The same store on a PostgreSQL server: nothing outside `store` knows the difference."""

import pytest

from octoprompt.settings import Settings
from octoprompt.store.prompts import PromptFields, PromptFilter
from octoprompt.store.store import Store
from octoprompt.store.tickets import NewTicket, TicketFields, TicketFilter
from support import postgres


@pytest.fixture(scope="module")
def pg_server():
    """A PostgreSQL server."""
    with postgres.server() as url:
        yield url


@pytest.fixture
def settings(pg_server, tmp_path):
    """Settings with an empty database of the server."""
    with postgres.database(pg_server) as url:
        yield Settings(data_dir=tmp_path / "data", cache_dir=tmp_path / "c", database_url=url)


@pytest.fixture
async def store(settings):
    """An open store."""
    opened = Store(settings)
    await opened.open()
    assert opened.notices == ()
    yield opened
    await opened.close()


async def test_search_finds_words_by_their_beginning(store, tmp_path):
    """Without accents, in any letter case, the weightiest text first; deleted ones are gone."""
    for name, content in [("Über alles", "x"), ("b", "uber_flow.py"), ("c", "super")]:
        await store.prompts.create(PromptFields(name=name, content=content))
    found = await store.prompts.search("ÜBE", PromptFilter())
    assert [p.name for p in found] == ["Über alles", "b"]
    project = await store.projects.opened(tmp_path, None)
    new = NewTicket(
        project_id=project, fields=TicketFields(title="t"), tasks=(("mend the cart", False),)
    )
    ticket = await store.tickets.create(new)
    wanted = TicketFilter(project_id=project)
    assert [t.id for t in await store.tickets.search("cart", wanted)] == [ticket.id]
    await store.tasks.delete(ticket.task_list[0].id)
    assert await store.tickets.search("cart", wanted) == []
