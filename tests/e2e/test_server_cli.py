"""The command line beside `serve`."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.fixture
def run(tmp_path):
    """Run the command line with folders of its own."""
    env = {
        **os.environ,
        "OCTOPROMPT_DATA_DIR": str(tmp_path / "data"),
        "OCTOPROMPT_CACHE_DIR": str(tmp_path / "cache"),
    }

    def call(*arguments: object) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "octoprompt", *map(str, arguments)]
        return subprocess.run(command, env=env, capture_output=True, text=True, check=False)

    return call


def test_rpc_prints_a_result(run, repository: Path):
    """`rpc METHOD PARAMS --root DIR --idle` gives the result as JSON."""
    params = json.dumps({"query": "price_of"})
    done = run("rpc", "symbols/find", params, "--root", repository, "--idle")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["symbols"][0]["path"] == "shop/prices.py"


def test_rpc_prints_an_error(run, repository: Path):
    """An error of the server goes to standard error, and the exit code is 1."""
    done = run("rpc", "octoprompt/files/read", '{"path": "nope"}', "--root", repository)
    assert done.returncode == 1
    assert '"code": 201' in done.stderr
    assert not done.stdout


def test_rpc_refuses_what_is_no_json(run):
    """Params that do not parse never start a server."""
    done = run("rpc", "debug/ping", "{nope")
    assert (done.returncode, done.stdout) == (2, "")
    assert "not JSON" in done.stderr


def test_doctor_lists_what_works(run):
    """Every line is ok here, and the exit code says so."""
    done = run("doctor")
    assert done.returncode == 0, done.stdout + done.stderr
    for what in ("python", "sqlite FTS5", "git", "grammar python", "data folder"):
        assert any(line.startswith(f"ok   {what} ") for line in done.stdout.splitlines())


def test_a_folder_that_cannot_be_made_is_said(tmp_path, run):
    """A data folder where a file stands: FAIL, and what to do."""
    (tmp_path / "data").write_text("in the way", encoding="utf-8")
    done = run("doctor")
    assert done.returncode == 1
    assert "OCTOPROMPT_DATA_DIR" in done.stderr


def test_unknown_commands_show_the_usage(run):
    """A word that is no command is 2 and the usage; `--version` is one line."""
    done = run("nope")
    assert done.returncode == 2
    assert done.stderr.startswith("usage: octoprompt")
    assert run("--version").stdout.count(".") == 2
