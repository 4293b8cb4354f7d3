"""The index through its handlers: states, refresh, pause, what vanishes and what stays."""

import asyncio
import os

import pytest

from octoprompt.errors import IndexProblem
from octoprompt.index.index import Index
from octoprompt.settings import WorkspaceOptions
from octoprompt.workspace.workspace import Workspace
from support.indexing import content, differing, opened, served, until_idle, write
from support.random_tree import RandomTree
from support.server import make_repository

FILES = {
    "shop/__init__.py": "",
    "shop/cart.py": "from shop.prices import price_of\n\n\nclass Cart:\n    def total(self):\n"
    "        return sum(price_of(x) for x in self.items)\n",
    "shop/prices.py": "def price_of(item):\n    return 3\n",
    "web/app.ts": "export function greet(name: string) {\n  return name\n}\n",
    "notes.txt": "widget colour\n",
    ".gitignore": "build/\n*.log\n",
    "build/out.py": "def ignored(): pass\n",
    "data.bin": b"\0\1\2",
}


@pytest.fixture
def root(tmp_path):
    """A small repository with something ignored and something binary."""
    write(tmp_path / "root", FILES)
    return make_repository(tmp_path / "root", {})


async def test_status_counts_what_is_there(root, tmp_path):
    """Files, symbols and languages are counted, ignored files are not there at all."""
    async with served(root, tmp_path) as call:
        status = await call("index/status")
    assert (status["state"], status["pending"], status["files"]) == ("idle", 0, 7)
    assert status["textReady"]
    assert status["symbolsReady"]
    assert status["git"]
    python = next(language for language in status["languages"] if language["id"] == "python")
    assert python == {"id": "python", "files": 3, "symbols": 3, "grammar": "official"}
    assert [skip["path"] for skip in status["skipped"]] == ["data.bin"]
    assert status["failed"] == []


async def test_refresh_answers_when_all_that_was_there_is_indexed(root, tmp_path):
    """A file written before the call is found after it, one that is gone is not."""
    async with served(root, tmp_path) as call:
        before = (await call("index/status"))["generation"]
        write(root, {"new.py": "def quite_new(): pass\n"})
        (root / "shop/prices.py").unlink()
        status = await call("index/refresh")
        found = await call("symbols/find", query="quite_new")
        gone = await call("symbols/find", query="price_of")
        hits = await call("files/search", query="price_of", kind="text")
    assert status["generation"] > before
    assert [symbol["path"] for symbol in found["symbols"]] == ["new.py"]
    assert gone["symbols"] == []
    assert [(hit["path"], hit["line"]) for hit in hits["hits"]] == [
        ("shop/cart.py", 1),
        ("shop/cart.py", 6),
    ]


async def test_uses_are_not_looked_for_before_the_files_are_listed(root, tmp_path):
    """Who asks at once waits for the list, and gets uses from texts that nobody has read yet."""
    options = WorkspaceOptions()
    index = Index(Workspace(root, options), tmp_path / "cache", options)
    await index.start()
    try:
        found = await index.references("price_of", None, 10)
        assert "shop/cart.py" in {use.path for use in found.uses}
    finally:
        await index.close()


async def test_all_files_are_listed_before_any_is_read(root, tmp_path):
    """The tree is whole after the walk, with sizes and estimated tokens."""
    index = Index(Workspace(root, WorkspaceOptions()), tmp_path / "cache", WorkspaceOptions())

    states: list[str] = []

    def pause_when_listed() -> None:
        if index.status().files and not states:
            states.append(index.status().state)
            index.pause()

    index.on_change = pause_when_listed
    await index.start()
    try:
        async with asyncio.timeout(10):
            assert await index.paths() == sorted(set(FILES) - {"build/out.py"})
            shop = (await index.list_files()).entries[0]
        status = index.status()
        assert states == ["scanning"], "it must not seem to be done"
        assert (status.files, status.symbols, status.text_ready) == (7, 0, False)
        assert (shop.path, shop.files) == ("shop", 3)
        assert shop.size == sum(len(text) for path, text in FILES.items() if "shop/" in path)
        assert shop.tokens == pytest.approx(shop.size / 4.5, abs=2)
        index.on_change = lambda: None
        index.resume()
        await index.refresh()
        assert (index.status().files, index.status().state) == (7, "idle")
    finally:
        await index.close()


