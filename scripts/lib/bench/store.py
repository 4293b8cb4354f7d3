"""How quick user data stays when there is a lot of it, through the server, beside an empty one."""

import asyncio
import random
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from uuid import UUID

from bench import machine
from octoprompt.settings import Settings
from octoprompt.store.store import Store
from support.client import Client

PROMPTS = TICKETS = 10_000
CHATS, MESSAGES = 1_000, 100
ASKED = 40
LIMIT_MS = 20.0
NOW = "2026-11-01 10:00:00.000000"
RECORD = "id, created_at, updated_at, version"


def measure(root: Path, runs: int) -> str:
    """Ask a server with ten thousand prompts and tickets and a hundred thousand messages."""
    with machine.folders() as empty, machine.folders() as full:
        for env in (empty, full):
            with machine.server(root, env) as server:
                server.until_idle(timeout=machine.IDLE_SECONDS)
        project = _fill(Path(full["OCTOPROMPT_DATA_DIR"]))
        lines = [_start(root, runs, empty, full)]
        with machine.server(root, full) as server:
            server.until_idle(timeout=machine.IDLE_SECONDS)
            for name, ask in _questions(server, project).items():
                lines.append([name, *_times(server, ask)])
    return machine.table(
        ["request", "p50", "p95", "server CPU", f"p95 at most {LIMIT_MS:.0f} ms"], lines
    )


def _start(root: Path, runs: int, empty: dict[str, str], full: dict[str, str]) -> list[str]:
    taken: dict[str, list[float]] = {"empty": [], "full": []}
    for _ in range(max(5, runs)):
        for name, env in (("empty", empty), ("full", full)):
            begin = time.perf_counter()
            with machine.server(root, env) as server:
                server.request("prompts/list", {"limit": 1})
                taken[name].append(time.perf_counter() - begin)
    few, many = (min(taken[name]) * 1000 for name in ("empty", "full"))
    cost = f"{many - few:+.0f} ms"
    return ["start to first list", f"{many:.0f} ms", f"empty: {few:.0f} ms", "", cost]


def _times(server: Client, ask: Callable[[int], object]) -> list[str]:
    """Give wall times, which others on the machine lengthen, and the server's processor time."""
    taken: list[float] = []
    before = machine.cpu_seconds(server.process.pid)
    for number in range(ASKED):
        begin = time.perf_counter()
        ask(number)
        taken.append((time.perf_counter() - begin) * 1000)
    used = (machine.cpu_seconds(server.process.pid) - before) * 1000 / ASKED
    late = machine.late(taken)
    verdict = "met" if late <= LIMIT_MS else "missed"
    return [f"{machine.middle(taken):.1f} ms", f"{late:.1f} ms", f"{used:.1f} ms", verdict]


def _questions(server: Client, project: str) -> dict[str, Callable[[int], object]]:
    """Give what is asked, as a function of how often it was."""
    chance = random.Random(2)  # noqa: S311 - which records to ask for

    def asks(method: str, **params: object) -> Callable[[int], object]:
        return lambda _n: server.request(method, params)

    def gets(method: str, kind: str, count: int) -> Callable[[int], object]:
        return lambda _n: server.request(method, {"id": _id(kind, chance.randrange(count))})

    return {
        "prompts/list, a page of 200": asks("prompts/list"),
        "prompts/list by tag": asks("prompts/list", tag="review"),
        "prompts/list by a tag that nobody has": asks("prompts/list", tag="none"),
        "prompts/list of favourites in a project": asks(
            "prompts/list", favorite=True, projectId=project
        ),
        "prompts/list, the last page": asks("prompts/list", cursor="z"),
        "prompts/search, two letters": asks("prompts/search", query="ab"),
        "prompts/search, one letter": asks("prompts/search", query="a"),
        "prompts/search, two words": lambda n: server.request(
            "prompts/search", {"query": f"{_word(n * 7)} {_word(n)}"}
        ),
        "prompts/get": gets("prompts/get", "prompt", PROMPTS),
        "tickets/list, a page of 200": asks("tickets/list"),
        "tickets/list, page 40": asks("tickets/list", cursor="8000"),
        "tickets/list by status": asks("tickets/list", statuses=["done"]),
        "tickets/list by tag": asks("tickets/list", tag="bug"),
        "tickets/list by file": asks("tickets/list", path="src/file7.py"),
        "tickets/search, two letters": asks("tickets/search", query="ab"),
        "tickets/search, two words": lambda n: server.request(
            "tickets/search", {"query": f"{_word(n * 7)} {_word(n)}"}
        ),
        "tickets/get": gets("tickets/get", "ticket", TICKETS),
        "chats/list": asks("chats/list"),
        "chats/search, two letters": asks("chats/search", query="ab"),
        "chats/search, two words": lambda n: server.request(
            "chats/search", {"query": f"{_word(n * 7)} {_word(n)}"}
        ),
        "chats/get, 100 messages": gets("chats/get", "chat", CHATS),
        "bin/list": asks("bin/list"),
    }


