"""Which files a root holds: git's list where there is a repository, else our own walk.

Symbolic links are not followed. What is listed but cannot be indexed keeps a reason, so that
nothing disappears without a word.
"""

import logging
import os
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple, Protocol

from pathspec import GitIgnoreSpec

from octoprompt.errors import RootUnreadable
from octoprompt.workspace.gate import changed_at
from octoprompt.workspace.git import Git, NoRepository, Standing
from octoprompt.workspace.paths import SIZE_SETTING, size_in_words

logger = logging.getLogger(__name__)
OWN_IGNORE = ".octopromptignore"
IGNORE_FILES = frozenset({".gitignore", OWN_IGNORE})
NEVER = frozenset({".git", ".hg", ".svn", ".jj"})
NEVER_WITHOUT_GIT = NEVER | {
    *("node_modules", "__pycache__", ".venv", "venv", ".tox", ".mypy_cache"),
    *(".pytest_cache", ".ruff_cache", ".gradle", ".idea", ".vs", ".cache"),
}
MAX_DEPTH = 200
MATCHER = "simple"
"""What matches ignore rules: `re`. Left to itself, `pathspec` takes a faster engine where it finds
one, which fails at rules that are no UTF-8."""
READABLE_LINK = "a symbolic link"
"""Why a link is not indexed that leads to a file of the root: what it leads to is."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A file as the walk found it."""

    path: str
    """Relative to the root, with `/`."""
    size: int
    """In bytes."""
    changed_ns: int
    skipped: str = ""
    """Why its text is not to be indexed; empty for a file that is."""


@dataclass(slots=True)
class Walk:
    """All files of a root at one moment."""

    files: dict[str, Seen] = field(default_factory=dict[str, Seen])
    git: bool = False
    """Whether git gave the list."""
    standing: Standing = ()
    """Where git stood before."""


Listing = tuple[bool, Standing, list[tuple[str, int, int, str]]]
"""A walk as plain values: whether git gave it, where git stood, and the fields of each file."""


def as_listing(walk: Walk) -> Listing:
    """Give a walk as it goes through a pipe."""
    files = [(f.path, f.size, f.changed_ns, f.skipped) for f in walk.files.values()]
    return walk.git, walk.standing, files


def from_listing(listing: Listing) -> Walk:
    """Give the walk that came through a pipe."""
    git, standing, files = listing
    return Walk({file[0]: Seen(*file) for file in files}, git, standing)


class Limits(Protocol):
    """What a user sets for a walk."""

    @property
    def exclude(self) -> tuple[str, ...]:
        """Further ignore patterns, in gitignore syntax."""
        ...

    @property
    def max_file_bytes(self) -> int:
        """Files above this size are listed by name only."""
        ...


class Rules(NamedTuple):
    """The same, for a process that does not load the settings."""

    exclude: tuple[str, ...]
    max_file_bytes: int


class Behind:
    """Says what lies behind a link, at one moment.

    git goes on listing the files of a folder in whose place there is a link to another one.
    """

    def __init__(self, prefix: str) -> None:
        self._prefix = prefix
        self._known: dict[str, bool] = {"": False}

    def link(self, path: str) -> bool:
        """Say whether a folder on the way to a path is a symbolic link."""
        folder = path.rpartition("/")[0]
        known = self._known.get(folder)
        if known is None:
            known = self.link(folder) or os.path.islink(self._prefix + folder)  # noqa: PTH114 - thousands of calls
            self._known[folder] = known
        return known


