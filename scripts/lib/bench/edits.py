"""Hunks of real commits, disturbed as models disturb them, put back into their files.

Each hunk of a past commit becomes lines to find and lines to put there; then it is disturbed. It is
right when the file afterwards is what the commit's hunk alone would have made of it, wrong when it
is anything else, and missed when it was refused. Peers: aider's edit blocks, where `aider` is
installed, and `git apply` with as much fuzz as it has.
"""

import json
import random
import re
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench import machine
from octoprompt.agents.edits.applying import apply
from octoprompt.agents.edits.hunks import Hunk

COMMITS = 170
"""For each repository: three make five hundred."""
HUNKS = 2
"""So many of one commit."""
CONTEXT = 4
MOST_LINES = 60
SOURCE = re.compile(r"\.(py|js|jsx|ts|tsx|vue|rs|go|java|c|h|cpp|rb|php|css|html|md|toml|json)$")
HEAD = re.compile(r"@@ -(\d+)(?:,(\d+))? \+\d+(?:,\d+)? @@")
AIDER = """
import json, sys
from aider.coders.editblock_coder import do_replace
for line in sys.stdin:
    case = json.loads(line)
    try:
        made = do_replace("x.py", case["before"], case["search"], case["replace"], ("```", "```"))
    except Exception:
        made = None
    print(json.dumps(made), flush=True)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A hunk, and what it has to make of its file."""

    before: str
    expected: str
    line: int
    lines: tuple[str, ...]
    """As a unified diff has them, each with its sign."""

    @property
    def search(self) -> list[str]:
        """The lines that are there."""
        return [line[1:] for line in self.lines if line[0] in " -"]

    @property
    def replace(self) -> list[str]:
        """The lines that are to be there."""
        return [line[1:] for line in self.lines if line[0] in " +"]


Disturb = Callable[[Sequence[str], random.Random], Sequence[str] | None]
"""Signed lines to signed lines; None where the hunk has nothing to disturb."""


def _as_it_is(lines: Sequence[str], _rng: random.Random) -> Sequence[str]:
    return lines


def _indent_lost(lines: Sequence[str], _rng: random.Random) -> Sequence[str] | None:
    filled = [line[1:] for line in lines if line[1:].strip()]
    lost = min((len(line) - len(line.lstrip()) for line in filled), default=0)
    return [line[0] + line[1 + lost :] for line in lines] if lost else None


def _indent_added(lines: Sequence[str], rng: random.Random) -> Sequence[str]:
    added = " " * rng.choice([2, 4, 8])
    return [line[0] + added + line[1:] if line[1:].strip() else line for line in lines]


def _blanks_at_ends(lines: Sequence[str], rng: random.Random) -> Sequence[str]:
    return [line + " " * rng.choice([0, 1, 2]) if line[0] != "+" else line for line in lines]


def _blank_lines(lines: Sequence[str], _rng: random.Random) -> Sequence[str]:
    return [" ", *lines, " "]


def _elided(lines: Sequence[str], _rng: random.Random) -> Sequence[str] | None:
    for at in range(len(lines) - 3):
        run = lines[at : at + 4]
        if all(line[0] == " " for line in run) and at:
            indent = re.match(r"\s*", run[1][1:])
            dots = f" {indent.group() if indent else ''}# ... existing code ..."
            return [*lines[:at], run[0], dots, run[3], *lines[at + 4 :]]
    return None


def _wrong_line(lines: Sequence[str], rng: random.Random) -> Sequence[str] | None:
    kept = [at for at, line in enumerate(lines) if line[0] == " " and len(line.strip()) > 12]
    if not kept:
        return None
    at = rng.choice(kept)
    words = re.findall(r"\w{4,}", lines[at])
    if not words:
        return None
    word = rng.choice(words)
    changed = lines[at].replace(word, f"{word[:-1]}{rng.choice('xyz')}", 1)
    return [*lines[:at], changed, *lines[at + 1 :]]


def _left_out_line(lines: Sequence[str], rng: random.Random) -> Sequence[str] | None:
    """Leave out a line inside the context, not next to a change."""
    inner = [
        at
        for at in range(1, len(lines) - 1)
        if all(line[0] == " " for line in lines[at - 1 : at + 2]) and lines[at].strip()
    ]
    if not inner:
        return None
    at = rng.choice(inner)
    return [*lines[:at], *lines[at + 1 :]]


def _smart_quotes(lines: Sequence[str], _rng: random.Random) -> Sequence[str] | None:
    smart = [
        line[0] + re.sub(r'"([^"]*)"', "\u201c\\1\u201d", line[1:]).replace("'", "\u2019")
        for line in lines
    ]
    return smart if any(a != b and b[0] != "+" for a, b in zip(lines, smart, strict=True)) else None


DISTURBANCES: dict[str, Disturb] = {
    "as it is": _as_it_is,
    "indentation lost": _indent_lost,
    "indentation added": _indent_added,
    "blanks at line ends": _blanks_at_ends,
    "blank lines around": _blank_lines,
    "context elided": _elided,
    "a wrong word": _wrong_line,
    "a line left out": _left_out_line,
    "smart quotes": _smart_quotes,
}
Method = Callable[[Sequence[Case]], list[str | None]]
"""What a method makes of each case's file; None where it refuses."""


