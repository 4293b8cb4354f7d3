"""Chats through the endpoint: trees, what is sent, what streams, what is kept."""

import asyncio
import json

import pytest
import pytest_asyncio

from octoprompt.llm.line import Ending, Failure
from octoprompt.llm.request import ToolCall
from octoprompt.llm.scripted import Fails, Hangs, Said, Script
from octoprompt.settings import WorkspaceOptions
from support.chatting import WINDOW_TOKENS, chatting
from support.server import make_repository

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def window(tmp_path_factory):
    """A window on a small repository."""
    folder = tmp_path_factory.mktemp("chats")
    async with chatting(folder, make_repository(folder / "shop")) as window:
        yield window


@pytest.fixture(autouse=True)
def played(window):
    """Each test begins with an empty script, and plays all of its own."""
    window.script = Script()
    yield
    window.script.assert_used()


async def new_chat(window, *said, **fields):
    """Give the id of a new chat in which the user said these, and was answered each time."""
    chat = (await window("chats/create", **fields))["id"]
    for content in said:
        window.play(Said(f"re: {content}"))
        await window.says(chat, content)
    window.play()
    return chat


async def messages(window, chat):
    """Give the messages of the active branch."""
    return (await window("chats/get", id=chat))["messages"]


async def test_a_message_is_answered_and_both_are_kept(window):
    """The answer has model and usage, the chat a title, and both are there again."""
    window.play(Said("Hello", " there"))
    chat = await window("chats/create")
    answered = await window("chats/send", chatId=chat["id"], content="# Hi *you*\nmore")
    message = answered["message"]
    assert (message["role"], message["status"], message["content"]) == (
        "assistant", "complete", "Hello there",
    )  # fmt: skip
    assert (message["model"], message["providerId"]) == ("m", "local")
    assert message["usage"]["completionTokens"] == 2
    kept = await window("chats/get", id=chat["id"])
    assert [m["content"] for m in kept["messages"]] == ["# Hi *you*\nmore", "Hello there"]
    assert kept["messages"][1] == message
    assert (kept["chat"]["title"], kept["chat"]["messageCount"]) == ("Hi you", 2)
    assert kept["chat"]["usage"]["completionTokens"] == 2
    assert window.sent == [("user", "# Hi *you*\nmore")]


async def test_a_greeting_is_no_title(window):
    """The first message that says something names the chat, and no later one."""
    window.play(Said("Hello"), Said("So"), Said("And so"))
    chat = (await window("chats/create"))["id"]
    titles = []
    for said in ("Hi!", "Why is the slice lost?", "And in SQLite?"):
        await window.says(chat, said)
        titles.append((await window("chats/get", id=chat))["chat"]["title"])
    assert titles == ["New Chat", "Why is the slice lost?", "Why is the slice lost?"]


async def test_the_client_is_told_in_order(window):
    """Both messages begin, pieces follow without a gap, the answer ends; then comes the result."""
    chat = await new_chat(window)
    window.play(Said("a𝄞", "b", "c", reasoning="hm", pause_s=0.05))
    message = await window.says(chat, "go")
    methods = [method for method, _ in window.told]
    assert methods[0] == methods[-1] == "chats/changed"
    assert set(methods[1:-1]) == {"chats/delta"}
    begun, ended = window.told[0][1], window.told[-1][1]
    assert [(m["role"], m["status"]) for m in begun["messages"]] == [
        ("user", "complete"), ("assistant", "streaming"),
    ]  # fmt: skip
    assert begun["chat"]["streaming"]
    assert ended["messages"] == [message]
    assert not ended["chat"]["streaming"]
    deltas = [params for _, params in window.told[1:-1]]
    assert {d["messageId"] for d in deltas} == {message["id"]}
    assert "".join(d["text"] for d in deltas) == "a𝄞bc"
    assert "".join(d["reasoning"] for d in deltas) == message["reasoning"] == "hm"
    assert [d["offset"] for d in deltas if d["text"]] == [0, 3, 4]


