"""`symbols/find` over a hundred thousand names, by some letters of one or by the whole."""

import keyword
import random
import re
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from bench import machine

NAMES, IN_A_FILE = 100_000, 250
QUERIES, LIMIT = 400, 50
CAPITAL = re.compile(r"[A-Z]")
WORD = re.compile(r"[A-Z]?[a-z]{2,}")
SOURCE = frozenset((".py", ".ts", ".tsx", ".js", ".rs", ".go", ".java", ".vue"))
KINDS = ("first letters", "initials", "letters in order", "whole names")


def measure(root: Path, runs: int) -> str:
    """Put names together from the words of a repository, index them, and look for some."""
    dice = random.Random(7)  # noqa: S311 - the same names and queries in each run
    names = _names(dice, sorted(_words(root)))
    queries = [(n % len(KINDS), _query(dice, n % len(KINDS), names)) for n in range(QUERIES)]
    took: list[list[float]] = [[] for _ in KINDS]
    with tempfile.TemporaryDirectory() as scratch, machine.folders() as env:
        _write(Path(scratch), names)
        with machine.server(Path(scratch), env) as server:
            server.until_idle(timeout=machine.IDLE_SECONDS)
            server.request("symbols/find", {"query": "loads all", "limit": LIMIT})
            before = machine.cpu_seconds(server.process.pid)
            for kind, query in queries * runs:
                begin = time.perf_counter()
                server.request("symbols/find", {"query": query, "limit": LIMIT})
                took[kind].append(time.perf_counter() - begin)
            cpu = (machine.cpu_seconds(server.process.pid) - before) / (QUERIES * runs)
    lines = [[name, _figures(each)] for name, each in zip(KINDS, took, strict=True)]
    lines.append(["all of them", _figures([seconds for each in took for seconds in each])])
    lines.append(["the server's processor time, mean", f"{cpu * 1e3:.1f} ms"])
    return machine.table([f"{LIMIT} of {len(names):,} names", "p50 / p95 / max"], lines)


def _words(root: Path) -> set[str]:
    """Give the words that names of a repository are made of, in lower case."""
    words: set[str] = set()
    for path in sorted(root.rglob("*")):
        if path.suffix in SOURCE and path.is_file():
            words.update(map(str.lower, WORD.findall(path.read_text("utf-8", errors="replace"))))
        if len(words) > IN_A_FILE * 10:
            break
    return words


def _names(dice: random.Random, words: list[str]) -> list[str]:
    """Give distinct names of one to four words: camelCase, PascalCase, snake_case, CAPITALS."""
    found: dict[str, None] = {}
    while len(found) < NAMES:
        parts = dice.choices(words, k=dice.choice((1, 2, 2, 2, 3, 3, 4)))
        pascal = "".join(part.capitalize() for part in parts)
        snake = "_".join(parts)
        forms = (pascal, parts[0] + pascal[len(parts[0]) :], snake, snake, snake.upper())
        name = dice.choice(forms)
        if not keyword.iskeyword(name):
            found[name] = None
    return list(found)


def _query(dice: random.Random, kind: int, names: list[str]) -> str:
    name = dice.choice(names)
    initials = name[0] + "".join(CAPITAL.findall(name[1:]))
    if "_" in name:
        initials = "".join(part[0] for part in name.split("_"))
    places = sorted(dice.sample(range(len(name)), min(4, len(name))))
    scattered = "".join(name[place] for place in places)
    forms = (name[: dice.randint(2, 6)], initials, scattered, name)
    return forms[kind]


def _write(folder: Path, names: list[str]) -> None:
    for number, some in enumerate(_slices(names)):
        lines = (f"def {name}():\n    pass\n\n\n" for name in some)
        (folder / f"module_{number:03}.py").write_text("".join(lines), "utf-8")


def _slices(names: list[str]) -> Iterator[list[str]]:
    for start in range(0, len(names), IN_A_FILE):
        yield names[start : start + IN_A_FILE]


def _figures(seconds: list[float]) -> str:
    each = (machine.middle(seconds), machine.late(seconds), max(seconds))
    return " / ".join(f"{value * 1e3:.1f}" for value in each) + " ms"
