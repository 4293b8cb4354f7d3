"""Python child processes that cannot outlive us: framed pipes, deadlines, limits.

A child is started as `python -m octoprompt.children LIMITS MODULE ...`. It gives up its standard
streams to private pipes, so that nothing printed by a library can corrupt the frames, takes its own
process group and a lower priority, limits its memory, and dies with its parent: by
`PR_SET_PDEATHSIG` on Linux, by end of file on its pipe everywhere, and by a timer of its own for
work that hangs while nobody watches. Its first frame says that it is ready, so that the time it
takes to start counts against no question. A message is any value that `marshal` takes: None, bool,
int, float, str, bytes, and tuples, lists, dicts of them.

`PR_SET_PDEATHSIG` fires when the *thread* that started the child ends, so start a child from a
thread that outlives it.
"""

import asyncio
import contextlib
import ctypes
import faulthandler
import importlib
import marshal
import os
import signal
import struct
import subprocess
import sys
import threading
from collections.abc import Callable, Generator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import BinaryIO, cast

from octoprompt.errors import ChildFailed, DeadlinePassed

FRAME = struct.Struct("<I")
START_LIMIT_S = 20.0
"""So long a child may take until it is ready: the whole machine may be starting."""
PR_SET_PDEATHSIG = 1
BELOW_NORMAL_PRIORITY_CLASS = 0x4000
CREATE_NEW_PROCESS_GROUP = 0x0200
KEPT_VARIABLES = (
    *("PATH", "PYTHONPATH", "PYTHONHOME", "SYSTEMROOT"),
    *("TEMP", "TMP", "TMPDIR", "LANG", "LC_ALL", "LC_CTYPE"),
)

Handler = Callable[[object], object]
"""What a child does with a message: gives the answer, or raises, which ends the child."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChildSpec:
    """Which module to run, and within which limits."""

    module: str
    """It has `start(args: tuple[str, ...]) -> Handler`, called once in the child."""
    args: tuple[str, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict[str, str])
    """Added to the few variables that every child gets: no key of ours is inherited."""
    memory_bytes: int = 0
    """Address space limit where the system has one; 0 for none."""
    nice: int = 5
    hang_seconds: float = 0
    """The child ends itself when one message takes longer, parent or no parent; 0 for never."""


class Child:
    """One running child, used from one thread at a time; `kill` may come from any."""

    def __init__(self, spec: ChildSpec) -> None:
        self.spec = spec
        self._killed = False
        self._is_ready = False
        try:
            self._process = subprocess.Popen(
                _command(spec),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                env=_environment(spec),
                close_fds=True,
                creationflags=(BELOW_NORMAL_PRIORITY_CLASS | CREATE_NEW_PROCESS_GROUP)
                if os.name == "nt"
                else 0,
            )
        except OSError as error:
            raise ChildFailed(
                f"cannot start a helper process for `{spec.module}`: {error.strerror}"
            ) from error
        self._to = cast("BinaryIO", self._process.stdin)
        self._from = cast("BinaryIO", self._process.stdout)

    @property
    def pid(self) -> int:
        """The child's process id."""
        return self._process.pid

    def request(self, message: object, deadline_s: float) -> object:
        """Send a message and give its answer.

        Fails with `DeadlinePassed` after `deadline_s`, when the child is killed, and with
        `ChildFailed` when it is gone. The deadline counts from when the child was ready, and
        covers a child that does not even read.
        """
        if not self._is_ready:
            with self._deadline(START_LIMIT_S):
                read_frame(self._from)
            self._is_ready = True
        data = _framed(message)
        with self._deadline(deadline_s):
            self._to.write(data)
            self._to.flush()
            return read_frame(self._from)

    @contextlib.contextmanager
    def _deadline(self, seconds: float) -> Generator[None, None, None]:
        expired = threading.Event()

        def expire() -> None:
            expired.set()
            self.kill()

        timer = threading.Timer(seconds, expire)
        timer.daemon = True
        timer.start()
        try:
            yield
        except (EOFError, OSError, ValueError) as error:
            if expired.is_set():
                raise DeadlinePassed(
                    f"`{self.spec.module}` took longer than {seconds:g} s"
                ) from error
            raise self._failure() from error
        finally:
            timer.cancel()

    def kill(self) -> None:
        """End the child at once."""
        self._killed = True
        with contextlib.suppress(OSError):
            self._process.kill()

    def close(self, grace_s: float = 1.0) -> None:
        """Let the child end by closing its pipe, kill it after `grace_s`, release what it held."""
        with contextlib.suppress(OSError, ValueError):
            self._to.close()
        try:
            self._process.wait(0 if self._killed else grace_s)
        except subprocess.TimeoutExpired:
            self.kill()
            self._process.wait()
        with contextlib.suppress(OSError, ValueError):
            self._from.close()

    def _failure(self) -> ChildFailed:
        try:
            code = self._process.wait(1.0)
        except subprocess.TimeoutExpired:
            self.kill()
            code = self._process.wait()
        return ChildFailed(f"the helper process for `{self.spec.module}` ended with code {code}")


