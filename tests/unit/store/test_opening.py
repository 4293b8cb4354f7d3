"""Opening the database: what was there stays, and what is wrong is told."""

import asyncio
import json
import os
import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest

from octoprompt.database.engine import open_engine, sqlite_url
from octoprompt.errors import StoreProblem, StoreReadOnly
from octoprompt.settings import Settings
from octoprompt.store import schema
from octoprompt.store.backup import KEEP, back_up, backups, is_daily_due
from octoprompt.store.health import is_whole
from octoprompt.store.place import APPLICATION_ID, STAMP, Place
from octoprompt.store.prompts import PromptFields, PromptFilter
from octoprompt.store.selections import SelectionChange
from octoprompt.store.store import Store


def change(project, name, **more):
    """Give a new selection to save."""
    fields = {"id": None, "body": {"instructions": name}, "items": 0, "version": None, **more}
    return SelectionChange(project_id=project, name=name, **fields)


async def fill(settings, tmp_path, names, prompt=""):
    """Save selections through a store that is closed again; give the database's place."""
    store = Store(settings)
    await store.open()
    project = await store.projects.opened(tmp_path, "identity#")
    for name in names:
        await store.selections.save(change(project, name))
    if prompt:
        await store.prompts.create(PromptFields(name=prompt, content=prompt))
    await store.close()
    return Place(settings.data_dir / "octoprompt.db")


async def look(settings, tmp_path):
    """Give the names of the selections that a new start finds, and what it tells."""
    store = Store(settings)
    await store.open()
    project = await store.projects.opened(tmp_path, "identity#")
    names = [head.name for head in await store.selections.list(project)]
    notices = store.notices
    await store.close()
    return names, " ".join(notices)


async def test_what_was_saved_is_there_after_a_restart(settings, tmp_path):
    """Nothing is told when nothing happened."""
    await fill(settings, tmp_path, ["one", "two"])
    assert await look(settings, tmp_path) == (["one", "two"], "")


async def test_a_closed_database_is_one_file_that_knows_itself(settings, tmp_path):
    """No log is left, and the mark beside it names the same instance and schema."""
    place = await fill(settings, tmp_path, ["one"])
    mark = place.read_mark()
    assert place.files() == [place.database]
    assert mark is not None
    assert mark.schema == schema.HEAD
    with closing(sqlite3.connect(place.database)) as database:
        query = "SELECT value FROM store_mark WHERE name = 'instance'"
        assert database.execute(query).fetchone() == (mark.instance,)


@pytest.mark.parametrize("loss", ["empty", "gone", "header", "foreign", "blank database"])
async def test_a_lost_database_is_told_and_replaced_by_the_backup(settings, tmp_path, loss):
    """The bad file is kept, the backup's content is back, and the user is told both."""
    place = await fill(settings, tmp_path, ["kept"])
    back_up(place, "daily")
    _lose(place, loss)
    before = place.database.read_bytes() if place.database.exists() else None
    names, told = await look(settings, tmp_path)
    assert names == ["kept"]
    assert "could not be used" in told
    assert "2 more came from the backup" in told
    aside = list(place.database.parent.glob("*.corrupt-*"))
    assert [path.read_bytes() for path in aside] == ([] if before is None else [before])


def _lose(place, how):
    if how == "gone":
        place.database.unlink()
    elif how == "empty":
        place.database.write_bytes(b"")
    elif how == "header":
        place.database.write_bytes(b"garbage" + place.database.read_bytes()[7:])
    else:
        place.database.unlink()
        with closing(sqlite3.connect(place.database)) as database:
            if how == "foreign":
                database.execute("CREATE TABLE theirs (x)")
                database.execute("PRAGMA application_id=77")
            else:
                database.execute("VACUUM")


