"""For those who look after the program: is it alive, and what does it know of itself?"""

from typing import Any

from octoprompt.contract._base import Empty, Request, Wire


class PingDebug(Request[Empty, Empty], method="debug/ping"):
    """Answer at once."""


class DumpDebugResult(Wire):
    """Versions, counts and tasks; never a secret, never file contents."""

    versions: dict[str, str]
    counts: dict[str, int]
    tasks: tuple[str, ...]
    projects: tuple[dict[str, Any], ...]
    store: dict[str, str]
    """Of the user's database: `kind`, its `schema`, whether it `isReadOnly`, and what keeps writes
    of several windows apart: `writerLock`."""
    loop_lag_ms: dict[str, float]
    """How late the event loop ran: `p50`, `p99`, `max`."""


class DumpDebug(Request[Empty, DumpDebugResult], method="debug/dump"):
    """Give the state of the server for a bug report."""
