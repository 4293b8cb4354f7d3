"""The tables of providers and of what models were asked. A change here needs a migration."""

from datetime import date, datetime

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from octoprompt.store.entities import Entity, JsonValue, now

PROVIDER_ID_LENGTH = 60


class ProviderEntity(Entity):
    """Where models are served. There is no column for a key, and there must never be one."""

    __tablename__ = "provider"

    id: Mapped[str] = mapped_column(String(PROVIDER_ID_LENGTH), primary_key=True)
    """The client's word, so not as the ids of other records."""
    created_at: Mapped[datetime] = mapped_column(default=now)
    updated_at: Mapped[datetime] = mapped_column(default=now)
    version: Mapped[int] = mapped_column(default=1)
    kind: Mapped[str] = mapped_column(String(20))
    name: Mapped[str]
    base_url: Mapped[str]
    model: Mapped[str] = mapped_column(default="")
    is_default: Mapped[bool] = mapped_column(default=False)
    body: Mapped[JsonValue]
    """What the user says of its models."""

    def touch(self) -> None:
        """Note that the record changes now."""
        self.updated_at = max(now(), self.updated_at)
        self.version += 1


class UsageEntity(Entity):
    """One request to a model. It outlives the provider, the project and the chat."""

    __tablename__ = "model_usage"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    at: Mapped[datetime] = mapped_column(default=now)
    day: Mapped[date]
    """In the time zone of the machine that asked."""
    provider_id: Mapped[str] = mapped_column(String(PROVIDER_ID_LENGTH))
    model: Mapped[str]
    purpose: Mapped[str] = mapped_column(String(40))
    project_id: Mapped[str | None] = mapped_column(String(200), default=None)
    status: Mapped[str] = mapped_column(String(20))
    prompt_tokens: Mapped[int | None]
    completion_tokens: Mapped[int | None]
    cached_tokens: Mapped[int | None]
    reasoning_tokens: Mapped[int | None]
    cost_usd: Mapped[float | None]
    elapsed_ms: Mapped[float]

    __table_args__ = (Index("ix_model_usage_day", "day"),)
