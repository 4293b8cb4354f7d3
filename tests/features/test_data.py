"""Everything a user made, through the endpoint: written down, taken in elsewhere, backed up."""

import asyncio
import copy
import json
import sqlite3
from contextlib import closing
from pathlib import PurePath

import pytest

from octoprompt.store.backup import backups
from octoprompt.store.chat_model import ChatFields, ChatFilter
from octoprompt.store.health import is_whole
from octoprompt.store.place import Place
from octoprompt.store.streams import Beginning, Ending, Question
from support.indexing import served
from support.server import make_repository


@pytest.fixture
async def call(own_folder):
    """The handlers over a small repository, with something of every kind."""
    async with served(own_folder / "shop", own_folder) as handlers:
        yield handlers


@pytest.fixture
def own_folder(tmp_path):
    """A folder with a small repository in it."""
    make_repository(tmp_path / "shop")
    return tmp_path


async def fill(call):
    """Make something of every kind."""
    prompt = await call("prompts/create", name="Réview", content="one {{ x }}", tags=["b", "a"])
    await call("prompts/update", id=prompt["id"], content="two {{ x }}")
    ticket = await call(
        "tickets/create", title="Mend", overview="# it", priority="high", tags=["bug"],
        dueOn="2027-01-31", tasks=["find", "fix"], paths=["shop/cart.py"],
    )  # fmt: skip
    await call("tasks/update", id=ticket["tasks"][0]["id"], done=True)
    body = {"items": [{"path": "shop/cart.py"}], "promptIds": [prompt["id"]], "instructions": "go"}
    await call("selections/save", name="Work", body={**body, "ticketId": ticket["id"]})
    await call.app.store.summaries.put("ab" * 16, "m", "1", "It is a cart.")
    return prompt, ticket


def counts(result):
    """Give the counts that are not zero, by kind."""
    found = {
        kind: {name: n for name, n in counted.items() if n}
        for kind, counted in result["counts"].items()
    }
    return {kind: counted for kind, counted in found.items() if counted}


async def everything(call):
    """Give all that was made, as its own methods show it."""
    prompts = (await call("prompts/list"))["prompts"]
    tickets = (await call("tickets/list"))["tickets"]
    selections = (await call("selections/list"))["selections"]
    return {
        "prompts": [await call("prompts/get", id=p["id"]) for p in prompts],
        "versions": [await call("prompts/versions", id=p["id"]) for p in prompts],
        "tickets": [await call("tickets/get", id=t["id"]) for t in tickets],
        "selections": [await call("selections/get", id=s["id"]) for s in selections],
    }


def plain(found, project):
    """Leave out what differs between two stores: versions count changes, projects have own ids."""
    text = json.dumps(found).replace(project, "PROJECT")
    return json.loads(
        text, object_hook=lambda d: {k: v for k, v in d.items() if k != "version" or "name" in d}
    )


async def project_of(call):
    """Give the id of the only project."""
    return (await call("projects/list"))["projects"][0]["id"]


async def test_what_was_exported_comes_in_elsewhere_with_its_ids(call, tmp_path):
    """Into an empty store on the same folder, whose project has another id; twice is as once."""
    await fill(call)
    document = (await call("data/export"))["document"]
    before = plain(await everything(call), await project_of(call))
    async with served(tmp_path / "shop", tmp_path / "other") as other:
        result = await other("data/import", document=document)
        after = plain(await everything(other), await project_of(other))
        for kind in ("prompts", "tickets", "selections", "versions"):
            strip = [
                [{k: v for k, v in r.items() if k != "version"} for r in x[kind]]
                for x in (before, after)
            ]
            assert strip[0] == strip[1]
        assert result["skipped"] == result["conflicts"] == []
        added = {"prompts": 1, "tickets": 1, "tasks": 2, "selections": 1, "summaries": 1}
        assert counts(result) == {
            "projects": {"unchanged": 1},
            **{kind: {"added": n} for kind, n in added.items()},
        }
        assert [p["name"] for p in (await other("prompts/search", query="review"))["prompts"]] == [
            "Réview"
        ]
        again = await other("data/import", document=json.dumps(document))
        assert {name for counted in counts(again).values() for name in counted} == {"unchanged"}
        assert plain(await everything(other), await project_of(other)) == after


