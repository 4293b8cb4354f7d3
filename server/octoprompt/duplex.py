"""A child process that does several things at once, each giving pieces as they come: our side.

Such a child (`duplex_child.py` is its side) runs an event loop. Every piece of work there is an
async generator; here an async generator gives its values, and closing this one cancels that one. A
child that does not obey a cancellation within a second, and says nothing else either, is killed:
work in it fails then with `ChildFailed`, and the next work starts another child. One that waits for
a processor that others have is given more time, where the system tells.
"""

import asyncio
import contextlib
import itertools
import os
import queue
import subprocess
import threading
from collections.abc import AsyncGenerator, Callable
from pathlib import Path
from typing import BinaryIO, cast

from octoprompt.child import framed, read_frame
from octoprompt.children import START_LIMIT_S, ChildSpec, command, creation_flags, environment
from octoprompt.errors import ChildFailed

OBEY_S = 1.0
"""So long a cancelled piece of work may take to end before its silent process is killed."""
PATIENCE = 10
"""So many times as long for a process that is busy with other work: with it that work would die."""
HUNGRY_S = 0.5
"""A process that wants to run and got less of a processor since it was asked only waits for one."""
PROGRAM = "octoprompt.duplex_child"


class Duplex:
    """A child behind async generators: started by the first work, stopped when idle, replaced."""

    def __init__(self, spec: ChildSpec, *, idle_s: float, max_memory_bytes: int = 0) -> None:
        """Take what to run; above `max_memory_bytes` a child is replaced as soon as it is free."""
        self._spec = spec
        self._idle_s = idle_s
        self._max_memory_bytes = max_memory_bytes
        self._process: _Process | None = None
        self._idle: asyncio.TimerHandle | None = None
        self._is_closed = False

    @property
    def pid(self) -> int | None:
        """The child's process id, while there is one."""
        return self._process.pid if self._process else None

    @property
    def memory_bytes(self) -> int:
        """What the child held at the end of its last piece of work; 0 where nobody tells."""
        return self._process.memory_bytes if self._process else 0

    async def work(self, message: object) -> AsyncGenerator[object, None]:
        """Do a piece of work and give its values. Fails with `ChildFailed`."""
        if self._is_closed:
            raise ChildFailed(f"the helper for `{self._spec.module}` is closed")
        process = self._running()
        self._stop_waiting()
        number = process.begin()
        try:
            await process.ready()
            process.send(number, message)
            async for value in process.values(number):
                yield value
        finally:
            process.end(number)
            self._settle(process)

    async def close(self) -> None:
        """End the child; work in it fails with `ChildFailed`."""
        self._is_closed = True
        self._stop_waiting()
        if (process := self._process) is not None:
            self._process = None
            process.kill()
            await process.gone.wait()

    def _running(self) -> "_Process":
        if self._process is None or self._process.gone.is_set():
            self._process = _Process(self._spec, self._settle)
        return self._process

    def _stop_waiting(self) -> None:
        if self._idle is not None:
            self._idle.cancel()
            self._idle = None

    def _settle(self, process: "_Process") -> None:
        """Begin to wait for the end of an idle child, or end one that has grown too large."""
        if process is not self._process or process.is_busy:
            return
        self._stop_waiting()
        is_large = 0 < self._max_memory_bytes < process.memory_bytes
        wait = 0 if is_large else self._idle_s
        self._idle = asyncio.get_running_loop().call_later(wait, self._rest)

    def _rest(self) -> None:
        if self._process is not None and not self._process.is_busy:
            self._process.close()
            self._process = None


