"""How soon a new process answers, with an index that is already there."""

import os
import subprocess
import sys
import time
from pathlib import Path

from bench import machine, raw

QUERY = "load the configuration and report what is wrong with it"
LOADED = """
import os
import octoprompt.lsp.server
from octoprompt.lsp import lean, session
lean.load_types()
session._make_app(session._make_roots({}))
os._exit(0)
"""
"""What a server imports until it can answer, and the process for it."""


def measure(root: Path, runs: int) -> str:
    """Start again on a warm index and time the first answers, beside the raw parse."""
    limit, _, _ = raw.measure(root)
    with machine.folders() as env:
        with machine.server(root, env) as server:
            server.until_idle(timeout=machine.IDLE_SECONDS)
        rows = [_once(root, env) for _ in range(max(3, runs))]
    names = (
        "all is imported, and nothing else done",
        *("initialize answered", "path search answered", "suggest answered", "index idle"),
    )
    lines = [
        [name, f"{machine.middle(column):.2f} s", f"{machine.middle(column) / limit:.2f}"]
        for name, column in zip(names, zip(*rows, strict=True), strict=True)
    ]
    return machine.table(["from process start, warm index", "median", "ratio to raw parse"], lines)


def _once(root: Path, env: dict[str, str]) -> tuple[float, ...]:
    begin = time.perf_counter()
    subprocess.run([sys.executable, "-c", LOADED], env={**os.environ, **env}, check=True)
    imported = time.perf_counter() - begin
    begin = time.perf_counter()
    with machine.server(root, env) as server:
        initialized = time.perf_counter() - begin
        server.request("files/search", {"query": "main", "kind": "path"})
        search = time.perf_counter() - begin
        server.request("context/suggest", {"query": QUERY})
        suggest = time.perf_counter() - begin
        server.until_idle(timeout=machine.IDLE_SECONDS)
        return imported, initialized, search, suggest, time.perf_counter() - begin
