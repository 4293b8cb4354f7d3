"""One bad row in each table: all others are shown, and the bad one is named."""

import asyncio
import logging
import shutil
import sqlite3
from contextlib import closing
from itertools import cycle

import pytest

from octoprompt.errors import OctoPromptError, StoreDamaged
from octoprompt.settings import Settings
from octoprompt.store.chat_model import ChatFields, ChatFilter
from octoprompt.store.edits import Proposal
from octoprompt.store.prompts import PromptFields, PromptFilter
from octoprompt.store.runs import NewRun, RunFilter
from octoprompt.store.selections import SelectionChange
from octoprompt.store.store import Store
from octoprompt.store.tickets import NewTicket, TicketFields, TicketFilter

BAD = {
    "prompt": ("created_at", "updated_at", "version", "name", "favorite", "tags"),
    "ticket": ("created_at", "title", "status", "priority", "version", "due_on"),
    "task": ("updated_at", "version", "content", "done"),
    "selection": ("created_at", "items", "name"),
    "project": ("opened_at", "name"),
    "summary": ("created_at", "text"),
    "chat": ("created_at", "title", "options", "message_count", "is_titled"),
    "chat_message": ("created_at", "content", "prompt_tokens", "is_excluded", "role"),
    "run": ("created_at", "steps", "request", "body", "ended_at"),
    "edit": ("created_at", "position", "path", "status", "version"),
}
"""Columns that hold what no version ever wrote."""
VALUES = ("'garbage'", "x'80ff'", "cast(x'80ff' as text)", "12.5")
CASES = [
    (table, column, value)
    for (table, column), value in zip(
        [(table, column) for table, columns in BAD.items() for column in columns],
        cycle(VALUES),
        strict=False,
    )
]
WHOLE = {"prompt": 3, "found": 3, "ticket": 3, "task": 9, "selection": 3, "project": 4, "chat": 3}
WHOLE |= {"chat_message": 3, "run": 3, "edit": 3, "summary": 3}


ALSO = {
    "prompt": ("prompt", "found"),
    "ticket": ("ticket", "task"),
    "chat": ("chat", "chat_message"),
    "run": ("run", "edit"),
}
"""What is asked for record by record is not there where its owner is not."""
EXPORTED = {
    "prompt": "prompts",
    "ticket": "tickets",
    "task": "tasks",
    "summary": "summaries",
    "chat": "chats",
    "chat_message": "messages",
}


@pytest.fixture(scope="module")
def filled(empty_database, tmp_path_factory):
    """A data folder with three records of each kind, and the project's id."""
    folder = tmp_path_factory.mktemp("filled") / "data"
    shutil.copytree(empty_database, folder)
    return folder, asyncio.run(fill(folder))


async def fill(folder):
    """Make three records of each kind; give the project's id."""
    store = Store(Settings(data_dir=folder, cache_dir=folder, database_url=None))
    await store.open()
    project = await store.projects.opened(folder, None)
    for n in range(3):
        await store.projects.opened(folder / str(n), None)
        await store.prompts.create(PromptFields(name=f"prompt {n}", content="words"))
        new = NewTicket(
            project_id=project, fields=TicketFields(title=f"ticket {n}"), tasks=(("a", False),) * 3
        )
        await store.tickets.create(new)
        change = SelectionChange(
            project_id=project, id=None, name=f"s{n}", body={}, items=0, version=None
        )
        await store.selections.save(change)
        await store.chats.create(project, ChatFields(title=f"chat {n}"))
        run = await store.runs.begin(
            NewRun(project_id=project, kind="ask", request=f"run {n}", owner="me")
        )
        await store.summaries.put(f"{n}" * 32, "m", "1", "text")
    change = Proposal(path="a.py", kind="modify", before_hash=None, after_hash="a" * 32)
    await store.edits.propose(run.id, [change] * 3)
    times = {"createdAt": "2026-01-01T00:00:00Z", "updatedAt": "2026-01-01T00:00:00Z"}
    chat = (await store.chats.list(ChatFilter()))[0].id
    messages = [
        {"id": f"m{n}", "chatId": chat, "role": "user", "content": "c", "promptTokens": 1, **times}
        | ({"parentId": f"m{n - 1}"} if n else {})
        for n in range(3)
    ]
    await store.data.take({"messages": messages}, "newer")
    await store.close()
    return project