class Helper:
    """A child behind a coroutine: started when asked, stopped when idle, replaced when it dies."""

    def __init__(self, spec: ChildSpec, *, idle_s: float = 300) -> None:
        self._spec = spec
        self._idle_s = idle_s
        self._child: Child | None = None
        self._thread: ThreadPoolExecutor | None = None
        self._idle: asyncio.TimerHandle | None = None
        self._waiting = 0
        self._is_closed = False

    async def ask(self, message: object, deadline_s: float) -> object:
        """Give the child's answer; questions are answered in turn.

        Fails with `DeadlinePassed` (the child is killed) and with `ChildFailed` when a second
        child died as well.
        """
        if self._idle is not None:
            self._idle.cancel()
        if self._thread is None:
            self._thread = ThreadPoolExecutor(1, thread_name_prefix="helper")
        self._waiting += 1
        try:
            return await asyncio.wrap_future(
                self._thread.submit(self._ask_now, message, deadline_s)
            )
        finally:
            self._waiting -= 1
            if self._waiting == 0:
                self._idle = asyncio.get_running_loop().call_later(self._idle_s, self._rest)

    async def close(self) -> None:
        """Stop the child; a question that is being answered fails with `ChildFailed`."""
        self._is_closed = True
        if self._idle is not None:
            self._idle.cancel()
        if (child := self._child) is not None:
            child.kill()
        if self._thread is not None:
            thread, self._thread = self._thread, None
            await asyncio.wrap_future(thread.submit(self._drop))
            thread.shutdown(wait=False)

    def _rest(self) -> None:
        if self._thread is not None and self._waiting == 0:
            self._thread.submit(self._drop)

    def _ask_now(self, message: object, deadline_s: float) -> object:
        if self._is_closed:
            raise ChildFailed(f"the helper for `{self._spec.module}` is closed")
        fresh = self._child is None
        try:
            return self._running().request(message, deadline_s)
        except DeadlinePassed:
            self._drop()
            raise
        except ChildFailed:
            self._drop()
            if fresh or self._is_closed:
                raise
        try:
            return self._running().request(message, deadline_s)
        except (DeadlinePassed, ChildFailed):
            self._drop()
            raise

    def _running(self) -> Child:
        if self._child is None:
            self._child = Child(self._spec)
        return self._child

    def _drop(self) -> None:
        if self._child is not None:
            child, self._child = self._child, None
            child.close()


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
    stream.write(_framed(message))
    stream.flush()


def _framed(message: object) -> bytes:
    data = marshal.dumps(cast("bytes", message))
    return FRAME.pack(len(data)) + data


def _command(spec: ChildSpec) -> list[str]:
    limits = f"{os.getpid()}:{spec.memory_bytes}:{spec.nice}:{spec.hang_seconds}"
    return [sys.executable, "-m", "octoprompt.children", limits, spec.module, *spec.args]


def _environment(spec: ChildSpec) -> dict[str, str]:
    kept = {name: os.environ[name] for name in KEPT_VARIABLES if name in os.environ}
    return {**kept, "PYTHONUTF8": "1", "OPENBLAS_NUM_THREADS": "1", **spec.environment}


def main(argv: list[str]) -> int:
    """Be the child: `LIMITS MODULE ARGS...`."""
    parent, memory_bytes, nice, seconds = argv[0].split(":")
    hang_seconds = float(seconds)
    source, sink = _private_pipes()
    _die_with(int(parent))
    _limit(int(memory_bytes), int(nice))
    handle = cast("Handler", importlib.import_module(argv[1]).start(tuple(argv[2:])))
    watch = _watchdog()
    write_frame(sink, None)
    while True:
        try:
            message = read_frame(source)
        except EOFError:
            return 0
        watch(hang_seconds)
        answer = handle(message)
        watch(0)
        write_frame(sink, answer)


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


def _watchdog() -> Callable[[float], None]:
    """Give the setter of a timer that ends this process even while C code holds the interpreter.

    0 stops it.
    """
    if os.name == "nt":
        return _watch_by_thread
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    return _watch_by_signal


def _watch_by_thread(seconds: float) -> None:
    if seconds:
        faulthandler.dump_traceback_later(seconds, exit=True)
    else:
        faulthandler.cancel_dump_traceback_later()


def _watch_by_signal(seconds: float) -> None:
    signal.setitimer(signal.ITIMER_REAL, seconds)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
