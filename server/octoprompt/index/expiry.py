"""Index files that nobody needs any more, and how much room all of them take.

Beside the index files of a root lies a note that names the root. An index that was not opened for
`UNUSED_DAYS` goes, and one whose root has been gone for `GONE_DAYS`, never one that is in use.
"""

import logging
import os
from contextlib import suppress
from pathlib import Path

from octoprompt.database.file_lock import FileLock
from octoprompt.database.private import make_private_file
from octoprompt.errors import OctoPromptError

logger = logging.getLogger(__name__)
UNUSED_DAYS = 60
GONE_DAYS = 14
DAY_S = 24 * 60 * 60.0
INDEX = ".sqlite"
BESIDE = ("", "-wal", "-shm")


def note_use(path: Path, root: Path) -> None:
    """Note that the index file of a root is opened now."""
    path.with_suffix(".lock").touch(mode=0o600)
    note = _note(path)
    make_private_file(note)
    note.write_bytes(os.fsencode(root))
    _gone(path).unlink(missing_ok=True)


def sweep(folder: Path, now: float) -> int:
    """Delete what nobody needs any more, given the time; gives how many index files that were."""
    n_deleted = 0
    for path in sorted(folder.glob(f"*{INDEX}")):
        with suppress(OSError, OctoPromptError):
            n_deleted += _expire(path, now)
    return n_deleted


def size_of(folder: Path) -> tuple[int, int]:
    """Give how many index files a cache folder holds, and their bytes."""
    files = [p for p in folder.glob(f"*{INDEX}*") if p.is_file()]
    indexes = sum(path.name.endswith(INDEX) for path in files)
    return indexes, sum(path.stat().st_size for path in files)


def delete(path: Path) -> None:
    """Delete an index file and what SQLite keeps beside it."""
    for suffix in BESIDE:
        path.with_name(path.name + suffix).unlink(missing_ok=True)


def _expire(path: Path, now: float) -> bool:
    if not _is_needless(path, now):
        return False
    lock = FileLock(path.with_suffix(".lock"))
    try:
        with lock.held(0.0):
            logger.info("deleting %s: nobody has used it for long", path.name)
            delete(path)
            _gone(path).unlink(missing_ok=True)
    finally:
        # The lock's own file stays, empty: somebody may be waiting for just that one.
        lock.close()
    return True


def _is_needless(path: Path, now: float) -> bool:
    lock = path.with_suffix(".lock")
    opened = (lock if lock.exists() else path).stat().st_mtime
    if now - opened > UNUSED_DAYS * DAY_S:
        return True
    note, gone = _note(path), _gone(path)
    if not note.exists() or Path(os.fsdecode(note.read_bytes())).is_dir():
        gone.unlink(missing_ok=True)
        return False
    if not gone.exists():
        make_private_file(gone)
        os.utime(gone, (now, now))
    return now - gone.stat().st_mtime > GONE_DAYS * DAY_S


def _note(path: Path) -> Path:
    return path.with_suffix(".root")


def _gone(path: Path) -> Path:
    return path.with_suffix(".gone")
