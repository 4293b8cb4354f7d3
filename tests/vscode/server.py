"""What can be known of the language server from outside: its process and its trace."""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any


class Server:
    """The language server that the editor starts."""

    def __init__(self, state: Path) -> None:
        self.state = state
        self.trace = state / "trace.jsonl"
        self.editor_pid = 0

    def environment(self) -> dict[str, str]:
        """Keep its data, cache and trace apart from the user's."""
        return {
            "OCTOPROMPT_DATA_DIR": str(self.state / "data"),
            "OCTOPROMPT_CACHE_DIR": str(self.state / "cache"),
            "OCTOPROMPT_TRACE": str(self.trace),
        }

    def lines(self) -> list[dict[str, Any]]:
        """Give everything that went over the wire, oldest first, with its time and sender."""
        # The last line may still be in the making.
        complete = self.trace.read_text(encoding="utf-8").rpartition("\n")[0]
        return [json.loads(line) for line in complete.splitlines()]

    def messages(self) -> list[dict[str, Any]]:
        """Give everything that went over the wire, oldest first."""
        return [line["message"] for line in self.lines()]

    def first_deltas(self) -> list[float]:
        """Give when the first words of each answer were told, in milliseconds of the clock."""
        firsts: dict[str, float] = {}
        for line in self.lines():
            message = line["message"]
            if message.get("method") == "octoprompt/chats/delta" and message["params"]["text"]:
                firsts.setdefault(message["params"]["messageId"], line["time"] * 1000)
        return list(firsts.values())

    def last_result(self, method: str) -> dict[str, Any]:
        """Give the result of the latest answered request of a method."""
        asked: set[object] = set()
        result = None
        for message in self.messages():
            if message.get("method") == f"octoprompt/{method}":
                asked.add(message["id"])
            elif "result" in message and message.get("id") in asked:
                result = message["result"]
        assert result is not None, f"the trace has no result of {method}"
        return result

    def last_params(self, method: str) -> dict[str, Any]:
        """Give the params of the latest request of a method."""
        asked = [m for m in self.messages() if m.get("method") == f"octoprompt/{method}"]
        assert asked, f"the trace has no {method}"
        return asked[-1]["params"]

    def asked(self, method: str) -> bool:
        """Say whether a request of a method was sent."""
        return any(m.get("method") == f"octoprompt/{method}" for m in self.messages())

    def index_state(self) -> str:
        """Give what the server last said about the index."""
        said = [m for m in self.messages() if m.get("method") == "octoprompt/index/changed"]
        return said[-1]["params"]["state"] if said else ""

    def process_id_or_none(self) -> int | None:
        """Give the process that the running editor started, when there is one."""
        table = subprocess.run(
            ["ps", "-axo", "pid=,ppid=,stat=,args="], capture_output=True, text=True, check=True
        )
        parents: dict[int, int] = {}
        servers: list[int] = []
        for line in table.stdout.splitlines():
            pid, parent, state, args = line.split(None, 3)
            parents[int(pid)] = int(parent)
            if args.endswith("-m octoprompt serve") and not state.startswith("Z"):
                servers.append(int(pid))
        return next((pid for pid in servers if self.editor_pid in _ancestors(pid, parents)), None)

    def process_id(self) -> int:
        """Give the process; there must be one."""
        pid = self.process_id_or_none()
        assert pid is not None, "no server runs"
        return pid


def _ancestors(pid: int, parents: dict[int, int]) -> Iterator[int]:
    while pid := parents.get(pid, 0):
        yield pid
