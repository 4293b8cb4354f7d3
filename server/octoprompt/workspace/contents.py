"""What files held before and after edits, by the hashes of their bytes, apart from any git.

One compressed file for each content. A content is on disk before anything that needs it is written,
and is never changed. What nobody needs goes when the folder has grown beyond its limit.
"""

import logging
import os
import secrets
import zlib
from collections.abc import Collection
from pathlib import Path

from octoprompt.database.private import make_private_folder
from octoprompt.errors import StoreDamaged, StoreProblem
from octoprompt.workspace.text import content_hash

logger = logging.getLogger(__name__)

LIMIT_BYTES = 500_000_000
LEVEL = 1
"""Of compression: undoing is not worth waiting for."""


class Contents:
    """The folder of contents; each method waits for the disk: call it off the loop."""

    def __init__(self, folder: Path, limit_bytes: int = LIMIT_BYTES) -> None:
        """Take the folder; nothing is touched yet."""
        self._folder = folder
        self._limit_bytes = limit_bytes

    def put(self, data: bytes) -> str:
        """Keep a content and give its hash; it is on disk then. Fails with `StoreProblem`."""
        name = content_hash(data)
        path = self._path(name)
        if path.exists():
            return name
        try:
            make_private_folder(self._folder)
            path.parent.mkdir(mode=0o700, exist_ok=True)
            _write(path, zlib.compress(data, LEVEL))
        except OSError as error:
            raise StoreProblem(
                f"what the file holds could not be kept, so nothing was changed: {error.strerror}"
            ) from error
        return name

    def get(self, name: str) -> bytes:
        """Give a content. Fails with `StoreDamaged` when it is gone or is not what it was."""
        try:
            data = zlib.decompress(self._path(name).read_bytes())
        except (OSError, zlib.error) as error:
            raise StoreDamaged("what the file held before is gone from the store") from error
        if content_hash(data) != name:
            raise StoreDamaged("what the file held before is damaged in the store")
        return data

    def size(self) -> int:
        """Give the bytes that all contents take on disk."""
        return sum(path.stat().st_size for path in self._folder.glob("??/*"))

    def prune(self, needed: Collection[str]) -> int:
        """Beyond the limit, remove what is not needed, the oldest first; give how many went."""
        files = [(path.stat(), path) for path in self._folder.glob("??/*")]
        files.sort(key=lambda file: file[0].st_mtime_ns)
        left, n_gone = sum(stat.st_size for stat, _ in files), 0
        for stat, path in files:
            if left <= self._limit_bytes:
                break
            if path.name not in needed:
                path.unlink(missing_ok=True)
                left, n_gone = left - stat.st_size, n_gone + 1
        return n_gone

    def _path(self, name: str) -> Path:
        return self._folder / name[:2] / name


def _write(path: Path, data: bytes) -> None:
    temporary = path.with_name(f"{path.name}.{secrets.token_hex(4)}.tmp")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