@pytest.fixture
def own(filled, tmp_path):
    """A copy of the filled folder's settings, and the project's id."""
    folder, project = filled
    data = shutil.copytree(folder, tmp_path / "data")
    return Settings(data_dir=data, cache_dir=data, database_url=None), project


async def shown(store, project):
    """Give how many of each kind the lists and searches show."""
    tickets = await store.tickets.list(TicketFilter(project_id=project))
    runs = await store.runs.list(RunFilter(project_id=project))
    chats = await store.chats.list(ChatFilter())
    return {
        "prompt": len(await store.prompts.list(PromptFilter())),
        "found": len(await store.prompts.search("word", PromptFilter())),
        "ticket": len(tickets),
        "task": sum([len(await store.tasks.list(ticket.id)) for ticket in tickets]),
        "selection": len(await store.selections.list(project)),
        "project": len(await store.projects.list()),
        "chat": len(chats),
        "chat_message": sum([len((await store.messages.path(c.id)).messages) for c in chats]),
        "run": len(runs),
        "edit": sum([len(await store.edits.list(run.id)) for run in runs]),
        "summary": len(await store.summaries.get([f"{n}" * 32 for n in range(3)])),
    }


def spoil(settings, table, column, value):
    """Write a value into the newest row, past all checks; give the row's id."""
    with closing(sqlite3.connect(settings.data_dir / "octoprompt.db")) as database:
        key = "content_hash" if table == "summary" else "id"
        newest = f"SELECT rowid, {key} FROM {table} ORDER BY rowid DESC LIMIT 1"  # noqa: S608 - ours
        rowid, named = database.execute(newest).fetchone()
        change = f"UPDATE {table} SET {column} = {value} WHERE rowid = {rowid}"  # noqa: S608 - ours
        database.execute(change)
        database.commit()
    return named


@pytest.mark.parametrize(("table", "column", "value"), CASES)
async def test_a_bad_row_hides_no_other(own, caplog, table, column, value):
    """It is shown where it still can be; else it alone is left out, and the log names it."""
    settings, project = own
    named = spoil(settings, table, column, value)
    store = Store(settings)
    await store.open()
    caplog.set_level(logging.WARNING)
    counts = await shown(store, project)
    missing = {kind: WHOLE[kind] - counts[kind] for kind in WHOLE if WHOLE[kind] != counts[kind]}
    allowed = ALSO.get(table, (table,))
    assert set(missing) <= set(allowed)
    assert missing.get(table, 0) <= 1
    if missing:
        assert f"`{named}` is damaged" in caplog.text
    export = await store.data.export()
    kinds = export.document["kinds"]
    assert {damage.id for damage in export.damaged} <= {named}
    if table in EXPORTED:
        assert len(kinds[EXPORTED[table]]) + len(export.damaged) == WHOLE[table]
    await store.close()


async def test_a_bad_record_says_that_it_is_damaged(own):
    """Asked for by itself; the export goes around it."""
    settings, _ = own
    named = spoil(settings, "prompt", "updated_at", "'garbage'")
    store = Store(settings)
    await store.open()
    with pytest.raises(StoreDamaged, match="others can"):
        await store.prompts.get(named)
    with pytest.raises(OctoPromptError):
        await store.prompts.update(named, PromptFields(content="x"), None)
    export = await store.data.export(["prompts"])
    assert [(d.table, d.id) for d in export.damaged] == [("prompt", named)]
    assert len(export.document["kinds"]["prompts"]) == 2
    await store.close()
