"""Selections through the endpoint: what the user chose survives, whole."""

import pytest
import pytest_asyncio

from support.indexing import served
from support.server import make_repository

pytestmark = pytest.mark.asyncio(loop_scope="module")
BODY = {
    "items": [
        {"path": "shop/cart.py", "mode": "symbol", "symbol": "Cart.total"},
        {"path": "gone.py", "mode": "range", "range": {"start": 2, "end": 9}, "confirmed": True},
    ],
    "instructions": "Mend the price 日",
    "promptIds": ["p1"],
    "promptValues": {"who": "Ann"},
    "ticketId": "t1",
    "suggest": 7,
    "include": {"tree": True, "gitDiff": "staged"},
    "budgetTokens": 16000,
    "model": "gpt-x",
    "format": "xml",
}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def call(tmp_path_factory):
    """The handlers over a small repository."""
    folder = tmp_path_factory.mktemp("selections")
    async with served(make_repository(folder / "shop"), folder) as handlers:
        yield handlers


async def test_a_selection_comes_back_as_it_was_saved(call):
    """Every field of the body, also items whose files do not exist."""
    saved = await call("selections/save", name="Mine", body=BODY)
    got = await call("selections/get", id=saved["id"])
    assert got == saved
    assert got["version"] == 1
    assert {k: got["body"][k] for k in BODY if k not in ("items", "include")} == {
        k: v for k, v in BODY.items() if k not in ("items", "include")
    }
    items = [{k: v for k, v in item.items() if v} for item in got["body"]["items"]]
    assert items == BODY["items"]
    assert got["body"]["include"] == {
        "tree": True, "gitDiff": "staged", "diagnostics": False, "rules": False,
    }  # fmt: skip


async def test_the_list_is_light(call):
    """Heads with the number of items, by name."""
    await call("selections/save", name="another", body={})
    heads = (await call("selections/list"))["selections"]
    assert [(h["name"], h["items"]) for h in heads] == [("another", 0), ("Mine", 2)]
    assert "body" not in heads[0]


async def test_a_later_save_of_an_older_version_is_refused(call):
    """Without a version the last writer wins."""
    saved = await call("selections/save", name="versions", body={})
    second = await call("selections/save", id=saved["id"], body=BODY, version=1)
    assert second["version"] == 2
    error = await call.error("selections/save", id=saved["id"], body={}, version=1)
    assert (error.code, error.data["version"]) == (105, 2)
    assert (await call("selections/get", id=saved["id"]))["body"] == second["body"]
    assert (await call("selections/save", id=saved["id"], body={}))["version"] == 3


async def test_a_deleted_selection_can_be_brought_back(call):
    """Delete answers with all of it, and the bin has it."""
    saved = await call("selections/save", name="undo me", body=BODY)
    assert (await call("selections/delete", id=saved["id"]))["body"] == saved["body"]
    assert (await call.error("selections/get", id=saved["id"])).code == 102
    await call("bin/restore", kind="selection", id=saved["id"])
    assert (await call("selections/get", id=saved["id"]))["body"] == saved["body"]


async def test_names_are_unique_in_a_project(call):
    """Saving and renaming refuse a name that is taken."""
    await call("selections/save", name="taken", body={})
    other = await call("selections/save", name="free", body={})
    assert (await call.error("selections/save", name="taken", body={})).code == 103
    assert (await call.error("selections/rename", id=other["id"], name="taken")).code == 103
    assert (await call("selections/rename", id=other["id"], name=" new "))["name"] == "new"


@pytest.mark.parametrize(
    ("method", "params", "code"),
    [
        ("selections/get", {"id": "no"}, 102),
        ("selections/delete", {"id": "no"}, 102),
        ("selections/rename", {"id": "no", "name": "x"}, 102),
        ("selections/save", {"id": "no", "body": {}}, 102),
        ("selections/save", {"body": {}}, 100),
        ("selections/save", {"name": "x", "body": {"colour": "red"}}, -32602),
        ("selections/save", {"name": "x", "body": {"items": [{"path": "a", "mode": "?"}]}}, -32602),
        ("selections/save", {"name": " ", "body": {}}, -32602),
        ("selections/list", {"projectId": "no"}, 101),
    ],
)
async def test_bad_requests_are_clear_errors(call, method, params, code):
    """What is wrong is said, and nothing is saved."""
    before = await call("selections/list")
    assert (await call.error(method, **params)).code == code
    assert await call("selections/list") == before
