"""Real servers and answers that stream through them."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from support.client import Client

CHANGED, DELTA = "octoprompt/chats/changed", "octoprompt/chats/delta"


def data_in(folder: Path) -> dict[str, str]:
    """Give the environment of servers that share their data."""
    return {
        "OCTOPROMPT_DATA_DIR": str(folder / "data"),
        "TALKING_ASKED": str(folder / "asked.txt"),
    }


def talking(root: Path, folder: Path) -> Client:
    """Give a server whose models talk, with the data of this folder and a provider."""
    script = Path(__file__).with_name("talking.py")
    client = Client(root, env=data_in(folder), command=[sys.executable, str(script)])
    client.initialize()
    use(client, "http://127.0.0.1:9/v1")
    return client


def use(client: Client, url: str) -> None:
    """Let the provider at this address be the only one."""
    provider = {"id": "local", "kind": "custom", "baseUrl": url, "model": "ok"}
    client.request("providers/configure", provider)


def ask(client: Client, model: str, content: str = "go") -> tuple[str, int]:
    """Begin to send a message in a new chat; give the chat and the request."""
    chat = client.request("chats/create")["id"]
    sending = client.start("chats/send", {"chatId": chat, "content": content, "model": model})
    return chat, sending


def told(client: Client, chat: str) -> str:
    """Give the text that was told of a chat so far."""
    return "".join(
        n["params"]["text"]
        for n in list(client.notifications)
        if n["method"] == DELTA and n["params"]["chatId"] == chat
    )


def until(is_so: Callable[[], object], timeout: float = 30.0) -> None:
    """Wait until something is so."""
    end = time.monotonic() + timeout
    while not is_so():
        if time.monotonic() > end:
            raise TimeoutError(f"not within {timeout} s")
        time.sleep(0.01)  # noqa: TID251 - a test may wait


def last(client: Client, chat: str) -> dict[str, Any]:
    """Give the last message of a chat."""
    message: dict[str, Any] = client.request("chats/get", {"id": chat})["messages"][-1]
    return message


def kills(usual: int) -> int:
    """Give how often a server is killed."""
    return int(os.environ.get("OCTOPROMPT_SERVER_KILLS", str(usual)))


def ask_run(client: Client, model: str) -> int:
    """Begin a run of an agent; give the request."""
    return client.start("agents/run", {"kind": "ask", "request": "x", "model": model})
