"""The trace holds what was said but keys, and cannot end the wire."""

import json

import pytest

from octoprompt.lsp.trace import Trace

KEY = "sk-made-up-0123456789"
CALL = {"jsonrpc": "2.0", "id": 1, "method": "octoprompt/providers/setKey", "params": {"key": KEY}}
COMMAND = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "workspace/executeCommand",
    "params": {"command": "octoprompt.providers.setKey", "arguments": [{"key": KEY}]},
}


@pytest.fixture
def noted(tmp_path):
    """Note bodies and give the lines of the file."""
    path = tmp_path / "trace.jsonl"
    trace = Trace(path)

    def note(*bodies: bytes) -> list[dict]:
        for body in bodies:
            trace.note("client", body)
        return [json.loads(line) for line in path.read_text().splitlines()]

    yield note
    trace.close()


@pytest.mark.parametrize(
    "body",
    [
        json.dumps(CALL),
        json.dumps(COMMAND),
        json.dumps(CALL).replace("/setKey", "\\/set\\u004bey"),
        json.dumps([CALL, COMMAND]),
        json.dumps(CALL)[:-1],
    ],
)
def test_a_key_is_left_out_however_it_is_sent(noted, body):
    """As a request, as a command, escaped, in a batch, cut off."""
    (line,) = noted(body.encode())
    assert KEY not in json.dumps(line)


def test_everything_else_is_there(noted):
    """A message about keys is a message like others."""
    message = {"jsonrpc": "2.0", "method": "x", "params": {"text": "providers/setKey"}}
    lines = noted(json.dumps(message).encode(), b"no json", b"[" * 100_000, b"[]")
    assert [line["message"] for line in lines] == [message, "no json", "[" * 100_000, []]
