"""The files of a root as a tree: folders with what is below them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from octoprompt.errors import BadRequest, PathNotFound
from octoprompt.index.catalog import FileRow
from octoprompt.index.model import TreeEntry, TreePage
from octoprompt.index.walk import READABLE_LINK


@dataclass(slots=True)
class _Sum:
    size: int = 0
    tokens: int = 0
    files: int = 0
    skipped: int = 0

    def add(self, row: FileRow) -> None:
        self.size += row.size
        self.tokens += row.tokens
        self.files += 1
        self.skipped += bool(row.skipped)


@dataclass(frozen=True, slots=True)
class Page:
    """Which part of a listing."""

    limit: int
    cursor: str | None = None

    def of(self, entries: Sequence[TreeEntry]) -> TreePage:
        """Cut a page; fails with `BadRequest` when the cursor is not one of ours."""
        if self.cursor is not None and not self.cursor.isdecimal():
            raise BadRequest(f"`{self.cursor[:40]}` is no cursor: give `nextCursor` of a page")
        start = int(self.cursor or 0)
        end = start + max(self.limit, 1)
        following = str(end) if end < len(entries) else None
        return TreePage(
            entries=tuple(entries[start:end]), total=len(entries), next_cursor=following
        )


def children(rows: Iterable[FileRow], folder: str) -> list[TreeEntry]:
    """Give the entries of a folder, folders first, each by name; fails with `PathNotFound`."""
    prefix = f"{folder}/" if folder else ""
    files: list[TreeEntry] = []
    folders: dict[str, _Sum] = {}
    for row in rows:
        if not row.path.startswith(prefix):
            continue
        name, slash, _ = row.path[len(prefix) :].partition("/")
        if slash:
            folders.setdefault(name, _Sum()).add(row)
        else:
            files.append(_file(row))
    if folder and not files and not folders:
        raise PathNotFound(f"the workspace has no folder `{folder}`, or only ignored files in it")
    below = [_folder(prefix + name, name, total) for name, total in folders.items()]
    return [*sorted(below, key=_by_name), *sorted(files, key=_by_name)]


def all_below(rows: Iterable[FileRow], folder: str) -> list[TreeEntry]:
    """Give all files below a folder by path; fails with `PathNotFound`."""
    prefix = f"{folder}/" if folder else ""
    entries = [_file(row) for row in rows if row.path.startswith(prefix)]
    if folder and not entries:
        raise PathNotFound(f"the workspace has no folder `{folder}`, or only ignored files in it")
    return sorted(entries, key=lambda entry: entry.path)


def _by_name(entry: TreeEntry) -> tuple[str, str]:
    return entry.name.lower(), entry.name


def _file(row: FileRow) -> TreeEntry:
    return TreeEntry(
        path=row.path,
        name=row.path[row.path.rfind("/") + 1 :],
        is_folder=False,
        size=row.size,
        tokens=row.tokens,
        files=1,
        language=row.language or None,
        skipped=row.skipped or None,
        confirmable=row.skipped == READABLE_LINK,
        skipped_files=int(bool(row.skipped)),
    )


def _folder(path: str, name: str, total: _Sum) -> TreeEntry:
    return TreeEntry(
        path=path,
        name=name,
        is_folder=True,
        size=total.size,
        tokens=total.tokens,
        files=total.files,
        skipped_files=total.skipped,
    )
