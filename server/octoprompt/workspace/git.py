"""What git knows of a root: is it a repository, which files, what changed; or why it cannot say.

Each question comes twice: `..._now` waits and is for threads, the other is for the event loop.
"""

import asyncio
import os
import re
import threading
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeVar

from octoprompt.workspace.git_process import DEFAULT_BOUNDS, Bounds, GitOutput, Stop, run_git

T = TypeVar("T")
DiffKind = Literal["none", "staged", "working", "branch"]
ChangeKind = Literal["added", "modified", "deleted", "renamed", "untracked"]
RECHECK_SECONDS = 5.0
QUICK = Bounds(seconds=10.0, output=1 << 20)
IDENTITY_BOUNDS = Bounds(seconds=4.0, output=1 << 20)
STANDING_BYTES = 64 * 1024
Standing = tuple[str, ...]
DIFF_LIMIT = 4 * 1024 * 1024
DEFAULT_BRANCHES = ("origin/main", "origin/master", "main", "master", "develop", "trunk")
SAFE_DIFF = (
    "--no-ext-diff",
    "--no-textconv",
    "--no-color",
    "--relative",
    # Whatever the user's configuration makes of them: who reads a diff looks for these.
    "--src-prefix=a/",
    "--dst-prefix=b/",
    "--ignore-submodules=dirty",
)
CHANGES: dict[str, ChangeKind] = {"A": "added", "D": "deleted", "R": "renamed", "C": "added"}
THREADS = ThreadPoolExecutor(3, thread_name_prefix="git")


