"""Search for words, parts of words and patterns of the repository's own, beside ripgrep."""

import random
import re
import shutil
import subprocess
import time
from itertools import pairwise
from pathlib import Path
from typing import Any

from bench import machine
from support.client import Client

QUERIES = 100
SAMPLED_FILES = 400
LIMIT = 100
SOURCE = re.compile(r"\.(?:py|[jt]sx?|vue|rs|go|java|c|h|cc|cpp|rb|php)$")
NAME = re.compile(r"[A-Za-z_]{5,40}")


def measure(root: Path, runs: int) -> str:
    """Ask a warm server and ripgrep the same questions, each first with a cold search."""
    lines: list[list[str]] = []
    with machine.folders() as env, machine.server(root, env) as server:
        server.until_idle(timeout=machine.IDLE_SECONDS)
        kinds = _queries(root, [entry["path"] for entry in _listed(server)])
        first = _ask(server, "text", "octoprompt")
        for what, (kind, queries) in kinds.items():
            took = [_ask(server, kind, query) for _ in range(runs) for query in queries]
            peer = [_ripgrep(root, kind, query) for query in queries[: QUERIES // 4]]
            lines.append([what, _figures(took), _figures([s for s in peer if s is not None])])
        index_mb = _size_mb(Path(env["OCTOPROMPT_CACHE_DIR"]))
        size = server.request("files/list", {"folder": ""})["entries"]
    source_mb = sum(entry["size"] for entry in size) / 1e6
    lines.append(["first search of all", f"{first * 1e3:.1f} ms", ""])
    lines.append(["index on disk", f"{index_mb:.0f} MB of {source_mb:.0f} MB listed", ""])
    return machine.table([f"{LIMIT} hits, p50 / p95 / max", "files/search", "ripgrep"], lines)


def _listed(server: Client) -> list[dict[str, Any]]:
    return server.request("files/list", {"recursive": True, "limit": 10_000})["entries"]


def _queries(root: Path, paths: list[str]) -> dict[str, tuple[str, list[str]]]:
    """Draw names by how often they are written, and make parts and patterns of them."""
    dice = random.Random(7)  # noqa: S311 - the same queries in each run
    sources = [path for path in paths if SOURCE.search(path)] or paths
    names: list[str] = []
    for path in dice.sample(sources, min(SAMPLED_FILES, len(sources))):
        found = NAME.findall((root / path).read_text("utf-8", errors="replace"))
        names += dice.sample(found, min(len(found), 3))
    dice.shuffle(names)
    words = names[:QUERIES]
    parts = [_part(dice, name) for name in names[QUERIES : 2 * QUERIES]]
    others = names[2 * QUERIES : 3 * QUERIES + 1]
    patterns = [_pattern(n, *pair) for n, pair in enumerate(pairwise(others))]
    return {
        "words": ("text", words),
        "parts of words": ("text", parts),
        "patterns": ("regex", patterns),
    }


def _part(dice: random.Random, name: str) -> str:
    start = dice.randrange(len(name) - 3)
    return name[start : start + dice.randint(4, 8)]


def _pattern(number: int, name: str, other: str) -> str:
    forms = (
        rf"\b{name}\b",
        rf"{name}\w*\(",
        rf"\w+{name[2:]}",
        rf"({name}|{other})\s*=",
        rf"^\s*(def|function|fn|class|export).*{name[:6]}",
        rf"\.{name}\b",
        rf"{name[:4]}.*{name[-3:]}",
        rf"[^a-z]{name[:5]}[a-z]+\b",
    )
    return forms[number % len(forms)]


def _ask(server: Client, kind: str, query: str) -> float:
    begin = time.perf_counter()
    server.request("files/search", {"query": query, "kind": kind, "limit": LIMIT})
    return time.perf_counter() - begin


def _ripgrep(root: Path, kind: str, query: str) -> float | None:
    if shutil.which("rg") is None:
        return None
    plain = ["-F"] if kind == "text" else []
    begin = time.perf_counter()
    subprocess.run(
        ["rg", "-n", "-i", *plain, "--", query, "."],
        cwd=root,
        stdout=subprocess.DEVNULL,
        stdin=subprocess.DEVNULL,
        check=False,
    )
    return time.perf_counter() - begin


def _figures(seconds: list[float]) -> str:
    if not seconds:
        return "not installed"
    each = (machine.middle(seconds), machine.late(seconds), max(seconds))
    return " / ".join(f"{value * 1e3:.1f}" for value in each) + " ms"


def _size_mb(folder: Path) -> float:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6
