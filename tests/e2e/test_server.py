"""The server as an editor sees it: methods, commands, texts, files, notifications."""

import time
from pathlib import Path

import pytest

from octoprompt.contract.openrpc import document
from octoprompt.contract.registry import REQUESTS
from support.client import Client, RpcFailure


def read(client: Client, path: str) -> dict:
    """Give `files/read`."""
    return client.request("files/read", {"path": path})


def eventually(check, timeout: float = 20.0) -> None:
    """Wait until a condition holds that no message announces."""
    end = time.monotonic() + timeout
    while not check():
        assert time.monotonic() < end, "it did not come to be"
        time.sleep(0.05)  # noqa: TID251 - nothing tells when


def test_initialize_names_what_it_can():
    """Incremental texts, workspace folders, and every method as a command."""
    client = Client()
    capabilities = client.initialize()["capabilities"]
    client.close()
    assert capabilities["textDocumentSync"]["change"] == 2
    assert capabilities["textDocumentSync"]["openClose"]
    assert capabilities["textDocumentSync"]["save"] is not None
    assert capabilities["workspace"]["workspaceFolders"]["supported"]
    commands = capabilities["executeCommandProvider"]["commands"]
    assert sorted(commands) == sorted(f"octoprompt.{m.replace('/', '.')}" for m in REQUESTS)


def test_every_method_is_a_command_too(server: Client):
    """`workspace/executeCommand` answers as the request does, with or without params."""
    as_command = server.request(
        "workspace/executeCommand",
        {"command": "octoprompt.files.read", "arguments": [{"path": "README.md"}]},
    )
    assert as_command == read(server, "README.md")
    ping = {"command": "octoprompt.debug.ping"}
    assert server.request("workspace/executeCommand", ping) == {}
    assert server.request("workspace/executeCommand", {**ping, "arguments": []}) == {}


@pytest.mark.parametrize(
    "params",
    [
        {},
        {"command": "other.command"},
        {"command": 3},
        {"command": "octoprompt.debug.ping", "arguments": [{}, {}]},
        {"command": "octoprompt.debug.ping", "arguments": {}},
    ],
)
def test_bad_commands_are_bad_params(server: Client, params: dict):
    """A command that is not ours, or two arguments, is -32602."""
    with pytest.raises(RpcFailure, match="-32602"):
        server.request("workspace/executeCommand", params)


def test_discover_gives_the_document(server: Client):
    """`rpc.discover` answers with what the generated file holds."""
    assert server.request("rpc.discover") == document()


@pytest.mark.parametrize("params", [None, {}])
def test_params_may_be_left_out(server: Client, params: object):
    """No params are empty params."""
    assert server.request("index/status", params)["state"] == "idle"


@pytest.mark.parametrize(
    ("params", "path"),
    [
        ({}, "path"),
        ({"path": 3}, "path"),
        ({"path": "README.md", "startLine": "x"}, "startLine"),
        ({"path": "README.md", "nope": 1}, "nope"),
        ({"path": "README.md", "start_line": 1}, "start_line"),
        ([], "params"),
    ],
)
def test_bad_params_say_which_and_why(server: Client, params: object, path: str):
    """-32602 with the field; names inside Python do not count on the wire."""
    with pytest.raises(RpcFailure) as caught:
        server.request("files/read", params)
    assert caught.value.code == -32602
    assert (caught.value.data["problems"][0]["path"] or "params") == path
    assert f"`{path}`" in caught.value.message


def test_bad_params_do_not_come_back(server: Client):
    """What a client sent is not in the error, however large it was."""
    with pytest.raises(RpcFailure) as caught:
        server.request("files/read", {"path": ["secret " * 1000], "x" * 5000: 1})
    assert "secret" not in caught.value.message + str(caught.value.data)
    assert len(caught.value.message) + len(str(caught.value.data)) < 1500


def test_domain_errors_have_their_code(server: Client):
    """A file that is not there is 201, with a name and a sentence."""
    with pytest.raises(RpcFailure) as caught:
        read(server, "nope.py")
    assert (caught.value.code, caught.value.data["error"]) == (201, "PathNotFound")
    assert "`nope.py`" in caught.value.message


def test_unsaved_text_wins_until_it_is_closed(server: Client, repository: Path):
    """Open, change by ranges, close: `files/read` follows at once."""
    path = repository / "shop" / "prices.py"
    saved = path.read_text(encoding="utf-8")
    server.open(path, saved)
    top = {"line": 0, "character": 0}
    change = {
        "range": {"start": {"line": 0, "character": 4}, "end": {"line": 0, "character": 12}},
        "text": "cost_of",
    }
    server.notify(
        "textDocument/didChange",
        {
            "textDocument": {"uri": path.as_uri(), "version": 2},
            "contentChanges": [
                change,
                {"range": {"start": top, "end": top}, "text": "x = 1\n"},
            ],
        },
    )
    shown = read(server, "shop/prices.py")
    assert shown["text"] == "x = 1\n" + saved.replace("price_of", "cost_of")
    assert shown["unsaved"]
    server.close_text(path)
    again = read(server, "shop/prices.py")
    assert (again["text"], again["unsaved"]) == (saved, False)


def test_an_open_text_that_is_saved_is_not_unsaved(server: Client, repository: Path):
    """What the editor shows and the disk holds are the same: nothing is laid over the file."""
    path = repository / "shop" / "cart.py"
    server.open(path, path.read_text(encoding="utf-8"))
    eventually(lambda: not read(server, "shop/cart.py")["unsaved"])
    server.close_text(path)


