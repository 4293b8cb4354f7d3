"""Workers and lists of files that are begun before anybody asks: used where they fit."""

import asyncio
import os
import shutil
import threading
import time
from pathlib import Path

import pytest

from octoprompt import children
from octoprompt.children import Helper, drop_ahead, start_ahead
from octoprompt.index import pipeline, workers
from octoprompt.index.ahead import Ahead, Texts, taken
from octoprompt.index.listing import Lister
from octoprompt.index.packing import TextRow
from octoprompt.index.roots import Roots
from octoprompt.index.tasks import Task, Work
from octoprompt.index.walk import Rules, Seen, Walker
from octoprompt.lsp.lifetime import is_alive
from octoprompt.settings import WorkspaceOptions
from octoprompt.workspace.git import Git
from support.client import Client
from support.indexing import content, opened, write
from support.server import make_repository

OPTIONS = WorkspaceOptions()


@pytest.fixture(autouse=True)
def _none_left():
    yield
    drop_ahead()


def pids_ahead() -> list[int]:
    """Give the processes that wait to be taken."""
    return [child.pid for child in children._ahead]  # noqa: SLF001 - what nothing else shows


async def test_a_helper_takes_the_child_that_was_started_for_it(tmp_path):
    """The process is the same; one for another root is left alone, and ends when it is dropped."""
    spec = workers.worker_spec(tmp_path, OPTIONS)
    other = workers.worker_spec(tmp_path / "other", OPTIONS)
    (tmp_path / "other").mkdir()
    start_ahead(spec)
    start_ahead(other)
    (mine, others) = pids_ahead()
    helper = Helper(spec)
    await helper.ask(("text", []), 10)
    assert helper._child is not None  # noqa: SLF001
    assert helper._child.pid == mine  # noqa: SLF001
    assert pids_ahead() == [others]
    drop_ahead()
    with pytest.raises(ProcessLookupError):
        os.kill(others, 0)
    await helper.close()


async def test_a_worker_lists_a_root_as_the_server_does(tmp_path):
    """Rules, sizes and reasons are the same, and the worker is there for the next."""
    write(tmp_path, {"a.py": "x", "b/c.md": "y", "no/d.py": "z", "big.txt": "1" * 5000})
    (tmp_path / "link").symlink_to("a.py")
    options = WorkspaceOptions(exclude=("no/",), max_file_bytes=2000)
    assert await Ahead(tmp_path, options).walk() is None
    start_ahead(workers.worker_spec(tmp_path, options))
    before = pids_ahead()
    ahead = Ahead(tmp_path, options)
    expected = Walker(tmp_path, Git(tmp_path), options).walk()
    assert await ahead.walk() == expected
    assert set(expected.files) == {"a.py", "b/c.md", "big.txt", "link"}
    assert await ahead.texts() == {}, "two small files go through both stages at once"
    assert pids_ahead() == before


async def test_a_worker_obeys_the_users_own_rules(tmp_path, monkeypatch):
    """What git leaves out for this user is left out of the list that a worker makes, too."""
    home, root = tmp_path / "home", tmp_path / "root"
    write(home, {".config/git/ignore": "*.mine\n"})
    make_repository(root, {"a.py": "x"})
    write(root, {"b.mine": "y"})
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    start_ahead(workers.worker_spec(root, OPTIONS))
    ahead = Ahead(root, OPTIONS)
    walk = await ahead.walk()
    assert walk is not None
    assert walk.git
    assert set(walk.files) == {"a.py"}
    await ahead.texts()


async def test_texts_that_were_read_ahead_make_the_same_index(tmp_path, monkeypatch):
    """What they say is used where the file is as it was, and read anew where it is not."""
    root = tmp_path / "root"
    write(root, {f"m{n}.py": f"def name_{n}(): return 'text'\n" * 2000 for n in range(60)})
    write(root, {"a.txt": "prose"})
    await asyncio.sleep(0.06)  # an age at which the time of a file counts
    for _ in range(OPTIONS.workers):
        start_ahead(workers.worker_spec(root, OPTIONS))
    ahead = Ahead(root, OPTIONS)
    await ahead.walk()
    while len(ahead._texts) < 2:  # noqa: ASYNC110, SLF001 - nothing tells of it
        await asyncio.sleep(0.01)
    write(root, {"m0.py": "def other(): return 'changed'\n", "a.txt": "other prose"})
    used = []

    def note(texts, work):
        used.append(taken(texts, work))
        return used[-1]

    monkeypatch.setattr(pipeline, "taken", note)
    roots = Roots(tmp_path / "cache", {root: ahead})
    index = (await roots.open(root, OPTIONS)).index
    await index.refresh()
    assert any(used)
    async with opened(root, tmp_path / "plain") as plain:
        assert await content(index) == await content(plain)
    assert [s.path for s in await index.find_symbols("other", 5)] == ["m0.py"]
    assert not pids_ahead()
    await roots.close_all()


def test_a_root_that_has_an_index_gets_no_workers_ahead(tmp_path, monkeypatch):
    """Nor does a home folder, or one that is not there."""
    monkeypatch.setenv("OCTOPROMPT_CACHE_DIR", str(tmp_path / "cache"))
    root = tmp_path / "root"
    write(root, {"a.py": "x = 1\n"})

    def begun(folder: Path) -> int:
        monkeypatch.setenv("OCTOPROMPT_FOLDER", str(folder))
        workers.begin()
        found = len(pids_ahead())
        drop_ahead()
        return found

    assert begun(root) == OPTIONS.workers
    assert begun(tmp_path / "gone") == 0
    monkeypatch.setenv("HOME", str(root))
    assert begun(root) == 0
    monkeypatch.delenv("HOME")

    async def index() -> None:
        async with opened(root, tmp_path / "cache"):
            pass

    asyncio.run(index())
    assert begun(root) == 0


