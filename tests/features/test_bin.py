"""The bin through the endpoint: what was deleted is listed, comes back, or goes for good."""

import pytest
import pytest_asyncio

from support.indexing import served
from support.server import make_repository

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def call(tmp_path_factory):
    """The handlers over a small repository."""
    folder = tmp_path_factory.mktemp("bin")
    async with served(make_repository(folder / "shop"), folder) as handlers:
        yield handlers


async def in_bin(call):
    """Give kind, id and title of what is in the bin."""
    records = (await call("bin/list"))["records"]
    return [(record["kind"], record["id"], record["title"]) for record in records]


async def test_what_was_deleted_is_listed_the_latest_first(call):
    """A prompt, a ticket and a task, each by its title."""
    prompt = await call("prompts/create", name="review", content="Review it.")
    ticket = await call("tickets/create", title="Wrong total", tasks=["find out why"])
    (task,) = ticket["tasks"]
    await call("prompts/delete", id=prompt["id"])
    await call("tasks/delete", id=task["id"])
    assert await in_bin(call) == [
        ("task", task["id"], "find out why"),
        ("prompt", prompt["id"], "review"),
    ]
    await call("tickets/delete", id=ticket["id"])
    assert ("ticket", ticket["id"], "Wrong total") in await in_bin(call)


async def test_a_record_comes_back_as_it_was(call):
    """Restoring answers with the record, takes it out of the bin, and works once."""
    made = await call("prompts/create", name="back", content="As it was.")
    await call("prompts/delete", id=made["id"])
    restored = await call("bin/restore", kind="prompt", id=made["id"])
    assert (restored["kind"], restored["title"]) == ("prompt", "back")
    assert (await call("prompts/get", id=made["id"]))["content"] == "As it was."
    assert made["id"] not in {id for _, id, _ in await in_bin(call)}
    assert (await call.error("bin/restore", kind="prompt", id=made["id"])).code == 102


async def test_what_belongs_to_a_deleted_record_waits_for_it(call):
    """A task comes back only after its ticket."""
    ticket = await call("tickets/create", title="Owner", tasks=["step"])
    (task,) = ticket["tasks"]
    await call("tasks/delete", id=task["id"])
    await call("tickets/delete", id=ticket["id"])
    assert (await call.error("bin/restore", kind="task", id=task["id"])).code == 102
    await call("bin/restore", kind="ticket", id=ticket["id"])
    await call("bin/restore", kind="task", id=task["id"])
    assert (await call("tickets/get", id=ticket["id"]))["tasks"][0]["content"] == "step"


async def test_an_emptied_bin_is_empty_for_good(call):
    """It says how many went; nothing of them comes back, and what was not deleted stays."""
    kept = await call("prompts/create", name="kept", content="x")
    gone = await call("prompts/create", name="gone", content="x")
    await call("prompts/delete", id=gone["id"])
    held = len(await in_bin(call))
    assert (await call("bin/empty"))["deleted"] >= held > 0
    assert await in_bin(call) == []
    assert (await call("bin/empty"))["deleted"] == 0
    assert (await call.error("bin/restore", kind="prompt", id=gone["id"])).code == 102
    assert (await call("prompts/get", id=kept["id"]))["name"] == "kept"


@pytest.mark.parametrize(
    ("params", "code"),
    [
        ({"kind": "prompt", "id": "no"}, 102),
        ({"kind": "teapot", "id": "no"}, -32602),
        ({"id": "no"}, -32602),
    ],
)
async def test_bad_requests_are_clear_errors(call, params, code):
    """What is wrong is said."""
    assert (await call.error("bin/restore", **params)).code == code
