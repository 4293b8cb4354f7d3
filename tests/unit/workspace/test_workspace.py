"""Reading files through a workspace."""

import errno
import os

import pytest

from octoprompt.errors import (
    FileTooLarge,
    FileUnreadable,
    NotAFile,
    NotText,
    PathNotFound,
    PathOutsideRoot,
    RootUnreadable,
)
from octoprompt.settings import WorkspaceOptions
from octoprompt.workspace import opening
from octoprompt.workspace.text import content_hash
from octoprompt.workspace.workspace import Workspace

OPENERS = [opening.best_opener(), opening.open_by_parts, opening.open_by_name]


@pytest.fixture
def root(tmp_path):
    """An empty root."""
    folder = tmp_path / "root"
    folder.mkdir()
    return folder


@pytest.fixture(params=OPENERS, ids=["best", "by parts", "by name"])
def workspace(root, request, monkeypatch):
    """A workspace on each of the ways to open a file."""
    monkeypatch.setattr(opening, "best_opener", lambda: request.param)
    return Workspace(root, WorkspaceOptions(max_file_bytes=2048))


def test_a_text_comes_with_its_details(workspace, root):
    """Encoding, mark, line ends, size and hash are what writing it back needs."""
    (root / "a").mkdir()
    data = b"\xef\xbb\xbfone\r\ntwo\r\n"
    (root / "a/b.txt").write_bytes(data)
    text = workspace.read_text("./a//b.txt")
    assert text.path == "a/b.txt"
    assert text.text == "one\r\ntwo\r\n"
    assert (text.bom, text.eol, text.encoding) == (b"\xef\xbb\xbf", "\r\n", "utf-8")
    assert (text.size, text.unsaved, text.hash) == (len(data), False, content_hash(data))


def test_an_unsaved_text_wins_until_it_is_dropped(workspace, root):
    """What the editor shows is what the user means, also for a file that is not there yet."""
    (root / "a.py").write_text("disk")
    workspace.overlay.set("a.py", "editor 2", 2)
    workspace.overlay.set("a.py", "editor 1, late", 1)
    workspace.overlay.set("new.py", "only in the editor \ud800", 1)
    assert workspace.read_text("a.py").text == "editor 2"
    assert workspace.read_text("a.py").unsaved
    assert workspace.read_text("new.py").text == "only in the editor \ud800"
    assert workspace.overlay.paths() == ("a.py", "new.py")
    assert workspace.read_bytes("a.py").data == b"disk"
    workspace.overlay.drop("a.py")
    workspace.overlay.drop("never set")
    assert workspace.read_text("a.py").text == "disk"


def test_an_unsaved_text_hashes_like_its_file(workspace, root):
    """Saving a text does not change its name."""
    (root / "a.py").write_text("same ü\n")
    saved = workspace.read_text("a.py").hash
    workspace.overlay.set("a.py", "same ü\n", 1)
    assert workspace.read_text("a.py").hash == saved


def test_size_limits_hold_for_files_and_unsaved_texts(workspace, root):
    """Above the limit is an error that says both numbers; the limit itself is allowed."""
    (root / "fits").write_bytes(b"x" * 2048)
    (root / "large").write_bytes(b"x" * 2049)
    workspace.overlay.set("typed", "x" * 2049, 1)
    assert workspace.read_text("fits").size == 2048
    for path in ("large", "typed"):
        with pytest.raises(FileTooLarge, match=r"2,049 bytes.*2,048"):
            workspace.read_text(path)
    assert workspace.read_text("large", limit=4096).size == 2049


def test_a_sparse_giant_is_refused_without_reading_it(workspace, root):
    """The size is known before the first byte is read."""
    with (root / "giant").open("wb") as file:
        file.truncate(10 * 1024**3)
    with pytest.raises(FileTooLarge):
        workspace.read_text("giant")


def test_binary_files_are_told_apart(workspace, root):
    """A picture is not text, but its bytes can be had."""
    (root / "a.png").write_bytes(b"\x89PNG\0")
    with pytest.raises(NotText, match=r"a\.png"):
        workspace.read_text("a.png")
    assert workspace.read_bytes("a.png").data == b"\x89PNG\0"


