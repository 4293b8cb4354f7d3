"""The frame parser, alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from octoprompt.lsp.framing import MAX_BODY, MAX_LINE, MAX_SKIPPED, Fault, Frames, LostTrack

GOOD = b'Content-Length: 8\r\n\r\n{"a": 1}'


def bodies(data: bytes, chunk: int = 1 << 20) -> list[bytes]:
    """Give the bodies in a stream that arrives in chunks."""
    frames = Frames()
    pieces = (data[start : start + chunk] for start in range(0, len(data), chunk))
    found = [item for piece in pieces for item in frames.feed(piece)]
    return [item for item in found if isinstance(item, bytes)]


@given(st.lists(st.binary(max_size=60), max_size=6), st.integers(1, 40))
def test_any_chunks_give_the_same_messages(messages, chunk):
    """How bytes arrive does not matter, whatever the bodies hold but a header."""
    data = b"".join(b"Content-Length: %d\r\n\r\n%s" % (len(m), m) for m in messages)
    assert bodies(data, chunk) == messages


@given(st.binary(max_size=300), st.integers(1, 50))
def test_a_message_after_garbage_is_found(garbage, chunk):
    """Whatever came before, the second good message after it is read."""
    assert bodies(garbage + b"\n" + GOOD + GOOD, chunk)[-1] == b'{"a": 1}'


@pytest.mark.parametrize(
    "header",
    [
        b"content-length: 8\r\n\r\n",
        b"CONTENT-LENGTH:8\r\n\r\n",
        b"Content-Length : 8 \r\n\r\n",
        b"Content-Length: 8\n\n",
        b"Content-Length: 8\r\nContent-Type: application/vscode-jsonrpc; charset=utf-8\r\n\r\n",
        b"X-Other: 1\r\nContent-Length: 8\r\n\r\n",
        b"\r\n\r\nContent-Length: 8\r\n\r\n",
        b"Content-Length: 8\r\nContent-Length: 8\r\n\r\n",
    ],
)
def test_sloppy_headers_are_taken(header):
    """Case, blanks, order and kind of line end are not what matters."""
    assert bodies(header + b'{"a": 1}' + GOOD) == [b'{"a": 1}'] * 2


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"Content-Length: -8\r\n\r\n", "no plain number"),
        (b"Content-Length: 1e3\r\n\r\n", "no plain number"),
        (b"Content-Length: " + b"9" * 4000 + b"\r\n\r\n", "no plain number"),
        (b"Content-Length: %d\r\n\r\n" % (MAX_BODY + 1), "at most"),
        (b"Content-Length: 8\r\nContent-Length: 9\r\n\r\n", "two different"),
        (b"Content-Type: x\r\n\r\n", "without `Content-Length`"),
        (b"hello\r\n\r\n", "no header"),
        (b"x" * MAX_LINE, "more than 4096 bytes"),
    ],
)
def test_faults_are_named_and_survived(data, reason):
    """Each kind of broken header is one fault, and the message behind it is read."""
    found = list(Frames().feed(data + GOOD))
    assert isinstance(found[0], Fault)
    assert reason in found[0].reason
    assert found[-1] == b'{"a": 1}'


def test_a_length_too_long_gives_the_swallowed_message_back():
    """A body that holds a real header was too long; what it swallowed is read."""
    found = list(Frames().feed(b'Content-Length: 5000\r\n\r\n{"a": 1}' + GOOD))
    assert [type(item) for item in found] == [Fault, bytes]


def test_a_body_that_was_no_json_is_searched():
    """One byte too much took the next header's first letter; it is found all the same."""
    frames = Frames()
    stream = frames.feed(b'Content-Length: 9\r\n\r\n{"a": 1}' + GOOD)
    first = next(stream)
    assert isinstance(first, bytes)
    assert first == b'{"a": 1}C'
    frames.put_back(first)
    assert list(stream) == [b'{"a": 1}']


def test_endless_garbage_is_given_up():
    """After `MAX_SKIPPED` bytes of no message the other end does not speak this protocol."""
    frames = Frames()
    found = list(frames.feed(b"z" * MAX_SKIPPED))
    assert all(isinstance(item, Fault) for item in found)
    with pytest.raises(LostTrack):
        list(frames.feed(b"z" * 1000))


def test_the_end_is_clean_only_between_messages():
    """A stream that ends inside a header or a body was cut."""
    for data, clean in ((b"", True), (GOOD, True), (GOOD[:9], False), (GOOD[:-1], False)):
        frames = Frames()
        list(frames.feed(data))
        assert frames.is_between_messages is clean
