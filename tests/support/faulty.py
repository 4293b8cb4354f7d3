"""A server whose handlers misbehave: `python faulty.py KIND`, then it serves as usual.

raise    every handler raises, with a secret in the message, its cause and a local path
slow     `debug/ping` takes 30 s, and `debug/dump` says how often it began
thread   `debug/ping` waits 30 s for a thread that cannot be stopped
hold     `debug/ping` holds the event loop for 1.5 s
exit     `debug/ping` raises SystemExit
print    `debug/ping` writes to standard output in every way there is
large    `debug/dump` gives 20 MB
huge     `debug/dump` gives more than a message may hold
late     `debug/ping` takes longer than its deadline of 0.2 s
"""

import asyncio
import ctypes
import faulthandler
import os
import subprocess
import sys
import warnings
from dataclasses import replace
from time import sleep as pause  # noqa: TID251 - the faults are about waiting
from typing import Any

from octoprompt import __main__
from octoprompt.contract.debug import PingDebug
from octoprompt.features import registry

SECRET = "sk-proj-canary0123456789abcdef"
real_load = registry.load
began = 0


async def fail(_ctx: Any, _params: Any) -> Any:
    """Raise, with the secret in every place that could leak."""
    os.environ["CANARY"] = SECRET
    try:
        open(f"/nowhere/{SECRET}")  # noqa: ASYNC230, PTH123, SIM115 - a fault
    except OSError as error:
        raise RuntimeError(f"bad key {SECRET} in {__file__}") from error


async def take_long(_ctx: Any, _params: Any) -> Any:
    """Wait in a way that can be cancelled."""
    global began  # noqa: PLW0603 - counts for the test
    began += 1
    await asyncio.sleep(30)


async def block_a_thread(_ctx: Any, _params: Any) -> Any:
    """Wait for what cannot be stopped."""
    await asyncio.to_thread(pause, 30)


async def hold_the_loop(_ctx: Any, params: Any) -> Any:
    """Do what no handler may."""
    pause(1.5)  # noqa: ASYNC251 - the fault itself
    return params


async def leave(_ctx: Any, _params: Any) -> Any:
    """Try to end the server."""
    sys.exit(3)


async def write_everywhere(_ctx: Any, params: Any) -> Any:
    """Write to standard output, as careless libraries do."""
    print("print")  # noqa: T201
    sys.__stdout__.write("__stdout__")
    sys.__stdout__.flush()
    sys.stdout.buffer.write(b"buffer")
    sys.stdout.flush()
    os.write(1, b"os.write")
    ctypes.CDLL(None).printf(b"C printf\n")
    ctypes.CDLL(None).fflush(None)
    subprocess.run(["echo", "child"], check=True)  # noqa: ASYNC221
    subprocess.run("echo shell", shell=True, check=True)  # noqa: ASYNC221, S602
    os.system("echo system")  # noqa: ASYNC221, S605
    warnings.warn("warning", stacklevel=1)
    faulthandler.dump_traceback(1)
    assert sys.stdin.read() == ""
    return params


def dump_of(size: int) -> Any:
    """Make a handler whose answer has about `size` bytes."""
    real = registry.HANDLERS["debug/dump"]

    async def give_much(ctx: Any, params: Any) -> Any:
        dump = await real(ctx, params)
        return dump.model_copy(update={"tasks": ("x" * size,)})

    return give_much


async def tell_began(ctx: Any, params: Any) -> Any:
    """Answer `debug/dump` with how often the slow handler began."""
    context = replace(ctx, vitals=lambda: registry.Vitals(counts={"began": began}))
    return await real_dump(context, params)


async def real_dump(ctx: Any, params: Any) -> Any:
    """Answer as the product does."""
    from octoprompt.features import debug  # noqa: PLC0415 - not before `load`

    return await debug.dump_debug(ctx, params)


def spoil(kind: str) -> None:
    """Load the handlers, then replace some."""
    real_load()
    handlers = registry.HANDLERS
    if kind == "raise":
        handlers.update(dict.fromkeys(handlers, fail))
    elif kind == "large":
        handlers["debug/dump"] = dump_of(20 << 20)
    elif kind == "huge":
        handlers["debug/dump"] = dump_of(65 << 20)
    else:
        handlers["debug/ping"] = PINGS[kind]
    if kind == "slow":
        handlers["debug/dump"] = tell_began


PINGS = {
    "slow": take_long,
    "late": take_long,
    "thread": block_a_thread,
    "hold": hold_the_loop,
    "exit": leave,
    "print": write_everywhere,
}

if __name__ == "__main__":
    chosen = sys.argv[1]
    if chosen == "late":
        PingDebug.deadline_s = 0.2
    registry.load = lambda: spoil(chosen)
    sys.argv[1:] = ["serve"]
    sys.exit(__main__.main())
