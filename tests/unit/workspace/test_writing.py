"""Writing files: whole or not at all, and only over what was read."""

import os
import stat
import subprocess
import sys
import time

import pytest

from octoprompt.errors import FileChanged, FileProblem, FileUnwritable, NotAFile, PathOutsideRoot
from octoprompt.settings import WorkspaceOptions
from octoprompt.workspace import writing
from octoprompt.workspace.text import content_hash
from octoprompt.workspace.workspace import Workspace
from octoprompt.workspace.writing import NewContent, bytes_like, remove, write


@pytest.fixture
def root(tmp_path):
    """An empty root beside a folder that must stay as it is."""
    (tmp_path / "root").mkdir()
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside/secret.txt").write_text("canary")
    return tmp_path / "root"


@pytest.fixture(params=[True, False], ids=["held folders", "named folders"])
def gate(root, request, monkeypatch):
    """The gate, on a system that can hold folders and on one that cannot."""
    monkeypatch.setattr(writing, "HOLDS_FOLDERS", request.param)
    return Workspace(root, WorkspaceOptions()).gate


def content(path, data, before=None):
    """Give a content for a file that held something, or nothing."""
    expected = None if before is None else content_hash(before)
    return NewContent(path=path, data=data, expected=expected)


def test_a_file_is_replaced_with_its_permissions(gate, root):
    """Nothing is left beside it, and a hard link elsewhere keeps the old content."""
    (root / "run.sh").write_bytes(b"old")
    (root / "run.sh").chmod(0o751)
    (root.parent / "outside/link").hardlink_to(root / "run.sh")
    write(gate, content("run.sh", b"new", b"old"))
    assert (root / "run.sh").read_bytes() == b"new"
    assert stat.S_IMODE((root / "run.sh").stat().st_mode) == 0o751
    assert (root.parent / "outside/link").read_bytes() == b"old"
    assert os.listdir(root) == ["run.sh"]  # noqa: PTH208  # names are what counts


def test_a_new_file_gets_its_folders(gate, root):
    """And only when there is none by that name."""
    write(gate, content("a/b/new.txt", b"x"))
    assert (root / "a/b/new.txt").read_bytes() == b"x"
    with pytest.raises(FileChanged, match="exists by now"):
        write(gate, content("a/b/new.txt", b"y"))
    assert (root / "a/b/new.txt").read_bytes() == b"x"
    assert len(list((root / "a/b").iterdir())) == 1


def test_a_file_that_changed_is_left_alone(gate, root):
    """Changed or gone since it was read: the user's bytes stay."""
    (root / "a").write_bytes(b"the user's")
    with pytest.raises(FileChanged, match="changed since"):
        write(gate, content("a", b"ours", b"what was read"))
    assert (root / "a").read_bytes() == b"the user's"
    with pytest.raises(FileChanged, match="gone"):
        write(gate, content("gone", b"ours", b"what was read"))
    assert len(list(root.iterdir())) == 1


def test_what_is_no_file_is_left_alone(gate, root):
    """Folders and FIFOs are neither replaced nor waited for."""
    (root / "folder").mkdir()
    os.mkfifo(root / "fifo")
    for path in ("folder", "fifo", ""):
        with pytest.raises((NotAFile, FileUnwritable, FileChanged)):
            write(gate, content(path, b"x", b""))
    assert sorted(p.name for p in root.iterdir()) == ["fifo", "folder"]


@pytest.mark.parametrize(
    "path", ["../outside/secret.txt", "link/secret.txt", "file-link", ".git/config", "/etc/x"]
)
def test_nothing_outside_is_written(gate, root, path):
    """No way out, and none into git's own folder."""
    (root / "link").symlink_to("../outside")
    (root / "file-link").symlink_to("../outside/secret.txt")
    for before in (b"canary", None):
        with pytest.raises(PathOutsideRoot):
            write(gate, content(path, b"evil", before))
    assert (root.parent / "outside/secret.txt").read_text() == "canary"
    assert len(list((root.parent / "outside").iterdir())) == 1
    assert not (root / ".git").exists()


