"""Which files a past commit changed, asked of the server at its parent, beside a keyword count.

The query is the commit's message, the truth its one to five changed source files. The server sees
the parent's tree and history and nothing newer. The peer counts distinct words of the message in
each file, as one would with ripgrep.
"""

import random
import re
import subprocess
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bench import machine
from octoprompt.index.languages import language_of

COMMITS = 40
RECENT = 2_000
MOST_FILES = 5
TESTS = re.compile(
    r"(^|/)(tests?|spec|__tests__|docs?|examples?|vendor)(/|$)|test_|[._]test\.|[._]spec\."
)
WORD = re.compile(r"[a-z_]{3,}")


@dataclass(frozen=True, slots=True)
class Commit:
    """A task of the past."""

    parent: str
    message: str
    truth: tuple[str, ...]


def measure(root: Path, runs: int) -> str:
    """Walk a work tree over sampled commits and compare recall and latency."""
    commits = _sample(root)
    if not commits:
        return "No history to sample: name a clone with its commits."
    ours: list[list[str]] = []
    peer: list[list[str]] = []
    latency: list[float] = []
    with tempfile.TemporaryDirectory() as scratch, machine.folders() as env:
        tree = Path(scratch) / root.name
        _git(root, "worktree", "add", "--detach", "--quiet", str(tree), commits[0].parent)
        try:
            with machine.server(tree, env) as server:
                server.until_idle(timeout=machine.IDLE_SECONDS)
                for commit in commits:
                    _git(tree, "checkout", "--quiet", "--detach", "--force", commit.parent)
                    server.request("index/refresh", {}, timeout=machine.IDLE_SECONDS)
                    answer: dict[str, list[dict[str, str]]] = {"files": []}
                    for _ in range(runs):
                        begin = time.perf_counter()
                        answer = server.request(
                            "context/suggest", {"query": commit.message, "limit": 50}
                        )
                        latency.append((time.perf_counter() - begin) * 1e3)
                    ours.append([file["path"] for file in answer["files"] if _counts(file["path"])])
                    peer.append(_keyword_count(tree, commit.message))
        finally:
            _git(root, "worktree", "remove", "--force", str(tree))
    lines = [_row("octoprompt", ours, commits), _row("keyword count", peer, commits)]
    times = f"p50 {machine.middle(latency):.0f} ms, p95 {machine.late(latency):.0f} ms"
    note = f"\n{len(commits)} commits; suggest {times}."
    return machine.table(["ranker", "R@5", "R@10", "MRR"], lines) + "\n" + note


def _git(root: Path, *arguments: str) -> str:
    command = ["git", "-C", str(root), *arguments]
    return subprocess.run(command, capture_output=True, check=True).stdout.decode(errors="replace")


def _counts(path: str) -> bool:
    language = language_of(path)
    return language is not None and language.grammar == "official" and not TESTS.search(path)


def _sample(root: Path) -> list[Commit]:
    """Give recent commits that changed a few source files, the same ones each time."""
    log = _git(
        root,
        "log",
        f"-{RECENT}",
        "--no-merges",
        "--name-status",
        "--no-renames",
        "--format=%x01%P%x02%B%x02",
    )
    found = list[Commit]()
    for record in log.split("\x01")[1:]:
        parent, message, names = record.split("\x02", 2)
        changed = [line.split("\t", 1) for line in names.strip().splitlines() if "\t" in line]
        truth = tuple(path for kind, path in changed if kind in "MD" and _counts(path))
        if (
            parent
            and 0 < len(truth) <= MOST_FILES
            and len(WORD.findall(message.lower())) >= MOST_FILES
        ):
            found.append(Commit(parent, message.strip(), truth))
    random.Random(20).shuffle(found)  # noqa: S311 - the same sample each time
    return found[:COMMITS]


def _keyword_count(tree: Path, message: str) -> list[str]:
    words = set(WORD.findall(message.lower()))
    scores = dict[str, float]()
    for path in _git(tree, "ls-files", "-z").split("\0"):
        if path and _counts(path) and (tree / path).is_file():
            text = (tree / path).read_text("utf-8", errors="replace").lower()
            counts = [text.count(word) for word in words]
            scores[path] = sum(count > 0 for count in counts) + 1e-6 * sum(counts)
    return sorted(scores, key=lambda path: (-scores[path], path))


def _row(name: str, ranked: Sequence[Sequence[str]], commits: Sequence[Commit]) -> list[str]:
    places = [
        [order.index(path) if path in order else len(order) + 1_000 for path in commit.truth]
        for order, commit in zip(ranked, commits, strict=True)
    ]
    recall = [
        sum(sum(p < k for p in row) / len(row) for row in places) / len(places) for k in (5, 10)
    ]
    mrr = sum(1 / (1 + min(row)) for row in places) / len(places)
    return [name, *(f"{value:.3f}" for value in (*recall, mrr))]
