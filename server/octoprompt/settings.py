"""What can be set from outside.

Environment variables are for the process, `initializationOptions` for a workspace.
"""

from pathlib import Path

import platformdirs
from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """The process's own settings, from `OCTOPROMPT_*` environment variables."""

    model_config = SettingsConfigDict(env_prefix="OCTOPROMPT_", frozen=True)

    data_dir: Path = Field(default_factory=lambda: platformdirs.user_data_path("octoprompt"))
    """Where user data lives: prompts, tickets, chats, selections."""
    cache_dir: Path = Field(default_factory=lambda: platformdirs.user_cache_path("octoprompt"))
    """Where the disposable index files live."""
    database_url: str | None = None
    """A SQLAlchemy URL for user data instead of the SQLite file in `data_dir`."""
    log_level: str = "INFO"
    trace: Path | None = None
    """A file that gets every message of the wire, one JSON document a line."""


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