def test_what_was_read_of_a_file_that_changed_is_read_again():
    """Its size and time say so, and what is taken is gone."""
    old, new = Seen("a.txt", 5, 100), Seen("a.txt", 5, 200)
    row: TextRow = ("", 5, 100, "digest", 1, b"", b"", "")
    texts: Texts = {("a.txt",): [row]}
    assert taken(texts.copy(), Work("text", (Task(new),))) is None
    assert taken(texts.copy(), Work("symbols", (Task(old),))) is None
    assert taken(texts, Work("text", (Task(old),))) == [row]
    assert taken(texts, Work("text", (Task(old),))) is None


async def test_what_changed_since_the_list_was_made_is_found(tmp_path):
    """The list that was made ahead serves the first scan only, and paths that changed meanwhile."""
    root = tmp_path / "root"
    write(root, {"a.py": "def a(): pass\n"})
    start_ahead(workers.worker_spec(root, OPTIONS))
    ahead = Ahead(root, OPTIONS)
    await ahead.walk()
    write(root, {"late.py": "def late(): pass\n"})
    roots = Roots(tmp_path / "cache", {root: ahead})
    index = (await roots.open(root, OPTIONS)).index
    moved = asyncio.Event()
    index.on_change = moved.set
    index.files_changed(["late.py"])
    while not await index.find_symbols("late", 5):
        moved.clear()
        await asyncio.wait_for(moved.wait(), 10)
    write(root, {"later.py": "def later(): pass\n"})
    await index.refresh()
    assert await index.find_symbols("later", 5)
    await roots.close_all()


async def test_an_old_list_is_not_used(tmp_path, monkeypatch):
    """An index that was paused at its start lists anew."""
    write(tmp_path, {"a.py": "x"})
    lister = Lister(Walker(tmp_path, Git(tmp_path), Rules((), 2000)), None)
    lister.begin()
    assert lister.is_ahead
    begun = time.monotonic()
    monkeypatch.setattr(time, "monotonic", lambda: begun + 60)
    assert not lister.is_ahead
    write(tmp_path, {"b.py": "x"})
    assert set((await lister.walk()).files) == {"a.py", "b.py"}


@pytest.mark.parametrize("named", [True, False])
def test_a_server_that_guessed_wrong_serves_all_the_same(tmp_path, named):
    """Workers for a folder that is not opened end; those for the right one are used."""
    root, wrong = tmp_path / "root", tmp_path / "wrong"
    write(root, {"a.py": "def found(): pass\n"})
    wrong.mkdir()
    with Client(root, env={"OCTOPROMPT_FOLDER": str(root if named else wrong)}) as client:
        client.until_idle()
        found = client.request("symbols/find", {"query": "found"})["symbols"]
        assert [symbol["path"] for symbol in found] == ["a.py"]
        lines = _workers(client.process.pid)
        assert len(lines) <= OPTIONS.workers
        assert not any(str(wrong) in line for line in lines)


def _workers(server: int) -> list[str]:
    """Give the command lines of a server's workers (Linux; none elsewhere)."""
    pids = " ".join(p.read_text() for p in Path(f"/proc/{server}/task").glob("*/children")).split()
    lines = [Path(f"/proc/{pid}/cmdline").read_text() for pid in pids]
    return [line for line in lines if "octoprompt.index.worker" in line]


def test_a_child_that_comes_back_late_ends_soon(tmp_path, monkeypatch):
    """Lent out while the others were ended, it may still be wanted for a moment, and no longer."""
    monkeypatch.setattr(children, "LATE_S", 0.1)
    spec = workers.worker_spec(tmp_path, OPTIONS)
    start_ahead(spec)
    with children.borrowed(spec) as child:
        assert child is not None
        drop_ahead()
    assert pids_ahead() == [child.pid]
    end = time.monotonic() + 10
    while is_alive(child.pid):
        assert time.monotonic() < end
        threading.Event().wait(0.02)
    assert not pids_ahead()


@pytest.mark.skipif(os.name == "nt", reason="a script in the place of git, and links")
async def test_roots_that_are_not_opened_keep_nobody_waiting(tmp_path, monkeypatch):
    """A root that is given by two names is opened once, however long the other list takes."""
    real = shutil.which("git")
    slow = tmp_path / "bin" / "git"
    write(tmp_path, {"root/a.py": "a = 1\n", "bin/git": f'#!/bin/sh\nsleep 3\nexec {real} "$@"\n'})
    slow.chmod(0o755)
    monkeypatch.setenv("PATH", f"{slow.parent}:{os.environ['PATH']}")
    root, link = tmp_path / "root", tmp_path / "link"
    link.symlink_to(root)
    start_ahead(workers.worker_spec(root, OPTIONS))
    roots = Roots(tmp_path / "cache", {name: Ahead(name, OPTIONS) for name in (link, root)})
    start = time.monotonic()
    await roots.begin([root, link], OPTIONS)
    assert time.monotonic() - start < 2
    await roots.close_all()
