"""Which files a past commit changed, asked of the server at its parent, beside other methods.

The query is the commit's message, the truth its one to five changed source files. The server sees
the parent's tree and history and nothing newer; the peers see the same. Besides the first list: the
second step (one changed file given as selected, the others asked for; and given as the commit left
it, so that its changes speak), a folder that is no repository, and all kinds of files competing.
Differences are paired over the commits, their intervals by the bootstrap.
"""

import contextlib
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from bench import machine, tasks
from bench.peers import Peers
from bench.tasks import Commit
from support.client import Client

LIMIT = 200
SHOWN = 50
RESAMPLES = 4_000
METRICS = ("R@5", "R@10", "R@20", "MRR")
Row = tuple[float, ...]
"""One value for each metric."""


@dataclass
class Figures:
    """Rows by method, in the order of the commits; latency in ms."""

    rows: dict[str, list[Row]] = field(default_factory=dict[str, list[Row]])
    latency: list[float] = field(default_factory=list[float])

    def add(self, method: str, ranked: Sequence[str], truth: Sequence[str]) -> None:
        """Note one list."""
        self.rows.setdefault(method, []).append(row(ranked, truth))


def measure(root: Path, runs: int) -> str:
    """Walk work trees over sampled commits and compare recall and latency."""
    return report(root, tasks.sample(root), runs)


def report(root: Path, commits: Sequence[Commit], runs: int) -> str:
    """Compare over given commits."""
    if not commits:
        return "No history to sample: name a clone with its commits."
    figures, bare = Figures(), Figures()
    peers = Peers(root)
    with (
        machine.folders() as env,
        tasks.work_tree(root, commits[0].parent) as tree,
        machine.server(tree, env) as server,
    ):
        for commit in commits:
            tasks.git(tree, "checkout", "--quiet", "--detach", "--force", commit.parent)
            server.request("index/refresh", {}, timeout=machine.IDLE_SECONDS)
            _ask(server, commit, figures, runs)
            _ask_with_changes(server, commit, figures, tree)
            for method, ranked in peers.rank(tree, commit).items():
                figures.add(method, ranked, commit.truth)
    with machine.folders() as env, tasks.plain_tree(root) as plain:
        plain.move(commits[0].parent)
        with machine.server(plain.folder, env) as server:
            for commit in commits:
                plain.move(commit.parent)
                server.request("index/refresh", {}, timeout=machine.IDLE_SECONDS)
                _ask(server, commit, bare, 1)
    return _text(figures, bare, len(commits))


def _ask(server: Client, commit: Commit, figures: Figures, runs: int) -> None:
    first = _suggested(server, commit.message)
    figures.add("OctoPrompt", first, commit.truth)
    everything = _suggested(server, commit.message, universe="all")
    figures.add("all kinds of files compete", everything, commit.truth)
    for _ in range(runs):
        begin = time.perf_counter()
        server.request("context/suggest", {"query": commit.message, "limit": SHOWN})
        figures.latency.append((time.perf_counter() - begin) * 1e3)
    for given in commit.truth if len(commit.truth) > 1 else ():
        others = [path for path in commit.truth if path != given]
        figures.add("others, first list", [path for path in first if path != given], others)
        after = _suggested(server, commit.message, selectedPaths=[given])
        figures.add("others, one selected", [path for path in after if path != given], others)


def _ask_with_changes(server: Client, commit: Commit, figures: Figures, tree: Path) -> None:
    for given in commit.truth if len(commit.truth) > 1 else ():
        others = [path for path in commit.truth if path != given]
        before = (tree / given).read_bytes()
        with contextlib.suppress(subprocess.CalledProcessError):
            (tree / given).write_text(tasks.git(tree, "show", f"{commit.sha}:{given}"), "utf-8")
        server.request("index/refresh", {}, timeout=machine.IDLE_SECONDS)
        after = _suggested(server, commit.message, selectedPaths=[given])
        figures.add("others, one changed", [path for path in after if path != given], others)
        (tree / given).write_bytes(before)


def _suggested(server: Client, message: str, **more: object) -> list[str]:
    answer = server.request("context/suggest", {"query": message, "limit": LIMIT, **more})
    return [file["path"] for file in answer["files"] if tasks.counts(file["path"])]


def row(ranked: Sequence[str], truth: Sequence[str]) -> Row:
    """Give the metrics of one list."""
    place = {path: i for i, path in enumerate(ranked)}
    places = [place.get(path, len(ranked) + 1_000) for path in truth]
    recall = [sum(p < k for p in places) / len(places) for k in (5, 10, 20)]
    return (*recall, 1 / (1 + min(places)))


def interval(ours: Sequence[Row], theirs: Sequence[Row], metric: int) -> tuple[float, float, float]:
    """Give the mean of the paired differences, and its 95 % interval by the bootstrap."""
    difference = np.array(ours)[:, metric] - np.array(theirs)[:, metric]
    picks = np.random.default_rng(7).integers(0, len(difference), (RESAMPLES, len(difference)))
    low, high = np.quantile(difference[picks].mean(axis=1), [0.025, 0.975])
    return float(difference.mean()), float(low), float(high)


def _text(figures: Figures, bare: Figures, n: int) -> str:
    rows = figures.rows
    lists = ("keyword count", "BM25F", "past subjects", "fusion", "OctoPrompt")
    lines = [_line(name, rows[name]) for name in lists]
    lines.append(
        _line("OctoPrompt, all kinds of files compete", rows["all kinds of files compete"])
    )
    lines.append(_line("OctoPrompt, a folder without history", bare.rows["OctoPrompt"]))
    best = max(lists[:3], key=lambda name: float(np.array(rows[name])[:, 0].mean()))
    lines += [
        _difference(f"OctoPrompt against {name}", rows["OctoPrompt"], rows[name])
        for name in ("fusion", best)
    ]
    for label, found in (("", rows), (", without history", bare.rows)):
        if "others, one selected" in found:
            before, after = found["others, first list"], found["others, one selected"]
            lines.append(_line(f"the other files{label}: first list", before))
            lines.append(_line(f"the other files{label}: one is selected", after))
            lines.append(_difference(f"what the selection gains{label}", after, before))
        if "others, one changed" in found:
            before, after = found["others, first list"], found["others, one changed"]
            lines.append(_line("the other files: one is selected and changed", after))
            lines.append(_difference("what selection and changes gain", after, before))
    times = (
        f"p50 {machine.middle(figures.latency):.0f} ms, p95 {machine.late(figures.latency):.0f} ms"
    )
    head = ["list", *METRICS]
    return machine.table(head, lines) + f"\n\n{n} commits; suggest with {SHOWN} results {times}."


def _line(name: str, rows: Sequence[Row]) -> list[str]:
    return [name, *(f"{value:.3f}" for value in np.array(rows).mean(axis=0))]


def _difference(name: str, ours: Sequence[Row], theirs: Sequence[Row]) -> list[str]:
    parts = [interval(ours, theirs, metric) for metric in range(len(METRICS))]
    return [name, *(f"{mean:+.3f} [{low:+.3f}, {high:+.3f}]" for mean, low, high in parts)]
