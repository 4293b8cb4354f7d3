"""A user of a database as Windows would have it: `windows_user.py FOLDER`.

Python's locks of Windows are made of POSIX ones, which lock single bytes as well. It answers each
line of its input: `ask` with whether it is alone, `lock` with whether it got the lock.
"""

import errno
import fcntl
import importlib
import os
import sys
from pathlib import Path
from types import ModuleType


def make_msvcrt() -> ModuleType:
    """Give a module that locks bytes from the file's position on, as msvcrt does."""
    module = ModuleType("msvcrt")
    module.LK_NBLCK, module.LK_UNLCK = 2, 0  # pyright: ignore[reportAttributeAccessIssue] - made up

    def locking(descriptor: int, mode: int, count: int) -> None:
        start = os.lseek(descriptor, 0, os.SEEK_CUR)
        how = fcntl.LOCK_UN if mode == 0 else fcntl.LOCK_EX | fcntl.LOCK_NB
        try:
            fcntl.lockf(descriptor, how, count, start)
        except OSError as error:
            raise OSError(errno.EACCES, "Permission denied") from error

    module.locking = locking  # pyright: ignore[reportAttributeAccessIssue] - made up
    return module


def main(folder: Path) -> None:
    """Load the locks as on Windows, then answer."""
    sys.modules["msvcrt"] = make_msvcrt()
    system, sys.platform = sys.platform, "win32"
    locks = importlib.import_module("octoprompt.database.file_lock")
    sys.platform = system
    assert "msvcrt" in vars(locks)
    presence = locks.Presence(folder / "users")
    lock = locks.FileLock(folder / "lock")
    for line in sys.stdin:
        if line.strip() == "ask":
            answer = presence.is_alone()
        else:
            try:
                with lock.held(0.2):
                    sys.stdout.write("True\n")
                    sys.stdout.flush()
                    sys.stdin.readline()
                continue
            except locks.DeadlinePassed:
                answer = False
        sys.stdout.write(f"{answer}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
