r"""A raw JSON-RPC client for end-to-end tests: it can send what no proper client would.

    with Client(root) as client:
        client.request("files/list", {"folder": ""})
        client.raw(b"Content-Length: 5\r\n\r\nnope!")

Method names without a prefix that contain `/` and are no LSP method are OctoPrompt's own.
"""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import queue
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Self

PREFIX = "octoprompt/"
LSP_PREFIXES = ("textDocument/", "workspace/", "window/", "client/", "$/", "x/", PREFIX)
TIMEOUT_S = 60.0
SERVE = [sys.executable, "-m", "octoprompt", "serve"]


class RpcFailure(Exception):
    """The server answered with an error."""

    def __init__(self, error: dict[str, Any]) -> None:
        super().__init__(f"{error['code']}: {error['message']}")
        self.code: int = error["code"]
        self.message: str = error["message"]
        self.data: dict[str, Any] = error.get("data") or {}


class Client:
    """A server process and the pipes to it; a thread reads, so that nothing is ever stuck."""

    def __init__(
        self,
        root: Path | None = None,
        *,
        env: dict[str, str] | None = None,
        options: dict[str, Any] | None = None,
        command: list[str] | None = None,
    ) -> None:
        self.root = root
        self.options = options or {}
        self.notifications: list[dict[str, Any]] = []
        self.unasked: list[dict[str, Any]] = []
        """Answers without an id, and answers that nobody waits for."""
        self.asked: list[str] = []
        self.replies: dict[str, Callable[[Any], Any]] = {}
        """What is answered to requests of the server, by method; nothing else than null."""
        """Methods of the requests that the server sent."""
        self._ids = itertools.count(1)
        self._answers: dict[Any, queue.Queue[dict[str, Any] | None]] = {}
        self._changed = threading.Condition()
        self._stderr = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the client
        self._work = tempfile.TemporaryDirectory(prefix="octoprompt-test-")
        work = Path(self._work.name)
        self.process = subprocess.Popen(
            command or SERVE,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._stderr,
            cwd=root if root and root.is_dir() else None,
            env={
                **os.environ,
                "OCTOPROMPT_DATA_DIR": str(work / "data"),
                "OCTOPROMPT_CACHE_DIR": str(work / "cache"),
                **(env or {}),
            },
        )
        self.data_dir = Path((env or {}).get("OCTOPROMPT_DATA_DIR", work / "data"))
        self._log = ""
        self._is_reading = True
        self._send_lock = threading.Lock()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def __enter__(self) -> Self:
        """Initialize."""
        self.initialize()
        return self

    def __exit__(self, *_: object) -> None:
        """Shut down, and kill what does not go."""
        self.close()

    # --- the life cycle

    def initialize(self, **changes: object) -> dict[str, Any]:
        """Send `initialize` and `initialized`; gives the server's answer."""
        answer = self.request("initialize", {**self.initialize_params(), **changes})
        self.notify("initialized", {})
        return answer

    def initialize_params(self) -> dict[str, Any]:
        """Give what a usual client sends."""
        uri = self.root.absolute().as_uri() if self.root else None
        return {
            "processId": os.getpid(),
            "rootUri": uri,
            "workspaceFolders": [{"uri": uri, "name": "root"}] if uri else None,
            "initializationOptions": self.options,
            "capabilities": {
                "workspace": {
                    "workspaceFolders": True,
                    "didChangeWatchedFiles": {"dynamicRegistration": True},
                }
            },
        }

    def close(self) -> int:
        """End the server as LSP says, or by force; gives its exit code."""
        if self.process.poll() is None:
            try:
                self.request("shutdown", None, timeout=10)
                self.notify("exit", None)
                self.process.wait(10)
            except (OSError, ValueError, RpcFailure, TimeoutError, subprocess.TimeoutExpired):
                self.process.kill()
        return self.wait()

    def wait(self, timeout: float = 15) -> int:
        """Wait for the process to end, release what it held, give its exit code."""
        code = self.process.wait(timeout)
        self._reader.join(10)
        for pipe in (self.process.stdin, self.process.stdout):
            with contextlib.suppress(OSError):  # what was not written yet cannot be
                if pipe:
                    pipe.close()
        if not self._stderr.closed:
            self._log = self.log()
            self._stderr.close()
            self._work.cleanup()
        return code

    # --- messages

    def request(self, method: str, params: object = None, *, timeout: float = TIMEOUT_S) -> Any:
        """Send a request and give its result; raises `RpcFailure`, or `TimeoutError`."""
        return self.answer(self.start(method, params), timeout=timeout)

    def start(self, method: str, params: object = None) -> int:
        """Send a request and give its id, for `answer` and `cancel`."""
        id_ = next(self._ids)
        self.expect(id_)
        message = {"jsonrpc": "2.0", "id": id_, "method": full(method)}
        self.send(message if params is None else {**message, "params": params})
        return id_

    def expect(self, id_: object) -> None:
        """Make ready for an answer to a message that is sent raw."""
        self._answers[id_] = queue.Queue()

    def answer(self, id_: object, *, timeout: float = TIMEOUT_S) -> Any:
        """Wait for the answer to a request and give its result; raises `RpcFailure`."""
        message = self.message(id_, timeout=timeout)
        if "error" in message:
            raise RpcFailure(message["error"])
        return message["result"]

    def message(self, id_: object, *, timeout: float = TIMEOUT_S) -> dict[str, Any]:
        """Wait for the answer to a request and give the whole message."""
        try:
            message = self._answers[id_].get(timeout=timeout)
        except queue.Empty:
            raise TimeoutError(f"no answer to {id_!r} in {timeout} s; {self.log()}") from None
        if message is None:
            raise EOFError(f"the server closed its output; {self.log()}")
        return message

    def has_answer(self, id_: object) -> bool:
        """Say whether the answer to a request is there."""
        return not self._answers[id_].empty()

    def cancel(self, id_: object) -> None:
        """Ask the server to give a request up."""
        self.notify("$/cancelRequest", {"id": id_})

    def notify(self, method: str, params: object = None) -> None:
        """Send a notification."""
        message = {"jsonrpc": "2.0", "method": full(method)}
        self.send(message if params is None else {**message, "params": params})

    def send(self, message: object) -> None:
        """Send any JSON value as a message."""
        self.raw(frame(json.dumps(message).encode()))

    def raw(self, data: bytes) -> None:
        """Send bytes as they are."""
        assert self.process.stdin
        with self._send_lock:
            self.process.stdin.write(data)
            self.process.stdin.flush()

    def ping(self, *, timeout: float = 2.0) -> None:
        """Fail unless the server answers."""
        assert self.request("debug/ping", timeout=timeout) == {}

    def hang_up(self) -> None:
        """Close the server's input without a word."""
        assert self.process.stdin
        self.process.stdin.close()

    def stop_reading(self) -> None:
        """Take nothing from the server any more; the next message is the last that is read."""
        self._is_reading = False

    # --- what the server says unasked

    def until(self, method: str, *, timeout: float = TIMEOUT_S, start: int = 0) -> dict[str, Any]:
        """Wait for a notification, also one that came already, and give its params."""
        name = full(method)

        def found() -> dict[str, Any] | None:
            return next((n for n in self.notifications[start:] if n["method"] == name), None)

        with self._changed:
            if not self._changed.wait_for(lambda: found() is not None, timeout):
                raise TimeoutError(f"no `{name}` in {timeout} s; {self.log()}")
            message = found()
        assert message is not None
        return message.get("params") or {}

    def until_idle(self, *, timeout: float = TIMEOUT_S) -> dict[str, Any]:
        """Wait until the index is complete, and give its status."""
        end = time.monotonic() + timeout
        seen = len(self.notifications)
        while True:
            status = self.request("index/status", timeout=timeout)
            if status["state"] not in ("scanning", "indexing"):
                return status
            left = end - time.monotonic()
            if left < 0:
                raise TimeoutError(f"the index is not idle after {timeout} s: {status}")
            try:
                self.until("index/changed", timeout=min(left, 1.0), start=seen)
            except TimeoutError:
                continue
            seen = len(self.notifications)

    # --- texts

    def open(self, path: Path, text: str, version: int = 1) -> None:
        """Show a text in the editor."""
        item = {"uri": path.as_uri(), "languageId": "x", "version": version, "text": text}
        self.notify("textDocument/didOpen", {"textDocument": item})

    def change(self, path: Path, text: str, version: int) -> None:
        """Replace the whole text in the editor."""
        document = {"uri": path.as_uri(), "version": version}
        params = {"textDocument": document, "contentChanges": [{"text": text}]}
        self.notify("textDocument/didChange", params)

    def close_text(self, path: Path) -> None:
        """Close the editor."""
        self.notify("textDocument/didClose", {"textDocument": {"uri": path.as_uri()}})

    def log(self) -> str:
        """Give the end of what the server wrote to standard error."""
        if self._stderr.closed:
            return self._log
        self._stderr.seek(0)
        return self._stderr.read().decode("utf-8", "replace")[-20_000:]

    def _read(self) -> None:
        out = self.process.stdout
        assert out
        try:
            while self._is_reading and (message := read_message(out)) is not None:
                self._take(message)
        except (OSError, ValueError):
            pass
        for waiting in self._answers.values():
            waiting.put(None)

    def _take(self, message: dict[str, Any]) -> None:
        if "method" in message and "id" in message:
            self.asked.append(message["method"])
            answer = self.replies.get(message["method"], lambda _params: None)
            result = answer(message.get("params"))
            self.send({"jsonrpc": "2.0", "id": message["id"], "result": result})
        elif "method" in message:
            with self._changed:
                self.notifications.append(message)
                self._changed.notify_all()
        elif message.get("id") in self._answers:
            self._answers[message["id"]].put(message)
        else:
            with self._changed:
                self.unasked.append(message)
                self._changed.notify_all()


def full(method: str) -> str:
    """Give a method's name on the wire."""
    is_own = "/" in method and not method.startswith(LSP_PREFIXES)
    return f"{PREFIX}{method}" if is_own else method


def frame(body: bytes) -> bytes:
    """Put the header before a body."""
    return b"Content-Length: %d\r\n\r\n%s" % (len(body), body)


def read_message(out: Any) -> dict[str, Any] | None:
    """Read one message strictly: a byte that is not of the protocol is a `ValueError`."""
    line = out.readline()
    if not line:
        return None
    if not line.startswith(b"Content-Length: ") or out.readline() != b"\r\n":
        raise ValueError(f"a foreign line on the wire: {line[:100]!r}")
    return json.loads(out.read(int(line.split(b":")[1])))


def faulty(kind: str) -> list[str]:
    """Give the command of a server whose handlers misbehave; see `faulty.py`."""
    return [sys.executable, str(Path(__file__).with_name("faulty.py")), kind]
