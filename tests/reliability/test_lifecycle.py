"""LSP's life cycle: which codes when, and how the process ends."""

import signal
import time

import pytest

from support.client import Client, RpcFailure, faulty

BEFORE = [
    "debug/ping",
    "shutdown",
    "workspace/executeCommand",
    "textDocument/hover",
    "rpc.discover",
]
END_S = 5.0
"""LSP wants it quick: 2 s on a quiet machine."""


def code_of(client: Client, method: str, params: object = None) -> int:
    """Give the error code of a request that must fail."""
    with pytest.raises(RpcFailure) as caught:
        client.request(method, params)
    return caught.value.code


def test_before_initialize_only_initialize_is_served():
    """Requests get -32002, notifications are dropped, and `initialize` works afterwards."""
    client = Client()
    for method in BEFORE:
        assert code_of(client, method, {}) == -32002
    client.notify("initialized", {})
    client.notify("textDocument/didOpen", {})
    assert client.initialize()["capabilities"]
    assert client.close() == 0


def test_initialize_is_taken_once(server: Client):
    """A second `initialize` is an invalid request and changes nothing."""
    assert code_of(server, "initialize", server.initialize_params()) == -32600
    server.ping()


def test_bad_initialize_can_be_repeated():
    """Params that do not fit are -32602, and a proper `initialize` is still possible."""
    client = Client()
    assert code_of(client, "initialize", {"capabilities": 3}) == -32602
    assert code_of(client, "debug/ping") == -32002
    client.initialize()
    assert client.close() == 0


@pytest.mark.parametrize("pid", [10**30, 2**31, -1, 0, None])
def test_a_client_with_an_odd_process_id_is_served(pid: int | None):
    """A `processId` that no process can have is not watched, and costs nothing else."""
    client = Client()
    assert client.initialize(processId=pid)["capabilities"]
    client.ping(timeout=20)
    assert client.close() == 0


def test_unknown_methods_are_told(server: Client):
    """-32601 for requests, whoever's name it is; unknown notifications are ignored."""
    for method in ("nope", "textDocument/hover", "octoprompt/nope/nope", "$/nope", "octoprompt/"):
        assert code_of(server, method, {}) == -32601
    server.notify("$/nope", {})
    server.notify("nope")
    server.ping()


@pytest.mark.parametrize("method", ["$/setTrace", "initialized", "workspace/didChangeWatchedFiles"])
def test_a_notification_with_an_id_is_answered(server: Client, method: str):
    """Whoever sent an id waits for it."""
    assert code_of(server, method, {"value": "off", "changes": []}) == -32600
    server.ping()


def test_after_shutdown_only_exit_is_served():
    """Requests get -32600, a second `shutdown` too, and `exit` ends with 0."""
    client = Client()
    client.initialize()
    assert client.request("shutdown") is None
    for method in ("debug/ping", "shutdown", "initialize"):
        assert code_of(client, method, {}) == -32600
    client.notify("exit")
    assert client.wait() == 0


@pytest.mark.parametrize("initialize", [True, False])
def test_exit_without_shutdown_is_1(initialize: bool):  # noqa: FBT001 - a case of the test
    """LSP: an `exit` that nobody prepared is an error."""
    client = Client()
    if initialize:
        client.initialize()
    client.notify("exit")
    assert client.wait() == 1


def test_end_of_input_ends_the_server():
    """A client that hangs up without a word leaves no server behind."""
    client = Client()
    client.initialize()
    client.hang_up()
    assert client.wait() == 1


@pytest.mark.parametrize("kind", ["slow", "thread", "hold"])
def test_it_ends_in_time_whatever_it_does(kind: str):
    """Requests that run, threads that cannot be stopped, a held loop: `exit` means exit."""
    client = Client(command=faulty(kind))
    client.initialize()
    client.request("debug/dump", timeout=30)
    waiting = [client.start("debug/ping") for _ in range(3)]
    began = time.monotonic()
    client.start("shutdown")
    client.notify("exit")
    assert client.wait(END_S + 10) == 0
    assert time.monotonic() - began < END_S + (4.5 if kind == "hold" else 0)
    if kind != "hold":
        for id_ in waiting:
            with pytest.raises(RpcFailure, match="-32800"):
                client.answer(id_, timeout=1)


def test_it_ends_in_time_while_it_starts(own_repository):
    """`shutdown` and `exit` right behind `initialized` are obeyed."""
    client = Client(own_repository)
    client.initialize()
    began = time.monotonic()
    client.request("shutdown")
    client.notify("exit")
    assert client.wait() == 0
    assert time.monotonic() - began < END_S + 3


def test_it_ends_in_time_while_nobody_reads():
    """Answers that nobody takes do not keep the process."""
    client = Client(command=faulty("large"))
    client.initialize()
    client.ping(timeout=30)
    client.stop_reading()
    for _ in range(3):
        client.start("debug/dump")
    client.notify("exit")
    assert client.wait() == 1


def test_shutdown_answers_what_was_running():
    """Requests in flight at `shutdown` are cancelled, not forgotten."""
    client = Client(command=faulty("slow"))
    client.initialize()
    waiting = [client.start("debug/ping") for _ in range(20)]
    client.request("debug/dump", timeout=30)
    client.request("shutdown", timeout=10)
    for id_ in waiting:
        with pytest.raises(RpcFailure) as caught:
            client.answer(id_, timeout=2)
        assert caught.value.code == -32800
    client.notify("exit")
    assert client.wait() == 0


def test_signals_end_it_properly():
    """A polite kill closes the databases and ends with the signal's code."""
    client = Client()
    client.initialize()
    client.process.send_signal(signal.SIGTERM)
    assert client.wait() == 128 + signal.SIGTERM


def test_an_unknown_root_is_an_error_of_its_own(tmp_path):
    """A folder that is not there: told to the user, and the reason of each request's failure."""
    with Client(tmp_path / "gone") as client:
        with pytest.raises(RpcFailure) as caught:
            client.request("index/status")
        assert caught.value.data["error"] == "RootUnreadable"
        assert "gone" in client.until("window/showMessage")["message"]
        client.ping()


def test_no_folder_is_no_crash():
    """Without a folder there is nothing to index, and requests say so."""
    with Client() as client:
        with pytest.raises(RpcFailure) as caught:
            client.request("index/status")
        assert caught.value.data["error"] == "UnknownProject"
        assert client.request("projects/list") == {"projects": []}