class _Process:
    """One running child; all methods are for the event loop but `_run` and `_write`."""

    def __init__(self, spec: ChildSpec, on_free: "Callable[[_Process], None]") -> None:
        self._spec = spec
        self._on_free = on_free
        self._loop = asyncio.get_running_loop()
        self._numbers = itertools.count(1)
        self._inboxes: dict[int, asyncio.Queue[tuple[str, object]]] = {}
        self._cancelled: dict[int, asyncio.TimerHandle] = {}
        self._sent: set[int] = set()
        self._outbox: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self._popen: subprocess.Popen[bytes] | None = None
        self._is_killed = False
        self._heard = 0.0
        """When the child last said anything, by the loop's clock."""
        self._is_ready = asyncio.Event()
        self._start_limit = self._loop.call_later(START_LIMIT_S, self.kill)
        self.gone = asyncio.Event()
        self.memory_bytes = 0
        """As the child said at the end of its last piece of work."""
        threading.Thread(target=self._run, name="duplex", daemon=True).start()

    @property
    def pid(self) -> int | None:
        return self._popen.pid if self._popen else None

    @property
    def is_busy(self) -> bool:
        """Whether work goes on, cancelled work included."""
        return bool(self._inboxes or self._cancelled)

    def begin(self) -> int:
        """Open an inbox and give its number."""
        number = next(self._numbers)
        self._inboxes[number] = asyncio.Queue()
        return number

    async def ready(self) -> None:
        """Wait for the child's first sign of life, or its end."""
        await self._is_ready.wait()

    def send(self, number: int, message: object) -> None:
        """Give it a piece of work."""
        self._sent.add(number)
        self._outbox.put(framed(("begin", number, message)))

    async def values(self, number: int) -> AsyncGenerator[object, None]:
        """Give what comes of a piece of work. Fails with `ChildFailed`."""
        inbox = self._inboxes[number]
        while True:
            kind, value = await inbox.get()
            if kind == "value":
                yield value
            elif kind == "done":
                return
            else:
                raise ChildFailed(str(value))

    def end(self, number: int) -> None:
        """Close an inbox; work that still goes on is cancelled."""
        del self._inboxes[number]
        if number in self._sent and not self.gone.is_set():
            self._outbox.put(framed(("end", number, None)))
            self._wait_for(number, PATIENCE)

    def _wait_for(self, number: int, patience: int) -> None:
        """Kill a child that does not obey, unless it shows that it is only slow."""
        asked, used = self._loop.time(), _processor_s(self.pid)

        def judge() -> None:
            if patience > 1 and (self._heard > asked or _starves(self.pid, used)):
                self._wait_for(number, patience - 1)
            else:
                self.kill()

        self._cancelled[number] = self._loop.call_later(OBEY_S, judge)

    def close(self) -> None:
        """Let the child end by closing its pipe; kill it when it does not."""
        self._outbox.put(None)
        self._loop.call_later(OBEY_S, self.kill)

    def kill(self) -> None:
        """End the child at once, also one that has not started yet."""
        self._is_killed = True
        if self._popen is not None and not self.gone.is_set():
            with contextlib.suppress(OSError):
                self._popen.kill()

    def _take(self, frame: tuple[str, int, object]) -> None:
        kind, number, value = frame
        self._heard = self._loop.time()
        if kind == "value":
            if (inbox := self._inboxes.get(number)) is not None:
                inbox.put_nowait(("value", value))
            return
        self._sent.discard(number)
        if kind == "done":
            self.memory_bytes = cast("int", value)
        if (inbox := self._inboxes.get(number)) is not None:
            inbox.put_nowait((kind, value))
        if (limit := self._cancelled.pop(number, None)) is not None:
            limit.cancel()
            self._on_free(self)

    def _started(self) -> None:
        self._start_limit.cancel()
        self._is_ready.set()

    def _ended(self, why: str) -> None:
        self._start_limit.cancel()
        self.gone.set()
        self._is_ready.set()
        self._outbox.put(None)
        for limit in self._cancelled.values():
            limit.cancel()
        self._cancelled.clear()
        for inbox in self._inboxes.values():
            inbox.put_nowait(("lost", why))

    def _run(self) -> None:
        """Start the child and read what it says until its end; the thread lives as long as it.

        Linux kills a child when the thread that started it ends.
        """
        try:
            self._popen = popen = _start(self._spec)
        except OSError as error:
            why = f"cannot start a helper process for `{self._spec.module}`: {error.strerror}"
            self._tell(self._ended, why)
            return
        if self._is_killed:
            popen.kill()
        threading.Thread(target=self._write, args=(popen,), name="duplex-out", daemon=True).start()
        source = cast("BinaryIO", popen.stdout)
        with contextlib.suppress(EOFError, OSError, ValueError), source:
            read_frame(source)
            self._tell(self._started)
            while True:
                self._tell(self._take, read_frame(source))
        code = _code_of(popen)
        why = f"the helper process for `{self._spec.module}` ended with code {code}"
        self._tell(self._ended, why)

    def _write(self, popen: subprocess.Popen[bytes]) -> None:
        sink = cast("BinaryIO", popen.stdin)
        with contextlib.suppress(OSError, ValueError), sink:
            while (data := self._outbox.get()) is not None:
                sink.write(data)
                sink.flush()

    def _tell(self, what: Callable[..., None], *args: object) -> None:
        with contextlib.suppress(RuntimeError):  # the loop is closed: nobody listens
            self._loop.call_soon_threadsafe(what, *args)


def _start(spec: ChildSpec) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        command(spec, PROGRAM),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=environment(spec),
        close_fds=True,
        creationflags=creation_flags(spec),
    )


def _processor_s(pid: int | None) -> float:
    """Give the processor seconds that a process has used; 0 where the system does not tell."""
    with contextlib.suppress(OSError, ValueError, IndexError):
        _, _, after = Path(f"/proc/{pid}/stat").read_text("utf-8", "replace").rpartition(")")
        user, system = after.split()[11:13]
        return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")
    return 0.0


def _starves(pid: int | None, used_s: float) -> bool:
    """Say whether a process wants to run and hardly could since it had used so much."""
    if _processor_s(pid) - used_s >= HUNGRY_S:
        return False
    try:
        threads = [
            path.read_text("utf-8", "replace") for path in Path(f"/proc/{pid}/task").glob("*/stat")
        ]
    except OSError:
        return False
    return any(thread.rpartition(")")[2].split()[:1] == ["R"] for thread in threads)


def _code_of(popen: subprocess.Popen[bytes]) -> int:
    """Give the exit code of a child that closed its pipe; one that stays all the same is killed."""
    try:
        return popen.wait(OBEY_S)
    except subprocess.TimeoutExpired:
        popen.kill()
        return popen.wait()
