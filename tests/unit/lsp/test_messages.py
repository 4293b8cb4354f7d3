"""From bodies to messages, alone."""

import json

import pytest

from octoprompt.lsp.messages import (
    INVALID_REQUEST,
    PARSE_ERROR,
    Answer,
    Call,
    Notice,
    Refusal,
    parse,
)


def message(**fields: object) -> bytes:
    """Make a body."""
    return json.dumps({"jsonrpc": "2.0", **fields}).encode()


def test_each_kind_is_recognised():
    """A method with an id is a call, without one a notice; an id alone is an answer."""
    assert isinstance(parse(message(id=1, method="a")), Call)
    assert isinstance(parse(message(method="a", params={})), Notice)
    assert isinstance(parse(message(id="x", result=None)), Answer)
    assert isinstance(parse(message(id="x", error={"code": 1, "message": ""})), Answer)


def test_free_payloads_pass_untouched():
    """A key that JSON-RPC uses means nothing inside params."""
    params = {"jsonrpc": "1.0", "id": 3, "inner": {"jsonrpc": "2.0", "method": "x"}}
    call = parse(message(id=1, method="a", params=params))
    assert isinstance(call, Call)
    assert call.params == params


def test_half_a_surrogate_pair_is_replaced_in_a_request_alone():
    """UTF-8 and SQLite cannot hold it; changes of a document may bring the halves one by one."""
    params = {"half \ud83d": ["\ude00 x", "\ud83d\ude00", 1.5, None]}
    call = parse(message(id="\ud83d", method="a", params=params))
    notice = parse(message(method="a", params=params))
    assert isinstance(call, Call)
    assert call.id == "\ud83d"
    assert isinstance(notice, Notice)
    assert call.params == {"half \ufffd": ["\ufffd x", "\U0001f600", 1.5, None]}
    assert notice.params == {"half \ud83d": ["\ude00 x", "\U0001f600", 1.5, None]}


@pytest.mark.parametrize("depth", [100, 900, 990, 5_000, 100_000])
def test_half_a_surrogate_pair_far_inside_raises_nothing(depth):
    """Where it is too deep to be replaced, the message is refused."""
    body = b'{"jsonrpc":"2.0","id":1,"method":"a","params":%s"\\ud800"%s}'
    found = parse(body % (b"[" * depth, b"]" * depth))
    assert isinstance(found, Call) or (isinstance(found, Refusal) and found.code == PARSE_ERROR)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"\xff\xfe{}",
        b'{"a": NaN}',
        b"[" * 200_000,
        b'{"a": ' + b"9" * 5000 + b"}",
        json.dumps({"jsonrpc": "2.0", "id": 1, "method": "a"}).encode("utf-16"),
    ],
)
def test_what_is_no_json_is_refused(body):
    """Bad JSON, bad UTF-8, depth and size of numbers are parse errors, not exceptions."""
    refusal = parse(body)
    assert isinstance(refusal, Refusal)
    assert (refusal.code, refusal.id) == (PARSE_ERROR, None)
    assert len(refusal.message) <= 200


@pytest.mark.parametrize(
    ("body", "id_"),
    [
        (b"[]", None),
        (message(id=1, method="a").join([b"[", b"]"]), None),
        (b"3", None),
        (b"{}", None),
        (b'{"id": 7, "method": "a"}', 7),
        (message(id=7, method=3), 7),
        (message(id=7, method="a", params=3), 7),
        (message(id=None, method="a"), None),
        (message(id=True, method="a"), None),
        (message(id=1.5, method="a"), None),
        (message(id={}, method="a"), None),
        (message(id=7), 7),
        (message(id=7, result=1, error={}), 7),
    ],
)
def test_what_is_no_message_is_refused(body, id_):
    """JSON that is no message is an invalid request, under its id where that can be read."""
    refusal = parse(body)
    assert isinstance(refusal, Refusal)
    assert (refusal.code, refusal.id) == (INVALID_REQUEST, id_)
