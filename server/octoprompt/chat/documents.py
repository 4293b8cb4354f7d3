"""Chats as files: JSON with every branch, and Markdown of one branch for people.

Both can be read again. In Markdown a comment before each message says whose it is; a message that
contains such a comment itself is escaped.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime
from typing import Any, cast

from octoprompt.errors import BadRequest
from octoprompt.store.chat_model import ChatFields, Usage
from octoprompt.store.chat_transfer import WholeMessage
from octoprompt.store.entities import JsonValue

FORMAT, VERSION = "octoprompt-chat", 1
ROLES = ("user", "assistant", "summary")
STATUSES = ("complete", "incomplete", "interrupted", "cancelled", "failed")
HEADS = {"user": "You", "assistant": "Assistant", "summary": "Summary"}
MARK = re.compile(
    r"^<!-- octoprompt:(\w+)(?: (\{.*\}))? -->\n(?:\*\*\w+\*\*[^\n]*(?:\n\n|\n*\Z))?",
    re.MULTILINE,
)
ESCAPED = re.compile(r"^(<!-- octoprompt)(\\*:)", re.MULTILINE)
UNESCAPED = re.compile(r"^(<!-- octoprompt)\\(\\*:)", re.MULTILINE)
MAX_MESSAGES = 100_000
MAX_NAME = 300
"""Characters of a model's name, or of why an answer ended."""
MAX_NUMBER = 2**31
"""Of tokens, dollars or milliseconds; what is not below it, no provider ever told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A chat as a file has it."""

    title: str
    settings: ChatFields
    messages: Sequence[WholeMessage]
    leaf_id: str | None = None


def to_json(document: Document) -> str:
    """Write all of a chat down."""
    settings = document.settings
    return json.dumps(
        {
            "format": FORMAT,
            "version": VERSION,
            "title": document.title,
            "providerId": settings.provider_id,
            "model": settings.model,
            "systemPrompt": settings.system_prompt or "",
            "options": settings.options or {},
            "leafId": document.leaf_id,
            "messages": [_message_to_json(message) for message in document.messages],
        },
        ensure_ascii=False,
        indent=1,
    )


def _message_to_json(message: WholeMessage) -> JsonValue:
    values = asdict(message)
    values["usage"] = {name: n for name, n in values["usage"].items() if n is not None}
    values["created_at"] = message.created_at.isoformat() if message.created_at else None
    return {name: value for name, value in values.items() if value not in (None, "", False, {})}


def to_markdown(document: Document) -> str:
    """Write the messages down for people; usage and other branches are left out."""
    settings = {"model": document.settings.model, "system": document.settings.system_prompt}
    head = {name: value for name, value in settings.items() if value}
    parts = [f"# {_line(document.title)}\n\n{_mark('chat', head)}"]
    for message in document.messages:
        said = f" ({message.model})" if message.model and message.role != "user" else ""
        facts: JsonValue = {
            name: value
            for name, value in (
                ("model", message.model),
                ("status", None if message.status == "complete" else message.status),
                ("excluded", message.is_excluded or None),
                ("at", message.created_at.isoformat() if message.created_at else None),
            )
            if value
        }
        content = ESCAPED.sub(r"\1\\\2", message.content)
        heading = f"**{HEADS.get(message.role, message.role)}**{said}"
        parts.append(f"{_mark(message.role, facts)}\n{heading}\n\n{content}")
    return "\n\n".join(parts).rstrip("\n") + "\n"


def _mark(kind: str, facts: Mapping[str, object]) -> str:
    # `>` would end the comment for those who render it.
    told = json.dumps(facts, ensure_ascii=False).replace(">", "\\u003e") if facts else ""
    return f"<!-- octoprompt:{kind}{' ' if told else ''}{told} -->"


def from_text(name: str, text: str) -> Document:
    """Read a file in either format. Fails with `BadRequest` when it is none."""
    text = text.removeprefix("\ufeff")
    if text.lstrip().startswith("{"):
        return _from_json(text)
    return _from_markdown(name, text.replace("\r\n", "\n"))


