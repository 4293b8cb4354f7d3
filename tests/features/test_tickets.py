"""Tickets through the endpoint: kept, ordered, found, linked, written down and read."""

import json

import pytest
import pytest_asyncio

from octoprompt.errors import UnknownId
from octoprompt.llm.scripted import Said
from octoprompt.store.tasks import TaskFields
from support.chatting import modelled
from support.indexing import served
from support.server import make_repository

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def call(tmp_path_factory):
    """The handlers over a small repository."""
    folder = tmp_path_factory.mktemp("tickets")
    async with served(make_repository(folder / "shop"), folder) as handlers:
        yield handlers


async def titles(call, **filters):
    """Give the titles of a list."""
    return [t["title"] for t in (await call("tickets/list", **filters))["tickets"]]


async def test_a_ticket_comes_back_as_it_was_created(call):
    """With its tasks and files, and light in the list."""
    made = await call(
        "tickets/create", title=" Prices are wrong ", overview="See **cart**.", priority="high",
        tags=["bug"], dueOn="2027-01-31", tasks=["find it", "mend it"], paths=["./shop//cart.py"],
    )  # fmt: skip
    assert made["title"] == "Prices are wrong"
    assert (made["status"], made["priority"], made["dueOn"]) == ("open", "high", "2027-01-31")
    assert [(t["content"], t["done"]) for t in made["tasks"]] == [
        ("find it", False),
        ("mend it", False),
    ]
    assert made["paths"] == ["shop/cart.py"]
    assert await call("tickets/get", id=made["id"]) == made
    (head,) = [t for t in (await call("tickets/list"))["tickets"] if t["id"] == made["id"]]
    assert (head["taskCount"], head["doneTaskCount"], head["fileCount"]) == (2, 0, 1)
    assert "overview" not in head
    assert set(head) < set(made)


async def test_the_least_is_a_title(call):
    """Everything else has a usual value."""
    made = await call("tickets/create", title="Least")
    assert (made["overview"], made["status"], made["priority"]) == ("", "open", "normal")
    assert (made["tasks"], made["paths"], made["dueOn"]) == ([], [], None)


async def test_an_update_changes_what_is_given(call):
    """A due date can be taken away; a late change is refused."""
    made = await call("tickets/create", title="u", overview="o", dueOn="2027-01-01", tags=["a"])
    changed = await call("tickets/update", id=made["id"], status="in_progress", title="v")
    kept = ("overview", "dueOn", "tags", "priority", "createdAt")
    assert {k: changed[k] for k in kept} == {k: made[k] for k in kept}
    assert (changed["title"], changed["status"], changed["version"]) == ("v", "in_progress", 2)
    assert changed["updatedAt"] >= made["updatedAt"]
    cleared = await call("tickets/update", id=made["id"], clearDueOn=True, overview="", tags=[])
    assert (cleared["dueOn"], cleared["overview"], cleared["tags"]) == (None, "", [])
    late = await call.error("tickets/update", id=made["id"], title="w", version=1)
    assert (late.code, late.data["version"]) == (105, 3)


async def test_lists_are_filtered_and_paged(call):
    """By status, priority, tag and file; a page leads to the next."""
    for n in range(5):
        await call(
            "tickets/create", title=f"f{n}", tags=["filtered"],
            paths=["web/app.ts"] if n == 3 else [],
            status=("open", "in_progress", "done", "closed", "open")[n],
            priority=("low", "normal", "high", "high", "normal")[n],
        )  # fmt: skip
    of = {"tag": "filtered"}
    assert await titles(call, **of, statuses=["open", "done"]) == ["f0", "f2", "f4"]
    assert await titles(call, **of, priorities=["high"]) == ["f2", "f3"]
    assert await titles(call, **of, path="web/app.ts") == ["f3"]
    page = await call("tickets/list", **of, limit=3)
    rest = await call("tickets/list", **of, limit=3, cursor=page["cursor"])
    assert [t["title"] for t in (*page["tickets"], *rest["tickets"])] == [f"f{n}" for n in range(5)]
    assert rest["cursor"] is None
    for cursor in ("next", "9" * 40):
        assert (await call.error("tickets/list", cursor=cursor)).code == 100


