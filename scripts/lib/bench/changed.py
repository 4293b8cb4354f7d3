"""How many of the functions that a past commit changed are inside the context built for it.

The task is the commit's message, the budget 8,000 and 16,000 tokens. The peer packs whole files in
the order of the same suggestions, the next one that fits each time.
"""

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import tiktoken

from bench import machine, tasks
from bench.tasks import Commit
from octoprompt.index.extract import extract
from octoprompt.index.languages import language_of
from octoprompt.index.model import Symbol
from octoprompt.llm.tokens import vocabularies
from support.client import Client

BUDGETS = (8_000, 16_000)
SUGGESTED = 20
FUNCTIONS = frozenset({"function", "method", "constructor"})
_HUNK = re.compile(r"^@@ -(\d+)(?:,(\d+))? ", re.MULTILINE)


@dataclass
class Shares:
    """By method and budget, for each commit: its changed functions, and how many are inside."""

    inside: dict[tuple[str, int], list[tuple[int, int]]] = field(
        default_factory=dict[tuple[str, int], list[tuple[int, int]]]
    )

    def add(self, method: str, budget: int, functions: Sequence[bool]) -> None:
        """Note one context."""
        self.inside.setdefault((method, budget), []).append((len(functions), sum(functions)))


def measure(root: Path, runs: int) -> str:
    """Build contexts for sampled commits at their parents."""
    del runs  # the same commit gives the same context
    return report(root, tasks.sample(root))


def report(root: Path, commits: Sequence[Commit]) -> str:
    """Build contexts for given commits at their parents."""
    if not commits:
        return "No history to sample: name a clone with its commits."
    shares = Shares()
    with (
        machine.folders() as env,
        tasks.work_tree(root, commits[0].parent) as tree,
        machine.server(tree, env) as server,
    ):
        for commit in commits:
            tasks.git(tree, "checkout", "--quiet", "--detach", "--force", commit.parent)
            server.request("index/refresh", {}, timeout=machine.IDLE_SECONDS)
            if functions := changed(root, tree, commit):
                _build(server, tree, commit, (functions, shares))
    lines = [
        [f"{method}, {budget:,} tokens", *_line(rows)]
        for (method, budget), rows in sorted(shares.inside.items(), key=lambda item: item[0][1])
    ]
    return machine.table(["context", "changed functions inside", "mean over commits"], lines)


def _line(rows: Sequence[tuple[int, int]]) -> list[str]:
    total, inside = (sum(column) for column in zip(*rows, strict=True))
    mean = float(np.mean([k / n for n, k in rows]))
    return [f"{inside / total:.1%} of {total:,}", f"{mean:.1%} of {len(rows):,} commits"]


def changed(root: Path, tree: Path, commit: Commit) -> list[tuple[str, str]]:
    """Give path and text of each function that a commit changed, as it was before."""
    found: list[tuple[str, str]] = []
    for path in commit.truth:
        language = language_of(path)
        if language is None or not (tree / path).is_file():
            continue
        data = (tree / path).read_bytes()
        diff = tasks.git(root, "diff", "-U0", "--no-renames", commit.parent, commit.sha, "--", path)
        touched = [_lines(match) for match in _HUNK.finditer(diff)]
        symbols = extract(language, data).symbols
        lines = data.decode("utf-8", "replace").split("\n")
        found += [
            (path, "\n".join(lines[symbol.line - 1 : symbol.end_line]))
            for symbol in dict.fromkeys(_innermost(symbols, span) for span in touched)
            if symbol is not None
        ]
    return found


def _lines(hunk: re.Match[str]) -> tuple[int, int]:
    start, count = int(hunk[1]), int(hunk[2] or 1)
    return start, start + max(count, 1) - 1


def _innermost(symbols: Sequence[Symbol], span: tuple[int, int]) -> Symbol | None:
    around = [
        symbol
        for symbol in symbols
        if symbol.kind in FUNCTIONS and symbol.line <= span[1] and span[0] <= symbol.end_line
    ]
    return max(around, key=lambda symbol: symbol.line, default=None)


def _build(
    server: Client, tree: Path, commit: Commit, asked: tuple[list[tuple[str, str]], Shares]
) -> None:
    functions, shares = asked
    query = {"query": commit.message, "limit": SUGGESTED}
    answer = server.request("context/suggest", query)
    order = [file["path"] for file in answer["files"]]
    for budget in BUDGETS:
        params = {"instructions": commit.message, "suggest": SUGGESTED, "budgetTokens": budget}
        text = server.request("context/build", params)["text"]
        whole = _whole_files(tree, order, budget)
        shares.add("OctoPrompt", budget, [body in text for _, body in functions])
        shares.add("whole files", budget, [path in whole for path, _ in functions])


def _whole_files(tree: Path, order: Sequence[str], budget: int) -> set[str]:
    os.environ["TIKTOKEN_CACHE_DIR"] = str(vocabularies())
    encoding = tiktoken.get_encoding("o200k_base")
    packed: set[str] = set()
    for path in order:
        text = (tree / path).read_text("utf-8", errors="replace")
        tokens = len(encoding.encode(text, disallowed_special=()))
        if tokens <= budget:
            budget -= tokens
            packed.add(path)
    return packed
