"""A helper process that does not do its part costs its deadline, and no more."""

import asyncio
import os
import signal
import time
from pathlib import Path

import pytest

from octoprompt.children import Child, ChildSpec, Helper
from octoprompt.errors import ChildFailed, DeadlinePassed

LARGE = "x" * (8 * 1024 * 1024)


@pytest.fixture
def spec(monkeypatch):
    """Say how the child of these tests is started."""
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[1]))
    return ChildSpec(module="support.sleepy_child", hang_seconds=60)


@pytest.mark.skipif(not hasattr(signal, "SIGSTOP"), reason="stopping a process is POSIX")
def test_a_child_that_does_not_read_is_killed_at_its_deadline(spec):
    """A message larger than the pipe does not hold its sender for ever."""
    child = Child(spec)
    try:
        assert child.request("hello", 20) == "hello"
        os.kill(child.pid, signal.SIGSTOP)
        began = time.monotonic()
        with pytest.raises(DeadlinePassed):
            child.request(LARGE, 1.0)
        assert time.monotonic() - began < 10
    finally:
        child.close()


async def test_closing_does_not_wait_for_a_question(spec):
    """A helper that is closed while it is asked ends the question and starts no other child."""
    helper = Helper(spec)
    assert await helper.ask("hello", 20) == "hello"
    question = asyncio.create_task(helper.ask("hang", 60))
    await asyncio.sleep(0.2)
    began = time.monotonic()
    await helper.close()
    with pytest.raises(ChildFailed):
        await question
    assert time.monotonic() - began < 5
