"""One request from the terminal: starts a server on a folder, asks, prints the result as JSON."""

import json
import os
import subprocess
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO, cast

from octoprompt.contract._base import PREFIX
from octoprompt.lsp.endpoint import DISCOVER
from octoprompt.lsp.framing import Fault, Frames

READ_BYTES = 1 << 16


class Refused(Exception):
    """The server answered with an error."""

    def __init__(self, error: dict[str, Any]) -> None:
        super().__init__(error.get("message"))
        self.error = error


def run(arguments: list[str]) -> tuple[int, str]:
    """Run `METHOD [PARAMS] [--root DIR] [--idle]`; gives the exit code and what to print.

    The code is 0 with the result, 1 with the server's error, 2 for params that are no JSON.
    """
    options = _options(arguments)
    try:
        params = json.loads(options.params)
    except ValueError as error:
        return 2, f"the params are not JSON: {error}"
    connection = Connection(Path(options.root))
    try:
        return 0, _pretty(_ask(connection, options, params))
    except Refused as refused:
        return 1, _pretty(refused.error)
    except (EOFError, BrokenPipeError):
        return 1, "the server ended before it answered"
    finally:
        connection.close()


def _pretty(value: object) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False)


def _options(arguments: list[str]) -> Namespace:
    parser = ArgumentParser(prog="octoprompt rpc", description=__doc__)
    parser.add_argument("method", help="with or without the prefix, as context/suggest")
    parser.add_argument("params", nargs="?", default="{}", help="a JSON object")
    parser.add_argument("--root", default=".", help="the workspace root (default: this folder)")
    parser.add_argument("--idle", action="store_true", help="wait for the index and the history")
    return parser.parse_args(arguments)


def _ask(connection: "Connection", options: Namespace, params: object) -> object:
    connection.initialize()
    if options.idle:
        connection.request(f"{PREFIX}index/refresh", {})
    method = cast("str", options.method)
    is_full = method == DISCOVER or method.startswith(PREFIX)
    return connection.request(method if is_full else PREFIX + method, params)


class Connection:
    """A server process, and one request at a time."""

    def __init__(self, root: Path) -> None:
        self._root = root.absolute()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "octoprompt", "serve"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "OCTOPROMPT_LOG_LEVEL": "WARNING"},
        )
        self._to = cast("BinaryIO", self._process.stdin)
        self._messages = self._read(cast("BinaryIO", self._process.stdout).fileno())
        self._last_id = 0

    def initialize(self) -> None:
        """Introduce the root."""
        uri = self._root.as_uri()
        params: dict[str, Any] = {
            "processId": os.getpid(),
            "rootUri": uri,
            "workspaceFolders": [{"uri": uri, "name": self._root.name}],
            "capabilities": {},
        }
        self.request("initialize", params)
        self._send({"method": "initialized", "params": {}})

    def request(self, method: str, params: object) -> object:
        """Give the result of a request; raises `Refused`, or `EOFError` when the server ends."""
        self._last_id += 1
        self._send({"id": self._last_id, "method": method, "params": params})
        for message in self._messages:
            if message.get("id") == self._last_id and "method" not in message:
                if "error" in message:
                    raise Refused(message["error"])
                return message["result"]
        raise EOFError

    def close(self) -> None:
        """End the server."""
        try:
            self.request("shutdown", None)
            self._send({"method": "exit"})
            self._process.wait(5)
        except (OSError, EOFError, Refused, subprocess.TimeoutExpired):
            self._process.kill()
            self._process.wait()

    def _send(self, message: dict[str, object]) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self._to.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        self._to.flush()

    def _read(self, source: int) -> Iterator[dict[str, Any]]:
        frames = Frames()
        while data := os.read(source, READ_BYTES):
            for body in frames.feed(data):
                if not isinstance(body, Fault):
                    yield json.loads(body)
