"""A 16,000-token context with suggestions, beside packing whole suggested files in order."""

import os
import time
from pathlib import Path

import tiktoken

from bench import machine
from octoprompt.llm.tokens import vocabularies

BUDGET = 16_000
SUGGESTED = 20
TASKS = (
    "make the error message name the setting that is wrong",
    "the cache returns a stale value after an update",
    "add an option to skip hidden files when listing a folder",
    "parse the header without regard to case",
    "a query with a slice ignores the limit",
)


def measure(root: Path, runs: int) -> str:
    """Build contexts for plain tasks; tell latency and how much of the budget is used."""
    latency, used, packed, peer = list[float](), list[float](), list[float](), list[float]()
    with machine.folders() as env, machine.server(root, env) as server:
        server.until_idle(timeout=machine.IDLE_SECONDS)
        for task in TASKS * (runs + 1):
            params = {"instructions": task, "suggest": SUGGESTED, "budgetTokens": BUDGET}
            begin = time.perf_counter()
            built = server.request("context/build", params)
            latency.append((time.perf_counter() - begin) * 1e3)
            used.append(built["tokens"] / BUDGET)
        for task in TASKS:
            encoding = _encoding()
            begin = time.perf_counter()
            query = {"query": task, "limit": SUGGESTED}
            packed.append(_whole_files(root, server.request("context/suggest", query), encoding))
            peer.append((time.perf_counter() - begin) * 1e3)
    warm = latency[len(TASKS) :]
    lines = [
        [
            "context/build, first call of each task",
            f"{machine.middle(latency[: len(TASKS)]):.0f} ms",
            "",
        ],
        [
            "context/build, warm, p50",
            f"{machine.middle(warm):.0f} ms",
            f"{machine.middle(used):.1%}",
        ],
        ["context/build, warm, p95", f"{machine.late(warm):.0f} ms", f"{min(used):.1%} at least"],
        [
            "whole files in the same order: suggested, read and counted, p50",
            f"{machine.middle(peer):.0f} ms",
            f"{machine.middle(packed):.1%}",
        ],
    ]
    return machine.table(["what", "time", "budget used"], lines)


def _encoding() -> tiktoken.Encoding:
    os.environ["TIKTOKEN_CACHE_DIR"] = str(vocabularies())
    return tiktoken.get_encoding("o200k_base")


def _whole_files(
    root: Path, answer: dict[str, list[dict[str, str]]], encoding: tiktoken.Encoding
) -> float:
    """Give the share of the budget that whole files fill, the next one that fits each time."""
    left = BUDGET
    for file in answer["files"]:
        text = (root / file["path"]).read_text("utf-8", errors="replace")
        tokens = len(encoding.encode(text, disallowed_special=()))
        left -= tokens if tokens <= left else 0
    return 1 - left / BUDGET
