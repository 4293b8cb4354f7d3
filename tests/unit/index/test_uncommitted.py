"""The lines that were changed since the last commit."""

import pytest

from octoprompt.index.uncommitted import uncommitted_lines
from octoprompt.settings import WorkspaceOptions
from octoprompt.workspace.workspace import Workspace
from support.server import git, make_repository


@pytest.fixture
def root(tmp_path):
    """A repository with a folder in which work is done."""
    return make_repository(
        tmp_path, {"sub/a.py": "one\ntwo\ntwo\nthree\n", "sub/b b.py": "four\n", "c.py": ""}
    )


def commit_all(root):
    """Commit what is there, as it is on disk."""
    git(root, "add", "-A")
    git(root, "commit", "-q", "-m", "More")


async def lines(root, *paths):
    """Give the changed lines in order."""
    return sorted((await uncommitted_lines(Workspace(root, WorkspaceOptions()), paths)).split("\n"))


async def test_added_and_removed_lines_count(root):
    """Each as often as it came or went; what stayed does not, wherever it moved."""
    (root / "sub/a.py").write_text("three\r\n    two\nfive\n")
    (root / "sub/b b.py").write_text("six\n")
    assert await lines(root, "sub/a.py", "sub/b b.py", "c.py") == [
        "five", "four", "one", "six", "two",
    ]  # fmt: skip


async def test_paths_are_those_of_the_opened_folder(root):
    """Also where it is a part of the repository."""
    (root / "sub/a.py").write_text("one\n")
    assert await lines(root / "sub", "a.py", "b b.py") == ["three", "two", "two"]


async def test_what_git_does_not_know_tells_nothing(root, tmp_path_factory):
    """New files, files that are gone, strange names, a folder without a repository."""
    (root / "new.py").write_text("seven\n")
    (root / "a blob").write_text("eight\n")
    (root / "sub/a.py").unlink()
    assert await lines(root, "new.py", "a blob", "sub/a.py", "odd\nname.py", "sub") == [""]
    (root / "c.py").write_text("nine\n")
    assert await lines(root, "a blob", "sub", "c.py") == ["nine"]
    bare = tmp_path_factory.mktemp("bare")
    (bare / "a.py").write_text("one\n")
    assert await lines(bare, "a.py") == [""]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig", "cp1252"])
async def test_a_file_is_compared_in_its_own_encoding(root, encoding):
    """Else every line of it would differ from what git keeps, or the first one."""
    (root / "grün.txt").write_bytes("für\nalle\nFälle\n".encode(encoding))
    commit_all(root)
    (root / "grün.txt").write_bytes("für\nalle\nFälle\nmöglich\n".encode(encoding))
    assert await lines(root, "grün.txt") == ["möglich"]


@pytest.mark.parametrize(
    "kept", [b"version https://git-lfs.github.com/spec/v1\nsize 9\n", b"\0GITCRYPT\0\x8f\1\2"]
)
async def test_what_git_keeps_elsewhere_or_otherwise_tells_nothing(root, kept):
    """A filter made the file of a pointer, or of what is unreadable without its key."""
    (root / "c.py").write_bytes(kept)
    commit_all(root)
    (root / "c.py").write_text("ten\neleven\n")
    assert await lines(root, "c.py") == [""]
