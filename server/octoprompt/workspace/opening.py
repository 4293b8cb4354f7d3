"""Opening a path beneath a root without following any link, by the best means there is."""

import ctypes
import errno
import os
import stat
import sys
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from pathlib import Path

# Not to wait for a FIFO, not to follow a link, not to leave the descriptor to children, not to take
# over a terminal.
FLAGS = (
    os.O_RDONLY
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_NOCTTY", 0)
    | getattr(os, "O_BINARY", 0)
)
FOLDER_FLAGS = (
    os.O_RDONLY
    | getattr(os, "O_DIRECTORY", 0)
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_CLOEXEC", 0)
)
SYS_OPENAT2 = 437
RESOLVE_NO_MAGICLINKS = 0x02
RESOLVE_NO_SYMLINKS = 0x04
RESOLVE_BENEATH = 0x08
AT_FDCWD = -100
RACE_RETRIES = 8

Opener = Callable[[Path, tuple[str, ...]], int]


class _How(ctypes.Structure):
    """The kernel's `struct open_how`."""

    _fields_ = (("flags", ctypes.c_uint64), ("mode", ctypes.c_uint64), ("resolve", ctypes.c_uint64))


def open_plain(root: Path, parts: tuple[str, ...]) -> int:
    """Open for reading; `OSError` with `ELOOP` or `ENOTDIR` when a part is a link."""
    return best_opener()(root, parts)


@cache
def best_opener() -> Opener:
    """Find out once what this system can do."""
    if kernel_opener() is not None:
        return open_by_kernel
    if os.open in os.supports_dir_fd and hasattr(os, "O_NOFOLLOW"):
        return open_by_parts
    return open_by_name


@cache
def kernel_opener() -> Callable[[int, bytes], int] | None:
    """Give an opener by `openat2` beneath a folder that is held open.

    None where the kernel (before 5.6), a sandbox or another system lacks it. It fails with
    `OSError` where any part is a link.
    """
    if sys.platform != "linux":
        return None
    syscall = ctypes.CDLL(None, use_errno=True).syscall
    syscall.restype = ctypes.c_long
    how = _How(FLAGS, 0, RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS)
    how_pointer = ctypes.byref(how)
    how_size = ctypes.c_size_t(ctypes.sizeof(how))
    number = ctypes.c_long(SYS_OPENAT2)

    def open_once(folder: int, relative: bytes) -> int:
        descriptor = syscall(
            number, ctypes.c_int(folder), ctypes.c_char_p(relative), how_pointer, how_size
        )
        if descriptor >= 0:
            return int(descriptor)
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code), os.fsdecode(relative))

    try:
        root = os.open("/", FOLDER_FLAGS)
        try:
            os.close(open_once(root, b"proc"))
        finally:
            os.close(root)
    except OSError:
        return None
    return open_once


def open_by_kernel(root: Path, parts: tuple[str, ...]) -> int:
    """Open by the kernel's own check; only where there is a `kernel_opener`."""
    open_once = kernel_opener()
    if open_once is None:
        return open_by_parts(root, parts)
    relative = os.fsencode("/".join(parts))
    folder = os.open(root, FOLDER_FLAGS)
    try:
        for _ in range(RACE_RETRIES):
            try:
                return open_once(folder, relative)
            except OSError as error:
                # EAGAIN: something was renamed while the kernel looked, so it could not be sure.
                if error.errno != errno.EAGAIN:
                    raise
        return open_by_parts(root, parts)
    finally:
        os.close(folder)


def open_by_parts(root: Path, parts: tuple[str, ...]) -> int:
    """Open folder by folder, none of them through a link: for every POSIX system."""
    folder = open_folder(root, parts[:-1])
    try:
        return os.open(parts[-1], FLAGS, dir_fd=folder)
    finally:
        os.close(folder)


def open_folder(root: Path, parts: tuple[str, ...], *, create: bool = False) -> int:
    """Hold a folder beneath a root, reached through no link, and created where asked."""
    folder = os.open(root, FOLDER_FLAGS)
    for part in parts:
        try:
            if create:
                with suppress(FileExistsError):
                    os.mkdir(part, dir_fd=folder)
            inner = os.open(part, FOLDER_FLAGS, dir_fd=folder)
        finally:
            os.close(folder)
        folder = inner
    return folder


def open_by_name(root: Path, parts: tuple[str, ...]) -> int:
    """Open by name where folders cannot be held (Windows): no part is a link, before and after."""
    path = root.joinpath(*parts)
    before = _plain_stat(root, parts)
    if not stat.S_ISREG(before.st_mode):
        code = errno.EISDIR if stat.S_ISDIR(before.st_mode) else errno.ENXIO
        raise OSError(code, os.strerror(code), str(path))
    descriptor = os.open(path, FLAGS)
    after = _plain_stat(root, parts)
    if os.path.samestat(os.fstat(descriptor), after) and os.path.samestat(before, after):
        return descriptor
    os.close(descriptor)
    raise OSError(errno.ELOOP, "replaced while it was opened", str(path))


def _plain_stat(root: Path, parts: tuple[str, ...]) -> os.stat_result:
    path = root
    found = os.lstat(root)
    for part in parts:
        path = path / part
        found = os.lstat(path)
        if stat.S_ISLNK(found.st_mode) or _is_junction(found):
            raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), str(path))
    return found


def _is_junction(found: os.stat_result) -> bool:
    """Say whether Windows would go elsewhere from here: a reparse point, link or junction."""
    return bool(getattr(found, "st_reparse_tag", 0) in (0xA0000003, 0xA000000C))