async def test_an_edited_message_is_a_sibling_and_branches_can_be_chosen(window):
    """Edit and regenerate keep what was; each version leads to what followed it."""
    chat = await new_chat(window, "one", "two")
    first, answer, *_ = await messages(window, chat)
    window.play(Said("re: ONE"))
    await window.says(chat, "ONE", replaces=first["id"])
    assert await window.contents(chat) == ["ONE", "re: ONE"]
    other = (await messages(window, chat))[0]
    assert (other["index"], other["siblings"]) == (1, [first["id"], other["id"]])
    assert window.sent == [("user", "ONE")]
    chosen = await window("chats/choose", id=answer["id"])
    texts = ["one", "re: one", "two", "re: two"]
    assert [m["content"] for m in chosen["messages"]] == texts
    assert await window.contents(chat) == texts
    window.play(Said("again"))
    regenerated = await window("chats/regenerate", id=answer["id"])
    assert regenerated["message"]["siblings"] == [answer["id"], regenerated["message"]["id"]]
    assert await window.contents(chat) == ["one", "again"]
    assert window.sent == [("user", "one")]


async def test_a_message_can_be_edited_without_sending(window):
    """An edited answer says that a person wrote it, and is what the model reads from then on."""
    chat = await new_chat(window, "one")
    question, answer = await messages(window, chat)
    edited = await window("chats/editMessage", id=answer["id"], content="better")
    assert (edited["edited"], edited["siblings"]) == (True, [answer["id"], edited["id"]])
    question = await window("chats/editMessage", id=question["id"], content="uno")
    assert (question["edited"], await window.contents(chat)) == (False, ["uno"])
    window.play(Said("hm"))
    await window("chats/regenerate", id=question["id"])
    assert window.sent == [("user", "uno")]
    await window("chats/choose", id=edited["id"])
    window.play(Said("ok"))
    await window.says(chat, "go on")
    assert window.sent == [("user", "one"), ("assistant", "better"), ("user", "go on")]


async def test_an_excluded_message_is_not_sent(window):
    """It stays in sight, says so, and comes back."""
    chat = await new_chat(window, "one", "two")
    _, answer, *_ = await messages(window, chat)
    excluded = await window("chats/excludeMessage", id=answer["id"])
    assert (excluded["excluded"], excluded["sent"]) == (True, False)
    window.play(Said("x"))
    await window.says(chat, "three")
    assert window.sent == [
        ("user", "one\n\ntwo"), ("assistant", "re: two"), ("user", "three"),
    ]  # fmt: skip
    back = await window("chats/excludeMessage", id=answer["id"], excluded=False)
    assert (back["excluded"], back["sent"]) == (False, True)


async def test_a_deleted_message_goes_alone_or_with_its_branch_and_comes_back(window):
    """What follows a deleted message stays; a branch goes whole; restoring is exact."""
    chat = await new_chat(window, "one", "two")
    before = await messages(window, chat)
    one, answer, two, _ = (m["id"] for m in before)
    gone = await window("chats/deleteMessage", id=answer)
    assert (gone["ids"], gone["chat"]["messageCount"]) == ([answer], 3)
    assert await window.contents(chat) == ["one", "two", "re: two"]
    assert (await messages(window, chat))[1]["parentId"] == one
    branch = await window("chats/deleteMessage", id=two, scope="branch")
    assert await window.contents(chat) == ["one"]
    await window("chats/restoreMessages", ids=branch["ids"])
    await window("chats/restoreMessages", ids=gone["ids"])
    assert await messages(window, chat) == before
    assert (await window.error("chats/deleteMessage", id="nope")).code == 102
    assert (await window.error("chats/restoreMessages", ids=["nope"])).code == 102


async def test_deleting_an_answer_shows_the_one_before(window):
    """With the active version gone, another one of that place is in sight."""
    chat = await new_chat(window, "one")
    (_, first) = await messages(window, chat)
    window.play(Said("second"))
    second = (await window("chats/regenerate", id=first["id"]))["message"]
    await window("chats/deleteMessage", id=second["id"])
    assert await window.contents(chat) == ["one", "re: one"]


