"""Records of a document come in one by one: each is new, the same, newer, or in conflict."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, cast

from pydantic import ValidationError
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from octoprompt.errors import BadRequest
from octoprompt.store.portable.kinds import KINDS
from octoprompt.store.portable.record import Arrival, Found, Kind, PortableRecord

OnConflict = Literal["newer", "keep", "replace"]
Outcome = Literal["added", "unchanged", "updated", "conflicts", "skipped"]
Check = Callable[[Mapping[str, Any]], object]
"""Raises `ValidationError` for a record, by its Python names, that others could not read."""
BATCH = 50
"""Records in one transaction, so that other windows can write meanwhile."""
MAX_TOLD = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """What is to be said of one record."""

    kind: str
    id: str
    reason: str


@dataclass(slots=True)
class Report:
    """What became of the records of a document."""

    counts: dict[str, Counter[str]] = field(default_factory=dict[str, Counter[str]])
    """By kind and outcome."""
    conflicts: list[Remark] = field(default_factory=list[Remark])
    skipped: list[Remark] = field(default_factory=list[Remark])

    def count(self, kind: str, outcome: Outcome) -> None:
        """Count one record."""
        self.counts.setdefault(kind, Counter())[outcome] += 1

    def skip(self, kind: str, record_id: str, reason: str) -> None:
        """Say why one record stays out."""
        self.count(kind, "skipped")
        self.skipped.append(Remark(kind=kind, id=record_id, reason=reason))


@dataclass(slots=True, kw_only=True)
class Merge:
    """One import."""

    on_conflict: OnConflict
    checks: Mapping[str, Check]
    """By kind."""
    arrival: Arrival = field(default_factory=Arrival)
    report: Report = field(default_factory=Report)


Batch = tuple[Kind[Any], Sequence[object]]


def batches(records: Mapping[str, Sequence[object]], merge: Merge) -> Iterator[Batch]:
    """Cut a document's records into what one transaction takes, in the order of the kinds."""
    known = {kind.name for kind in KINDS}
    for name in records.keys() - known:
        for record in records[name]:
            merge.report.skip(name, _id(record), f"this OctoPrompt does not know `{name}`")
    for kind in KINDS:
        found = records.get(kind.name, [])
        merge.report.counts.setdefault(kind.name, Counter())
        for start in range(0, len(found), BATCH):
            yield kind, found[start : start + BATCH]


def take_batch(session: Session, batch: Batch, merge: Merge) -> Merge:
    """Take in some records; one that cannot come in stays out alone.

    Gives a new state, so that a transaction that fails or runs again counts nothing twice.
    """
    kind, records = batch
    after = Merge(
        on_conflict=merge.on_conflict,
        checks=merge.checks,
        arrival=Arrival(ids=dict(merge.arrival.ids)),
    )
    for raw in records:
        try:
            with session.begin_nested():
                _take(session, kind, raw, after)
        except ValidationError as error:
            after.report.skip(kind.name, _id(raw), _told(error))
        except BadRequest as error:
            after.report.skip(kind.name, _id(raw), error.message)
        except DatabaseError as error:
            if error.connection_invalidated or not _is_about_the_record(error):
                raise
            after.report.skip(kind.name, _id(raw), f"the database refuses it: {error.orig}")
    return after


def add_up(merge: Merge, after: Merge) -> None:
    """Add the outcome of a batch that was committed."""
    merge.arrival.ids.update(after.arrival.ids)
    for kind, counts in after.report.counts.items():
        merge.report.counts.setdefault(kind, Counter()).update(counts)
    merge.report.conflicts += after.report.conflicts
    merge.report.skipped += after.report.skipped


def _take(session: Session, kind: Kind[Any], raw: object, merge: Merge) -> None:
    incoming: PortableRecord = kind.record.model_validate(raw)
    if check := merge.checks.get(kind.name):
        check(incoming.model_dump())
    merge.arrival.notes.clear()
    record: PortableRecord = kind.fit(session, incoming, merge.arrival)
    found: Found[Any] | None = kind.find(session, record)
    outcome, reason = _judged(record, found, merge.on_conflict)
    if outcome in ("added", "updated"):
        kind.write(session, record)
    merge.report.count(kind.name, outcome)
    notes = [reason] if reason else merge.arrival.notes if outcome == "added" else []
    for note in notes:
        merge.report.conflicts.append(Remark(kind=kind.name, id=incoming.id, reason=note))


def _judged(
    record: PortableRecord, found: Found[Any] | None, on_conflict: OnConflict
) -> tuple[Outcome, str]:
    if found is None or found.is_deleted:
        return "added", ""
    here: PortableRecord = found.record
    if here.compared() == record.compared():
        return "unchanged", ""
    if on_conflict == "replace" or (on_conflict == "newer" and record.updated_at > here.updated_at):
        return "updated", ""
    changed = f"{here.updated_at:%Y-%m-%d %H:%M}"
    return "conflicts", f"it is different here (last changed {changed}) and was left as it is"


def _is_about_the_record(error: DatabaseError) -> bool:
    """Say whether only this record is refused, and not the disk or the connection at fault."""
    return type(error).__name__ in ("IntegrityError", "DataError")


def _id(raw: object) -> str:
    if not isinstance(raw, dict):
        return ""
    return str(cast("dict[object, object]", raw).get("id", ""))[:100]


def _told(error: ValidationError) -> str:
    """Say in one line what is wrong with a record."""
    parts = (
        f"`{'.'.join(map(str, problem['loc'])) or 'record'}`: {problem['msg']}"
        for problem in error.errors(include_url=False, include_input=False)[:3]
    )
    return "; ".join(parts)
