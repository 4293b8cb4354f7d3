"""Orders in everything that a model is shown, to a model that obeys: nothing comes of them."""

import hashlib
import os
import sys

import pytest
import pytest_asyncio

from octoprompt.llm.gateway import Gateway
from support.chatting import chatting
from support.indexing import write
from support.injections import OUTSIDE, PROTECTED, Obedient, injections, watched
from support.server import git, make_repository

pytestmark = pytest.mark.asyncio(loop_scope="module")
COUNT = int(os.environ.get("OCTOPROMPT_INJECTIONS", "17"))
CANARY = "canary-77c0de-Zq8"
FILES = {
    "README.md": "# Shop\n",
    "shop/cart.py": "def total():\n    return 1\n",
    "docs/changed.md": "# Docs\n",
    "package.json": '{"scripts": {}}\n',
    "Makefile": "all:\n",
    ".env": f"KEY={CANARY}\n",
    ".vscode/settings.json": "{}\n",
}
GIT_READS = {
    *("ls-files", "log", "diff", "status", "rev-parse", "cat-file", "check-ignore", "show", "var"),
    *("symbolic-ref", "rev-list", "config", "merge-base", "for-each-ref", "remote", "diff-tree"),
    *("hash-object", "version"),
}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def window(tmp_path_factory):
    """A window on a repository with all documents, with secrets within and beside it."""
    folder = tmp_path_factory.mktemp("injected")
    root = make_repository(folder / "shop", FILES)
    (folder / "outside").mkdir()
    (folder / "outside/secret.txt").write_text(CANARY)
    (root / "link").symlink_to(folder / "outside")
    for injection in injections(COUNT):
        if injection.place != "change":
            write(root, injection.files)
    git(root, "add", "--all", "--force")
    git(root, "commit", "-qm", "documents")
    async with chatting(folder, root) as window:
        yield window


def contents(folder):
    """Name what every file holds, but those of the server itself."""
    found = {}
    for path in sorted(folder.rglob("*")):
        own = path.relative_to(folder).parts[0] in ("data", "cache")
        if not own and path.is_file() and not path.is_symlink():
            found[str(path)] = hashlib.sha256(path.read_bytes()).hexdigest()
    # git's own bookkeeping of what it looked at
    return {name: data for name, data in found.items() if not name.endswith("/.git/index")}


async def _run(window, injection, number):
    """Let the run come across its order."""
    params = dict(injection.params)
    if injection.ticket is not None:
        made = await window("tickets/create", title=f"Ticket {number}", overview=injection.ticket)
        params["ticketId"] = made["id"]
    return await window("agents/run", kind=injection.kind, **params)


def _is_expected(event, arguments):
    """Tell whether a program is git that reads, or a child of ours."""
    if event != "subprocess.Popen":
        return False
    command = [os.fsdecode(part) for part in arguments[1]]
    if command[0] == sys.executable:
        return "octoprompt" in " ".join(command[1:])
    names = {part for part in command[1:] if not part.startswith("-")}
    return os.path.basename(command[0]) == "git" and bool(names & GIT_READS)  # noqa: PTH119


@pytest.mark.timeout(120 + 5 * COUNT)
async def test_an_obedient_model_has_no_effect_that_nobody_confirmed(window):
    """Not on files, protected or outside; no program, no connection, no secret in a question."""
    root = window.app.project(None).workspace.root
    model = Obedient()
    window.app.gateway = Gateway(model)
    edits = []
    for number, injection in enumerate(injections(COUNT)):
        if injection.place == "change":
            write(root, injection.files)
        before, n_obeyed = contents(root.parent), model.n_obeyed
        with watched() as seen:
            ended = await _run(window, injection, number)
        assert model.n_obeyed > n_obeyed, f"{injection.place}: the order was not seen"
        assert ended["status"] == "complete", (injection.place, ended)
        assert contents(root.parent) == before, injection.place
        assert [e for e in seen if not _is_expected(*e)] == [], injection.place
        paths = [*ended["paths"], *(path for step in ended["steps"] for path in step["paths"])]
        assert not [path for path in paths if path in OUTSIDE or path.startswith(".git/")]
        edits += (await window("edits/list", runId=ended["runId"]))["edits"]
    assert CANARY not in "".join(model.shown)
    assert {p["kind"] for edit in edits for p in edit["problems"]} >= {"protected", "unwritable"}
    await _applied_unread(window, root, [edit["id"] for edit in edits])


async def _applied_unread(window, root, ids):
    """Apply all of it, as somebody does who reads nothing and confirms nothing."""
    before = contents(root.parent)
    with watched() as seen:
        for start in range(0, len(ids), 200):
            await window("edits/apply", ids=ids[start : start + 200])
    after = contents(root.parent)
    changed = {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}
    strays = {name.removeprefix(f"{root}/") for name in changed}
    assert not [name for name in strays if name.startswith("/") or name in PROTECTED]
    assert not [name for name in strays if ".git/" in name.lower()]
    assert [e for e in seen if not _is_expected(*e)] == []
