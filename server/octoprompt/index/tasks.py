"""What waits to be indexed, cut into batches small enough to answer in a moment."""

from collections import deque
from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Literal

from octoprompt.index.walk import Seen

Stage = Literal["text", "symbols", "both"]
TEXT_BATCH_BYTES = 1024 * 1024
SYMBOL_BATCH_BYTES = 512 * 1024
MAX_BATCH_FILES = 200
SMALL_CHANGE_FILES = 4


@dataclass(frozen=True, slots=True, eq=False)
class Task:
    """One file that waits; each is itself alone, so that sets of them are quick."""

    seen: Seen
    is_suspect: bool = False
    """A worker died or hung over a batch with this file in it: it goes alone."""


@dataclass(frozen=True, slots=True)
class Work:
    """A batch for one worker."""

    stage: Stage
    tasks: tuple[Task, ...]

    @property
    def paths(self) -> list[str]:
        """Its paths, in order."""
        return [task.seen.path for task in self.tasks]


class Queue:
    """Files that wait for a stage; a newer sight of a file replaces the older one."""

    def __init__(self) -> None:
        self.text: deque[Task] = deque()
        self.symbols: deque[Task] = deque()
        self._latest: dict[str, Seen] = {}
        self._untexted: set[str] = set()

    @property
    def pending(self) -> int:
        """How many files wait or are being worked on."""
        return len(self._latest)

    @property
    def pending_text(self) -> int:
        """How many of them are without their text."""
        return len(self._untexted)

    @property
    def paths(self) -> AbstractSet[str]:
        """The files that wait or are being worked on."""
        return self._latest.keys()

    def has(self, seen: Seen) -> bool:
        """Say whether a file waits as it is seen now."""
        return self._latest.get(seen.path) == seen

    def add(self, seen: Iterable[Seen]) -> None:
        """Put files in line for their text, and then for their symbols."""
        for file in seen:
            self._untexted.add(file.path)
            self._latest[file.path] = file
            self.text.append(Task(file))

    def then_symbols(self, task: Task) -> None:
        """Put a file whose text is done in line for its symbols."""
        self._untexted.discard(task.seen.path)
        self.symbols.append(Task(task.seen))

    def again(self, stage: Stage, tasks: Iterable[Task]) -> None:
        """Put the files of a batch that failed back, each to go alone."""
        line = self.symbols if stage == "symbols" else self.text
        line.extendleft(Task(task.seen, is_suspect=True) for task in tasks)

    def is_current(self, task: Task) -> bool:
        """Say whether a file is still wanted as it was seen then."""
        return self._latest.get(task.seen.path) is task.seen

    def done(self, task: Task) -> None:
        """Take a file out: nothing more is to be done for it."""
        if self.is_current(task):
            self.forget(task.seen.path)

    def forget(self, path: str) -> None:
        """Take a path out that is gone; what is being worked on will be dropped."""
        self._latest.pop(path, None)
        self._untexted.discard(path)
        if not self._latest:
            self.clear()  # empty tables of many files stay large

    def clear(self) -> None:
        """Forget everything."""
        self.text.clear()
        self.symbols.clear()
        self._latest.clear()
        self._untexted.clear()

    def take(self) -> Work | None:
        """Give the next batch: texts first, and a few changed files through both stages at once."""
        if 0 < len(self.text) <= SMALL_CHANGE_FILES and not self.symbols:
            return self._batch("both", self.text, SYMBOL_BATCH_BYTES)
        if self.text:
            return self._batch("text", self.text, TEXT_BATCH_BYTES)
        return self._batch("symbols", self.symbols, SYMBOL_BATCH_BYTES)

    def _batch(self, stage: Stage, line: deque[Task], max_bytes: int) -> Work | None:
        tasks: list[Task] = []
        n_bytes = 0
        while line and len(tasks) < MAX_BATCH_FILES:
            task = line[0]
            if not self.is_current(task):
                line.popleft()
                continue
            if tasks and (task.is_suspect or n_bytes + task.seen.size > max_bytes):
                break
            tasks.append(line.popleft())
            n_bytes += task.seen.size
            if task.is_suspect:
                break
        return Work(stage, tuple(tasks)) if tasks else None
