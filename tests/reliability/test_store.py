"""User data against crashes, other windows, and damaged files."""

import asyncio
import os
import random
import shutil
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from octoprompt.settings import Settings
from octoprompt.store import schema
from octoprompt.store.backup import back_up, backups
from octoprompt.store.chat_model import ChatFilter
from octoprompt.store.place import Place
from octoprompt.store.recovery import adopt_orphans
from octoprompt.store.store import Store

KILLS = int(os.environ.get("OCTOPROMPT_KILLS", "6"))
WINDOWS = int(os.environ.get("OCTOPROMPT_WINDOWS", "2"))
SAVES = int(os.environ.get("OCTOPROMPT_SAVES", "40"))
DAMAGES = int(os.environ.get("OCTOPROMPT_DAMAGES", "16"))
SEED = int(os.environ.get("OCTOPROMPT_SEED", "1"))
WRITER = Path(__file__).with_name("store_writer.py")


def start_writer(data, root, prefix, count=0):
    """Start a process that saves selections."""
    return subprocess.Popen(
        [sys.executable, str(WRITER), str(data), str(root), prefix, str(count)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        # Without a buffer, from which `communicate` would not take what is left of a first line.
        bufsize=0,
    )


def acknowledged(output):
    """Give the names that a writer said were saved; a line cut by its death does not count."""
    return {line.split()[1].decode() for line in output.split(b"\n")[:-1]}


async def read_all(data):
    """Open the store like a new start; give every selection's name, whole bodies, and notices."""
    store = Store(Settings(data_dir=data))
    await store.open()
    names = set()
    for project in await store.projects.list():
        for head in await store.selections.list(project.id):
            selection = await store.selections.get(head.id)
            assert selection.body
            names.add(head.name)
    notices = store.notices
    await store.close()
    return names, notices


def quick_check(data):
    """Give SQLite's own word on the file."""
    with closing(sqlite3.connect(data / "octoprompt.db")) as database:
        return database.execute("PRAGMA integrity_check").fetchone()[0]


@pytest.fixture(scope="module")
def empty(tmp_path_factory):
    """A new database's folder."""
    folder = tmp_path_factory.mktemp("empty")
    asyncio.run(read_all(folder))
    return folder


async def test_kills_lose_nothing_that_was_answered(empty, tmp_path):
    """Two processes write at once and are killed at random moments, again and again."""
    data = shutil.copytree(empty, tmp_path / "data")
    chance = random.Random(SEED)  # noqa: S311  # moments to kill, no secrets
    saved = set()
    for turn in range(0, KILLS, 2):
        pair = [start_writer(data, tmp_path, f"{turn}-{n}") for n in range(2)]
        for writer in pair:
            assert writer.stdout is not None
            saved |= {writer.stdout.readline().split()[1].decode()}
        time.sleep(chance.random() * 0.15)  # noqa: ASYNC251, TID251  # other processes work
        for writer in pair:
            writer.kill()
        for writer in pair:
            output, errors = writer.communicate()
            assert errors == b""
            saved |= acknowledged(output)
    names, notices = await read_all(data)
    assert saved - names == set()
    assert notices == ()
    assert quick_check(data) == "ok"
    assert len(saved) > KILLS


@pytest.mark.timeout(3600)
async def test_several_windows_write_without_a_lock_error(empty, tmp_path):
    """On one file every save of each is answered, none is lost, none waits for long."""
    data = shutil.copytree(empty, tmp_path / "data")
    writers = [start_writer(data, tmp_path, f"w{n}", SAVES) for n in range(WINDOWS)]
    saved, waited = set(), []
    for writer in writers:
        output, errors = writer.communicate(timeout=3000)
        assert (writer.returncode, errors) == (0, b"")
        saved |= acknowledged(output)
        waited += [float(line.split()[2]) for line in output.splitlines()]
    names, notices = await read_all(data)
    assert len(saved) == SAVES * WINDOWS
    assert (saved - names, notices) == (set(), ())
    late = sorted(waited)[int(len(waited) * 0.99)]
    # A quarter of a second where nothing else runs; other tests may run beside this one.
    assert late < 5_000, f"one save in a hundred took {late:.0f} ms"


async def test_saves_of_one_record_from_two_windows_are_never_lost(empty, tmp_path):
    """Both count up one number, each taking the other's refusals: the sum is right."""
    data = shutil.copytree(empty, tmp_path / "data")
    stores = [Store(Settings(data_dir=data)) for _ in range(2)]
    for store in stores:
        await store.open()
    project = await stores[0].projects.opened(tmp_path, None)
    first = await _count_up(stores[0], project, None)
    await asyncio.gather(*(_count_often(store, project, first, 25) for store in stores))
    final = await stores[1].selections.get(first)
    assert (final.body["n"], final.version) == (51, 51)
    for store in stores:
        await store.close()


async def _count_up(store, project, selection_id):
    from octoprompt.store.selections import SelectionChange  # noqa: PLC0415

    known = await store.selections.get(selection_id) if selection_id else None
    change = SelectionChange(
        project_id=project,
        id=selection_id,
        name="counter",
        body={"n": known.body["n"] + 1 if known else 1},
        items=0,
        version=known.version if known else None,
    )
    return (await store.selections.save(change)).id


async def _count_often(store, project, selection_id, times):
    from octoprompt.errors import StaleVersion  # noqa: PLC0415

    done = 0
    while done < times:
        try:
            await _count_up(store, project, selection_id)
        except StaleVersion:
            continue
        done += 1


@pytest.fixture(scope="module")
def filled(empty, tmp_path_factory):
    """A database of forty selections with a backup of all of them."""
    data = shutil.copytree(empty, tmp_path_factory.mktemp("filled") / "data")
    writer = start_writer(data, data.parent, "kept", 40)
    assert writer.wait(timeout=60) == 0
    writer.communicate()
    back_up(Place(data / "octoprompt.db"), "daily")
    return data


@pytest.mark.parametrize("number", range(DAMAGES))
async def test_damaged_files_are_noticed_or_harmless(filled, tmp_path, number):
    """Cuts, zeroes, random bytes, foreign logs: all records are back, or the user was told."""
    data = shutil.copytree(filled, tmp_path / "data")
    chance = random.Random(SEED * 1000 + number)  # noqa: S311  # where to damage
    how = list(DAMAGE)[number % len(DAMAGE)]
    DAMAGE[how](data / "octoprompt.db", chance)
    started = time.monotonic()
    names, notices = await read_all(data)
    expected = {f"kept-{n}" for n in range(40)}
    assert names == expected or (notices and len(names) >= 38), (how, len(names), notices)
    assert quick_check(data) == "ok"
    assert time.monotonic() - started < 20


def _zero_page(path, chance):
    _overwrite(path, chance, bytes(4096))


def _random_page(path, chance):
    _overwrite(path, chance, chance.randbytes(4096))


def _overwrite(path, chance, page):
    pages = path.stat().st_size // 4096
    with path.open("r+b") as file:
        file.seek(chance.randrange(pages) * 4096)
        file.write(page)
    _crashed(path)


def _cut(path, chance):
    os.truncate(path, chance.randrange(1, path.stat().st_size))
    _crashed(path)


def _crashed(path):
    """Leave a log, as a crash does, so that the next start looks at everything."""
    path.with_name(path.name + "-wal").write_bytes(b"\0" * 32)


def _foreign_log(path, chance):
    path.with_name(path.name + "-wal").write_bytes(chance.randbytes(20_000))


def _foreign_memory(path, chance):
    path.with_name(path.name + "-shm").write_bytes(chance.randbytes(32_768))


DAMAGE = {
    "empty": lambda path, _chance: path.write_bytes(b""),
    "gone": lambda path, _chance: path.unlink(),
    "header": lambda path, chance: path.write_bytes(
        chance.randbytes(100) + path.read_bytes()[100:]
    ),
    "cut": _cut,
    "zero page": _zero_page,
    "random page": _random_page,
    "foreign log": _foreign_log,
    "foreign memory": _foreign_memory,
}


async def test_an_upgrade_backs_up_first_and_is_whole_or_not_at_all(empty, tmp_path, monkeypatch):
    """A migration that fails leaves the old schema, the old data, and a verified backup."""
    data = shutil.copytree(empty, tmp_path / "data")
    place = Place(data / "octoprompt.db")
    writer = start_writer(data, tmp_path, "old", 5)
    writer.communicate(timeout=60)
    before = place.database.read_bytes()
    real, head = schema.upgrade, schema.HEAD

    def broken(connection):
        if schema.revision(connection) is None:
            real(connection, head)
            return
        connection.exec_driver_sql("CREATE TABLE half_done (x)")
        connection.exec_driver_sql("DELETE FROM selection")
        raise sqlite3.OperationalError("disk I/O error")

    with monkeypatch.context() as newer:
        newer.setattr(schema, "HEAD", "0099")
        newer.setattr(schema, "KNOWN", (*schema.KNOWN, "0099"))
        newer.setattr(schema, "upgrade", broken)
        store = Store(Settings(data_dir=data))
        await store.open()
        told = " ".join(store.notices)
        assert "disk I/O error" in told
        assert "untouched" in told
        await store.close()
    assert real is schema.upgrade
    assert place.database.read_bytes() == before
    assert [path.name.split("-")[1] for path in backups(place)] == ["before"]
    names, notices = await read_all(data)
    assert (len(names), notices) == (5, ())


@pytest.fixture(scope="module")
def chatted(empty, tmp_path_factory):
    """A database of sixty chats with ten messages each, and no backup of it."""
    data = shutil.copytree(empty, tmp_path_factory.mktemp("chatted") / "data")
    asyncio.run(_chat(data))
    return data


async def _chat(data):
    store = Store(Settings(data_dir=data))
    await store.open()
    record = {"createdAt": "2026-01-01T00:00:00Z", "updatedAt": "2026-01-01T00:00:00Z"}
    chats = [{"id": f"c{n}", "title": f"Chat {n}", **record} for n in range(60)]
    messages = [
        {
            "id": f"m{n}",
            "chatId": f"c{n // 10}",
            "parentId": f"m{n - 1}" if n % 10 else None,
            "role": ("user", "assistant")[n % 2],
            "content": f"word{n} " * 200,
            **record,
        }
        for n in range(600)
    ]
    await store.data.take({"chats": chats, "messages": messages}, "newer")
    await store.close()


@pytest.mark.parametrize("number", range(max(3, DAMAGES // 4)))
async def test_a_damaged_page_costs_few_chats(chatted, tmp_path, number):
    """Without any backup at least 95 of 100 chats are back, each of them opens, and it is told."""
    data = shutil.copytree(chatted, tmp_path / "data")
    chance = random.Random(SEED * 7 + number)  # noqa: S311  # where to damage
    (_zero_page, _random_page)[number % 2](data / "octoprompt.db", chance)
    store = Store(Settings(data_dir=data))
    await store.open()
    chats = await store.chats.list(ChatFilter(limit=1000))
    messages = [(await store.messages.path(chat.id)).messages for chat in chats]
    told = store.notices
    await store.close()
    assert len(chats) >= 57, told
    assert sum(map(len, messages)) >= 540, told
    assert told or sum(map(len, messages)) == 600
    assert quick_check(data) == "ok"


async def test_messages_without_their_chat_are_adopted(chatted, tmp_path):
    """A chat that was lost comes back with another title; its messages are in their order."""
    data = shutil.copytree(chatted, tmp_path / "data")
    with closing(sqlite3.connect(data / "octoprompt.db")) as database:
        database.execute("DELETE FROM chat WHERE id IN ('c1', 'c2')")
        database.commit()
    adopt_orphans(data / "octoprompt.db")
    store = Store(Settings(data_dir=data))
    await store.open()
    chats = {chat.id: chat for chat in await store.chats.list(ChatFilter(limit=1000))}
    found = (await store.messages.path("c1")).messages
    await store.close()
    assert len(chats) == 60
    assert (chats["c1"].title, chats["c1"].message_count) == ("Recovered chat", 10)
    assert [message.id for message in found] == [f"m{n}" for n in range(10, 20)]
