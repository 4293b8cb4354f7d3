"""Where the index file of a root is."""

import hashlib
from pathlib import Path

MAX_WINDOWS = 8
"""So many windows may be open on one root; each has a file of its own, so that none waits."""


def index_folder(cache_dir: Path) -> Path:
    """Give the folder of all index files."""
    return cache_dir / "index"


def index_files(cache_dir: Path, root: Path) -> list[Path]:
    """Give the files of a root, a real path: of the first window, the second, and so on."""
    key = hashlib.blake2b(str(root).encode("utf-8", "surrogateescape"), digest_size=12).hexdigest()
    folder = index_folder(cache_dir)
    return [folder / f"{key}-{window}.sqlite" for window in range(MAX_WINDOWS)]


def has_index(cache_dir: Path, root: Path) -> bool:
    """Say whether a root was indexed before."""
    return index_files(cache_dir, root)[0].exists()