def test_unsaved_definitions_are_found(server: Client, repository: Path):
    """A name that is only in the editor is in its outline."""
    path = repository / "shop" / "prices.py"
    server.open(path, "def fresh_name():\n    pass\n")
    outline = server.request("files/outline", {"path": "shop/prices.py"})
    assert [symbol["name"] for symbol in outline["symbols"]] == ["fresh_name"]
    server.close_text(path)


def test_texts_opened_before_the_project_are_kept(own_repository: Path):
    """`didOpen` right behind `initialized` counts, though the project opens later."""
    path = own_repository / "shop" / "prices.py"
    client = Client(own_repository)
    client.initialize()
    client.open(path, "early = True\n")
    assert read(client, "shop/prices.py")["text"] == "early = True\n"
    assert client.close() == 0


def test_changes_on_disk_arrive(own_repository: Path):
    """The client is asked to watch files, and what it reports is indexed and told."""
    with Client(own_repository) as client:
        client.until_idle()
        seen = len(client.notifications)
        new = own_repository / "shop" / "new_module.py"
        new.write_text("def brand_new():\n    pass\n", encoding="utf-8")
        change = {"uri": new.as_uri(), "type": 1}
        client.notify("workspace/didChangeWatchedFiles", {"changes": [change]})
        client.until("index/changed", start=seen)

        def is_found() -> bool:
            found = client.request("symbols/find", {"query": "brand_new"})["symbols"]
            return [symbol["path"] for symbol in found] == ["shop/new_module.py"]

        eventually(is_found)
        assert "client/registerCapability" in client.asked


def test_a_change_that_nothing_told_of_is_seen_by_a_rescan(own_repository: Path):
    """The client asks for one when its window has the focus again; no other scan is needed."""
    with Client(own_repository) as client:
        client.until_idle()
        (own_repository / "shop" / "unseen.py").write_text("def unseen_one(): pass\n", "utf-8")

        def found() -> list[str]:
            symbols = client.request("symbols/find", {"query": "unseen_one"})["symbols"]
            return [symbol["path"] for symbol in symbols]

        assert found() == []
        assert client.request("index/rescan")["state"] != "error"
        eventually(lambda: found() == ["shop/unseen.py"])


def test_what_git_writes_arrives(own_repository: Path):
    """Rules of the repository's own hold as soon as the client reports that they changed."""
    (own_repository / "x.log").write_text("a line\n", encoding="utf-8")
    rules = own_repository / ".git/info/exclude"
    with Client(own_repository) as client:
        client.until_idle()

        def listed() -> set[str]:
            entries = client.request("files/list", {"folder": ""})["entries"]
            return {entry["path"] for entry in entries}

        assert "x.log" in listed()
        client.request("index/refresh")  # until the commits are read as well
        rules.write_text("*.log\n", encoding="utf-8")
        change = {"uri": rules.as_uri(), "type": 2}
        client.notify("workspace/didChangeWatchedFiles", {"changes": [change]})
        eventually(lambda: "x.log" not in listed())


def test_index_changes_are_told_but_not_too_often(own_repository: Path):
    """`index/changed` ends with the last state, and comes at most four times a second."""
    with Client(own_repository) as client:
        client.until_idle()
        start = len(client.notifications)
        began = time.monotonic()
        for number in range(20):
            (own_repository / f"f{number}.py").write_text(f"a{number} = 1\n", encoding="utf-8")
            client.request("index/refresh")
        last = client.request("index/status")

        def is_told() -> bool:
            told = [n["params"] for n in client.notifications[start:] if "index/changed" in str(n)]
            return bool(told) and told[-1] == last

        eventually(is_told)
        told = len(client.notifications) - start
        assert told <= (time.monotonic() - began) * 4 + 2


def test_folders_come_and_go(own_repository: Path, repository: Path):
    """A folder that is added is a project; with two, a request must name one of them."""
    second = {"uri": repository.as_uri(), "name": "second"}
    with Client(own_repository) as client:
        change = {"event": {"added": [second], "removed": []}}
        client.notify("workspace/didChangeWorkspaceFolders", change)

        def open_roots() -> set[str]:
            projects = client.request("projects/list")["projects"]
            return {project["root"] for project in projects if project["open"]}

        eventually(lambda: open_roots() == {str(own_repository), str(repository)})
        with pytest.raises(RpcFailure) as caught:
            client.request("index/status")
        assert caught.value.data["error"] == "UnknownProject"
        change = {"event": {"added": [], "removed": [second]}}
        client.notify("workspace/didChangeWorkspaceFolders", change)
        eventually(lambda: open_roots() == {str(own_repository)})
        assert client.until_idle()["files"] > 0


def test_a_request_waits_for_the_folders_that_changed_before_it(
    own_repository: Path, repository: Path
):
    """What is asked right behind a change of folders is answered after it, ten times over."""
    second = {"uri": repository.as_uri(), "name": "second"}
    with Client(own_repository) as client:
        for _ in range(10):
            change = {"event": {"added": [second], "removed": []}}
            client.notify("workspace/didChangeWorkspaceFolders", change)
            with pytest.raises(RpcFailure, match="2 workspace roots are open"):
                client.request("index/status")
            change = {"event": {"added": [], "removed": [second]}}
            client.notify("workspace/didChangeWorkspaceFolders", change)
            assert client.request("index/status")["files"] >= 0


def test_dump_says_how_it_is(server: Client):
    """Versions, counts, tasks and the loop's lag; nothing of the files."""
    dump = server.request("debug/dump")
    assert {"octoprompt", "python", "sqlite", "pygls"} <= set(dump["versions"])
    assert dump["counts"]["debug/dump"] >= 1
    assert any(task.startswith("debug/dump") for task in dump["tasks"])
    assert set(dump["loopLagMs"]) == {"p50", "p99", "max", "ownMax"}
    assert len(dump["projects"]) == 1
