"""What every kind of portable record is made of, and how one finds its place here."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Annotated, Any, ClassVar, Generic, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints
from pydantic.alias_generators import to_camel
from sqlalchemy import select
from sqlalchemy.orm import Session

from octoprompt.store.damage import Damaged, readable
from octoprompt.store.entities import ID_LENGTH, Entity, Record


def _utc(moment: datetime) -> datetime:
    try:
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except OverflowError:
        raise ValueError("it is outside of the years 1 to 9999") from None


Id = Annotated[str, StringConstraints(pattern=rf"^[0-9A-Za-z_.:-]{{1,{ID_LENGTH}}}$")]
Moment = Annotated[datetime, AfterValidator(_utc)]
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
Text = Annotated[str, StringConstraints(max_length=4_000_000)]
Tags = tuple[Annotated[str, StringConstraints(max_length=100)], ...]


class Portable(BaseModel):
    """A value of the document: camelCase there, and fields of later versions are left out."""

    model_config = ConfigDict(
        frozen=True,
        extra="ignore",
        alias_generator=to_camel,
        validate_by_name=True,
        validate_by_alias=True,
    )


class PortableRecord(Portable):
    """A record of the document."""

    uncompared: ClassVar[frozenset[str]] = frozenset({"created_at", "updated_at"})
    """Fields in which two records with the same content may differ."""

    id: Id
    created_at: Moment
    updated_at: Moment

    def compared(self) -> dict[str, Any]:
        """Give what makes two records the same."""
        return self.model_dump(exclude=set(self.uncompared))


@dataclass(slots=True)
class Arrival:
    """What is known while the records of a document come in."""

    ids: dict[tuple[str, str], str] = field(default_factory=dict[tuple[str, str], str])
    """By kind and id in the document: the id here, where it is another."""
    notes: list[str] = field(default_factory=list[str])
    """What had to change about the record that is coming in, in sentences."""

    def id_here(self, kind: str, id_there: str) -> str:
        """Give the id that a record of the document has here."""
        return self.ids.get((kind, id_there), id_there)


R = TypeVar("R", bound=PortableRecord)
E = TypeVar("E", bound=Record)
Stored = TypeVar("Stored", bound=Entity)


@dataclass(frozen=True, slots=True)
class Found(Generic[R]):
    """The record here that has the id of one that comes in."""

    record: R
    is_deleted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind(Generic[R]):
    """A kind of record: how it is read and written here."""

    name: str
    """Its place in the document, as `prompts`."""
    record: type[R]
    every: Callable[[Session, list[Damaged]], Iterable[R]]
    """Gives all that are not in the bin, and adds those that cannot be read to the list."""
    find: Callable[[Session, R], Found[R] | None]
    fit: Callable[[Session, R, Arrival], R]
    """Adapts one that comes in to what is here: ids, names. Fails with `BadRequest`."""
    write: Callable[[Session, R], None]
    """Creates one or replaces it whole, and takes it out of the bin."""


def record_kind(
    name: str,
    record: tuple[type[R], type[E]],
    read: Callable[[Session, E], R],
    fit: Callable[[Session, R, Arrival], R],
    write: Callable[[Session, R, E | None], None],
) -> Kind[R]:
    """Make a kind of a portable record and the entity that it is stored as."""
    portable, entity = record

    def every(session: Session, damaged: list[Damaged]) -> Iterable[R]:
        alive = select(entity).where(entity.deleted_at.is_(None)).order_by(entity.id)
        rows = readable(session, alive, damaged)
        return read_all(rows, lambda row: read(session, row), damaged)

    def find(session: Session, wanted: R) -> Found[R] | None:
        row = session.get(entity, wanted.id)
        return row and Found(read(session, row), row.deleted_at is not None)

    def put(session: Session, new: R) -> None:
        row = session.get(entity, new.id)
        write(session, new, row)
        session.flush()

    return Kind(name=name, record=portable, every=every, find=find, fit=fit, write=put)


def read_all(
    rows: Iterable[Stored], read: Callable[[Stored], R], damaged: list[Damaged]
) -> Iterable[R]:
    """Make portable records of rows, as far as these are what they should be."""
    for row in rows:
        try:
            yield read(row)
        except ValueError as error:
            reason = str(error).split("\n")[0]
            named = str(getattr(row, "id", ""))
            damaged.append(Damaged(table=row.__tablename__, id=named, reason=reason))


def stamp(row: Record, record: PortableRecord) -> None:
    """Give a stored record the times of the one that comes in, and take it out of the bin."""
    row.created_at = record.created_at
    row.updated_at = record.updated_at
    row.deleted_at = None
    row.version = (row.version or 0) + 1
