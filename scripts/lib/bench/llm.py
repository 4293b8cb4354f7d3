"""What the way from a provider to the wire costs, beside a bare litellm stream in the same run."""

import contextlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TextIO, cast

from bench import machine
from support import provider
from support.client import Client

WORDS = 4_000
CLOCKS = 15
"""Answers of which each gives one first piece."""
WARM_SECONDS = 120
BARE = """
import asyncio, json, os, sys, time
os.environ.update(LITELLM_LOCAL_MODEL_COST_MAP="True", LITELLM_MODE="PRODUCTION")
began = time.perf_counter()
import litellm
litellm.suppress_debug_info = True

async def ask(model):
    first, pieces = None, 0
    stream = await litellm.acompletion(
        model=f"openai/{model}", messages=[{"role": "user", "content": "hello"}], stream=True,
        api_base=sys.argv[1], api_key="none", num_retries=0, max_retries=0)
    async for chunk in stream:
        if text := chunk.choices[0].delta.content:
            pieces += 1
            first = first or (time.monotonic(), text)
    return first, pieces

async def main(words, clocks):
    await ask("ok")
    warm = time.perf_counter() - began
    late = []
    for _ in range(clocks):
        (now, text), _ = await ask("clock")
        late.append(now - float(text.split()[0]))
    cpu = time.process_time()
    _, pieces = await ask(f"long-{words}")
    print(json.dumps([warm, late, (time.process_time() - cpu) / pieces]))

asyncio.run(main(int(sys.argv[2]), int(sys.argv[3])))
"""


def measure(root: Path, runs: int) -> str:
    """Stream from a provider of this machine: bare litellm, then chats over the real wire."""
    del runs
    with _provider() as url:
        warm, bare_late, bare_cpu = _bare(url)
        ours = _ours(root, url)
    rows = [
        [
            "loaded and warm, from nothing",
            f"{warm:.1f} s",
            f"{ours['warm']:.1f} s",
        ],
        [
            "first piece, from the provider's socket, median",
            f"{machine.middle(bare_late) * 1000:.1f} ms",
            f"{machine.middle(ours['late']) * 1000:.1f} ms",
        ],
        [
            "the same, p95",
            f"{machine.late(bare_late) * 1000:.1f} ms",
            f"{machine.late(ours['late']) * 1000:.1f} ms",
        ],
        [
            f"processor for a piece, {WORDS} pieces",
            f"{bare_cpu * 1000:.2f} ms",
            f"{ours['server'] * 1000:.2f} ms server, {ours['child'] * 1000:.2f} ms child",
        ],
        ["longest that the server's loop was held", "", f"{ours['lag']:.0f} ms"],
    ]
    return machine.table(["stream", "litellm alone", "OctoPrompt, at the client"], rows)


@contextlib.contextmanager
def _provider() -> Iterator[str]:
    """Run the provider in a process of its own."""
    command = [sys.executable, provider.__file__]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        sink, source = cast("TextIO", process.stdin), cast("TextIO", process.stdout)
        yield source.readline().strip()
        sink.close()


def _bare(url: str) -> tuple[float, list[float], float]:
    command = [sys.executable, "-c", BARE, url, str(WORDS), str(CLOCKS)]
    run = subprocess.run(command, capture_output=True, text=True, check=True)
    return tuple(json.loads(run.stdout.splitlines()[-1]))


def _ours(root: Path, url: str) -> dict[str, Any]:
    with machine.folders() as env, machine.server(root, env) as server:
        server.until_idle(timeout=machine.IDLE_SECONDS)
        profile = {"id": "loop", "kind": "custom", "baseUrl": url, "model": "ok"}
        server.request("providers/configure", profile)
        began = time.perf_counter()
        server.request("providers/warm", {})
        _ask(server, "ok")
        warm = time.perf_counter() - began
        late = [_first(server) for _ in range(CLOCKS)]
        pid, child = server.process.pid, _child(server.process.pid)
        before = machine.cpu_seconds(pid), machine.cpu_seconds(child)
        _ask(server, f"long-{WORDS}")
        after = machine.cpu_seconds(pid), machine.cpu_seconds(child)
        lag = server.request("debug/dump")["loopLagMs"]["max"]
    server_cpu, child_cpu = (
        (late_ - early) / WORDS for early, late_ in zip(before, after, strict=True)
    )
    return {"warm": warm, "late": late, "server": server_cpu, "child": child_cpu, "lag": lag}


def _ask(server: Client, model: str) -> None:
    chat = server.request("chats/create", {})
    sent = {"chatId": chat["id"], "content": "hello", "providerId": "loop", "model": model}
    server.request("chats/send", sent, timeout=WARM_SECONDS)


def _first(server: Client) -> float:
    """Give how long after it was sent the first piece of an answer arrived at the client."""
    chat = server.request("chats/create", {})
    sent = {"chatId": chat["id"], "content": "hello", "providerId": "loop", "model": "clock"}
    asked = server.start("chats/send", sent)
    while True:
        for note in list(server.notifications):
            params = note.get("params") or {}
            is_ours = note["method"].endswith("chats/delta") and params["chatId"] == chat["id"]
            if is_ours and params["text"]:
                now = time.monotonic()
                server.answer(asked, timeout=WARM_SECONDS)
                return now - float(params["text"].split()[0])
        machine.pause(0.0005)


def _child(pid: int) -> int:
    """Give the process that holds litellm."""
    for member in machine.family(pid):
        with contextlib.suppress(OSError):
            if b"octoprompt.llm.reach" in Path(f"/proc/{member}/cmdline").read_bytes():
                return member
    raise LookupError(os.strerror(3))
