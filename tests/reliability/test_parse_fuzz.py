"""Broken sources of every language through real workers: each is accounted for, none leaks."""

import asyncio
import os
import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from octoprompt.children import Child
from octoprompt.index.extract import PLAIN_PARSE_BYTES
from octoprompt.index.workers import worker_spec
from octoprompt.settings import WorkspaceOptions
from support.indexing import opened, write

SOURCES = Path(__file__).parents[1] / "unit" / "index" / "languages" / "sources"
CORPUS = Path(__file__).parents[2] / ".cache" / "crashes"
"""What crashed or hung a worker is kept there, to look at."""
A_LANGUAGE = int(os.environ.get("OCTOPROMPT_PARSE_FUZZ", "4"))
A_TREE = 2_000
PARSES = int(os.environ.get("OCTOPROMPT_PARSES", "300"))
WARM_UP = 300
SEED = int(os.environ.get("OCTOPROMPT_SEED", "1"))
ODD = (b"(", b"{", b"[", b"<", b'"', b"'", b"`", b"\n", b"\\", b"\xff", b"/*", b"#", b"\t", b"${")
NORMAL = {f"ok{n}.py": f"def wholly_intact_{n}(): pass\n" for n in range(10)}
pytestmark = pytest.mark.skipif(os.name == "nt", reason="the workers' limits are POSIX's")


def mutated(dice: random.Random, source: bytes, others: list[bytes]) -> bytes:
    """Damage a source in one to five ways."""
    for _ in range(dice.randint(1, 5)):
        start = dice.randrange(len(source) + 1)
        end = min(len(source), start + dice.choice((1, 3, 40, 400)))
        match dice.randrange(6):
            case 0:
                source = source[:start] + source[end:]
            case 1:
                source = source[:start] + source[start:end] * dice.randint(2, 6) + source[end:]
            case 2:
                source = (
                    source[:start] + dice.choice(ODD) * dice.choice((1, 2, 500)) + source[start:]
                )
            case 3:
                other = dice.choice(others)
                source = source[:start] + other[dice.randrange(len(other)) :][:500] + source[end:]
            case 4:
                source = source[:start]
            case _:
                source = source[:start] + bytes([dice.randrange(256)]) + source[end:]
    return source


def trees() -> Iterator[dict[str, bytes]]:
    """Give trees of damaged sources, as many of each language as are asked for."""
    dice = random.Random(SEED)  # noqa: S311 - the same damage again
    sources = {path.name: path.read_bytes() for path in sorted(SOURCES.iterdir())}
    others = list(sources.values())
    tree: dict[str, bytes] = {}
    for number in range(A_LANGUAGE):
        for name, source in sources.items():
            tree[f"{name.partition('.')[0]}/n{number}.{name}"] = mutated(dice, source, others)
        if len(tree) >= A_TREE:
            yield tree
            tree = {}
    if tree:
        yield tree


@pytest.mark.timeout(43_200)
async def test_every_broken_source_is_accounted_for(tmp_path):
    """Parsed, or left out with a reason; the whole ones among them are complete."""
    for number, tree in enumerate(trees()):
        root = tmp_path / f"root{number}"
        write(root, {**tree, **NORMAL})
        async with opened(root, tmp_path / "cache") as index:
            status = index.status()
            assert (status.state, status.pending) == ("idle", 0)
            assert set(await index.paths()) == {*tree, *NORMAL}
            found = await index.find_symbols("wholly_intact_", 50)
            # Damage can make a long name in which these letters stand in order as well.
            assert sorted(one.path for one in found if one.path in NORMAL) == sorted(NORMAL)
            reasons = {issue.path: issue.reason for issue in (*status.skipped, *status.failed)}
            assert all(reasons.values())
            assert not reasons.keys() & NORMAL.keys()
            keep([tree[path] for path, why in reasons.items() if "twice" in why and path in tree])
        await asyncio.to_thread(remove, root, tree)


def keep(crashes: list[bytes]) -> None:
    """Put aside what a worker died of."""
    CORPUS.mkdir(parents=True, exist_ok=True)
    for number, data in enumerate(crashes):
        (CORPUS / f"{SEED}-{number}").write_bytes(data)


def remove(root: Path, tree: dict[str, bytes]) -> None:
    """Make room for the next tree."""
    for path in tree:
        (root / path).unlink()


@pytest.mark.timeout(43_200)
def test_parsing_again_and_again_takes_no_more_memory(tmp_path):
    """A worker's memory stays within a tenth of what it was when it had seen every language."""
    options = WorkspaceOptions()
    texts = [(p.name, p.read_text("utf-8", "replace")) for p in sorted(SOURCES.iterdir())]
    # A large file is parsed in another way: piece by piece.
    texts += [(name, text * (PLAIN_PARSE_BYTES // len(text) + 2)) for name, text in texts[::10]]
    child = Child(worker_spec(tmp_path, options))
    try:
        before = 0
        for number in range(WARM_UP + PARSES):
            name, text = texts[number % len(texts)]
            child.request(("unsaved", name, f"{text}\n# {number}\n"), 60)
            if number == WARM_UP:
                before = resident_kib(child.pid)
        after = resident_kib(child.pid)
    finally:
        child.close()
    assert after <= before * 1.1, f"{before} KiB, and {PARSES} parses later {after} KiB"


def resident_kib(pid: int) -> int:
    """Give the resident memory of a process; 1 where the system does not tell so simply."""
    status = Path(f"/proc/{pid}/status")
    if not status.exists():
        return 1
    (line,) = [line for line in status.read_text().splitlines() if line.startswith("VmRSS")]
    return int(line.split()[1])
