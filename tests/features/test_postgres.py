"""The same store on a PostgreSQL server: nothing outside `store` knows the difference."""

import asyncio
import subprocess
import sys

import pytest
from sqlalchemy import create_engine, text

from octoprompt.errors import NameTaken, StaleVersion, StoreProblem, StoreReadOnly, UnknownId
from octoprompt.settings import Settings
from octoprompt.store import changes, schema
from octoprompt.store.chat_model import ChatFields, ChatFilter
from octoprompt.store.prompts import ALL_PROMPTS, PromptFields, PromptFilter
from octoprompt.store.store import Store
from octoprompt.store.streams import Beginning, Ending, Question
from octoprompt.store.tickets import NewTicket, TicketFields, TicketFilter
from support import postgres
from support.indexing import served
from support.server import make_repository


@pytest.fixture(scope="module")
def pg_server():
    """A PostgreSQL server."""
    with postgres.server() as url:
        yield url


@pytest.fixture
def url(pg_server):
    """An empty database of the server."""
    with postgres.database(pg_server) as named:
        yield named


@pytest.fixture
def settings(url, tmp_path):
    """Settings with an empty database of the server."""
    return Settings(data_dir=tmp_path / "data", cache_dir=tmp_path / "c", database_url=url)


@pytest.fixture
async def store(settings):
    """An open store."""
    opened = Store(settings)
    await opened.open()
    assert opened.notices == ()
    yield opened
    await opened.close()


async def make(store, name, **fields):
    """Create a prompt."""
    return await store.prompts.create(PromptFields(name=name, content="c", **fields))


async def test_search_finds_words_by_their_beginning(store, tmp_path):
    """Without accents, in any letter case, the weightiest text first; deleted ones are gone."""
    for name, content in [
        ("Über alles", "x"),
        ("b", "uber_flow.py"),
        ("c", "super"),
        ("日本語", "d"),
    ]:
        await store.prompts.create(PromptFields(name=name, content=content))

    async def found(query):
        return [p.name for p in await store.prompts.search(query, PromptFilter())]

    assert await found("ÜBE") == ["Über alles", "b"]
    assert await found("flow.py uber") == ["b"]
    assert await found("日本") == ["日本語"]
    for odd in ("'; DROP TABLE prompt; --", "q:*&!|()<->", "x" * 5000):
        assert await found(odd) == []
    assert [len(await found(none)) for none in ("", "*** ", "\\")] == [4, 4, 4]
    project = await store.projects.opened(tmp_path, None)
    new = NewTicket(
        project_id=project, fields=TicketFields(title="t"), tasks=(("mend the cart", False),)
    )
    ticket = await store.tickets.create(new)
    wanted = TicketFilter(project_id=project)
    assert [t.id for t in await store.tickets.search("cart", wanted)] == [ticket.id]
    await store.tasks.delete(ticket.task_list[0].id)
    assert await store.tickets.search("cart", wanted) == []


async def test_everything_works_through_the_endpoint(url, tmp_path, monkeypatch):
    """What one database holds comes into the other as one document, either way."""
    root = make_repository(tmp_path / "shop")
    async with served(root, tmp_path) as files:
        prompt = await files("prompts/create", name="p", content="one", tags=["a", "b"])
        await files("prompts/update", id=prompt["id"], content="two")
        ticket = await files("tickets/create", title="t", tasks=["x"], paths=["shop/cart.py"])
        await files("selections/save", name="s", body={"promptIds": [prompt["id"]]})
        await files("chats/create", title="c")
        document = (await files("data/export"))["document"]
    monkeypatch.setenv("OCTOPROMPT_DATABASE_URL", url)
    async with served(root, tmp_path / "other") as call:
        result = await call("data/import", document=document)
        assert (result["skipped"], result["conflicts"]) == ([], [])
        assert (await call("prompts/list", tag="a"))["prompts"][0]["id"] == prompt["id"]
        assert (await call("prompts/versions", id=prompt["id"]))["versions"][0]["content"] == "one"
        assert (await call("tickets/get", id=ticket["id"]))["tasks"][0]["content"] == "x"
        await call("tickets/delete", id=ticket["id"])
        await call("bin/restore", kind="ticket", id=ticket["id"])
        again = (await call("data/export"))["document"]["kinds"]
        assert {k: len(v) for k, v in again.items()} == {
            k: len(v) for k, v in document["kinds"].items()
        }
        assert "own server" in (await call.error("data/backup")).message
        assert not (tmp_path / "other/data/octoprompt.db").exists()


async def test_several_servers_write_without_a_lost_update(settings, monkeypatch):
    """Names stay unique, an old version is refused, and the others are told within two seconds."""
    monkeypatch.setattr(changes, "POLL_SECONDS", 0.05)
    one, two = Store(settings), Store(settings)
    await asyncio.gather(one.open(), two.open())
    told = asyncio.Event()
    two.on_change = told.set
    await asyncio.sleep(0.2)
    prompt = await make(one, "p")
    async with asyncio.timeout(2):
        await told.wait()
    tries = [make(store, "same") for store in (one, two) for _ in range(10)]
    results = await asyncio.gather(*tries, return_exceptions=True)
    assert sorted(type(r).__name__ for r in results) == ["NameTaken"] * 19 + ["Prompt"]
    assert any(isinstance(r, NameTaken) for r in results)
    await two.prompts.update(prompt.id, PromptFields(content="d"), 1)
    with pytest.raises(StaleVersion):
        await one.prompts.update(prompt.id, PromptFields(content="e"), 1)
    await asyncio.gather(*(make(s, f"{n} {s is one}") for s in (one, two) for n in range(20)))
    assert len(await one.prompts.list(ALL_PROMPTS)) == 42
    await one.close()
    await two.close()


