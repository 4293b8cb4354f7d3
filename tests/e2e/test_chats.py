"""Chats over the wire, with a provider over real HTTP."""

import time

import pytest

from support.client import Client, RpcFailure
from support.provider import TEXT, Provider
from support.streaming import CHANGED, DELTA, ask, last, told, until, use


@pytest.fixture(scope="module")
def provider():
    """A provider that answers at once."""
    with Provider() as provider:
        yield provider


@pytest.fixture(scope="module")
def client(repository, provider):
    """A server that asks the provider."""
    with Client(repository) as client:
        use(client, provider.url)
        yield client


def test_an_answer_streams_over_the_wire(client, provider):
    """What the provider says is told in pieces, given as a whole, and kept."""
    start = len(client.notifications)
    chat, sending = ask(client, "ok", content="Say it.")
    message = client.answer(sending)["message"]
    assert (message["content"], message["status"]) == (TEXT, "complete")
    assert (message["model"], message["usage"]["promptTokens"]) == ("ok", 12)
    ours = [n for n in client.notifications[start:] if n["method"] in (CHANGED, DELTA)]
    assert [ours[0]["method"], ours[-1]["method"]] == [CHANGED, CHANGED]
    assert told(client, chat) == TEXT
    assert last(client, chat) == message
    assert provider.requests[-1].body["messages"] == [{"role": "user", "content": "Say it."}]
    assert client.request("usage/summary", {})


def test_cancelling_is_quick_and_keeps_the_text(client, provider):
    """`$/cancelRequest` is answered within 300 ms, with the text so far kept as cancelled."""
    chat, sending = ask(client, "slow-200")
    until(lambda: told(client, chat))
    started = time.monotonic()
    client.cancel(sending)
    with pytest.raises(RpcFailure) as caught:
        client.answer(sending)
    assert caught.value.code == -32800
    assert time.monotonic() - started < 0.3
    answer = last(client, chat)
    assert (answer["status"], answer["content"]) == ("cancelled", told(client, chat))
    asked = provider.requests[-1]
    until(lambda: asked.closed_after_s is not None, 1.5)


@pytest.mark.parametrize("model", ["401", "cut", "html", "empty"])
def test_what_goes_wrong_is_a_typed_error_and_kept(client, model):
    """The request fails as the gateway does, and the chat shows why."""
    chat, sending = ask(client, model)
    with pytest.raises(RpcFailure) as caught:
        client.answer(sending)
    assert 800 < caught.value.code < 900
    answer = last(client, chat)
    assert (answer["status"], answer["problem"]["code"]) == ("failed", caught.value.code)
    assert answer["content"] == told(client, chat)