async def talk(call):
    """Have a chat: two answers to one question, a deleted pair, and one that is being written."""
    store = call.app.store
    chat = await store.chats.create(await project_of(call), ChatFields(title="Carts"))
    ends, parent = ("complete", "cancelled", "complete", None), None
    for n, status in enumerate(ends):
        begun = await store.streams.begin(
            Beginning(
                chat_id=chat.id,
                parent_id=parent,
                question=Question(content=f"q{n}"),
                provider_id="p",
                model="m",
                owner="me",
            )
        )
        await store.streams.grow(begun.answer.id, 1, f"grown {n}", "")
        if status:
            await store.streams.end(
                begun.answer.id, Ending(status=status, content=f"answer {n}", reasoning="why")
            )
        parent = begun.answer.id if n != 1 else parent
    return chat.id


async def test_chats_come_in_as_trees_with_all_their_messages(call, tmp_path):
    """What was being written is kept as far as it was; the branch in sight stays in sight."""
    chat_id = await talk(call)
    path = (await call.app.store.messages.path(chat_id)).messages
    document = (await call("data/export"))["document"]
    assert len(document["kinds"]["messages"]) == 8
    async with served(tmp_path / "shop", tmp_path / "other") as other:
        result = await other("data/import", document=document)
        assert counts(result)["messages"] == {"added": 8}
        came = (await other.app.store.messages.path(chat_id)).messages
        assert [(m.id, m.parent_id, m.role, m.content, m.siblings) for m in came] == [
            (m.id, m.parent_id, m.role, m.content, m.siblings) for m in path
        ]
        assert [m.status for m in came[1::2]] == ["complete", "complete", "interrupted"]
        assert came[-1].content == "grown 3"
        chats = await other.app.store.chats.search("carts", ChatFilter())
        assert [(c.head.title, c.head.message_count) for c in chats] == [("Carts", 8)]
        again = counts(await other("data/import", document=document))
        assert {name for counted in again.values() for name in counted} == {"unchanged"}


async def test_a_document_is_plain_and_says_what_it_is(call):
    """Its head is fixed, kinds can be chosen, deleted records and ids of the database stay out."""
    prompt, _ = await fill(call)
    await call("prompts/delete", id=prompt["id"])
    result = await call("data/export")
    document = result["document"]
    assert (document["format"], document["version"]) == ("octoprompt", 1)
    assert document["kinds"]["prompts"] == []
    assert result["counts"]["tasks"] == 2
    (ticket,) = document["kinds"]["tickets"]
    assert (ticket["title"], ticket["paths"], "number" in ticket) == (
        "Mend",
        ["shop/cart.py"],
        False,
    )
    some = await call("data/export", kinds=["prompts"])
    assert list(some["document"]["kinds"]) == ["prompts"]
    assert "nothing" in (await call.error("data/export", kinds=["nothing"])).message


async def test_the_later_change_wins_and_the_other_is_a_conflict(call):
    """Unless asked otherwise; what stays as it is, is named."""
    prompt, _ = await fill(call)
    old = (await call("data/export", kinds=["prompts"]))["document"]
    await call("prompts/update", id=prompt["id"], content="three")
    new = (await call("data/export", kinds=["prompts"]))["document"]
    result = await call("data/import", document=old)
    assert counts(result) == {"prompts": {"conflicts": 1}}
    assert result["conflicts"][0]["id"] == prompt["id"]
    assert (await call("prompts/get", id=prompt["id"]))["content"] == "three"
    replaced = await call("data/import", document=old, onConflict="replace")
    assert counts(replaced) == {"prompts": {"updated": 1}}
    assert (await call("prompts/get", id=prompt["id"]))["content"] == "two {{ x }}"
    kept = await call("data/import", document=new, onConflict="keep")
    assert counts(kept) == {"prompts": {"conflicts": 1}}
    assert counts(await call("data/import", document=new)) == {"prompts": {"updated": 1}}
    assert (await call("prompts/get", id=prompt["id"]))["content"] == "three"


async def test_a_deleted_record_comes_back(call):
    """With all that it had."""
    prompt, ticket = await fill(call)
    document = (await call("data/export"))["document"]
    before = await everything(call)
    await call("prompts/delete", id=prompt["id"])
    await call("tickets/delete", id=ticket["id"])
    result = counts(await call("data/import", document=document))
    assert (result["prompts"], result["tickets"]) == ({"added": 1}, {"added": 1})
    project = await project_of(call)
    assert (
        plain(await everything(call), project)["tickets"][0]["tasks"]
        == (plain(before, project)["tickets"][0]["tasks"])
    )


