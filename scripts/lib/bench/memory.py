"""Memory of the server alone and of all its processes, and what an idle server costs (Linux)."""

import tempfile
import threading
from pathlib import Path

from bench import machine

IDLE_WATCH_SECONDS = 60


def measure(root: Path, runs: int) -> str:
    """Index from nothing while watching the memory of every process, then watch the idle server."""
    del runs
    with machine.folders() as env, tempfile.TemporaryDirectory() as empty:
        with machine.server(Path(empty), env) as server:
            server.until_idle()  # makes the user's database, which others do not have to
        return _measured(root, env)


def _measured(root: Path, env: dict[str, str]) -> str:
    with machine.server(root, env) as server:
        watch = _Watch(server.process.pid)
        watch.start()
        status = server.until_idle(timeout=machine.IDLE_SECONDS)
        server.request("index/refresh", timeout=machine.IDLE_SECONDS)  # with its history
        watch.stop()
        server.request("context/suggest", {"query": "read the settings"})
        machine.pause(1)
        just_after = machine.resident_mb(server.process.pid)
        before = machine.cpu_seconds(server.process.pid)
        machine.pause(IDLE_WATCH_SECONDS)
        busy = (machine.cpu_seconds(server.process.pid) - before) / IDLE_WATCH_SECONDS
        idle = machine.resident_mb(server.process.pid)
    lines = [
        ["server, 1 s after a suggestion", f"{just_after:.0f} MB"],
        [f"server, idle for {IDLE_WATCH_SECONDS} s", f"{idle:.0f} MB"],
        ["server, peak in a cold index", f"{watch.server:.0f} MB"],
        ["all processes, peak in a cold index", f"{watch.total:.0f} MB"],
        [f"processor while idle, {IDLE_WATCH_SECONDS} s", f"{busy:.2%} of one core"],
    ]
    return machine.table([f"memory (Pss), {status['files']} files", "value"], lines)


class _Watch(threading.Thread):
    """Keeps the largest memory that was seen."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self.pid, self.server, self.total = pid, 0.0, 0.0
        self._end = threading.Event()

    def run(self) -> None:
        """Look ten times a second."""
        while not self._end.wait(0.1):
            each = {pid: machine.resident_mb(pid) for pid in machine.family(self.pid)}
            self.server = max(self.server, each.get(self.pid, 0.0))
            self.total = max(self.total, sum(each.values()))

    def stop(self) -> None:
        """Stop looking."""
        self._end.set()
        self.join()