def measure(root: Path, _runs: int) -> str:
    """Put every hunk back by every method, and count."""
    rng = random.Random(20)  # noqa: S311 - a sample that comes again
    cases = [*_cases(root)]
    if not cases:
        return "No history to take hunks from: name a clone with its commits."
    methods: dict[str, Method] = {"OctoPrompt": _ours, "git apply": _git_apply}
    if (python := _aider_python()) is not None:
        methods["aider"] = lambda cases: _aider(python, cases)
    rows: list[list[str]] = []
    for name, disturb in DISTURBANCES.items():
        disturbed = [*_disturbed(cases, disturb, rng)]
        row = [name, str(len(disturbed))]
        for method in methods.values():
            counts = _count(disturbed, method(disturbed))
            row.append(" / ".join(f"{counts[kind]}" for kind in ("right", "wrong", "missed")))
        rows.append(row)
    heads = ["disturbance", "hunks", *(f"{name}: right / wrong / missed" for name in methods)]
    return machine.table(heads, rows)


def _disturbed(cases: Sequence[Case], disturb: Disturb, rng: random.Random) -> Iterator[Case]:
    for case in cases:
        if (lines := disturb(case.lines, rng)) is not None:
            yield Case(
                before=case.before, expected=case.expected, line=case.line, lines=tuple(lines)
            )


def _count(cases: Sequence[Case], made: Sequence[str | None]) -> Counter[str]:
    counts: Counter[str] = Counter()
    for case, text in zip(cases, made, strict=True):
        is_right = text is not None and _settled(text) == _settled(case.expected)
        counts["missed" if text is None else "right" if is_right else "wrong"] += 1
    return counts


def _settled(text: str) -> str:
    """Give a text without blank ends of lines, and one line end at its end."""
    return "\n".join(line.rstrip() for line in text.rstrip().split("\n"))


def _ours(cases: Sequence[Case]) -> list[str | None]:
    made: list[str | None] = []
    for case in cases:
        hunk = Hunk(search="\n".join(case.search), replace="\n".join(case.replace))
        applied = apply(case.before, [hunk])
        made.append(applied.text if applied.is_complete else None)
    return made


def _git_apply(cases: Sequence[Case]) -> list[str | None]:
    return [_git_applied(case) for case in cases]


def _git_applied(case: Case) -> str | None:
    head = f"@@ -{case.line},{len(case.search)} +{case.line},{len(case.replace)} @@"
    patch = "\n".join(["--- a/file", "+++ b/file", head, *case.lines, ""])
    with tempfile.TemporaryDirectory() as scratch:
        file = Path(scratch, "file")
        file.write_text(case.before, "utf-8", newline="")
        done = subprocess.run(
            ["git", "apply", "--recount", "--ignore-whitespace", "-C1", "-"],
            cwd=scratch,
            input=patch.encode(),
            capture_output=True,
            check=False,
        )
        return file.read_bytes().decode() if done.returncode == 0 else None


def _aider_python() -> str | None:
    """Give the interpreter that aider is installed for."""
    if (aider := shutil.which("aider")) is None:
        return None
    first = Path(aider).read_text("utf-8", "replace").split("\n", 1)[0]
    return first.removeprefix("#!").strip()


def _aider(python: str, cases: Sequence[Case]) -> list[str | None]:
    asked = "".join(
        json.dumps(
            {
                "before": case.before,
                "search": "\n".join(case.search) + "\n",
                "replace": "\n".join(case.replace) + "\n",
            }
        )
        + "\n"
        for case in cases
    )
    done = subprocess.run(
        [python, "-c", AIDER], input=asked, capture_output=True, text=True, check=False
    )
    if done.returncode:
        sys.exit(f"error: aider failed: {done.stderr[-500:]}")
    return [json.loads(line) for line in done.stdout.splitlines()]


def _cases(root: Path) -> Iterator[Case]:
    """Give hunks of the newest commits, a few of each."""
    rng = random.Random(10)  # noqa: S311 - a sample that comes again
    commits = _git(root, "log", "--no-merges", "--format=%H", "-n", "3000").split()
    n_commits = 0
    for commit in commits:
        hunks = [*_hunks(root, commit)]
        if hunks:
            yield from rng.sample(hunks, min(HUNKS, len(hunks)))
            n_commits += 1
        if n_commits == COMMITS:
            return


def _hunks(root: Path, commit: str) -> Iterator[Case]:
    diff = _git(
        root, "show", f"-U{CONTEXT}", "--format=", "--diff-filter=M", "--no-renames", commit
    )
    for part in diff.split("\ndiff --git ")[:6]:
        name = re.search(r"^--- a/(.+)$", part, re.MULTILINE)
        if name is None or not SOURCE.search(name.group(1)):
            continue
        before = _git(root, "show", f"{commit}^:{name.group(1)}")
        if "\r" in before or "\0" in before:
            continue
        yield from _of_file(before, part)


def _of_file(before: str, diff: str) -> Iterator[Case]:
    have = before.split("\n")
    lines = diff.split("\n")
    heads = [at for at, line in enumerate(lines) if HEAD.match(line)]
    for at, end in zip(heads, [*heads[1:], len(lines)], strict=True):
        head = HEAD.match(lines[at])
        body = tuple(line for line in lines[at + 1 : end] if line[:1] in (" ", "-", "+"))
        if (
            head is None
            or len(body) > MOST_LINES
            or any(line[:1] == "\\" for line in lines[at:end])
        ):
            continue
        start, length = int(head.group(1)), int(head.group(2) or 1)
        if not length:
            continue
        new = [line[1:] for line in body if line[0] in " +"]
        expected = "\n".join([*have[: start - 1], *new, *have[start - 1 + length :]])
        yield Case(before=before, expected=expected, line=start, lines=body)


def _git(root: Path, *arguments: str) -> str:
    done = subprocess.run(["git", "-C", str(root), *arguments], capture_output=True, check=True)
    return done.stdout.decode("utf-8", "replace")
