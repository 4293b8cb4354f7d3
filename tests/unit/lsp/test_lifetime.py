"""The end of the client is noticed, and an idle server does next to nothing."""

import asyncio
import os
import subprocess
import sys
import threading
import time

import pytest

from octoprompt.lsp import lifetime


def refuse(_pid):
    """Be a system that lends no descriptors of processes."""
    raise OSError


@pytest.mark.parametrize("told_by", ["kernel", "looking"])
def test_a_client_that_ends_is_noticed(monkeypatch, told_by):
    """By the kernel at once, elsewhere by looking after it."""
    if told_by == "looking":
        monkeypatch.setattr(lifetime, "POLL_S", 0.02)
        monkeypatch.setattr(os, "pidfd_open", refuse, raising=False)
    client = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    gone = threading.Event()
    lifetime.watch_parent(client.pid, gone.set)
    assert not gone.wait(0.2)
    client.kill()
    # Not waited for yet: it is a zombie, which is as dead.
    assert gone.wait(5)
    client.communicate()


async def test_a_blocked_loop_is_noticed_as_soon_as_work_begins(monkeypatch):
    """Also when the monitor was resting."""
    monkeypatch.setattr(lifetime, "IDLE_TICK_S", 60)
    is_busy = False
    monitor = lifetime.LagMonitor(lambda: is_busy, lambda: None)
    monitor.start()
    await asyncio.sleep(0.05)
    is_busy = True
    monitor.wake()
    await asyncio.sleep(0.02)
    time.sleep(0.4)  # noqa: ASYNC251, TID251 - blocking is what it is about
    await asyncio.sleep(0.05)
    await monitor.stop()
    assert monitor.summary()["max"] > 200


async def test_rest_is_told_once_after_work(monkeypatch):
    """What idleness is used for happens once, and not without work before it."""
    monkeypatch.setattr(lifetime, "IDLE_TICK_S", 0.02)
    rests: list[float] = []
    monitor = lifetime.LagMonitor(lambda: False, lambda: rests.append(time.monotonic()))
    monitor.start()
    await asyncio.sleep(0.1)
    assert not rests
    monitor.wake()
    await asyncio.sleep(0.2)
    await monitor.stop()
    assert len(rests) == 1
