"""`scripts/run` as a user starts it: with a VS Code of their own, and without one."""

import json
import os
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
RUN = ROOT / "scripts" / "run"
STAND_IN = """#!{python}
import json, os, sys
with open({log!r}, "a") as log:
    said = {{"args": sys.argv[1:], "server": os.environ.get("OCTOPROMPT_SERVER_COMMAND")}}
    print(json.dumps(said), file=log)
"""


@pytest.fixture
def with_code(tmp_path: Path) -> dict[str, str]:
    """Give the environment of a user who has a `code`; it writes down how it is called."""
    folder = tmp_path / "bin"
    folder.mkdir()
    text = STAND_IN.format(python=sys.executable, log=str(tmp_path / "calls"))
    for name, content in (("code", text), ("id", "#!/bin/sh\necho 1000\n")):
        (folder / name).write_text(content)
        (folder / name).chmod(0o755)
    return {**os.environ, "PATH": f"{folder}{os.pathsep}{os.environ['PATH']}"}


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Give the address at which a folder is served in the browser."""
    process = subprocess.Popen(
        [RUN, "--browser", folder], stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    try:
        line = next((line for line in process.stdout or () if "http" in line), "")
        yield line.split()[-1]
    finally:
        # Where tests run in the background of a shell, what they start is deaf to SIGINT.
        os.killpg(process.pid, signal.SIGTERM)
        rest, _ = process.communicate(timeout=60)
        assert "stopping" in rest


def test_the_user_s_own_code_gets_the_extension_and_the_folder(
    tmp_path: Path, with_code: dict[str, str]
):
    """The .vsix is installed first; then the folder opens, with this repository's server."""
    folder = tmp_path / "my project"
    folder.mkdir()

    subprocess.run([RUN, folder], env=with_code, check=True, timeout=120)

    calls = [json.loads(line) for line in (tmp_path / "calls").read_text().splitlines()]
    vsix = str(ROOT / "dist" / "octoprompt.vsix")
    assert [call["args"] for call in calls] == [
        ["--install-extension", vsix, "--force"],
        ["--new-window", str(folder)],
    ]
    command = json.loads(calls[-1]["server"])
    assert command[1:] == ["-m", "octoprompt", "serve"]
    version = [command[0], "-m", "octoprompt", "--version"]
    assert subprocess.run(version, capture_output=True, check=True, timeout=60).stdout


def test_a_folder_keeps_its_address(tmp_path: Path):
    """A tab can be loaded again after a restart; a second editor meanwhile has another port."""
    folder = tmp_path / "again"
    folder.mkdir()
    # The token of the address becomes a cookie, and goes from the address.
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())

    with served(folder) as first:
        tab = browser.open(first, timeout=60).url
        assert "tkn" not in tab
        with served(folder) as meanwhile:
            assert meanwhile != first
    with served(folder) as second:
        assert second == first
        assert browser.open(tab, timeout=60).status == 200


def test_a_folder_that_is_not_there_is_said(tmp_path: Path):
    """One sentence, and nothing is set up for it."""
    done = subprocess.run(
        [RUN, tmp_path / "nope"], capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 1
    assert done.stderr == f"error: there is no folder {tmp_path / 'nope'}\n"
