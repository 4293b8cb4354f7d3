"""Databases of earlier versions: brought up to date whole or not at all, whenever it is killed."""

import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import inspect

from octoprompt.database.engine import open_engine, sqlite_url
from octoprompt.settings import Settings
from octoprompt.store import schema
from octoprompt.store.backup import backups
from octoprompt.store.health import is_whole
from octoprompt.store.place import APPLICATION_ID, Mark, Place
from octoprompt.store.prompts import ALL_PROMPTS
from octoprompt.store.store import Store

KILLS = int(os.environ.get("OCTOPROMPT_UPGRADE_KILLS", "6"))
SEED = int(os.environ.get("OCTOPROMPT_SEED", "1"))
OLD = schema.KNOWN[:-1]
ROWS = {
    "project": """INSERT INTO project
    (id, created_at, updated_at, version, name, description, root, opened_at)
    VALUES ('pr', '2026-01-01 10:00:00', '2026-01-01 10:00:00', 1, 'Shop', '', '/shop',
    '2026-01-01 10:00:00')""",
    "selection": """INSERT INTO selection
    (id, created_at, updated_at, version, project_id, name, body, items)
    VALUES ('se', '2026-01-01 10:00:00', '2026-01-01 10:00:00', 1, 'pr', 'Work',
    '{"instructions": "go"}', 0)""",
    "prompt": """INSERT INTO prompt
    (id, created_at, updated_at, version, number, name, description, tags, favorite, content)
    VALUES ('po', '2026-01-01 10:00:00', '2026-01-01 10:00:00', 1, 1,
    'Review', '', '|a|', 0, 'look')""",
    "ticket": """INSERT INTO ticket (id, created_at, updated_at, version, number, project_id,
    position, status, priority, tags, title, overview)
    VALUES ('ti', '2026-01-01 10:00:00', '2026-01-01 10:00:00', 1, 1, 'pr', 1,
    'open', 'normal', '', 'Mend', '')""",
    "task": """INSERT INTO task
    (id, created_at, updated_at, version, ticket_id, position, done, content, description)
    VALUES ('ta', '2026-01-01 10:00:00', '2026-01-01 10:00:00', 1, 'ti', 1, 0, 'first', '')""",
}
"""What an earlier version may have written, table by table, in the order of their coming."""


def make_old(folder, version):
    """Make a database of an earlier version with a record of each kind that it had."""
    folder.mkdir(parents=True)
    place = Place(folder / "octoprompt.db")
    engine = open_engine(sqlite_url(place.database), "FULL")
    with engine.connect() as connection:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        schema.upgrade(connection, version)
        connection.exec_driver_sql(f"PRAGMA application_id={APPLICATION_ID}")
        connection.exec_driver_sql("INSERT INTO store_mark (name, value) VALUES ('instance', 'i')")
        for table, statement in ROWS.items():
            if inspect(connection).has_table(table):
                connection.exec_driver_sql(statement)
        connection.commit()
    engine.dispose()
    place.write_mark(Mark(instance="i", schema=version))
    return place


async def check(place, version):
    """Start on a database: everything is there, up to date, and nothing was told."""
    store = Store(Settings(data_dir=place.database.parent, cache_dir=place.database.parent))
    await store.open()
    assert store.notices == ()
    (project,) = await store.projects.list()
    (selection,) = await store.selections.list(project.id)
    assert (await store.selections.get(selection.id)).body == {"instructions": "go"}
    if version >= "0002":
        assert [p.name for p in await store.prompts.search("look", ALL_PROMPTS)] == ["Review"]
        ticket = await store.tickets.get("ti")
        assert [task.content for task in ticket.task_list] == ["first"]
    await store.close()
    with closing(sqlite3.connect(place.database)) as database:
        found = database.execute("SELECT version_num FROM alembic_version").fetchone()[0]
        assert database.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
    assert found == schema.HEAD


@pytest.mark.parametrize("version", OLD)
async def test_each_old_schema_is_brought_up_to_date(version, tmp_path):
    """With its records, after a verified backup of what it was."""
    place = make_old(tmp_path / "data", version)
    await check(place, version)
    (backup,) = backups(place)
    assert backup.name.startswith(f"octoprompt-before-{schema.HEAD}-")
    assert is_whole(backup)
    with closing(sqlite3.connect(backup)) as database:
        found = database.execute("SELECT version_num FROM alembic_version").fetchone()[0]
    assert found == version
    await check(place, version)
    assert backups(place) == [backup]


def upgrade(folder, k):
    """Start a process on a folder that dies at its k-th step."""
    command = [sys.executable, "-m", "support.store_upgrade", str(folder), str(k)]
    tests = str(Path(__file__).parents[1])
    path = os.pathsep.join(filter(None, [tests, os.environ.get("PYTHONPATH")]))
    env = {**os.environ, "PYTHONPATH": path}
    return subprocess.run(command, env=env, capture_output=True, text=True, check=False)


@pytest.mark.timeout(3600)
async def test_an_upgrade_that_is_killed_is_made_anew(tmp_path):
    """At any statement: the old schema or the new one is there, with every record."""
    version = OLD[1]
    whole = upgrade(make_old(tmp_path / "whole", version).database.parent, 0)
    assert whole.returncode == 0, whole.stderr
    steps = int(whole.stdout)
    assert steps > 20
    chance = random.Random(SEED)  # noqa: S311 - where to kill
    old = make_old(tmp_path / "old", version)
    for number, k in enumerate(sorted(chance.randrange(1, steps) for _ in range(KILLS))):
        data = shutil.copytree(old.database.parent, tmp_path / f"data{number}")
        killed = upgrade(data, k)
        assert killed.returncode == -signal.SIGKILL, (k, killed.stderr)
        place = Place(data / "octoprompt.db")
        with closing(sqlite3.connect(place.database)) as database:
            found = database.execute("SELECT version_num FROM alembic_version").fetchone()[0]
            assert found in (version, schema.HEAD), k
        await check(place, version)
        assert all(map(is_whole, backups(place)))
        assert not list(place.backups.glob("*.part"))


async def test_a_newer_schema_is_shown_and_left_alone(tmp_path):
    """Read-only, with the reason; not one byte of the file changes."""
    place = make_old(tmp_path / "data", "0001")
    await check(place, "0001")
    with closing(sqlite3.connect(place.database)) as database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
        database.commit()
    before = place.database.read_bytes()
    store = Store(Settings(data_dir=place.database.parent, cache_dir=tmp_path))
    await store.open()
    assert "newer" in " ".join(store.notices)
    assert [project.name for project in await store.projects.list()] == ["Shop"]
    await store.close()
    assert place.database.read_bytes() == before
