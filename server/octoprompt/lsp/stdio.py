"""The wire's two ends: private file descriptors, a thread that reads and a thread that writes.

The event loop never touches a pipe. Nothing else of the process can read from or write to the wire:
standard input is empty and standard output leads to standard error once `claim` has run.
"""

import asyncio
import contextlib
import os
import sys
import threading
from collections import deque
from collections.abc import Callable
from functools import partial
from typing import NamedTuple

from octoprompt.lsp.framing import Fault, Frames, LostTrack
from octoprompt.lsp.messages import PARSE_ERROR, Message, Refusal, parse

READ_BYTES = 1 << 20
BATCH = 100
"""Messages that are handed to the event loop at once."""
MAX_UNDELIVERED = 1000
ROOM_BYTES = 16 << 20
MAX_PENDING_BYTES = 256 << 20


class Pipes(NamedTuple):
    """File descriptors of the wire, this process's own."""

    source: int
    sink: int


def claim() -> Pipes:
    """Take over standard input and output; whatever prints afterwards prints to standard error."""
    if sys.platform == "win32":
        import msvcrt  # noqa: PLC0415 - exists only there

        for number in (0, 1):
            msvcrt.setmode(number, os.O_BINARY)
    pipes = Pipes(os.dup(0), os.dup(1))
    null = os.open(os.devnull, os.O_RDWR)
    os.dup2(null, 0)
    try:
        os.dup2(2, 1)
    except OSError:
        os.dup2(null, 1)
        os.dup2(null, 2)
    os.close(null)
    if os.name != "nt":
        for number in pipes:
            os.set_blocking(number, True)
    return pipes


class Reader:
    """Reads messages on a daemon thread and hands them to the event loop."""

    def __init__(self, source: int, loop: asyncio.AbstractEventLoop) -> None:
        self._source = source
        self._loop = loop
        self._slots = threading.BoundedSemaphore(MAX_UNDELIVERED)
        self.trace: Callable[[str, bytes], None] = lambda _direction, _body: None

    def start(self, deliver: Callable[[Message], None], end: Callable[[str], None]) -> None:
        """Call `deliver` for each message, then `end` once; `end` gets why, empty for the end."""
        work = threading.Thread(
            target=self._run, args=(deliver, end), name="wire-read", daemon=True
        )
        work.start()

    def _run(self, deliver: Callable[[Message], None], end: Callable[[str], None]) -> None:
        why = ""
        try:
            why = self._read(deliver)
        except LostTrack as error:
            why = str(error)
        except OSError as error:
            why = f"cannot read: {error.strerror}"
        finally:
            self._hand_over(lambda: end(why))

    def _read(self, deliver: Callable[[Message], None]) -> str:
        frames = Frames()
        while data := os.read(self._source, READ_BYTES):
            self._take(frames, data, deliver)
        return "" if frames.is_between_messages else "the stream ended inside a message"

    def _take(self, frames: Frames, data: bytes, deliver: Callable[[Message], None]) -> None:
        """Hand over together what came together: a request cancelled at once never begins."""
        batch: list[Message] = []
        try:
            for found in frames.feed(data):
                batch.append(self._understand(frames, found))
                self._slots.acquire()
                if len(batch) == BATCH:
                    self._hand_over(partial(self._deliver, deliver, batch))
                    batch = []
        finally:
            self._hand_over(partial(self._deliver, deliver, batch))

    def _understand(self, frames: Frames, found: bytes | Fault) -> Message:
        if isinstance(found, Fault):
            return Refusal(id=None, code=PARSE_ERROR, message=f"skipped: {found.reason}")
        self.trace("client", found)
        message = parse(found)
        if isinstance(message, Refusal) and message.code == PARSE_ERROR:
            frames.put_back(found)
        return message

    def _deliver(self, deliver: Callable[[Message], None], batch: list[Message]) -> None:
        for message in batch:
            self._slots.release()
            deliver(message)

    def _hand_over(self, work: Callable[[], None]) -> None:
        with contextlib.suppress(RuntimeError):  # the loop is closed: the process is ending
            self._loop.call_soon_threadsafe(work)


class Writer:
    """Frames and writes bodies on a daemon thread; `send`, for the event loop, never waits."""

    def __init__(self, sink: int, loop: asyncio.AbstractEventLoop) -> None:
        self._sink = sink
        self._loop = loop
        self._queue: deque[bytes] = deque()
        self._wake = threading.Condition()
        self._pending = 0
        self._is_closing = False
        self._room = asyncio.Event()
        self._room.set()
        self.dropped = 0
        self.trace: Callable[[str, bytes], None] = lambda _direction, _body: None
        self.on_failure: Callable[[str], None] = lambda _why: None
        self._thread = threading.Thread(target=self._run, name="wire-write", daemon=True)
        self._thread.start()

    def send(self, body: bytes, *, can_drop: bool = False) -> None:
        """Queue a message; while the other end does not read, those that `can_drop` are dropped."""
        with self._wake:
            if can_drop and self._pending > ROOM_BYTES:
                self.dropped += 1
                return
            self._queue.append(body)
            self._pending += len(body)
            is_stuck = self._pending > MAX_PENDING_BYTES
            if self._pending > ROOM_BYTES:
                self._room.clear()
            self._wake.notify()
        if is_stuck:
            self.on_failure("the other end does not read")

    async def room(self) -> None:
        """Wait until less than `ROOM_BYTES` are queued."""
        await self._room.wait()

    def close(self, timeout_s: float) -> None:
        """Write what is queued, for at most `timeout_s`."""
        with self._wake:
            self._is_closing = True
            self._wake.notify()
        self._thread.join(timeout_s)

    def _run(self) -> None:
        try:
            while (body := self._next()) is not None:
                self._write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
                self.trace("server", body)
                self._written(len(body))
        except OSError as error:
            why = f"cannot write: {error.strerror}"
            self._in_loop(lambda: self.on_failure(why))

    def _next(self) -> bytes | None:
        with self._wake:
            while not self._queue and not self._is_closing:
                self._wake.wait()
            return self._queue.popleft() if self._queue else None

    def _write(self, data: bytes) -> None:
        view = memoryview(data)
        while view:
            view = view[os.write(self._sink, view) :]

    def _written(self, count: int) -> None:
        with self._wake:
            self._pending -= count
            has_room = self._pending <= ROOM_BYTES and not self._room.is_set()
        if has_room:
            self._in_loop(self._room.set)

    def _in_loop(self, work: Callable[[], None]) -> None:
        with contextlib.suppress(RuntimeError):  # the loop is closed: the process is ending
            self._loop.call_soon_threadsafe(work)