async def test_a_name_that_is_taken_gets_a_number(call):
    """The same text under the same name is the same prompt; the report says so each first time."""
    prompt, _ = await fill(call)
    document = (await call("data/export"))["document"]
    twin, same = copy.deepcopy(document["kinds"]["prompts"][0]), document["kinds"]["prompts"][0]
    twin |= {"id": "twin", "content": "another text"}
    same["id"] = "same"
    document["kinds"]["prompts"] = [twin, same]
    selection = document["kinds"]["selections"][0]
    selection |= {"id": "other", "name": "Other"}
    selection["body"]["prompt_ids"] = ["same", "twin"]
    result = await call("data/import", document=document)
    assert counts(result)["prompts"] == {"added": 1, "unchanged": 1}
    assert "`Réview 2`" in result["conflicts"][0]["reason"]
    assert (await call("prompts/get", id="twin"))["name"] == "Réview 2"
    made = await call("selections/get", id="other")
    assert made["body"]["promptIds"] == [prompt["id"], "twin"]
    again = await call("data/import", document=document)
    assert {name for counted in counts(again).values() for name in counted} == {"unchanged"}


BAD = {
    "prompts": [
        None, 7, "x", [], {}, {"id": "a b"}, {"id": "x" * 33}, {"id": "n", "name": ""},
        {"name": "no id", "content": "c"}, {"name": "dates", "createdAt": "yesterday"},
        {"name": "far", "createdAt": "99999-01-01T00:00:00Z"},
        {"name": "before all time", "createdAt": "0001-01-01T00:00:00+14:00"},
        {"name": "surrogate", "content": "\ud800"}, {"name": "long", "content": "x" * 4_000_001},
    ],
    "tickets": [{"title": "t", "status": "lost"}, {"title": "t", "projectId": "nowhere"},
                {"title": "t", "position": 10**12}],
    "tasks": [{"content": "c", "ticketId": "nowhere"}],
    "selections": [{"name": "s", "body": {"items": "none"}}, {"name": "s", "body": 3}],
    "summaries": [{"contentHash": "../x", "model": "m", "promptVersion": "1", "text": "t"}],
    "dreams": [{"id": "d"}],
}  # fmt: skip


async def test_bad_records_stay_out_alone_with_a_reason(call):
    """Everything else of the document comes in."""
    await fill(call)
    project = await project_of(call)
    document = (await call("data/export"))["document"]
    times = {"createdAt": "2026-01-01T00:00:00Z", "updatedAt": "2026-01-01T00:00:00"}
    good = {"id": "good", **times, "name": "Good", "content": "g"}
    usual = {"content": "c", "projectId": project, **times}
    for kind, records in BAD.items():
        bad = [
            {"id": f"bad{n}", **usual, **r} if isinstance(r, dict) and r and "id" not in r else r
            for n, r in enumerate(records)
        ]
        document["kinds"].setdefault(kind, []).extend(bad)
    del document["kinds"]["prompts"][-6]["id"]
    document["kinds"]["prompts"].append(good)
    document["unknown"] = True
    result = await call("data/import", document=document)
    n_bad = {kind: len(records) for kind, records in BAD.items()}
    assert {k: c["skipped"] for k, c in counts(result).items() if "skipped" in c} == n_bad
    assert all(remark["reason"] for remark in result["skipped"])
    assert (await call("prompts/get", id="good"))["createdAt"] == "2026-01-01T00:00:00Z"
    assert (await call("selections/list"))["selections"][0]["name"] == "Work"


@pytest.mark.parametrize(
    ("document", "told"),
    [
        ('{"format": "octoprompt", "vers', "line 1 column"),
        ("", "line 1 column 1"),
        ("[" * 100_000, "nested too deeply"),
        (f'{{"version": {"9" * 5000}}}', "cannot be read"),
        ("[]", "no OctoPrompt document"),
        ({"prompts": []}, "no OctoPrompt document"),
        ({"format": "octoprompt", "version": 2, "kinds": {}}, "update it"),
    ],
)
async def test_what_is_no_document_is_refused(call, document, told):
    """Truncated, foreign, from the future: nothing comes in."""
    assert told in (await call.error("data/import", document=document)).message
    assert (await call("prompts/list"))["prompts"] == []


async def test_a_backup_is_made_and_verified(call):
    """It is a database of its own; five are kept."""
    await fill(call)
    made = [await call("data/backup") for _ in range(6)]
    sizes = {path.name: path.stat().st_size for path in backups(database_of(call), "manual")}
    assert sizes == {PurePath(m["path"]).name: m["bytes"] for m in made[1:]}


async def test_all_data_go_to_a_file_and_come_from_it(call, own_folder):
    """The server writes and reads it itself; only the user may read it; a record is a line."""
    await fill(call)
    path = own_folder / "out ü" / "all.json"
    path.parent.mkdir()
    path.write_text("old")
    result = await call("data/export", path=str(path))
    assert result["document"] is None
    whole = (await call("data/export"))["document"]
    written = json.loads(path.read_text())
    assert written["kinds"] == whole["kinds"]
    assert path.stat().st_mode & 0o077 == 0
    assert len(path.read_text().splitlines()) == sum(result["counts"].values()) + 1 + len(
        whole["kinds"]
    )
    assert [p.name for p in path.parent.iterdir()] == ["all.json"]
    async with served(own_folder / "shop", own_folder / "other") as other:
        added = counts(await other("data/import", path=str(path)))
        assert added["prompts"] == {"added": 1}
        again = counts(await other("data/import", path=str(path)))
        assert {name for counted in again.values() for name in counted} == {"unchanged"}


