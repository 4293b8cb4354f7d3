"""Which schema a database has, and bringing an older one up to date."""

from enum import Enum
from pathlib import Path

from sqlalchemy import Connection, inspect, text

HEAD = "0008"
"""The newest migration; a test compares it with the files."""
KNOWN = ("0001", "0002", "0003", "0004", "0005", "0006", "0007", "0008")
"""Every schema that this program has ever had, oldest first."""
MIGRATIONS = Path(__file__).parent / "migrations"


class Age(Enum):
    """How a database's schema compares with this program's."""

    EMPTY = "empty"
    OLDER = "older"
    CURRENT = "current"
    NEWER = "newer"


def revision(connection: Connection) -> str | None:
    """Give the schema that a database says it has; None for one without our tables."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: object = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return None if found is None else str(found)


def age(found: str | None) -> Age:
    """Compare a schema with this program's; one that is not known can only be newer."""
    if found is None:
        return Age.EMPTY
    if found == HEAD:
        return Age.CURRENT
    return Age.OLDER if found in KNOWN else Age.NEWER


def upgrade(connection: Connection, target: str = HEAD) -> None:
    """Bring the schema to the target within the connection's transaction: whole, or not at all.

    Alembic is imported here only, because a start with a current schema does without it.
    """
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, target)
