"""What the user has changed in some files since the last commit, saved or not."""

import asyncio
from collections import Counter
from collections.abc import Sequence

from octoprompt.errors import FileProblem, NotText
from octoprompt.workspace.git import QUICK, Repository
from octoprompt.workspace.text import decode
from octoprompt.workspace.workspace import Workspace

MAX_LINES = 2_000
"""Of more changed lines in a file the first count."""
LFS_POINTER = b"version https://git-lfs.github.com/spec/"
"""What a blob begins with that stands for a file kept elsewhere: it has no lines of the file."""


async def uncommitted_lines(workspace: Workspace, paths: Sequence[str]) -> str:
    """Give the lines that were added to and taken out of the files since the last commit.

    Empty where nothing changed, where git cannot say or keeps something else than the text, and for
    files that it does not know: all of such a file is new, which tells nothing.
    """
    return await asyncio.to_thread(
        _uncommitted_lines, workspace, [p for p in paths if "\n" not in p]
    )


def _uncommitted_lines(workspace: Workspace, paths: Sequence[str]) -> str:
    repository = workspace.git.repository_now()
    if not paths or not isinstance(repository, Repository):
        return ""
    asked = "".join(f"HEAD:{repository.prefix}{path}\n" for path in paths)
    said = workspace.git.run("cat-file", "--batch", stdin=asked.encode(), bounds=QUICK)
    if not said.ok or said.truncated:
        return ""
    lines: list[str] = []
    for path, old in zip(paths, _blobs(said.stdout, len(paths)), strict=True):
        before = None if old is None else _text(old, path)
        if before is not None and (now := _now(workspace, path)) is not None:
            lines += _different(before, now)[:MAX_LINES]
    return "\n".join(lines)


def _blobs(output: bytes, n: int) -> list[bytes | None]:
    """Take apart what `cat-file --batch` printed; None for what git does not know."""
    found: list[bytes | None] = []
    at = 0
    while len(found) < n:
        head, _, _ = output[at : at + 4_096].partition(b"\n")
        fields = head.split()
        at += len(head) + 1
        # Of what it does not know it repeats the name, which may look like any of the fields.
        if len(fields) != 3 or not fields[2].isdigit():
            found.append(None)
            continue
        size = int(fields[2])
        found.append(output[at : at + size] if fields[1] == b"blob" else None)
        at += size + 1
    return found


def _text(blob: bytes, path: str) -> str | None:
    """Read a blob as the file itself is read, or every line of it would count as changed."""
    if blob.startswith(LFS_POINTER):
        return None
    try:
        return decode(blob, path).text
    except NotText:
        return None


def _now(workspace: Workspace, path: str) -> str | None:
    try:
        return workspace.read_text(path).text
    except FileProblem:
        return None


def _different(old: str, new: str) -> list[str]:
    """Give the lines that only one of two texts has, blanks at their ends aside."""
    before, after = (Counter(line.strip() for line in text.splitlines()) for text in (old, new))
    return list(((after - before) + (before - after)).elements())
