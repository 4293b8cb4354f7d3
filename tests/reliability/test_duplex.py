"""A child that does several things at once, and what becomes of the others when one goes wrong."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from contextlib import aclosing
from pathlib import Path

import pytest
import pytest_asyncio

from octoprompt.children import ChildSpec
from octoprompt.duplex import OBEY_S, Duplex
from octoprompt.errors import ChildFailed
from support.asking import is_alive, until

IDLE_S = 60.0


@pytest.fixture
def spec(monkeypatch):
    """Say how the child of these tests is started."""
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[1]))
    return ChildSpec(module="support.chatty_child", nice=0)


@pytest_asyncio.fixture
async def child(spec):
    """A child that is ended after the test."""
    duplex = Duplex(spec, idle_s=IDLE_S)
    yield duplex
    await duplex.close()


async def all_of(duplex, message):
    """Give all values of a piece of work."""
    async with aclosing(duplex.work(message)) as values:
        return [value async for value in values]


async def first_of(duplex, message):
    """Begin a piece of work; gives its first value and its values."""
    values = duplex.work(message)
    return await anext(values), values


async def test_values_come_in_order_and_apart(child):
    """Two thousand values of each of five works, none in another's."""
    counts = await asyncio.gather(*(all_of(child, ("count", 2000 + n)) for n in range(5)))
    assert counts == [list(range(2000 + n)) for n in range(5)]


@pytest.mark.parametrize("message", ["x" * (8 << 20), b"\0" * 100, {"a": [1, (2.5, None)]}, ""])
async def test_messages_of_any_size_go_both_ways(child, message):
    """Larger than any pipe, and every type that marshal takes."""
    assert await all_of(child, message) == [message]


async def test_what_is_printed_is_no_frame(child):
    """Noise on the child's standard output goes elsewhere."""
    assert await all_of(child, "print") == ["quiet"]
    assert await all_of(child, "again") == ["again"]


async def test_leaving_cancels_the_work_alone(child, tmp_path):
    """The child's generator is closed soon; other work does not notice."""
    mark = tmp_path / "mark"
    value, values = await first_of(child, ("wait", str(mark)))
    assert value == "waiting"
    pid = child.pid
    await values.aclose()
    await until(mark.exists, 2)
    assert await all_of(child, ("count", 3)) == [0, 1, 2]
    assert child.pid == pid


async def test_work_that_fails_says_so(child):
    """With what it gave before; the child lives on."""
    value, values = await first_of(child, "raise")
    assert value == "so far"
    with pytest.raises(ChildFailed, match="RuntimeError: as it was told"):
        await anext(values)
    pid = child.pid
    assert await all_of(child, "more") == ["more"]
    assert child.pid == pid


@pytest.mark.parametrize("message", ["hold", "stubborn"])
async def test_a_child_that_does_not_obey_is_killed(child, tmp_path, message):
    """One second after the cancellation; work beside it fails, the next has another child."""
    _, beside = await first_of(child, ("wait", str(tmp_path / "mark")))
    _, values = await first_of(child, message)
    pid = child.pid
    began = time.monotonic()
    await values.aclose()
    assert time.monotonic() - began < 0.3, "closing waits for the child"
    with pytest.raises(ChildFailed, match="ended with code"):
        await anext(beside)
    assert time.monotonic() - began < 4
    assert not is_alive(pid)
    assert await all_of(child, "again") == ["again"]


async def test_a_slow_child_that_does_other_work_is_not_killed(child):
    """An answer that ends late costs no other one."""
    _, late = await first_of(child, ("late", 1.8))
    pid = child.pid
    others = asyncio.create_task(all_of(child, ("slowly", 25)))
    await late.aclose()
    assert await others == list(range(25))
    assert child.pid == pid


