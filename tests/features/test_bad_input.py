"""What users and broken clients send: a clear error or the thing itself, and nothing is lost."""

import pytest
import pytest_asyncio

from support.indexing import served
from support.server import make_repository

pytestmark = pytest.mark.asyncio(loop_scope="module")
MEGABYTE = "# Ünicode \N{ROCKET} line\n" * 50_000


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def call(tmp_path_factory):
    """The handlers over a small repository."""
    folder = tmp_path_factory.mktemp("bad")
    async with served(make_repository(folder / "shop"), folder) as handlers:
        yield handlers


async def test_a_megabyte_comes_back_as_it_was(call):
    """In a prompt, a ticket and a selection; it is found, exported, and comes in again."""
    assert len(MEGABYTE.encode()) > 1_000_000
    prompt = await call("prompts/create", name="large", content=MEGABYTE)
    assert (await call("prompts/get", id=prompt["id"]))["content"] == MEGABYTE
    assert (await call("prompts/search", query="unicode"))["prompts"][0]["name"] == "large"
    ticket = await call("tickets/create", title="large", overview=MEGABYTE)
    assert (await call("tickets/get", id=ticket["id"]))["overview"] == MEGABYTE
    made = await call("selections/save", name="large", body={"instructions": MEGABYTE})
    assert made["body"]["instructions"] == MEGABYTE
    document = (await call("data/export"))["document"]
    result = await call("data/import", document=document)
    assert (result["skipped"], result["conflicts"]) == ([], [])


@pytest.mark.parametrize(
    ("method", "params"),
    [
        ("prompts/create", {"name": "", "content": "c"}),
        ("prompts/create", {"name": " \t", "content": "c"}),
        ("prompts/create", {"name": "n" * 201, "content": "c"}),
        ("prompts/create", {"name": "n", "content": "c" * 4_000_001}),
        ("prompts/create", {"name": "n", "content": "c", "tags": ["", "a"]}),
        ("tickets/create", {"title": ""}),
        ("tickets/create", {"title": "t", "tasks": [""]}),
        ("tickets/create", {"title": "t", "dueOn": "soon"}),
        ("tickets/link", {"id": "x", "links": [{"kind": "dream", "id": "d"}]}),
        ("tasks/create", {"ticketId": "x", "content": " "}),
        ("selections/save", {"name": "", "body": {}}),
        ("selections/save", {"name": "s", "body": {"items": [{"path": 3}]}}),
        ("data/import", {"document": 3}),
        ("data/import", {"document": {}, "onConflict": "maybe"}),
        ("summaries/get", {"paths": ["x"] * 2_001}),
    ],
)
async def test_what_makes_no_sense_is_refused(call, method, params):
    """Before anything is touched, and the field is named."""
    error = await call.error(method, **params)
    assert error.code == -32602
    assert error.data


@pytest.mark.parametrize(
    ("method", "params"),
    [
        (f"{area}/{verb}", {"id": "gone"} | more)
        for area, verb, more in [
            ("prompts", "get", {}), ("prompts", "update", {"name": "n"}), ("prompts", "delete", {}),
            ("prompts", "versions", {}), ("prompts", "render", {}), ("tickets", "get", {}),
            ("tickets", "update", {}), ("tickets", "delete", {}), ("tickets", "markdown", {}),
            ("tickets", "linkFiles", {"paths": []}), ("tickets", "link", {"links": []}),
            ("tickets", "unlink", {"links": []}), ("tickets", "suggestFiles", {}),
            ("tasks", "update", {"done": True}), ("tasks", "delete", {}), ("selections", "get", {}),
            ("selections", "rename", {"name": "n"}), ("selections", "delete", {}),
            ("projects", "get", {}), ("projects", "update", {}), ("projects", "remove", {}),
            ("bin", "restore", {"kind": "prompt"}),
        ]
    ],
)  # fmt: skip
async def test_an_unknown_id_is_said_to_be_unknown(call, method, params):
    """With the id in the message."""
    error = await call.error(method, **params)
    assert (error.code, "`gone`" in error.message) == (102, True)


async def test_a_linked_file_may_go(call):
    """A ticket and a selection keep it, and say so by its path; the rest works."""
    root = call.app.project(None).workspace.root
    made = await call("tickets/create", title="links", paths=["shop/prices.py", "shop/cart.py"])
    body = {"items": [{"path": "shop/prices.py"}]}
    selection = await call("selections/save", name="links", body=body)
    (root / "shop/prices.py").unlink()
    await call("index/refresh")
    assert (await call("tickets/get", id=made["id"]))["paths"] == ["shop/cart.py", "shop/prices.py"]
    assert [t["id"] for t in (await call("tickets/list", path="shop/prices.py"))["tickets"]] == [
        made["id"]
    ]
    kept = await call("selections/get", id=selection["id"])
    assert [item["path"] for item in kept["body"]["items"]] == ["shop/prices.py"]
    found = await call("tickets/suggestFiles", id=made["id"])
    assert "shop/prices.py" not in [file["path"] for file in found["files"]]
    assert "shop/prices.py" in (await call("tickets/markdown", id=made["id"]))["text"]
