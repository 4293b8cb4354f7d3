"""The file tree as text, compact, at several depths, so that one of them fits."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from octoprompt.context.fences import printable

DEPTHS = (60, 6, 4, 3, 2, 1, 0)
"""Levels of folders whose files are listed."""
MOST_FILES = 20_000
"""A listing of more files is never worth its tokens, so only its upper levels are tried."""


@dataclass(slots=True)
class Folder:
    """A folder of the tree."""

    folders: dict[str, "Folder"] = field(default_factory=dict[str, "Folder"])
    files: list[str] = field(default_factory=list[str])
    deeper: int = 0
    """Files below that the depth leaves out."""


def trees(paths: Iterable[str]) -> tuple[str, ...]:
    """Give the tree of these paths at falling depths, each different from the one before.

    A folder at the last depth says how many files it holds.
    """
    known = sorted(paths)
    depths = DEPTHS if len(known) <= MOST_FILES else DEPTHS[3:]
    texts = ("".join(_lines(_folder(known, depth), "")) for depth in depths)
    return tuple(dict.fromkeys(text for text in texts if text))


def _folder(paths: Iterable[str], depth: int) -> Folder:
    root = Folder()
    for path in paths:
        *folders, name = path.split("/")
        here = root
        for folder in folders[: depth + 1]:
            here = here.folders.setdefault(folder, Folder())
        if len(folders) > depth:
            here.deeper += 1
        else:
            here.files.append(name)
    return root


def _lines(folder: Folder, indent: str) -> Iterator[str]:
    """Give a folder's lines, folders first; a chain of lone folders takes one line."""
    for name, inner in folder.folders.items():
        label, shown = name, inner
        while len(shown.folders) == 1 and not shown.files and not shown.deeper:
            ((only, shown),) = shown.folders.items()
            label += f"/{only}"
        count = f" ({shown.deeper} files)" if shown.deeper else ""
        yield f"{indent}{printable(label)}/{count}\n"
        yield from _lines(shown, indent + "  ")
    for name in folder.files:
        yield f"{indent}{printable(name)}\n"
