"""A child that does what it is told: prints, hangs, eats memory, ends, takes its time."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable

from octoprompt import child


def start(_args: tuple[str, ...]) -> Callable[[object], object]:
    """Begin."""
    return _handle


def _handle(message: object) -> object:
    if message == "print":
        print("noise")  # noqa: T201 - what a library might do
        os.write(1, b"more noise")
        has_key = any("KEY" in name for name in os.environ)
        leads = os.getpgid(0) == os.getpid()
        return (message, has_key, os.getpriority(os.PRIO_PROCESS, 0), leads)
    if message == "hang":
        time.sleep(1000)  # noqa: TID251 - it is to hang
    if message == "nap":
        time.sleep(1)  # noqa: TID251 - longer than it may compute
    if message == "loop":
        while True:
            child.check()
    if message == "match":
        with child.breakable():
            return re.match("(a*)*b", "a" * 60) is None
    if message == "exit":
        os._exit(3)
    if message == "eat":
        return len(bytearray(1 << 30))
    return os.getpid() if message == "pid" else message
