"""Entities, migrations and the numbers in `schema.py` agree."""

from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine

from octoprompt.store import schema, store
from octoprompt.store.entities import Entity

assert store.Areas
"""Every area brings its entities."""


def test_the_newest_migration_is_the_one_that_is_named():
    """A new migration file without its number in `schema.py` fails here."""
    config = Config()
    config.set_main_option("script_location", str(schema.MIGRATIONS))
    revisions = [script.revision for script in ScriptDirectory.from_config(config).walk_revisions()]
    assert tuple(reversed(revisions)) == schema.KNOWN
    assert schema.KNOWN[-1] == schema.HEAD


def test_the_migrations_make_what_the_entities_say():
    """A changed entity without a migration fails here."""
    engine = create_engine("sqlite://")
    with engine.connect() as connection:
        schema.upgrade(connection)
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        differences = compare_metadata(context, Entity.metadata)
    engine.dispose()
    assert [d for d in differences if not _is_search_table(d)] == []


def _is_search_table(difference):
    """Full-text tables are SQLite's own and no entities."""
    return difference[0] == "remove_table" and "_search" in difference[1].name


def test_ages_are_told_apart():
    """None is empty, ours is current, anything unknown can only be newer."""
    assert schema.age(None) is schema.Age.EMPTY
    assert schema.age(schema.HEAD) is schema.Age.CURRENT
    assert schema.age("9999") is schema.Age.NEWER