@pytest.mark.parametrize("question", ["first_scan", "refresh"])
async def test_nobody_waits_for_a_closed_or_paused_index(root, tmp_path, question):
    """A listing of an index that is paused before its first scan answers; closing ends the rest."""
    index = Index(Workspace(root, WorkspaceOptions()), tmp_path / "cache", WorkspaceOptions())
    index.pause()
    await index.start()
    async with asyncio.timeout(10):
        assert await index.paths() == []
        index.resume()
        waiting = asyncio.create_task(index.refresh() if question == "refresh" else index.paths())
        await asyncio.sleep(0)
        await index.close()
        await asyncio.wait([waiting])
    assert waiting.exception() is None or isinstance(waiting.exception(), IndexProblem)


async def test_a_file_counts_for_the_language_that_its_text_tells(tmp_path):
    """A script by its first line, a header by what is in it; a prose file without a name's end."""
    files = {
        "tool": "#!/usr/bin/env python3\ndef run(): pass\n",
        "list.h": "namespace a {\nclass List {};\n}\n",
        "LICENSE": "Do what you like.\n",
    }
    write(tmp_path / "root", files)
    async with served(tmp_path / "root", tmp_path) as call:
        status = await call("index/status")
        listed = (await call("files/list"))["entries"]
    counted = {language["id"]: language["symbols"] for language in status["languages"]}
    assert counted == {"python": 1, "cpp": 2}
    languages = {entry["path"]: entry["language"] for entry in listed}
    assert languages == {"tool": "python", "list.h": "cpp", "LICENSE": None}


async def test_a_paused_index_begins_nothing_and_goes_on_later(root, tmp_path):
    """What changed during the pause is indexed after it."""
    async with served(root, tmp_path) as call:
        assert (await call("index/pause"))["state"] == "paused"
        write(root, {"new.py": "def quite_new(): pass\n"})
        assert (await call("index/refresh"))["state"] == "paused"
        assert (await call("symbols/find", query="quite_new"))["symbols"] == []
        await call("index/resume")
        await call("index/refresh")
        assert len((await call("symbols/find", query="quite_new"))["symbols"]) == 1


async def test_rebuild_makes_the_same_index_from_nothing(root, tmp_path):
    """Nothing is lost or doubled, and the generation goes on."""
    async with served(root, tmp_path) as call:
        before, generation = await content(call.index), call.index.generation
        status = await call("index/rebuild")
        assert status["state"] == "idle"
        assert status["generation"] > generation
        assert await content(call.index) == before


async def test_a_warm_start_reads_no_file_again(root, tmp_path):
    """Size and time tell that nothing changed: the generation stays."""
    for path in root.rglob("*"):
        os.utime(path, (1_700_000_000, 1_700_000_000))
    async with opened(root, tmp_path / "cache") as index:
        before, generation = await content(index), index.generation
    async with opened(root, tmp_path / "cache") as index:
        assert index.generation == generation
        assert await content(index) == before


async def test_a_changed_file_is_current_after_its_event(root, tmp_path):
    """A watcher's event is enough; no refresh is asked for."""
    async with opened(root, tmp_path / "cache") as index:
        changed = asyncio.Event()
        index.on_change = changed.set
        write(root, {"shop/prices.py": "def cost_of(item):\n    return 4\n"})
        index.files_changed(["shop/prices.py"])
        async with asyncio.timeout(10):
            await changed.wait()
            while index.status().state != "idle":
                changed.clear()
                await changed.wait()
        found = await index.find_symbols("cost_of", 5)
        assert [symbol.path for symbol in found] == ["shop/prices.py"]
        assert await index.find_symbols("price_of", 5) == []


async def test_a_rescan_finds_what_no_event_told_of(root, tmp_path):
    """New, changed, gone and newly ignored files, and a folder that came in one piece."""
    for path in root.rglob("*"):
        os.utime(path, (1_700_000_000, 1_700_000_000))
    async with opened(root, tmp_path / "cache") as index:
        before = index.generation
        told: list[str] = []
        index.on_change = lambda: told.append(index.status().state)
        await index.rescan()
        await asyncio.sleep(0.1)
        assert (told, index.generation) == ([], before), "nothing has changed"
        steps = (
            {"notes.txt": "other words\n", "new/deep/a.py": "def a(): pass\n", "new/b.py": ""},
            {".gitignore": "web/\n", "x.log": "listed now\n"},
            {"inner/.gitignore": "*.tmp\n", "inner/a.tmp": "", "inner/a.py": "def b(): pass\n"},
        )
        for number, files in enumerate(steps):
            write(root, files)
            (root / "shop/prices.py").unlink(missing_ok=True)
            await index.rescan()
            await until_idle(index)
            async with opened(root, tmp_path / f"fresh{number}") as fresh:
                assert await content(index) == await content(fresh)


