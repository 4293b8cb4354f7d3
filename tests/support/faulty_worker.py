"""The index's worker, but some texts kill it or hang it: what a bug in a grammar would do."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable

from octoprompt.index import worker

FAULTS = ("FAULT-SEGV", "FAULT-ABRT", "FAULT-EXIT", "FAULT-OOM", "FAULT-HANG")


def start(args: tuple[str, ...]) -> Callable[[object], object]:
    """Begin as the real worker does, with a trap in front of the parser."""
    extract = worker.extract

    def trapped(language, source: bytes):
        for fault in FAULTS:
            if fault.encode() in source:
                _fail(fault)
        return extract(language, source)

    worker.extract = trapped
    return worker.start(args)


def _fail(fault: str) -> None:
    if fault == "FAULT-SEGV":
        os.kill(os.getpid(), signal.SIGSEGV)
    elif fault == "FAULT-ABRT":
        os.abort()
    elif fault == "FAULT-EXIT":
        os._exit(0)
    elif fault == "FAULT-OOM":
        sys.exit(bool([bytearray(1 << 28) for _ in range(64)]))
    else:
        while True:
            time.sleep(60)  # noqa: TID251 - it is to hang
