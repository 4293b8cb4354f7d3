"""Where the database lies, what lies beside it, and what is known of it outside of it."""

import json
import os
import shutil
import sys
import tempfile
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

APPLICATION_ID = 0x4F43544F
"""`OCTO`: says in the database's header that it is ours."""
STAMP = "%Y%m%dT%H%M%S%fZ"
SIDE_FILES = ("-wal", "-shm", "-journal")
RECOVERY, RESTORE = ".recovery-", ".restore-"
LEFTOVERS = (f"{RECOVERY}*", f"{RESTORE}*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """What is known of the database outside of it, so that its loss or exchange is noticed."""

    instance: str
    schema: str


@dataclass(frozen=True, slots=True)
class Place:
    """The database file and its neighbours."""

    database: Path

    @property
    def lock(self) -> Path:
        """The file whose lock is held while somebody writes."""
        return self._beside(".lock")

    @property
    def presence(self) -> Path:
        """The file whose shared lock is held by every process that uses the database."""
        return self._beside(".users")

    @property
    def mark(self) -> Path:
        """The file with the `Mark`."""
        return self._beside(".json")

    @property
    def backups(self) -> Path:
        """The folder of backups."""
        return self.database.parent / "backups"

    def _beside(self, suffix: str) -> Path:
        return self.database.with_name(self.database.name + suffix)

    def files(self) -> list[Path]:
        """Give the files that make up the database, those that exist."""
        names = [self.database, *(self._beside(suffix) for suffix in SIDE_FILES)]
        return [path for path in names if path.exists()]

    def trace(self) -> tuple[tuple[int, int] | None, ...] | None:
        """Give sizes and times of the database and its log; None where they can be out of date."""
        # Windows writes down the times of a file that is open when it likes.
        if sys.platform == "win32":
            return None
        return _size_and_time(self.database), _size_and_time(self._beside("-wal"))

    def new_copy(self) -> Path:
        """Name a copy of what is in a file that was moved away, until it has a place."""
        return self.database.with_name(f".{self.database.name}-{timestamp()}.part")

    def copies(self) -> list[Path]:
        """Give such copies, the newest first: of windows that are at it, or that died over it."""
        found = self.database.parent.glob(f".{self.database.name}-*.part")
        return sorted(found, key=lambda path: path.name, reverse=True)

    def asides(self) -> list[Path]:
        """Give the files that were set aside."""
        return list(self.database.parent.glob(f"{self.database.name}.corrupt-*"))

    @property
    def suspicion(self) -> Path:
        """The file whose presence says that the database may be damaged."""
        return self._beside(".suspect")

    def suspect(self) -> None:
        """Let the next start that is alone read the whole database; on a full disk it does not."""
        with suppress(OSError):
            self.suspicion.touch(mode=0o600)

    def clear_leftovers(self) -> None:
        """Remove what processes that died left half done: copies, each of them made anew."""
        for pattern in LEFTOVERS:
            for folder in self.database.parent.glob(pattern):
                shutil.rmtree(folder, ignore_errors=True)

    def has_unmerged_log(self) -> bool:
        """Say whether a write-ahead log is there that its last user did not merge."""
        log = self._beside("-wal")
        return log.exists() and log.stat().st_size > 0

    def read_mark(self) -> Mark | None:
        """Give what is known of the database, None when nothing is or it cannot be read."""
        try:
            document: object = json.loads(self.mark.read_text("utf-8"))
        except (OSError, ValueError):
            return None
        match document:
            case {"instance": str(instance), "schema": str(schema)}:
                return Mark(instance=instance, schema=schema)
            case _:
                return None

    def write_mark(self, mark: Mark) -> None:
        """Keep what is known, whole or not at all."""
        write_whole(self.mark, json.dumps(asdict(mark)).encode())

    def set_aside(self) -> Path:
        """Rename the database out of the way and give its new name; nothing is deleted."""
        aside = self._beside(f".corrupt-{timestamp()}")
        for path in self.files():
            suffix = path.name.removeprefix(self.database.name)
            path.rename(aside.with_name(aside.name + suffix))
        sync_folder(self.database.parent)
        return aside


def _size_and_time(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_size, found.st_mtime_ns


def timestamp() -> str:
    """Give this moment for a file name, in order and without colons."""
    return datetime.now(UTC).strftime(STAMP)


def write_whole(path: Path, data: bytes) -> None:
    """Write a file so that a crash leaves the old one or the new one."""
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make a rename in a folder durable, where the system can."""
    if os.name != "posix":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
