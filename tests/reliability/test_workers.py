"""Workers that crash, hang or lose their parent: nothing innocent is lost, nothing stays behind."""

import asyncio
import os
import signal
import subprocess
import sys
import textwrap
import time
from dataclasses import replace
from pathlib import Path

import pytest

from octoprompt import children
from octoprompt.children import Child, ChildSpec, Helper
from octoprompt.errors import ChildFailed, DeadlinePassed
from octoprompt.index import index as index_module
from octoprompt.index import pipeline, workers
from support.faulty_worker import FAULTS
from support.indexing import opened, write

TESTS = Path(__file__).parents[1]
CRASHES = int(os.environ.get("OCTOPROMPT_SOAK_CRASHES", "6"))
ENVIRONMENT = {"PYTHONPATH": os.pathsep.join([str(TESTS), str(TESTS.parent / "server")])}
SOON_S = 0.5
"""100 ms on a quiet machine."""
pytestmark = pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")


@pytest.fixture
def faulty(monkeypatch):
    """Workers that die of what a text says, and short limits."""
    real = workers.worker_spec

    def spec(root, options):
        return replace(real(root, options), module="support.faulty_worker", environment=ENVIRONMENT)

    monkeypatch.setattr(pipeline, "worker_spec", spec)
    monkeypatch.setattr(index_module, "worker_spec", spec)
    monkeypatch.setattr(pipeline, "HARD_LIMIT_S", 1.0)
    monkeypatch.setattr(workers, "HARD_LIMIT_S", 1.0)


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.usefixtures("faulty")
async def test_only_the_guilty_file_is_left_out(tmp_path, fault):
    """A file that kills or hangs its worker costs its own symbols and nothing else."""
    root = tmp_path / "root"
    write(root, {f"m{n}.py": f"def innocent_{n}(): pass\n" for n in range(40)})
    write(root, {"m20.py": f"def guilty(): return '{fault}'\n"})
    async with opened(root, tmp_path / "cache") as index:
        status = index.status()
        assert [issue.path for issue in status.failed] == ["m20.py"]
        assert status.state == "idle"
        names = {symbol.name for symbol in await index.find_symbols("innocent_", 100)}
        assert names == {f"innocent_{n}" for n in range(40) if n != 20}
        # Its text was never in doubt.
        found = await index.search(fault, "text", 5)
        assert [hit.path for hit in found.hits] == ["m20.py"]
        assert (await index.parsed("m20.py")).problem


@pytest.mark.usefixtures("faulty")
async def test_quarantine_is_by_content_and_outlives_a_restart(tmp_path):
    """The same content is not tried again, other content of the same file is."""
    root = tmp_path / "root"
    write(root, {"bad.py": "x = 'FAULT-SEGV'\n", "good.py": "def good(): pass\n"})
    async with opened(root, tmp_path / "cache") as index:
        assert index.status().failed_total == 1
    started = []
    real = Child.__init__

    def count(self, spec):
        started.append(spec)
        real(self, spec)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Child, "__init__", count)
        async with opened(root, tmp_path / "cache") as index:
            assert index.status().failed_total == 1
            assert len(started) <= 1
            write(root, {"bad.py": "def better(): pass\n"})
            await index.refresh()
            assert index.status().failed_total == 0
            assert [s.path for s in await index.find_symbols("better", 5)] == ["bad.py"]


@pytest.mark.usefixtures("faulty")
async def test_many_crashes_lose_nothing(tmp_path):
    """Guilty files all over the tree: each is found, every other file is complete."""
    root = tmp_path / "root"
    guilty = {f"g{n}.py": f"# {n}\nx = '{FAULTS[n % 3]}'\n" for n in range(CRASHES)}
    write(root, guilty)
    write(root, {f"p{n}/m{n}.py": f"def innocent_{n}(): pass\n" for n in range(150)})
    async with opened(root, tmp_path / "cache") as index:
        status = index.status()
        assert {issue.path for issue in status.failed} == set(guilty)
        assert len(await index.find_symbols("innocent_", 500)) == 150


@pytest.mark.usefixtures("faulty")
async def test_an_unsaved_text_that_kills_its_worker_is_a_problem_of_its_own(tmp_path):
    """The outline says so, and the next unsaved text is parsed."""
    root = tmp_path / "root"
    write(root, {"a.py": "def a(): pass\n"})
    async with opened(root, tmp_path / "cache") as index:
        overlay = index._workspace.overlay  # noqa: SLF001 - as the editor's sync does
        overlay.set("a.py", "x = 'FAULT-SEGV'\n", 1)
        index.overlay_changed("a.py")
        assert "ended with code" in (await index.parsed("a.py")).problem
        overlay.set("a.py", "def b(): pass\n", 2)
        index.overlay_changed("a.py")
        assert [symbol.name for symbol in (await index.parsed("a.py")).symbols] == ["b"]


PARENT = """
import sys, threading
from octoprompt import children
from octoprompt.children import Child, ChildSpec
spec = ChildSpec(module="support.sleepy_child", hang_seconds=20)
children = [Child(spec) for _ in range(2)]
threading.Thread(target=children[1].request, args=("hang", 60), daemon=True).start()
children[0].request("hello", 10)
print(*(child.pid for child in children), flush=True)
sys.stdin.read()
"""


