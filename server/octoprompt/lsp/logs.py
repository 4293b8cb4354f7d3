"""The local log: standard error and a rotating file, written off the event loop, without secrets.

Payloads are never logged. What is logged passes a redactor: values of environment variables that
are keys, and everything that looks like one.
"""

import logging
import os
import queue
import re
import sys
from logging.handlers import QueueHandler, QueueListener, RotatingFileHandler
from pathlib import Path

MAX_FILE_BYTES = 4 * 1024 * 1024
KEPT_FILES = 3
QUEUED_RECORDS = 10_000
MIN_SECRET_CHARS = 8
FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"
LOOKS_SECRET = re.compile(
    r"""
      \b(?:sk|pk|rk|gsk|xai|hf|npm|glpat|github_pat|gh[pousr]|xox[abprs])[-_][A-Za-z0-9_-]{12,}
    | \bAIza[A-Za-z0-9_-]{20,}
    | \bAKIA[A-Z0-9]{12,}
    | \beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*
    | (?<=://)[^/\s:@]+:[^/\s:@]+(?=@)
    | (?i:(?<=bearer\s)|(?<=api_key=)|(?<=apikey=)|(?<=[?&]key=)|(?<=password=)|(?<=token=))
      [^\s"'&,;)]{6,}
    """,
    re.VERBOSE,
)
SECRET_NAME = re.compile(r"(?:KEY|TOKEN|SECRET|PASSWORD)$", re.IGNORECASE)


class Redactor(logging.Filter):
    """Renders a record to its final text and masks the secrets in it."""

    def __init__(self) -> None:
        super().__init__()
        self._values = {
            value
            for name, value in os.environ.items()
            if SECRET_NAME.search(name) and len(value) >= MIN_SECRET_CHARS
        }
        self._render = logging.Formatter()

    def filter(self, record: logging.LogRecord) -> bool:
        """Mask the message and the traceback; always keeps the record."""
        text = record.getMessage()
        if record.exc_info:
            text = f"{text}\n{self._render.formatException(record.exc_info)}"
        if record.stack_info:
            text = f"{text}\n{record.stack_info}"
        record.msg, record.args = self.mask(text), None
        record.exc_info = record.exc_text = record.stack_info = None
        return True

    def mask(self, text: str) -> str:
        """Give the text without known and likely secrets."""
        for value in self._values:
            text = text.replace(value, "[redacted]")
        return LOOKS_SECRET.sub("[redacted]", text)


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
        """Also write to `folder/octoprompt.log`; without it when the folder cannot be written."""
        try:
            folder.mkdir(parents=True, exist_ok=True)
            sink = RotatingFileHandler(
                folder / "octoprompt.log",
                maxBytes=MAX_FILE_BYTES,
                backupCount=KEPT_FILES,
                encoding="utf-8",
            )
        except OSError as error:
            logging.getLogger(__name__).warning("no log file in `%s`: %s", folder, error.strerror)
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


class _DroppingHandler(QueueHandler):
    """Never waits: when the queue is full, the record is lost."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - logging's name
        """Say nothing: standard error may be what is stuck."""


def _formatted(handler: logging.Handler) -> logging.Handler:
    handler.setFormatter(logging.Formatter(FORMAT))
    return handler