def starve(pid):
    """Leave a process next to nothing of one processor; give the processes that have the rest."""
    for thread in Path(f"/proc/{pid}/task").iterdir():
        os.sched_setaffinity(int(thread.name), {0})
        os.setpriority(os.PRIO_PROCESS, int(thread.name), 10)
    program = "import os\nos.sched_setaffinity(0, {0})\nwhile True: pass"
    return [subprocess.Popen([sys.executable, "-c", program]) for _ in range(6)]


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="others cannot be put in its way")
async def test_a_child_that_gets_no_processor_is_not_killed(child):
    """Cancelled work may take long when the machine is busy; what goes on beside it lives."""
    _, values = await first_of(child, ("toil", 0.05))
    _, beside = await first_of(child, ("slowly", 3))
    pid = child.pid
    busy = starve(pid)
    await asyncio.sleep(0.5)
    try:
        await values.aclose()
        await asyncio.sleep(OBEY_S * 2)
        assert child.pid == pid
    finally:
        for process in busy:
            process.kill()
            process.wait()
    assert [value async for value in beside] == [1, 2]
    assert await all_of(child, "again") == ["again"]
    assert child.pid == pid


async def test_a_child_that_dies_fails_its_work_and_is_replaced(child):
    """By itself or by others."""
    with pytest.raises(ChildFailed, match="code 3"):
        await all_of(child, "exit")
    assert await all_of(child, "again") == ["again"]
    _, values = await first_of(child, "stubborn")
    os.kill(child.pid, signal.SIGKILL)
    with pytest.raises(ChildFailed):
        await anext(values)
    await values.aclose()
    assert await all_of(child, "again") == ["again"]


async def test_a_child_that_cannot_start_is_told(monkeypatch):
    """A missing module is an error of the work, within its time."""
    duplex = Duplex(ChildSpec(module="support.nobody"), idle_s=IDLE_S)
    with pytest.raises(ChildFailed, match="code 1"):
        await all_of(duplex, "x")
    monkeypatch.setattr("sys.executable", "/no/such/python")
    with pytest.raises(ChildFailed, match="cannot start"):
        await all_of(duplex, "x")
    await duplex.close()


async def test_an_idle_child_ends(spec):
    """And the next work starts another one."""
    duplex = Duplex(spec, idle_s=0.1)
    assert await all_of(duplex, "x") == ["x"]
    pid = duplex.pid
    await until(lambda: not is_alive(pid), 5)
    assert await all_of(duplex, "y") == ["y"]
    assert duplex.pid != pid
    await duplex.close()


async def test_a_busy_child_is_not_idle(spec, tmp_path):
    """However long its work takes."""
    duplex = Duplex(spec, idle_s=0.1)
    value, values = await first_of(duplex, ("wait", str(tmp_path / "mark")))
    assert value == "waiting"
    assert await all_of(duplex, "x") == ["x"]
    pid = duplex.pid
    await asyncio.sleep(0.5)
    assert is_alive(pid)
    await values.aclose()
    await until(lambda: not is_alive(pid), 5)
    await duplex.close()


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="the child knows its memory on Linux")
async def test_a_child_that_has_grown_is_replaced_when_it_is_free(spec, tmp_path):
    """Not while it works."""
    duplex = Duplex(spec, idle_s=IDLE_S, max_memory_bytes=100 << 20)
    assert await all_of(duplex, "x") == ["x"]
    pid = duplex.pid
    _, values = await first_of(duplex, ("wait", str(tmp_path / "mark")))
    assert await all_of(duplex, "eat") == [1]
    assert await all_of(duplex, "eat") == [2]
    assert duplex.memory_bytes > 100 << 20
    await asyncio.sleep(0.2)
    assert is_alive(pid)
    await values.aclose()
    await until(lambda: not is_alive(pid), 5)
    assert await all_of(duplex, "eat") == [1]
    await duplex.close()


async def test_closing_ends_everything_at_once(spec):
    """Work that goes on fails, later work too, and no process is left."""
    duplex = Duplex(spec, idle_s=IDLE_S)
    _, values = await first_of(duplex, "stubborn")
    pid = duplex.pid
    began = time.monotonic()
    await duplex.close()
    assert time.monotonic() - began < 2
    assert not is_alive(pid)
    for work in (values, duplex.work("x")):
        with pytest.raises(ChildFailed):
            await anext(work)


async def test_who_gives_up_before_the_start_leaves_nothing(spec):
    """Cancelled while the child starts: the child is there for the next, or ends."""
    duplex = Duplex(spec, idle_s=IDLE_S)
    task = asyncio.create_task(all_of(duplex, "x"))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await all_of(duplex, "y") == ["y"]
    await duplex.close()