async def test_an_old_schema_is_brought_up_to_date(url, settings):
    """With its records, which are found by search afterwards; a second start changes nothing."""
    engine = create_engine(url)
    with engine.begin() as connection:
        schema.upgrade(connection, "0002")
        connection.execute(text("INSERT INTO store_mark (name, value) VALUES ('instance', 'i')"))
        connection.execute(
            text(
                "INSERT INTO prompt (id, number, name, description, tags, favorite, content, "
                "created_at, updated_at, version) "
                "VALUES ('a', 1, 'Old', '', '', false, 'words', now(), now(), 1)"
            )
        )
    for _ in range(2):
        store = Store(settings)
        await store.open()
        assert store.notices == ()
        assert [p.name for p in await store.prompts.search("wor", ALL_PROMPTS)] == ["Old"]
        await store.close()
    with engine.connect() as connection:
        assert schema.revision(connection) == schema.HEAD
    engine.dispose()


async def test_a_newer_schema_is_read_only(url, settings):
    """It is shown, said, and not touched."""
    store = Store(settings)
    await store.open()
    await make(store, "kept")
    await store.close()
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    engine.dispose()
    store = Store(settings)
    await store.open()
    assert "newer" in " ".join(store.notices)
    assert [p.name for p in await store.prompts.list(ALL_PROMPTS)] == ["kept"]
    with pytest.raises(StoreReadOnly):
        await make(store, "x")
    await store.close()


async def test_a_lost_connection_is_told_and_survived(url, store):
    """What is cut off was not saved, and the next request works."""
    await make(store, "before")
    admin = create_engine(url, isolation_level="AUTOCOMMIT")

    def cut():
        with admin.connect() as connection:
            connection.exec_driver_sql(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE application_name = 'octoprompt' AND datname = current_database()"
            )

    cut()
    assert (await make(store, "after")).name == "after"

    def work(session):
        session.execute(text("SELECT 1"))
        cut()
        session.execute(text("SELECT 1"))

    with pytest.raises(StoreProblem, match="cannot be reached"):
        await store.prompts._sessions.write(work)  # noqa: SLF001 - as above
    assert len(await store.prompts.list(ALL_PROMPTS)) == 2
    with pytest.raises(UnknownId):
        await store.prompts.get("gone")
    admin.dispose()


BAD_URLS = {
    "postgresql://nobody:sk-secret1@127.0.0.1:1/none": "refused",
    "postgresql+nodriver://nobody:sk-secret1@h/none": "cannot be used",
    "mysql://nobody:sk-secret1@h/none": "neither SQLite nor PostgreSQL",
    "no url sk-secret1": "cannot be used",
    "postgresql://nobody:sk-secret1": "its port is no number",
}


@pytest.mark.parametrize("bad", BAD_URLS)
async def test_a_database_that_cannot_be_had_is_told(bad, tmp_path):
    """Work goes on with a temporary one, and no password is in what is said."""
    pytest.importorskip("psycopg")
    store = Store(Settings(data_dir=tmp_path, cache_dir=tmp_path, database_url=bad))
    await store.open()
    told = " ".join(store.notices)
    assert BAD_URLS[bad] in told
    assert "is lost when the server stops" in told
    assert "sk-secret1" not in told
    await make(store, "temporary")
    await store.close()


async def test_a_text_that_the_server_cannot_hold_is_refused(store):
    """A NUL: nothing is saved, and the next request works."""
    with pytest.raises(StoreProblem, match="nothing was saved"):
        await make(store, "nul\0")
    assert (await make(store, "fine")).name == "fine"


def test_the_optional_driver_is_not_needed(tmp_path):
    """Without psycopg the reason is said, and with SQLite it is never imported."""
    code = (
        "import sys; sys.modules['psycopg'] = None; import asyncio, pathlib;"
        "from octoprompt.settings import Settings; from octoprompt.store.store import Store\n"
        "async def run(url):\n"
        "    s = Store(Settings(data_dir=pathlib.Path(sys.argv[1]), database_url=url))\n"
        "    await s.open(); print(s.notices); await s.close()\n"
        "asyncio.run(run(None)); asyncio.run(run('postgresql://h/d'))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, check=True
    )
    first, second = done.stdout.splitlines()
    assert first == "()"
    assert "octoprompt[postgres]" in second


async def test_chats_grow_branch_and_are_found(store):
    """An answer that streams, the words in it, a fork, and what a dead server left."""
    chat = await store.chats.create(None, ChatFields(title="Walrus diary"))
    beginning = Beginning(
        chat_id=chat.id, parent_id=None, question=Question(content="Why?"), provider_id="p",
        model="m", owner="host/dead",
    )  # fmt: skip
    begun = await store.streams.begin(beginning)
    await store.streams.grow(begun.answer.id, 0, "oysters ", "")
    assert (await store.messages.get(begun.answer.id)).content == "oysters "
    assert await store.streams.owners() == {"host/dead"}
    assert await store.streams.interrupt(["host/dead"]) == 1
    await store.streams.resume(begun.answer.id, "host/alive")
    ending = Ending(status="complete", content="oysters and clams", reasoning="")
    await store.streams.end(begun.answer.id, ending)
    for words in ("walr", "oyster", "clam oy"):
        (hit,) = await store.chats.search(words, ChatFilter())
        assert hit.head.id == chat.id
    assert await store.chats.search("why not", ChatFilter()) == []
    fork = await store.chats.fork(chat.id, None, without_excluded=False)
    assert [m.content for m in (await store.messages.path(fork.id)).messages] == [
        "Why?", "oysters and clams",
    ]  # fmt: skip
    assert (await store.chats.list(ChatFilter()))[0].title == "Fork of Walrus diary"
