"""Nothing foreign on the wire, nothing secret on it or in the log, one typed error per failure."""

import json
from pathlib import Path

import pytest

from octoprompt.contract.openrpc import document
from support.client import Client, RpcFailure, faulty
from support.server import sample

SECRET = "canary0123456789"


def test_nothing_that_prints_reaches_the_wire():
    """Ten ways to write to standard output, and the client reads only messages."""
    with Client(command=faulty("print")) as client:
        client.ping(timeout=30)
        client.ping()
        log = client.log()
    for word in ("print", "buffer", "os.write", "C printf", "child", "shell", "system"):
        assert word in log


def test_every_handler_may_fail():
    """Each method answers a short error without traceback, path or secret; the log has the rest."""
    spec = document()
    schemas = spec["components"]["schemas"]
    client = Client(command=faulty("raise"))
    client.initialize()
    last_id = ""
    for method in spec["methods"]:
        with pytest.raises(RpcFailure) as caught:
            client.request(method["name"], sample(method["x-params"], schemas))
        answer = json.dumps([caught.value.message, caught.value.data])
        assert caught.value.code == -32603
        assert len(answer) < 1000
        assert SECRET not in answer
        assert "Traceback" not in answer
        last_id = caught.value.data["correlationId"]
        assert last_id in caught.value.message
    (log_file,) = (client.data_dir / "logs").iterdir()
    client.request("shutdown")
    text = log_file.read_text(encoding="utf-8")
    log = client.log()
    client.notify("exit")
    client.wait()
    for written in (text, log):
        assert last_id in written
        assert "Traceback" in written
        assert SECRET not in written
        assert "[redacted]" in written


def test_a_handler_cannot_end_the_server():
    """SystemExit in a handler is one request's failure."""
    with Client(command=faulty("exit")) as client:
        for _ in range(3):
            with pytest.raises(RpcFailure, match="-32603"):
                client.ping(timeout=30)
        assert client.request("rpc.discover")["openrpc"]


def test_a_deadline_is_an_error_of_its_own():
    """What takes longer than it may is given up, and said."""
    with Client(command=faulty("late")) as client, pytest.raises(RpcFailure) as caught:
        client.ping(timeout=30)
    assert caught.value.code == 600
    assert caught.value.data["error"] == "DeadlinePassed"


def test_an_answer_beyond_the_limit_is_an_error():
    """What no message may hold is refused, and a large one passes."""
    with Client(command=faulty("huge")) as client:
        with pytest.raises(RpcFailure, match="ask for less"):
            client.request("debug/dump")
        client.ping()
    with Client(command=faulty("large")) as client:
        assert len(client.request("debug/dump")["tasks"][0]) == 20 << 20


def test_the_trace_holds_every_message(tmp_path: Path):
    """`OCTOPROMPT_TRACE` names a file of one JSON document a line, from both sides."""
    trace = tmp_path / "trace" / "wire.jsonl"
    client = Client(env={"OCTOPROMPT_TRACE": str(trace)})
    client.initialize()
    client.ping(timeout=30)
    assert client.close() == 0
    lines = [json.loads(line) for line in trace.read_text(encoding="utf-8").splitlines()]
    methods = [line["message"].get("method") for line in lines if line["from"] == "client"]
    sent = ["initialize", "initialized", "octoprompt/debug/ping", "shutdown", "exit"]
    assert [method for method in methods if method] == sent
    answers = [line["message"].get("id") for line in lines if line["from"] == "server"]
    assert {1, 2, 3} <= set(answers)
