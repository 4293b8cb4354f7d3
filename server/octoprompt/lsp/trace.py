"""Every message of the wire in a file, one JSON document a line, for those who debug a session.

The file holds what the messages hold, source code included. What sets a provider's key is left out,
and so is a key that comes up anywhere else.
"""

import contextlib
import json
import threading
import time
from pathlib import Path
from typing import Any, cast

from octoprompt import redaction

LEFT_OUT = "[left out]"
SECRET_METHODS = ("providers/setKey", "providers.setKey")
"""As a request and as a command."""


class Trace:
    """Appends messages to a file; safe from several threads."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = path.open("a", encoding="utf-8")
        self._lock = threading.Lock()

    def note(self, sender: str, body: bytes) -> None:
        """Write one message; `sender` is `client` or `server`. A full disk loses it, no more."""
        try:
            line = _line(sender, _readable(body))
        except RecursionError:
            line = _line(sender, f"[nested too deeply, {len(body)} bytes]")
        with self._lock, contextlib.suppress(OSError, ValueError):
            self._file.write(line + "\n")
            self._file.flush()

    def close(self) -> None:
        """Close the file."""
        self._file.close()


def _line(sender: str, message: object) -> str:
    line = json.dumps({"time": time.time(), "from": sender, "message": message})
    return redaction.mask_values(line)


def _readable(body: bytes) -> object:
    try:
        message: Any = json.loads(body)
    except (ValueError, RecursionError):
        return LEFT_OUT if b"setKey" in body else body.decode("utf-8", "replace")
    if not isinstance(message, dict):
        return LEFT_OUT if "setKey" in json.dumps(message) else message
    known = cast("dict[str, object]", message)
    return {**known, "params": LEFT_OUT} if _sets_key(known) else known


def _sets_key(message: dict[str, object]) -> bool:
    params = message.get("params")
    command = cast("dict[str, object]", params).get("command") if isinstance(params, dict) else None
    names = (str(message.get("method")), str(command))
    return any(name.endswith(SECRET_METHODS) for name in names)