def test_what_is_no_file_is_refused_at_once(workspace, root):
    """Folders, FIFOs and sockets neither hang nor answer."""
    (root / "folder").mkdir()
    os.mkfifo(root / "fifo")
    for path in ("folder", "fifo", ""):
        with pytest.raises(NotAFile):
            workspace.read_text(path)
    assert workspace.stat("folder").kind == "folder"
    assert workspace.stat("fifo").kind == "other"
    assert workspace.stat("").kind == "folder"


def test_missing_files_are_told(workspace, root):
    """A file that is gone, or behind a file, is not found."""
    (root / "file").write_text("x")
    for path in ("gone", "gone/too", "file/inside", "x" * 300, "\ud800"):
        with pytest.raises(PathNotFound):
            workspace.read_text(path)
    with pytest.raises(PathNotFound):
        workspace.stat("gone")


def test_links_inside_lead_to_their_target(workspace, root):
    """A link within the workspace counts as the file, relative or absolute."""
    (root / "real").mkdir()
    (root / "real/a.md").write_text("rules")
    (root / "near.md").symlink_to("real/a.md")
    (root / "far.md").symlink_to(root / "real/a.md")
    (root / "folder").symlink_to("real", target_is_directory=True)
    for path in ("near.md", "far.md", "folder/a.md"):
        assert workspace.read_text(path).text == "rules"
        assert workspace.stat(path).kind == "file"
        assert workspace.resolve(path) == root / "real/a.md"


def test_circles_and_loose_links_are_told(workspace, root):
    """A loop of links ends, and a link to nothing is not found."""
    (root / "one").symlink_to("two")
    (root / "two").symlink_to("one")
    (root / "loose").symlink_to("nothing")
    with pytest.raises((PathNotFound, FileUnreadable)):
        workspace.read_text("one")
    with pytest.raises(PathNotFound):
        workspace.read_text("loose")


def test_a_file_that_grows_while_it_is_read_stays_bounded(workspace, root, monkeypatch):
    """The limit counts what is read, not what was promised."""
    (root / "log").write_bytes(b"x" * 100)
    real = os.fstat

    def grown(descriptor):
        with (root / "log").open("ab") as file:
            file.write(b"y" * 5000)
        return (
            real(descriptor)
            if descriptor < 0
            else os.stat_result([*real(descriptor)[:6], 100, *real(descriptor)[7:]])
        )

    monkeypatch.setattr(os, "fstat", grown)
    with pytest.raises(FileTooLarge):
        workspace.gate.read("log", 2048)


def test_editor_locations_become_relative(root, tmp_path):
    """URIs are understood through the real path and through the link that was opened."""
    (tmp_path / "link").symlink_to(root, target_is_directory=True)
    workspace = Workspace(tmp_path / "link", WorkspaceOptions())
    assert workspace.root == root
    assert workspace.relative((root / "a b.py").as_uri()) == "a b.py"
    assert workspace.relative((tmp_path / "link/x/y.py").as_uri()) == "x/y.py"
    assert workspace.relative(root / "x") == "x"
    for elsewhere in (tmp_path / "root2/x", tmp_path.as_uri(), (root / ".git/config").as_uri()):
        with pytest.raises(PathOutsideRoot):
            workspace.relative(elsewhere)


def test_a_root_that_cannot_be_listed_is_refused(tmp_path):
    """Missing, a file, or a circle of links: the error names it."""
    (tmp_path / "file").write_text("x")
    (tmp_path / "circle").symlink_to("circle")
    for name in ("missing", "file", "circle"):
        with pytest.raises(RootUnreadable, match=name):
            Workspace(tmp_path / name, WorkspaceOptions())


def test_what_the_system_refuses_is_told(root, monkeypatch):
    """No permission or a failing disk is its own error, which names the file and the cause."""
    (root / "secret").write_text("x")

    def refuse(_root, _parts):
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(opening, "best_opener", lambda: refuse)
    with pytest.raises(FileUnreadable, match="`secret` cannot be read: Permission denied"):
        Workspace(root, WorkspaceOptions()).read_text("secret")
