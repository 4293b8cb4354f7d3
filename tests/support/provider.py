"""A provider of models on this machine: OpenAI's protocol over real HTTP, well or badly.

    with Provider() as provider:
        ...  # base URL `provider.url`; the model's name says what goes wrong: `ok`, `cut`, `429-2s`

or `python tests/support/provider.py [PORT]` from a terminal or another program: it prints its base
URL and serves until its standard input ends. It also speaks enough of Anthropic's, Gemini's and
Ollama's protocols to be taken for one of them at `provider.root`.

As an HTTP proxy it lets nothing out.

A model's name is that of a behaviour in `FAULTS` or in `said`; any other says a sentence in pieces,
as `ok` does. `echo` says what it was told, `leak` the key that it was sent; `slow` takes 50 ms a
piece, `slow-5` 5 ms; `long-100` says a hundred words; `clock` says what `time.monotonic()` is,
twenty times, one in 50 ms. All that was asked is in `provider.requests`. The key `bad` is refused
everywhere.
"""

from __future__ import annotations

import asyncio
import contextlib
import gzip
import json
import sys
import threading
import time
import zlib
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from email.utils import formatdate
from typing import Any, Self

PIECES = ("The ", "quick ", "brown ", "fox ", "jümps ", "over.")
TEXT = "".join(PIECES)
USAGE = {"prompt_tokens": 12, "completion_tokens": 6, "total_tokens": 18}
MODELS = ("ok", "echo", "slow", "reasoning")
WINDOW = 32_000
Json = dict[str, Any]


@dataclass
class Asked:
    """One request as it came."""

    method: str
    path: str
    headers: dict[str, str]
    body: Json
    at: float = field(default_factory=time.monotonic)
    answered_at: float | None = None
    """When the first byte of a good answer in pieces was written, by the system's clock."""
    closed_after_s: float | None = None
    """Seconds after which the connection was gone, for a request whose answer did not end."""

    @property
    def model(self) -> str:
        """What was asked to answer."""
        return str(self.body.get("model", ""))

    @property
    def streams(self) -> bool:
        """Whether the answer is to come in pieces."""
        return bool(self.body.get("stream"))