@dataclass(frozen=True, slots=True, kw_only=True)
class Repository:
    """The repository around a root."""

    prefix: str
    """The root's place in the work tree, empty or ending with `/`."""
    git_dir: Path
    shallow: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class NoRepository:
    """Why git cannot answer here."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """Where the work tree is; no commit before the first one, no branch when detached."""

    commit: str | None
    branch: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Diff:
    """A diff as text, relative to the root."""

    text: str
    truncated: bool = False
    reason: str = ""
    """Why it is empty or not what was asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A path that differs from the last commit."""

    path: str
    kind: ChangeKind


class Git:
    """Asks git about one root."""

    def __init__(self, root: Path, *, trusted: bool = True) -> None:
        """Take a root.

        In an untrusted workspace git is never started: its configuration can run programs.
        """
        self.root = root
        self.trusted = trusted
        self._state: Repository | NoRepository | None = None
        self._checked = 0.0
        self._lock = threading.Lock()

    def run(
        self,
        *args: str,
        stdin: bytes = b"",
        bounds: Bounds = DEFAULT_BOUNDS,
        stop: Stop | None = None,
    ) -> GitOutput:
        """Run one git command that reads, and wait; what goes wrong is in the answer."""
        if not self.trusted:
            return GitOutput(
                code=-1, stdout=b"", message="the workspace is not trusted, so git is not run"
            )
        return run_git(self.root, args, stdin, bounds, stop or Stop())

    async def call(
        self, *args: str, stdin: bytes = b"", bounds: Bounds = DEFAULT_BOUNDS
    ) -> GitOutput:
        """Run one git command off the event loop; cancelling kills it."""
        stop = Stop()
        future = THREADS.submit(self.run, *args, stdin=stdin, bounds=bounds, stop=stop)
        try:
            return await asyncio.wrap_future(future)
        except asyncio.CancelledError:
            stop("cancelled")
            raise

    def repository_now(self) -> Repository | NoRepository:
        """Say which repository this is.

        git is asked again when it is gone, and after some seconds where there was none.
        """
        with self._lock:
            state = self._state
            if isinstance(state, Repository) and self._is_there(state):
                return state
            if isinstance(state, NoRepository) and self._age() < RECHECK_SECONDS:
                return state
            self._state = self._look()
            self._checked = time.monotonic()
            return self._state

    def _is_there(self, repository: Repository) -> bool:
        """Say whether the repository is still around the root; git is not started."""
        top = self.root.joinpath(*[".."] * repository.prefix.count("/"))
        needed = (top / ".git", repository.git_dir / "HEAD")
        return all(map(os.path.exists, needed))  # `Path.exists` may raise

    def _age(self) -> float:
        return time.monotonic() - self._checked

    def _look(self) -> Repository | NoRepository:
        said = self.run(
            "rev-parse",
            "--is-inside-work-tree",
            "--is-shallow-repository",
            "--absolute-git-dir",
            "--show-prefix",
            bounds=QUICK,
        )
        lines = said.text.split("\n")
        if not said.ok or len(lines) < 4:
            return NoRepository(reason=_why_not(said.message))
        inside, shallow, git_dir, prefix = lines[:4]
        if inside != "true":
            return NoRepository(
                reason="this is a bare repository or git's own folder, without a work tree"
            )
        if prefix and self.run("check-ignore", "-q", ".", bounds=QUICK).code == 0:
            return NoRepository(reason="the repository around this folder ignores it")
        return Repository(prefix=prefix, git_dir=Path(git_dir), shallow=shallow == "true")

    def standing_now(self) -> Standing:
        """Give what differs when HEAD has moved or the repository's own rules have changed.

        A few small files are read, git is not started. Empty without a repository.
        """
        repository = self.repository_now()
        return () if isinstance(repository, NoRepository) else _standing(repository.git_dir)

    def head_now(self) -> Head:
        """Say where the work tree is."""
        commit = self.run("rev-parse", "--verify", "-q", "HEAD", bounds=QUICK)
        branch = self.run("symbolic-ref", "--short", "-q", "HEAD", bounds=QUICK)
        return Head(commit=_line(commit), branch=_line(branch))

    def identity_now(self) -> str | None:
        """Name the project by what survives moving it: the first commit, and the place in its tree.

        A shallow clone does not have its first commit; its remote's address stands in. None when
        there is neither.
        """
        repository = self.repository_now()
        if isinstance(repository, NoRepository):
            return None
        if repository.shallow:
            remote = _line(self.run("config", "--get", "remote.origin.url", bounds=QUICK))
            return f"remote:{without_credentials(remote)}#{repository.prefix}" if remote else None
        roots = self.run(
            "rev-list", "--max-parents=0", "--first-parent", "HEAD", "--", bounds=IDENTITY_BOUNDS
        )
        commits = roots.text.split()
        return f"{commits[-1]}#{repository.prefix}" if roots.ok and commits else None

    def list_files_now(self) -> list[str] | None:
        """List tracked files and untracked ones that no ignore rule excludes; None without git.

        Relative to the root, in git's order; a tracked file may be gone from disk, a nested
        repository ends with `/`.
        """
        if isinstance(self.repository_now(), NoRepository):
            return None
        listed = self.run("ls-files", "-co", "--exclude-standard", "-z")
        return list(dict.fromkeys(listed.items)) if listed.ok else None

    def ignored_now(self, paths: Iterable[str]) -> set[str]:
        """Give those of the paths that ignore rules exclude; none without a repository."""
        asked = list(dict.fromkeys(paths))
        if not asked or isinstance(self.repository_now(), NoRepository):
            return set()
        stdin = b"".join(os.fsencode(path) + b"\0" for path in asked)
        said = self.run("check-ignore", "-z", "--stdin", stdin=stdin)
        if said.code in (0, 1):
            return set(said.items)
        # One path that git cannot judge (in a submodule, behind a link) spoils the whole list:
        # halve it.
        if len(asked) == 1:
            return set()
        middle = len(asked) // 2
        return self.ignored_now(asked[:middle]) | self.ignored_now(asked[middle:])

    def changed_paths_now(self) -> list[Change]:
        """List what differs from the last commit, staged or not, and untracked files, by path."""
        if isinstance(self.repository_now(), NoRepository):
            return []
        changes = {
            path: Change(path=path, kind="untracked") for path in self.untracked_now(folders=True)
        }
        base = "HEAD" if self.head_now().commit else "--cached"
        words = self.run(
            "diff", *SAFE_DIFF, "--no-renames", "--name-status", "-z", base, "--"
        ).items
        for letter, path in zip(words[::2], words[1::2], strict=False):
            changes[path] = Change(path=path, kind=CHANGES.get(letter[:1], "modified"))
        return [changes[path] for path in sorted(changes)]

    def untracked_now(self, *, folders: bool = False) -> list[str]:
        """List files that git does not know yet and no ignore rule excludes, by path.

        With `folders` repositories inside of this one, too; their names end with `/`.
        """
        if isinstance(self.repository_now(), NoRepository):
            return []
        found = self.run("ls-files", "-o", "--exclude-standard", "-z").items
        return sorted(path for path in found if folders or not path.endswith("/"))

    def diff_now(self, kind: DiffKind, limit: int = DIFF_LIMIT) -> Diff:
        """Give a diff of at most `limit` bytes.

        `staged` is what is staged, `working` all uncommitted work, `branch` all work since the
        default branch; files that git does not know yet are in none of them, see
        `untracked_now`.
        """
        if kind == "none":
            return Diff(text="")
        repository = self.repository_now()
        if isinstance(repository, NoRepository):
            return Diff(text="", reason=repository.reason)
        base, reason = self._diff_base(kind)
        if base is None:
            return Diff(text="", reason=reason)
        bounds = Bounds(output=limit)
        said = self.run("diff", *SAFE_DIFF, "-M", "--submodule=short", base, "--", bounds=bounds)
        if not said.ok:
            return Diff(text="", reason=said.message)
        text = said.stdout.decode("utf-8", "replace")
        return Diff(text=text, truncated=said.truncated, reason="" if text else "nothing changed")

    def _diff_base(self, kind: DiffKind) -> tuple[str | None, str]:
        if kind == "staged" or self.head_now().commit is None:
            return "--cached", ""
        if kind == "working":
            return "HEAD", ""
        default = self.default_branch_now()
        if default is None:
            return (
                None,
                "no default branch is known: none of main, master or the remote's exists here",
            )
        base = _line(self.run("merge-base", default, "HEAD", bounds=QUICK))
        return (
            (base, "") if base else (None, f"this branch and `{default}` have no commit in common")
        )

    def default_branch_now(self) -> str | None:
        """Name the branch that work starts from: the remote's own, else one with a usual name."""
        remote = _line(
            self.run("symbolic-ref", "--short", "-q", "refs/remotes/origin/HEAD", bounds=QUICK)
        )
        for name in (remote, *DEFAULT_BRANCHES):
            if (
                name
                and self.run("rev-parse", "--verify", "-q", f"{name}^{{commit}}", bounds=QUICK).ok
            ):
                return name
        return None

    async def repository(self) -> Repository | NoRepository:
        """See `repository_now`."""
        return await _off_loop(self.repository_now)

    async def head(self) -> Head:
        """See `head_now`."""
        return await _off_loop(self.head_now)

    async def identity(self) -> str | None:
        """See `identity_now`."""
        return await _off_loop(self.identity_now)

    async def list_files(self) -> list[str] | None:
        """See `list_files_now`."""
        return await _off_loop(self.list_files_now)

    async def ignored(self, paths: Iterable[str]) -> set[str]:
        """See `ignored_now`."""
        asked = tuple(paths)
        return await _off_loop(lambda: self.ignored_now(asked))

    async def changed_paths(self) -> list[Change]:
        """See `changed_paths_now`."""
        return await _off_loop(self.changed_paths_now)

    async def untracked(self) -> list[str]:
        """See `untracked_now`."""
        return await _off_loop(self.untracked_now)

    async def diff(self, kind: DiffKind, limit: int = DIFF_LIMIT) -> Diff:
        """See `diff_now`."""
        return await _off_loop(lambda: self.diff_now(kind, limit))


