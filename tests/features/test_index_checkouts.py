"""Work trees other than a plain clone: linked, sparse, with submodules, on two branches."""

import asyncio
import shutil

import pytest

from octoprompt.index import upkeep
from octoprompt.index.model import SuggestQuery
from octoprompt.workspace import git as git_questions
from support.indexing import content, opened, until_idle, write
from support.server import git, make_repository

FILES = {"a.py": "def first():\n    pass\n", "kept/b.py": "def second():\n    pass\n"}


@pytest.fixture
def main(tmp_path):
    """A repository with two commits."""
    write(tmp_path / "main", FILES)
    return make_repository(tmp_path / "main", {})


async def test_a_linked_work_tree_is_a_repository(main, tmp_path):
    """Its `.git` is a file; it has its own branch, ignore rules and changes."""
    linked = tmp_path / "linked"
    git(main, "worktree", "add", "-q", "-b", "other", str(linked))
    write(linked, {"new.py": "def only_here():\n    pass\n", ".gitignore": "*.log\n", "x.log": ""})
    async with opened(linked, tmp_path / "cache") as index:
        assert index.status().git
        assert await index.paths() == [".gitignore", "a.py", "kept/b.py", "new.py"]
        assert [s.name for s in await index.find_symbols("only_here", 5)] == ["only_here"]
    async with opened(main, tmp_path / "cache") as index:
        assert await index.find_symbols("only_here", 5) == []


async def test_a_move_of_git_there_and_back_is_noticed(main, tmp_path):
    """HEAD is where it was, and what was edited since is committed elsewhere: the files differ."""
    git(main, "checkout", "-q", "--detach")
    async with opened(main, tmp_path / "cache") as index:
        write(main, {"a.py": "def edited():\n    pass\n"})
        await index.refresh()
        git(main, "commit", "-qam", "elsewhere")
        git(main, "checkout", "-q", "HEAD~1")
        index.git_changed()
        await until_idle(index)
        assert [s.name for s in await index.find_symbols("first", 5)] == ["first"]
        assert await index.find_symbols("edited", 5) == []


async def test_a_sparse_checkout_lists_what_is_there(main, tmp_path):
    """What git knows and leaves out is no file; it comes and goes with the patterns."""
    async with opened(main, tmp_path / "cache") as index:
        git(main, "sparse-checkout", "set", "--no-cone", "/kept/")
        await index.refresh()
        assert await index.paths() == ["kept/b.py"]
        assert await index.find_symbols("first", 5) == []
        assert index.status().failed == ()
        git(main, "sparse-checkout", "disable")
        await index.refresh()
        assert await index.paths() == ["a.py", "kept/b.py"]
        assert len(await index.find_symbols("first", 5)) == 1


async def test_files_of_a_submodule_belong_to_the_workspace(main, tmp_path):
    """By the submodule's own rules; before it is checked out there is nothing in it."""
    files = {"lib.py": "def borrowed():\n    pass\n", ".gitignore": "*.tmp\n"}
    library = make_repository(tmp_path / "library", files)
    git(
        main,
        "-c",
        "protocol.file.allow=always",
        "submodule",
        "add",
        "-q",
        str(library),
        "vendor/library",
    )
    write(main, {"vendor/library/x.tmp": ""})
    async with opened(main, tmp_path / "cache") as index:
        inner = [path for path in await index.paths() if path.startswith("vendor/")]
        assert inner == ["vendor/library/.gitignore", "vendor/library/lib.py"]
        assert len(await index.find_symbols("borrowed", 5)) == 1
        git(main, "submodule", "deinit", "-f", "vendor/library")
        await index.refresh()
        assert await index.find_symbols("borrowed", 5) == []


async def test_a_submodule_without_its_git_folder_is_a_folder(main, tmp_path):
    """Git still lists it as one path, and lists that path again from inside."""
    inner = make_repository(main / "vendor/inner", {"in.py": "def inside():\n    pass\n"})
    git(main, "add", "-A")
    git(main, "commit", "-q", "-m", "inner")
    shutil.rmtree(inner / ".git")
    async with opened(main, tmp_path / "cache") as index:
        assert await index.paths() == ["a.py", "kept/b.py", "vendor/inner/in.py"]


async def test_a_folder_that_became_a_link_is_not_followed(main, tmp_path):
    """Git lists its files until that is committed; they are at one place only."""
    async with opened(main, tmp_path / "cache") as index:
        (main / "kept").rename(main / "moved")
        (main / "kept").symlink_to("moved")
        await index.refresh()
        assert await index.paths() == ["a.py", "kept", "moved/b.py"]
        assert [s.path for s in await index.find_symbols("second", 5)] == ["moved/b.py"]


