"""Trees that no one would make on purpose: nothing hangs or dies, every normal file is indexed."""

import asyncio
import os
import socket
import sys
import threading
from pathlib import Path

import pytest

from octoprompt.index import pipeline
from octoprompt.index.languages import LANGUAGES
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
    "ifs.c": b"#if X\n" * 100_000,
    "generated.py": b"# Code generated. DO NOT EDIT.\n"
    + b"".join(b"def made_%d(): return %d\n" % (n, n) for n in range(5_000)),
    "minified.js": b"!function(e,t){var n=e[t];return n&&n.a?n.b(e):t}(0,1);" * 5_000,
    "flow.yaml": b"- " * 50_000,  # overflows the scanner's stack
    "indents.yaml": b"".join(b" " * n + b"a:\n" for n in range(500)),
    "elements.html": b"<div>" * 5_000,
    "ternary.kt": b"val x = " + b"if (a) b else " * 5_000,
    "rows.sql": b"INSERT INTO a VALUES " + b"(1, 2, 3),\n" * 20_000,
    "table.json": b"[" + b'{"a":[1,2,"x"]},' * 50_000 + b"1]",
    "huge.min.js": b"",  # made sparse below: 100 MB
    "late_nul.py": b"x = 1\n" * 100_000 + b"\0",
    "controls.py": bytes(range(1, 32)) * 1_000,
    "zero_width.py": "d\u200be\u202ef = 1\ndef plain_after(): pass\n".encode(),
    "crcrlf.py": b"def crcr(): pass\r\r\ndef lf(): pass\r\r\n",
    "form_feed.py": b"\x0cdef fed(): pass\n\x0c\n",
}
BRACKETS = 1_000_000
"""In a row, in every language."""
SLOW: dict[str, bytes] = {
    "comments.ml": b"(*" * 130_000,
    "ifdefs.c": b"".join(b"#ifdef A%d\nint x;\n" % n for n in range(80_000)),
    "interpolated.rb": b'"#{' * 50_000,
    "elements.html": b"<div>" * 100_000,
    "functions.lua": b"function() " * 50_000,
    "generics.cs": b"a<b<" * 30_000,
    "templates.cpp": b"template<" * 50_000,
    "generics.java": b"a<b<" * 50_000,
    "references.rs": b"&&" * 100_000,
    "lambdas.py": b"lambda: " * 100_000,
    "minus.py": b"-" * 200_000,
    "chain.kt": b"a<b<" * 50_000,
    "conditions.sql": b"SELECT a FROM b WHERE " + b"(a = 1 AND " * 20_000,
    "deep.yaml": b"".join(b" " * n + b"a:\n" for n in range(1_500)),
    "line.js": b"var a=1;" * 2_500_000,
}
"""What takes a parser more than its time, or its memory: the first one here, all in the soak."""
SLOW_ONES = int(os.environ.get("OCTOPROMPT_SOAK_HOSTILE", "1"))
FOUND = (
    *("wide", "wider", "bom", "latin", "lone", "one", "two", "option", "grüße", "quoted"),
    *("plain_after", "crcr", "lf", "fed", "made_4999"),
)


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
    for name, size in (("sparse.py", 10 << 30), ("huge.min.js", 100 << 20)):
        with (hostile / name).open("wb") as file:
            file.truncate(size)
    (hostile / "forbidden.py").write_bytes(b"def forbidden(): pass\n")
    (hostile / "forbidden.py").chmod(0)
    (hostile / "shut").mkdir()
    (hostile / "shut" / "in.py").write_bytes(b"def shut_in(): pass\n")
    (hostile / "shut").chmod(0)
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
        for name in (*(n for n in FOUND if with_git or n != "made_4999"), "down_there"):
            assert [s.name for s in await index.find_symbols(name, 1)] == [name]
        reasons = {issue.path: issue.reason for issue in (*status.skipped, *status.failed)}
        assert "larger than" in reasons["hostile/sparse.py"]
        assert "larger than" in reasons["hostile/huge.min.js"]
        assert "binary" in reasons["hostile/nul.py"]
        if os.geteuid() != 0:
            assert "cannot be read" in reasons["hostile/forbidden.py"]
        if with_git:
            assert "binary" in reasons["hostile/late_nul.py"]
            assert "crashed" in reasons["hostile/flow.yaml"]
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