def test_a_link_inside_is_written_through(gate, root):
    """The file that it leads to changes, the link stays one."""
    (root / "real.txt").write_bytes(b"old")
    (root / "link.txt").symlink_to("real.txt")
    write(gate, content("link.txt", b"new", b"old"))
    assert (root / "real.txt").read_bytes() == b"new"
    assert (root / "link.txt").is_symlink()


def test_a_full_disk_leaves_the_old_file(gate, root, monkeypatch):
    """And nothing beside it."""
    (root / "a").write_bytes(b"old")

    def full(_descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(FileUnwritable, match="No space left"):
        write(gate, content("a", b"new", b"old"))
    monkeypatch.undo()
    assert (root / "a").read_bytes() == b"old"
    assert len(list(root.iterdir())) == 1


@pytest.mark.parametrize(
    "data",
    [
        b"\xef\xbb\xbfone\r\ntwo\r\n",
        "größe\r".encode("cp1252"),
        b"\xff\xfea\x00\n\x00",
        b"mixed\r\nends\n",
    ],
)
def test_a_text_is_written_like_the_file_it_came_from(root, data):
    """Encoding, mark and line ends stay, whatever line ends the new text has."""
    (root / "a").write_bytes(data)
    like = Workspace(root, WorkspaceOptions()).read_text("a")
    assert bytes_like(like.text, like) == data
    if like.eol != "mixed":
        assert bytes_like(like.text.replace("\r\n", "\n").replace("\r", "\n"), like) == data


RACES = int(os.environ.get("OCTOPROMPT_RACES", "500"))
SWAPPER = """
import os
while True:
    os.rename("swap", "kept")
    os.symlink("../outside", "swap")
    os.unlink("swap")
    os.rename("kept", "swap")
"""


def test_a_link_that_is_swapped_in_while_writing_gains_nothing(root):
    """Whatever happens to the folder's name, nothing outside changes."""
    gate = Workspace(root, WorkspaceOptions()).gate
    outside = root.parent / "outside/a"
    (root / "swap").mkdir()
    for path in (root / "swap/a", outside):
        path.write_bytes(b"same")
    before = outside.stat()
    tried = written = refused = 0
    with subprocess.Popen([sys.executable, "-c", SWAPPER], cwd=root) as swapper:
        deadline = time.monotonic() + 20 + RACES / 50
        try:
            while (tried < RACES or not (written and refused)) and time.monotonic() < deadline:
                tried += 1
                try:
                    write(gate, content("swap/a", b"same", b"same"))
                    written += 1
                except FileProblem:
                    refused += 1
            assert swapper.poll() is None
        finally:
            swapper.kill()
    assert written
    assert refused, "the link was never met: the race did not happen"
    assert outside.stat().st_ino == before.st_ino
    assert sorted(p.name for p in outside.parent.iterdir()) == ["a", "secret.txt"]


def test_only_what_was_read_is_removed(gate, root):
    """A file goes when it is what was read, and stays when it changed or is outside."""
    (root / "a.txt").write_text("one")
    (root / "b.txt").write_text("two")
    (root / "out").symlink_to(root.parent / "outside")

    remove(gate, "a.txt", content_hash(b"one"))
    with pytest.raises(FileChanged):
        remove(gate, "b.txt", content_hash(b"one"))
    with pytest.raises(FileChanged):
        remove(gate, "gone.txt", content_hash(b"one"))
    with pytest.raises(PathOutsideRoot):
        remove(gate, "out/secret.txt", content_hash(b"canary"))

    assert [path.name for path in sorted(root.iterdir())] == ["b.txt", "out"]
    assert (root.parent / "outside/secret.txt").read_text() == "canary"


def test_a_file_that_comes_back_has_the_permissions_that_it_had(gate, root):
    """A new file may be given permissions."""
    write(gate, NewContent(path="run.sh", data=b"#!/bin/sh", expected=None, mode=0o750))

    assert (root / "run.sh").stat().st_mode & 0o777 == 0o750
