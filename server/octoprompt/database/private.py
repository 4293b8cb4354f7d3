"""Folders and files that only the user may read.

Windows has no such permissions: there the user's own folders are private by themselves.
"""

import os
import stat
from contextlib import suppress
from pathlib import Path

FOLDER_MODE = 0o700
FILE_MODE = 0o600


def make_private_folder(folder: Path, ours: str | None = None) -> None:
    """Make a folder for the user alone, or take the others' permissions from it; `OSError`.

    From one that was open to others they are taken from its files, too, whose names match `ours`,
    if there are any.
    A folder that cannot be just ours stays as it is: somebody else's, the home folder, or one that
    many share, as `/tmp`.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=FOLDER_MODE)
    if os.name == "posix" and folder != Path.home():
        found = folder.stat()
        if not found.st_mode & stat.S_ISVTX and _restrict(folder, found, FOLDER_MODE):
            for path in folder.glob(ours) if ours else ():
                if path.is_file() and not path.is_symlink():
                    make_private_file(path)


def make_private_file(path: Path) -> None:
    """Take the others' permissions from a file, or make it, empty; `OSError`.

    A file that exists is never opened: closing it again would take away the locks that SQLite
    holds on it in this process, and with them what another process then believes to be unused.
    """
    with suppress(FileExistsError):
        flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_CLOEXEC", 0)
        os.close(os.open(path, flags, FILE_MODE))
    if os.name == "posix":
        _restrict(path, path.stat(), FILE_MODE)


def _restrict(path: Path, found: os.stat_result, mode: int) -> bool:
    now = stat.S_IMODE(found.st_mode)
    is_open = now & ~mode != 0 and found.st_uid == os.geteuid()
    if is_open:
        with suppress(OSError):  # a file system without permissions
            path.chmod(now & mode)
    return is_open