class Walker:
    """Lists one root; blocking, for threads."""

    def __init__(self, root: Path, git: Git, options: Limits) -> None:
        self._root = root
        self._prefix = os.fspath(root) + os.sep
        self._git = git
        self._options = options
        self._own = GitIgnoreSpec([], backend=MATCHER)

    def walk(self) -> Walk:
        """List everything; fails with `RootUnreadable`."""
        if not self._root.is_dir():
            raise RootUnreadable(f"the workspace root `{self._root}` is not a folder any more")
        self._own = self._own_rules()
        standing = self._git.standing_now()
        listed = self._git.list_files_now()
        found = Walk(git=listed is not None, standing=standing)
        paths = self._scanned("", ()) if listed is None else self._expanded(listed, self._git)
        behind = Behind(self._prefix)
        for path in paths:
            seen = None if behind.link(path) else self._look(path)
            if seen is not None:
                found.files[seen.path] = seen
        return found

    def look(self, paths: Iterable[str]) -> dict[str, Seen | None]:
        """Say what some paths are now; None for what is gone or ignored. Not for folders."""
        asked, behind = list(paths), Behind(self._prefix)
        seen = {path: None if behind.link(path) else self._look(path) for path in asked}
        for path in self.excluded(path for path in asked if seen[path] is not None):
            seen[path] = None
        return seen

    def excluded(self, paths: Iterable[str]) -> set[str]:
        """Give those of some paths that a walk would leave out by rule."""
        self._own = self._own_rules()
        asked = list(paths)
        found = {path for path in asked if self._is_excluded(path)}
        rest = [path for path in asked if path not in found]
        if rest and isinstance(self._git.repository_now(), NoRepository):
            return found | {path for path in rest if self._is_left_out(path)}
        return found | _ignored(self._git, rest)

    def _is_left_out(self, path: str) -> bool:
        """Ask what our own walk would ask on its way down to a path."""
        rules: tuple[tuple[str, GitIgnoreSpec], ...] = ()
        folder, *names = "", *path.split("/")
        for name in names:
            own = _lines(Path(self._prefix + folder) / ".gitignore")
            rules = (*rules, (folder, _rules(own))) if own else rules
            inside = folder + name
            if inside == path:
                return _is_ignored(path, rules)
            if _is_unwanted(inside, name) or _is_ignored(inside + "/", rules):
                return True
            folder = inside + "/"
        return False

    def is_folder(self, path: str) -> bool:
        """Say whether a path is a folder now."""
        return os.path.isdir(self._prefix + path)  # noqa: PTH112 - thousands of calls

    def _look(self, path: str) -> Seen | None:
        if self._is_excluded(path):
            return None
        try:
            path.encode()
        except UnicodeEncodeError:
            shown = path.encode("utf-8", "replace").decode()
            return Seen(shown, 0, 0, "its name is not UTF-8")
        try:
            found = os.lstat(self._prefix + path)
        except (OSError, ValueError):
            return None
        return Seen(path, found.st_size, changed_at(found), self._why_skip(path, found))

    def _why_skip(self, path: str, found: os.stat_result) -> str:
        mode = found.st_mode
        if stat.S_ISLNK(mode):
            return self._link(path)
        if not stat.S_ISREG(mode):
            return "not a regular file"
        limit = self._options.max_file_bytes
        if found.st_size > limit:
            return f"larger than {size_in_words(limit)}, the limit of `{SIZE_SETTING}`"
        return ""

    def _link(self, path: str) -> str:
        """Say what a link leads to, and so whether it could be read by hand."""
        try:
            real = Path(self._prefix + path).resolve(strict=True)
        except (OSError, RuntimeError):
            return "a symbolic link that leads nowhere"
        if not real.is_relative_to(self._root):
            return "a symbolic link that leads outside the folder"
        if real.is_dir():
            return "a symbolic link to a folder"
        return READABLE_LINK if real.is_file() else "a symbolic link to what is not a regular file"

    def _own_rules(self) -> GitIgnoreSpec:
        lines: list[str] = list(self._options.exclude)
        lines += _lines(self._root / OWN_IGNORE)
        return _rules(lines)

    def _is_excluded(self, path: str) -> bool:
        return len(self._own.patterns) > 0 and self._own.match_file(path)

    def _expanded(self, listed: list[str], git: Git) -> Iterator[str]:
        """Give git's list with nested repositories and submodules replaced by their files."""
        for path in listed:
            if path.endswith("/") or _is_real_folder(self._prefix + path):
                yield from self._nested(path.rstrip("/"), git)
            else:
                yield path

    def _nested(self, folder: str, outer: Git) -> Iterator[str]:
        git = Git(self._root / folder, trusted=outer.trusted)
        listed = git.list_files_now() if folder.count("/") < MAX_DEPTH else None
        # A submodule whose `.git` is gone is a folder of the repository around it.
        if listed is None or _git_dir(git) == _git_dir(outer):
            yield from self._scanned(folder + "/", ())
            return
        yield from self._expanded([f"{folder}/{path}" for path in listed], git)

    def _scanned(self, folder: str, rules: tuple[tuple[str, GitIgnoreSpec], ...]) -> Iterator[str]:
        """Walk a folder (empty, or ending with `/`) by ourselves, obeying nested ignore files."""
        stack: list[tuple[str, tuple[tuple[str, GitIgnoreSpec], ...]]] = [(folder, rules)]
        while stack:
            folder, rules = stack.pop()
            own = _lines(Path(self._prefix + folder) / ".gitignore")
            if own:
                rules = (*rules, (folder, _rules(own)))
            folders: list[str] = []
            for name, is_folder in _entries(self._prefix + folder):
                path = folder + name
                if is_folder:
                    if not _is_unwanted(path, name) and not _is_ignored(path + "/", rules):
                        folders.append(path + "/")
                elif not _is_ignored(path, rules):
                    yield path
            stack += [(path, rules) for path in reversed(folders)]


