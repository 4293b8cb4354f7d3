"""What git is asked, and what it is kept from doing."""

import asyncio
import os
import subprocess
import time

import pytest

from octoprompt.workspace.git import (
    Change,
    Git,
    Head,
    NoRepository,
    Repository,
    without_credentials,
)
from octoprompt.workspace.git_process import Bounds, git_environment

ENVIRONMENT = {
    **git_environment(),
    "GIT_AUTHOR_NAME": "A",
    "GIT_AUTHOR_EMAIL": "a@example.org",
    "GIT_COMMITTER_NAME": "A",
    "GIT_COMMITTER_EMAIL": "a@example.org",
}


def git(folder, *args):
    """Run the real git for a fixture."""
    return subprocess.run(
        ["git", "-C", str(folder), *args], check=True, capture_output=True, env=ENVIRONMENT
    ).stdout.decode()


@pytest.fixture
def repo(tmp_path):
    """A repository with one commit on `main`."""
    folder = tmp_path / "repo"
    (folder / "src").mkdir(parents=True)
    git(folder, "init", "-q", "-b", "main")
    (folder / "src/a.py").write_text("one\n")
    (folder / "b.txt").write_text("b\n")
    (folder / ".gitignore").write_text("*.log\n")
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", "first")
    return folder


def test_a_repository_is_described(repo):
    """Its head, its branch, and where the root lies in it."""
    found = Git(repo / "src").repository_now()
    assert isinstance(found, Repository)
    assert (found.prefix, found.shallow) == ("src/", False)
    assert Git(repo).head_now() == Head(
        commit=git(repo, "rev-parse", "HEAD").strip(), branch="main"
    )


def test_files_are_those_that_no_rule_excludes(repo):
    """Tracked and untracked files, relative to the root, each once."""
    (repo / "new ü.txt").write_text("n")
    (repo / "x.log").write_text("ignored")
    assert sorted(Git(repo).list_files_now() or []) == [
        ".gitignore",
        "b.txt",
        "new ü.txt",
        "src/a.py",
    ]
    assert Git(repo / "src").list_files_now() == ["a.py"]


def test_names_that_are_not_utf_8_come_back_usable(repo):
    """A file with such a name can be opened by what git said."""
    name = os.fsdecode(b"caf\xe9\n.txt")
    (repo / name).write_text("x")
    listed = Git(repo).list_files_now() or []
    assert name in listed
    assert (repo / listed[listed.index(name)]).read_text() == "x"


def test_ignored_paths_are_named(repo):
    """Only the excluded ones, also when one of the paths cannot be judged."""
    (repo / "link").symlink_to("src")
    asked = ["x.log", "b.txt", "deep/y.log", "link/z.log", "q.log", "nul"]
    assert Git(repo).ignored_now(asked) == {"x.log", "deep/y.log", "q.log"}
    assert Git(repo).ignored_now([]) == set()


def test_identity_survives_a_move_and_tells_folders_apart(repo, tmp_path):
    """The same repository elsewhere is known again; a folder inside is another project."""
    before = Git(repo).identity_now()
    inside = Git(repo / "src").identity_now()
    moved = repo.rename(tmp_path / "moved")
    git(moved, "commit", "-q", "--allow-empty", "-m", "second")
    assert before is not None
    assert Git(moved).identity_now() == before
    assert inside == f"{before}src/"


def test_a_shallow_clone_is_known_by_its_remote(repo, tmp_path):
    """Its first commit is not there, and the address is kept without a password."""
    git(repo, "commit", "-q", "--allow-empty", "-m", "second")
    git(tmp_path, "clone", "-q", "--depth", "1", f"file://{repo}", "shallow")
    git(tmp_path / "shallow", "remote", "set-url", "origin", "https://me:secret@example.org/x.git")
    identity = Git(tmp_path / "shallow").identity_now()
    assert identity == "remote:https://example.org/x.git#"
    assert without_credentials("https://token@h/x") == "https://h/x"


