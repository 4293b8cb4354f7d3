"""Noticing what other windows write: every write gets the next number, and we know our own."""

import asyncio
import threading
from collections.abc import Awaitable, Callable
from contextlib import suppress

from sqlalchemy.orm import Session

from octoprompt.errors import OctoPromptError
from octoprompt.store.entities import StoreMark
from octoprompt.store.sessions import Sessions

MARK = "changes"
POLL_SECONDS = 1.0


class Changes:
    """Counts the writes of a database, and tells those of other processes apart."""

    def __init__(self) -> None:
        self._seen = 0
        self._own: set[int] = set()
        self._lock = threading.Lock()

    def count(self, session: Session) -> int:
        """Give this write its number, in its own transaction."""
        mark = session.get(StoreMark, MARK)
        if mark is None:
            mark = StoreMark(name=MARK, value="0")
            session.add(mark)
        number = int(mark.value) + 1
        mark.value = str(number)
        with self._lock:
            self._own.add(number)
        return number

    def forget(self, number: int) -> None:
        """Take back the number of a write that did not happen: another window may get it."""
        with self._lock:
            self._own.discard(number)

    def is_foreign(self, number: int) -> bool:
        """Say whether others wrote since the last question, given the newest number."""
        with self._lock:
            ours = sum(1 for own in self._own if self._seen < own <= number)
            foreign = number - self._seen - ours
            self._seen = number
            self._own = {own for own in self._own if own > number}
        return foreign != 0


async def watch(
    sessions: Sessions,
    changes: Changes,
    tell: Callable[[], None],
    look: Callable[[], Awaitable[object]],
) -> None:
    """Tell when another process wrote, until cancelled; writes before the first look are old.

    `look` gives what the file system says of the database's files, None where it says nothing
    reliable: what did not change is not read, so that an idle window costs next to nothing.
    """
    is_first = True
    seen: tuple[object, ...] = ()
    while True:
        # What fails here is told to whoever asks for data next.
        with suppress(OctoPromptError):
            # Read once more after the last change: a write in the same moment as the look before
            # can leave size and time as they were.
            seen = (await look(), *seen[:2])
            if is_first or len(set(seen)) > 1 or seen[0] is None:
                number = await sessions.read(newest)
                if changes.is_foreign(number) and not is_first:
                    tell()
                is_first = False
        await asyncio.sleep(POLL_SECONDS)


def newest(session: Session) -> int:
    """Give the number of the newest write."""
    mark = session.get(StoreMark, MARK)
    return 0 if mark is None else int(mark.value)
