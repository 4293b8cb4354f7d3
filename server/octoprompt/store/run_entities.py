"""The tables of agent runs and of what they propose. A change here needs a migration."""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from octoprompt.store.entities import Entity, JsonValue, Record, now


class RunEntity(Record):
    """A run of an agent."""

    __tablename__ = "run"

    project_id: Mapped[str] = mapped_column(ForeignKey("project.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(40))
    request: Mapped[str] = mapped_column(default="")
    status: Mapped[str] = mapped_column(String(20), default="running")
    owner: Mapped[str] = mapped_column(default="")
    """The server that it runs in, while it runs."""
    step: Mapped[str] = mapped_column(default="")
    summary: Mapped[str] = mapped_column(default="")
    problem: Mapped[str | None] = mapped_column(default=None)
    ticket_id: Mapped[str | None] = mapped_column(String(32), default=None)
    provider_id: Mapped[str | None] = mapped_column(default=None)
    model: Mapped[str | None] = mapped_column(default=None)
    steps: Mapped[int] = mapped_column(default=0)
    """Questions to the model."""
    prompt_tokens: Mapped[int] = mapped_column(default=0)
    completion_tokens: Mapped[int] = mapped_column(default=0)
    cost_usd: Mapped[float | None] = mapped_column(default=None)
    edits: Mapped[int] = mapped_column(default=0)
    """How many it proposes."""
    body: Mapped[JsonValue] = mapped_column(default=dict)
    """What its kind gives besides the summary."""
    ordered: Mapped[JsonValue | None] = mapped_column(JSON(none_as_null=True), default=None)
    """All that was asked for, as agents write it; None for what no model was asked."""
    ended_at: Mapped[datetime | None] = mapped_column(default=None)

    __table_args__ = (
        Index("ix_run_list", "project_id", "created_at", "id"),
        Index("ix_run_status", "status"),
    )


class RunLogEntity(Entity):
    """Something that happened in a run."""

    __tablename__ = "run_log"

    run_id: Mapped[str] = mapped_column(ForeignKey("run.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(default=now)
    kind: Mapped[str] = mapped_column(String(20))
    message: Mapped[str]
    body: Mapped[str] = mapped_column(default="")


class RunMemoryEntity(Entity):
    """Something that a run learnt, by a name for what it asked; gone when the run is complete."""

    __tablename__ = "run_memory"

    run_id: Mapped[str] = mapped_column(ForeignKey("run.id", ondelete="CASCADE"), primary_key=True)
    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    value: Mapped[JsonValue] = mapped_column(default=dict)


class EditEntity(Record):
    """A proposed change of one file. The contents are in a folder, by their hashes."""

    __tablename__ = "edit"

    run_id: Mapped[str] = mapped_column(ForeignKey("run.id", ondelete="CASCADE"))
    project_id: Mapped[str] = mapped_column(ForeignKey("project.id", ondelete="CASCADE"))
    position: Mapped[int]
    path: Mapped[str]
    new_path: Mapped[str | None] = mapped_column(default=None)
    kind: Mapped[str] = mapped_column(String(20))
    status: Mapped[str] = mapped_column(String(20), default="proposed")
    before_hash: Mapped[str | None] = mapped_column(String(64), default=None)
    """Of the bytes that the agent saw; None for a file that was not there."""
    after_hash: Mapped[str | None] = mapped_column(String(64), default=None)
    """Of the bytes with all hunks; None for a deleted file."""
    applied_hash: Mapped[str | None] = mapped_column(String(64), default=None)
    """Of the bytes that were written, with the accepted hunks."""
    body: Mapped[JsonValue] = mapped_column(default=dict)
    """`accepted`: the numbers of the places that are wanted, all when missing; `proposed` and
    `later`: the problems of the proposal, and of applying it."""
    applied_at: Mapped[datetime | None] = mapped_column(default=None)

    __table_args__ = (Index("ix_edit_run_id", "run_id", "position"),)