@pytest.mark.parametrize("loss", ["empty", "gone", "blank database"])
async def test_a_loss_of_the_mark_as_well_is_told(settings, tmp_path, loss):
    """Where there are backups there was something."""
    place = await fill(settings, tmp_path, ["kept"])
    back_up(place, "daily")
    _lose(place, loss)
    place.mark.unlink()
    names, told = await look(settings, tmp_path)
    assert names == ["kept"]
    assert "more came from the backup" in told


async def test_a_loss_without_a_backup_is_told(settings, tmp_path):
    """An empty list never appears without a word."""
    place = await fill(settings, tmp_path, ["gone"])
    place.database.write_bytes(b"")
    names, told = await look(settings, tmp_path)
    assert names == []
    assert "no backup" in told
    assert await look(settings, tmp_path) == ([], "")


async def test_damage_inside_costs_only_what_it_hit(settings, tmp_path):
    """Rows on healthy pages come from the damaged file, newer than any backup."""
    names = [f"selection {n:03} {'x' * 300}" for n in range(200)]
    place = await fill(settings, tmp_path, names)
    data = bytearray(place.database.read_bytes())
    leaves = [
        n
        for n in range(4096, len(data), 4096)
        if data[n] == 13 and b"selection 1" in data[n : n + 4096]
    ]
    data[leaves[3] : leaves[3] + 4096] = os.urandom(4096)
    place.database.write_bytes(data)
    place.database.with_name("octoprompt.db-wal").write_bytes(b"a crash left this")
    found, told = await look(settings, tmp_path)
    assert 150 < len(found) < 200
    assert set(found) < set(names)
    assert "saved from it" in told


@pytest.mark.parametrize("noticed_by", ["list", "backup", "search"])
async def test_damage_in_a_file_that_was_closed_well_is_mended_at_the_next_start(
    settings, tmp_path, noticed_by
):
    """No crash lets the start look at everything: what cannot be read does, or a backup."""
    names = [f"selection {n:03} {'x' * 300}" for n in range(200)]
    place = await fill(settings, tmp_path, names, prompt="kept")
    with closing(sqlite3.connect(place.database)) as database:
        tree = "SELECT rootpage FROM sqlite_master WHERE name = 'selection'"
        (page,) = database.execute(tree).fetchone()
        if noticed_by == "search":
            database.execute("UPDATE prompt_search_data SET block = x'00ff' WHERE id > 10")
            database.commit()
    if noticed_by != "search":
        with place.database.open("r+b") as file:
            file.seek((page - 1) * 4096)
            file.write(bytes(4096))
    store = Store(settings)
    await store.open()
    project = await store.projects.opened(tmp_path, "identity#")
    assert store.notices == ()
    noticing = {
        "list": lambda: store.selections.list(project),
        "backup": lambda: asyncio.to_thread(store.data.back_up),
        "search": lambda: store.prompts.search("kept", PromptFilter()),
    }
    with pytest.raises(StoreProblem, match="start again"):
        await noticing[noticed_by]()
    await store.close()
    found, told = await look(settings, tmp_path)
    assert set(found) <= set(names)
    assert "could not be used" in told
    assert place.asides()
    assert is_whole(place.database)
    assert (await look(settings, tmp_path))[1] == ""


async def test_what_a_killed_process_left_half_done_is_removed(settings, tmp_path):
    """Copies of all data must not stay for ever; another window may still be at work on its."""
    place = await fill(settings, tmp_path, ["one"])
    left = [place.database.parent / name for name in (".restore-abc", ".recovery-def")]
    first = Store(settings)
    await first.open()
    for folder in left:
        folder.mkdir()
        shutil.copyfile(place.database, folder / "backup.db")
    assert (await look(settings, tmp_path))[0] == ["one"]
    assert all(folder.exists() for folder in left)
    await first.close()
    assert await look(settings, tmp_path) == (["one"], "")
    assert not any(folder.exists() for folder in left)