@pytest.mark.parametrize(
    ("method", "params", "told"),
    [
        ("export", {"path": "all.json"}, "no absolute path"),
        ("export", {"path": "FOLDER/.bashrc"}, "does not end in `.json`"),
        ("export", {"path": "FOLDER/nowhere/all.json"}, "could not be written"),
        ("export", {"path": "FOLDER/folder.json"}, "could not be written"),
        ("import", {"path": "all.json"}, "no absolute path"),
        ("import", {"path": "FOLDER/nowhere.json"}, "there is no file `"),
        ("import", {"path": "FOLDER/folder.json"}, "not a file"),
        ("import", {"path": "FOLDER/cut.json"}, "cut off"),
        ("import", {"path": "FOLDER/latin.json"}, "no text in UTF-8"),
        ("import", {"path": "FOLDER/cut.json", "folder": "FOLDER"}, "give one of"),
        ("import", {}, "give one of"),
    ],
)
async def test_paths_that_cannot_be_used_say_why(call, own_folder, method, params, told):
    """Nothing is written, and nothing comes in."""
    (own_folder / "folder.json").mkdir()
    (own_folder / "cut.json").write_text('{"format": "octoprompt", "vers')
    (own_folder / "latin.json").write_bytes(b"caf\xe9")
    before = sorted(own_folder.iterdir())
    given = {name: value.replace("FOLDER", str(own_folder)) for name, value in params.items()}
    error = await call.error(f"data/{method}", **given)
    assert told in error.message
    assert sorted(own_folder.iterdir()) == before


async def test_a_backup_is_gone_back_to_and_that_can_be_taken_back(call, own_folder):
    """Everything is what it was, here and in another window, which is told of it."""
    prompt, ticket = await fill(call)
    then = await everything(call)
    made = await call("data/backup")
    async with served(own_folder / "shop", own_folder) as other:
        told = []
        await call("prompts/update", id=prompt["id"], content="newer")
        await call("tickets/delete", id=ticket["id"])
        later = await call("prompts/create", name="Later", content="l")
        project = await call.app.store.projects.opened(own_folder / "later", None)
        now = await everything(call)
        assert await everything(other) == now
        await asyncio.sleep(2)
        other.app.store.on_change = lambda: told.append(1)
        result = await call("data/restore", name=PurePath(made["path"]).name)
        assert await everything(call) == await everything(other) == then
        assert project in [p["id"] for p in (await other("projects/list"))["projects"]]
        await asyncio.sleep(2)
        assert told == [1]
        listed = (await call("data/listBackups"))["backups"]
        assert [(b["name"], b["occasion"]) for b in listed] == [
            (result["before"], "before-restore"),
            (PurePath(made["path"]).name, "manual"),
        ]
        await call("prompts/update", id=prompt["id"], content="after it")
        await call("data/restore", name=result["before"])
        assert await everything(call) == now
        assert (await other("prompts/get", id=later["id"]))["content"] == "l"
    assert is_whole(database_of(call).database)


async def test_a_backup_that_cannot_be_gone_back_to_changes_nothing(call):
    """Unknown, damaged, from the future, or while an answer is being written."""
    await fill(call)
    made = PurePath((await call("data/backup"))["path"]).name
    folder = database_of(call).backups
    broken, newer = folder / "octoprompt-manual-1.db", folder / "octoprompt-manual-2.db"
    broken.write_bytes((folder / made).read_bytes()[:9000])
    newer.write_bytes((folder / made).read_bytes())
    with closing(sqlite3.connect(newer)) as database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
        database.commit()
    before = await everything(call)
    for name, told in (("no", "no backup"), (f"../{made}", "no backup"), (broken.name, "damaged"),
                       (newer.name, "newer OctoPrompt")):  # fmt: skip
        assert told in (await call.error("data/restore", name=name)).message
    await talk(call)
    assert "being written" in (await call.error("data/restore", name=made)).message
    assert await everything(call) == before
    assert [
        p.name for p in database_of(call).database.parent.iterdir() if "restore" in p.name
    ] == []


def database_of(call):
    """Give the place of the handlers' database."""
    return Place(call.app.settings.data_dir / "octoprompt.db")
