"""The one gate to the user's files: everything that reads a file of the workspace reads it here.

A path is opened beneath the root, one part at a time, by the kernel where it can (`openat2`), else
by `openat` with `O_NOFOLLOW`, else by name with a check before and after. A symbolic link counts as
what it leads to, and is refused when that is outside. What was opened must be a regular file:
opening never waits for a FIFO.

A hard link cannot be told from the file itself, so reading one is allowed; writing replaces the
name and never touches the other one (see `writing.py`).
"""

import errno
import os
import re
import stat
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, NamedTuple, NoReturn

from octoprompt.errors import (
    FileProblem,
    FileTooLarge,
    FileUnreadable,
    NotAFile,
    PathNotFound,
    PathOutsideRoot,
    RootUnreadable,
)
from octoprompt.workspace.opening import FOLDER_FLAGS, kernel_opener, open_plain
from octoprompt.workspace.paths import above, shown, split

Kind = Literal["file", "folder", "other"]
READ_CHUNK = 1 << 20
UNUSUAL = re.compile(r"\.\.|\.git|git~|[^ -\[\]-~]|^/|^$", re.IGNORECASE)
"""What a path must not hold that is opened without looking at its parts."""
NOT_THERE = frozenset((errno.ENOENT, errno.ENOTDIR, errno.ENAMETOOLONG, errno.EINVAL, errno.EILSEQ))

LATEST_NS = 2**63 - 1
"""A file may have any time; SQLite takes none after the year 2262."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileStat:
    """What the file system says about a path, links followed."""

    path: str
    kind: Kind
    size: int
    changed_ns: int
    """See `changed_at`."""
    mode: int
    """Permission bits only."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileBytes:
    """A file's whole content, with what the file system said while it was open."""

    path: str
    data: bytes
    stat: FileStat


class Content(NamedTuple):
    """A file's whole content, for those who read thousands."""

    data: bytes
    size: int
    """What the file system said while it was open."""
    changed_ns: int
    """See `changed_at`."""


def changed_at(found: os.stat_result) -> int:
    """Give when a file last changed or came to its place, nanoseconds since 1970.

    The time of its content alone misses one that was moved over another of the same size and time,
    as a checkout makes many, and one whose time was set back, as archives do. On Windows it is that
    of the content: what else is told there differs between an open file and its name.
    """
    changed = found.st_mtime_ns if os.name == "nt" else max(found.st_mtime_ns, found.st_ctime_ns)
    return min(changed, LATEST_NS)


class Gate:
    """Reads files beneath one root.

    It holds nothing open, so a child process can make its own from the same root.
    """

    def __init__(self, root: Path) -> None:
        """Take an existing root; fails with `RootUnreadable`."""
        self.root = real_root(root)

    def read(self, relative: str, limit: int) -> FileBytes:
        """Read a file whole, at most `limit` bytes.

        Fails with `PathOutsideRoot`, `PathNotFound`, `NotAFile`, `FileTooLarge` or
        `FileUnreadable`.
        """
        with self._opened(relative) as descriptor:
            found = os.fstat(descriptor)
            if not stat.S_ISREG(found.st_mode):
                raise NotAFile(f"`{shown(relative)}` is {_called(found.st_mode)}, not a file")
            if found.st_size > limit:
                _refuse_size(relative, found.st_size, limit)
            data = _read_all(descriptor, found.st_size, limit)
        if len(data) > limit:
            _refuse_size(relative, len(data), limit)
        return FileBytes(path=relative, data=data, stat=_stat(relative, found))

    @contextmanager
    def many(self) -> Generator[Callable[[str, int], Content]]:
        """Give what reads files as `read` does, twice as quick: for hundreds in a row."""
        open_once = kernel_opener()
        if open_once is None:
            yield self._content
            return
        with _told(""):
            folder = os.open(self.root, FOLDER_FLAGS)

        def read(relative: str, limit: int) -> Content:
            if UNUSUAL.search(relative) is not None:
                return self._content(relative, limit)
            try:
                descriptor = open_once(folder, os.fsencode(relative))
            except OSError:
                return self._content(relative, limit)
            try:
                found = os.fstat(descriptor)
                if stat.S_ISREG(found.st_mode) and found.st_size <= limit:
                    data = os.read(descriptor, found.st_size + 1)
                    if len(data) == found.st_size:
                        return Content(data, found.st_size, changed_at(found))
            finally:
                os.close(descriptor)
            return self._content(relative, limit)

        try:
            yield read
        finally:
            os.close(folder)

    def _content(self, relative: str, limit: int) -> Content:
        file = self.read(relative, limit)
        return Content(file.data, file.stat.size, file.stat.changed_ns)

    def stat(self, relative: str) -> FileStat:
        """Say what a path is, following links that stay inside.

        Fails with `PathOutsideRoot` or `PathNotFound`.
        """
        with _told(relative):
            parts = self.plain_parts(relative)
            return _stat(relative, os.lstat(self.root.joinpath(*parts)))

    def resolve(self, relative: str) -> Path:
        """Give the absolute path without links; it need not exist. Fails with `PathOutsideRoot`."""
        with _told(relative):
            return self.root.joinpath(*self.plain_parts(relative))

    def plain_parts(self, relative: str) -> tuple[str, ...]:
        """Give the parts of where a path really leads, no link among them.

        Fails with `PathOutsideRoot` when that is outside.
        """
        real = Path(os.path.realpath(self.root.joinpath(*split(relative))))
        if not real.is_relative_to(self.root):
            raise PathOutsideRoot(
                f"`{shown(relative)}` is reached by a link that leads outside the workspace root"
            )
        return split(real.relative_to(self.root).as_posix())

    @contextmanager
    def _opened(self, relative: str) -> Generator[int]:
        with _told(relative):
            descriptor = self._open(relative)
            try:
                yield descriptor
            finally:
                os.close(descriptor)

    def _open(self, relative: str) -> int:
        try:
            return open_plain(self.root, _below(split(relative)))
        except OSError as error:
            if error.errno not in (errno.ELOOP, errno.ENOTDIR, errno.EMLINK):
                raise
        return self._open_linked(relative)

    def _open_linked(self, relative: str) -> int:
        parts = _below(self.plain_parts(relative))
        try:
            return open_plain(self.root, parts)
        except OSError as error:
            if error.errno not in (errno.ELOOP, errno.EMLINK):
                raise
            raise FileUnreadable(
                f"`{shown(relative)}` is a circle of links, or changed while it was opened"
            ) from error


