"""What a start costs: which libraries the server does without, and what it does before the rest."""

import subprocess
import sys
from pathlib import Path

import pytest

from support.client import Client, RpcFailure

WATCHED = Path(__file__).resolve().parent.parent / "support" / "watched.py"
NEVER = {
    "alembic": "only a schema that is out of date needs it",
    "httpx": "providers are reached by a child",
    "jinja2": "templates are filled in by a child",
    "litellm": "it takes 5 s CPU and 170 MB",
    "octoprompt.llm.reach": "providers are reached by a child",
    "octoprompt.index.worker": "files are parsed by workers",
    "pydantic_settings": "its command line alone takes 70 ms CPU",
    "sqlalchemy.dialects.postgresql": "it is for those who have `OCTOPROMPT_DATABASE_URL`",
    "tiktoken": "tokens are counted by a child",
    "tree_sitter": "files are parsed by workers",
}


@pytest.fixture
def watched(tmp_path: Path):
    """Start a server that waits for a file; gives how to start it, that file, and its modules'."""
    gate, loaded = tmp_path / "gate", tmp_path / "loaded"
    command = [sys.executable, str(WATCHED), str(gate), str(loaded)]
    env = {
        "OCTOPROMPT_DATA_DIR": str(tmp_path / "data"),
        "OCTOPROMPT_CACHE_DIR": str(tmp_path / "cache"),
    }
    return lambda root: Client(root, command=command, env=env), gate, loaded


def test_initialize_is_answered_before_the_application_is_imported(watched, repository: Path):
    """While the import of the application hangs, the client gets its answers; then all works."""
    start, gate, _ = watched
    client = start(repository)
    assert client.initialize()["capabilities"]
    ping = client.start("debug/ping")
    client.open(repository / "shop/cart.py", "apples = 1\n")
    with pytest.raises(RpcFailure, match="-32601"):
        client.request("nobody/knows")
    assert not client.has_answer(ping)
    gate.touch()
    assert client.answer(ping) == {}
    assert client.request("files/read", {"path": "shop/cart.py"})["text"] == "apples = 1\n"
    assert client.close() == 0


def test_a_warm_start_imports_nothing_that_it_does_not_need(watched, repository: Path):
    """Index, search, suggestions and prompts work without what is for workers, children, models."""
    start, gate, loaded = watched
    gate.touch()
    with start(repository) as client:
        client.until_idle()
    with start(repository) as client:
        client.until_idle()
        client.request("files/search", {"query": "cart", "kind": "path", "limit": 5})
        client.request("context/suggest", {"query": "total of a cart", "limit": 5})
        client.request("prompts/create", {"name": "plain", "content": "no variables"})
    modules = set(loaded.read_text(encoding="utf-8").split("\n"))
    assert "octoprompt.index.retrieval.engine" in modules
    assert modules.isdisjoint(NEVER), {name: NEVER[name] for name in modules & NEVER.keys()}


def test_no_module_of_the_workspace_is_imported(tmp_path: Path):
    """Neither the server, which starts in the workspace, nor a child of it runs what lies there."""
    root = tmp_path / "root"
    root.mkdir()
    (root / "a.py").write_text("def found(): pass\n", encoding="utf-8")
    proof = tmp_path / "ran"
    for name in ("attrs", "numpy", "sqlalchemy", "asyncio", "pathspec", "tiktoken", "jinja2"):
        text = f"open({str(proof)!r}, 'a').write({name!r})\nraise SystemExit(3)\n"
        (root / f"{name}.py").write_text(text, encoding="utf-8")
    with Client(root) as client:
        client.until_idle()
        assert client.request("symbols/find", {"query": "found"})["symbols"]
        assert client.request("files/search", {"query": "def found"})["hits"]
        assert client.request("context/build", {"instructions": "x", "budgetTokens": 500})["text"]
    assert not proof.exists()


def test_the_types_of_lsp_are_loaded_without_what_nobody_asks_of_them():
    """They hold and check values as before, and classes made later are whole."""
    code = """
from octoprompt.lsp.lean import load_types
load_types()
import attrs
from lsprotocol import types
place = types.Position(3, 4)
assert place == types.Position(line=3, character=4) and place < types.Position(4, 0)
found = types.Location("file:///a", types.Range(place, place))
assert found.range.start.line == 3 and attrs.fields(types.Location).uri.name == "uri"
assert found == types.Location("file:///a", types.Range(place, place))
assert types.TextDocumentIdentifier("a") != types.TextDocumentIdentifier("a")
try:
    types.Position("3", 4)
except (TypeError, ValueError):
    print("checked")
@attrs.define
class Ours:
    value: int
assert Ours(1) == Ours(1)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("checked\n", "")