async def _off_loop(question: Callable[[], T]) -> T:
    return await asyncio.wrap_future(THREADS.submit(question))


def _standing(git_dir: Path) -> Standing:
    head = _start_of(git_dir / "HEAD")
    branch = head.removeprefix("ref: ").strip()
    # A linked work tree has a HEAD of its own and shares the rest.
    common = git_dir / _start_of(git_dir / "commondir").strip()
    inside = branch if branch.startswith("refs/") and ".." not in branch else "HEAD"
    names = (inside, "reftable/tables.list", "info/exclude")
    # Every move of HEAD is a line in its log: there and back leaves HEAD as it was, not the files.
    moves = str(_size_of(git_dir / "logs/HEAD"))
    return (head, moves, *(_start_of(common / name) for name in names))


def _size_of(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _start_of(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return file.read(STANDING_BYTES).decode("utf-8", "surrogateescape")
    except OSError:
        return ""


def _line(said: GitOutput) -> str | None:
    return said.text.strip() or None if said.ok else None


def _why_not(message: str) -> str:
    first = message.split("\n", 1)[0].removeprefix("fatal: ").strip()
    if "dubious ownership" in message:
        return "another user owns this repository: git refuses it until `safe.directory` names it"
    if "not a git repository" in message:
        return "this folder is in no git repository"
    return first or "git gave no answer"


def without_credentials(url: str) -> str:
    """Give a remote's address without user and password."""
    return re.sub(r"//[^/@]*@", "//", url)