async def test_records_whose_project_was_lost_are_adopted(settings, tmp_path):
    """A selection without its project can still be found."""
    place = await fill(settings, tmp_path, ["orphan"])
    with closing(sqlite3.connect(place.database)) as database:
        database.execute("DELETE FROM project")
        database.commit()
    back_up(place, "daily")
    place.database.write_bytes(b"")
    store = Store(settings)
    await store.open()
    (project,) = await store.projects.list()
    heads = await store.selections.list(project.id)
    await store.close()
    assert (project.name, [head.name for head in heads]) == ("Recovered project", ["orphan"])


async def test_another_good_database_is_used_and_told(settings, tmp_path):
    """A database that was copied in from elsewhere is not thrown away."""
    other = Settings(data_dir=tmp_path / "other")
    await fill(other, tmp_path, ["from elsewhere"])
    place = await fill(settings, tmp_path, ["before"])
    shutil.copy(other.data_dir / "octoprompt.db", place.database)
    names, told = await look(settings, tmp_path)
    assert names == ["from elsewhere"]
    assert "another database" in told
    assert (await look(settings, tmp_path))[1] == ""


async def test_a_newer_schema_is_read_and_not_touched(settings, tmp_path):
    """An older program shows what a newer one wrote, and refuses to write."""
    place = await fill(settings, tmp_path, ["from the future"])
    with closing(sqlite3.connect(place.database)) as database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
        database.commit()
    before = place.database.read_bytes()
    store = Store(settings)
    await store.open()
    (project,) = await store.projects.list()
    assert await store.projects.opened(tmp_path, None) == project.id
    assert (await store.projects.opened(tmp_path / "new", None)).startswith("unsaved:")
    assert [head.name for head in await store.selections.list(project.id)] == ["from the future"]
    with pytest.raises(StoreReadOnly, match="newer"):
        await store.selections.save(change(project.id, "no"))
    assert "newer" in " ".join(store.notices)
    await store.close()
    assert place.database.read_bytes() == before


async def test_a_folder_that_cannot_be_made_gives_a_temporary_store(tmp_path):
    """Work goes on, and the user is told that nothing of it will be kept."""
    (tmp_path / "file").write_text("in the way")
    store = Store(Settings(data_dir=tmp_path / "file/data"))
    await store.open()
    project = await store.projects.opened(tmp_path, None)
    await store.selections.save(change(project, "for now"))
    assert "lost when the server stops" in " ".join(store.notices)
    await store.close()


async def test_a_store_that_is_not_open_says_so(settings):
    """Asking too early or too late is a clear error."""
    store = Store(settings)
    with pytest.raises(StoreProblem, match="not open"):
        _ = store.projects
    await store.close()


async def test_the_path_may_hold_blanks_and_any_letters(tmp_path):
    """Folders are called anything."""
    settings = Settings(data_dir=tmp_path / "my data ü 日 #1?%20")
    await fill(settings, tmp_path, ["one"])
    assert (await look(settings, tmp_path))[0] == ["one"]


async def test_a_database_url_may_name_a_file(tmp_path):
    """`OCTOPROMPT_DATABASE_URL` with SQLite is a file with all its care."""
    settings = Settings(data_dir=tmp_path / "no", database_url=f"sqlite:///{tmp_path}/mine.db")
    await fill(settings, tmp_path, ["one"])
    assert (await look(settings, tmp_path))[0] == ["one"]
    assert is_whole(tmp_path / "mine.db")
    assert not (tmp_path / "no").exists()


async def test_only_the_newest_backups_are_kept(settings, tmp_path):
    """Five of each occasion, each of them whole, none half made."""
    place = await fill(settings, tmp_path, ["one"])
    assert is_daily_due(place)
    made = [back_up(place, "daily") for _ in range(KEEP + 2)]
    back_up(place, "before-0002")
    assert backups(place, "daily") == made[:1:-1]
    assert len(backups(place)) == KEEP + 1
    assert all(is_whole(path) for path in backups(place))
    assert len(list(place.backups.iterdir())) == KEEP + 1
    assert not is_daily_due(place)
    newest = made[-1]
    for path in made[2:-1]:
        path.unlink()
    for hours, is_due in ((19, False), (25, True), (-1, True)):
        when = datetime.now(UTC) - timedelta(hours=hours)
        newest = newest.rename(newest.with_name(f"octoprompt-daily-{when.strftime(STAMP)}.db"))
        assert is_daily_due(place) is is_due