async def test_order_is_the_users(call):
    """The named ones come first in the order that was asked, the others stay in theirs."""
    made = [await call("tickets/create", title=f"o{n}", tags=["ordered"]) for n in range(4)]
    await call("tickets/reorder", ids=[made[2]["id"], made[0]["id"]])
    assert await titles(call, tag="ordered") == ["o2", "o0", "o1", "o3"]
    await call("tickets/create", title="o4", tags=["ordered"])
    assert await titles(call, tag="ordered") == ["o2", "o0", "o1", "o3", "o4"]
    first = (await call("tickets/reorder", ids=[made[3]["id"]]))["tickets"][0]
    assert first["id"] == made[3]["id"]
    assert (await call.error("tickets/reorder", ids=["no"])).code == 102


async def test_words_find_tickets_and_their_tasks(call):
    """Title beats overview beats tasks, and every change counts at once."""
    one = await call("tickets/create", title="Platypus", overview="an animal")
    two = await call("tickets/create", title="Zoo", overview="buy a platypus")
    three = await call("tickets/create", title="Trip")
    task = await call("tasks/create", ticketId=three["id"], content="see the platypus")
    assert await _found(call, "platyp") == ["Platypus", "Zoo", "Trip"]
    await call("tasks/update", id=task["id"], content="see the lion")
    await call("tickets/update", id=two["id"], overview="buy a lion")
    assert await _found(call, "platyp") == ["Platypus"]
    assert set(await _found(call, "lion")) == {"Zoo", "Trip"}
    await call("tasks/delete", id=task["id"])
    await call("tickets/delete", id=one["id"])
    assert await _found(call, "platypus") == []
    assert await _found(call, "lion") == ["Zoo"]


async def _found(call, query):
    return [t["title"] for t in (await call("tickets/search", query=query))["tickets"]]


async def test_files_are_linked_and_found_again(call):
    """Each once, also ones that do not exist; never outside the project."""
    made = await call("tickets/create", title="linked")
    await call("tickets/linkFiles", id=made["id"], paths=["b.py", "gone/a.py", "b.py"])
    linked = await call("tickets/linkFiles", id=made["id"], paths=["./b.py", "c.py"])
    assert linked["paths"] == ["b.py", "c.py", "gone/a.py"]
    assert await titles(call, path="gone/a.py") == ["linked"]
    left = await call("tickets/unlinkFiles", id=made["id"], paths=["b.py", "never.py"])
    assert left["paths"] == ["c.py", "gone/a.py"]
    for path in ("../x", "/etc/passwd", ".git/config"):
        assert (await call.error("tickets/linkFiles", id=made["id"], paths=[path])).code == 202


async def test_files_are_suggested_from_the_tickets_words(call):
    """No model is asked, and what is linked already is not named again."""
    made = await call("tickets/create", title="Wrong price of a cart", overview="price_of fails")
    found = await call("tickets/suggestFiles", id=made["id"], limit=3)
    paths = [f["path"] for f in found["files"]]
    assert {"shop/cart.py", "shop/prices.py"} & set(paths[:2])
    assert all(f["reasons"] for f in found["files"])
    await call("tickets/linkFiles", id=made["id"], paths=[paths[0]])
    again = await call("tickets/suggestFiles", id=made["id"], limit=3)
    assert paths[0] not in [f["path"] for f in again["files"]]


async def test_markdown_out_and_in_is_the_same_ticket(call):
    """Everything that a person sees survives the way."""
    made = await call(
        "tickets/create", title="Way # there", priority="high", status="in_progress",
        overview="First.\n\n```sh\n# no heading\n- [ ] no task\n```\n\n## Part\n\n- one\n- `code`",
        tags=["a b", "c"], dueOn="2027-02-03", tasks=["one `x`", "two"],
        paths=["shop/cart.py", "z.py"],
    )  # fmt: skip
    await call("tasks/update", id=made["tasks"][1]["id"], done=True)
    text = (await call("tickets/markdown", id=made["id"]))["text"]
    read = await call("tickets/importMarkdown", text=text)
    kept = ("title", "overview", "status", "priority", "tags", "dueOn", "paths")
    assert {k: read[k] for k in kept} == {k: made[k] for k in kept}
    assert [(t["content"], t["done"]) for t in read["tasks"]] == [("one `x`", False), ("two", True)]
    assert (await call("tickets/markdown", id=read["id"]))["text"] == text


