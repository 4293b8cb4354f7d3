"""Python child processes that cannot outlive us, seen from the parent: deadlines and replacement.

What happens in the child, and how it dies with its parent, is in `child.py`. `PR_SET_PDEATHSIG`
fires when the *thread* that started the child ends, so start a child from a thread that outlives
it.

A question whose asker went away is broken off where the child's module allows it. Where there are
no signals for that, as on Windows, such a child is killed.
"""

import asyncio
import contextlib
import os
import subprocess
import sys
import threading
from collections.abc import Generator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import BinaryIO, cast

from octoprompt.child import BREAK_SIGNAL, BROKEN_OFF, TIMER_SIGNALS, framed, read_frame
from octoprompt.errors import ChildFailed, DeadlinePassed

START_LIMIT_S = 20.0
"""So long a child may take until it is ready: the whole machine may be starting."""
ENDED_BY_ITSELF = tuple(-number for number in TIMER_SIGNALS)
"""Exit codes of a child whose own timer ended it."""
BELOW_NORMAL_PRIORITY_CLASS = 0x4000
CREATE_NEW_PROCESS_GROUP = 0x0200
KEPT_VARIABLES = (
    *("PATH", "PYTHONPATH", "PYTHONHOME", "SYSTEMROOT"),
    *("TEMP", "TMP", "TMPDIR", "LANG", "LC_ALL", "LC_CTYPE"),
)


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
    busy_seconds: float = 0
    """The same for the processor time of one message, where the system counts it (not Windows)."""
    can_break_off: bool = False
    """Whether a question that nobody waits for any more is broken off."""


class GivenUp(Exception):
    """Nobody waits for the answer any more."""


class Question:
    """One message to a child; `give_up` may come from any thread."""

    def __init__(self, message: object, deadline_s: float) -> None:
        self.message = message
        self.deadline_s = deadline_s
        self._lock = threading.Lock()
        self._asked: Child | None = None
        self.is_given_up = False

    def give_up(self) -> None:
        """Break off the work on it."""
        with self._lock:
            self.is_given_up = True
            if self._asked is not None:
                self._asked.break_off()

    @contextlib.contextmanager
    def at(self, child: "Child") -> Generator[None, None, None]:
        """Know which child works on it; fails with `GivenUp`."""
        with self._lock:
            if self.is_given_up:
                raise GivenUp
            self._asked = child
        try:
            yield
        finally:
            with self._lock:
                self._asked = None