async def test_a_fork_copies_a_way_with_the_settings(window):
    """It ends with the message that is named, and its price is not counted twice."""
    chat = await new_chat(window, "one", "two", systemPrompt="Be brief.")
    _, answer, two, _ = await messages(window, chat)
    await window("chats/excludeMessage", id=answer["id"])
    fork = await window("chats/fork", id=chat, messageId=two["id"])
    assert await window.contents(fork["id"]) == ["one", "re: one", "two"]
    assert (fork["systemPrompt"], fork["usage"]["completionTokens"]) == ("Be brief.", 0)
    assert fork["title"] == "Fork of one"
    slim = await window("chats/fork", id=chat, withoutExcluded=True)
    assert await window.contents(slim["id"]) == ["one", "two", "re: two"]
    assert await window.contents(chat) == ["one", "re: one", "two", "re: two"]
    assert (await window.error("chats/fork", id="nope")).code == 102


async def test_settings_go_with_every_request(window):
    """System prompt, prompts of the library, options, model."""
    prompt = await window("prompts/create", name="style", content="Write {{ x }} today: {{ date }}")
    chat = await new_chat(window, title="Named")
    updated = await window(
        "chats/update", id=chat, systemPrompt="You are terse.", promptIds=[prompt["id"]],
        options={"temperature": 0.0, "maxTokens": 7, "stop": ["END"]}, model="m2",
    )  # fmt: skip
    assert updated["options"]["temperature"] == 0
    window.play(Said("ok"))
    await window.says(chat, "hi")
    (role, system), user = window.sent
    assert (role, user) == ("system", ("user", "hi"))
    assert system.startswith("You are terse.\n\nWrite {{ x }} today: 2")
    request = window.script.requests[-1]
    assert (request.model, request.options.temperature) == ("m2", 0)
    assert (request.options.max_tokens, request.options.stop) == (7, ("END",))
    stale = await window.error("chats/update", id=chat, systemPrompt="", version=1)
    assert stale.code == 105
    assert (await window("chats/get", id=chat))["chat"]["title"] == "Named"
    cleared = await window("chats/update", id=chat, model="", options={}, promptIds=[])
    assert (cleared["model"], cleared["options"]["maxTokens"]) == (None, None)


async def test_a_choice_of_model_is_kept(window):
    """A model that is named with a message is the chat's from then on."""
    chat = await new_chat(window)
    window.play(Said("a"), Said("b"))
    await window.says(chat, "one", providerId="local", model="big")
    await window.says(chat, "two")
    assert [r.model for r in window.script.requests] == ["big", "big"]
    assert (await window("chats/get", id=chat))["chat"]["model"] == "big"


async def test_a_chat_whose_provider_was_removed_says_so(window):
    """Nobody else is asked instead; with another model it goes on."""
    at = {"kind": "custom", "baseUrl": "http://127.0.0.1:1/v1", "model": "m"}
    await window("providers/configure", id="gone", **at)
    chat = await new_chat(window)
    await window("chats/update", id=chat, providerId="gone", model="m")
    await window("providers/remove", id="gone")

    error = await window.error("chats/send", chatId=chat, content="hi")
    assert error.code == 801
    assert "`gone` is not set up, or was removed: select another model" in error.message
    window.play(Said("Here"))
    answered = await window("chats/send", chatId=chat, content="hi", providerId="local", model="m")
    assert answered["message"]["content"] == "Here"


async def test_a_failed_answer_says_why_and_keeps_its_text(window):
    """The request fails with the gateway's error; the message has it, and the text so far."""
    chat = await new_chat(window)
    window.play(Fails(Failure(kind="status", status=401)))
    error = await window.error("chats/send", chatId=chat, content="hi")
    assert error.data["error"] == "KeyRefused"
    question, answer = await messages(window, chat)
    assert (answer["status"], answer["problem"]["code"]) == ("failed", error.code)
    assert (answer["content"], answer["sent"], question["content"]) == ("", False, "hi")
    window.play(Fails(Failure(kind="status", status=500), "half "))
    await window.error("chats/regenerate", id=answer["id"])
    broken = (await messages(window, chat))[-1]
    assert (broken["content"], broken["index"]) == ("half ", 1)