async def test_any_checklist_becomes_a_ticket(call):
    """Without our own words and order; an unknown status is not believed."""
    text = "Some words first\r\n\r\n1. [ ] first\r\n* [X] second\r\n\r\nStatus: frozen\r\n"
    read = await call("tickets/importMarkdown", text=text)
    assert read["title"] == "Some words first"
    assert [(t["content"], t["done"]) for t in read["tasks"]] == [
        ("first", False),
        ("second", True),
    ]
    assert (read["status"], "Status: frozen" in read["overview"]) == ("open", True)
    assert (await call.error("tickets/importMarkdown", text=" \n\n")).code == 100
    outside = "# T\n\n## Files\n\n- `../../etc/passwd`\n"
    assert (await call.error("tickets/importMarkdown", text=outside)).code == 202


@pytest.mark.parametrize(
    ("kind", "text", "message", "title"),
    [
        ("todo", "    # TODO(me): round the price", "", "round the price"),
        ("todo", "  // FIXME - off by one", "", "off by one"),
        ("todo", "/* todo: close it */", "", "close it"),
        ("todo", "<!-- TODO: say more -->", "", "say more"),
        ("todo", "-- XXX slow query", "", "slow query"),
        ("selection", "\n\n  def total(self):\n    pass\n", "", "def total(self):"),
        ("diagnostic", "x = y", "undefined name 'y'\nmore", "undefined name 'y'"),
        ("diagnostic", "", "only a message", "only a message"),
    ],
)
async def test_a_place_in_a_file_becomes_a_ticket(call, kind, text, message, title):
    """The marker is cut off, the place is said, the code is kept in a fence."""
    made = await call(
        "tickets/fromSelection", path="shop/cart.py", line=7, endLine=9, kind=kind, text=text,
        message=message,
    )  # fmt: skip
    assert made["title"] == title
    assert made["paths"] == ["shop/cart.py"]
    assert "`shop/cart.py`, lines 7-9" in made["overview"]
    assert text.strip() in made["overview"]
    assert message in made["overview"]


async def test_a_todo_finds_its_ticket_again(call):
    """By the file and the words; another file's comment, and a new one, have none."""
    text = "# TODO(ann): count the apples\n# one by one"
    asked = {"path": "shop/cart.py", "line": 1, "text": text, "kind": "todo"}
    made = await call("tickets/fromSelection", **asked)
    texts = ["// FIXME count the apples", "# TODO another", text]
    found = (await call("tickets/matchTodos", path="./shop/cart.py", texts=texts))["tickets"]
    assert [t and t["id"] for t in found] == [made["id"], None, made["id"]]
    other = await call("tickets/matchTodos", path="shop/other.py", texts=[text])
    assert other["tickets"] == [None]
    assert made["links"] == []
    await call("tickets/update", id=made["id"], title="Another name")
    renamed = (await call("tickets/matchTodos", path="shop/cart.py", texts=texts))["tickets"]
    assert [t and t["title"] for t in renamed] == ["Another name", None, "Another name"]
    await call("tickets/delete", id=made["id"])
    gone = (await call("tickets/matchTodos", path="shop/cart.py", texts=texts))["tickets"]
    assert gone == [None] * 3


EDITED = """# Prices were wrong

Status: in progress
Due: 2027-02-01

See *cart*.

- [x] mend it at once
- [ ] tell Ann
- [x] find   it

## Files

- `shop/other.py`
"""


