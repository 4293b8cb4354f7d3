"""Projects and selections through the endpoint."""

import pytest
import pytest_asyncio

from octoprompt.store.selections import SelectionChange
from octoprompt.store.tickets import NewTicket, TicketFields, TicketFilter
from support.indexing import served
from support.server import make_repository

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def call(tmp_path_factory):
    """The handlers over a small repository."""
    folder = tmp_path_factory.mktemp("projects")
    async with served(make_repository(folder / "shop"), folder) as handlers:
        yield handlers


async def test_the_open_folder_is_a_project(call):
    """With its real path, open, and named after the folder."""
    (project,) = (await call("projects/list"))["projects"]
    assert (project["name"], project["open"]) == ("shop", True)
    assert project["root"] == str(call.app.project(None).workspace.root)
    assert await call("projects/get", id=project["id"]) == project


async def test_those_of_this_window_come_first(call, tmp_path):
    """Also when another one was used later."""
    other = await call.app.store.projects.opened(tmp_path, None)
    listed = (await call("projects/list"))["projects"]
    assert [p["open"] for p in listed] == [True, False]
    assert listed[1]["id"] == other


async def test_name_and_description_are_the_users(call):
    """What is not given stays; a name is never empty."""
    project = (await call("projects/list"))["projects"][0]
    changed = await call("projects/update", id=project["id"], name=" Shop ", description="Sells.")
    assert (changed["name"], changed["description"]) == ("Shop", "Sells.")
    cleared = await call("projects/update", id=project["id"], description="")
    assert (cleared["name"], cleared["description"]) == ("Shop", "")
    assert (await call.error("projects/update", id=project["id"], name=" ")).code == -32602


async def test_a_removed_project_takes_all_along_and_brings_it_back(call, tmp_path):
    """Not while it is open; the bin restores what went together, and nothing else."""
    store = call.app.store
    opened = (await call("projects/list"))["projects"][0]
    assert (await call.error("projects/remove", id=opened["id"])).code == 100
    project = await store.projects.opened(tmp_path / "old", None)
    await save_selection(store, project, "kept")
    deleted = await save_selection(store, project, "deleted before")
    await store.tickets.create(NewTicket(project_id=project, fields=TicketFields(title="t")))
    await call("selections/delete", id=deleted.id)
    removed = await call("projects/remove", id=project)
    assert removed["removed"] == {"selections": 1, "tickets": 1, "chats": 0}
    assert (await call.error("projects/get", id=project)).code == 102
    assert (await call.error("projects/remove", id=project)).code == 102
    await call("bin/restore", kind="project", id=project)
    assert [head.name for head in await store.selections.list(project)] == ["kept"]
    assert len(await store.tickets.list(TicketFilter(project_id=project))) == 1


async def save_selection(store, project, name):
    """Save an empty selection in a project that is not open."""
    change = SelectionChange(project_id=project, id=None, name=name, body={}, items=0, version=None)
    return await store.selections.save(change)