async def test_a_rescan_leaves_a_paused_index_alone_and_heals_one_that_failed(root, tmp_path):
    """It says so when the root is gone, and finds it when it is back."""
    async with served(root, tmp_path) as call:
        await call("index/pause")
        write(root, {"new.py": "def quite_new(): pass\n"})
        assert (await call("index/rescan"))["state"] == "paused"
        await call("index/resume")
        root.rename(tmp_path / "away")
        assert "not a folder" in str(await call.error("index/rescan"))
        await call.error("index/refresh")
        (tmp_path / "away").rename(root)
        assert (await call("index/rescan"))["state"] == "idle"
        assert len((await call("symbols/find", query="quite_new"))["symbols"]) == 1


async def test_same_size_and_time_within_the_clock_tick_is_noticed(root, tmp_path):
    """A young file is read again by the next scan, whatever its time says."""
    path = root / "shop/prices.py"
    async with opened(root, tmp_path / "cache") as index:
        write(root, {"shop/prices.py": "def price_of(item):\n    return 4\n"})
        found = path.stat()
        await index.refresh()
        write(root, {"shop/prices.py": "def price_at(item):\n    return 4\n"})
        os.utime(path, ns=(found.st_atime_ns, found.st_mtime_ns))
        await index.refresh()
        assert [symbol.name for symbol in await index.find_symbols("price_", 5)] == ["price_at"]


async def test_an_ignore_rule_takes_files_out(root, tmp_path):
    """Git's rules, our own file and the client's patterns all count."""
    options = WorkspaceOptions(exclude=("*.txt",))
    async with opened(root, tmp_path / "cache", options) as index:
        assert "notes.txt" not in await index.paths()
        write(root, {".octopromptignore": "web/\n", "x.log": "log"})
        index.files_changed([".octopromptignore"])
        await index.refresh()
        paths = await index.paths()
    assert paths == [
        *(".gitignore", ".octopromptignore", "data.bin"),
        *("shop/__init__.py", "shop/cart.py", "shop/prices.py"),
    ]


async def test_a_folder_without_git_is_walked_with_its_ignore_files(tmp_path):
    """Nested ignore files hold, an inner one can take back what an outer one says."""
    root = tmp_path / "root"
    write(
        root,
        {
            ".gitignore": "*.gen\n/top/\n",
            "top/a.py": "",
            "in/top/b.py": "",
            "in/.gitignore": "!keep.gen\nmine/\n",
            "in/keep.gen": "x",
            "in/drop.gen": "x",
            "in/mine/c.py": "",
            "node_modules/m.js": "",
        },
    )
    async with opened(root, tmp_path / "cache") as index:
        assert await index.paths() == [".gitignore", "in/.gitignore", "in/keep.gen", "in/top/b.py"]
        assert not index.status().git


async def test_changes_without_git_obey_the_same_rules_as_the_walk(tmp_path):
    """A changed file that nested ignore rules or a folder's name leave out stays out."""
    root = tmp_path / "root"
    write(root, {".gitignore": "build/\n", "a.py": "a = 1\n", "sub/.gitignore": "*.tmp.py\n"})
    async with opened(root, tmp_path / "cache") as index:
        before = await index.paths()
        changed = asyncio.Event()
        index.on_change = changed.set
        left_out = ("build/o.py", "node_modules/m.js", "sub/x.tmp.py", "sub/node_modules/n.js")
        write(root, dict.fromkeys((*left_out, "sub/kept.py"), "b = 1\n"))
        index.files_changed([*left_out, "sub/kept.py"])
        async with asyncio.timeout(10):
            while not index.lists("sub/kept.py"):
                await changed.wait()
                changed.clear()
        assert await index.paths() == sorted([*before, "sub/kept.py"])
        assert await index.excluded([*left_out, "sub/kept.py"]) == set(left_out)


