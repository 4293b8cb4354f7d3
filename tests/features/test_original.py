"""The data of the original OctoPrompt comes in, whichever way it was written."""

import pytest

from octoprompt.store.chat_model import ChatFilter
from octoprompt.workspace.text import content_hash
from support.indexing import served
from support.original import CART, KEY, First, Second, make_original
from support.server import make_repository

STYLES = {"first": First(), "second": Second()}


@pytest.fixture
async def call(tmp_path):
    """The handlers over a small repository."""
    async with served(make_repository(tmp_path / "shop"), tmp_path) as handlers:
        yield handlers


@pytest.fixture(params=STYLES)
def folder(request, tmp_path):
    """A folder with the original's data folder in it, whose first project is the repository."""
    make_original(tmp_path / "old/data", tmp_path / "shop", STYLES[request.param])
    return tmp_path / "old"


async def bring(call, folder):
    """Import the folder and give the counts that are not zero."""
    result = await call("data/import", folder=str(folder))
    counts = {
        kind: {name: n for name, n in counted.items() if n}
        for kind, counted in result["counts"].items()
    }
    return counts, {(remark["kind"], remark["reason"]) for remark in result["skipped"]}


async def test_everything_comes_in(call, folder):
    """With its links; what cannot come in is named, and no key is taken over."""
    counts, skipped = await bring(call, folder)
    assert counts["projects"] == {"added": 1, "updated": 1}
    assert counts["prompts"] == {"added": 2, "skipped": 1}
    assert counts["tickets"] == {"added": 2, "skipped": 1}
    assert (counts["tasks"], counts["summaries"]) == ({"added": 2}, {"added": 1})
    assert counts["selections"]["added"] == 1
    assert counts["messages"] == {"added": 6}
    told = " ".join(reason for _, reason in skipped)
    for reason in ("enter them in the editor", "`file_gone` is unknown", "`status`", "`name`"):
        assert reason in told
    document = str(await call("data/export"))
    assert KEY not in document


async def test_the_work_is_as_it_was(call, folder):
    """Prompts, tickets with tasks and files, the selection, a summary."""
    await bring(call, folder)
    prompts = (await call("prompts/list"))["prompts"]
    assert [p["name"] for p in prompts] == ["Review", "Review 2"]
    project = (await call("projects/list"))["projects"][0]
    assert (project["description"], prompts[0]["projectIds"]) == ("sells", [project["id"]])
    first, second = (await call("tickets/list"))["tickets"]
    ticket = await call("tickets/get", id=first["id"])
    assert [(t["content"], t["done"]) for t in ticket["tasks"]] == [
        ("first", True), ("second", False)
    ]  # fmt: skip
    assert ticket["paths"] == ["shop/cart.py", "shop/prices.py"]
    assert ticket["createdAt"].startswith("2025-05-20T12:")
    assert (await call("tickets/get", id=second["id"]))["overview"].startswith("T" * 300)
    (head,) = (await call("selections/list"))["selections"]
    body = (await call("selections/get", id=head["id"]))["body"]
    assert [item["path"] for item in body["items"]] == ticket["paths"]
    assert (body["promptIds"], body["ticketId"]) == ([prompts[0]["id"]], ticket["id"])
    assert (body["instructions"], body["budgetTokens"]) == ("mend it", 128_000)
    named = content_hash(CART.encode())
    assert (await call.app.store.summaries.get([named]))[named].text == "A cart."


async def test_a_chat_is_one_row_of_messages(call, folder):
    """Broken-off answers say so, and what the system said becomes the chat's own instructions."""
    await bring(call, folder)
    (chat,) = await call.app.store.chats.list(ChatFilter())
    messages = (await call.app.store.messages.path(chat.id)).messages
    assert [(m.role, m.content[:7], m.status) for m in messages] == [
        ("user", "What is", "complete"), ("assistant", "A list.", "complete"),
        ("user", "And a p", "complete"), ("assistant", "", "interrupted"),
        ("user", "Again?", "complete"), ("assistant", "Error: ", "failed"),
    ]  # fmt: skip
    assert chat.message_count == 6
    assert (await call.app.store.chats.get(chat.id)).system_prompt == "Be brief."


async def test_importing_it_again_changes_nothing(call, folder):
    """From the data folder itself as well."""
    await bring(call, folder)
    before = (await call("data/export"))["document"]["kinds"]
    counts, _ = await bring(call, folder / "data")
    assert {name for counted in counts.values() for name in counted} == {"unchanged", "skipped"}
    assert (await call("data/export"))["document"]["kinds"] == before


DAMAGE = {
    "prompt_storage/prompts.json": '{"a": {"id": "prompt_1", "na',
    "ticket_storage/tickets.json": '"none"',
    "chat_storage/chats.json": "{}",
    "prompt_storage/prompt-projects.json": "[3, {}]",
    "kv-store.json": "[" * 100_000,
}


async def test_damaged_files_stay_out_alone(call, folder):
    """Each with a reason; the others come in."""
    for name, text in DAMAGE.items():
        (folder / "data" / name).write_text(text)
    counts, skipped = await bring(call, folder)
    assert counts["projects"] == {"added": 1, "updated": 1}
    assert counts["summaries"] == {"added": 1}
    assert counts["tasks"] == {"skipped": 2}
    told = " ".join(reason for _, reason in skipped)
    for reason in ("cut off", "holds no records", "but not the chat", "no record: 3"):
        assert reason in told


async def test_another_folder_is_refused(call, tmp_path):
    """Without a store of the original, gone, or named by a relative path."""
    for folder, told in [
        (tmp_path / "shop", "holds no data"), (tmp_path / "gone", "gone"), ("data", "absolute"),
    ]:  # fmt: skip
        assert told in (await call.error("data/import", folder=str(folder))).message
    both = await call.error("data/import", folder=str(tmp_path), document={})
    assert "or the `folder`" in both.message
