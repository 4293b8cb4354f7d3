"""The machine, the clock and the tables."""

import contextlib
import os
import platform
import shutil
import statistics
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from support.client import Client

IDLE_SECONDS = 900


def describe() -> str:
    """Say when and on what machine this runs."""
    model = next(
        (
            line.partition(":")[2].strip()
            for line in Path("/proc/cpuinfo").read_text("utf-8").splitlines()
            if line.startswith("model name")
        ),
        platform.processor(),
    )
    today = time.strftime("%Y-%m-%d", time.gmtime())
    return f"{today}, {os.cpu_count()} cores ({model}), Python {platform.python_version()}"


def late(values: Sequence[float]) -> float:
    """Give the 95th percentile."""
    return sorted(values)[min(len(values) - 1, int(len(values) * 0.95))]


def middle(values: Sequence[float]) -> float:
    """Give the median."""
    return statistics.median(values)


def pause(seconds: float) -> None:
    """Let the server be for a while."""
    threading.Event().wait(seconds)


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Write a Markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def wall(command: Sequence[str], cwd: Path) -> float | None:
    """Give the seconds that a peer takes; None when it is not installed."""
    if shutil.which(command[0]) is None:
        return None
    begin = time.perf_counter()
    subprocess.run(command, cwd=cwd, capture_output=True, stdin=subprocess.DEVNULL, check=False)
    return time.perf_counter() - begin


@contextlib.contextmanager
def folders() -> Iterator[dict[str, str]]:
    """Give empty data and cache folders, as environment variables, as a new user has them."""
    with tempfile.TemporaryDirectory() as scratch:
        yield {"OCTOPROMPT_DATA_DIR": f"{scratch}/data", "OCTOPROMPT_CACHE_DIR": f"{scratch}/cache"}


def server(root: Path, env: dict[str, str]) -> Client:
    """Give the real server over stdio, to be entered with `with`."""
    return Client(root, env=env)


def family(pid: int) -> list[int]:
    """Give a process and all that came from it (Linux)."""
    children: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            number, parent = stat.parent.name, stat.read_text().rpartition(")")[2].split()[1]
            children.setdefault(int(parent), []).append(int(number))
    found = [pid]
    for member in found:
        found.extend(children.get(member, []))
    return found


def resident_mb(pid: int) -> float:
    """Give the proportional resident memory of one process in MB: shared pages count by share."""
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text("utf-8").splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) / 1024
    return 0.0


def cpu_seconds(pid: int) -> float:
    """Give the processor time that one process has used."""
    return _ticks(pid, 11, 13) / os.sysconf("SC_CLK_TCK")


def family_cpu_seconds(pid: int) -> float:
    """Give the processor time of a process and all that came from it, also those that ended."""
    ticks = sum(_ticks(member, 11, 15) for member in family(pid))
    return ticks / os.sysconf("SC_CLK_TCK")


def _ticks(pid: int, first: int, end: int) -> int:
    fields = Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()
    return sum(map(int, fields[first:end]))
