"""Writing files of the workspace: whole or not at all, and only over what was read.

A new content is written beside the file, made durable, and takes its name in one step. So a crash
leaves the old file or the new one, a hard link elsewhere keeps the old content, and a link that is
swapped in meanwhile is never followed.
"""

import errno
import os
import re
import secrets
import stat
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from octoprompt.errors import FileChanged, FileUnwritable, NotAFile
from octoprompt.workspace.gate import Gate
from octoprompt.workspace.opening import FLAGS, open_folder
from octoprompt.workspace.paths import shown
from octoprompt.workspace.text import content_hash, encode
from octoprompt.workspace.workspace import FileText

HOLDS_FOLDERS = os.open in os.supports_dir_fd and os.rename in os.supports_dir_fd
NEW_FILE_MODE = 0o666
CREATE = (
    os.O_WRONLY
    | os.O_CREAT
    | os.O_EXCL
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_BINARY", 0)
)
READ_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class NewContent:
    """What a file is to hold."""

    path: str
    data: bytes
    expected: str | None
    """The hash of what was read there; None when there was no file."""
    mode: int | None = None
    """The permissions of a new file; None for those that new files have."""


@dataclass(frozen=True, slots=True)
class _Folder:
    """A folder that is held open, or only named where the system cannot hold folders."""

    path: Path
    descriptor: int | None

    def at(self, name: str) -> str:
        """Give what to call a file of the folder."""
        return name if self.descriptor is not None else str(self.path / name)


def bytes_like(text: str, like: FileText) -> bytes:
    """Give a text as bytes with the encoding, byte order mark and line ends of a file."""
    if like.eol in ("\n", "\r\n", "\r"):
        text = re.sub(r"\r\n|\r|\n", like.eol, text)
    return encode(text, like.encoding, like.bom)


def write(gate: Gate, new: NewContent) -> None:
    """Give a file a new content, with the permissions that it has.

    Fails with `PathOutsideRoot`, with `FileChanged` when it is not what was expected, with
    `NotAFile`, and with `FileUnwritable`; the file is as it was then.
    """
    with _told(new.path):
        parts = gate.plain_parts(new.path)
        if not parts:
            raise NotAFile("the workspace root is a folder, not a file")
        with _held(gate.root, parts[:-1], create=new.expected is None) as folder:
            _replace(folder, parts[-1], new)


def remove(gate: Gate, path: str, expected: str) -> None:
    """Delete a file that still has the hash of what was read.

    Fails with `PathOutsideRoot`, with `FileChanged`, with `NotAFile`, and with `FileUnwritable`;
    the file is as it was then.
    """
    with _told(path):
        parts = gate.plain_parts(path)
        if not parts:
            raise NotAFile("the workspace root is a folder, not a file")
        with _held(gate.root, parts[:-1], create=False) as folder:
            _checked(folder, parts[-1], NewContent(path=path, data=b"", expected=expected))
            os.unlink(folder.at(parts[-1]), dir_fd=folder.descriptor)
            if folder.descriptor is not None:
                os.fsync(folder.descriptor)


def _replace(folder: _Folder, name: str, new: NewContent) -> None:
    mode = _checked(folder, name, new)
    mode = new.mode if mode is None else mode
    temporary = f".{name[:100]}.{secrets.token_hex(8)}.tmp"
    _write_beside(folder, temporary, new.data, mode)
    try:
        # Writing took time: look again right before the name changes hands.
        _checked(folder, name, new)
        if new.expected is None:
            _take_free_name(folder, temporary, name)
        else:
            os.replace(
                folder.at(temporary),
                folder.at(name),
                src_dir_fd=folder.descriptor,
                dst_dir_fd=folder.descriptor,
            )
    except BaseException:
        os.unlink(folder.at(temporary), dir_fd=folder.descriptor)
        raise
    if folder.descriptor is not None:
        os.fsync(folder.descriptor)


def _take_free_name(folder: _Folder, temporary: str, name: str) -> None:
    """Give a new file its name; another one that came there first stays."""
    if folder.descriptor is None:
        Path(folder.at(temporary)).rename(folder.at(name))
        return
    held = folder.descriptor
    os.link(temporary, name, src_dir_fd=held, dst_dir_fd=held)
    os.unlink(temporary, dir_fd=held)


def _checked(folder: _Folder, name: str, new: NewContent) -> int | None:
    """Compare the file with what was expected; give its permissions, None for a new one."""
    try:
        descriptor = os.open(folder.at(name), FLAGS, dir_fd=folder.descriptor)
    except FileNotFoundError:
        if new.expected is None:
            return None
        raise FileChanged(f"`{shown(new.path)}` is gone since it was read") from None
    with os.fdopen(descriptor, "rb") as file:
        found = os.fstat(descriptor)
        if not stat.S_ISREG(found.st_mode):
            raise NotAFile(f"`{shown(new.path)}` is not a file")
        if new.expected is None:
            raise FileChanged(f"`{shown(new.path)}` exists by now: read it first")
        if content_hash(file.read()) != new.expected:
            raise FileChanged(f"`{shown(new.path)}` changed since it was read: read it again")
    return stat.S_IMODE(found.st_mode)


def _write_beside(folder: _Folder, temporary: str, data: bytes, mode: int | None) -> None:
    at = folder.at(temporary)
    descriptor = os.open(at, CREATE, NEW_FILE_MODE, dir_fd=folder.descriptor)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            if mode is not None and hasattr(os, "fchmod"):
                os.fchmod(file.fileno(), mode)
            os.fsync(file.fileno())
    except BaseException:
        os.unlink(at, dir_fd=folder.descriptor)
        raise


@contextmanager
def _held(root: Path, parts: tuple[str, ...], *, create: bool) -> Generator[_Folder]:
    path = root.joinpath(*parts)
    if not HOLDS_FOLDERS:
        if create:
            path.mkdir(parents=True, exist_ok=True)
        yield _Folder(path, None)
        return
    descriptor = open_folder(root, parts, create=create)
    try:
        yield _Folder(path, descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def _told(path: str) -> Generator[None]:
    try:
        yield
    except FileExistsError as error:
        raise FileChanged(f"`{shown(path)}` exists by now: read it first") from error
    except OSError as error:
        if error.errno in (errno.ELOOP, errno.EMLINK):
            raise FileChanged(f"`{shown(path)}` became a link meanwhile") from error
        raise FileUnwritable(
            f"`{shown(path)}` cannot be written: {error.strerror or error}"
        ) from error
