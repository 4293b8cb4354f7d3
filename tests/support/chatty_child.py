"""A duplex child that does what it is told: counts, waits, refuses to end, eats memory, dies."""

from __future__ import annotations

import asyncio
import contextlib
import os
import time
from collections.abc import AsyncGenerator, Callable

held: list[bytearray] = []


def start(_args: tuple[str, ...]) -> Callable[[object], AsyncGenerator[object, None]]:
    """Begin."""
    return _work


async def _work(message: object) -> AsyncGenerator[object, None]:
    match message:
        case ("count", int(number)):
            for n in range(number):
                yield n
        case ("slowly", int(number)):
            for n in range(number):
                await asyncio.sleep(0.1)
                yield n
        case ("late" | "toil" as how, float(seconds)):
            yield "staying"
            await (_leave_late if how == "late" else _toil)(seconds)
        case ("wait", str(path)):
            yield "waiting"
            await _wait(path)
        case "hold":
            yield "holding"
            time.sleep(60)  # noqa: ASYNC251, TID251 - the fault itself
        case "stubborn":
            yield "staying"
            await _stay()
        case "raise":
            yield "so far"
            raise RuntimeError("as it was told")
        case _:
            yield DOINGS.get(str(message), lambda: message)()


async def _wait(path: str) -> None:
    try:
        await asyncio.Event().wait()
    finally:
        with open(path, "w") as file:  # noqa: ASYNC230, PTH123
            file.write("cancelled")


async def _leave_late(seconds: float) -> None:
    try:
        await asyncio.Event().wait()
    finally:
        await asyncio.sleep(seconds)


async def _toil(seconds: float) -> None:
    try:
        await asyncio.Event().wait()
    finally:
        end = time.thread_time() + seconds
        while time.thread_time() < end:
            pass


async def _stay() -> None:
    while True:
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.sleep(60)


def _print() -> str:
    """Write where a library might."""
    print("noise")  # noqa: T201
    os.write(1, b"more noise")
    return "quiet"


def _eat() -> int:
    held.append(bytearray(os.urandom(1)) * (64 << 20))
    return len(held)


DOINGS: dict[str, Callable[[], object]] = {
    "print": _print,
    "eat": _eat,
    "exit": lambda: os._exit(3),
}