def real_root(root: Path) -> Path:
    """Give a root's real path; fails with `RootUnreadable` when it cannot be listed."""
    try:
        real = root.expanduser().resolve(strict=True)
        with os.scandir(real) as entries:
            next(entries, None)
    except (OSError, RuntimeError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise RootUnreadable(
            f"the workspace root `{shown(str(root))}` cannot be listed ({reason}): "
            "open a folder that exists"
        ) from error
    return real


def _below(parts: tuple[str, ...]) -> tuple[str, ...]:
    if not parts:
        raise NotAFile("the workspace root is a folder, not a file")
    return parts


def _read_all(descriptor: int, size: int, limit: int) -> bytes:
    """Read to the end, which may have moved since `fstat`, at most one byte beyond the limit."""
    data = os.read(descriptor, min(size, limit) + 1)
    if len(data) == size:
        return data
    pieces = [data]
    left = limit + 1 - len(data)
    while left > 0 and (piece := os.read(descriptor, min(left, READ_CHUNK))):
        pieces.append(piece)
        left -= len(piece)
    return b"".join(pieces)


def _stat(relative: str, found: os.stat_result) -> FileStat:
    kind: Kind = "other"
    if stat.S_ISREG(found.st_mode):
        kind = "file"
    elif stat.S_ISDIR(found.st_mode):
        kind = "folder"
    return FileStat(
        path=relative,
        kind=kind,
        size=found.st_size,
        changed_ns=changed_at(found),
        mode=stat.S_IMODE(found.st_mode),
    )


def _called(mode: int) -> str:
    names = (
        (stat.S_ISDIR, "a folder"),
        (stat.S_ISFIFO, "a FIFO"),
        (stat.S_ISSOCK, "a socket"),
        (stat.S_ISCHR, "a device"),
        (stat.S_ISBLK, "a device"),
    )
    return next((name for test, name in names if test(mode)), "something else")


@contextmanager
def _told(relative: str) -> Generator[None]:
    """Turn what the system says into one of our errors."""
    try:
        yield
    except OSError as error:
        raise file_problem(relative, error) from error
    except UnicodeEncodeError as error:
        raise PathNotFound(f"no file can be called `{shown(relative)}`") from error


def file_problem(relative: str, error: OSError) -> FileProblem:
    """Give the error of our tree that a system error about a path means."""
    name = shown(relative)
    if error.errno in NOT_THERE:
        return PathNotFound(f"there is no file `{name}` in the workspace")
    if error.errno in (errno.EXDEV, errno.ELOOP):
        return PathOutsideRoot(f"`{name}` leads outside the workspace root")
    if error.errno in (errno.ENXIO, errno.ENODEV, errno.EOPNOTSUPP):
        return NotAFile(f"`{name}` is a socket or a device, not a file")
    if error.errno == errno.EISDIR:
        return NotAFile(f"`{name}` is a folder, not a file")
    return FileUnreadable(f"`{name}` cannot be read: {error.strerror or error}")


def _refuse_size(relative: str, size: int, limit: int) -> NoReturn:
    raise FileTooLarge(
        f"`{shown(relative)}` has {above(size, limit)}",
        data={"size": size, "limit": limit},
    )
