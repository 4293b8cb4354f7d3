"""Broken framing against a real server: it goes on, or it ends with a word and a code."""

import contextlib
import json

import pytest

from support.client import Client, frame

PING = {"jsonrpc": "2.0", "id": "probe", "method": "octoprompt/debug/ping"}
GOOD = frame(json.dumps(PING).encode())
OTHER = frame(json.dumps({**PING, "id": "other"}).encode())
BODY = json.dumps({**PING, "id": "other"}).encode()


def head(length: object, end: bytes = b"\r\n\r\n") -> bytes:
    """Make a header with any length."""
    return f"Content-Length: {length}".encode() + end


FAULTS = {
    "lower case": GOOD.replace(b"Content-Length", b"content-length"),
    "upper case": GOOD.replace(b"Content-Length", b"CONTENT-LENGTH"),
    "line feeds only": GOOD.replace(b"\r\n", b"\n"),
    "no blank after the colon": GOOD.replace(b": ", b":", 1),
    "many blanks": GOOD.replace(b": ", b"  :\t  ", 1),
    "blanks behind": GOOD.replace(b"\r\n", b"   \r\n", 1),
    "content type": b"Content-Type: application/vscode-jsonrpc; charset=utf-8\r\n" + GOOD,
    "unknown header": b"X-Trace: 1\r\n" + GOOD,
    "blank lines before": b"\r\n\r\n\n" + GOOD,
    "length 0": head(0) + GOOD,
    "length negative": head(-5) + BODY + GOOD,
    "length plus": head("+5") + BODY + GOOD,
    "length one too many": head(len(BODY) + 1) + BODY + GOOD,
    "length ten too many": head(len(BODY) + 10) + BODY + GOOD,
    "length far too many": head(5_000_000) + BODY + GOOD,
    "length one too few": head(len(BODY) - 1) + BODY + GOOD,
    "length ten too few": head(len(BODY) - 10) + BODY + GOOD,
    "length 1e12": head(10**12) + BODY + GOOD,
    "length 1e30": head(10**30) + BODY + GOOD,
    "length of 5000 digits": head("9" * 5000) + BODY + GOOD,
    "length over the limit": head(65 * 1024 * 1024) + BODY + GOOD,
    "length hexadecimal": head("0x10") + BODY + GOOD,
    "length float": head("10.0") + BODY + GOOD,
    "length empty": head("") + BODY + GOOD,
    "length unicode digits": head("\u0665") + BODY + GOOD,
    "length twice the same": head(len(BODY), b"\r\n") + OTHER + GOOD,
    "length twice different": head(3, b"\r\n") + OTHER + GOOD,
    "no header": BODY + GOOD,
    "no header, a line": BODY + b"\r\n" + GOOD,
    "no length": b"Content-Type: x\r\n\r\n" + BODY + GOOD,
    "header of 10 MB": b"X: " + b"y" * 10_000_000 + b"\r\n\r\n" + GOOD,
    "line of 3 MB without an end": b"z" * 3_000_000 + GOOD,
    "byte order mark": b"\xef\xbb\xbf" + GOOD,
    "NUL bytes": b"\0" * 100 + GOOD,
    "UTF-16 stream": GOOD.decode().encode("utf-16-le") + GOOD,
    "HTTP": b"POST / HTTP/1.1\r\nHost: x\r\n\r\n" + GOOD,
    "two in one write": OTHER + GOOD,
    "half a message, then a good one": OTHER[:-10] + GOOD,
    "half a header, then a good one": OTHER[:12] + GOOD,
    "body of bad UTF-8": frame(b"\xff\xfe\xfd") + GOOD,
    "body of bad JSON": frame(b"{nope") + GOOD,
    "body of deep nesting": frame(b"[" * 100_000) + GOOD,
    "body of a long number": frame(b'{"a":' + b"9" * 5000 + b"}") + GOOD,
    "batch": frame(b"[" + BODY + b"]") + GOOD,
}


@pytest.fixture(scope="module")
def client():
    """A server of this module's own, for it may come to harm."""
    client = Client()
    client.initialize()
    client.ping(timeout=30)
    yield client
    assert client.close() == 0


@pytest.mark.parametrize("name", FAULTS)
def test_a_good_message_after_a_fault_is_answered(client: Client, name: str):
    """Whatever was wrong, the next good message gets its answer, in the same process."""
    client.expect("probe")
    client.raw(FAULTS[name])
    assert client.answer("probe", timeout=10) == {}


def test_bytes_one_by_one_are_a_message(client: Client):
    """A message may arrive in as many pieces as it has bytes."""
    client.expect("probe")
    for byte in GOOD:
        client.raw(bytes([byte]))
    assert client.answer("probe", timeout=10) == {}


def test_what_was_skipped_is_told(client: Client):
    """Lost bytes give an error without an id, so that nobody waits for nothing."""
    before = len(client.unasked)
    client.expect("probe")
    client.raw(head("nonsense") + GOOD)
    client.answer("probe", timeout=10)
    told = client.unasked[before:]
    assert [message["error"]["code"] for message in told] == [-32700]
    assert told[0]["id"] is None


@pytest.mark.parametrize("body", [b"", b"3", b"null", b'"x"', b"[]", b"{}", b'{"jsonrpc":"2.0"}'])
def test_no_message_is_answered_with_an_error(client: Client, body: bytes):
    """JSON that is no request is told so at once."""
    before = len(client.unasked)
    client.expect("probe")
    client.raw(frame(body) + GOOD)
    client.answer("probe", timeout=10)
    assert client.unasked[before]["error"]["code"] in (-32700, -32600)


def test_half_a_message_then_the_end_is_said_and_coded():
    """A stream that is cut inside a message ends the server with 70 and a line in the log."""
    client = Client()
    client.initialize()
    client.raw(OTHER[:-10])
    client.hang_up()
    assert client.wait() == 70
    assert "inside a message" in client.log()


def test_endless_garbage_ends_the_server():
    """Megabytes without any message mean that the other end speaks something else."""
    client = Client()
    # A client that can register watchers answers a request amid the garbage: that is a message.
    client.initialize(capabilities={})
    with contextlib.suppress(BrokenPipeError):
        for _ in range(80):
            client.raw(b"garbage " * 131_072)
    assert client.wait() == 70
    assert "no message" in client.log()


def test_a_result_and_a_text_of_many_megabytes_pass(tmp_path):
    """An editor may show 50 MB; the server takes it and stays there for others."""
    path = tmp_path / "large.txt"
    path.write_text("x", encoding="utf-8")
    client = Client(tmp_path)
    with client:
        client.open(path, "line of text\n" * 4_000_000)
        client.ping(timeout=30)
