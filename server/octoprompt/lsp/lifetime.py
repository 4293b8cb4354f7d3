"""How the process ends: with its parent, and never later than it should."""

import asyncio
import contextlib
import logging
import os
import selectors
import sys
import threading
import time
from collections import deque
from collections.abc import Callable
from functools import partial
from pathlib import Path

logger = logging.getLogger(__name__)

GRACE_S = 2.0
POLL_S = 2.0
"""So often a parent is looked after where the system does not tell of its end."""
MAX_PID = 0x7FFFFFFF
LAG_WARN_S = 0.1
BUSY_TICK_S = 0.1
IDLE_TICK_S = 5.0


def end_within(code: int, seconds: float = GRACE_S) -> None:
    """End the process with `code` after `seconds`, whatever hangs."""
    timer = threading.Timer(seconds, os._exit, (code,))
    timer.daemon = True
    timer.start()


def watch_parent(pid: int, on_death: Callable[[], None]) -> None:
    """Call `on_death` from a thread when the process `pid` is gone.

    A pid that is not alive now is not watched: the client may live where its pids mean nothing to
    us, as outside a container.
    """
    if not is_alive(pid):
        logger.info("the client's process %d cannot be seen: it is not watched", pid)
        return
    wait = partial(_wait_by_looking, pid, is_our_parent=os.getppid() == pid)
    if (process := _process_of(pid)) is not None:
        wait = partial(_wait_by_kernel, process)

    def watch() -> None:
        wait()
        on_death()

    threading.Thread(target=watch, name="parent-watch", daemon=True).start()


def _wait_by_looking(pid: int, *, is_our_parent: bool) -> None:
    pause = threading.Event()
    while is_alive(pid) and (not is_our_parent or os.getppid() == pid):
        pause.wait(POLL_S)


def _process_of(pid: int) -> int | None:
    """Give a descriptor that tells when a process has ended; None where there is no such thing."""
    if sys.platform != "linux":
        return None
    try:
        return os.pidfd_open(pid)
    except OSError:
        # A kernel before 5.3, or a sandbox.
        return None


def _wait_by_kernel(process: int) -> None:
    with contextlib.closing(selectors.DefaultSelector()) as selector:
        selector.register(process, selectors.EVENT_READ)
        while not selector.select():
            pass
    os.close(process)


def is_alive(pid: int) -> bool:
    """Say whether a process exists and has not ended."""
    if not 0 < pid <= MAX_PID:
        return False
    if sys.platform == "win32":
        return _is_alive_on_windows(pid)
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return not _is_zombie(pid)


def _is_zombie(pid: int) -> bool:
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return False
    return stat.rpartition(")")[2].split()[:1] == ["Z"]


def _is_alive_on_windows(pid: int) -> bool:
    import ctypes  # noqa: PLC0415 - needed there only

    kernel = getattr(ctypes, "windll").kernel32  # noqa: B009 - exists only there
    synchronize, timed_out = 0x00100000, 0x102
    process = kernel.OpenProcess(synchronize, False, pid)  # noqa: FBT003 - Windows' own call
    if not process:
        return False
    state = kernel.WaitForSingleObject(process, 0)
    kernel.CloseHandle(process)
    return state == timed_out


class LagMonitor:
    """Measures how late the event loop runs, and logs when something held it.

    When nothing has been asked for a while after work, `on_rest` is called, once.
    """

    def __init__(self, is_busy: Callable[[], bool], on_rest: Callable[[], object]) -> None:
        self._is_busy = is_busy
        self._on_rest = on_rest
        self._lags: deque[float] = deque(maxlen=2000)
        self._longest = 0.0
        self._longest_own = 0.0
        self._task: asyncio.Task[None] | None = None
        self._work = asyncio.Event()

    def wake(self) -> None:
        """Look more often from now on: work begins."""
        self._work.set()

    def start(self) -> None:
        """Begin to measure on the running loop."""
        self._task = asyncio.create_task(self._run(), name="lag-monitor")

    async def stop(self) -> None:
        """End the measuring."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    def summary(self) -> dict[str, float]:
        """Give `p50`, `p99`, `max` in milliseconds.

        `ownMax` is the largest delay in which the loop's own thread was computing; the rest of a
        delay is other threads and other processes.
        """
        lags = sorted(self._lags) or [0.0]
        return {
            "p50": round(lags[len(lags) // 2] * 1000, 1),
            "p99": round(lags[len(lags) * 99 // 100] * 1000, 1),
            "max": round(self._longest * 1000, 1),
            "ownMax": round(self._longest_own * 1000, 1),
        }

    async def _run(self) -> None:
        has_worked = False
        while True:
            self._work.clear()
            tick = BUSY_TICK_S if self._is_busy() else IDLE_TICK_S
            due, own = time.monotonic() + tick, time.thread_time()
            if tick == BUSY_TICK_S:
                has_worked = True
                await asyncio.sleep(tick)
            elif await self._is_woken(tick):
                has_worked = True
                continue
            elif has_worked:
                has_worked = False
                self._on_rest()
            self._note(max(0.0, time.monotonic() - due), time.thread_time() - own)

    async def _is_woken(self, seconds: float) -> bool:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._work.wait(), seconds)
        return self._work.is_set()

    def _note(self, lag: float, own: float) -> None:
        self._lags.append(lag)
        self._longest = max(self._longest, lag)
        self._longest_own = max(self._longest_own, min(lag, own))
        if lag > LAG_WARN_S:
            level = logging.WARNING if own > LAG_WARN_S else logging.INFO
            logger.log(
                level,
                "the event loop ran %.0f ms late, %.0f of it computing",
                lag * 1000,
                own * 1000,
            )