def _is_unwanted(folder: str, name: str) -> bool:
    return name in NEVER_WITHOUT_GIT or folder.count("/") > MAX_DEPTH


def _git_dir(git: Git) -> Path | None:
    repository = git.repository_now()
    return None if isinstance(repository, NoRepository) else repository.git_dir


def _ignored(git: Git, paths: list[str]) -> set[str]:
    """Ask git, and where a path is in a repository inside of this one, that repository."""
    inside: dict[str, list[str]] = {}
    folders: dict[str, str] = {}
    for path in paths:
        inside.setdefault(_inner(git, path.rpartition("/")[0], folders), []).append(path)
    found = git.ignored_now([*inside.pop("", []), *inside])
    for folder, below in inside.items():
        if folder in found:
            found.update(below)
            continue
        names = [path[len(folder) + 1 :] for path in below]
        rest = _ignored(Git(git.root / folder, trusted=git.trusted), names)
        found.update(f"{folder}/{name}" for name in rest)
    return found.intersection(paths)


def _inner(git: Git, folder: str, known: dict[str, str]) -> str:
    """Give the outermost repository below git's root that a folder is in; empty for none."""
    if folder and folder not in known:
        around = _inner(git, folder.rpartition("/")[0], known)
        is_root = not around and (git.root / folder / ".git").exists()
        known[folder] = folder if is_root else around
    return known.get(folder, "")


def _is_real_folder(path: str) -> bool:
    try:
        return stat.S_ISDIR(os.lstat(path).st_mode)
    except (OSError, ValueError):
        return False


def _entries(folder: str) -> list[tuple[str, bool]]:
    """Give the names in a folder, sorted, each with whether it is a real folder."""
    try:
        with os.scandir(folder) as entries:
            return sorted((e.name, e.is_dir(follow_symlinks=False)) for e in entries)
    except OSError:
        return []


def _rules(lines: Iterable[str]) -> GitIgnoreSpec:
    """Read ignore rules; one that makes no sense, as a lone `!`, is left out, as git does."""
    sound: list[str] = []
    for line in lines:
        try:
            GitIgnoreSpec.from_lines([line], backend=MATCHER)
        except ValueError:
            logger.warning("the ignore rule `%s` makes no sense and is left out", line[:100])
        else:
            sound.append(line)
    return GitIgnoreSpec.from_lines(sound, backend=MATCHER)


def _is_ignored(path: str, rules: tuple[tuple[str, GitIgnoreSpec], ...]) -> bool:
    """Ask the innermost ignore file first; the first that has an opinion decides."""
    for folder, spec in reversed(rules):
        said = spec.check_file(path[len(folder) :]).include
        if said is not None:
            return said
    return False


def _lines(path: Path) -> list[str]:
    try:
        if not stat.S_ISREG(path.lstat().st_mode) or path.stat().st_size > 1 << 20:
            return []
        return path.read_text("utf-8", "replace").splitlines()
    except OSError:
        return []
