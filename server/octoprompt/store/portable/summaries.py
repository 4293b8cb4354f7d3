"""Summaries in the document: what was paid for once."""

import hashlib
from collections.abc import Iterable
from typing import Annotated

from pydantic import StringConstraints
from sqlalchemy import select
from sqlalchemy.orm import Session

from octoprompt.store.damage import Damaged, readable
from octoprompt.store.entities import SummaryEntity
from octoprompt.store.portable.record import (
    Arrival,
    Found,
    Kind,
    PortableRecord,
    Text,
    read_all,
)


class PortableSummary(PortableRecord):
    """What a model said of a content; its id follows from what it is about."""

    content_hash: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{16,64}$")]
    model: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    prompt_version: Annotated[str, StringConstraints(max_length=40)]
    text: Text


def summary_id(content_hash: str, model: str, prompt_version: str) -> str:
    """Name a summary."""
    named = f"{content_hash}\n{model}\n{prompt_version}"
    return hashlib.blake2b(named.encode(), digest_size=16).hexdigest()


def _read(row: SummaryEntity) -> PortableSummary:
    return PortableSummary.model_construct(
        id=summary_id(row.content_hash, row.model, row.prompt_version),
        created_at=row.created_at,
        updated_at=row.created_at,
        content_hash=row.content_hash,
        model=row.model,
        prompt_version=row.prompt_version,
        text=row.text,
    )


def _every(session: Session, damaged: list[Damaged]) -> Iterable[PortableSummary]:
    rows = select(SummaryEntity).order_by(SummaryEntity.content_hash)
    return read_all(readable(session, rows, damaged), _read, damaged)


def _find(session: Session, record: PortableSummary) -> Found[PortableSummary] | None:
    key = (record.content_hash, record.model, record.prompt_version)
    row = session.get(SummaryEntity, key)
    return row and Found(_read(row))


def _fit(_session: Session, record: PortableSummary, _arrival: Arrival) -> PortableSummary:
    named = summary_id(record.content_hash, record.model, record.prompt_version)
    return record.model_copy(update={"id": named})


def _write(session: Session, record: PortableSummary) -> None:
    session.merge(
        SummaryEntity(
            content_hash=record.content_hash,
            model=record.model,
            prompt_version=record.prompt_version,
            text=record.text,
            created_at=record.created_at,
        )
    )


SUMMARIES = Kind(
    name="summaries", record=PortableSummary, every=_every, find=_find, fit=_fit, write=_write
)
