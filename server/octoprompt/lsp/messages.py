"""JSON-RPC messages as values: what a body holds, or why it holds none."""

import json
import re
from dataclasses import dataclass
from typing import Any, NoReturn, cast

from octoprompt.lsp.documents import whole

Id = str | int
JsonObject = dict[str, Any]

PARSE_ERROR = -32700
INVALID_REQUEST = -32600
METHOD_NOT_FOUND = -32601
INVALID_PARAMS = -32602
INTERNAL_ERROR = -32603
NOT_INITIALIZED = -32002
REQUEST_CANCELLED = -32800
REQUEST_FAILED = -32803
MAX_ID_CHARS = 1000
HALF = re.compile(rb"\\u[dD][89a-fA-F]")
"""An escape that may be half of a surrogate pair: JSON can carry it, UTF-8 and SQLite cannot."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A request that wants an answer."""

    id: Id
    method: str
    params: object
    raw: JsonObject


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A notification."""

    method: str
    params: object
    raw: JsonObject


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The other end's response to a request of ours."""

    id: Id
    raw: JsonObject


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """What was received is no message; the other end is told so."""

    id: Id | None
    code: int
    message: str


Message = Call | Notice | Answer | Refusal


def parse(body: bytes) -> Message:
    """Read a body: strict UTF-8, strict JSON, one message; free payloads pass untouched."""
    try:
        value = json.loads(body.decode("utf-8"), parse_constant=_refuse_constant)
        if isinstance(value, dict) and "id" in value and HALF.search(body):
            value = _whole(cast("JsonObject", value))
    except UnicodeDecodeError:
        return Refusal(id=None, code=PARSE_ERROR, message="the message is not UTF-8")
    except RecursionError:
        return Refusal(id=None, code=PARSE_ERROR, message="the message is nested too deeply")
    except ValueError as error:
        return Refusal(id=None, code=PARSE_ERROR, message=f"the message is not JSON: {error}"[:200])
    if isinstance(value, dict):
        return _message(cast("JsonObject", value))
    what = "a batch, which LSP does not have" if isinstance(value, list) else "no object"
    return Refusal(id=None, code=INVALID_REQUEST, message=f"the message is {what}")


def _whole(raw: JsonObject) -> JsonObject:
    """Replace halves of surrogate pairs in a request, so that no part of us ever stores one.

    Not in the id, which goes back as it came, and not in notifications: two changes of a document
    may bring the two halves of one character.
    """
    replaced: JsonObject = json.loads(whole(json.dumps(raw, ensure_ascii=False)))
    return {**replaced, "id": raw["id"]}


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"`{name}` is not JSON")


def _message(raw: JsonObject) -> Message:
    id_ = raw.get("id")
    known = id_ if _is_id(id_) else None
    if raw.get("jsonrpc") != "2.0":
        return Refusal(id=known, code=INVALID_REQUEST, message='`jsonrpc` is not "2.0"')
    if "method" not in raw:
        return _answer(raw, known)
    return _call(raw, known)


def _call(raw: JsonObject, known: Id | None) -> Message:
    method, params = raw["method"], raw.get("params")
    if not isinstance(method, str):
        return Refusal(id=known, code=INVALID_REQUEST, message="`method` is no string")
    if params is not None and not isinstance(params, dict | list):
        return Refusal(id=known, code=INVALID_REQUEST, message="`params` is no object")
    if "id" not in raw:
        return Notice(method=method, params=cast("object", params), raw=raw)
    if known is None:
        return Refusal(id=None, code=INVALID_REQUEST, message="`id` is no string and no integer")
    return Call(id=known, method=method, params=cast("object", params), raw=raw)


def _answer(raw: JsonObject, known: Id | None) -> Message:
    if known is None or ("result" in raw) == ("error" in raw):
        message = "a message has a `method`, or an `id` with either `result` or `error`"
        return Refusal(id=known, code=INVALID_REQUEST, message=message)
    return Answer(id=known, raw=raw)


def _is_id(value: object) -> bool:
    if isinstance(value, str):
        return len(value) <= MAX_ID_CHARS
    return isinstance(value, int) and not isinstance(value, bool)