def _from_json(text: str) -> Document:
    try:
        raw: object = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise BadRequest(f"this is no JSON: {error}") from error
    document = cast("dict[str, Any]", raw) if isinstance(raw, dict) else {}
    if document.get("format") != FORMAT:
        raise BadRequest(f'this JSON is no chat: its `format` is not "{FORMAT}"')
    if document.get("version") != VERSION:
        raise BadRequest("this chat was written by a newer OctoPrompt: update this one")
    listed = document.get("messages")
    messages = cast("list[object]", listed) if isinstance(listed, list) else []
    if len(messages) > MAX_MESSAGES:
        raise BadRequest(f"this chat has more than {MAX_MESSAGES} messages")
    options = document.get("options")
    return Document(
        title=_line(_text(document, "title")),
        settings=ChatFields(
            provider_id=_text(document, "providerId"),
            model=_text(document, "model"),
            system_prompt=_text(document, "systemPrompt"),
            options=cast("JsonValue", options) if isinstance(options, dict) else {},
        ),
        messages=[_message_of_json(position, one) for position, one in enumerate(messages)],
        leaf_id=_text(document, "leafId") or None,
    )


def _message_of_json(position: int, raw: object) -> WholeMessage:
    found = cast("JsonValue", raw) if isinstance(raw, dict) else {}
    role, status = found.get("role"), found.get("status", "complete")
    if role not in ROLES or status not in STATUSES or not isinstance(found.get("id"), str):
        raise BadRequest(f"message {position + 1} has no `id`, or a strange `role` or `status`")
    usage = found.get("usage")
    context = found.get("context")
    return WholeMessage(
        id=_text(found, "id"),
        parent_id=_text(found, "parent_id") or None,
        role=str(role),
        status=str(status),
        content=_text(found, "content"),
        reasoning=_text(found, "reasoning"),
        is_excluded=found.get("is_excluded") is True,
        is_edited=found.get("is_edited") is True,
        covers=_text(found, "covers") or None,
        provider_id=_text(found, "provider_id") or None,
        model=_text(found, "model")[:MAX_NAME] or None,
        finish_reason=_text(found, "finish_reason")[:MAX_NAME] or None,
        usage=_usage(cast("JsonValue", usage) if isinstance(usage, dict) else {}),
        context=cast("JsonValue", context) if isinstance(context, dict) else None,
        context_text=_text(found, "context_text"),
        created_at=_moment(found.get("created_at")),
    )


def _usage(found: JsonValue) -> Usage:
    numbers: dict[str, Any] = {}
    for field in fields(Usage):
        value = found.get(field.name)
        if isinstance(value, bool) or not isinstance(value, int | float):
            continue
        if 0 <= value < MAX_NUMBER:
            numbers[field.name] = int(value) if field.name.endswith("tokens") else float(value)
    return Usage(**numbers)


def _from_markdown(name: str, text: str) -> Document:
    marks = list(MARK.finditer(text))
    chat = next((mark for mark in marks if mark[1] == "chat"), None)
    said = [mark for mark in marks if mark[1] in ROLES]
    if not said:
        raise BadRequest("this is no chat: no message is marked in it")
    messages: list[WholeMessage] = []
    for position, mark in enumerate(said):
        end = said[position + 1].start() if position + 1 < len(said) else len(text)
        facts = _facts(mark)
        status = facts.get("status", "complete")
        messages.append(
            WholeMessage(
                id=str(position),
                parent_id=str(position - 1) if position else None,
                role=mark[1],
                status=str(status) if status in STATUSES else "complete",
                content=UNESCAPED.sub(r"\1\2", text[mark.end() : end].strip("\n")),
                is_excluded=facts.get("excluded") is True,
                model=_text(facts, "model")[:MAX_NAME] or None,
                created_at=_moment(facts.get("at")),
            )
        )
    title = re.match(r"#\s+(.+)", text.lstrip())
    facts = _facts(chat) if chat else {}
    settings = ChatFields(model=_text(facts, "model"), system_prompt=_text(facts, "system"))
    return Document(
        title=title[1].strip() if title else name.rpartition(".")[0],
        settings=settings,
        messages=messages,
    )


def _facts(mark: re.Match[str]) -> JsonValue:
    try:
        found: object = json.loads(mark[2] or "{}")
    except ValueError:
        return {}
    return cast("JsonValue", found) if isinstance(found, dict) else {}


def _text(found: JsonValue, name: str) -> str:
    """Give a text; halves of characters, which JSON can hold and no database, are replaced."""
    value = found.get(name)
    if not isinstance(value, str):
        return ""
    return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _line(text: str) -> str:
    return " ".join(text.split())


def _moment(value: object) -> datetime | None:
    try:
        moment = datetime.fromisoformat(str(value))
        return moment.astimezone(UTC) if moment.tzinfo else None
    except (ValueError, OverflowError):
        return None
