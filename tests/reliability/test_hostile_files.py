"""Trees that no one would make on purpose: nothing hangs or dies, every normal file is indexed."""

import asyncio
import os
import socket
import sys
from pathlib import Path

import pytest

from octoprompt.settings import WorkspaceOptions
from support.indexing import opened, write
from support.server import git, make_repository

NORMAL = {f"src/ok{n}.py": f"def fine_{n}():\n    return {n}\n" for n in range(20)}
MANY = int(os.environ.get("OCTOPROMPT_SOAK_FILES", "2000"))
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="FIFOs, sockets, links")

TEXTS: dict[str, bytes] = {
    "brackets.py": b"[" * 300_000,
    "brackets.js": b"[" * 300_000,
    "parens.go": b"package x\nvar x = " + b"(" * 100_000,
    "braces.rs": b"fn x() " + b"{" * 100_000,
    "angles.java": b"class X { " + b"A<" * 50_000,
    "templates.ts": b"`${" * 50_000,
    "nested.py": b"".join(b" " * n + b"if x:\n" for n in range(2_000)),
    "one_line.js": b"var a=1;" * 200_000,
    "random.py": bytes((n * 7919 + n // 251) % 255 + 1 for n in range(100_000)),
    "nul.py": b"def x(): pass\n\0\0\0",
    "utf16.py": "def wide(): pass\n".encode("utf-16"),
    "utf32.py": "def wider(): pass\n".encode("utf-32"),
    "bom.py": b"\xef\xbb\xbfdef bom(): pass\n",
    "bad_utf8.py": b"def latin():\n    return '\xe9\xff'\n",
    "surrogate.py": b"x = '\xed\xa0\x80'\ndef lone(): pass\n",
    "cr_only.py": b"def cr(): pass\rdef cr2(): pass\r",
    "mixed_eol.py": b"def one(): pass\r\ndef two(): pass\ndef three(): pass\r",
    "empty.py": b"",
    "long_name_" + "n" * 240 + ".py": b"def long_name(): pass\n",
    "new\nline.py": b"def newline_in_name(): pass\n",
    "quote\"'`.py": b"def quoted(): pass\n",
    " blanks .py": b"def blanks(): pass\n",
    "-rf.py": b"def option(): pass\n",
    "ünï.py": "def grüße(): pass\n".encode(),
    "Case.py": b"def upper_case(): pass\n",
    "case.py": b"def lower_case(): pass\n",
    "strings.py": b"x = '" + b"a" * 500_000,
    "quotes.js": b"'\"`" * 50_000,
    "words.txt": b" ".join(b"w%d" % n for n in range(50_000)),
}
FOUND = ("wide", "wider", "bom", "latin", "lone", "one", "two", "option", "grüße", "quoted")


def make_tree(root: Path, texts: dict[str, bytes]) -> None:
    """Write everything hostile that a file system takes."""
    write(root, NORMAL)
    write(root, {f"hostile/{name}": text for name, text in texts.items()})
    hostile = root / "hostile"
    os.mkfifo(hostile / "fifo.py")
    with socket.socket(socket.AF_UNIX) as server:
        here = Path.cwd()
        os.chdir(hostile)
        try:
            server.bind("socket.py")
        finally:
            os.chdir(here)
    (hostile / "zero.py").symlink_to("/dev/zero")
    (hostile / "self.py").symlink_to("self.py")
    (hostile / "loop").symlink_to(".")
    (hostile / "up").symlink_to("..")
    (hostile / "dangling.py").symlink_to("nowhere")
    (hostile / "outside.py").symlink_to("/etc/passwd")
    with (hostile / "sparse.py").open("wb") as file:
        file.truncate(10 << 30)
    (hostile / os.fsdecode(b"bad\xff\xfe.py")).write_bytes(b"def bad_name(): pass\n")
    os.link(root / "src/ok1.py", hostile / "hard_link.py")
    deep = hostile
    for _ in range(60):
        deep = deep / "deep"
    deep.mkdir(parents=True)
    (deep / "down.py").write_text("def down_there(): pass\n")


@pytest.mark.parametrize("with_git", [True, False])
async def test_hostile_files_cost_nothing_but_themselves(tmp_path, with_git):
    """Every normal file is complete, every hostile one has symbols or a reason."""
    root = tmp_path / "root"
    # The costly ones once are enough.
    make_tree(root, TEXTS if with_git else {n: t for n, t in TEXTS.items() if len(t) < 10_000})
    if with_git:
        git(root, "init", "-q")
    async with asyncio.timeout(100), opened(root, tmp_path / "cache") as index:
        status = index.status()
        assert status.state == "idle"
        assert status.pending == 0
        fine = {symbol.name for symbol in await index.find_symbols("fine_", 50)}
        assert fine == {f"fine_{n}" for n in range(20)}
        for name in (*FOUND, "down_there"):
            assert [s.name for s in await index.find_symbols(name, 1)] == [name]
        reasons = {issue.path: issue.reason for issue in (*status.skipped, *status.failed)}
        assert "larger than" in reasons["hostile/sparse.py"]
        assert "binary" in reasons["hostile/nul.py"]
        assert "symbolic link" in reasons["hostile/zero.py"]
        assert "its name is not UTF-8" in reasons.values()
        assert "too deep" in reasons.get("hostile/brackets.py", "too deep")
        assert not any(
            "root:" in hit.text for hit in (await index.search("root:", "text", 50)).hits
        )
        if not with_git:
            # Git itself does not list FIFOs and sockets.
            assert "not a regular file" in reasons["hostile/fifo.py"]
        generation = index.generation
        await index.refresh()
        assert index.generation == generation
        listed = await index.list_files("hostile")
        assert listed.total > len(FOUND)


async def test_files_that_change_while_they_are_read(tmp_path):
    """Deleted, truncated, replaced by a folder: the index ends up with what is there."""
    root = tmp_path / "root"
    write(root, {f"f{n}.py": f"def name_{n}(): pass\n" * 50 for n in range(300)})
    async with opened(root, tmp_path / "cache") as index:
        for n in range(0, 300, 3):
            write(root, {f"f{n}.py": f"def other_{n}(): pass\n"})
        working = asyncio.create_task(index.refresh())
        await asyncio.sleep(0.01)
        for n in range(0, 300, 6):
            (root / f"f{n}.py").unlink()
        for n in range(0, 300, 12):
            (root / f"f{n}.py").mkdir()
        await working
        await index.refresh()
        paths = set(await index.paths())
        assert paths == {f"f{n}.py" for n in range(300) if n % 6}
        names = {symbol.name for symbol in await index.find_symbols("other_", 500)}
        assert names == {f"other_{n}" for n in range(3, 300, 6)}
        assert index.status().failed_total == 0


async def test_a_file_cap_is_told(tmp_path):
    """A file above the cap is listed by name, with the reason and what to change."""
    root = tmp_path / "root"
    write(root, {"big.py": b"x = 1\n" * 1000, "small.py": "x = 1\n"})
    options = WorkspaceOptions(max_file_bytes=1024)
    async with opened(root, tmp_path / "cache", options) as index:
        (skipped,) = index.status().skipped
        assert skipped.path == "big.py"
        assert "maxFileBytes" in skipped.reason
        assert "larger" in (await index.parsed("big.py")).problem


async def test_many_small_files(tmp_path):
    """Thousands of files in one folder are listed, indexed and searched."""
    root = tmp_path / "root"
    write(root, {f"many/f{n}.py": f"def many_{n}(): pass\n" for n in range(MANY)})
    async with opened(root, tmp_path / "cache") as index:
        assert index.status().symbols == MANY
        assert (await index.list_files("many")).total == MANY
        found = await index.search(f"many_{MANY - 1}", "text", 5)
        assert [hit.path for hit in found.hits] == [f"many/f{MANY - 1}.py"]


async def test_a_repository_that_tracks_links_and_deleted_files(tmp_path):
    """What git lists and the disk does not have is not there; a link is a name with a reason."""
    root = make_repository(tmp_path / "root", {"a.py": "def a(): pass\n", "gone.py": ""})
    (root / "gone.py").unlink()
    (root / "link.py").symlink_to("a.py")
    git(root, "add", "link.py")
    async with opened(root, tmp_path / "cache") as index:
        assert await index.paths() == ["a.py", "link.py"]
        assert [issue.path for issue in index.status().skipped] == ["link.py"]
