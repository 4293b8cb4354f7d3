"""The event loop is never held: real code, indexed from nothing, with requests all the while."""

import itertools
import os
import shutil
import sysconfig
import time
from pathlib import Path

import pytest

from support.client import Client
from support.server import git

FILES = int(os.environ.get("OCTOPROMPT_LOOP_FILES", "3000"))
MAX_BYTES = 12_000
HELD_MS = 250
ASKED = (
    ("context/suggest", {"query": "parse the configuration file", "limit": 20}),
    ("files/search", {"query": "return value", "limit": 50}),
    ("files/search", {"query": r"def \w+_name\(", "kind": "regex", "limit": 50}),
    ("files/search", {"query": "conf", "kind": "path", "limit": 50}),
    ("files/list", {"recursive": True, "limit": 2000}),
    ("symbols/find", {"query": "get_name", "limit": 50}),
    ("index/status", {}),
)


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    """Thousands of real source files: those of the libraries here, more than once if need be."""
    root = tmp_path / "sources"
    libraries = Path(sysconfig.get_path("purelib"))
    found = [p for p in sorted(libraries.rglob("*.py")) if 200 < p.stat().st_size < MAX_BYTES]
    for number, path in enumerate(itertools.islice(itertools.cycle(found), FILES)):
        target = root / str(number // len(found)) / path.relative_to(libraries)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)
    git(root, "init", "-q")
    return root


def test_nothing_holds_the_loop_while_real_code_is_indexed(sources: Path):
    """Pings are answered soon, and no computation on the loop takes a quarter of a second."""
    slowest = 0.0
    with Client(sources) as client:
        client.request("index/status")
        state = "scanning"
        while state in ("scanning", "indexing"):
            for method, params in ASKED:
                id_ = client.start(method, params)
                began = time.monotonic()
                client.ping(timeout=20)
                slowest = max(slowest, time.monotonic() - began)
                answer = client.answer(id_)
                state = answer.get("state", state)
        lag = client.request("debug/dump")["loopLagMs"]
        log = client.log()
    assert lag["ownMax"] < HELD_MS, f"something held the event loop: {lag}\n{log}"
    assert slowest < 2.0
