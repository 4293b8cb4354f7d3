"""What is known of every file of a root, in memory: the file table without its texts."""

import heapq
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from octoprompt.index.estimate import of_size
from octoprompt.index.languages import BY_ID, language_of
from octoprompt.index.model import FileIssue, LanguageCount
from octoprompt.index.walk import Seen

LISTED, TEXT, SYMBOLS = 0, 1, 2
"""How far a file is: known by name, its text searchable, its symbols too (or it needs none)."""
MAX_ISSUES = 200


class FileRow(NamedTuple):
    """A row of the file table."""

    id: int
    path: str
    size: int
    changed_ns: int
    hash: str
    tokens: int
    stage: int
    n_symbols: int
    skipped: str
    """Why its text is not indexed."""
    failed: str
    """Why something that should be there is not."""
    language: str
    """The id of its language, by its name and its text; empty for none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Issues:
    """Files with a reason each: the first ones, and how many in all."""

    first: tuple[FileIssue, ...]
    total: int


class Reasons:
    """A reason for each of some files; what a status shows of them is made once a change."""

    def __init__(self) -> None:
        self._reasons: dict[str, str] = {}
        self._issues: Issues | None = None

    def put(self, path: str, reason: str) -> None:
        """Keep a file's reason; an empty one takes it out."""
        if self._reasons.get(path, "") == reason:
            return
        self._issues = None
        if reason:
            self._reasons[path] = reason
        else:
            del self._reasons[path]

    def issues(self) -> Issues:
        """Give the first files by path, and how many there are."""
        if self._issues is None:
            first = heapq.nsmallest(MAX_ISSUES, self._reasons.items())
            issues = tuple(FileIssue(path=path, reason=reason) for path, reason in first)
            self._issues = Issues(first=issues, total=len(self._reasons))
        return self._issues


class Catalog:
    """All rows by path; changed on the event loop only, after each commit."""

    def __init__(self) -> None:
        self.rows: dict[str, FileRow] = {}
        self.generation = 0
        self.n_symbols = 0
        self.unread: set[str] = set()
        """Paths of files whose text is not indexed yet."""
        self._files: Counter[str] = Counter()
        self._symbols: Counter[str] = Counter()
        self._skipped = Reasons()
        self._failed = Reasons()
        self._next_file = 1

    def load(self, rows: Iterable[FileRow], generation: int) -> None:
        """Take over what the database holds."""
        self.__init__()
        self.generation = generation
        for row in rows:
            self._put(row)
        self._next_file = max((row.id for row in self.rows.values()), default=0) + 1

    def file_id(self, path: str) -> int:
        """Give the id of a file, a new one when it has none."""
        row = self.rows.get(path)
        if row is not None:
            return row.id
        self._next_file += 1
        return self._next_file - 1

    def next_generation(self) -> int:
        """Count one more change."""
        self.generation += 1
        return self.generation

    def apply(self, rows: Iterable[FileRow], removed: Iterable[str]) -> None:
        """Follow a commit."""
        for path in removed:
            self._drop(path)
        for row in rows:
            before = self.rows.get(row.path)
            if before is None or before.skipped or before.failed or row.skipped or row.failed:
                self._drop(row.path)
                self._put(row)
                continue
            self.rows[row.path] = row
            if row.stage != LISTED:
                self.unread.discard(row.path)
            if (before.language, before.n_symbols) != (row.language, row.n_symbols):
                self._count(before, -1)
                self._count(row, 1)

    def list_new(self, files: Iterable[Seen]) -> bool:
        """Take in files by name and size before they are read; says whether any was new.

        These rows are in memory only: a file that is not read before the end is new again.
        """
        new = [seen for seen in files if seen.path not in self.rows]
        for seen in new:
            language = language_of(seen.path)
            name = "" if language is None else language.id
            tokens = 0 if seen.skipped else of_size(seen.path, seen.size, name)
            self._put(
                FileRow(
                    id=self.file_id(seen.path),
                    path=seen.path,
                    size=seen.size,
                    changed_ns=seen.changed_ns,
                    hash="",
                    tokens=tokens,
                    stage=SYMBOLS if seen.skipped else LISTED,
                    n_symbols=0,
                    skipped=seen.skipped,
                    failed="",
                    language=name,
                )
            )
        if new:
            self.next_generation()
        return bool(new)

    def languages(self) -> tuple[LanguageCount, ...]:
        """Count files and symbols by language, the largest first."""
        counts = sorted(self._files.items(), key=lambda pair: (-pair[1], pair[0]))
        return tuple(
            LanguageCount(id=id, files=count, symbols=self._symbols[id], grammar=BY_ID[id].grammar)
            for id, count in counts
            if count
        )

    def skipped(self) -> Issues:
        """Files whose text is not indexed."""
        return self._skipped.issues()

    def failed(self) -> Issues:
        """Files of which something is missing."""
        return self._failed.issues()

    def _put(self, row: FileRow) -> None:
        self.rows[row.path] = row
        if row.stage == LISTED:
            self.unread.add(row.path)
        self._count(row, 1)
        self._skipped.put(row.path, row.skipped)
        self._failed.put(row.path, row.failed)

    def _drop(self, path: str) -> None:
        row = self.rows.pop(path, None)
        self.unread.discard(path)
        if row is not None:
            self._count(row, -1)
            self._skipped.put(path, "")
            self._failed.put(path, "")

    def _count(self, row: FileRow, sign: int) -> None:
        self.n_symbols += sign * row.n_symbols
        if row.language and not row.skipped:
            self._files[row.language] += sign
            self._symbols[row.language] += sign * row.n_symbols
