"""A workspace that nobody trusts: nothing of it is run, and no program but our own is started."""

import json
import os
import sys
from pathlib import Path

import pytest

from support import streaming
from support.client import Client, RpcFailure
from support.server import make_repository
from support.streaming import data_in, use

WATCH = """
import json, os, sys
NAMES = ("subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.startfile")
def note(event, args):
    if event in NAMES:
        with open(os.environ["SPAWNS"], "a") as file:
            file.write(json.dumps([event, str(args[0]), [str(a) for a in args[1] or ()]]) + "\\n")
sys.addaudithook(note)
"""
EVIL = "#!/bin/sh\ntouch '{canary}'\n"
ASKED = (
    ("index/refresh", {}),
    ("files/search", {"query": "shop", "kind": "text"}),
    ("files/relate", {"path": "shop/cart.py"}),
    ("context/suggest", {"query": "total of the cart"}),
    ("context/build", {"include": {"gitDiff": "working", "rules": True, "tree": True}}),
    ("prompts/create", {"name": "p", "content": "{{ diff }}"}),
    ("tickets/create", {"title": "Sell pears"}),
)
REFUSED = (
    ("agents/run", {"kind": "ask", "request": "x"}),
    ("agents/run", {"kind": "review", "request": ""}),
    ("agents/estimate", {"kind": "ask", "request": "x"}),
    ("summaries/generate", {"paths": ["."]}),
    ("edits/propose", {"text": "DELETE: README.md\n"}),
)


@pytest.mark.skipif(sys.platform == "win32", reason="the hooks of the repository are shell scripts")
@pytest.mark.parametrize("is_trusted", [False, True])
def test_nothing_of_an_untrusted_workspace_is_run(tmp_path: Path, *, is_trusted: bool):
    """Every process that the server and its children start is told; where it is trusted, git's."""
    root, canary = make_repository(tmp_path / "shop"), tmp_path / "canary"
    for name in ("fsmonitor", "git", "python", "rg"):
        path = root / name
        path.write_text(EVIL.format(canary=canary))
        path.chmod(0o755)
    with (root / ".git/config").open("a") as file:
        file.write(f"[core]\n\tfsmonitor = {root}/fsmonitor\n\tpager = {root}/fsmonitor\n")
    (tmp_path / "site").mkdir()
    (tmp_path / "site/sitecustomize.py").write_text(WATCH)
    spawns = tmp_path / "spawns.txt"
    env = {
        **data_in(tmp_path),
        "SPAWNS": str(spawns),
        "PYTHONPATH": os.pathsep.join([str(tmp_path / "site"), os.environ.get("PYTHONPATH", "")]),
    }
    command = [sys.executable, str(Path(streaming.__file__).with_name("talking.py"))]
    options = {"trusted": is_trusted, "summaries": {"dailyTokens": 9_999, "quietSeconds": 0.1}}
    client = Client(root, env=env, options=options, command=command)
    client.initialize()
    use(client, "http://127.0.0.1:9/v1")
    try:
        for method, params in ASKED:
            client.request(method, params)
        for method, params in REFUSED if not is_trusted else ():
            with pytest.raises(RpcFailure) as refused:
                client.request(method, params)
            assert refused.value.code == 107
    finally:
        client.close()
    told = [json.loads(line) for line in spawns.read_text().splitlines()]
    others = {program for _, program, _ in told if program != sys.executable}
    assert {event for event, _, _ in told} == {"subprocess.Popen"}
    assert {Path(program).name for program in others} == ({"git"} if is_trusted else set())
    assert not any(Path(program).is_relative_to(root) for program in others)
    assert not canary.exists()
    assert is_trusted or not (tmp_path / "asked.txt").exists()
