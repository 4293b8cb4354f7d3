"""A child process with an event loop, from within: work comes in, values go out as they come.

A frame is `(kind, number, value)`: `begin` and `end` come in, `value` and last either `done` (with
the bytes of memory this process holds) or `failed` go out. How such a process is bound to its
parent is in `child.py`.
"""

import asyncio
import importlib
import os
import sys
import threading
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from typing import BinaryIO, cast

from octoprompt.child import become_child, read_frame, write_frame

Worker = Callable[[object], AsyncGenerator[object, None]]
"""What is done with a piece of work: gives values that `marshal` takes.

A module gives it by `start(args: tuple[str, ...]) -> Worker`, called once, before there is a loop.
"""
Frame = tuple[str, int, object]
PAGE = os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 4096


def main(argv: list[str]) -> int:
    """Be the child: `LIMITS MODULE ARGS...`."""
    source, sink, _ = become_child(argv[0])
    worker = cast("Worker", importlib.import_module(argv[1]).start(tuple(argv[2:])))
    asyncio.run(_serve(worker, source, sink))
    return 0


async def _serve(worker: Worker, source: BinaryIO, sink: BinaryIO) -> None:
    desk = _Desk(worker, sink)
    loop = asyncio.get_running_loop()

    def read() -> None:
        try:
            while True:
                loop.call_soon_threadsafe(desk.take, cast("Frame", read_frame(source)))
        except (EOFError, OSError, ValueError, RuntimeError):
            # The parent is gone, or lets us go: nothing here is worth finishing.
            os._exit(0)

    threading.Thread(target=read, name="frames", daemon=True).start()
    write_frame(sink, None)
    await asyncio.Event().wait()


class _Desk:
    """The work at hand."""

    def __init__(self, worker: Worker, sink: BinaryIO) -> None:
        self._worker = worker
        self._sink = sink
        self._tasks: dict[int, asyncio.Task[None]] = {}

    def take(self, frame: Frame) -> None:
        """Begin a piece of work, or end one."""
        kind, number, value = frame
        if kind == "begin":
            task = asyncio.create_task(self._work(number, value))
            self._tasks[number] = task
            task.add_done_callback(lambda task: self._finished(number, task))
        elif (running := self._tasks.get(number)) is not None:
            running.cancel()

    async def _work(self, number: int, message: object) -> None:
        async with aclosing(self._worker(message)) as values:
            async for value in values:
                self._write("value", number, value)

    def _finished(self, number: int, task: asyncio.Task[None]) -> None:
        del self._tasks[number]
        error = None if task.cancelled() else task.exception()
        if error is None:
            self._write("done", number, memory_bytes())
        else:
            self._write("failed", number, f"{type(error).__name__}: {error}"[:1000])

    def _write(self, kind: str, number: int, value: object) -> None:
        try:
            write_frame(self._sink, (kind, number, value))
        except (OSError, ValueError):
            os._exit(0)


def memory_bytes() -> int:
    """Give what this process holds in memory; 0 where the system does not tell."""
    if sys.platform != "linux":
        return 0
    with open("/proc/self/statm", "rb") as file:  # noqa: PTH123 - no object for what is asked often
        return int(file.read().split()[1]) * PAGE