async def test_a_ticket_is_what_its_edited_markdown_says(call):
    """Tasks keep their ids and descriptions by their words; what is not there goes or stays."""
    made = await call(
        "tickets/create", title="Prices", priority="high", tags=["bug"],
        tasks=["find it", "mend it", "drop me entirely"], paths=["shop/cart.py"],
    )  # fmt: skip
    find, mend, drop = (t["id"] for t in made["tasks"])
    await call("tasks/update", id=find, description="in the log")
    saved = await call("tickets/saveMarkdown", id=made["id"], text=EDITED)
    assert (saved["title"], saved["overview"]) == ("Prices were wrong", "See *cart*.")
    assert (saved["status"], saved["priority"]) == ("in_progress", "high")
    assert (saved["dueOn"], saved["tags"], saved["paths"]) == (
        "2027-02-01", [], ["shop/other.py"],
    )  # fmt: skip
    assert [(t["content"], t["done"], t["description"]) for t in saved["tasks"]] == [
        ("mend it at once", True, ""),
        ("tell Ann", False, ""),
        ("find it", True, "in the log"),
    ]
    assert [t["id"] for t in saved["tasks"]][::2] == [mend, find]
    deleted = [r["id"] for r in (await call("bin/list"))["records"] if r["kind"] == "task"]
    assert drop in deleted
    again = (await call("tickets/markdown", id=made["id"]))["text"]
    assert (await call("tickets/saveMarkdown", id=made["id"], text=again))["tasks"] == saved[
        "tasks"
    ]


async def test_an_editor_of_an_old_text_is_told(call):
    """A task that was ticked meanwhile makes the text old; so does one that is new or gone."""
    made = await call("tickets/create", title="t", tasks=["a"])
    task = made["tasks"][0]["id"]
    for method, params in (
        ("tasks/update", {"id": task, "done": True}),
        ("tasks/create", {"ticketId": made["id"], "content": "b"}),
        ("tasks/reorder", {"ticketId": made["id"], "ids": [task]}),
        ("tasks/delete", {"id": task}),
        ("bin/restore", {"kind": "task", "id": task}),
    ):
        seen = await call("tickets/markdown", id=made["id"])
        await call(method, **params)
        refused = await call.error(
            "tickets/saveMarkdown", id=made["id"], text=seen["text"], version=seen["version"]
        )
        assert refused.code == 105, method
    seen = await call("tickets/markdown", id=made["id"])
    await call("tickets/saveMarkdown", id=made["id"], text="# u", version=seen["version"])


@pytest.mark.parametrize(
    "text", ["", "# t\n\nStatus: finished", "# t\nDue: soon", "# t\nPriority: 1"]
)
async def test_a_text_that_says_no_ticket_changes_nothing(call, text):
    """A slip of the pen is told, not taken for a default."""
    made = await call("tickets/create", title="t", tasks=["a"])
    assert (await call.error("tickets/saveMarkdown", id=made["id"], text=text)).code == 100
    assert await call("tickets/get", id=made["id"]) == made


async def test_a_place_without_words_is_refused(call):
    """A ticket needs a title."""
    error = await call.error(
        "tickets/fromSelection", path="shop/cart.py", line=1, kind="todo", text="  # TODO: "
    )
    assert (error.code, "line 1" in error.message) == (100, True)


async def test_a_deleted_ticket_comes_back_whole(call):
    """With its tasks, its files and its place."""
    made = await call("tickets/create", title="bin me", tasks=["t"], paths=["a.py"], tags=["bin"])
    await call("tickets/create", title="after", tags=["bin"])
    gone = await call("tickets/delete", id=made["id"])
    assert gone["title"] == "bin me"
    assert await titles(call, tag="bin") == ["after"]
    assert (await call.error("tasks/update", id=made["tasks"][0]["id"], done=True)).code == 102
    (record,) = [r for r in (await call("bin/list"))["records"] if r["id"] == made["id"]]
    assert (record["kind"], record["title"]) == ("ticket", "bin me")
    await call("bin/restore", kind="ticket", id=made["id"])
    back = await call("tickets/get", id=made["id"])
    assert (back["tasks"], back["paths"]) == (made["tasks"], made["paths"])
    assert await titles(call, tag="bin") == ["bin me", "after"]