async def test_brackets_without_end_in_every_language(tmp_path):
    """A million of each kind are noticed before a parser sees them; their neighbours are whole."""
    root = tmp_path / "root"
    endings = sorted({ending for language in LANGUAGES for ending in language.extensions[:1]})
    write(root, {f"b{n}{e}": b"([{<"[n % 4 : n % 4 + 1] * BRACKETS for n, e in enumerate(endings)})
    write(root, NORMAL)
    async with opened(root, tmp_path / "cache") as index:
        assert len(await index.find_symbols("fine_", 50)) == 20
        assert index.status().state == "idle"
        assert index.status().failed_total + index.status().skipped_total > 20


@pytest.mark.timeout(1800)
async def test_what_parsers_cannot_bear_costs_only_itself(tmp_path):
    """Each is parsed, or named with a reason; none of them keeps the others from it."""
    root = tmp_path / "root"
    slow = dict(list(SLOW.items())[:SLOW_ONES])
    write(root, {**slow, **NORMAL})
    options = WorkspaceOptions(max_file_bytes=32 << 20)
    async with opened(root, tmp_path / "cache", options) as index:
        status = index.status()
        assert (status.state, status.pending) == ("idle", 0)
        assert len(await index.find_symbols("fine_", 50)) == 20
        failed = {issue.path: issue.reason for issue in status.failed}
        assert set(failed) <= set(slow)
        assert all(failed.values())
        assert {"lambdas.py", "references.rs", "comments.ml"} & set(slow) <= set(failed)
        assert set(await index.paths()) == {*slow, *NORMAL}


async def test_a_parser_that_hangs_is_killed(tmp_path, monkeypatch):
    """What neither ends nor looks at the clock costs its own symbols, with real grammars too."""
    monkeypatch.setattr(pipeline, "HARD_LIMIT_S", 1.0)
    root = tmp_path / "root"
    write(root, {"references.rs": SLOW["references.rs"], **NORMAL})
    async with asyncio.timeout(60), opened(root, tmp_path / "cache") as index:
        (issue,) = index.status().failed
        assert issue.path == "references.rs"
        assert "hung twice" in issue.reason
        assert len(await index.find_symbols("fine_", 50)) == 20


async def test_a_path_deeper_than_the_system_takes(tmp_path):
    """Thousands of folders in each other: what is above them is indexed, nothing recurses."""
    root = tmp_path / "root"
    write(root, NORMAL)
    make_deep(root / "deep", 3_000)
    try:
        async with asyncio.timeout(60), opened(root, tmp_path / "cache") as index:
            assert len(await index.find_symbols("fine_", 50)) == 20
            assert index.status().state == "idle"
    finally:
        remove_deep(root / "deep")


def make_deep(folder: Path, depth: int) -> None:
    """Make folders in each other, a file in every tenth, beyond what a path can name."""
    folder.mkdir()
    at = os.open(folder, os.O_RDONLY)
    for level in range(depth):
        os.mkdir("d", dir_fd=at)
        if level % 10 == 0:
            os.close(os.open("x.py", os.O_CREAT | os.O_WRONLY, dir_fd=at))
        inner = os.open("d", os.O_RDONLY, dir_fd=at)
        os.close(at)
        at = inner
    os.close(at)


def remove_deep(folder: Path) -> None:
    """Remove what `make_deep` made, the innermost last: nothing here may recurse."""
    number = 0
    while (folder / "d").exists():
        # What is inside comes to the top, under a name of its own, and its shell goes.
        (folder / "d").rename(folder.parent / f"up{number}")
        (folder / "x.py").unlink(missing_ok=True)
        folder.rmdir()
        folder, number = folder.parent / f"up{number}", number + 1
    (folder / "x.py").unlink(missing_ok=True)
    folder.rmdir()


async def test_a_file_that_grows_while_it_is_read(tmp_path):
    """A log that is written to all the time is indexed as of some moment, again and again."""
    root = tmp_path / "root"
    write(root, {"log.txt": "begin\n", **NORMAL})
    grows = threading.Event()

    def grow():
        with (root / "log.txt").open("a") as file:
            while not grows.wait(0.0005):
                file.write("one more line\n" * 50)
                file.flush()

    writer = threading.Thread(target=grow)
    writer.start()
    try:
        async with asyncio.timeout(60), opened(root, tmp_path / "cache") as index:
            for _ in range(5):
                index.files_changed(["log.txt"])
                await index.refresh()
            assert len(await index.find_symbols("fine_", 50)) == 20
            found = await index.search("one more line", "text", 1)
            assert [hit.path for hit in found.hits] == ["log.txt"]
    finally:
        grows.set()
        writer.join()


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
