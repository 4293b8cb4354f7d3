"""An index at work: asked while it is made, after a saved file, a switched branch, for symbols."""

import random
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench import machine, raw
from support.client import Client

SAVES, SWITCHED, QUERIES = 60, 500, 200
MAX_SAVED_BYTES = 120_000
CHANGED = 2
ASKED_AT_LEAST, ASK_PAUSE_S = 400, 0.02
ASKED = (
    ("index/status", {}),
    ("files/search", {"query": "main", "kind": "path", "limit": 20}),
    ("files/search", {"query": "return value", "kind": "text", "limit": 20}),
    ("symbols/find", {"query": "get", "limit": 20}),
    ("files/list", {"folder": ""}),
)
CAPITAL = re.compile(r"[A-Z]")


def measure(root: Path, runs: int) -> str:
    """Work on a copy in a repository of its own: its files are changed."""
    del runs
    dice = random.Random(7)  # noqa: S311 - the same files and names in each run
    with tempfile.TemporaryDirectory() as scratch, machine.folders() as env:
        copy = _copy(root, Path(scratch) / "copy")
        sources = raw.sources(copy)
        with machine.server(copy, env) as server:
            asked = _while_indexing(server)
            found, n_symbols = _find(server, dice)
            saved = _save(server, copy, _some(dice, sources, copy, SAVES))
            switched = _some(dice, sources, copy, SWITCHED)
            seconds = _switch(server, copy, switched)
        limit, _, _ = raw.measure(copy, switched)
    name = f"branch switched, {len(switched)} files"
    goal = f"1.2 x raw + 100 ms = {1.2 * limit + 0.1:.2f} s"
    lines = [
        ["a request while indexing from nothing", _figures(asked), "p99 50 ms"],
        [f"`symbols/find` over {n_symbols:,} symbols", _figures(found), "p95 10 ms"],
        ["one saved file until it is current", _figures(saved), "p50 15 ms, p95 50 ms"],
        [name, f"{seconds:.2f} s, {seconds / limit:.1f} x raw", goal],
    ]
    return machine.table(["what", "p50 / p95 / p99", "goal"], lines)


def _copy(root: Path, to: Path) -> Path:
    """Copy what git lists, and commit it."""
    words = ["git", "-C", str(root), "ls-files", "-co", "--exclude-standard", "-z"]
    listed = subprocess.run(words, capture_output=True, check=True).stdout.decode()
    for path in filter(None, listed.split("\0")):
        if (root / path).is_file():
            (to / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(root / path, to / path, follow_symlinks=False)
    _git(to, "init", "-q")
    _git(to, "add", "-A", "-f")
    _commit(to, "all")
    return to


def _git(root: Path, *words: str) -> None:
    subprocess.run(["git", *words], cwd=root, check=True, capture_output=True)


def _commit(root: Path, message: str) -> None:
    author = ("-c", "user.name=bench", "-c", "user.email=bench@localhost")
    _git(root, *author, "commit", "-q", "-a", "-m", message)


def _some(dice: random.Random, paths: list[str], root: Path, n: int) -> list[str]:
    small = [path for path in paths if (root / path).stat().st_size <= MAX_SAVED_BYTES]
    return dice.sample(small, min(n, len(small)))


def _timed(work: Callable[[], object]) -> float:
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


def _while_indexing(server: Client) -> list[float]:
    """Ask one thing after the other while the index is made, from a start and then anew."""
    took: list[float] = []
    while server.request("index/status")["state"] in ("scanning", "indexing"):
        took += _ask_all(server)
    server.request("index/refresh")
    while len(took) < ASKED_AT_LEAST:
        rebuild = server.start("index/rebuild")
        while not server.has_answer(rebuild):
            took += _ask_all(server)
        server.answer(rebuild)
    return took


def _ask_all(server: Client) -> list[float]:
    took: list[float] = []
    for method, params in ASKED:
        took.append(_timed(lambda m=method, p=params: server.request(m, p)))
        machine.pause(ASK_PAUSE_S)
    return took


def _find(server: Client, dice: random.Random) -> tuple[list[float], int]:
    """Look for beginnings, initials and letters in order of names that are there."""
    names: list[str] = []
    for letter in "abcdefghijklmnopqrstuvwxyz":
        found = server.request("symbols/find", {"query": letter, "limit": 200})["symbols"]
        names += [symbol["name"] for symbol in found if len(symbol["name"]) > 5]
    queries = [_letters(dice, n, dice.choice(names)) for n in range(QUERIES)]
    took = [
        _timed(lambda q=query: server.request("symbols/find", {"query": q, "limit": 50}))
        for query in queries
    ]
    return took, int(server.request("index/status")["symbols"])


def _letters(dice: random.Random, number: int, name: str) -> str:
    initials = name[0] + "".join(CAPITAL.findall(name[1:]))
    scattered = "".join(name[place] for place in sorted(dice.sample(range(len(name)), 4)))
    forms = (name[:4], initials if len(initials) > 1 else name[:3], scattered, name)
    return forms[number % len(forms)]


def _save(server: Client, root: Path, paths: list[str]) -> list[float]:
    """Save one file after the other, each with a line more, and wait until the index has it."""
    took: list[float] = []
    for number, path in enumerate(paths):
        file = root / path
        before = server.request("index/status")["generation"]
        file.write_bytes(file.read_bytes() + f"\n// saved {number}\n".encode())
        changes = [{"uri": file.as_uri(), "type": CHANGED}]
        begin = time.perf_counter()
        server.notify("workspace/didChangeWatchedFiles", {"changes": changes})
        while not _is_current(server.request("index/status"), before):
            machine.pause(0.001)
        took.append(time.perf_counter() - begin)
    return took


def _is_current(status: dict[str, Any], before: int) -> bool:
    return status["generation"] > before and status["pending"] == 0


def _switch(server: Client, root: Path, paths: list[str]) -> float:
    """Change to a branch on which some files are longer, and have the index follow."""
    _git(root, "checkout", "-q", "-b", "longer")
    for path in paths:
        with (root / path).open("ab") as file:
            file.write(b"\n// longer\n")
    _commit(root, "longer")
    _git(root, "checkout", "-q", "-")
    server.request("index/refresh")
    _git(root, "checkout", "-q", "longer")
    return _timed(lambda: server.request("index/refresh"))


def _figures(seconds: list[float]) -> str:
    ordered = sorted(seconds)
    each = (ordered[min(len(ordered) - 1, len(ordered) * part // 100)] for part in (50, 95, 99))
    return " / ".join(f"{value * 1e3:.1f}" for value in each) + f" ms of {len(ordered)}"