@pytest.mark.parametrize("way", [signal.SIGKILL, signal.SIGTERM])
def test_children_die_with_their_parent(way):
    """Idle or hanging, none is left a second after its parent was killed."""
    env = {**os.environ, **ENVIRONMENT}
    parent = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(PARENT)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=env,
    )
    assert parent.stdout is not None
    pids = [int(pid) for pid in parent.stdout.readline().split()]
    assert len(pids) == 2
    parent.send_signal(way)
    parent.communicate(timeout=10)
    deadline = time.monotonic() + 5
    while any(_is_alive(pid) for pid in pids) and time.monotonic() < deadline:
        time.sleep(0.02)  # noqa: TID251 - nothing tells of another's child
    assert not any(_is_alive(pid) for pid in pids)


def _is_alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def _spec(**more):
    return ChildSpec(module="support.sleepy_child", environment=ENVIRONMENT, **more)


def test_a_child_has_no_secrets_a_lower_priority_and_clean_frames(monkeypatch):
    """What it prints does not corrupt the pipe, and our keys are not in its environment."""
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret")
    child = Child(_spec())
    try:
        answer = child.request("print", 10)
        assert answer == ("print", False, os.getpriority(os.PRIO_PROCESS, 0) + 5, True)
    finally:
        child.close()


def test_a_child_that_takes_too_long_is_killed():
    """The deadline holds, and the pid is gone."""
    child = Child(_spec())
    with pytest.raises(DeadlinePassed):
        child.request("hang", 0.5)
    child.close()
    assert not _is_alive(child.pid)


def test_a_child_ends_itself_when_nobody_watches():
    """Its own timer ends it in the middle of C code."""
    child = Child(_spec(hang_seconds=0.5))
    with pytest.raises(DeadlinePassed):
        child.request("hang", 20)
    child.close()


def test_a_child_that_computes_too_long_ends_itself():
    """By its own processor time: waiting costs nothing of it."""
    child = Child(_spec(busy_seconds=0.5))
    assert child.request("nap", 20) == "nap"
    with pytest.raises(DeadlinePassed):
        child.request("loop", 60)
    child.close()


def test_a_child_stays_in_its_memory():
    """An allocation beyond the limit fails in the child alone."""
    child = Child(_spec(memory_bytes=512 << 20))
    with pytest.raises(ChildFailed):
        child.request("eat", 20)
    child.close()


async def test_a_helper_is_replaced_once_and_rests_when_unused():
    """A dead child costs no question, and an unused one is gone."""
    helper = Helper(_spec(), idle_s=0.2)
    first = await helper.ask("pid", 10)
    assert await helper.ask("pid", 10) == first
    with pytest.raises(ChildFailed):
        await helper.ask("exit", 10)
    second = await helper.ask("pid", 10)
    assert second != first
    assert isinstance(second, int)
    async with asyncio.timeout(10):
        while _is_alive(second):  # noqa: ASYNC110 - nothing tells of a child's end
            await asyncio.sleep(0.02)
    assert isinstance(await helper.ask("pid", 10), int)
    await helper.close()


async def test_a_helper_that_was_warmed_is_ready_and_rests_when_nobody_asks(monkeypatch):
    """A child that starts early answers the first question, and goes when there is none."""
    started: list[Child] = []

    class Counted(Child):
        def __init__(self, spec: ChildSpec) -> None:
            super().__init__(spec)
            started.append(self)

    monkeypatch.setattr(children, "Child", Counted)
    asked, unasked = Helper(_spec()), Helper(_spec(), idle_s=0.2)
    for helper in (asked, unasked):
        helper.warm()
    async with asyncio.timeout(10):
        while len(started) < 2:  # noqa: ASYNC110 - nothing tells of a child's start
            await asyncio.sleep(0.02)
        pid = await asked.ask("pid", 10)
        (other,) = {child.pid for child in started} - {pid}
        while _is_alive(other):  # noqa: ASYNC110 - nor of its end
            await asyncio.sleep(0.02)
    assert len(started) == 2
    await asked.close()
    await unasked.close()


@pytest.mark.parametrize("message", ["loop", "match"])
async def test_a_question_that_nobody_waits_for_is_broken_off(message):
    """The helper is free at once, with the same child, also for what had to wait in line."""
    helper = Helper(_spec(can_break_off=True))
    pid = await helper.ask("pid", 10)
    slowest = 0.0
    for _ in range(20):
        working = asyncio.create_task(helper.ask(message, 30))
        waiting = asyncio.create_task(helper.ask(message, 30))
        await asyncio.sleep(0.01)
        began = time.monotonic()
        waiting.cancel()
        working.cancel()
        assert await helper.ask("pid", 10) == pid
        slowest = max(slowest, time.monotonic() - began)
    await helper.close()
    assert slowest < SOON_S


async def test_breaking_off_costs_no_other_question():
    """Whenever the signal comes, before, within or after its question, the others are answered."""
    helper = Helper(_spec(can_break_off=True))
    await helper.ask("pid", 10)
    for n in range(300):
        working = asyncio.create_task(helper.ask(f"one {n}", 10))
        for _ in range(n % 7):
            await asyncio.sleep(0)
        await asyncio.sleep(n % 10 / 10_000)
        working.cancel()
        assert await helper.ask(f"two {n}", 10) == f"two {n}"
    await helper.close()


async def test_an_idle_index_does_nothing(tmp_path):
    """No process of ours uses the processor while nothing changes."""
    root = tmp_path / "root"
    write(root, {"a.py": "def a(): pass\n"})
    async with opened(root, tmp_path / "cache"):
        await asyncio.sleep(0.5)
        before = time.process_time()
        await asyncio.sleep(1.5)
        assert time.process_time() - before < 0.03
