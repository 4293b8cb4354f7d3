"""Providers in the document: where models are served, never a key."""

from collections.abc import Iterable
from typing import Annotated

from pydantic import Field, StringConstraints
from sqlalchemy import select
from sqlalchemy.orm import Session

from octoprompt.errors import BadRequest
from octoprompt.store.damage import Damaged, readable
from octoprompt.store.model_entities import ProviderEntity
from octoprompt.store.portable.record import (
    Arrival,
    Found,
    Kind,
    Name,
    Portable,
    PortableRecord,
    read_all,
)
from octoprompt.store.providers import ProviderModel, body_of, models_of

Url = Annotated[str, StringConstraints(max_length=2000, pattern=r"^https?://[^\s@?#]+$")]


class PortableModel(Portable):
    """What the user says of a model."""

    id: Annotated[str, StringConstraints(min_length=1, max_length=300)]
    name: Annotated[str, StringConstraints(max_length=300)] = ""
    context_window: Annotated[int, Field(ge=1)] | None = None
    max_output: Annotated[int, Field(ge=1)] | None = None
    input_price: Annotated[float, Field(ge=0)] | None = None
    output_price: Annotated[float, Field(ge=0)] | None = None
    cached_price: Annotated[float, Field(ge=0)] | None = None


class PortableProvider(PortableRecord):
    """Where models are served."""

    id: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,59}$")]
    kind: Annotated[str, StringConstraints(pattern=r"^[a-z]{1,20}$")]
    name: Name
    base_url: Url
    model: Annotated[str, StringConstraints(max_length=300)] = ""
    models: Annotated[tuple[PortableModel, ...], Field(max_length=1000)] = ()


def _read(row: ProviderEntity) -> PortableProvider:
    return PortableProvider(
        id=row.id,
        created_at=row.created_at,
        updated_at=row.updated_at,
        kind=row.kind,
        name=row.name,
        base_url=row.base_url,
        model=row.model,
        models=tuple(PortableModel(**dict(model)) for model in models_of(row.body)),
    )


def _every(session: Session, damaged: list[Damaged]) -> Iterable[PortableProvider]:
    rows = select(ProviderEntity).order_by(ProviderEntity.id)
    return read_all(readable(session, rows, damaged), _read, damaged)


def _find(session: Session, record: PortableProvider) -> Found[PortableProvider] | None:
    row = session.get(ProviderEntity, record.id)
    return row and Found(_read(row))


def _fit(session: Session, record: PortableProvider, _arrival: Arrival) -> PortableProvider:
    """Take it as it is; the key of one that is here must not go to another address."""
    here = session.get(ProviderEntity, record.id)
    if here is not None and (here.kind, here.base_url) != (record.kind, record.base_url):
        raise BadRequest(
            f"the provider `{record.id}` is set up here with another address: remove it first"
        )
    return record


def _write(session: Session, record: PortableProvider) -> None:
    row = session.get(ProviderEntity, record.id) or ProviderEntity(id=record.id, is_default=False)
    row.kind, row.name, row.base_url = record.kind, record.name, record.base_url
    row.model = record.model
    row.body = body_of([ProviderModel(**dict(model)) for model in record.models])
    row.created_at, row.updated_at = record.created_at, record.updated_at
    row.version = (row.version or 0) + 1
    session.add(row)
    session.flush()


PROVIDERS = Kind(
    name="providers", record=PortableProvider, every=_every, find=_find, fit=_fit, write=_write
)
