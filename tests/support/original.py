"""A data folder as the original OctoPrompt leaves it, in both of its ways of writing.

First: ids are words with a prefix, times are ISO texts. Second: both are milliseconds.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any
from uuid import UUID

PREFIXES = {
    "project": "proj", "file": "file", "chat": "chat", "message": "msg", "prompt": "prompt",
    "link": "link", "ticket": "tkt", "task": "task", "key": "pk",
}  # fmt: skip
NOW = 1_747_742_400_000
CART = "class Cart:\n    pass\n"
KEY = "sk-or-canary0123456789"


class First:
    """Ids with a prefix, and ISO times."""

    names = ("createdAt", "updatedAt", "summaryLastUpdatedAt")

    def id(self, kind: str, number: int) -> Any:
        """Give an id."""
        if kind in ("project", "file"):
            return f"{PREFIXES[kind]}_lx9k2m{number:02}abcde"
        return f"{PREFIXES[kind]}_{UUID(int=number)}"

    def time(self, minute: int) -> Any:
        """Give a time."""
        return f"2025-05-20T12:{minute:02}:00.000Z"

    def suggested(self, files: list[Any]) -> Any:
        """Give a list of ids as it was kept."""
        return json.dumps(files)


class Second(First):
    """Milliseconds."""

    names = ("created", "updated", "summaryLastUpdated")
    kinds = tuple(PREFIXES)

    def id(self, kind: str, number: int) -> Any:
        """Give an id."""
        return NOW + 1000 * self.kinds.index(kind) + number

    def time(self, minute: int) -> Any:
        """Give a time."""
        return NOW + minute * 60_000

    def suggested(self, files: list[Any]) -> Any:
        """Give a list of ids as it was kept."""
        return files


def make_original(folder: Path, root: Path, style: First) -> None:
    """Write the data folder of two projects, one of them the given root."""
    minutes = count()

    def record(kind: str, number: int, **fields: Any) -> dict[str, Any]:
        made = style.time(next(minutes) % 60)
        times = {style.names[0]: made, style.names[1]: made}
        return {"id": style.id(kind, number), **times, **fields}

    def write(name: str, content: Any) -> None:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(content), encoding="utf-8")

    def by_id(*records: dict[str, Any]) -> dict[str, Any]:
        return {str(r["id"]): r for r in records}

    _write_projects(style, root, write, record, by_id)
    _write_work(style, write, record, by_id)
    _write_chats(style, write, record, by_id)
    write(
        "provider_key_storage/provider_keys.json",
        by_id(record("key", 1, provider="openrouter", key=KEY)),
    )


Write = Callable[[str, Any], None]
Make = Callable[..., dict[str, Any]]


def _write_projects(style: First, root: Path, write: Write, record: Make, by_id: Make) -> None:
    project, other = style.id("project", 1), style.id("project", 2)
    write(
        "project_storage/projects.json",
        by_id(
            record("project", 1, name="Shop", description="sells", path=str(root)),
            record("project", 2, name="Gone", description="", path="C:\\work\\gone\\"),
        ),
    )
    file = {"projectId": project, "meta": "{}", "checksum": "0" * 64, "size": 1}
    cart = {**file, "name": "cart.py", "path": "shop/cart.py", "extension": ".py"}
    write(
        f"project_storage/project_data/{project}/files.json",
        by_id(
            record("file", 1, **cart, content=CART, summary="A cart.", **{style.names[2]: None}),
            record("file", 2, **{**cart, "path": "shop/prices.py"}, content="", summary=None),
        ),
    )
    write(f"project_storage/project_data/{project}/ai-file-changes.json", {})
    write(f"project_storage/project_data/{other}/files.json", {})
    tab = {
        "selectedProjectId": project,
        "selectedFiles": [style.id("file", 1), style.id("file", 2), "file_gone"],
        "selectedPrompts": [style.id("prompt", 1)],
        "userPrompt": "mend it",
        "displayName": "Mending",
        "contextLimit": 128_000,
        "ticketId": style.id("ticket", 1),
    }
    unused = {**tab, "selectedProjectId": None}
    write("kv-store.json", {"projectTabs": {"tab0": tab, "tab1": unused}, "activeChatId": "x"})


def _write_work(style: First, write: Write, record: Make, by_id: Make) -> None:
    project, ticket = style.id("project", 1), style.id("ticket", 1)
    write(
        "prompt_storage/prompts.json",
        by_id(
            record("prompt", 1, name="Review", content="Look at {{x}}"),
            record("prompt", 2, name="Review", content="Another of the same name"),
            record("prompt", 3, name="", content="without a name"),
        ),
    )
    link = {"promptId": style.id("prompt", 1), "projectId": project}
    write("prompt_storage/prompt-projects.json", [{"id": style.id("link", 1), **link}])
    usual = {"projectId": project, "overview": "o", "status": "open", "priority": "normal"}
    files = style.suggested([style.id("file", 2)])
    write(
        "ticket_storage/tickets.json",
        by_id(
            record("ticket", 1, title="Mend", **usual, suggestedFileIds=files),
            record("ticket", 2, title="T" * 300, **usual, suggestedFileIds=None),
            record("ticket", 3, title="Odd", **{**usual, "status": "lost"}),
        ),
    )
    write(
        f"ticket_storage/ticket_data/{ticket}/tasks.json",
        by_id(
            record("task", 2, ticketId=ticket, content="second", done=False, orderIndex=2),
            record("task", 1, ticketId=ticket, content="first", done=True, orderIndex=1),
        ),
    )
    write(
        f"ticket_storage/ticket_data/{ticket}/files.json",
        [{"ticketId": ticket, "fileId": style.id("file", 1)}],
    )


def _write_chats(style: First, write: Write, record: Make, by_id: Make) -> None:
    chat = style.id("chat", 1)
    write("chat_storage/chats.json", by_id(record("chat", 1, title="About carts")))
    said = [
        ("system", "Be brief."), ("user", "What is a cart?"), ("assistant", "A list."),
        ("user", "And a price?"), ("assistant", "..."), ("user", "Again?"),
        ("assistant", "Error: Streaming failed. [object Object]"),
    ]  # fmt: skip
    messages = [
        record("message", number, chatId=chat, role=role, content=content)
        for number, (role, content) in enumerate(said, 1)
    ]
    write(f"chat_storage/chat_data/{chat}/messages.json", by_id(*messages))
