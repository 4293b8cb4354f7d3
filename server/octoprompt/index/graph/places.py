"""The files of a root as imports look for them: by path, by name, by folder."""

import posixpath
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from octoprompt.index.model import Import


@dataclass(frozen=True, kw_only=True)
class Places:
    """All files of a root, and the texts of those that configure imports."""

    files: frozenset[str]
    read: Callable[[str], str]
    """Gives the text of a listed file; empty when it cannot be read."""

    @cached_property
    def by_name(self) -> dict[str, list[str]]:
        """Files by the last part of their path, in order."""
        return _grouped(self.files, lambda path: path.rpartition("/")[2])

    @cached_property
    def by_folder(self) -> dict[str, list[str]]:
        """Files by the folder that they are directly in, in order."""
        return _grouped(self.files, lambda path: path.rpartition("/")[0])

    @cached_property
    def folders_by_name(self) -> dict[str, list[str]]:
        """Folders that directly hold files, by the last part of their path."""
        return _grouped(self.by_folder, lambda path: path.rpartition("/")[2])

    def ending(self, tail: str, near: str) -> str:
        """Give the file whose path ends with `tail`, the nearest to `near`; empty for none."""
        name = tail.rpartition("/")[2]
        found = [p for p in self.by_name.get(name, ()) if p == tail or p.endswith("/" + tail)]
        return nearest(found, near)

    def folder_ending(self, tail: str, near: str) -> str:
        """Give the folder whose path ends with `tail`, the nearest to `near`; empty for none."""
        name = tail.rpartition("/")[2]
        found = [
            p for p in self.folders_by_name.get(name, ()) if p == tail or p.endswith("/" + tail)
        ]
        return nearest(found, near)


@dataclass(frozen=True, slots=True)
class Wanted:
    """An import, and the file it stands in."""

    path: str
    language: str
    written: Import

    @property
    def folder(self) -> str:
        """The folder of the file."""
        return self.path.rpartition("/")[0]


@dataclass(frozen=True, slots=True)
class Found:
    """A file that an import means, with the names that it brings from there."""

    path: str
    names: tuple[str, ...] = ()
    of: int = 1
    """How many files the import means alike: a package may be many."""


def nearest(paths: Sequence[str], near: str) -> str:
    """Give the path that shares the most leading folders with `near`; of equals the shortest."""
    if len(paths) < 2:
        return paths[0] if paths else ""
    return min(paths, key=lambda path: (-shared(path, near), path.count("/"), path))


def shared(one: str, other: str) -> int:
    """Count the leading folders that two paths have in common."""
    count = 0
    for a, b in zip(one.split("/")[:-1], other.split("/")[:-1], strict=False):
        if a != b:
            break
        count += 1
    return count


def joined(folder: str, relative: str) -> str:
    """Give a path beneath the root from a folder and a relative path; `..` when it leaves."""
    path = posixpath.normpath(posixpath.join(folder, relative))
    return "" if path == "." else path


def ancestors(folder: str) -> list[str]:
    """Give a folder and all above it, the root as an empty path last."""
    found = [folder]
    while folder:
        folder = folder.rpartition("/")[0]
        found.append(folder)
    return found


def under(folder: str, name: str) -> str:
    """Give the path of something in a folder."""
    return f"{folder}/{name}" if folder else name


def _grouped(paths: Iterable[str], key: Callable[[str], str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for path in sorted(paths):
        found.setdefault(key(path), []).append(path)
    return found