async def test_an_answer_that_stops_early_is_incomplete_and_can_be_continued(window):
    """What comes then is appended, and the model sees what it had said."""
    chat = await new_chat(window)
    window.play(Said("Once upon", ending=Ending(finish_reason="length", is_marked=True)))
    first = await window.says(chat, "tell")
    assert (first["status"], first["finishReason"]) == ("incomplete", "length")
    window.play(Said(" a time"))
    resumed = (await window("chats/continue", id=first["id"]))["message"]
    assert (resumed["id"], resumed["status"]) == (first["id"], "complete")
    assert resumed["content"] == "Once upon a time"
    assert window.told[1][1]["offset"] == len("Once upon")
    assert [role for role, _ in window.sent] == ["user", "assistant", "user"]
    assert await window.contents(chat) == ["tell", "Once upon a time"]
    assert (await window.error("chats/continue", id=first["id"])).code == 100


async def test_stopping_keeps_the_text(window):
    """A cancelled request leaves the answer so far, at once; the socket is let go."""
    chat = await new_chat(window)
    hanging = Hangs("half of ", "it")
    window.play(hanging)
    sending = asyncio.create_task(window("chats/send", chatId=chat, content="go"))
    await hanging.began.wait()
    busy = await window.error("chats/send", chatId=chat, content="more")
    assert busy.code == 901
    started = asyncio.get_running_loop().time()
    sending.cancel()
    with pytest.raises(asyncio.CancelledError):
        await sending
    assert asyncio.get_running_loop().time() - started < 0.3
    assert hanging.was_cancelled
    (_, answer) = await messages(window, chat)
    assert (answer["status"], answer["content"]) == ("cancelled", "half of it")
    assert window.told[-1][1]["messages"] == [answer]


async def test_several_chats_go_on_at_once(window):
    """Each gets its own pieces."""
    chats = [await new_chat(window) for _ in range(4)]
    window.play(*(Said(*f"{n}{n}{n}{n}", pause_s=0.01) for n in range(4)))
    answers = await asyncio.gather(*(window.says(chat, "go") for chat in chats))
    assert sorted(a["content"] for a in answers) == ["0000", "1111", "2222", "3333"]
    for answer in answers:
        deltas = [
            p for m, p in window.told if m == "chats/delta" and p["chatId"] == answer["chatId"]
        ]
        assert "".join(d["text"] for d in deltas) == answer["content"]


async def test_a_deleted_chat_stops_and_comes_back_from_the_bin(window):
    """Its answer is cancelled, the list forgets it, the bin does not."""
    chat = await new_chat(window)
    hanging = Hangs("a word")
    window.play(hanging)
    sending = asyncio.create_task(window("chats/send", chatId=chat, content="go"))
    await hanging.began.wait()
    deleted = await window("chats/delete", id=chat)
    with pytest.raises(asyncio.CancelledError):
        await sending
    assert deleted["id"] == chat
    assert (await window.error("chats/get", id=chat)).code == 102
    assert chat not in {c["id"] for c in (await window("chats/list"))["chats"]}
    await window("bin/restore", kind="chat", id=chat)
    assert await window.contents(chat) == ["go", "a word"]


async def test_lists_are_paged_the_latest_used_first(window):
    """A message moves its chat to the front; cursors lead through all."""
    chats = [await new_chat(window, title=f"paged {n}") for n in range(5)]
    window.play(Said("x"))
    await window.says(chats[1], "to the front")
    project = (await window("projects/list"))["projects"][0]["id"]
    page = await window("chats/list", limit=2, projectId=project)
    listed = list(page["chats"])
    assert [c["title"] for c in listed] == ["paged 1", "paged 4"]
    while page["cursor"]:
        page = await window("chats/list", limit=2, cursor=page["cursor"])
        listed += page["chats"]
    ids = [c["id"] for c in listed]
    assert len(ids) == len(set(ids)) == len((await window("chats/list"))["chats"])
    assert (await window.error("chats/list", cursor="x")).code == 100
    renamed = await window("chats/rename", id=chats[0], title="  other name ")
    assert renamed["title"] == "other name"


