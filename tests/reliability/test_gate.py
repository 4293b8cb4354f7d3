"""The file gate against every way out of the root that is known."""

import os
import subprocess
import sys
import time
from itertools import product
from urllib.parse import quote

import pytest

from octoprompt.errors import FileProblem
from octoprompt.settings import WorkspaceOptions
from octoprompt.workspace import opening
from octoprompt.workspace.workspace import Workspace

RACES = int(os.environ.get("OCTOPROMPT_RACES", "2000"))
LOOKALIKES = ("\u2024\u2024", "\u2025", "\uff0e\uff0e", ".\u200b.", "\u202e..")
SECRET = b"canary: outside"
SWAPPER = """
import os
while True:
    os.rename("swap", "kept")
    os.symlink("../outside", "swap")
    os.unlink("swap")
    os.rename("kept", "swap")
"""
LINKS = {
    "link-file": "../outside/secret.txt",
    "link-folder": "../outside",
    "link-root": "/",
    "link-parent": "..",
    "link-chain-1": "link-chain-2",
    "link-chain-2": "sub/link-chain-3",
    "sub/link-chain-3": "../../outside/secret.txt",
    "link-through": "sub/up/up/outside/secret.txt",
    "sub/up": "..",
    "up": "..",
    "link-git": ".git/config",
    "sub/git": "../.git",
    "link-proc": "/proc/self/root",
    "link-cwd": "/proc/self/cwd",
    "link-device": "/dev/zero",
    "loop-a": "loop-b",
    "loop-b": "loop-a",
}


@pytest.fixture
def tree(tmp_path):
    """A root with a file, links of every kind, a git folder, and a secret beside it."""
    root = tmp_path / "root"
    outside = tmp_path / "outside"
    for folder in (root / "sub", root / ".git", outside, tmp_path / "root-sibling"):
        folder.mkdir(parents=True)
    (root / "sub/inside.txt").write_bytes(b"inside")
    for secret in (outside / "secret.txt", root / ".git/config", tmp_path / "root-sibling/x"):
        secret.write_bytes(SECRET)
    os.mkfifo(root / "fifo")
    for name, target in LINKS.items():
        (root / name).symlink_to(target)
    (root / "link-absolute").symlink_to(outside / "secret.txt")
    return root


def attempts(root):
    """Give the paths that all mean something outside, or nothing that may be read."""
    outside = root.parent / "outside/secret.txt"
    up = ("..", "./..", "sub/../..", "sub/..//..", "x/../..", "sub/./../..", "../root/..")
    targets = ("outside/secret.txt", "root-sibling/x", "root/sub/inside.txt", "outside")
    climbing = [f"{a}/{b}" for a, b in product(up, targets)]
    back = [path.replace("/", "\\") for path in climbing]
    encoded = [quote(path, safe="") for path in climbing]
    doubly = [path.replace("..", "%252e%252e") for path in climbing[:8]]
    dots = [path.replace("..", dot) for dot in LOOKALIKES for path in climbing[:12]]
    absolute = [
        str(outside),
        f"/{outside}",
        f"//localhost{outside}",
        "/etc/passwd",
        "/proc/self/environ",
        f"/proc/self/root{outside}",
        "/dev/zero",
        "~/.ssh/id_rsa",
        "~root/.bashrc",
        "$HOME/.profile",
        outside.as_uri(),
        outside.as_uri().upper(),
        "file:../outside/secret.txt",
        "file://../outside/secret.txt",
        "C:\\Windows\\win.ini",
        "C:/Windows/win.ini",
        "\\\\host\\share\\x",
        "\\\\?\\C:\\x",
        "//host/share/x",
    ]
    links = [*LINKS, "link-absolute"]
    through = ("link-folder", "link-parent/outside", "up/outside", "sub/up/up/outside")
    linked = [f"{link}/secret.txt" for link in through]
    rooted = [f"{link}{outside}" for link in ("link-root", "link-proc")]
    git = [".git/config", ".GIT/config", ".Git/config", ".git./config", "sub/git/config", ".git"]
    odd = [
        "fifo",
        "sub",
        "",
        ".",
        "sub/inside.txt/..",
        "sub/inside.txt\0",
        "sub/inside.txt\0.png",
        "\0",
        "sub/inside.txt ",
        "sub/inside.txt.",
        "sub/inside.txt::$DATA",
        "SUB/inside.txt",
        "sub/INSIDE.TXT",
        "\ud800",
        "a" * 300,
        "a/" * 3000,
        "x" * 100_000,
        "../" * 500 + "etc/passwd",
        " ../outside/secret.txt",
        "\n../outside/secret.txt",
    ]
    return [
        *climbing, *back, *encoded, *doubly, *dots, *absolute, *links, *linked, *rooted, *git, *odd
    ]  # fmt: skip


@pytest.mark.parametrize(
    "opener",
    [opening.best_opener(), opening.open_by_parts, opening.open_by_name],
    ids=["best", "by parts", "by name"],
)
def test_no_path_leads_outside(tree, opener, monkeypatch):
    """Over two hundred attempts by each way of opening: all refused, none answered, none hangs."""
    monkeypatch.setattr(opening, "best_opener", lambda: opener)
    workspace = Workspace(tree, WorkspaceOptions())
    tried = attempts(tree)
    admitted = [path for path in tried if not _is_refused(workspace, path)]
    assert len(tried) >= 200
    assert admitted == []
    assert workspace.read_text("sub/inside.txt").text == "inside"


def _is_refused(workspace, path):
    try:
        workspace.read_bytes(path)
    except FileProblem as error:
        told = error.message
    else:
        return False
    return "canary" not in told and len(told) < 500 and told.isprintable()


def test_where_a_path_leads_is_refused_as_well(tree):
    """Asking for a path's place or kind is no way round reading it."""
    workspace = Workspace(tree, WorkspaceOptions())
    for path in ("link-file", "link-folder/secret.txt", "link-parent", "../outside", "link-git"):
        with pytest.raises(FileProblem):
            workspace.resolve(path)
        with pytest.raises(FileProblem):
            workspace.stat(path)


@pytest.mark.parametrize(
    "opener", [opening.best_opener(), opening.open_by_parts], ids=["best", "by parts"]
)
def test_a_link_that_is_swapped_in_while_reading_gains_nothing(tree, opener, monkeypatch):
    """A folder that turns into a link between the check and the opening never shows the secret."""
    monkeypatch.setattr(opening, "best_opener", lambda: opener)
    workspace = Workspace(tree, WorkspaceOptions())
    (tree / "swap").mkdir()
    (tree / "swap/secret.txt").write_bytes(b"harmless")
    seen = set()
    with subprocess.Popen([sys.executable, "-c", SWAPPER], cwd=tree) as swapper:
        try:
            deadline = time.monotonic() + 20 + RACES / 500
            tried = 0
            while (tried < RACES or len(seen) < 2) and time.monotonic() < deadline:
                tried += 1
                try:
                    seen.add(workspace.read_bytes("swap/secret.txt").data)
                except FileProblem as error:
                    seen.add(type(error).__name__)
        finally:
            swapper.kill()
    assert SECRET not in seen
    assert b"harmless" in seen
    assert len(seen) > 1, "the link was never met: the race did not happen"
