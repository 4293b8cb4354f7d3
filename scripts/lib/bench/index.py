"""A cold index of a whole repository beside the raw parse, universal-ctags and ripgrep."""

import time
from pathlib import Path

from bench import machine, raw


def measure(root: Path, runs: int) -> str:
    """Index from nothing and tell the wall time of each stage as a ratio to the raw work."""
    rows = [_once(root) for _ in range(runs)]
    text, symbols, total, disk, limit = (
        machine.middle(column) for column in zip(*rows, strict=True)
    )
    _, files, size = raw.measure(root)
    peers = {
        "universal-ctags (definitions only)": ["ctags", "-R", "-f", "/dev/null", "."],
        "ripgrep (one search)": ["rg", "-c", "prefetch", "."],
    }
    lines = [
        ["raw parse, query and names, 2 processes", f"{limit:.2f} s", "1.00"],
        ["path and text search cover every file", f"{text:.2f} s", f"{text / limit:.2f}"],
        ["symbols cover every file, persisted", f"{symbols:.2f} s", f"{symbols / limit:.2f}"],
        ["the same from process start", f"{total:.2f} s", f"{total / limit:.2f}"],
    ]
    for name, command in peers.items():
        if (seconds := machine.wall(command, root)) is not None:
            lines.append([name, f"{seconds:.2f} s", f"{seconds / limit:.2f}"])
    note = (
        f"\n{files} files with a grammar, {size / 1e6:.1f} MB; index on disk {disk:.2f} x source."
    )
    return machine.table(["what", "median", "ratio to raw"], lines) + "\n" + note


def _once(root: Path) -> tuple[float, float, float, float, float]:
    """Give seconds to text, to symbols, from process start, disk per source byte, raw seconds."""
    limit, _, size = raw.measure(root)
    begin = time.perf_counter()
    with machine.folders() as env, machine.server(root, env) as server:
        ready = time.perf_counter()
        text = 0.0
        while True:
            status = server.request("index/status", {})
            if status["textReady"] and not text:
                text = time.perf_counter() - ready
            if status["state"] == "idle":
                break
            machine.pause(0.02)
        end = time.perf_counter()
        cache = Path(env["OCTOPROMPT_CACHE_DIR"])
        disk = sum(file.stat().st_size for file in cache.rglob("*") if file.is_file())
    return text, end - ready, end - begin, disk / max(1, size), limit
