"""Everything that a user made, as a whole: written down, read again, backed up."""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from octoprompt.errors import BadRequest
from octoprompt.store.backup import MANUAL, back_up
from octoprompt.store.damage import Damaged
from octoprompt.store.going_back import BackupFile, go_back, list_backups
from octoprompt.store.place import Place
from octoprompt.store.portable.document import Document, read_document, write_document
from octoprompt.store.portable.kinds import KINDS
from octoprompt.store.portable.merge import (
    Check,
    Merge,
    OnConflict,
    Report,
    add_up,
    batches,
    take_batch,
)
from octoprompt.store.sessions import Sessions

BREATH_SECONDS = 0.03
"""Between two transactions, longer than other windows pause before they ask for the lock again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Backup:
    """A verified copy of the database."""

    path: Path
    bytes: int
    made_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Export:
    """Everything that was made, and what of it cannot be read."""

    document: Document
    damaged: tuple[Damaged, ...]


class Data:
    """The store as a whole."""

    def __init__(self, sessions: Sessions, place: Place | None) -> None:
        """Take where the database lies; None for one that is not a file of the user's."""
        self._sessions = sessions
        self._place = place

    async def export(self, kinds: Collection[str] = ()) -> Export:
        """Write down what is not in the bin, all or some kinds. Fails with `BadRequest`."""
        known = [kind.name for kind in KINDS]
        if unknown := set(kinds) - set(known):
            raise BadRequest(f"there is no kind `{min(unknown)}`: there are {', '.join(known)}")
        damaged: list[Damaged] = []
        document = await self._sessions.read(
            lambda session: write_document(session, kinds, damaged)
        )
        return Export(document=document, damaged=tuple(damaged))

    async def import_(
        self,
        document: Mapping[str, Any] | str,
        on_conflict: OnConflict = "newer",
        checks: Mapping[str, Check] | None = None,
    ) -> Report:
        """Take in the records of a document, those that cannot come in with their reasons.

        It goes in short transactions: what was taken in before a failure stays, and importing the
        same document again adds nothing twice. Fails with `BadRequest` and `StoreProblem`.
        """
        return await self.take(read_document(document), on_conflict, checks)

    async def take(
        self,
        records: Mapping[str, Sequence[object]],
        on_conflict: OnConflict,
        checks: Mapping[str, Check] | None = None,
    ) -> Report:
        """Take in records by kind, as `import_` does. Fails with `StoreProblem`."""
        merge = Merge(on_conflict=on_conflict, checks=checks or {})
        for batch in batches(records, merge):
            after = await self._sessions.write(
                lambda session, batch=batch: take_batch(session, batch, merge)
            )
            add_up(merge, after)
            await asyncio.sleep(BREATH_SECONDS)
        return merge.report

    def back_up(self) -> Backup:
        """Make a verified backup now, off the event loop. Fails with `StoreProblem`."""
        if self._place is None:
            raise BadRequest("this database is no file here: its own server makes the backups")
        path = back_up(self._place, MANUAL)
        found = path.stat()
        made_at = datetime.fromtimestamp(found.st_mtime, UTC)
        return Backup(path=path, bytes=found.st_size, made_at=made_at)

    def backups(self) -> Sequence[BackupFile]:
        """List the backups, the newest first, off the event loop; none where there is no file."""
        return [] if self._place is None else list_backups(self._place)

    async def go_back(self, name: str) -> Path:
        """Make everything what a backup holds; give the backup of what it was before.

        Fails with `UnknownId`, `BadRequest`, `StoreReadOnly` and `StoreProblem`.
        """
        if self._place is None:
            raise BadRequest("this database is no file here: its own server restores it")
        return await self._sessions.replace(partial(go_back, self._place, name=name))
