"""Tasks of the past: commits of a clone, each asked for at its parent."""

import contextlib
import os
import random
import re
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from octoprompt.index.languages import language_of

COMMITS = 40
RECENT = 2_000
MOST_FILES = 5
TESTS = re.compile(
    r"(^|/)(tests?|[\w.]*Tests|spec|__tests__|docs?|examples?|vendor)(/|$)|test_|[._]test\.|[._]spec\."
    r"|(Test|Tests|Spec)\.(java|kt|scala|groovy|cs|swift|php)$"
)
NO_PROGRAMS = frozenset({"html", "css", "markdown", "json", "yaml", "toml"})
"""Languages of files that are seldom what a task is about, and that routine changes most."""
ROUTINE = re.compile(
    r"(merge|revert|bump|release|v?\d+\.\d+|chore\(deps|fix\(deps|update dependency|prepare|format"
    r"|rustfmt|cargo fmt|auto merge|clippy|.*\btypos?\b)",
    re.IGNORECASE,
)
"""Subjects of commits that nobody would ask for as a task."""
WORD = re.compile(r"[a-z_]{3,}")


@dataclass(frozen=True, slots=True)
class Commit:
    """A task of the past."""

    sha: str
    parent: str
    message: str
    truth: tuple[str, ...]
    """The source files that it changed."""


def git(root: Path, *arguments: str, **environment: str) -> str:
    """Give what git prints."""
    command = ["git", "-C", str(root), *arguments]
    env = {**os.environ, **environment}
    done = subprocess.run(command, capture_output=True, check=True, env=env)
    return done.stdout.decode(errors="replace")


def counts(path: str) -> bool:
    """Say whether a file is source that can be the answer to a task."""
    language = language_of(path)
    if language is None or language.grammar != "official" or language.id in NO_PROGRAMS:
        return False
    return not TESTS.search(path)


def sample(root: Path, most: int = COMMITS) -> list[Commit]:
    """Give recent commits that changed a few source files, the same ones each time."""
    log = git(
        root,
        "log",
        f"-{RECENT}",
        "--no-merges",
        "--name-status",
        "--no-renames",
        "--format=%x01%H%x02%P%x02%B%x02",
    )
    found = list[Commit]()
    for record in log.split("\x01")[1:]:
        sha, parent, message, names = record.split("\x02", 3)
        changed = [line.split("\t", 1) for line in names.strip().splitlines() if "\t" in line]
        truth = tuple(path for kind, path in changed if kind in "MD" and counts(path))
        if (
            parent
            and 0 < len(truth) <= MOST_FILES
            and not ROUTINE.match(message.strip())
            and len(WORD.findall(message.lower())) >= MOST_FILES
        ):
            found.append(Commit(sha, parent, message.strip(), truth))
    random.Random(20).shuffle(found)  # noqa: S311 - the same sample each time
    return found[:most]


@contextlib.contextmanager
def work_tree(root: Path, commit: str) -> Iterator[Path]:
    """Give a work tree of its own beside a clone, standing at a commit."""
    with tempfile.TemporaryDirectory() as scratch:
        tree = Path(scratch) / root.name
        git(root, "worktree", "add", "--detach", "--quiet", str(tree), commit)
        try:
            yield tree
        finally:
            git(root, "worktree", "remove", "--force", str(tree))


@contextlib.contextmanager
def plain_tree(root: Path) -> Iterator["PlainTree"]:
    """Give a folder that is no repository, to be filled from a clone."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / root.name
        folder.mkdir()
        yield PlainTree(root, folder, Path(scratch) / "staged")


@dataclass(frozen=True, slots=True)
class PlainTree:
    """A folder without `.git` that is moved from commit to commit."""

    root: Path
    folder: Path
    staged: Path

    def move(self, commit: str) -> None:
        """Let the folder hold exactly the files of a commit."""
        place = ("--work-tree", str(self.folder))
        git(
            self.root, *place, "read-tree", "-u", "--reset", commit, GIT_INDEX_FILE=str(self.staged)
        )