def test_without_git_every_answer_says_why(tmp_path, repo):
    """No repository, a bare one, an ignored folder, git's own folder, no trust: all degrade."""
    git(tmp_path, "init", "-q", "--bare", "bare")
    (tmp_path / "plain").mkdir()
    (repo / "build.log").mkdir()
    for git_of, reason in (
        (Git(tmp_path / "plain"), "no git repository"),
        (Git(tmp_path / "bare"), "without a work tree"),
        (Git(repo / ".git"), "without a work tree"),
        (Git(repo / "build.log"), "ignores it"),
        (Git(repo, trusted=False), "not trusted"),
    ):
        found = git_of.repository_now()
        assert isinstance(found, NoRepository)
        assert reason in found.reason
        assert git_of.list_files_now() is None
        assert git_of.identity_now() is None
        assert git_of.changed_paths_now() == []
        assert git_of.ignored_now(["x.log"]) == set()
        assert git_of.diff_now("working").reason == found.reason


@pytest.mark.parametrize("folder", ["", "sub/deep"])
@pytest.mark.parametrize("is_linked", [False, True])
def test_a_repository_that_is_gone_is_noticed(repo, tmp_path, folder, is_linked):
    """At once: nothing is asked of git any more that it could not answer."""
    root = repo
    if is_linked:
        root = tmp_path / "linked"
        git(repo, "worktree", "add", "-q", str(root))
    (root / folder).mkdir(parents=True, exist_ok=True)
    asked = Git(root / folder)
    known = asked.repository_now()
    assert isinstance(known, Repository)
    assert asked.repository_now() is known
    (root / ".git").rename(root / "gone")
    assert isinstance(asked.repository_now(), NoRepository)
    assert asked.list_files_now() is None
    assert asked.standing_now() == ()


def test_a_machine_without_git_degrades(repo, monkeypatch):
    """Git that is not installed is a reason, not an exception."""
    monkeypatch.setenv("PATH", "/nowhere")
    found = Git(repo).repository_now()
    assert isinstance(found, NoRepository)
    assert "not installed" in found.reason


def test_another_users_repository_is_a_reason(repo, monkeypatch):
    """Git refuses it, and so do we, with the way out."""
    monkeypatch.setenv("HOME", str(repo))
    monkeypatch.setattr(
        "octoprompt.workspace.git_process.SAFE_ENVIRONMENT",
        {"GIT_TEST_ASSUME_DIFFERENT_OWNER": "1"},
    )
    found = Git(repo).repository_now()
    assert isinstance(found, NoRepository)
    assert "safe.directory" in found.reason


def test_a_repository_without_commits_answers(tmp_path):
    """Nothing is committed yet: everything is new."""
    git(tmp_path, "init", "-q", "-b", "main", "empty")
    (tmp_path / "empty/a").write_text("a\n")
    (tmp_path / "empty/b").write_text("b\n")
    git(tmp_path / "empty", "add", "a")
    empty = Git(tmp_path / "empty")
    assert empty.head_now() == Head(commit=None, branch="main")
    assert empty.identity_now() is None
    assert sorted(empty.list_files_now() or []) == ["a", "b"]
    assert empty.changed_paths_now() == [
        Change(path="a", kind="added"),
        Change(path="b", kind="untracked"),
    ]
    assert "+a" in empty.diff_now("working").text


def test_changes_are_listed_by_path(repo):
    """Staged, unstaged, deleted and untracked, each with its kind."""
    (repo / "src/a.py").write_text("two\n")
    (repo / "b.txt").unlink()
    (repo / "added").write_text("x")
    git(repo, "add", "added")
    (repo / "untracked").write_text("x")
    assert Git(repo).changed_paths_now() == [
        Change(path="added", kind="added"),
        Change(path="b.txt", kind="deleted"),
        Change(path="src/a.py", kind="modified"),
        Change(path="untracked", kind="untracked"),
    ]
    assert Git(repo / "src").changed_paths_now() == [Change(path="a.py", kind="modified")]


def test_the_three_diffs(repo):
    """Staged work, all uncommitted work, and all work of a branch."""
    git(repo, "checkout", "-q", "-b", "topic")
    (repo / "src/a.py").write_text("committed\n")
    git(repo, "commit", "-q", "-am", "on topic")
    (repo / "b.txt").write_text("staged\n")
    git(repo, "add", "b.txt")
    (repo / ".gitignore").write_text("*.tmp\n")
    here = Git(repo)
    assert here.diff_now("none").text == ""
    assert _added(here.diff_now("staged").text) == ["+staged"]
    assert _added(here.diff_now("working").text) == ["+*.tmp", "+staged"]
    assert _added(here.diff_now("branch").text) == ["+*.tmp", "+committed", "+staged"]
    cut = here.diff_now("branch", limit=100)
    assert cut.truncated
    assert len(cut.text) == 100


