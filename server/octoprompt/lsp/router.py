"""Where each message goes: LSP's life cycle, our methods to the endpoint, the rest to pygls."""

import asyncio
import enum
import json
import logging
from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any, Protocol, assert_never, cast

from octoprompt.contract._base import PREFIX
from octoprompt.errors import SERVER_ENDS
from octoprompt.lsp.endpoint import DISCOVER, Endpoint, RpcError, guard, internal_error
from octoprompt.lsp.messages import (
    INVALID_PARAMS,
    INVALID_REQUEST,
    METHOD_NOT_FOUND,
    NOT_INITIALIZED,
    REQUEST_CANCELLED,
    REQUEST_FAILED,
    Answer,
    Call,
    Id,
    Message,
    Notice,
    Refusal,
)
from octoprompt.lsp.stdio import Writer

MAX_IN_FLIGHT = 1000
COMMAND_PREFIX = PREFIX.replace("/", ".")
CLIENT_GONE = 1
PROTOCOL_FAILURE = 70

logger = logging.getLogger(__name__)

Work = Callable[[], Coroutine[Any, Any, bytes]]


class State(enum.Enum):
    """Where the life cycle is."""

    NEW = enum.auto()
    RUNNING = enum.auto()
    SHUT_DOWN = enum.auto()


class Rest(Protocol):
    """Whoever handles LSP's own messages."""

    def knows(self, method: str) -> bool:
        """Whether it handles a message of this name."""
        ...

    def take(self, message: Call | Notice | Answer) -> None:
        """Handle a message; raises `RpcError` when it cannot."""
        ...

    def is_initialized(self) -> bool:
        """Whether an `initialize` has succeeded."""
        ...