class Child:
    """One running child, used from one thread at a time; `kill` may come from any."""

    def __init__(self, spec: ChildSpec) -> None:
        self.spec = spec
        self._killed = False
        self._is_ready = False
        try:
            self._process = subprocess.Popen(
                command(spec),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                env=environment(spec),
                close_fds=True,
                creationflags=creation_flags(spec),
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
        return self.answer(Question(message, deadline_s))

    def answer(self, question: Question) -> object:
        """Do the same for a question that may be given up meanwhile: then it is `GivenUp`."""
        if not self._is_ready:
            with self._deadline(START_LIMIT_S):
                read_frame(self._from)
            self._is_ready = True
        data = framed(question.message)
        while True:
            with question.at(self), self._deadline(question.deadline_s):
                self._to.write(data)
                self._to.flush()
                answer = read_frame(self._from)
            # A signal that was late for the question before breaks off this one: it is asked again.
            if answer is not BROKEN_OFF:
                return answer

    def break_off(self) -> None:
        """Let the child give up what it works on."""
        if BREAK_SIGNAL is None:
            self.kill()
        elif not self._killed:
            with contextlib.suppress(OSError):
                self._process.send_signal(BREAK_SIGNAL)

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

    def _failure(self) -> ChildFailed | DeadlinePassed:
        try:
            code = self._process.wait(1.0)
        except subprocess.TimeoutExpired:
            self.kill()
            code = self._process.wait()
        if code in ENDED_BY_ITSELF:
            return DeadlinePassed(f"`{self.spec.module}` took longer than it may")
        return ChildFailed(f"the helper process for `{self.spec.module}` ended with code {code}")


_ahead: list[Child] = []
"""Children that were started before anybody asked for them."""
_are_dropped = threading.Event()
_ahead_lock = threading.Lock()
LATE_S = 10.0
"""So long a child is kept that was lent out while the others were ended: somebody may be about to
take it."""


def start_ahead(spec: ChildSpec) -> None:
    """Start a child now that is taken by the first helper of the same spec; from the main thread.

    It dies with the thread that starts it.
    """
    with contextlib.suppress(ChildFailed), _ahead_lock:
        _are_dropped.clear()
        _ahead.append(Child(spec))


def drop_ahead() -> None:
    """End the children that nobody has taken."""
    with _ahead_lock:
        _are_dropped.set()
        left = [*_ahead]
        _ahead.clear()
    for child in left:
        child.kill()
        child.close()


@contextlib.contextmanager
def borrowed(spec: ChildSpec) -> "Generator[Child | None]":
    """Give a child that was started ahead, for a while; None without one."""
    child = _taken(spec)
    try:
        yield child
    except (ChildFailed, DeadlinePassed):
        if child is not None:
            child.close()
        raise
    if child is not None:
        _put_back(child)


def _put_back(child: Child) -> None:
    with _ahead_lock:
        _ahead.append(child)
        is_late = _are_dropped.is_set()
    if is_late:
        timer = threading.Timer(LATE_S, drop_ahead)
        timer.daemon = True
        timer.start()


def _taken(spec: ChildSpec) -> Child | None:
    with _ahead_lock:
        for child in _ahead:
            if child.spec == spec:
                _ahead.remove(child)
                return child
    return None


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
        self._waiting += 1
        question = Question(message, deadline_s)
        try:
            return await asyncio.wrap_future(self._ready_thread().submit(self._ask_now, question))
        except asyncio.CancelledError:
            if self._spec.can_break_off:
                question.give_up()
            raise
        finally:
            self._waiting -= 1
            if self._waiting == 0:
                self._idle = asyncio.get_running_loop().call_later(self._idle_s, self._rest)

    @property
    def pid(self) -> int | None:
        """The process id of the child that runs, if one does."""
        child = self._child
        return None if child is None else child.pid

    def warm(self) -> None:
        """Start the child now, for a question that will come soon."""
        self._ready_thread().submit(self._start_now)
        self._idle = asyncio.get_running_loop().call_later(self._idle_s, self._rest)

    def _start_now(self) -> None:
        if not self._is_closed:
            with contextlib.suppress(ChildFailed):  # the question that comes will say so
                self._running()

    def _ready_thread(self) -> ThreadPoolExecutor:
        if self._thread is None:
            self._thread = ThreadPoolExecutor(1, thread_name_prefix="helper")
        return self._thread

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

    def _ask_now(self, question: Question) -> object:
        if self._is_closed:
            raise ChildFailed(f"the helper for `{self._spec.module}` is closed")
        fresh = self._child is None
        try:
            return self._running().answer(question)
        except DeadlinePassed:
            self._drop()
            raise
        except ChildFailed:
            self._drop()
            if fresh or self._is_closed or question.is_given_up:
                raise
        try:
            return self._running().answer(question)
        except (DeadlinePassed, ChildFailed):
            self._drop()
            raise

    def _running(self) -> Child:
        if self._child is None:
            self._child = _taken(self._spec) or Child(self._spec)
        return self._child

    def _drop(self) -> None:
        if self._child is not None:
            child, self._child = self._child, None
            child.close()


def command(spec: ChildSpec, program: str = "octoprompt.child") -> list[str]:
    """Give the command line of a child whose main loop is in the module `program`."""
    limits = (
        f"{os.getpid()}:{spec.memory_bytes}:{spec.nice}:{spec.hang_seconds}:{spec.busy_seconds}"
    )
    # -P: a workspace that is the current folder must not bring modules of its own.
    run = f"import sys; from {program} import main; sys.exit(main(sys.argv[1:]))"
    return [sys.executable, "-P", "-c", run, limits, spec.module, *spec.args]


def environment(spec: ChildSpec) -> dict[str, str]:
    """Give all the variables that a child gets."""
    kept = {name: os.environ[name] for name in KEPT_VARIABLES if name in os.environ}
    return {**kept, "PYTHONUTF8": "1", "OPENBLAS_NUM_THREADS": "1", **spec.environment}


def creation_flags(spec: ChildSpec) -> int:
    """Give the flags with which Windows makes a child; 0 elsewhere."""
    if os.name != "nt":
        return 0
    return CREATE_NEW_PROCESS_GROUP | (BELOW_NORMAL_PRIORITY_CLASS if spec.nice else 0)