async def test_a_repository_inside_a_repository_is_indexed_by_its_own_rules(root, tmp_path):
    """Its files are there, its ignored files are not."""
    write(root, {"inner/a.py": "def inner(): pass\n", "inner/.gitignore": "*.tmp\n"})
    make_repository(root / "inner", {})
    write(root, {"inner/b.tmp": "x", "inner/new.py": ""})
    async with opened(root, tmp_path / "cache") as index:
        paths = await index.paths()
    assert [path for path in paths if path.startswith("inner/")] == [
        *("inner/.gitignore", "inner/a.py", "inner/new.py"),
    ]


async def test_a_root_that_goes_away_is_told_and_may_come_back(root, tmp_path):
    """The state is `error` with a reason; a refresh after its return indexes it again."""
    async with served(root, tmp_path) as call:
        root.rename(tmp_path / "away")
        error = await call.error("index/refresh")
        assert "not a folder" in str(error)
        assert (await call("index/status"))["state"] == "error"
        (tmp_path / "away").rename(root)
        assert (await call("index/refresh"))["state"] == "idle"
        assert len((await call("symbols/find", query="price_of"))["symbols"]) == 1


async def test_two_windows_on_one_root_do_not_wait_for_each_other(root, tmp_path):
    """Each has a file of its own."""
    async with opened(root, tmp_path / "cache") as one, opened(root, tmp_path / "cache") as two:
        assert await content(one) == await content(two)


@pytest.mark.parametrize("damage", ["zero", "garbage", "half", "page", "version"])
async def test_a_damaged_index_file_is_made_anew(root, tmp_path, damage):
    """Whatever happened to the file, the index is complete afterwards."""
    async with opened(root, tmp_path / "cache") as index:
        before = await content(index)
    (file,) = (tmp_path / "cache").rglob("*.sqlite")
    data = bytearray(file.read_bytes())
    if damage == "zero":
        data = bytearray()
    elif damage == "garbage":
        data[:100] = b"x" * 100
    elif damage == "half":
        data = data[: len(data) // 2]
    elif damage == "page":
        for page in range(1, len(data) // 4096):
            data[page * 4096 : page * 4096 + 64] = b"\xff" * 64
    else:
        data[60:64] = (999).to_bytes(4, "big")
    file.write_bytes(data)
    async with opened(root, tmp_path / "cache") as index:
        assert await content(index) == before


async def test_a_cache_folder_that_cannot_be_made_is_an_error_with_a_reason(root, tmp_path):
    """The server lives, the state says what is wrong."""
    (tmp_path / "cache").write_text("a file is in the way")
    options = WorkspaceOptions()
    index = Index(Workspace(root, options), tmp_path / "cache", options)
    await index.start()
    with pytest.raises(IndexProblem, match="cannot be used"):
        await index.refresh()
    assert index.status().state == "error"
    await index.close()


STEPS = int(os.environ.get("OCTOPROMPT_SOAK_STEPS", "40"))


@pytest.mark.timeout(60 + STEPS * 3)
@pytest.mark.parametrize("seed", [1, 2])
async def test_incremental_equals_from_scratch(root, tmp_path, seed):
    """After random edits, renames, deletions, checkouts, the index is as if made anew.

    Every other time by what it was told alone: no scan is asked for before it is compared.
    """
    tree = RandomTree(root, seed)
    async with opened(root, tmp_path / "cache") as index:
        for step in range(1, STEPS + 1):
            is_told = (step - 1) // 10 % 2 == 0
            touched = tree.edit() if step % 40 in range(1, 11) else tree.step()
            if step % 40 == 10:
                hidden = ["inner/y.py", "inner/z.py", "sub/x.txt"]  # by rules of their own folders
                write(root, dict.fromkeys(hidden, "def left_out(): pass\n"))
                touched = [*(touched or ()), *hidden]
            if touched is None and is_told:
                index.git_changed()
            elif touched is None or (not is_told and tree.dice.random() < 0.3):
                await index.refresh()
            else:
                index.files_changed(touched)
            await asyncio.sleep(tree.dice.choice((0, 0, 0.003, 0.01, 0.03)))
            if step % 10 == 0 or step == STEPS:
                await (until_idle(index) if is_told else index.refresh())
                async with opened(root, tmp_path / f"fresh{step}") as fresh:
                    differs = differing(await content(index), await content(fresh))
                    assert differs == {}, f"seed {seed} step {step}: {differs}"
