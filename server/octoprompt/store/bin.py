"""The bin: deleted records stay thirty days and can be brought back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import cast

from sqlalchemy import select, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from octoprompt.errors import NameTaken, UnknownId
from octoprompt.store.chat_entities import ChatEntity
from octoprompt.store.entities import (
    ProjectEntity,
    PromptEntity,
    Record,
    SelectionEntity,
    StoreMark,
    TaskEntity,
    TicketEntity,
    now,
)
from octoprompt.store.messages import erase_deleted
from octoprompt.store.projects import OWNED
from octoprompt.store.sessions import Sessions

KEPT = timedelta(days=30)
SEEN = 30
"""Days on which a server ran, and that a record stays at least: a clock that is a year ahead for
once would empty the bin else."""
DAYS = "days"
"""The mark with the last of these days."""
MAX_SHOWN = 500


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of record that can be in the bin; columns by name."""

    entity: type[Record]
    title: str
    unique_in: tuple[str, ...] = ()
    """What no two records outside the bin may share, if anything."""
    owner: type[Record] | None = None
    owner_id: str = ""
    """The column with the record that must be there for this one to be seen."""

    def column(self, name: str) -> InstrumentedAttribute[str]:
        """Give a column of the entity."""
        found: object = getattr(self.entity, name)
        if not isinstance(found, InstrumentedAttribute):
            raise TypeError(f"`{self.entity.__name__}.{name}` is no column")
        return cast("InstrumentedAttribute[str]", found)


KINDS: dict[str, Kind] = {
    "project": Kind(ProjectEntity, "name", ("root",)),
    "selection": Kind(SelectionEntity, "name", ("project_id", "name"), ProjectEntity, "project_id"),
    "prompt": Kind(PromptEntity, "name", ("name",)),
    "ticket": Kind(TicketEntity, "title", (), ProjectEntity, "project_id"),
    "task": Kind(TaskEntity, "content", (), TicketEntity, "ticket_id"),
    "chat": Kind(ChatEntity, "title", (), ProjectEntity, "project_id"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Deleted:
    """A record in the bin."""

    kind: str
    id: str
    title: str
    deleted_at: datetime


class Bin:
    """What was deleted."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    async def restore(self, kind: str, record_id: str) -> Deleted:
        """Bring a record back, a project with all that went with it.

        Fails with `UnknownId`, and `NameTaken` when its name was given to another one meanwhile.
        """
        return await self._sessions.write(lambda session: _restore(session, kind, record_id))

    async def empty(self) -> int:
        """Delete for good all that is in the bin; give how many records."""
        return await self._sessions.write(lambda session: _purge(session, now()))

    async def tidy(self) -> int:
        """Once a day: delete for good what is in the bin for thirty days, as far as is certain.

        Gives how many records.
        """

        def work(session: Session) -> int:
            days = _seen(session, now().date())
            if len(days) < SEEN:
                return 0
            first = datetime.combine(days[-SEEN], time.min, now().tzinfo)
            return _purge(session, min(now() - KEPT, first))

        return await self._sessions.write(work)

    async def list(self) -> Sequence[Deleted]:
        """List what is in the bin, the latest first."""
        return await self._sessions.read(_list)


def _list(session: Session) -> list[Deleted]:
    found: list[Deleted] = []
    for name, kind in KINDS.items():
        when = kind.entity.deleted_at
        rows = session.execute(
            select(kind.entity.id, kind.column(kind.title), when)
            .where(when.is_not(None))
            .order_by(when.desc())
            .limit(MAX_SHOWN)
        )
        found += [
            Deleted(kind=name, id=i, title=title, deleted_at=at)
            for i, title, at in rows
            if at is not None
        ]
    return sorted(found, key=lambda deleted: deleted.deleted_at, reverse=True)[:MAX_SHOWN]


def _restore(session: Session, name: str, record_id: str) -> Deleted:
    kind = KINDS[name]
    entity = session.get(kind.entity, record_id)
    if entity is None or entity.deleted_at is None:
        raise UnknownId(f"there is no {name} `{record_id}` in the bin")
    title = str(getattr(entity, kind.title))
    _refuse_twin(session, kind, entity, f"another {name} took the place of `{title}` meanwhile")
    _refuse_without_owner(session, kind, entity, f"`{title}` belongs to something in the bin")
    moment = entity.deleted_at
    entity.deleted_at = None
    entity.touch()
    if isinstance(entity, TaskEntity):
        session.get_one(TicketEntity, entity.ticket_id).touch()
    if isinstance(entity, ProjectEntity):
        for owned in OWNED.values():
            together = (owned.project_id == record_id, owned.deleted_at == moment)
            session.execute(update(owned).where(*together).values(deleted_at=None))
    return Deleted(kind=name, id=record_id, title=title, deleted_at=moment)


def _refuse_twin(session: Session, kind: Kind, entity: Record, message: str) -> None:
    if not kind.unique_in:
        return
    same = [kind.column(name) == getattr(entity, name) for name in kind.unique_in]
    twin = select(kind.entity.id).where(*same, kind.entity.deleted_at.is_(None))
    if session.scalar(twin) is not None:
        raise NameTaken(f"{message}: rename that one first")


def _refuse_without_owner(session: Session, kind: Kind, entity: Record, message: str) -> None:
    owner_id: object = getattr(entity, kind.owner_id, None)
    if kind.owner is None or owner_id is None:
        return
    owner = session.get(kind.owner, owner_id)
    if owner is None or owner.deleted_at is not None:
        raise UnknownId(f"{message}: restore that first")


def _seen(session: Session, today: date) -> list[date]:
    """Note that a server runs today; give the last days of which that is known, in order.

    Days that are still to come were noted by a clock that was ahead: they do not count.
    """
    mark = session.get(StoreMark, DAYS) or StoreMark(name=DAYS, value="")
    noted = {date.fromisoformat(day) for day in mark.value.split()}
    days = sorted({day for day in noted if day <= today} | {today})[-SEEN:]
    mark.value = " ".join(day.isoformat() for day in days)
    session.add(mark)
    return days


def _purge(session: Session, before: datetime) -> int:
    """Delete one by one, children first, so that the database's cascades take the rest."""
    erase_deleted(session, before)
    count = 0
    for kind in reversed(KINDS.values()):
        old = kind.entity.deleted_at < before
        for entity in session.scalars(select(kind.entity).where(old)):
            session.delete(entity)
            count += 1
        session.flush()
    return count