async def test_rules_of_inner_repositories_hold_for_what_changes(main, tmp_path):
    """What a submodule or a repository inside leaves out stays out, also when it is told of."""
    files = {"lib.py": "def borrowed():\n    pass\n", ".gitignore": "*.tmp\nout/\n"}
    library = make_repository(tmp_path / "library", files)
    allowed = ("-c", "protocol.file.allow=always")
    git(main, *allowed, "submodule", "add", "-q", str(library), "vendor/library")
    inner = make_repository(main / "inner", {"i.py": "x = 1\n"})
    (inner / ".git/info/exclude").write_text("own.txt\n")
    write(main, {".gitignore": "deps/\n"})
    make_repository(main / "deps/other", {"o.py": "y = 1\n"})
    left_out = ["vendor/library/x.tmp", "vendor/library/out/made.py", "inner/own.txt"]
    left_out += ["deps/other/o.py"]
    kept = ["vendor/library/new.py", "inner/new.py"]
    async with opened(main, tmp_path / "cache") as index:
        write(main, dict.fromkeys([*left_out, *kept], "def seen():\n    pass\n"))
        assert await index.excluded([*left_out, *kept]) == set(left_out)
        index.files_changed([*left_out, *kept])
        await until(index, lambda: index.lists("inner/new.py") and index.status().state == "idle")
        incremental = await index.paths()
        assert not set(left_out).intersection(incremental)
        await index.refresh()
        assert await index.paths() == incremental


async def about(index, word):
    """Give the files of which the history says something about a word."""
    found, _ = await index.suggest(SuggestQuery(text=word))
    return {one.path for one in found if any(f"about {word}" in why for why in one.reasons)}


async def until(index, is_so):
    """Wait until something is so, looking after each change; nothing is asked of the index."""
    moved = asyncio.Event()
    index.on_change = moved.set
    async with asyncio.timeout(15):
        while not is_so():
            await moved.wait()
            moved.clear()


def reached(index):
    """Count the commits that the history speaks of."""
    return index._follower.retrieval.facts()["reachable_commits"]  # noqa: SLF001 - asking would scan


async def test_the_history_follows_what_events_tell(main, tmp_path):
    """A commit that is told of by git's own files, a branch by the files that it changes."""
    git(main, "branch", "before")
    async with opened(main, tmp_path / "cache") as index:
        assert reached(index) == 1
        git(main, "commit", "-q", "--allow-empty", "-m", "Nothing")
        index.git_changed()
        await until(index, lambda: reached(index) == 2)
        git(main, "checkout", "-q", "before")
        index.files_changed(["a.py"])
        await until(index, lambda: reached(index) == 1)


async def test_the_history_of_a_linked_work_tree_is_followed_when_it_is_asked(main, tmp_path):
    """Its HEAD is elsewhere, where no event comes from."""
    root = tmp_path / "linked"
    git(main, "worktree", "add", "-q", "-b", "linked", str(root))
    git(root, "branch", "before")
    async with opened(root, tmp_path / "cache") as index:
        assert await about(index, "zebra") == set()
        write(root, {"a.py": "def first():\n    return 1\n"})
        git(root, "commit", "-q", "-am", "Paint the zebra")
        await about(index, "zebra")
        await until(index, lambda: reached(index) == 2)
        assert await about(index, "zebra") == {"a.py"}
        git(root, "checkout", "-q", "before")
        await about(index, "zebra")
        await until(index, lambda: reached(index) == 1)
        assert await about(index, "zebra") == set()


async def test_a_move_while_the_history_is_read_is_followed(main, tmp_path, monkeypatch):
    """What git said before it moved does not stay."""
    git(main, "branch", "before")
    write(main, {"a.py": "def first():\n    return 1\n"})
    git(main, "commit", "-q", "-am", "Paint the zebra")
    read = upkeep.read_history
    moves = [("checkout", "-q", "before")]

    async def moving(*args):
        await read(*args)
        if moves:
            git(main, *moves.pop())

    monkeypatch.setattr(upkeep, "read_history", moving)
    async with opened(main, tmp_path / "cache") as index:
        assert await about(index, "zebra") == set()


async def test_without_its_repository_a_folder_has_no_history(main, tmp_path, monkeypatch):
    """And it has it again with the repository, without a commit being kept twice."""
    async with opened(main, tmp_path / "cache") as index:
        assert (reached(index), index.status().git) == (1, True)
        (main / ".git").rename(tmp_path / "aside")
        index.files_changed(["a.py"])
        await until(index, lambda: reached(index) == 0)
        assert not index.status().git
        assert await index.paths() == ["a.py", "kept/b.py"]
        (tmp_path / "aside").rename(main / ".git")
        monkeypatch.setattr(git_questions, "RECHECK_SECONDS", 0)
        await index.refresh()
        assert (reached(index), index.status().git) == (1, True)
        assert index._follower.retrieval.facts()["commits"] == 1  # noqa: SLF001


async def test_a_branch_and_back_is_the_index_that_was(main, tmp_path):
    """A switch takes in what changed, and the way back gives the same content."""
    git(main, "checkout", "-q", "-b", "other")
    write(main, {"a.py": "def renamed():\n    pass\n", "more/c.py": "def third():\n    pass\n"})
    git(main, "rm", "-q", "kept/b.py")
    git(main, "add", "-A")
    git(main, "commit", "-q", "-m", "other")
    git(main, "checkout", "-q", "-")
    async with opened(main, tmp_path / "cache") as index:
        before = await content(index)
        git(main, "checkout", "-q", "other")
        await index.refresh()
        assert await index.paths() == ["a.py", "more/c.py"]
        assert [s.name for s in await index.find_symbols("renamed", 5)] == ["renamed"]
        assert await index.find_symbols("second", 5) == []
        git(main, "checkout", "-q", "-")
        await index.refresh()
        assert await content(index) == before