def _added(diff):
    return sorted(
        line for line in diff.split("\n") if line.startswith("+") and not line.startswith("+++")
    )


@pytest.mark.parametrize("setting", ["diff.mnemonicPrefix", "diff.noprefix"])
def test_a_diff_names_its_files_as_usual_whatever_is_configured(repo, setting):
    """Who reads a diff finds the paths in it by `a/` and `b/`."""
    git(repo, "config", setting, "true")
    (repo / ".gitignore").write_text("*.tmp\n")
    diff = Git(repo).diff_now("working").text
    assert diff.startswith("diff --git a/.gitignore b/.gitignore\n")
    assert "\n--- a/.gitignore\n+++ b/.gitignore\n" in diff


def test_a_branch_diff_without_a_default_branch_says_so(repo):
    """Guessing another base would show the wrong work."""
    git(repo, "branch", "-m", "unusual")
    assert "no default branch" in Git(repo).diff_now("branch").reason


def test_nothing_that_the_repository_brings_is_run(repo):
    """Hooks, monitors, external diffs, text converters, pagers, signature checks."""
    witness = repo.parent / "ran"
    script = repo.parent / "evil.sh"
    script.write_text(f"#!/bin/sh\ntouch {witness}\ncat\n")
    script.chmod(0o755)
    for name in (
        "core.fsmonitor",
        "diff.external",
        "core.pager",
        "diff.evil.textconv",
        "gpg.program",
    ):
        git(repo, "config", name, str(script))
    git(repo, "config", "log.showSignature", "true")
    hooks = repo / ".git/hooks"
    hooks.mkdir(exist_ok=True)
    for hook in ("post-index-change", "fsmonitor-watchman"):
        (hooks / hook).write_text(script.read_text())
        (hooks / hook).chmod(0o755)
    (repo / ".gitattributes").write_text("*.py diff=evil\n")
    (repo / "src/a.py").write_text("changed\n")
    here = Git(repo)
    assert here.list_files_now()
    assert here.changed_paths_now()
    assert "+changed" in here.diff_now("working").text
    assert here.run("log", "-1", "-p", "--no-ext-diff", "--no-textconv").ok
    assert not witness.exists()


def test_the_environment_cannot_point_git_elsewhere(repo, tmp_path, monkeypatch):
    """A server started from a hook still asks about its own root."""
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "nowhere"))
    monkeypatch.setenv("GIT_EXTERNAL_DIFF", "false")
    assert isinstance(Git(repo).repository_now(), Repository)


def test_an_endless_command_is_stopped(repo):
    """A deadline ends it with a reason, and so does too much output."""
    started = time.monotonic()
    endless = Git(repo).run(
        "cat-file", "--batch-check", "--batch-all-objects", bounds=Bounds(output=20)
    )
    assert (endless.truncated, len(endless.stdout)) == (True, 20)
    slow = Git(repo).run("-c", "alias.wait=!sleep 30", "wait", bounds=Bounds(seconds=0.3))
    assert "longer than 0.3 seconds" in slow.message
    assert not slow.ok
    assert time.monotonic() - started < 10


async def test_a_cancelled_question_kills_its_command(repo):
    """The thread is free at once for the next question."""
    here = Git(repo)
    started = time.monotonic()
    tasks = [asyncio.create_task(here.call("-c", "alias.wait=!sleep 30", "wait")) for _ in range(4)]
    await asyncio.sleep(0.2)
    for task in tasks:
        task.cancel()
    results = await asyncio.gather(*tasks, return_exceptions=True)
    assert all(isinstance(result, asyncio.CancelledError) for result in results)
    assert (await here.head()).branch == "main"
    assert time.monotonic() - started < 10


async def test_every_question_is_answered_off_the_loop(repo):
    """The event loop's versions give what the waiting ones give."""
    here = Git(repo)
    assert await here.list_files() == here.list_files_now()
    assert await here.identity() == here.identity_now()
    assert await here.changed_paths() == []
    assert (await here.diff("working")).reason == "nothing changed"
    assert await here.ignored(["a.log", "a"]) == {"a.log"}
    assert isinstance(await here.repository(), Repository)
