"""Edits as models write them in a text: search and replace blocks, diffs, deletions, renames.

    path/to/file.py
    <<<<<<< SEARCH
    lines that are there
    =======
    lines to be there
    >>>>>>> REPLACE

An empty search makes a new file. `DELETE: path` and `RENAME: path -> path` stand on lines of their
own. A fenced unified diff is read as search and replace by its lines; its line numbers are not
believed. Lines of a heading may look like the divider: all ways to cut such a block are kept, and
its file decides. What cannot be read is a problem of its own and hides nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Literal

from octoprompt.agents.edits.hunks import Hunk
from octoprompt.agents.edits.naming import path_of

SEARCH = re.compile(r"\s{0,3}(<{5,9}) ?(?:SEARCH|ORIGINAL)\b.*", re.IGNORECASE)
DIVIDER = re.compile(r"\s{0,3}(={5,9})\s*")
REPLACE = re.compile(r"\s{0,3}>{5,9} ?(?:REPLACE|UPDATED)\b.*", re.IGNORECASE)
FENCE = re.compile(r"\s{0,3}(`{3,}|~{3,})\s*([\w+#.-]*).*")
DELETE = re.compile(r"\s{0,3}\W{0,3}DELETE:\s*`?([^`]+?)`?\W{0,3}")
RENAME = re.compile(r"\s{0,3}\W{0,3}RENAME:\s*`?([^`]+?)`?\s*->\s*`?([^`]+?)`?\W{0,3}")
DIFF_FILE = re.compile(r"(?:---|\+\+\+) (?:[ab]/)?([^\t]+?)(?:\t.*)?")
DIFF_HEAD = re.compile(r"@@ .*")
NO_END = "\\ No newline at end of file"
NO_FILE = "/dev/null"


@dataclass(slots=True, kw_only=True)
class FileEdit:
    """What a text wants of one file."""

    path: str
    kind: Literal["modify", "delete", "rename"]
    hunks: list[Hunk] = field(default_factory=list[Hunk])
    new_path: str | None = None


@dataclass(slots=True, kw_only=True)
class Parsed:
    """The edits of a text, each file once, in the order of their first mention."""

    files: list[FileEdit] = field(default_factory=list[FileEdit])
    problems: list[str] = field(default_factory=list[str])

    def file(self, path: str) -> FileEdit:
        """Give the changes of a file, none yet when it is new here."""
        for known in self.files:
            if path in (known.path, known.new_path) and known.kind != "delete":
                return known
        found = FileEdit(path=path, kind="modify")
        self.files.append(found)
        return found


def parse(text: str, is_file: Callable[[str], bool]) -> Parsed:
    """Read all edits of a text; `is_file` tells whether a line is the path of a file."""
    reader = _Reader(text.replace("\r\n", "\n").split("\n"), is_file)
    while reader.at < len(reader.lines):
        reader.step()
    return reader.parsed


class _Reader:
    """Goes through the lines and remembers which file was named last."""

    def __init__(self, lines: list[str], is_file: Callable[[str], bool]) -> None:
        self.lines = lines
        self.is_file = is_file
        self.at = 0
        self.parsed = Parsed()
        self._path: str | None = None
        self._fence = ""

    def step(self) -> None:
        """Read what begins at this line."""
        line = self.lines[self.at]
        self.at += 1
        if begin := SEARCH.fullmatch(line):
            self._block(len(begin.group(1)))
        elif fence := FENCE.fullmatch(line):
            self._fenced(fence)
        elif renamed := RENAME.fullmatch(line):
            old, new = renamed.groups()
            self.parsed.files.append(FileEdit(path=old, kind="rename", new_path=new))
        elif deleted := DELETE.fullmatch(line):
            self.parsed.files.append(FileEdit(path=deleted.group(1), kind="delete"))
        elif path := path_of(line, self.is_file):
            self._path = path

    def _fenced(self, fence: re.Match[str]) -> None:
        mark, language = fence.groups()
        if self._fence:
            self._fence = "" if mark.startswith(self._fence) and not language else self._fence
        elif language == "diff":
            self._diff(mark)
        else:
            self._fence = mark

    def _block(self, marks: int) -> None:
        begin = self.at
        lines = self._until_replace()
        ways = [] if lines is None else _cut(lines, marks)
        if not ways:
            self.at = begin
            self.parsed.problems.append(f"the block from line {begin} of the answer has no end")
        elif self._path is None:
            self.parsed.problems.append(f"the block from line {begin} of the answer names no file")
        else:
            self.parsed.file(self._path).hunks.append(replace(ways[0], others=tuple(ways[1:])))

    def _until_replace(self) -> list[str] | None:
        """Give the lines up to the end; a further search inside means that it is missing."""
        taken: list[str] = []
        while self.at < len(self.lines):
            line = self.lines[self.at]
            if REPLACE.fullmatch(line):
                self.at += 1
                return taken
            if SEARCH.fullmatch(line):
                return None
            taken.append(line)
            self.at += 1
        return None

    def _diff(self, mark: str) -> None:
        body: list[str] = []
        while self.at < len(self.lines) and self.lines[self.at].strip() != mark:
            body.append(self.lines[self.at])
            self.at += 1
        self.at += 1
        gone = _deleted(body)
        self.parsed.files += [FileEdit(path=path, kind="delete") for path in gone]
        for path, hunk in _diff_hunks(body, self._path):
            if path is None:
                self.parsed.problems.append("a diff names no file")
            elif path not in gone:
                self.parsed.file(path).hunks.append(hunk)


def _cut(lines: Sequence[str], marks: int) -> list[Hunk]:
    """Give each way to divide a block; a divider as long as the block's mark is no heading's."""
    found = [(at, mark) for at, line in enumerate(lines) if (mark := DIVIDER.fullmatch(line))]
    same = [at for at, mark in found if len(mark.group(1)) == marks]
    return [
        Hunk(search=_joined(lines[:at]), replace=_joined(lines[at + 1 :]))
        for at in same or [at for at, _ in found]
    ]


def _joined(lines: Sequence[str]) -> str:
    return "".join(f"{line}\n" for line in lines)


def _diff_hunks(lines: list[str], path: str | None) -> Iterator[tuple[str | None, Hunk]]:
    """Give each hunk of a unified diff with the file that it is for."""
    taken: list[str] = []
    for at, line in enumerate([*lines, "@@ end"]):
        is_file = DIFF_FILE.fullmatch(line) and _is_file_head(lines, at)
        if is_file or DIFF_HEAD.fullmatch(line):
            if hunk := _diff_hunk(taken):
                yield path, hunk
            taken = []
        if is_file and (named := DIFF_FILE.fullmatch(line)) and named.group(1) != NO_FILE:
            path = named.group(1)
        elif not is_file and not DIFF_HEAD.fullmatch(line) and line != NO_END:
            taken.append(line)


def _deleted(lines: list[str]) -> list[str]:
    """Give the files that a diff takes away: their new side is none."""
    pairs = pairwise(lines)
    heads = (DIFF_FILE.fullmatch(old) for old, new in pairs if new.rstrip() == f"+++ {NO_FILE}")
    return [head.group(1) for head in heads if head is not None]


def _is_file_head(lines: list[str], at: int) -> bool:
    """Tell a diff's `--- a` and `+++ b` from lines that go and come."""
    line, before = lines[at], lines[at - 1] if at else ""
    after = lines[at + 1] if at + 1 < len(lines) else ""
    return (line.startswith("---") and after.startswith("+++ ")) or (
        line.startswith("+++") and before.startswith("--- ")
    )


def _diff_hunk(lines: list[str]) -> Hunk | None:
    signed = [line for line in lines if line[:1] in ("", " ", "+", "-")]
    if not any(line[:1] in ("+", "-") for line in signed):
        return None
    search, replace = (
        "".join(f"{line[1:]}\n" for line in signed if line[:1] in ("", " ", sign)) for sign in "-+"
    )
    return Hunk(search=search, replace=replace)