async def test_words_find_chats_by_title_and_message(window):
    """Titles first; a message of any branch, with what is around it; never what was deleted."""
    titled = await new_chat(window, title="Walrus diary")
    chat = await new_chat(window, "Animals\nMy WALRÜS\n eats oysters " + "x " * 200)
    other = await new_chat(window, "an oyster", title="Food")
    found = (await window("chats/search", query="walrus"))["chats"]
    assert [c["id"] for c in found] == [titled, chat]
    assert (found[0]["messageId"], found[0]["snippet"]) == (None, "")
    assert found[1]["snippet"].startswith("re: Animals My WALRÜS eats oysters")
    assert [c["id"] for c in (await window("chats/search", query="oyst", limit=1))["chats"]] == [
        other
    ]
    assert (await window("chats/search", query="walrus submarine"))["chats"] == []
    for odd in ('"', "walrus AND", "(", "*", "a:b", "-", "'"):
        await window("chats/search", query=odd)
    everything = (await window("chats/search", query=" "))["chats"]
    assert len(everything) == min(50, len((await window("chats/list"))["chats"]))
    for message in await messages(window, other):
        await window("chats/deleteMessage", id=message["id"])
    assert other not in {c["id"] for c in (await window("chats/search", query="oyster"))["chats"]}


async def test_a_context_goes_before_its_message_and_is_accounted_for(window):
    """Chosen files and mentions are built, sent, kept, and secrets in them masked."""
    chat = await new_chat(window)
    context = {"items": [{"path": "shop/cart.py"}], "format": "markdown"}
    mentions = [
        {"kind": "file", "path": "README.md"},
        {"kind": "symbol", "name": "price_of"},
        {"kind": "selection", "path": "web/app.ts", "range": {"start": 2, "end": 2}},
        {"kind": "problems", "diagnostics": [
            {"path": "shop/cart.py", "line": 3, "severity": "error", "message": "undefined `x`"},
        ]},
    ]  # fmt: skip
    draft = {"chatId": chat, "content": "why?", "context": context, "mentions": mentions}
    meter = await window("chats/estimate", **draft, withRequest=True)
    window.play(Said("because"))
    await window("chats/send", **draft)
    ((_, text),) = window.sent
    assert [(m["role"], m["content"]) for m in meter["request"]] == window.sent
    assert text.endswith("\n\nwhy?")
    for part in ("class Cart", "Sells apples", "def price_of", "return `Hi", "undefined `x`"):
        assert part in text
    question = (await messages(window, chat))[0]
    assert question["content"] == "why?"
    assert {i["path"] for i in question["context"]["items"]} == {
        "shop/cart.py", "README.md", "shop/prices.py", "web/app.ts",
    }  # fmt: skip
    kept = await window("chats/getContext", id=question["id"])
    assert text == kept["text"] + "\n\nwhy?"
    assert [m["kind"] for m in kept["mentions"]] == ["file", "symbol", "selection", "problems"]
    parts = {part["name"]: part["tokens"] for part in meter["parts"]}
    assert meter["tokens"] == sum(parts.values()) - parts["reserve"]
    assert parts["context"] == pytest.approx(question["context"]["tokens"], abs=3)
    assert meter["largest"][0]["name"] in {i["path"] for i in question["context"]["items"]}


