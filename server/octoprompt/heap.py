"""What the C library keeps of memory: one heap for all threads, given back when work is over.

For glibc; elsewhere these do nothing.
"""

import ctypes
import sys

M_ARENA_MAX = -8


def share_heap() -> None:
    """Let all threads to come use one heap: each of its own keeps what it once needed."""
    if sys.platform == "linux":
        set_option = getattr(ctypes.CDLL(None), "mallopt", None)
        if set_option is not None:
            set_option(M_ARENA_MAX, 1)


def give_back() -> None:
    """Give memory that is free back to the system; a few milliseconds, so off the event loop."""
    if sys.platform == "linux":
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
        if trim is not None:
            trim(0)
