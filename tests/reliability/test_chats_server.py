"""Answers that stream through real servers: killed, closed, watched by a second window."""

import contextlib
import os
import random
import signal
import time

import pytest

from support.client import RpcFailure
from support.streaming import ask, kills, last, talking, told, until

SEED = int(os.environ.get("OCTOPROMPT_SEED", "1"))
MAY_BE_LOST_S = 1.0


def kill(client):
    """Let a server die without a word."""
    client.process.send_signal(signal.SIGKILL)
    client.process.wait(10)
    client.close()


@pytest.mark.timeout(600 + 20 * kills(2))
def test_a_killed_server_loses_no_message_and_at_most_a_second_of_text(own_repository, tmp_path):
    """`kill -9` in the middle of answers: the question is there, and what was told a second ago."""
    chance = random.Random(SEED)  # noqa: S311  # moments to kill, no secrets
    seen: dict[str, str] = {}
    for _ in range(kills(2)):
        client = talking(own_repository, tmp_path)
        begun = [ask(client, "words-1000", content=f"question {n}") for n in range(2)]
        for chat, sending in begun:
            until(lambda c=client, t=chat, s=sending: told(c, t) or c.has_answer(s))
            assert told(client, chat), client.message(sending)
        time.sleep(chance.random())  # noqa: TID251  # the server works meanwhile
        seen |= {chat: told(client, chat) for chat, _ in begun}
        time.sleep(MAY_BE_LOST_S)  # noqa: TID251
        kill(client)
    with contextlib.closing(talking(own_repository, tmp_path)) as client:
        for chat, text in seen.items():
            question, answer = client.request("chats/get", {"id": chat})["messages"]
            assert question["content"].startswith("question")
            assert answer["status"] == "interrupted"
            assert text
            assert answer["content"].startswith(text)
        listed = client.request("chats/list", {})["chats"]
        assert {c["id"] for c in listed} == set(seen)
        assert not any(c["streaming"] for c in listed)
        client.request("chats/update", {"id": answer["chatId"], "model": "words-3"})
        resumed = client.request("chats/continue", {"id": answer["id"]})["message"]
        assert resumed["status"] == "complete"
        assert resumed["content"].startswith(answer["content"])


def test_a_closed_window_leaves_its_answer_interrupted(own_repository, tmp_path):
    """Shutting down in the middle of an answer keeps all that was told; it is no failure."""
    with contextlib.closing(talking(own_repository, tmp_path)) as client:
        chat, _ = ask(client, "words-1000")
        until(lambda: len(told(client, chat)) > 40)
        client.close()
        seen = told(client, chat)
    with contextlib.closing(talking(own_repository, tmp_path)) as client:
        answer = last(client, chat)
        assert answer["status"] == "interrupted"
        assert answer["content"].startswith(seen)


def test_a_second_window_sees_an_answer_grow_and_end(own_repository, tmp_path):
    """It is told, reads the text so far, cannot write into it, and notices when its server dies."""
    with contextlib.closing(talking(own_repository, tmp_path)) as other:
        client = talking(own_repository, tmp_path)
        chat, _ = ask(client, "words-1000")
        until(lambda: len(told(client, chat)) > 40)
        until(lambda: last(other, chat)["content"])
        answer = last(other, chat)
        assert answer["status"] == "streaming"
        until(lambda: told(client, chat).startswith(answer["content"]))
        until(lambda: _was_told(other), 4)
        with pytest.raises(RpcFailure) as caught:
            other.request("chats/send", {"chatId": chat, "content": "me too"})
        assert caught.value.code == 901
        kill(client)
        assert last(other, chat)["status"] == "interrupted"
        sent = other.request("chats/send", {"chatId": chat, "content": "on", "model": "words-3"})
        assert sent["message"]["status"] == "complete"


def _was_told(client):
    return any(n["method"] == "octoprompt/data/changed" for n in client.notifications)
