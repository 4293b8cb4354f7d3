"""A cold index of a whole repository beside the raw parse, universal-ctags and ripgrep."""

import time
from dataclasses import dataclass
from pathlib import Path

from bench import machine, raw


def measure(root: Path, runs: int) -> str:
    """Index from nothing and tell the wall time of each stage as a ratio to the raw work."""
    rows = [_once(root) for _ in range(runs)]
    text, symbols, commits, total, limit, busy, busy_limit = (
        machine.middle([getattr(row, name) for row in rows])
        for name in ("text", "symbols", "commits", "total", "limit", "busy", "busy_limit")
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
        ["commits are read as well", f"{commits:.2f} s", f"{commits / limit:.2f}"],
        ["processor time of all, without the start", f"{busy:.2f} s", f"{busy / busy_limit:.2f}"],
    ]
    for name, command in peers.items():
        if (seconds := machine.wall(command, root)) is not None:
            lines.append([name, f"{seconds:.2f} s", f"{seconds / limit:.2f}"])
    disk, listed = rows[-1].disk, rows[-1].listed
    note = (
        f"\n{files} files with a grammar, {size / 1e6:.1f} MB, of {listed / 1e6:.1f} MB listed; "
        f"index on disk {disk / 1e6:.1f} MB: {disk / size:.2f} x source with a grammar, "
        f"{disk / listed:.2f} x all."
    )
    return machine.table(["what", "median", "ratio to raw"], lines) + "\n" + note


@dataclass(frozen=True, kw_only=True)
class _Run:
    """Seconds, and bytes."""

    text: float
    symbols: float
    commits: float
    total: float
    """Until symbols, from process start."""
    limit: float
    busy: float
    """Processor time of all processes, from `initialize` until symbols."""
    busy_limit: float
    disk: int
    """With the server closed."""
    listed: int


def _once(root: Path) -> _Run:
    limit, busy_limit, _, _ = raw.measure_both(root)
    begin = time.perf_counter()
    with machine.folders() as env, machine.server(root, env) as server:
        ready, idle = time.perf_counter(), machine.family_cpu_seconds(server.process.pid)
        text = 0.0
        while True:
            status = server.request("index/status", {})
            if status["textReady"] and not text:
                text = time.perf_counter() - ready
            if status["state"] == "idle":
                break
            machine.pause(0.05)
        end = time.perf_counter()
        busy = machine.family_cpu_seconds(server.process.pid) - idle
        server.request("index/refresh", timeout=machine.IDLE_SECONDS)
        commits = time.perf_counter() - ready
        entries = server.request("files/list", {"folder": ""})["entries"]
        server.close()
        files = [file for file in Path(env["OCTOPROMPT_CACHE_DIR"]).rglob("*") if file.is_file()]
        return _Run(
            text=text,
            symbols=end - ready,
            commits=commits,
            total=end - begin,
            limit=limit,
            busy=busy,
            busy_limit=busy_limit,
            disk=sum(file.stat().st_size for file in files),
            listed=sum(entry["size"] for entry in entries),
        )
