"""The command line of the benchmarks."""

import argparse
import sys
from pathlib import Path

from bench import build, changed, edits, index, live, llm, machine, memory, search, start, store
from bench import suggest as suggesting
from bench import symbols as finding

SUBJECTS = {
    "index": index.measure,
    "live": live.measure,
    "start": start.measure,
    "suggest": suggesting.measure,
    "build": build.measure,
    "changed": changed.measure,
    "memory": memory.measure,
    "search": search.measure,
    "symbols": finding.measure,
    "edits": edits.measure,
    "llm": llm.measure,
    "store": store.measure,
}


def main() -> None:
    """Measure one subject on the given repositories and print Markdown."""
    parser = argparse.ArgumentParser(prog="scripts/bench", description=__doc__)
    parser.add_argument("subject", choices=[*SUBJECTS, "all"])
    parser.add_argument("repository", nargs="*", type=Path, help="default: this repository")
    parser.add_argument("--runs", type=int, default=3, help="how often; the median is printed")
    asked = parser.parse_args()
    roots = [path.resolve() for path in asked.repository or [Path(__file__).parents[3]]]
    for root in roots:
        if not root.is_dir():
            sys.exit(f"error: `{root}` is not a folder: name a checked-out repository")
    print(f"{machine.describe()}\n")
    for name, measure in SUBJECTS.items():
        if asked.subject in (name, "all"):
            for root in roots:
                print(f"### {name}: {root.name}\n", flush=True)
                print(f"{measure(root, asked.runs)}\n", flush=True)


main()
