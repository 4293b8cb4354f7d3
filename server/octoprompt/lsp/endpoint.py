"""The one place where a request becomes a call: validate, call, map errors, time, count."""

import asyncio
import contextlib
import json
import logging
import secrets
import time
from collections import Counter
from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from pydantic import ValidationError
from pydantic_core import PydanticSerializationError

from octoprompt import redaction
from octoprompt.contract._base import PREFIX, Notification, Request, Wire
from octoprompt.contract.registry import REQUESTS
from octoprompt.errors import DeadlinePassed, OctoPromptError
from octoprompt.lsp.framing import MAX_BODY
from octoprompt.lsp.messages import (
    INTERNAL_ERROR,
    INVALID_PARAMS,
    METHOD_NOT_FOUND,
    REQUEST_FAILED,
    JsonObject,
)

logger = logging.getLogger(__name__)

DISCOVER = "rpc.discover"
SLOW_S = 2.0
MAX_MESSAGE_CHARS = 600
MAX_PROBLEMS = 10
Invoke = Callable[[type[Request[Any, Any]], Wire], Any]
"""Runs the handler of a request; a coroutine function."""


class RpcError(Exception):
    """What goes to the client instead of a result."""

    def __init__(self, code: int, message: str, data: Mapping[str, object] | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.data = data


@dataclass(frozen=True, slots=True)
class Running:
    """A request that is being worked on."""

    method: str
    since: float


class Endpoint:
    """Answers requests of the contract, by method name without prefix."""

    def __init__(self, invoke: Invoke) -> None:
        self._invoke = invoke
        self.counts: Counter[str] = Counter()
        self.running: set[Running] = set()

    async def answer(self, method: str, params: object) -> bytes:
        """Give the result as JSON; raises `RpcError`, and nothing else but a cancellation."""
        running = Running(method, time.monotonic())
        self.running.add(running)
        self.counts[method] += 1
        try:
            return await self._answer(method, params)
        except RpcError as error:
            self.counts[f"error {error.code}"] += 1
            raise
        finally:
            self.running.discard(running)
            _note_time(method, time.monotonic() - running.since)

    async def _answer(self, method: str, params: object) -> bytes:
        if method == DISCOVER:
            return await self._discover()
        request = REQUESTS.get(method)
        if request is None:
            raise RpcError(METHOD_NOT_FOUND, f"no method is called `{method}`"[:MAX_MESSAGE_CHARS])
        result = await self._call(request, _validated(request.params, params))
        if len(result) > MAX_BODY:
            raise RpcError(
                REQUEST_FAILED,
                f"the answer has {len(result)} bytes, more than the {MAX_BODY} of one message:"
                " ask for less",
            )
        return result

    async def _call(self, request: type[Request[Any, Any]], params: Wire) -> bytes:
        deadline = asyncio.timeout(request.deadline_s)
        try:
            async with deadline:
                result = await self._invoke(request, params)
            return _to_json(request, result)
        except (asyncio.CancelledError, RpcError):
            raise
        except OctoPromptError as error:
            raise _domain_error(error) from error
        except BaseException as error:
            if isinstance(error, TimeoutError) and deadline.expired():
                raise _too_late(request) from error
            raise internal_error(f"`{request.method}` failed", error) from error

    async def _discover(self) -> bytes:
        from octoprompt.contract.openrpc import document  # noqa: PLC0415 - rare and slow to import

        return await asyncio.to_thread(lambda: json.dumps(document()).encode())


@contextlib.contextmanager
def guard(what: str) -> Generator[None, None, None]:
    """Log a failure of work that nobody waits for, and go on."""
    try:
        yield
    except Exception as error:  # noqa: BLE001 - one message's failure must not end the server
        internal_error(f"{what} failed", error)


def internal_error(what: str, error: BaseException | None) -> RpcError:
    """Make the short error for the wire; the traceback goes to the local log under the same id."""
    correlation_id = secrets.token_hex(4)
    logger.error("%s [%s]", what, correlation_id, exc_info=error)
    message = f"internal error {correlation_id}: the server's log has the details"
    return RpcError(INTERNAL_ERROR, message, {"correlationId": correlation_id})


def notification_json(notification: type[Notification[Any]], params: Wire) -> bytes:
    """Give a whole notification message."""
    return b'{"jsonrpc":"2.0","method":"%s%s","params":%s}' % (
        PREFIX.encode(),
        notification.method.encode(),
        _written(params),
    )


def _validated(model: type[Wire], params: object) -> Wire:
    try:
        return model.model_validate({} if params is None else params, by_alias=True, by_name=False)
    except ValidationError as error:
        raise RpcError(INVALID_PARAMS, *_problems(error)) from error


def _problems(error: ValidationError) -> tuple[str, JsonObject]:
    found = error.errors(include_url=False, include_context=False, include_input=False)
    shown = [
        {
            "path": ".".join(str(part)[:100] for part in problem["loc"][:20]),
            "problem": problem["msg"][:200],
            "type": problem["type"],
        }
        for problem in found[:MAX_PROBLEMS]
    ]
    first = f"`{shown[0]['path'] or 'params'}`: {shown[0]['problem']}"
    more = f" (and {len(found) - 1} more)" if len(found) > 1 else ""
    message = f"the params do not fit: {first}"[:MAX_MESSAGE_CHARS] + more
    return message, {"problems": shown, "total": len(found)}


def _to_json(request: type[Request[Any, Any]], result: object) -> bytes:
    if not isinstance(result, request.result):
        raise TypeError(f"`{request.method}` gave a {type(result).__name__}")
    return _written(result)


def _written(value: Wire) -> bytes:
    """Give a value as JSON; half a surrogate pair, which a record may hold, as JSON's escape."""
    serializer = value.__pydantic_serializer__
    try:
        return serializer.to_json(value, by_alias=True)
    except PydanticSerializationError:
        return json.dumps(serializer.to_python(value, mode="json", by_alias=True)).encode()


def _domain_error(error: OctoPromptError) -> RpcError:
    name = type(error).__name__
    data = {**{key: _masked(part) for key, part in (error.data or {}).items()}, "error": name}
    message = redaction.mask_values(error.message or name)
    return RpcError(error.code, message[:MAX_MESSAGE_CHARS], data)


def _masked(value: object) -> object:
    """Give what goes with an error without keys: whoever made it may have quoted a provider."""
    match value:
        case str():
            return redaction.mask_values(value)
        case dict():
            parts = cast("dict[str, object]", value)
            return {name: _masked(part) for name, part in parts.items()}
        case list() | tuple():
            return [_masked(part) for part in cast("Sequence[object]", value)]
        case _:
            return value


def _too_late(request: type[Request[Any, Any]]) -> RpcError:
    return _domain_error(
        DeadlinePassed(f"`{request.method}` took longer than {request.deadline_s:g} s")
    )


def _note_time(method: str, seconds: float) -> None:
    level = logging.INFO if seconds > SLOW_S else logging.DEBUG
    logger.log(level, "`%s` took %.1f ms", method, seconds * 1000)
