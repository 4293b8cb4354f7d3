"""A provider's key is in the server's memory and in the provider's header, and nowhere else.

Keys of every vendor's form go to a real server by request, by command and by the environment; the
provider repeats them in its errors and in its answers, the user types them into messages. Then
every file, log, answer, notification, trace and process is searched, as they are, URL-encoded and
in base64.
"""

import json
import subprocess
from pathlib import Path

import pytest

from support.canaries import forms
from support.client import Client, RpcFailure
from support.provider import Provider

KEYS = {
    "openai": "sk-proj-Canary0aB1cD2eF3gH4iJ5kL6mN7",
    "anthropic": "sk-ant-api03-Canary1aB2cD3eF4gH5iJ6kL7-AA",
    "gemini": "AIzaCanary2B3cD4eF5gH6iJ7kL8mN9oP0qR1s",
    "groq": "gsk_Canary3cD4eF5gH6iJ7kL8mN9oP0qR",
    "openrouter": "sk-or-v1-canary4d5e6f708192a3b4c5d6e7f8",
    "xai": "xai-Canary5eF6gH7iJ8kL9mN0oP1qR2sT",
    "together": "ca4a47ca4a470123456789abcdef0123456789abcdef",
    "custom": 'Canary "7" with/odd+marks=& ünd Leerzeichen',
}
ENVIRONMENT_KEY = "sk-env-Canary8hI9jK0lM1nO2pQ3rS4tU5"
BASES = {"anthropic": "", "gemini": "/v1beta"}
MODELS = ("401", "ok", "400", "error-event", "cut", "leak", "echo")


@pytest.fixture(scope="module")
def heap(tmp_path_factory, repository) -> dict[str, bytes]:
    """Do everything that handles keys; give all that came of it, by place."""
    folder = tmp_path_factory.mktemp("secrets")
    env = {
        "OCTOPROMPT_DATA_DIR": str(folder / "data"),
        "OCTOPROMPT_CACHE_DIR": str(folder / "cache"),
        "OCTOPROMPT_TRACE": str(folder / "trace.jsonl"),
        "OCTOPROMPT_LOG_LEVEL": "DEBUG",
        "OPENAI_API_KEY": ENVIRONMENT_KEY,
    }
    client = Client(repository, env=env)
    client.initialize()
    with Provider() as provider:
        heap = Heap(client, provider)
        heap.handle_all()
        found = {"processes": processes(client.process.pid)}
        seen = [value for asked in provider.requests for value in asked.headers.values()]
        assert any(ENVIRONMENT_KEY in value for value in seen), "the test does not reach far"
        assert any(KEYS["groq"] in value for value in seen), "the test does not reach far"
    assert client.close() == 0
    found["answers"] = json.dumps(heap.answers, ensure_ascii=False).encode()
    found["notifications"] = json.dumps(client.notifications, ensure_ascii=False).encode()
    found["standard error"] = client.log().encode()
    for path in folder.rglob("*"):
        if path.is_file():
            found[path.relative_to(folder).as_posix()] = path.read_bytes()
    return found


class Heap:
    """Asks, and keeps whatever is answered."""

    def __init__(self, client, provider):
        self.client = client
        self.provider = provider
        self.answers = []

    def ask(self, method, params):
        """Keep the answer, or the error."""
        try:
            answer = self.client.request(method, params, timeout=60)
        except RpcFailure as failure:
            answer = {"code": failure.code, "message": failure.message, "data": failure.data}
        self.answers.append(answer)
        return answer

    def handle_all(self):
        """Let every key be taken, used, refused and repeated."""
        for kind, key in KEYS.items():
            url = self.provider.root + BASES.get(kind, "/v1")
            self.ask("providers/configure", {"id": kind, "kind": kind, "baseUrl": url})
            if kind == "openai":
                self.use(kind, "hello")
            self.ask("providers/setKey", {"id": kind, "key": key})
            self.use(kind, f"my key is {key} or not")
        by_command = {"command": "octoprompt.providers.setKey"}
        by_command["arguments"] = [{"id": "groq", "key": KEYS["groq"]}]  # type: ignore[assignment]
        self.ask("workspace/executeCommand", by_command)
        for wrong in ({"key": KEYS["custom"]}, {"id": "x", "key": KEYS["custom"], "more": 1}):
            self.ask("providers/setKey", wrong)
        for method in ("providers/list", "usage/summary", "debug/dump", "data/export"):
            self.ask(method, {})
        ids = [chat["id"] for chat in self.ask("chats/list", {})["chats"]]
        for form in ("json", "markdown"):
            assert self.ask("chats/export", {"ids": ids, "format": form})["files"]
        self.ask("data/backup", {})

    def use(self, kind, content):
        """Test it, and chat with it."""
        for model in MODELS:
            self.ask("providers/test", {"id": kind, "model": model})
        chat = self.ask("chats/create", {"title": kind})
        for model in MODELS:
            sent = {"chatId": chat["id"], "content": content, "providerId": kind, "model": model}
            self.ask("chats/send", sent)


def processes(pid):
    """Give the arguments and variables of a process's children, and its own arguments."""
    if not Path("/proc").is_dir():
        return b""
    listed = subprocess.run(
        ["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True, check=False
    )
    texts = [Path(f"/proc/{pid}/cmdline").read_bytes()]
    for child in listed.stdout.split():
        for name in ("cmdline", "environ"):
            try:
                texts.append(Path(f"/proc/{child}/{name}").read_bytes())
            except OSError:
                continue
    assert len(texts) > 1, "no child was looked at"
    return b"\0".join(texts)


@pytest.mark.parametrize("name", [*KEYS, "environment"])
def test_a_key_is_found_nowhere(heap, name):
    """In no form, at no place."""
    key = KEYS.get(name, ENVIRONMENT_KEY)
    found = [place for place, text in heap.items() for form in forms(key) if form in text]
    assert found == []


def test_there_was_something_to_search(heap):
    """The places are there, and hold what happened."""
    assert b"redacted" in heap["answers"]
    assert heap["answers"].count(b"You sent [redacted] and once more [redacted]") >= len(KEYS)
    assert b"my key is [redacted] or not" in heap["answers"]
    assert b"providers/test" in heap["trace.jsonl"]
    assert b"left out" in heap["trace.jsonl"]
    assert any(place.startswith("data/logs/") for place in heap)
    assert any(place.endswith(".db") for place in heap)
    assert b"octoprompt.llm.reach" in heap["processes"]
