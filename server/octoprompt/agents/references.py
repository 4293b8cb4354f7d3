"""Places that an answer names, as `path:3`, `path:3-9` or `path#L3`: models invent some."""

import asyncio
import re
from dataclasses import dataclass
from pathlib import PurePosixPath

from octoprompt.agents.work import Work
from octoprompt.errors import FileProblem
from octoprompt.workspace.workspace import Workspace

PLACE = re.compile(
    r"(?<![\w/.:@~+-])(?:\./)?([\w.@~/+-]*\w)(?::|#L)(\d{1,9})(?:\s?-\s?L?(\d{1,9}))?(?![\w.]*\w)"
)
EXTENSION = re.compile(r"\.(?=\w*[A-Za-z])\w{1,8}$")


@dataclass(frozen=True, slots=True)
class _Place:
    shown: str
    path: str
    line: int
    end_line: int


async def unknown_references(work: Work, answer: str) -> list[str]:
    """Give the places that an answer names and that are not there, as it names them.

    What may be a host and its port is left alone, and so is a file that cannot be read as text.
    """
    index = work.lender.index
    found = {place.shown: place for place in map(_place, PLACE.finditer(answer))}
    suffixes = {PurePosixPath(path).suffix for path in await index.paths()} if found else set[str]()
    unknown: list[str] = []
    for place in found.values():
        if index.lists(place.path):
            workspace = work.lender.site.workspace
            is_there = await asyncio.to_thread(_is_there, workspace, place)
        else:
            is_there = not _is_meant_as_file(place.path, suffixes)
        if not is_there:
            unknown.append(f"`{place.shown}`")
    return unknown


def _place(match: re.Match[str]) -> _Place:
    line = int(match[2])
    end_line = line if match[3] is None else int(match[3])
    return _Place(match[0].removeprefix("./"), match[1], line, end_line)


def _is_there(workspace: Workspace, place: _Place) -> bool:
    try:
        text = workspace.read_text(place.path).text
    except FileProblem:
        return True
    return 1 <= place.line <= place.end_line <= text.count("\n") + 1


def _is_meant_as_file(path: str, suffixes: set[str]) -> bool:
    """Tell a file that is not there from a host, by its folder or an ending of files here."""
    if EXTENSION.search(path) is None:
        return False
    return "/" in path or PurePosixPath(path).suffix in suffixes
