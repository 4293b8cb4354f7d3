"""What does not fit into a model's window is told before it is sent, and never cut in silence.

The sizes are shares of the room that a request has: the window less what is kept for the answer.
"""

import pytest
import pytest_asyncio

from octoprompt.llm.line import Failure
from octoprompt.llm.scripted import Fails, Said
from support.chatting import WINDOW_TOKENS, chatting
from support.provider import TOO_LONG
from support.server import make_repository

pytestmark = pytest.mark.asyncio(loop_scope="module")
SHARES = (0.9, 1.0, 1.1, 10)
CHAT_TOO_LONG, CONTEXT_TOO_LONG, WORD = 902, 908, "word "


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def window(tmp_path_factory):
    """A window whose model has room for 6,000 tokens, which can be counted exactly."""
    folder = tmp_path_factory.mktemp("overflow")
    async with chatting(folder, make_repository(folder / "shop")) as window:
        models = [{"id": "gpt-4o", "contextWindow": WINDOW_TOKENS}]
        await window("providers/configure", id="local", model="gpt-4o", models=models)
        yield window


@pytest.fixture
async def room(window):
    """Tokens that fit into a request."""
    meter = await window("chats/estimate", content="x")
    return WINDOW_TOKENS - meter["parts"][-1]["tokens"]


async def new_chat(window, **fields):
    """Give the id of an empty chat."""
    return (await window("chats/create", **fields))["id"]


async def message_of(window, tokens):
    """Give the params of a request with a message that takes it to so many tokens."""
    chat = await new_chat(window)
    overhead = (await window("chats/estimate", chatId=chat, content=WORD.strip()))["tokens"] - 1
    return {"chatId": chat, "content": (WORD * (tokens - overhead)).strip()}


async def system_of(window, tokens):
    """The same by a system prompt."""
    chat = await new_chat(window, systemPrompt=WORD.strip())
    overhead = (await window("chats/estimate", chatId=chat, content="why?"))["tokens"] - 1
    await window("chats/update", id=chat, systemPrompt=(WORD * (tokens - overhead)).strip())
    return {"chatId": chat, "content": "why?"}


async def history_of(window, tokens):
    """The same by what was said before."""
    chat = await new_chat(window)
    window.play(Said("yes"))
    await window.says(chat, WORD.strip())
    window.play()

    async def edit(content):
        first = (await window("chats/get", id=chat))["messages"][0]
        await window("chats/editMessage", id=first["id"], content=content)

    await edit(WORD.strip())
    overhead = (await window("chats/estimate", chatId=chat, content="why?"))["tokens"] - 1
    await edit((WORD * (tokens - overhead)).strip())
    return {"chatId": chat, "content": "why?"}


@pytest.mark.parametrize("share", SHARES)
@pytest.mark.parametrize(
    "made", [message_of, system_of, history_of], ids=lambda made: made.__name__
)
async def test_what_fits_is_sent_whole_and_what_does_not_is_told(window, room, made, share):
    """To the token: one request with every word, or none and the exact measure of what is over."""
    tokens = int(room * share)
    asked = await made(window, tokens)
    meter = await window("chats/estimate", **asked)
    assert meter["tokens"] == tokens
    assert meter["overBy"] == max(0, tokens - room)
    before = await window.contents(asked["chatId"])

    if share <= 1:
        window.play(Said("because"))
        answer = await window("chats/send", **asked)
        assert answer["message"]["status"] == "complete"
        assert sum(text.count("word") for _, text in window.sent) >= room * share * 0.9
        assert len(window.script.requests) == 1
    else:
        window.play()
        error = await window.error("chats/send", **asked)
        assert (error.code, error.data["overBy"]) == (CHAT_TOO_LONG, tokens - room)
        assert error.data["largest"][0]["tokens"] > room
        assert "compact" in error.message
        assert await window.contents(asked["chatId"]) == before
        assert window.script.requests == []


@pytest.mark.parametrize("share", SHARES)
async def test_files_are_cut_to_fit_and_every_cut_is_told(window, room, share):
    """A context gives way before a message; what was cut or left out has its name."""
    root = window.app.project(None).workspace.root
    (root / "many").mkdir(exist_ok=True)
    paths = [f"many/f{number}.py" for number in range(5)]
    for path in paths:
        body = "    value = value + 1\n" * max(1, int(room * share) // 5 // 7)
        (root / path).write_text(f"def work(value):\n{body}    return value\n", encoding="utf-8")
    await window("index/refresh")
    mentions = [{"kind": "file", "path": path} for path in paths]
    asked = {"chatId": await new_chat(window), "content": "why?", "mentions": mentions}
    meter = await window("chats/estimate", **asked)
    account = meter["context"]
    told = {item["path"]: item["mode"] for item in account["items"]}
    told |= {item["path"]: "omitted" for item in account["omitted"]}
    assert set(told) == set(paths)
    if meter["overBy"]:
        error = await window.error("chats/send", **asked)
        assert error.code == CHAT_TOO_LONG
        assert error.data["largest"][0]["name"] in paths
        assert window.script.requests == []
        return
    window.play(Said("because"))
    await window("chats/send", **asked)
    ((_, text),) = window.sent
    for path, mode in told.items():
        whole = text.count("value = value + 1") > 0 if mode == "full" else None
        assert (path in text) == (mode != "omitted"), (path, mode)
        assert whole is not False


async def test_a_provider_that_finds_it_too_long_is_not_asked_again(window):
    """One try; how much is over is told in its own numbers, and the question is kept."""
    refused = Failure(
        kind="status", status=400, detail=TOO_LONG, error_code="context_length_exceeded"
    )
    chat = await new_chat(window)
    window.play(Fails(refused))
    error = await window.error("chats/send", chatId=chat, content="why?")
    assert error.data == {"tokens": 9000, "window": 8192, "overBy": 808} | error.data
    assert len(window.script.requests) == 1
    assert await window.contents(chat) == ["why?", ""]
    window.play()