async def test_a_refreshed_context_follows_the_files_and_a_frozen_one_does_not(window):
    """Each further request has the file as it is, or as it was."""
    root = window.app.project(None).workspace.root
    path = root / "notes.txt"
    for mode, expected in (("refreshed", "after"), ("frozen", "before")):
        path.write_text("before", encoding="utf-8")
        await window("index/refresh")
        chat = await new_chat(window)
        window.play(Said("1"), Said("2"))
        mention = {"kind": "file", "path": "notes.txt"}
        await window.says(chat, "look", mentions=[mention], contextMode=mode)
        path.write_text("after", encoding="utf-8")
        await window("index/refresh")
        await window.says(chat, "again")
        assert expected in window.sent[0][1]
        kept = await window("chats/getContext", id=(await messages(window, chat))[0]["id"])
        assert expected in kept["text"]


async def test_the_chats_own_context_goes_with_the_newest_message_only(window):
    """A pinned context is built anew for each request and sent once."""
    chat = await new_chat(window, context={"items": [{"path": "shop/prices.py"}]})
    window.play(Said("1"), Said("2"))
    await window.says(chat, "one")
    await window.says(chat, "two")
    (_, first), _, (_, second) = window.sent
    assert first == "one"
    assert "def price_of" in second
    cleared = await window("chats/update", id=chat, clearContext=True)
    assert cleared["context"] is None


async def test_bad_mentions_are_refused_before_anything_is_kept(window):
    """A missing folder or symbol, or a mention of no kind: nothing is sent."""
    chat = await new_chat(window)
    for mention, code in (
        ({"kind": "folder", "path": "nowhere"}, 201),
        ({"kind": "symbol", "name": "no_such_thing"}, 302),
        ({"kind": "strange"}, -32602),
    ):
        error = await window.error("chats/send", chatId=chat, content="x", mentions=[mention])
        assert error.code == code
    assert await messages(window, chat) == []


async def test_a_folder_prompt_ticket_and_diff_can_be_mentioned(window):
    """Each becomes part of the context."""
    ticket = await window("tickets/create", title="Sell pears", overview="Green ones")
    prompt = await window("prompts/create", name="tone", content="Be kind.")
    chat = await new_chat(window)
    window.play(Said("ok"))
    mentions = [
        {"kind": "folder", "path": "shop/"}, {"kind": "ticket", "id": ticket["id"]},
        {"kind": "prompt", "id": prompt["id"]}, {"kind": "diff", "diff": "working"},
    ]  # fmt: skip
    await window.says(chat, "go", mentions=mentions)
    text = window.sent[0][1]
    for part in ("class Cart", "def price_of", "Sell pears", "Be kind."):
        assert part in text


async def test_what_does_not_fit_is_refused_with_the_measure(window):
    """The error says by how much and what is largest; nothing is kept or sent."""
    chat = await new_chat(window, "short")
    long = "word " * WINDOW_TOKENS
    meter = await window("chats/estimate", chatId=chat, content=long)
    error = await window.error("chats/send", chatId=chat, content=long)
    assert (error.code, error.data["overBy"]) == (902, meter["overBy"])
    assert meter["overBy"] == meter["tokens"] + meter["parts"][-1]["tokens"] - WINDOW_TOKENS > 0
    assert error.data["largest"][0]["tokens"] >= WINDOW_TOKENS
    assert len(await messages(window, chat)) == 2
    assert window.script.requests == []


async def test_the_meter_needs_no_chat(window):
    """A draft of a chat that does not exist yet is measured too, and shows its price."""
    meter = await window("chats/estimate", content="one two three")
    assert (meter["window"], meter["providerId"], meter["model"]) == (WINDOW_TOKENS, "local", "m")
    assert meter["costUsd"] == pytest.approx(meter["tokens"] / 1e6)
    assert {p["name"]: p["tokens"] for p in meter["parts"]}["history"] == 0
    unknown = await window("chats/estimate", content="x", providerId="nope")
    assert (unknown["window"], unknown["model"], unknown["tokens"] > 0) == (None, None, True)


