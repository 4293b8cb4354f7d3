"""Very many small files through a real server: memory stays bounded, and it always answers."""

import contextlib
import os
import sys
import time
from pathlib import Path

import pytest

from support.client import Client
from support.indexing import write

FILES = int(os.environ.get("OCTOPROMPT_SOAK_FILES", "2000"))
SERVER_MB, WORKER_MB = 300, 400
PING_S = 0.1 if FILES > 50_000 else 0.5
"""Of 99 in a hundred; 100 ms on a quiet machine."""


def peak_mb(pid: int) -> float:
    """Give the largest resident memory that a process had."""
    status = Path(f"/proc/{pid}/status").read_text()
    (line,) = [line for line in status.splitlines() if line.startswith("VmHWM")]
    return int(line.split()[1]) / 1024


def children(pid: int) -> list[int]:
    """Give the processes that a process has started."""
    found = Path(f"/proc/{pid}/task").glob("*/children")
    return [int(child) for path in found for child in path.read_text().split()]


@pytest.mark.skipif(sys.platform != "linux", reason="memory from /proc")
@pytest.mark.timeout(3_600)
def test_very_many_files_are_indexed_in_bounded_memory(tmp_path: Path):
    """The server stays below 300 MB, each worker below 400, and pings are answered all the time."""
    root = tmp_path / "root"
    write(
        root,
        {
            f"p{n % 97}/q{n % 31}/f{n}.py": f'"""File {n}."""\n\n\ndef many_{n}(a):\n    return a\n'
            for n in range(FILES)
        },
    )
    pings: list[float] = []
    workers: dict[int, float] = {}
    with Client(root) as client:
        client.ping(timeout=20)  # waits until the server is loaded, whatever there is to index
        state = "scanning"
        while state in ("scanning", "indexing"):
            began = time.monotonic()
            client.ping(timeout=20)
            pings.append(time.monotonic() - began)
            with contextlib.suppress(OSError, ValueError):  # one of them ended meanwhile
                for pid in children(client.process.pid):
                    workers[pid] = max(workers.get(pid, 0), peak_mb(pid))
            state = client.request("index/status", timeout=20)["state"]
        status = client.request("index/status")
        found = client.request("files/search", {"query": f"many_{FILES - 1}("})["hits"]
        server = peak_mb(client.process.pid)
        assert client.request("context/suggest", {"query": f"many {FILES - 1}"})["files"]
    assert (status["files"], status["symbols"]) == (FILES, FILES)
    assert [hit["path"].rpartition("/")[2] for hit in found] == [f"f{FILES - 1}.py"]
    late = sorted(pings)[len(pings) * 99 // 100]
    figures = f"server {server:.0f} MB, workers {workers}, ping p99 {late * 1000:.0f} ms"
    sys.stdout.write(f"{FILES} files: {figures}\n")
    assert server <= SERVER_MB, figures
    assert max(workers.values()) <= WORKER_MB, figures
    assert late <= PING_S, figures