def _id(kind: str, number: int) -> str:
    return UUID(int=sum(map(ord, kind)) * 10**9 + number).hex


def _word(number: int) -> str:
    """Give one of five thousand words, the first of them the most frequent."""
    chance = random.Random(number)  # noqa: S311 - made-up words
    letters = "abcdefghijklmnoprstuvw"
    return "".join(chance.choice(letters) for _ in range(2 + number % 8))


def _texts(seed: int) -> Iterator[str]:
    """Give texts without end, whose words are as frequent as in a language."""
    chance = random.Random(seed)  # noqa: S311 - made-up texts
    words = [_word(number) for number in range(5_000)]
    weights = [1 / (number + 10) for number in range(5_000)]
    while True:
        pool = chance.choices(words, weights, k=20_000)
        for start in range(0, 20_000 - 200, 50):
            yield " ".join(pool[start : start + 150])


def _fill(data: Path) -> str:
    """Write the records past the server, which would take minutes; give the project's id."""
    project = asyncio.run(_project(data))
    texts = _texts(1)
    with closing(sqlite3.connect(data / "octoprompt.db")) as database:

        def put(table: str, names: str, rows: Iterator[tuple[object, ...]]) -> None:
            n = names.count(",") + 1
            marks = ", ".join("?" * n)
            database.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks})", rows)  # noqa: S608 - ours

        put(
            "prompt",
            f"{RECORD}, number, name, description, tags, favorite, content",
            (
                (_id("prompt", n), NOW, NOW, 1, n + 1, f"{_word(n)} {n}", next(texts)[:80],
                 "|review|" if n % 10 == 0 else "|other|python|", n % 7 == 0, next(texts))
                for n in range(PROMPTS)
            ),
        )  # fmt: skip
        _put_tickets(put, project, texts)
        _put_chats(put, project, texts)
        database.commit()
    return project


Put = Callable[[str, str, Iterator[tuple[object, ...]]], None]


def _put_tickets(put: Put, project: str, texts: Iterator[str]) -> None:
    statuses = ("open", "in_progress", "done", "closed")
    put(
        "ticket",
        f"{RECORD}, number, project_id, position, status, priority, tags, title, overview",
        (
            (_id("ticket", n), NOW, NOW, 1, n + 1, project, n, statuses[n % 4], "normal",
             "|bug|" if n % 10 == 0 else "", next(texts)[:60], next(texts))
            for n in range(TICKETS)
        ),
    )  # fmt: skip
    put(
        "ticket_file",
        "ticket_id, path",
        ((_id("ticket", n), f"src/file{n % 50}.py") for n in range(TICKETS)),
    )
    put(
        "task",
        f"{RECORD}, ticket_id, position, done, content, description",
        (
            (_id("task", n), NOW, NOW, 1, _id("ticket", n // 3), n % 3, n % 2, next(texts)[:40], "")
            for n in range(3 * TICKETS)
        ),
    )


def _put_chats(put: Put, project: str, texts: Iterator[str]) -> None:
    put(
        "chat",
        f"{RECORD}, number, project_id, title, is_titled, message_count, prompt_ids, options, "
        "system_prompt",
        (
            (_id("chat", n), NOW, NOW, 1, n + 1, project, next(texts)[:40], 1, MESSAGES, "[]",
             "{}", "")
            for n in range(CHATS)
        ),
    )  # fmt: skip
    put(
        "chat_message",
        "id, number, chat_id, parent_id, role, status, created_at, updated_at, is_excluded, "
        "is_edited, content, reasoning, context_text",
        (
            (_id("message", n), n + 1, _id("chat", n // MESSAGES),
             _id("message", n - 1) if n % MESSAGES else None, ("user", "assistant")[n % 2],
             "complete", NOW, NOW, 0, 0, next(texts)[:400], "", "")
            for n in range(CHATS * MESSAGES)
        ),
    )  # fmt: skip


async def _project(data: Path) -> str:
    store = Store(Settings(data_dir=data, cache_dir=data, database_url=None))
    await store.open()
    (project,) = await store.projects.list()
    await store.close()
    return project.id
