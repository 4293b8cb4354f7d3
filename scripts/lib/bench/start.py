"""How soon a new process answers, with an index that is already there."""

import time
from pathlib import Path

from bench import machine, raw

QUERY = "load the configuration and report what is wrong with it"


def measure(root: Path, runs: int) -> str:
    """Start again on a warm index and time the first answers, beside the raw parse."""
    limit, _, _ = raw.measure(root)
    with machine.folders() as env:
        with machine.server(root, env) as server:
            server.until_idle(timeout=machine.IDLE_SECONDS)
        rows = [_once(root, env) for _ in range(max(3, runs))]
    names = ("initialize answered", "path search answered", "suggest answered", "index idle")
    lines = [
        [name, f"{machine.middle(column):.2f} s", f"{machine.middle(column) / limit:.2f}"]
        for name, column in zip(names, zip(*rows, strict=True), strict=True)
    ]
    return machine.table(["from process start, warm index", "median", "ratio to raw parse"], lines)


def _once(root: Path, env: dict[str, str]) -> tuple[float, float, float, float]:
    begin = time.perf_counter()
    with machine.server(root, env) as server:
        initialized = time.perf_counter() - begin
        server.request("files/search", {"query": "main", "kind": "path"})
        search = time.perf_counter() - begin
        server.request("context/suggest", {"query": QUERY})
        suggest = time.perf_counter() - begin
        server.until_idle(timeout=machine.IDLE_SECONDS)
        return initialized, search, suggest, time.perf_counter() - begin