class Router:
    """Takes messages as they arrive; every request gets exactly one answer."""

    def __init__(self, endpoint: Endpoint, rest: Rest, writer: Writer) -> None:
        self._endpoint = endpoint
        self._rest = rest
        self._writer = writer
        self._state = State.NEW
        self._in_flight: dict[Id, asyncio.Task[bytes]] = {}
        self.close_session: Callable[[], Coroutine[Any, Any, None]] = _nothing
        self.on_start: Callable[[], None] = lambda: None
        """Called when work on a request begins."""
        self.ended: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    @property
    def is_busy(self) -> bool:
        """Whether requests are being worked on."""
        return bool(self._in_flight)

    def deliver(self, message: Message) -> None:
        """Take one message; never fails, never waits."""
        with guard("the handling of a message"):
            match message:
                case Call():
                    self._call(message)
                case Notice():
                    self._notice(message)
                case Answer():
                    self._rest.take(message)
                case Refusal():
                    self._send_error(message.id, RpcError(message.code, message.message))
                case _:
                    assert_never(message)

    def end_of_stream(self, why: str) -> None:
        """The client is gone, or speaks something else; `why` is empty when it just hung up."""
        if why:
            logger.error("the wire failed: %s", why)
        clean = 0 if self._state is State.SHUT_DOWN else CLIENT_GONE
        self.end(PROTOCOL_FAILURE if why else clean)

    def end(self, code: int) -> None:
        """Begin to end the process; the first code counts."""
        if not self.ended.done():
            self.ended.set_result(code)

    def cancel_all(self) -> None:
        """Cancel the requests that are being worked on; each is answered so."""
        for task in self._in_flight.values():
            task.cancel(SERVER_ENDS)

    def _call(self, call: Call) -> None:
        try:
            self._check_state(call)
            self._dispatch(call)
        except RpcError as error:
            self._send_error(call.id, error)

    def _check_state(self, call: Call) -> None:
        if self._state is State.NEW and call.method != "initialize":
            raise RpcError(NOT_INITIALIZED, f"`{call.method[:100]}` came before `initialize`")
        if self._state is State.SHUT_DOWN:
            raise RpcError(INVALID_REQUEST, f"`{call.method[:100]}` came after `shutdown`")
        if self._state is State.RUNNING and call.method == "initialize":
            raise RpcError(INVALID_REQUEST, "`initialize` came a second time")
        if call.id in self._in_flight:
            raise RpcError(
                INVALID_REQUEST, f"a request with the id {call.id!r} is not answered yet"
            )
        if len(self._in_flight) >= MAX_IN_FLIGHT:
            raise RpcError(REQUEST_FAILED, f"{MAX_IN_FLIGHT} requests wait for their answers")

    def _dispatch(self, call: Call) -> None:
        match call.method:
            case "initialize":
                self._rest.take(call)
                if self._rest.is_initialized():
                    self._state = State.RUNNING
            case "shutdown":
                self._state = State.SHUT_DOWN
                self._start(call.id, self._shut_down)
            case "workspace/executeCommand":
                method, params = _command(call.params)
                self._start(call.id, partial(self._endpoint.answer, method, params))
            case method if method == DISCOVER:
                self._start(call.id, partial(self._endpoint.answer, DISCOVER, call.params))
            case method if method.startswith(PREFIX):
                name = method.removeprefix(PREFIX)
                self._start(call.id, partial(self._endpoint.answer, name, call.params))
            case method if self._rest.knows(method):
                self._rest.take(call)
            case method:
                raise RpcError(METHOD_NOT_FOUND, f"no method is called `{method[:200]}`")

    def _notice(self, notice: Notice) -> None:
        match notice.method:
            case "exit":
                self.end(0 if self._state is State.SHUT_DOWN else 1)
            case "$/cancelRequest":
                self._cancel(notice.params)
            case method if self._state is State.RUNNING and self._rest.knows(method):
                try:
                    self._rest.take(notice)
                except RpcError:
                    logger.warning("a `%s` that does not fit LSP is ignored", method[:100])
            case _:
                pass

    def _cancel(self, params: object) -> None:
        id_ = cast("dict[str, object]", params).get("id") if isinstance(params, dict) else None
        if isinstance(id_, str | int) and (task := self._in_flight.get(id_)) is not None:
            task.cancel()

    def _start(self, id_: Id, work: Work) -> None:
        """Answer with what `work` gives; it is not even called when it is cancelled before."""
        task = asyncio.create_task(self._with_room(work), name=f"request {id_!r}"[:100])
        self._in_flight[id_] = task
        self.on_start()
        task.add_done_callback(partial(self._finish, id_))

    async def _with_room(self, work: Work) -> bytes:
        result = await work()
        await self._writer.room()
        return result

    def _finish(self, id_: Id, task: asyncio.Task[bytes]) -> None:
        del self._in_flight[id_]
        if task.cancelled():
            self._send_error(id_, RpcError(REQUEST_CANCELLED, "the request was cancelled"))
        elif (error := task.exception()) is None:
            result = task.result()
            self._writer.send(b'{"jsonrpc":"2.0","id":%s,"result":%s}' % (_json(id_), result))
        elif isinstance(error, RpcError):
            self._send_error(id_, error)
        else:
            self._send_error(id_, internal_error("a request failed", error))

    async def _shut_down(self) -> bytes:
        own = asyncio.current_task()
        others = [task for task in self._in_flight.values() if task is not own]
        for task in others:
            task.cancel(SERVER_ENDS)
        await self.close_session()
        return b"null"

    def _send_error(self, id_: Id | None, error: RpcError) -> None:
        body: dict[str, object] = {"code": error.code, "message": error.message}
        if error.data is not None:
            body["data"] = error.data
        self._writer.send(_json({"jsonrpc": "2.0", "id": id_, "error": body}))


def _command(params: object) -> tuple[str, object]:
    """Give method and params of a `workspace/executeCommand`."""
    fields = cast("dict[str, object]", params) if isinstance(params, dict) else {}
    command, arguments = fields.get("command"), fields.get("arguments")
    if not isinstance(command, str) or not command.startswith(COMMAND_PREFIX):
        raise RpcError(INVALID_PARAMS, f"no command is called `{str(command)[:100]}`")
    values = cast("list[object]", arguments) if isinstance(arguments, list) else []
    if len(values) > 1 or (arguments is not None and not isinstance(arguments, list)):
        raise RpcError(INVALID_PARAMS, "`arguments` is a list with at most one object, the params")
    method = command.removeprefix(COMMAND_PREFIX).replace(".", "/", 1)
    return method, next(iter(values), None)


def _json(value: object) -> bytes:
    return json.dumps(value, default=str).encode()


async def _nothing() -> None:
    """Close nothing."""
