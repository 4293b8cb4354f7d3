"""The local log: standard error and rotating files, written off the event loop, without secrets.

Each process has files of its own, so that two windows do not rotate each other's away; those of
former ones stay until the folder is full. Payloads are never logged. What is logged passes a
redactor: registered keys, values of environment variables that are keys, and what looks like one.
"""

import contextlib
import logging
import os
import queue
import re
import sys
from collections.abc import Iterator
from io import TextIOWrapper
from logging.handlers import QueueHandler, QueueListener, RotatingFileHandler
from pathlib import Path

from octoprompt import redaction
from octoprompt.database.private import make_private_file, make_private_folder
from octoprompt.lsp.lifetime import is_alive

MAX_FILE_BYTES = 1024 * 1024
OLDER_FILES = 1
MAX_FOLDER_BYTES = 20 * 1024 * 1024
MAX_OWN_BYTES = MAX_FILE_BYTES * (1 + OLDER_FILES)
QUEUED_RECORDS = 10_000
LOG_NAME = re.compile(r"octoprompt-(\d{1,9})\.log(?:\.\d+)?")
FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"


class Redactor(logging.Filter):
    """Renders a record to its final text and masks the secrets in it."""

    def __init__(self) -> None:
        super().__init__()
        redaction.register_environment()
        self._render = logging.Formatter()

    def filter(self, record: logging.LogRecord) -> bool:
        """Mask the message and the traceback; always keeps the record."""
        text = record.getMessage()
        if record.exc_info:
            text = f"{text}\n{self._render.formatException(record.exc_info)}"
        if record.stack_info:
            text = f"{text}\n{record.stack_info}"
        record.msg, record.args = redaction.mask(text), None
        record.exc_info = record.exc_text = record.stack_info = None
        return True


class Logs:
    """Sends all logging through a queue to its sinks; the file comes once its folder is known."""

    def __init__(self, level: str) -> None:
        self._queue: queue.Queue[logging.LogRecord] = queue.Queue(QUEUED_RECORDS)
        handler = _DroppingHandler(self._queue)
        handler.addFilter(Redactor())
        root = logging.getLogger()
        root.handlers[:] = [handler]
        root.setLevel(logging.WARNING)
        logging.getLogger("octoprompt").setLevel(level)
        logging.getLogger("pygls").setLevel(logging.CRITICAL)  # it logs payloads
        logging.captureWarnings(capture=True)
        self._sinks: list[logging.Handler] = [_formatted(logging.StreamHandler(sys.stderr))]
        self._listener = self._listen()

    def add_file(self, folder: Path) -> None:
        """Also write to a file of this process in a folder; not when the folder is of no use."""
        try:
            make_private_folder(folder.parent, "octoprompt*")
            make_private_folder(folder, "octoprompt*")
            make_room(folder)
            sink = _PrivateFile(
                folder / f"octoprompt-{os.getpid()}.log",
                maxBytes=MAX_FILE_BYTES,
                backupCount=OLDER_FILES,
                encoding="utf-8",
            )
        except OSError as error:
            logging.getLogger(__name__).warning("no log file in `%s`: %s", folder, error)
            return
        self._listener.stop()
        self._sinks.append(_formatted(sink))
        self._listener = self._listen()

    def close(self) -> None:
        """Write what is queued."""
        self._listener.stop()
        for sink in self._sinks:
            sink.close()

    def _listen(self) -> QueueListener:
        listener = QueueListener(self._queue, *self._sinks)
        listener.start()
        return listener


def make_room(folder: Path) -> None:
    """Delete the oldest logs of processes that ended, until a new one fits beneath the limit.

    Fails with `OSError` when too many processes write logs here.
    """
    logs = sorted(_logs(folder), key=lambda log: log[0])
    left = MAX_FOLDER_BYTES - MAX_OWN_BYTES
    left -= sum(MAX_OWN_BYTES for pid in {pid for _, _, _, pid in logs} if is_alive(pid))
    if left < 0:
        raise OSError("too many windows are open")
    dead = [log for log in logs if not is_alive(log[3])]
    n_bytes = sum(size for _, size, _, _ in dead)
    for _, size, path, _ in dead:
        if n_bytes <= left:
            return
        path.unlink(missing_ok=True)
        n_bytes -= size


def _logs(folder: Path) -> Iterator[tuple[float, int, Path, int]]:
    """Give time, size, path and process of each log; 0 is the process of one that has none."""
    for path in folder.glob("octoprompt*.log*"):
        with contextlib.suppress(FileNotFoundError):
            found = path.stat()
            number = LOG_NAME.fullmatch(path.name)
            yield found.st_mtime, found.st_size, path, int(number[1]) if number else 0


class _PrivateFile(RotatingFileHandler):
    """A log that only the user may read, from its first byte."""

    def _open(self) -> TextIOWrapper:
        make_private_file(Path(self.baseFilename))
        return super()._open()


class _DroppingHandler(QueueHandler):
    """Never waits: when the queue is full, the record is lost."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - logging's name
        """Say nothing: standard error may be what is stuck."""


def _formatted(handler: logging.Handler) -> logging.Handler:
    handler.setFormatter(logging.Formatter(FORMAT))
    return handler