async def test_a_backup_that_is_damaged_is_passed_over(settings, tmp_path):
    """Recovery takes the newest backup that can be read to its end."""
    place = await fill(settings, tmp_path, ["kept"])
    back_up(place, "daily")
    back_up(place, "daily").write_bytes(b"no database")
    place.database.unlink()
    assert (await look(settings, tmp_path))[0] == ["kept"]


async def test_a_mark_that_cannot_be_read_costs_nothing(settings, tmp_path):
    """The database is the truth; the mark is written anew."""
    place = await fill(settings, tmp_path, ["one"])
    for text in ("", "[]", json.dumps({"instance": 3}), "\0"):
        place.mark.write_text(text)
        assert await look(settings, tmp_path) == (["one"], "")
    assert place.read_mark() is not None


MOMENT = "'2026-01-01 00:00:00.000000'"
OLD_RECORDS = (
    "INSERT INTO store_mark VALUES ('instance', 'old one')",
    """INSERT INTO project
    (id, created_at, updated_at, version, name, description, root, opened_at)
    VALUES ('p', MOMENT, MOMENT, 1, 'n', '', 'ROOT', MOMENT)""",
    """INSERT INTO selection
    (id, created_at, updated_at, version, project_id, name, body, items)
    VALUES ('s', MOMENT, MOMENT, 1, 'p', 'from the past', '{}', 0)""",
)


async def test_an_old_database_is_upgraded_with_all_that_is_in_it(tmp_path):
    """From every schema there ever was to the newest, backed up first."""
    for old in schema.KNOWN[:-1]:
        settings = Settings(data_dir=tmp_path / f"from {old}")
        place = _old_database(settings.data_dir, old, tmp_path)
        names, told = await look(settings, tmp_path)
        assert (names, told) == (["from the past"], "")
        (backup,) = backups(place)
        assert backup.name.startswith(f"octoprompt-before-{schema.HEAD}-")
        with closing(sqlite3.connect(backup)) as database:
            kept = database.execute("SELECT version_num, name FROM alembic_version, selection")
            assert kept.fetchone() == (old, "from the past")


def _old_database(folder, revision, root):
    """Make a database as an older program left it, with one selection."""
    folder.mkdir()
    place = Place(folder / "octoprompt.db")
    engine = open_engine(sqlite_url(place.database), "FULL")
    with engine.connect() as connection:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        schema.upgrade(connection, revision)
        connection.exec_driver_sql(f"PRAGMA application_id={APPLICATION_ID}")
        for statement in OLD_RECORDS:
            connection.exec_driver_sql(
                statement.replace("ROOT", str(root)).replace("MOMENT", MOMENT)
            )
        connection.commit()
    engine.dispose()
    return place


@pytest.mark.parametrize(
    "url",
    [
        "nonsense",
        "nodialect://x/y",
        "postgresql+nodriver://x/y",
        "oracle://x/y",
        "postgresql://x:port/y",
    ],
)
async def test_a_database_url_that_cannot_be_used_is_told(tmp_path, url):
    """Work goes on without it, and the user knows that nothing will be kept."""
    store = Store(Settings(data_dir=tmp_path / "data", database_url=url))
    await store.open()
    project = await store.projects.opened(tmp_path, None)
    assert (await store.projects.get(project)).root == str(tmp_path)
    assert "`OCTOPROMPT_DATABASE_URL`" in " ".join(store.notices)
    await store.close()
