"""What can be set from outside.

Environment variables are for the process, `initializationOptions` for a workspace.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import platformdirs
from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel


def _folder(name: str, usual: Callable[[str], Path]) -> Path:
    value = os.environ.get(f"OCTOPROMPT_{name}")
    return Path(value) if value else usual("octoprompt")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The process's own settings, from environment variables; an empty one counts as not set.

    `OCTOPROMPT_LOG_LEVEL` and `OCTOPROMPT_TRACE` are read before there are settings, by `lsp`.
    """

    data_dir: Path = field(default_factory=lambda: _folder("DATA_DIR", platformdirs.user_data_path))
    """Where user data lives: prompts, tickets, chats, selections."""
    cache_dir: Path = field(
        default_factory=lambda: _folder("CACHE_DIR", platformdirs.user_cache_path)
    )
    """Where the disposable index files live."""
    database_url: str | None = field(
        default_factory=lambda: os.environ.get("OCTOPROMPT_DATABASE_URL") or None
    )
    """A SQLAlchemy URL for user data instead of the SQLite file in `data_dir`."""


class ModelLimits(BaseModel):
    """How long an answer of a model may take, in seconds of the wall clock."""

    model_config = ConfigDict(
        frozen=True, alias_generator=to_camel, populate_by_name=True, extra="ignore"
    )

    connect_seconds: float = Field(default=10, gt=0, le=600)
    first_token_seconds: float = Field(default=60, gt=0, le=3600)
    """From the request to the first piece of the answer."""
    gap_seconds: float = Field(default=30, gt=0, le=3600)
    """Between two pieces of the answer."""
    total_seconds: float = Field(default=600, gt=0, le=86_400)
    """For all of it, further tries and waits included."""


class AutomaticSummaries(BaseModel):
    """What may be summarised without a request: nothing, unless a person allows some."""

    model_config = ConfigDict(
        frozen=True, alias_generator=to_camel, populate_by_name=True, extra="ignore"
    )

    daily_tokens: int = Field(default=0, ge=0)
    """Tokens of questions and answers in a day, over all projects; 0 for no automatic summaries."""
    daily_usd: float | None = Field(default=None, ge=0)
    """US dollars in a day besides; None for no such limit."""
    quiet_seconds: float = Field(default=60, gt=0, le=86_400)
    """So long nothing may have changed."""


class WorkspaceOptions(BaseModel):
    """What a client may send as `initializationOptions`.

    Unknown names are ignored, so that old servers serve new clients.
    """

    model_config = ConfigDict(
        frozen=True, alias_generator=to_camel, populate_by_name=True, extra="ignore"
    )

    max_file_bytes: int = Field(default=2 * 1024 * 1024, ge=1024)
    """Files above this size are listed by name only."""
    workers: int = Field(default=2, ge=1, le=16)
    """Parse processes for each root."""
    exclude: tuple[str, ...] = ()
    """Further ignore patterns, in gitignore syntax."""
    trusted: bool = True
    """False in VS Code's restricted mode: no rules files of the workspace, no agents."""
    models: ModelLimits = Field(default_factory=ModelLimits)
    summaries: AutomaticSummaries = Field(default_factory=AutomaticSummaries)