class Provider:
    """A running provider; `with` stops it."""

    def __init__(self, port: int = 0, *, pause_s: float = 0.0) -> None:
        """Take a port, 0 for any, and how long each usual piece takes."""
        self.requests: list[Asked] = []
        self.counts: Counter[str] = Counter()
        """Chat requests by model."""
        self.script: list[Json] = []
        """Messages that the model `script` gives in turn, as OpenAI writes them."""
        self.pause_s = pause_s
        self.open = 0
        """Connections that are open now."""
        self._port = port
        self._loop = asyncio.new_event_loop()
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._thread = threading.Thread(target=self._serve, name="provider", daemon=True)
        self._ready = threading.Event()

    def __enter__(self) -> Self:
        """Start."""
        self._thread.start()
        self._ready.wait(10)
        return self

    def __exit__(self, *_: object) -> None:
        """Stop at once."""
        self._loop.call_soon_threadsafe(self._stop)
        self._thread.join(10)

    @property
    def root(self) -> str:
        """Where it is, without a path."""
        return f"http://127.0.0.1:{self._port}"

    @property
    def url(self) -> str:
        """The base URL of OpenAI's protocol."""
        return f"{self.root}/v1"

    def chats(self, model: str) -> list[Asked]:
        """Give the chat requests to a model, in order."""
        return [asked for asked in self.requests if asked.model == model]

    def _serve(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._start())
        self._ready.set()
        self._loop.run_forever()
        for task in self._tasks:
            task.cancel()
        self._loop.run_until_complete(asyncio.gather(*self._tasks, return_exceptions=True))
        self._loop.close()

    async def _start(self) -> None:
        self._server = await asyncio.start_server(
            self._connected, "127.0.0.1", self._port, limit=64 << 20
        )
        self._port = self._server.sockets[0].getsockname()[1]

    def _stop(self) -> None:
        if self._server is not None:
            self._server.close()
        self._loop.stop()

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        self.open += 1
        try:
            with contextlib.suppress(OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
                while (asked := await _read(reader)) is not None:
                    self.requests.append(asked)
                    if not await self._watched(asked, Wire(reader, writer)):
                        break
        finally:
            self.open -= 1
            self._tasks.discard(task)
            writer.close()

    async def _watched(self, asked: Asked, wire: Wire) -> bool:
        """Answer while the other side is there; says whether the connection may go on."""
        answering = asyncio.create_task(self._answer(asked, wire))
        leaving = asyncio.create_task(wire.left())
        await asyncio.wait({answering, leaving}, return_when=asyncio.FIRST_COMPLETED)
        is_answered = answering.done() and answering.exception() is None
        if not is_answered:
            asked.closed_after_s = time.monotonic() - asked.at
        for task in (answering, leaving):
            task.cancel()
        await asyncio.gather(answering, leaving, return_exceptions=True)
        return is_answered and wire.keeps

    async def _answer(self, asked: Asked, wire: Wire) -> None:
        if "bad" in (_key(asked), asked.headers.get("x-api-key")):
            await wire.error(401, "Incorrect API key provided: bad", "invalid_api_key")
            return
        if asked.method == "CONNECT" or asked.path.startswith("http://proxy-407"):
            await wire.error(407, "the proxy wants a password", proxy_authenticate="Basic")
            return
        path = asked.path.partition("?")[0]
        for ending, answer in ROUTES:
            if path.endswith(ending) or (ending.startswith(":") and ending in path):
                await answer(self, asked, wire)
                return
        await wire.error(404, f"nothing is at {path}")

    async def chat(self, asked: Asked, wire: Wire) -> None:
        """Answer as OpenAI does, or as the model's name says."""
        self.counts[asked.model] += 1
        fault = FAULTS.get(asked.model)
        if fault is not None:
            await fault(self, asked, wire)
            return
        await good(self, asked, wire)


class Wire:
    """The connection, for whoever answers."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self.writer = writer
        self.keeps = False
        """Whether another request may follow on it."""

    async def left(self) -> None:
        """Wait until the other side is gone."""
        while not self._reader.at_eof():
            if not self._reader._buffer:  # noqa: SLF001 # pyright: ignore[reportAttributeAccessIssue]
                with contextlib.suppress(OSError):
                    await self._reader._wait_for_data("left")  # noqa: SLF001 # pyright: ignore[reportAttributeAccessIssue]
            else:
                await asyncio.sleep(0.01)

    async def send(self, data: bytes) -> None:
        """Write bytes."""
        self.writer.write(data)
        await self.writer.drain()

    async def head(self, status: int = 200, **headers: object) -> None:
        """Write a status and headers; `content_type` for Content-Type."""
        lines = [f"HTTP/1.1 {status} Because"]
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        await self.send("\r\n".join([*lines, "", ""]).encode())

    async def whole(self, body: bytes, status: int = 200, **headers: object) -> None:
        """Answer in one piece."""
        headers.setdefault("content_type", "application/json")
        await self.head(status, content_length=len(body), **headers)
        await self.send(body)
        self.keeps = True

    async def json(self, document: object, status: int = 200, **headers: object) -> None:
        """Answer with a document."""
        await self.whole(json.dumps(document).encode(), status, **headers)

    async def error(
        self, status: int, message: str, code: str | None = None, /, **headers: object
    ) -> None:
        """Answer as OpenAI does when something is wrong."""
        error = {"message": message, "type": "invalid_request_error", "code": code}
        await self.json({"error": error}, status, **headers)

    async def begin(self, content_type: str = "text/event-stream") -> None:
        """Begin an answer of chunks."""
        await self.head(content_type=content_type, transfer_encoding="chunked")

    async def chunk(self, data: bytes) -> None:
        """Write a chunk."""
        await self.send(b"%x\r\n%s\r\n" % (len(data), data))

    async def event(self, document: object) -> None:
        """Write an event of a stream."""
        await self.chunk(b"data: " + json.dumps(document, ensure_ascii=False).encode() + b"\n\n")

    async def end(self, *, mark: bytes = b"data: [DONE]\n\n") -> None:
        """End an answer of chunks as it should."""
        if mark:
            await self.chunk(mark)
        await self.send(b"0\r\n\r\n")
        self.keeps = True

    def reset(self) -> None:
        """Break the connection off without a goodbye."""
        self.writer.transport.abort()

    async def forever(self) -> None:
        """Say nothing more, and hold the connection."""
        await asyncio.Event().wait()


def _key(asked: Asked) -> str:
    return asked.headers.get("authorization", "").removeprefix("Bearer ").strip()


async def _read(reader: asyncio.StreamReader) -> Asked | None:
    """Give the next request of a connection."""
    head = await reader.readuntil(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").strip().split("\r\n")
    headers = {k.strip().lower(): v.strip() for k, _, v in (line.partition(":") for line in lines)}
    raw = await reader.readexactly(int(headers.get("content-length", 0)))
    method, path, _ = first.split(" ", 2)
    try:
        body = json.loads(raw) if raw else {}
    except ValueError:
        body = {}
    return Asked(method, path, headers, body if isinstance(body, dict) else {})


# --- good answers


def delta(model: str, **fields: Any) -> Json:
    """Give a piece of a stream."""
    reason = fields.pop("finish_reason", None)
    choice = {"index": 0, "delta": fields, "finish_reason": reason}
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion.chunk",
        "created": 1,
        "model": model,
        "choices": [choice],
    }


def usage_event(model: str, usage: object = USAGE) -> Json:
    """Give the last event of a stream, with nothing but the tokens."""
    return {**delta(model), "choices": [], "usage": usage}


def document(model: str, message: Json, reason: str | None = "stop", usage: Any = USAGE) -> Json:
    """Give an answer in one piece."""
    message = {"role": "assistant", "content": None, **message}
    choice = {"index": 0, "message": message, "finish_reason": reason}
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 1,
        "model": model,
        "choices": [choice],
        "usage": usage,
        "service_tier": "default",
    }


def leaked(asked: Asked) -> Json:
    """Give a message with the key in it."""
    key = _key(asked) or asked.headers.get("x-api-key", "")
    return {
        "content": f"You sent {key} and once more {key}",
        "reasoning_content": f"the key is {key}",
    }


def said(provider: Provider, asked: Asked) -> Json:
    """Give the message that a good model answers with."""
    match asked.model:
        case "echo":
            return {"content": str(asked.body["messages"][-1]["content"])}
        case "script" if provider.script:
            return provider.script.pop(0)
        case "reasoning":
            return {"reasoning_content": "Let me think.", "content": TEXT}
        case "tool":
            return {"tool_calls": [tool_call("call-1", "read_file", '{"path": "a.py"}')]}
        case model if model.startswith("long"):
            words = range(int(model.partition("-")[2] or 40_000))
            return {"content": " ".join(f"word{number}" for number in words)}
        case name:
            return leaked(asked) if name == "leak" else {"content": TEXT}


def tool_call(id: str, name: str, arguments: str, index: int = 0) -> Json:
    """Give a tool call."""
    function = {"name": name, "arguments": arguments}
    return {"index": index, "id": id, "type": "function", "function": function}


def pieces_of(message: Json) -> list[Json]:
    """Cut a message into what a stream gives."""
    pieces: list[Json] = [{"role": "assistant", "content": ""}]
    if reasoning := message.get("reasoning_content"):
        pieces.append({"reasoning_content": reasoning})
    text = message.get("content") or ""
    words = text.split(" ")
    spaced = [f"{word} " for word in words[:-1]] + words[-1:]
    pieces += [{"content": word} for word in spaced if word]
    pieces += [{"tool_calls": [call]} for call in message.get("tool_calls") or ()]
    return pieces


async def good(provider: Provider, asked: Asked, wire: Wire) -> None:
    """Answer as one should."""
    message = said(provider, asked)
    reason = "tool_calls" if message.get("tool_calls") else "stop"
    if not asked.streams:
        await asyncio.sleep(provider.pause_s)
        await wire.json(document(asked.model, message, reason))
        return
    asked.answered_at = time.time()
    await wire.begin()
    async for _ in pieces(provider, asked, wire, message):
        pass
    await wire.event(delta(asked.model, finish_reason=reason))
    await wire.event(usage_event(asked.model))
    await wire.end()


async def pieces(
    provider: Provider, asked: Asked, wire: Wire, message: Json
) -> AsyncIterator[None]:
    """Send the pieces of a message."""
    if asked.model == "clock":
        for _ in range(20):
            await wire.event(delta(asked.model, content=f"{time.monotonic():.6f} "))
            yield
            await asyncio.sleep(0.05)
        return
    name, _, number = asked.model.partition("-")
    pause = (int(number or 50) / 1000) if name == "slow" else provider.pause_s
    for piece in pieces_of(message):
        if pause:
            await asyncio.sleep(pause)
        await wire.event(delta(asked.model, **piece))
        yield


# --- what can go wrong

Fault = Callable[[Provider, Asked, Wire], Awaitable[None]]
FAULTS: dict[str, Fault] = {}
"""By name of model. Not here, because no server does them: a refused connection, an unknown name, a
broken TLS handshake, a proxy that refuses."""


def fault(name: str) -> Callable[[Fault], Fault]:
    """Enter a behaviour."""

    def bind(function: Fault) -> Fault:
        FAULTS[name] = function
        return function

    return bind


def status(number: int, message: str, code: str | None = None, **headers: object) -> Fault:
    """Make a fault that answers with an error."""

    async def answer(_provider: Provider, _asked: Asked, wire: Wire) -> None:
        made = {name: value() if callable(value) else value for name, value in headers.items()}
        await wire.error(number, message, code, **made)

    return answer


def once(number: int, **headers: object) -> Fault:
    """Make a fault that is gone at the second try."""

    async def answer(provider: Provider, asked: Asked, wire: Wire) -> None:
        if provider.counts[asked.model] == 1:
            await wire.error(number, "not now", **headers)
        else:
            await good(provider, asked, wire)

    return answer


def in_two_seconds() -> str:
    """Give a date for a header."""
    return formatdate(time.time() + 2, usegmt=True)


TOO_LONG = (
    "This model's maximum context length is 8192 tokens. However, your messages resulted in"
    " 9000 tokens. Please reduce the length of the messages."
)
FAULTS |= {
    "400": status(400, "unknown parameter: `temperature`"),
    "400-too-long": status(400, TOO_LONG, "context_length_exceeded"),
    "400-no-model": status(400, "The model `400-no-model` does not exist", "model_not_found"),
    "400-filter": status(400, "refused by content management policy", "content_filter"),
    "402": status(402, "Payment required"),
    "403": status(403, "Country, region, or territory not supported"),
    "404": status(404, "The model `404` does not exist or you do not have access to it"),
    "408": status(408, "request timeout"),
    "409": status(409, "conflict"),
    "409-once": once(409),
    "413": status(413, "request too large"),
    "422": status(422, "unprocessable"),
    "429": status(429, "slow down"),
    "429-2s": status(429, "slow down", retry_after=2),
    "429-date": status(429, "slow down", retry_after=in_two_seconds),
    "429-3600": status(429, "slow down", retry_after=3600),
    "429-garbage": status(429, "slow down", retry_after="soon"),
    "429-once": once(429, retry_after=0),
    "429-quota": status(429, "You exceeded your current quota", "insufficient_quota"),
    "500": status(500, "internal error"),
    "500-once": once(500),
    "503": status(503, "overloaded"),
    "529": status(529, "overloaded"),
}


@fault("401")
async def refuse_key(_provider: Provider, asked: Asked, wire: Wire) -> None:
    """Refuse the key and repeat it in the message, as some do."""
    message = f"Incorrect API key provided: {_key(asked)}. See https://x/?key={_key(asked)}"
    await wire.error(401, message, "invalid_api_key")


@fault("502-html")
async def bad_gateway(_provider: Provider, _asked: Asked, wire: Wire) -> None:
    """Fail as a proxy does, with a page."""
    await wire.whole(b"<html><h1>502 Bad Gateway</h1></html>", 502, content_type="text/html")


@fault("html")
async def login_page(_provider: Provider, _asked: Asked, wire: Wire) -> None:
    """A captive portal: all is well, says the status."""
    await wire.whole(b"<!DOCTYPE html><html>Log in</html>", content_type="text/html; charset=utf-8")


@fault("html-as-json")
async def disguised_page(_provider: Provider, _asked: Asked, wire: Wire) -> None:
    """Send a page and call it JSON."""
    await wire.whole(b"<!DOCTYPE html><html>Log in</html>")


@fault("hang")
async def hang(_provider: Provider, _asked: Asked, wire: Wire) -> None:
    """Take the request, say nothing."""
    await wire.forever()


@fault("hang-once")
async def hang_once(provider: Provider, asked: Asked, wire: Wire) -> None:
    """Say nothing to the first request, and answer the next."""
    if provider.counts[asked.model] == 1:
        await wire.forever()
    await good(provider, asked, wire)


@fault("hang-after-headers")
async def hang_after_headers(_provider: Provider, _asked: Asked, wire: Wire) -> None:
    """Begin an answer that never comes."""
    await wire.begin()
    await wire.forever()


@fault("hang-in-error")
async def hang_in_error(_provider: Provider, _asked: Asked, wire: Wire) -> None:
    """An error whose body does not end."""
    await wire.head(500, content_type="application/json", content_length=100)
    await wire.send(b'{"error": ')
    await wire.forever()


@fault("close")
async def close(_provider: Provider, _asked: Asked, _wire: Wire) -> None:
    """Close without a word."""


@fault("close-after-headers")
async def close_after_headers(_provider: Provider, asked: Asked, wire: Wire) -> None:
    """Begin an answer and close."""
    kind = "text/event-stream" if asked.streams else "application/json"
    await wire.head(content_type=kind, transfer_encoding="chunked")


@fault("reset")
async def reset(_provider: Provider, asked: Asked, wire: Wire) -> None:
    """Some words, then the connection is reset."""
    await some(asked, wire)
    wire.reset()


@fault("cut")
async def cut(_provider: Provider, asked: Asked, wire: Wire) -> None:
    """End in the middle of a chunk."""
    await some(asked, wire)
    await wire.send(b'64\r\ndata: {"choices": [{"del')


@fault("cut-in-utf8")
async def cut_in_utf8(_provider: Provider, asked: Asked, wire: Wire) -> None:
    """End in the middle of a letter."""
    await some(asked, wire)
    event = json.dumps(delta(asked.model, content="ü"), ensure_ascii=False).encode()
    half = b"data: " + event[: event.index("ü".encode()) + 1]
    await wire.chunk(half)


@fault("eof")
async def eof(_provider: Provider, asked: Asked, wire: Wire) -> None:
    """End without having said that this is the end."""
    await some(asked, wire)
    await wire.end(mark=b"")


@fault("eof-unframed")
async def eof_unframed(_provider: Provider, asked: Asked, wire: Wire) -> None:
    """The same where the end of the connection is the end of the answer."""
    await wire.head(content_type="text/event-stream", connection="close")
    for piece in PIECES[:3]:
        event = json.dumps(delta(asked.model, content=piece)).encode()
        await wire.send(b"data: " + event + b"\n\n")


@fault("done-only")
async def done_only(_provider: Provider, asked: Asked, wire: Wire) -> None:
    """Some servers give no reason, but say that they are done."""
    await some(asked, wire)
    await wire.end()


@fault("stall")
async def stall(_provider: Provider, asked: Asked, wire: Wire) -> None:
    """Some words, then silence."""
    await some(asked, wire)
    await wire.forever()


@fault("drip")
async def drip(_provider: Provider, _asked: Asked, wire: Wire) -> None:
    """Signs of life for ever, and no word."""
    await wire.begin()
    while True:
        await wire.chunk(b": keepalive\n\n")
        await asyncio.sleep(0.05)


@fault("drip-empty")
async def drip_empty(_provider: Provider, asked: Asked, wire: Wire) -> None:
    """Pieces with nothing in them, for ever."""
    await wire.begin()
    while True:
        await wire.event(delta(asked.model, content=""))
        await asyncio.sleep(0.05)


@fault("drip-after-words")
async def drip_after_words(_provider: Provider, asked: Asked, wire: Wire) -> None:
    """Say some words, then only give signs of life."""
    await some(asked, wire)
    while True:
        await wire.chunk(b": keepalive\n\n")
        await asyncio.sleep(0.05)


@fault("byte-by-byte")
async def byte_by_byte(_provider: Provider, asked: Asked, wire: Wire) -> None:
    """Two bytes a second."""
    await wire.begin()
    for byte in json.dumps(delta(asked.model, content="x")).encode():
        await wire.chunk(bytes([byte]))
        await asyncio.sleep(0.5)


@fault("shredded")
async def shredded(_provider: Provider, asked: Asked, wire: Wire) -> None:
    """A good answer, each byte in a chunk of its own."""
    if not asked.streams:
        body = json.dumps(document(asked.model, {"content": TEXT}), ensure_ascii=False).encode()
        await wire.begin("application/json")
        for byte in body:
            await wire.chunk(bytes([byte]))
        await wire.end(mark=b"")
        return
    events = [delta(asked.model, content=piece) for piece in PIECES]
    events += [delta(asked.model, finish_reason="stop"), usage_event(asked.model)]
    await wire.begin()
    for event in events:
        for byte in b"data: " + json.dumps(event, ensure_ascii=False).encode() + b"\r\n\r\n":
            await wire.chunk(bytes([byte]))
    await wire.end()


@fault("bad-json")
async def bad_json(_provider: Provider, asked: Asked, wire: Wire) -> None:
    """Break in the middle of the stream."""
    if not asked.streams:
        await wire.whole(b'{"choices": [{"message": {"content": "oops')
        return
    await some(asked, wire)
    await wire.chunk(b'data: {"choices": [{]}\n\n')
    await wire.event(delta(asked.model, finish_reason="stop"))
    await wire.end()


@fault("not-an-answer")
async def not_an_answer(_provider: Provider, _asked: Asked, wire: Wire) -> None:
    """JSON, but of something else."""
    await wire.json({"status": "ok", "items": [1, 2]})


@fault("json-for-stream")
async def json_for_stream(_provider: Provider, asked: Asked, wire: Wire) -> None:
    """A document where a stream was asked for."""
    await wire.json(document(asked.model, {"content": TEXT}))


@fault("error-event")
async def error_event(_provider: Provider, asked: Asked, wire: Wire) -> None:
    """Fail in the middle of the stream."""
    await some(asked, wire)
    await wire.event({"error": {"message": "the engine broke down", "type": "server_error"}})
    await wire.end()


@fault("error-event-first")
async def error_event_first(_provider: Provider, asked: Asked, wire: Wire) -> None:
    """Fail in the stream, before the first word."""
    if not asked.streams:
        await wire.json({"error": {"message": "no", "type": "server_error"}})
        return
    await wire.begin()
    await wire.event({"error": {"message": "no credit balance", "code": "insufficient_quota"}})
    await wire.end()


@fault("huge-chunk")
async def huge_chunk(_provider: Provider, _asked: Asked, wire: Wire) -> None:
    """One event of 50 MB."""
    await wire.begin()
    block = b"x" * (1 << 20)
    await wire.chunk(b'data: {"choices": [{"index": 0, "delta": {"content": "')
    for _ in range(50):
        await wire.chunk(block)
    await wire.chunk(b'"}}]}\n\n')
    await wire.end()


@fault("endless")
async def endless(_provider: Provider, asked: Asked, wire: Wire) -> None:
    """Words for ever, quickly."""
    await wire.begin()
    while True:
        await wire.event(delta(asked.model, content="x" * 100_000))


@fault("gzip-bomb")
async def gzip_bomb(_provider: Provider, asked: Asked, wire: Wire) -> None:
    """300 KB that become 300 MB."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    block = b"x" * (1 << 20)
    body = b"".join(packer.compress(block) for _ in range(300)) + packer.flush()
    kind = "text/event-stream" if asked.streams else "application/json"
    await wire.whole(body, content_type=kind, content_encoding="gzip")


@fault("gzip")
async def packed(_provider: Provider, asked: Asked, wire: Wire) -> None:
    """A good answer, packed without being asked to."""
    events = [delta(asked.model, content=TEXT), delta(asked.model, finish_reason="stop")]
    stream = b"".join(b"data: " + json.dumps(event).encode() + b"\n\n" for event in events)
    plain = json.dumps(document(asked.model, {"content": TEXT})).encode()
    kind = "text/event-stream" if asked.streams else "application/json"
    body = gzip.compress(stream if asked.streams else plain)
    await wire.whole(body, content_type=kind, content_encoding="gzip")


@fault("brotli")
async def strangely_packed(_provider: Provider, _asked: Asked, wire: Wire) -> None:
    """Pack the answer in a way that was not asked for."""
    await wire.whole(b"\x0b\x02\x80hello\x03", content_encoding="br")


@fault("empty")
async def empty(_provider: Provider, asked: Asked, wire: Wire) -> None:
    """A whole answer without a word."""
    await answered(asked, wire, {"content": ""}, "stop")


@fault("empty-body")
async def empty_body(_provider: Provider, asked: Asked, wire: Wire) -> None:
    """Send nothing at all, with status 200."""
    kind = "text/event-stream" if asked.streams else "application/json"
    await wire.whole(b"", content_type=kind)


@fault("no-choices")
async def no_choices(_provider: Provider, asked: Asked, wire: Wire) -> None:
    """Count tokens, and give no answer."""
    if not asked.streams:
        await wire.json({**document(asked.model, {}), "choices": []})
        return
    await wire.begin()
    await wire.event(usage_event(asked.model))
    await wire.end()


@fault("length")
async def length(_provider: Provider, asked: Asked, wire: Wire) -> None:
    """Stop at the limit of tokens."""
    await answered(asked, wire, {"content": TEXT}, "length")


@fault("content-filter")
async def content_filter(_provider: Provider, asked: Asked, wire: Wire) -> None:
    """Stop at a filter."""
    await answered(asked, wire, {"content": "The "}, "content_filter")


@fault("reasoning-only")
async def reasoning_only(_provider: Provider, asked: Asked, wire: Wire) -> None:
    """Thinks, and never comes to speak."""
    await answered(asked, wire, {"reasoning_content": "Hm.", "content": ""}, "length")


@fault("tool-broken")
async def tool_broken(_provider: Provider, asked: Asked, wire: Wire) -> None:
    """Call a tool with half of its arguments."""
    call = tool_call("call-1", "read_file", '{"path": "a.py')
    await answered(asked, wire, {"tool_calls": [call]}, "tool_calls")


@fault("tool-unknown")
async def tool_unknown(_provider: Provider, asked: Asked, wire: Wire) -> None:
    """Call a tool that was not offered."""
    call = tool_call("call-1", "format_disk", "{}")
    await answered(asked, wire, {"tool_calls": [call]}, "tool_calls")


@fault("tool-twice")
async def tool_twice(_provider: Provider, asked: Asked, wire: Wire) -> None:
    """Two calls with one id."""
    calls = [tool_call("call-1", "read_file", '{"path": "a"}', index) for index in (0, 1)]
    await answered(asked, wire, {"tool_calls": calls}, "tool_calls")


@fault("wrong-usage")
async def wrong_usage(_provider: Provider, asked: Asked, wire: Wire) -> None:
    """Count tokens as nobody can."""
    usage = {"prompt_tokens": -5, "completion_tokens": 10**15, "total_tokens": 3}
    await answered(asked, wire, {"content": TEXT}, "stop", usage)


@fault("no-usage")
async def no_usage(_provider: Provider, asked: Asked, wire: Wire) -> None:
    """Count no tokens."""
    await answered(asked, wire, {"content": TEXT}, "stop", None)


@fault("stated-cost")
async def stated_cost(_provider: Provider, asked: Asked, wire: Wire) -> None:
    """As OpenRouter does."""
    details = {"prompt_tokens_details": {"cached_tokens": 4}}
    await answered(asked, wire, {"content": TEXT}, "stop", {**USAGE, **details, "cost": 0.125})


@fault("redirect")
async def redirect(_provider: Provider, _asked: Asked, wire: Wire) -> None:
    """To another host, which would get the key."""
    await wire.whole(b"", 307, location="http://127.0.0.2:9/v1/chat/completions")


@fault("redirect-loop")
async def redirect_loop(_provider: Provider, asked: Asked, wire: Wire) -> None:
    """Send to itself, for ever."""
    await wire.whole(b"", 307, location=asked.path)


@fault("long-header")
async def long_header(_provider: Provider, _asked: Asked, wire: Wire) -> None:
    """Send a header of a megabyte."""
    await wire.send(b"HTTP/1.1 200 OK\r\nx-long: " + b"x" * (1 << 20) + b"\r\n\r\n")


@fault("no-http")
async def no_http(_provider: Provider, _asked: Asked, wire: Wire) -> None:
    """Another protocol altogether."""
    await wire.send(b"SSH-2.0-OpenSSH_9.2\r\n")


async def some(asked: Asked, wire: Wire) -> None:
    """Begin an answer and say three words of it."""
    if not asked.streams:
        await wire.begin("application/json")
        await wire.chunk(b'{"choices": [{"message": {"role": "assistant", "content": "The ')
        return
    await wire.begin()
    for piece in PIECES[:3]:
        await wire.event(delta(asked.model, content=piece))


async def answered(
    asked: Asked, wire: Wire, message: Json, reason: str, usage: object = USAGE
) -> None:
    """Answer with this message, in pieces or in one."""
    if not asked.streams:
        await wire.json(document(asked.model, message, reason, usage))
        return
    await wire.begin()
    for piece in pieces_of(message):
        await wire.event(delta(asked.model, **piece))
    await wire.event(delta(asked.model, finish_reason=reason))
    if usage is not None:
        await wire.event(usage_event(asked.model, usage))
    await wire.end()


# --- the rest of OpenAI's protocol, and a little of the others'


async def list_models(_provider: Provider, asked: Asked, wire: Wire) -> None:
    """List models, with what vLLM and OpenRouter tell."""
    if "anthropic-version" in asked.headers:
        await wire.json({"data": [{"id": "claude-ok", "display_name": "Claude OK"}]})
        return
    if "/v1beta/" in asked.path:
        found = [{"name": "models/gemini-ok", "displayName": "OK", "inputTokenLimit": WINDOW}]
        await wire.json({"models": found})
        return
    entries = [{"id": name, "object": "model", "context_length": WINDOW} for name in MODELS]
    entries[0]["pricing"] = {"prompt": "0.000001", "completion": "0.000002"}
    await wire.json({"object": "list", "data": entries})


async def ollama_tags(_provider: Provider, _asked: Asked, wire: Wire) -> None:
    """List models as Ollama does."""
    await wire.json({"models": [{"name": "tiny:latest"}, {"name": "ok"}]})


async def ollama_show(_provider: Provider, _asked: Asked, wire: Wire) -> None:
    """Describe a model as Ollama does."""
    await wire.json({"model_info": {"general.architecture": "x", "x.context_length": WINDOW}})


async def ollama_chat(provider: Provider, asked: Asked, wire: Wire) -> None:
    """Answer as Ollama does: a document a line."""
    provider.counts[asked.model] += 1
    done = {"done": True, "done_reason": "stop", "prompt_eval_count": 12, "eval_count": 6}
    if not asked.streams:
        message = {"role": "assistant", "content": TEXT}
        await wire.json({"model": asked.model, "message": message, **done})
        return
    await wire.begin("application/x-ndjson")
    for piece in PIECES:
        line = {"model": asked.model, "message": {"role": "assistant", "content": piece}}
        await wire.chunk(json.dumps({**line, "done": False}).encode() + b"\n")
    if asked.model != "eof":
        last = {"model": asked.model, "message": {"role": "assistant", "content": ""}, **done}
        await wire.chunk(json.dumps(last).encode() + b"\n")
    await wire.end(mark=b"")


async def anthropic_messages(provider: Provider, asked: Asked, wire: Wire) -> None:
    """Answer as Anthropic does."""
    provider.counts[asked.model] += 1
    usage = {"input_tokens": 12, "output_tokens": 6}
    if "cache_control" in json.dumps(asked.body):
        usage |= {"cache_read_input_tokens": 20, "cache_creation_input_tokens": 30}
    message = {"id": "msg_1", "type": "message", "role": "assistant", "model": asked.model}
    if not asked.streams:
        content = [{"type": "text", "text": TEXT}]
        await wire.json({**message, "content": content, "stop_reason": "end_turn", "usage": usage})
        return
    await wire.begin()
    first = {"index": 0, "content_block": {"type": "text", "text": ""}}
    events: list[Json] = [
        {"type": "message_start", "message": {**message, "content": [], "usage": usage}},
        {"type": "content_block_start", **first},
    ]
    for piece in PIECES:
        text = {"type": "text_delta", "text": piece}
        events.append({"type": "content_block_delta", "index": 0, "delta": text})
    events.append({"type": "content_block_stop", "index": 0})
    if asked.model != "eof":
        events.append(
            {"type": "message_delta", "delta": {"stop_reason": "end_turn"}, "usage": usage}
        )
        events.append({"type": "message_stop"})
    for event in events:
        await wire.chunk(f"event: {event['type']}\n".encode())
        await wire.event(event)
    await wire.end(mark=b"")


async def gemini_generate(_provider: Provider, asked: Asked, wire: Wire) -> None:
    """Answer as Gemini does."""
    usage = {"promptTokenCount": 12, "candidatesTokenCount": 6, "totalTokenCount": 18}

    def part(text: str, **more: Any) -> Json:
        return {"candidates": [{"content": {"role": "model", "parts": [{"text": text}]}, **more}]}

    if ":streamGenerateContent" not in asked.path:
        await wire.json({**part(TEXT, finishReason="STOP"), "usageMetadata": usage})
        return
    await wire.begin()
    for piece in PIECES[:-1]:
        await wire.event(part(piece))
    if "/eof:" in asked.path:
        await wire.event(part(PIECES[-1]))
    else:
        await wire.event({**part(PIECES[-1], finishReason="STOP"), "usageMetadata": usage})
    await wire.end(mark=b"")


ROUTES: tuple[tuple[str, Callable[[Provider, Asked, Wire], Awaitable[None]]], ...] = (
    ("/chat/completions", Provider.chat),
    ("/models", list_models),
    ("/api/tags", ollama_tags),
    ("/api/show", ollama_show),
    ("/api/chat", ollama_chat),
    ("/v1/messages", anthropic_messages),
    (":streamGenerateContent", gemini_generate),
    (":generateContent", gemini_generate),
)


def main(argv: list[str]) -> int:
    """Serve until standard input ends."""
    with Provider(int(argv[0]) if argv else 0) as provider:
        print(provider.url, flush=True)  # noqa: T201
        sys.stdin.read()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
