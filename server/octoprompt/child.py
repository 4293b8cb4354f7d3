"""A child process from within: framed pipes, limits, a main loop, and an end with its parent.

A child is started with `LIMITS MODULE ARGS...`. It gives up its standard streams to private pipes,
so that nothing printed by a library can corrupt the frames, takes its own process group and a lower
priority, limits its memory, and dies with its parent: by `PR_SET_PDEATHSIG` on Linux, by end of
file on its pipe everywhere, and by a timer of its own for work that hangs while nobody watches. Its
first frame says that it is ready, so that the time it takes to start counts against no question. A
message is any value that `marshal` takes: None, bool, int, float, str, bytes, and tuples, lists,
dicts of them.

A question that nobody waits for any more is broken off by a signal, where the child's module lets
it: it calls `check` in its loops, and makes what may take long `breakable`.
"""

import contextlib
import ctypes
import faulthandler
import importlib
import marshal
import os
import signal
import struct
import sys
from collections.abc import Callable
from typing import BinaryIO, cast

FRAME = struct.Struct("<I")
PR_SET_PDEATHSIG = 1
BREAK_SIGNAL = getattr(signal, "SIGUSR1", None)
TIMER_SIGNALS = tuple(
    number for name in ("SIGALRM", "SIGPROF") if (number := getattr(signal, name, None))
)
BROKEN_OFF = ...
"""The answer to a question that was broken off."""

Handler = Callable[[object], object]
"""What a child does with a message: gives the answer, or raises, which ends the child.

A module gives it by `start(args: tuple[str, ...]) -> Handler`, called once in the child.
"""


def main(argv: list[str]) -> int:
    """Be the child: `LIMITS MODULE ARGS...`."""
    source, sink, seconds = become_child(argv[0])
    _breaks.listen()
    handle = cast("Handler", importlib.import_module(argv[1]).start(tuple(argv[2:])))
    watch = _watchdog()
    write_frame(sink, None)
    while True:
        try:
            message = read_frame(source)
        except EOFError:
            return 0
        watch(*seconds)
        answer = _breaks.run(handle, message)
        watch(0, 0)
        write_frame(sink, answer)


class _BrokenOff(Exception):
    """The question at hand is not wanted any more."""


class _Breaks:
    """In a child: whether the question at hand is still wanted."""

    def __init__(self) -> None:
        self._is_breakable = False
        self._is_wanted = True

    def listen(self) -> None:
        """Begin to take the parent's signals."""
        if BREAK_SIGNAL is not None:
            signal.signal(BREAK_SIGNAL, self._signalled)

    def _signalled(self, _number: int, _frame: object) -> None:
        self._is_wanted = False
        if self._is_breakable:
            raise _BrokenOff

    def run(self, handle: Handler, message: object) -> object:
        """Give the answer to a message, `BROKEN_OFF` where that is no longer wanted.

        A signal between two messages counts for the next one: its parent asks that again.
        """
        try:
            self.check()
            return handle(message)
        except _BrokenOff:
            return BROKEN_OFF
        finally:
            self._is_wanted = True

    def check(self) -> None:
        """Go on only while the answer is wanted."""
        if not self._is_wanted:
            raise _BrokenOff

    def __enter__(self) -> None:
        self._is_breakable = True
        self.check()

    def __exit__(self, *_: object) -> None:
        self._is_breakable = False


_breaks = _Breaks()


def check() -> None:
    """In a child: end the work on the question at hand when nobody waits for it any more."""
    _breaks.check()


def breakable() -> contextlib.AbstractContextManager[None]:
    """In a child: let this be ended anywhere, also inside of `re`: it must hold nothing open."""
    return _breaks


def become_child(limits: str) -> tuple[BinaryIO, BinaryIO, tuple[float, float]]:
    """Take over the pipes, bind this process to its parent, obey the limits.

    Gives the pipes from and to the parent, and the seconds that one message may take, by the clock
    and of processor time.
    """
    parent, memory_bytes, nice, hang_seconds, busy_seconds = limits.split(":")
    source, sink = _private_pipes()
    _die_with(int(parent))
    _limit(int(memory_bytes), int(nice))
    return source, sink, (float(hang_seconds), float(busy_seconds))


def _private_pipes() -> tuple[BinaryIO, BinaryIO]:
    """Take over the pipes; what is printed afterwards goes to standard error."""
    source, sink = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    os.dup2(2, 1)
    os.close(null)
    return source, sink


def _die_with(parent: int) -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        if os.getppid() != parent:
            os._exit(0)


def _limit(memory_bytes: int, nice: int) -> None:
    if os.name == "nt":
        return
    import resource  # noqa: PLC0415 - does not exist on Windows

    with contextlib.suppress(OSError):
        os.setpgid(0, 0)
    with contextlib.suppress(OSError):
        os.nice(nice)
    if memory_bytes:
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _watchdog() -> Callable[[float, float], None]:
    """Give the setter of timers that end this process even while C code holds the interpreter.

    The first counts seconds, the second this process's own processor time; 0 stops one.
    """
    if os.name == "nt":
        return _watch_by_thread
    for number in TIMER_SIGNALS:
        signal.signal(number, signal.SIG_DFL)
    return _watch_by_signal


def _watch_by_thread(seconds: float, _busy_seconds: float) -> None:
    if seconds:
        faulthandler.dump_traceback_later(seconds, exit=True)
    else:
        faulthandler.cancel_dump_traceback_later()


def _watch_by_signal(seconds: float, busy_seconds: float) -> None:
    signal.setitimer(signal.ITIMER_REAL, seconds)
    signal.setitimer(signal.ITIMER_PROF, busy_seconds)


def read_frame(stream: BinaryIO) -> object:
    """Read one message; raises `EOFError` at the end of the stream."""
    head = stream.read(FRAME.size)
    if len(head) < FRAME.size:
        raise EOFError
    (length,) = FRAME.unpack(head)
    data = stream.read(length)
    if len(data) < length:
        raise EOFError
    return cast("object", marshal.loads(data))  # noqa: S302 - both ends are this program, over a private pipe


def write_frame(stream: BinaryIO, message: object) -> None:
    """Write one message and flush it."""
    stream.write(framed(message))
    stream.flush()


def framed(message: object) -> bytes:
    """Give one message as it goes through a pipe."""
    data = marshal.dumps(cast("bytes", message))
    return FRAME.pack(len(data)) + data
