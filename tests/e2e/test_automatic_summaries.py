"""Summaries that nobody asked for, by a real server: only where a person allows them."""

import sys
import time
from pathlib import Path
from typing import Any

import pytest

from support import streaming
from support.client import Client
from support.server import git
from support.streaming import data_in, use


@pytest.mark.parametrize("allowed", [0, 100_000])
def test_a_change_is_summarised_only_where_that_is_allowed(
    own_repository: Path, tmp_path: Path, allowed: int
):
    """A file changes, it is quiet for a moment, and a run begins by itself; or none ever does."""
    git(own_repository, "add", "--all")
    git(own_repository, "commit", "-qm", "all", "--allow-empty")
    options = {"summaries": {"dailyTokens": allowed, "quietSeconds": 0.3}}
    command = [sys.executable, str(Path(streaming.__file__).with_name("talking.py"))]
    client = Client(own_repository, env=data_in(tmp_path), options=options, command=command)
    client.initialize()
    use(client, "http://127.0.0.1:9/v1")
    try:
        client.until_idle()
        (own_repository / "fresh.py").write_text("FRESH = 1\n")
        client.request("index/refresh")
        end, runs = time.monotonic() + (45 if allowed else 2), list[Any]()
        while time.monotonic() < end and not (runs and (tmp_path / "asked.txt").exists()):
            time.sleep(0.1)  # noqa: TID251  # the server waits for quiet
            runs = client.request("agents/list")["runs"]
    finally:
        client.close()
    assert [run["kind"] for run in runs] == (["summarize"] if allowed else [])
    assert (tmp_path / "asked.txt").exists() == (allowed > 0)
