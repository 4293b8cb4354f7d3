"""Cancelling: answered soon, whenever it comes, and work that did not begin never begins."""

import json
import os
import random
import time

import pytest

from support.client import Client, RpcFailure, faulty, frame

CANCELS = int(os.environ.get("OCTOPROMPT_CANCELS", "60"))
SEED = int(os.environ.get("OCTOPROMPT_SEED", "1"))
SOON_S = 1.0
"""300 ms on a quiet machine."""


@pytest.fixture(scope="module")
def slow():
    """A server whose `debug/ping` takes 30 s."""
    client = Client(command=faulty("slow"))
    client.initialize()
    client.request("debug/dump", timeout=60)
    yield client
    assert client.close() == 0


def test_running_requests_are_answered_soon(slow: Client):
    """A request that runs is answered with -32800 soon after the cancel, at whatever time."""
    dice = random.Random(SEED)  # noqa: S311 - the same times again
    slowest = 0.0
    for _ in range(CANCELS):
        id_ = slow.start("debug/ping")
        if dice.random() < 0.5:
            slow.request("debug/dump")
        began = time.monotonic()
        slow.cancel(id_)
        with pytest.raises(RpcFailure, match="-32800"):
            slow.answer(id_, timeout=10)
        slowest = max(slowest, time.monotonic() - began)
    assert slowest < SOON_S


def test_what_was_cancelled_before_it_began_never_begins(slow: Client):
    """A request and its cancel in one write: the handler is not entered."""
    before = slow.request("debug/dump")["counts"]["began"]
    ids = [f"queued-{number}" for number in range(50)]
    for id_ in ids:
        slow.expect(id_)
        ping = {"jsonrpc": "2.0", "id": id_, "method": "octoprompt/debug/ping"}
        cancel = {"jsonrpc": "2.0", "method": "$/cancelRequest", "params": {"id": id_}}
        # So short that the pipe takes and gives them as one piece.
        slow.raw(frame(json.dumps(ping).encode()) + frame(json.dumps(cancel).encode()))
    for id_ in ids:
        with pytest.raises(RpcFailure, match="-32800"):
            slow.answer(id_, timeout=10)
    assert slow.request("debug/dump")["counts"]["began"] == before
    assert "never awaited" not in slow.log()


@pytest.mark.parametrize("params", [None, {}, [], {"id": None}, {"id": "nobody"}, {"id": [1]}])
def test_a_cancel_of_nothing_is_nothing(slow: Client, params: object):
    """Cancels of unknown, finished or odd ids are ignored."""
    slow.notify("$/cancelRequest", params)
    slow.request("debug/dump", timeout=10)


def test_too_many_at_once_are_refused_not_forgotten(slow: Client):
    """Beyond the limit a request is answered at once with -32803; the others still cancel."""
    ids = [slow.start("debug/ping") for _ in range(1050)]
    refused = 0
    for id_ in ids[1000:]:
        with pytest.raises(RpcFailure) as caught:
            slow.answer(id_, timeout=10)
        refused += caught.value.code == -32803
    for id_ in ids[:1000]:
        slow.cancel(id_)
    for id_ in ids[:1000]:
        with pytest.raises(RpcFailure):
            slow.answer(id_, timeout=20)
    assert refused == 50