async def test_compacting_is_visible_and_can_be_undone(window):
    """A summary is sent instead of what it covers; without it all is sent again."""
    chat = await new_chat(window, "one", "two", "three")
    window.play(Said("They counted to two."))
    summary = (await window("chats/compact", id=chat))["message"]
    assert (summary["role"], summary["status"]) == ("summary", "complete")
    assert "three" not in " ".join(text for _, text in window.sent)
    shown = await messages(window, chat)
    assert [m["sent"] for m in shown] == [False] * 4 + [True, True, True]
    assert summary["covers"] == shown[3]["id"]
    window.play(Said("four!"))
    await window.says(chat, "four")
    assert [text for _, text in window.sent] == [
        "Summary of the conversation so far:\n\nThey counted to two.\n\nthree", "re: three", "four",
    ]  # fmt: skip
    await window("chats/deleteMessage", id=summary["id"])
    window.play(Said("x"))
    await window.says(chat, "five")
    assert window.sent[0] == ("user", "one")
    assert (await window.error("chats/compact", id=chat, keep=99)).code == 100


async def test_chats_go_out_and_come_in(window):
    """JSON keeps every branch, Markdown the active one; both come back as they were."""
    chat = await new_chat(
        window, "one", "<!-- octoprompt:user -->\n## not a head", title="Träger: <1>"
    )
    first = (await messages(window, chat))[0]
    await window("chats/excludeMessage", id=first["id"])
    window.play(Said("other"))
    await window.says(chat, "other", replaces=first["id"])
    await window("chats/choose", id=first["id"])
    before = await messages(window, chat)
    for form in ("json", "markdown"):
        (file,) = (await window("chats/export", ids=[chat, chat], format=form))["files"]
        assert file["name"].startswith("Träger")
        came = await window("chats/import", files=[file, {"name": "x.md", "text": "# nothing"}])
        assert [s["name"] for s in came["skipped"]] == ["x.md"]
        (head,) = came["chats"]
        after = await messages(window, head["id"])
        kept = ("role", "content", "status", "excluded", "createdAt", "model")
        assert [[m[k] for k in kept] for m in after] == [[m[k] for k in kept] for m in before]
        assert head["title"] == "Träger: <1>"
        assert head["messageCount"] == (6 if form == "json" else 4)
    (file,) = (await window("chats/export", ids=[chat], format="json"))["files"]
    for damage in ("{", "[]", '{"format": "other"}', file["text"].replace('"user"', '"root"')):
        skipped = await window("chats/import", files=[{"name": "d.json", "text": damage}])
        assert len(skipped["skipped"]) == 1
    newer = json.dumps({**json.loads(file["text"]), "version": 99})
    skipped = await window("chats/import", files=[{"name": "n.json", "text": newer}])
    assert "newer" in skipped["skipped"][0]["reason"]


async def test_an_answer_without_a_word_goes_out_and_comes_in(window):
    """Its heading in the Markdown is not taken for its text."""
    chat = await new_chat(window)
    window.play(Said())
    assert (await window.error("chats/send", chatId=chat, content="one")).code == 812
    (file,) = (await window("chats/export", ids=[chat], format="markdown"))["files"]
    (head,) = (await window("chats/import", files=[file]))["chats"]
    assert await window.contents(head["id"]) == ["one", ""]


ODD_MESSAGES = {
    "its own parent": [{"id": "1", "parent_id": "1"}],
    "two of one id": [{"id": "1"}, {"id": "1", "parent_id": "1"}],
    "a circle": [{"id": "1", "parent_id": "2"}, {"id": "2", "parent_id": "1"}],
    "numbers without end": [{"id": "1", "usage": {"prompt_tokens": 1e999, "cost_usd": 1e999}}],
    "huge numbers": [{"id": "1", "usage": {"prompt_tokens": 10**40, "elapsed_ms": 10**400}}],
    "half a character": [{"id": "1", "content": "a\ud800b"}],
    "a long name": [{"id": "1", "model": "m" * 9_000, "finish_reason": "f" * 9_000}],
    "before all time": [{"id": "1", "created_at": "0001-01-01T00:00:00+23:59"}],
}


