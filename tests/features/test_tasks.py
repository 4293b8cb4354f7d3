"""Tasks through the endpoint: the steps of a ticket."""

import pytest
import pytest_asyncio

from support.indexing import served
from support.server import make_repository

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def call(tmp_path_factory):
    """The handlers over a small repository."""
    folder = tmp_path_factory.mktemp("tasks")
    async with served(make_repository(folder / "shop"), folder) as handlers:
        yield handlers


async def ticket_with(call, *contents):
    """Make a ticket with these tasks; give its id and theirs."""
    made = await call("tickets/create", title="t", tasks=contents)
    return made["id"], [task["id"] for task in made["tasks"]]


async def steps(call, ticket):
    """Give a ticket's tasks as text."""
    return [t["content"] for t in (await call("tasks/list", ticketId=ticket))["tasks"]]


async def test_tasks_are_added_at_the_end_and_ticked(call):
    """The ticket counts them."""
    ticket, _ = await ticket_with(call, "one")
    made = await call("tasks/create", ticketId=ticket, content=" two ", description="how")
    assert (made["content"], made["description"], made["done"]) == ("two", "how", False)
    done = await call("tasks/update", id=made["id"], done=True)
    assert (done["done"], done["content"], done["version"]) == (True, "two", 2)
    assert (await call("tasks/update", id=made["id"], done=False))["done"] is False
    await call("tasks/update", id=made["id"], done=True, description="")
    assert await steps(call, ticket) == ["one", "two"]
    (head,) = [t for t in (await call("tickets/list"))["tickets"] if t["id"] == ticket]
    assert (head["taskCount"], head["doneTaskCount"]) == (2, 1)


async def test_order_is_the_users(call):
    """The named ones come first, the others follow as they were; new ones go last."""
    ticket, ids = await ticket_with(call, "a", "b", "c", "d")
    new = await call("tasks/reorder", ticketId=ticket, ids=[ids[3], ids[1], ids[3]])
    assert [t["content"] for t in new["tasks"]] == ["d", "b", "a", "c"]
    await call("tasks/create", ticketId=ticket, content="e")
    assert await steps(call, ticket) == ["d", "b", "a", "c", "e"]


async def test_a_task_of_another_ticket_is_refused(call):
    """And the order stays as it was."""
    ticket, ids = await ticket_with(call, "a", "b")
    _, others = await ticket_with(call, "x")
    error = await call.error("tasks/reorder", ticketId=ticket, ids=[ids[1], others[0]])
    assert error.code == 102
    assert await steps(call, ticket) == ["a", "b"]


async def test_a_deleted_task_comes_back_to_its_place(call):
    """Deleting answers with what it was."""
    ticket, ids = await ticket_with(call, "a", "b", "c")
    assert (await call("tasks/delete", id=ids[1]))["content"] == "b"
    assert await steps(call, ticket) == ["a", "c"]
    assert (await call.error("tasks/delete", id=ids[1])).code == 102
    await call("bin/restore", kind="task", id=ids[1])
    assert await steps(call, ticket) == ["a", "b", "c"]


@pytest.mark.parametrize(
    ("method", "params", "code"),
    [
        ("tasks/list", {"ticketId": "no"}, 102),
        ("tasks/create", {"ticketId": "no", "content": "x"}, 102),
        ("tasks/create", {"ticketId": "no", "content": " "}, -32602),
        ("tasks/create", {"ticketId": "no", "content": "x" * 2001}, -32602),
        ("tasks/update", {"id": "no", "done": True}, 102),
        ("tasks/update", {"id": "no", "done": "maybe"}, -32602),
        ("tasks/delete", {"id": "no"}, 102),
        ("tasks/reorder", {"ticketId": "no", "ids": []}, 102),
    ],
)
async def test_bad_requests_are_clear_errors(call, method, params, code):
    """What is wrong is said."""
    assert (await call.error(method, **params)).code == code
