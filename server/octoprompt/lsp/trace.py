"""Every message of the wire in a file, one JSON document a line, for those who debug a session.

The file holds what the messages hold, source code included; keys of providers are left out.
"""

import json
import threading
import time
from pathlib import Path
from typing import Any

SECRET_METHOD = b'/setKey"'


class Trace:
    """Appends messages to a file; safe from several threads."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = path.open("a", encoding="utf-8")
        self._lock = threading.Lock()

    def note(self, sender: str, body: bytes) -> None:
        """Write one message; `sender` is `client` or `server`."""
        line = json.dumps({"time": time.time(), "from": sender, "message": _readable(body)})
        with self._lock:
            self._file.write(line + "\n")
            self._file.flush()


def _readable(body: bytes) -> object:
    try:
        message: Any = json.loads(body)
    except (ValueError, RecursionError):
        return body.decode("utf-8", "replace")
    if SECRET_METHOD in body:
        message["params"] = "[left out]"
    return message
