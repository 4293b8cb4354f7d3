"""A lock between processes on a file beside the database."""

import errno
import os
import sys
import threading
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from octoprompt.errors import DeadlinePassed, StoreProblem

FIRST_PAUSE_SECONDS = 0.001
LONGEST_PAUSE_SECONDS = 0.02
CLAIM_SECONDS = 1.0

if sys.platform == "win32":
    import msvcrt

    SLOTS = 256
    """Windows has no shared locks of this kind: each user of a database locks a byte of its own."""

    def _take(descriptor: int) -> None:
        """Lock the file's first byte, or fail at once."""
        os.lseek(descriptor, 0, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)

    def _give_back(descriptor: int) -> None:
        os.lseek(descriptor, 0, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_UNLCK, 1)

    def _join(descriptor: int) -> bool:
        """Say whether nobody holds a byte, and hold one from now on."""
        os.lseek(descriptor, 0, os.SEEK_SET)
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, SLOTS)
        except OSError:
            alone = False
        else:
            alone = True
            os.lseek(descriptor, 0, os.SEEK_SET)
            msvcrt.locking(descriptor, msvcrt.LK_UNLCK, SLOTS)
        for slot in range(SLOTS):
            os.lseek(descriptor, slot, os.SEEK_SET)
            try:
                msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
            except OSError:
                continue
            break
        return alone

else:
    import fcntl

    def _take(descriptor: int) -> None:
        """Lock the whole file, or fail at once."""
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def _give_back(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_UN)

    def _join(descriptor: int) -> bool:
        """Say whether nobody has a lock, and have a shared one from now on."""
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            alone = False
        else:
            alone = True
        for _ in range(100):
            try:
                fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except OSError:
                # Somebody is just asking, which takes a moment.
                pause(LONGEST_PAUSE_SECONDS)
            else:
                break
        return alone


class FileLock:
    """An exclusive lock that the system gives back when its process dies.

    One thread of a process holds it at a time; it is not reentrant.
    """

    def __init__(self, path: Path) -> None:
        """Take the path of a file that may be created; nothing is opened yet."""
        self.path = path
        self._within = threading.Lock()
        self._descriptor: int | None = None

    @contextmanager
    def held(self, seconds: float) -> Generator[None]:
        """Hold the lock; fails with `DeadlinePassed` when another process keeps it longer."""
        if not self._within.acquire(timeout=seconds):
            raise DeadlinePassed(f"`{self.path.name}` was not free within {seconds:g} seconds")
        try:
            descriptor = self._open()
            wait_for(descriptor, seconds, self.path)
            try:
                yield
            finally:
                _give_back(descriptor)
        finally:
            self._within.release()

    def close(self) -> None:
        """Close the file; not while it is held."""
        with self._within:
            if self._descriptor is not None:
                os.close(self._descriptor)
                self._descriptor = None

    def _open(self) -> int:
        if self._descriptor is None:
            self._descriptor = open_lock_file(self.path)
        return self._descriptor


class Presence:
    """Says to other processes that this one uses the database, for as long as it lives."""

    def __init__(self, path: Path) -> None:
        """Take the path of a file that may be created."""
        self._descriptor = open_lock_file(path)

    def is_alone(self) -> bool:
        """Say whether no other process is there, and be seen by the next one that asks.

        Whoever asks holds the database's lock, so that no two ask at once.
        """
        return _join(self._descriptor)

    def close(self) -> None:
        """Be gone."""
        os.close(self._descriptor)


class Claim:
    """A file that is locked for as long as its process lives, which others can ask about."""

    def __init__(self, path: Path) -> None:
        """Lock a file that may be created; fails with `StoreProblem`."""
        self.path = path
        self._descriptor = open_lock_file(path)
        wait_for(self._descriptor, CLAIM_SECONDS, path)

    def close(self) -> None:
        """Let go, and remove the file."""
        _give_back(self._descriptor)
        os.close(self._descriptor)
        self.path.unlink(missing_ok=True)


def is_claimed(path: Path) -> bool:
    """Say whether the process whose file this is lives; one without a file does not."""
    try:
        descriptor = os.open(path, os.O_RDWR | getattr(os, "O_CLOEXEC", 0))
    except FileNotFoundError:
        return False
    except OSError:
        return True
    try:
        _take(descriptor)
    except OSError:
        return True
    finally:
        os.close(descriptor)
    return False


def open_lock_file(path: Path) -> int:
    """Open a lock file, creating it; fails with `StoreProblem`."""
    flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0)
    try:
        return os.open(path, flags, 0o600)
    except OSError as error:
        raise StoreProblem(f"`{path}` cannot be opened for locking: {error.strerror}") from error


def wait_for(descriptor: int, seconds: float, path: Path) -> None:
    """Lock a file, asking again until the deadline; fails with `DeadlinePassed`."""
    deadline = time.monotonic() + seconds
    wait = FIRST_PAUSE_SECONDS
    while True:
        try:
            _take(descriptor)
        except OSError as error:
            if error.errno not in (errno.EAGAIN, errno.EACCES, errno.EDEADLK):
                raise StoreProblem(f"`{path}` cannot be locked: {error.strerror}") from error
        else:
            return
        if time.monotonic() > deadline:
            raise DeadlinePassed(
                f"another window kept `{path.name}` locked for over {seconds:g} seconds"
            )
        pause(wait)
        wait = min(wait * 2, LONGEST_PAUSE_SECONDS)


def pause(seconds: float) -> None:
    """Wait on a thread of the database, never on the event loop."""
    threading.Event().wait(seconds)
