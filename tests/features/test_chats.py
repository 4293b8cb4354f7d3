"""Chats through the endpoint: trees, what is sent, what streams, what is kept."""

import pytest_asyncio
import pytest

from octoprompt.llm.scripted import Said
from support.chatting import chatting
from support.server import make_repository

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def window(tmp_path_factory):
    """A window on a small repository."""
    folder = tmp_path_factory.mktemp("chats")
    async with chatting(folder, make_repository(folder / "shop")) as window:
        yield window


async def new_chat(window, **fields):
    """Give the id of a new chat."""
    return (await window("chats/create", **fields))["id"]


async def test_a_message_is_answered_and_both_are_kept(window):
    """The answer streams, the message has model, usage and cost, and the chat has a title."""
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
    assert window.sent == [("user", "# Hi *you*\nmore")]