async def test_a_task_of_a_deleted_ticket_waits_for_it(call):
    """What it belongs to has to come back first; emptying the bin is for good."""
    made = await call("tickets/create", title="owner", tasks=["t"])
    task = made["tasks"][0]["id"]
    await call("tasks/delete", id=task)
    await call("tickets/delete", id=made["id"])
    error = await call.error("bin/restore", kind="task", id=task)
    assert (error.code, "restore that first" in error.message) == (102, True)
    assert (await call("bin/empty"))["deleted"] >= 2
    assert (await call("bin/list"))["records"] == []
    assert (await call.error("bin/restore", kind="ticket", id=made["id"])).code == 102


@pytest.mark.parametrize(
    ("method", "params", "code"),
    [
        ("tickets/get", {"id": "no"}, 102),
        ("tickets/update", {"id": "no", "title": "x"}, 102),
        ("tickets/delete", {"id": "no"}, 102),
        ("tickets/markdown", {"id": "no"}, 102),
        ("tickets/suggestFiles", {"id": "no"}, 102),
        ("tickets/linkFiles", {"id": "no", "paths": ["a"]}, 102),
        ("tickets/list", {"projectId": "no"}, 101),
        ("tickets/create", {"title": "x", "projectId": "no"}, 101),
        ("tickets/create", {"title": " "}, -32602),
        ("tickets/create", {"title": "x", "status": "frozen"}, -32602),
        ("tickets/create", {"title": "x", "dueOn": "tomorrow"}, -32602),
        ("tickets/create", {"title": "x", "paths": ["../y"]}, 202),
        ("bin/restore", {"kind": "dream", "id": "x"}, -32602),
        ("bin/restore", {"kind": "ticket", "id": "x"}, 102),
    ],
)
async def test_bad_requests_are_clear_errors(call, method, params, code):
    """What is wrong is said, and nothing is made."""
    before = await titles(call)
    error = await call.error(method, **params)
    assert (error.code, len(error.message) < 400) == (code, True)
    assert await titles(call) == before


async def test_a_ticket_goes_with_chats_and_runs(call):
    """Whether they still exist or not; found from both sides, and linked once."""
    made = await call("tickets/create", title="Linked")
    chat, run = {"kind": "chat", "id": "c1"}, {"kind": "run", "id": "r1"}
    await call("tickets/link", id=made["id"], links=[run, chat])
    linked = await call("tickets/link", id=made["id"], links=[chat])
    assert (linked["links"], linked["version"]) == ([chat, run], 3)
    found = await call("tickets/list", linked=chat)
    assert [t["id"] for t in found["tickets"]] == [made["id"]]
    assert await titles(call, linked={"kind": "run", "id": "c1"}) == []
    left = await call("tickets/unlink", id=made["id"], links=[chat, {"kind": "run", "id": "no"}])
    assert left["links"] == [run]
    assert await titles(call, linked=chat) == []
    assert (await call.error("tickets/link", id="gone", links=[])).code == 102


async def test_several_tasks_are_made_at_once(call):
    """At the end, in their order, with one change of the ticket; none for an unknown ticket."""
    made = await call("tickets/create", title="Many", tasks=["first"])
    tasks = call.app.store.tasks
    wanted = [TaskFields(content="second", description="d"), TaskFields(content="third")]
    await tasks.create_all(made["id"], wanted)
    ticket = await call("tickets/get", id=made["id"])
    assert [t["content"] for t in ticket["tasks"]] == ["first", "second", "third"]
    assert (ticket["tasks"][1]["description"], ticket["version"]) == ("d", 2)
    with pytest.raises(UnknownId):
        await tasks.create_all("gone", wanted)


async def test_a_model_breaks_a_ticket_into_tasks(call):
    """They follow those that are there; a run that fails says why and changes nothing."""
    made = await call("tickets/create", title="Sell plums", tasks=["Ask"])
    tasks = json.dumps({"tasks": [{"title": "Buy"}, {"title": "ask"}, {"title": "Sell"}]})
    script = await modelled(call, Said(tasks), *[Said("no")] * 3)
    ticket = await call("tickets/generateTasks", id=made["id"])
    assert [t["content"] for t in ticket["tasks"]] == ["Ask", "Buy", "Sell"]
    error = await call.error("tickets/generateTasks", id=made["id"], append=False)
    assert error.code == 1000
    assert len((await call("tickets/get", id=made["id"]))["tasks"]) == 3
    script.assert_used()
