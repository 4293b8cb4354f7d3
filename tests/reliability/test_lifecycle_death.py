"""The client dies: nothing of ours stays, even where its pipes live on in a sibling."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from support.client import frame
from support.server import make_repository

KILLS = int(os.environ.get("OCTOPROMPT_CLIENT_KILLS", "1"))
"""Of each kind."""
SEED = int(os.environ.get("OCTOPROMPT_SEED", "1"))
GONE_S = 10.0
"""5 s on a quiet machine: the parent is looked at every 2 s."""
CLIENT = """
import os, subprocess, sys, time
command, sibling = sys.argv[1], sys.argv[2] == "sibling"
server = subprocess.Popen(
    [sys.executable, "-m", "octoprompt", "serve"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
)
other = subprocess.Popen(["sleep", "120"], stdout=server.stdin) if sibling else None
message = sys.stdin.buffer.read()
server.stdin.write(message.replace(b"1234567890", b"%-10d" % os.getpid()))
server.stdin.flush()
print(server.pid, other.pid if other else 0, flush=True)
while True:
    if not server.stdout.read1(1 << 16):
        time.sleep(60)
    print("said", flush=True)
"""


def messages(root: Path, state: str) -> bytes:
    """Give what the client sends before it dies."""
    uri = root.as_uri()
    initialize = {
        "jsonrpc": "2.0",
        "id": 1,
        "method": "initialize",
        "params": {
            "processId": 1234567890,
            "rootUri": uri,
            "workspaceFolders": [{"uri": uri, "name": "r"}],
            "capabilities": {},
        },
    }
    data = frame(json.dumps(initialize).encode())
    if state != "initialized":
        data += frame(b'{"jsonrpc":"2.0","method":"initialized","params":{}}')
        data += frame(b'{"jsonrpc":"2.0","id":2,"method":"octoprompt/index/refresh"}')
    return data


def alive(pids: set[int]) -> set[int]:
    """Give those processes that have not ended."""
    listing = subprocess.run(
        ["ps", "-A", "-o", "pid=,stat="], capture_output=True, text=True, check=True
    )
    rows = (line.split() for line in listing.stdout.splitlines())
    return {int(pid) for pid, stat in rows if int(pid) in pids and not stat.startswith("Z")}


def family(pid: int) -> set[int]:
    """Give a process and all below it."""
    listing = subprocess.run(
        ["ps", "-A", "-o", "pid=,ppid="], capture_output=True, text=True, check=True
    )
    pairs = [tuple(map(int, line.split())) for line in listing.stdout.splitlines()]
    found = {pid}
    while more := {child for child, parent in pairs if parent in found} - found:
        found |= more
    return found


@pytest.mark.skipif(
    os.name == "nt", reason="kill -9 and ps are POSIX's; Windows has no orphans' parent"
)
@pytest.mark.parametrize(
    ("state", "kind"),
    [
        ("initialized", "sibling"),
        ("starting", "alone"),
        ("indexed", "alone"),
        ("indexed", "sibling"),
    ],
)
@pytest.mark.parametrize("turn", range(KILLS))
def test_nothing_outlives_the_client(tmp_path: Path, state: str, kind: str, turn: int):
    """After kill -9 of the client the server and its children end by themselves."""
    root = make_repository(tmp_path / "shop")
    env = {
        **os.environ,
        "OCTOPROMPT_DATA_DIR": str(tmp_path / "data"),
        "OCTOPROMPT_CACHE_DIR": str(tmp_path / "cache"),
    }
    client = subprocess.Popen(
        [sys.executable, "-c", CLIENT, "run", kind],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=env,
    )
    assert client.stdin
    assert client.stdout
    client.stdin.write(messages(root, state))
    client.stdin.close()
    server, sibling = map(int, client.stdout.readline().split())
    for _ in range({"initialized": 1, "starting": 1, "indexed": 2}[state]):
        client.stdout.readline()
    if turn:  # the first time at once
        time.sleep(random.Random(SEED + turn).random())  # noqa: S311, TID251 - when to kill
    ours = family(server)
    client.kill()
    client.wait()
    client.stdout.close()
    try:
        assert not wait_until_gone(ours), "something of ours is still alive"
    finally:
        for pid in (sibling, *alive(ours)):
            if pid:
                os.kill(pid, signal.SIGKILL)


def wait_until_gone(pids: set[int]) -> set[int]:
    """Wait for the end of processes; gives those that are left after `GONE_S`."""
    end = time.monotonic() + GONE_S
    while (left := alive(pids)) and time.monotonic() < end:
        subprocess.run(["sleep", "0.2"], check=True)
    return left
