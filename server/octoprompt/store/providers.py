"""Providers: where models are served. Their keys are never stored."""

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from sqlalchemy import select
from sqlalchemy.orm import Session

from octoprompt.errors import BadRequest, NoProvider, StaleVersion, UnknownId
from octoprompt.store.damage import readable
from octoprompt.store.entities import JsonValue
from octoprompt.store.model_entities import ProviderEntity
from octoprompt.store.sessions import Sessions


class ProviderModel(BaseModel):
    """What the user says of a model; None for what nobody said. Prices are USD a million tokens."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: str = Field(min_length=1, max_length=300)
    name: str = ""
    context_window: int | None = Field(default=None, ge=1)
    max_output: int | None = Field(default=None, ge=1)
    input_price: float | None = Field(default=None, ge=0)
    output_price: float | None = Field(default=None, ge=0)
    cached_price: float | None = Field(default=None, ge=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """A provider as it is stored."""

    id: str
    kind: str
    name: str
    base_url: str
    model: str
    models: tuple[ProviderModel, ...]
    is_default: bool
    version: int
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderFields:
    """What a user may set of a provider; None leaves it as it is."""

    kind: str | None = None
    name: str | None = None
    base_url: str | None = None
    model: str | None = None
    models: tuple[ProviderModel, ...] | None = None
    is_default: bool | None = None


class Providers:
    """The providers of the store."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    async def list(self) -> list[Provider]:
        """List all by name; unless there is none, one of them is the default."""
        return await self._sessions.read(_list)

    async def get(self, provider_id: str) -> Provider:
        """Give one. Fails with `UnknownId`."""
        return _named(await self.list(), provider_id)

    async def chosen(self, provider_id: str | None) -> Provider:
        """Give the one that is named, else the default. Fails with `NoProvider`."""
        for provider in await self.list():
            if provider_id == provider.id or (provider_id is None and provider.is_default):
                return provider
        if provider_id is not None:
            raise NoProvider(
                f"the provider `{provider_id}` is not set up, or was removed: select another model"
            )
        raise NoProvider(
            "no provider of models is set up: add one with a key, or start Ollama or LM Studio"
        )

    async def configure(
        self, provider_id: str, fields: ProviderFields, version: int | None = None
    ) -> Provider:
        """Create or change one. Fails with `BadRequest`, and `StaleVersion` for a `version`."""

        def work(session: Session) -> Provider:
            _configure(session, provider_id, fields, version)
            session.flush()
            return _named(_list(session), provider_id)

        return await self._sessions.write(work)

    async def remove(self, provider_id: str) -> Provider:
        """Forget one and give what it was. Fails with `UnknownId`."""

        def work(session: Session) -> Provider:
            removed = _named(_list(session), provider_id)
            session.delete(session.get_one(ProviderEntity, provider_id))
            return removed

        return await self._sessions.write(work)


def _list(session: Session) -> list[Provider]:
    """Give all by name, the default marked: the chosen one, else the first that was set up."""
    entities = readable(session, select(ProviderEntity))
    marked = [e for e in entities if e.is_default] or entities
    default = min(marked, key=lambda e: (e.created_at, e.id), default=None)
    providers = [_of(entity, is_default=entity is default) for entity in entities]
    return sorted(providers, key=lambda p: (p.name.casefold(), p.id))


def _named(providers: list[Provider], provider_id: str) -> Provider:
    for provider in providers:
        if provider.id == provider_id:
            return provider
    raise UnknownId(f"there is no provider `{provider_id}`: see `providers/list`")


def _configure(
    session: Session, provider_id: str, fields: ProviderFields, version: int | None
) -> None:
    entity = session.get(ProviderEntity, provider_id)
    if entity is None:
        entity = _created(session, provider_id, fields)
    elif version is not None and version != entity.version:
        raise StaleVersion(
            f"the provider `{entity.name}` was changed elsewhere meanwhile: read it again",
            data={"version": entity.version},
        )
    else:
        entity.touch()
    entity.kind = _or(fields.kind, entity.kind)
    entity.name = _or(fields.name, entity.name)
    entity.base_url = _or(fields.base_url, entity.base_url)
    entity.model = _or(fields.model, entity.model)
    if fields.models is not None:
        entity.body = body_of(fields.models)
    if fields.is_default:
        for other in session.scalars(select(ProviderEntity)):
            other.is_default = False
    entity.is_default = entity.is_default if fields.is_default is None else fields.is_default


def _created(session: Session, provider_id: str, fields: ProviderFields) -> ProviderEntity:
    if fields.kind is None or fields.name is None or fields.base_url is None:
        raise BadRequest(f"a new provider needs a `kind`: there is no provider `{provider_id}` yet")
    entity = ProviderEntity(
        id=provider_id,
        kind=fields.kind,
        name=fields.name,
        base_url=fields.base_url,
        model="",
        is_default=False,
        body={"models": []},
    )
    session.add(entity)
    session.flush()
    return entity


def _or(new: str | None, old: str) -> str:
    return old if new is None else new


def _of(entity: ProviderEntity, *, is_default: bool) -> Provider:
    return Provider(
        id=entity.id,
        kind=entity.kind,
        name=entity.name,
        base_url=entity.base_url,
        model=entity.model,
        models=models_of(entity.body),
        is_default=is_default,
        version=entity.version,
        created_at=entity.created_at,
        updated_at=entity.updated_at,
    )


def body_of(models: Sequence[ProviderModel]) -> JsonValue:
    """Give what is stored of what the user says of models."""
    return {"models": [model.model_dump(exclude_none=True) for model in models]}


def models_of(body: JsonValue) -> tuple[ProviderModel, ...]:
    """Give what is stored of models; what makes no sense is left out."""
    models: list[ProviderModel] = []
    listed = body.get("models")
    for model in cast("list[object]", listed) if isinstance(listed, list) else ():
        with contextlib.suppress(ValidationError):
            models.append(ProviderModel.model_validate(model))
    return tuple(models)