@pytest.mark.parametrize("odd", ODD_MESSAGES)
async def test_a_file_of_odd_messages_comes_in_and_can_be_read(window, odd):
    """What makes no sense in it is left out; the chat opens, and goes out again."""
    said = [{"role": "user", "content": "hello", **message} for message in ODD_MESSAGES[odd]]
    known = {"format": "octoprompt-chat", "version": 1, "title": "Odd\n\ud800 one"}
    text = json.dumps({**known, "messages": said})
    came = await window("chats/import", files=[{"name": "odd.json", "text": text}])
    assert came["skipped"] == []
    (head,) = came["chats"]
    assert head["title"] == "Odd \ufffd one"
    came = await messages(window, head["id"])
    assert {m["usage"] for m in came} == {None}
    assert all(len(m["model"] or "") <= 300 for m in came)
    exported = await window("chats/export", ids=[head["id"]], format="json")
    again = json.loads(exported["files"][0]["text"])["messages"]
    assert len(again) == len(said)


async def test_long_branches_come_in_pages(window):
    """The last messages first; `before` gives the ones before."""
    chat = await new_chat(window, *"abc")
    last = await window("chats/get", id=chat, limit=2)
    assert ([m["content"] for m in last["messages"]], last["earlier"]) == (["c", "re: c"], True)
    before = last["messages"][0]["id"]
    rest = await window("chats/get", id=chat, limit=10, before=before)
    assert [m["content"] for m in rest["messages"]] == ["a", "re: a", "b", "re: b"]
    assert not rest["earlier"]
    assert (await window.error("chats/get", id=chat, before="nope")).code == 102


async def test_nothing_is_asked_in_restricted_mode(tmp_path):
    """Chats can be read, and no model is asked."""
    root = make_repository(tmp_path / "shop")
    async with chatting(tmp_path, root, WorkspaceOptions(trusted=False)) as window:
        chat = await new_chat(window)
        for method, params in (
            ("chats/send", {"chatId": chat, "content": "x"}),
            ("chats/regenerate", {"id": "x"}),
            ("chats/continue", {"id": "x"}),
            ("chats/compact", {"id": chat}),
        ):
            assert (await window.error(method, **params)).code == 107
        assert await messages(window, chat) == []


async def test_a_chat_without_a_folder_belongs_to_no_project(tmp_path):
    """A window without a folder chats too; what needs a folder says so."""
    async with chatting(tmp_path) as window:
        chat = await window("chats/create")
        assert chat["projectId"] is None
        window.play(Said("hi"))
        await window.says(chat["id"], "hello")
        error = await window.error(
            "chats/send", chatId=chat["id"], content="x", context={"items": [{"path": "a"}]}
        )
        assert error.code == 101


async def test_a_model_that_asks_for_tools_does_no_harm(window):
    """Tool calls are not for chats: they are passed over."""
    chat = await new_chat(window)
    window.play(Said("ok", tool_calls=[ToolCall(id="1", name="rm", arguments="{}")]))
    assert (await window.says(chat, "hi"))["content"] == "ok"


def is_named(owner):
    """Take every server for dead."""
    return owner != ""


async def test_a_store_that_cannot_be_written_does_not_keep_a_window_from_opening(tmp_path):
    """What a dead server left stays as it is, and can be read."""
    async with chatting(tmp_path) as window:
        chat = await new_chat(window)
        hanging = Hangs("half")
        window.play(hanging)
        sending = asyncio.create_task(window("chats/send", chatId=chat, content="x"))
        await hanging.began.wait()
        sessions = window.app.store.streams._sessions  # noqa: SLF001 - what a disk would do
        sessions.read_only_reason = "the disk is read-only"
        window.app.conversations._claims.is_gone = is_named  # noqa: SLF001 - it died
        assert await window.app.conversations.recover() == 0
        assert (await messages(window, chat))[-1]["status"] == "streaming"
        sessions.read_only_reason = ""
        sending.cancel()
        with pytest.raises(asyncio.CancelledError):
            await sending
