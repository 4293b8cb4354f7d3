"""The original's chats: their messages lie in a row."""

from dataclasses import dataclass, field

from octoprompt.store.original.source import Json, Source, id_of, short, text, times

PLACEHOLDER = "..."
"""What the original left where an answer was broken off."""
FAILED = "Error: Streaming failed"


@dataclass(slots=True)
class Talk:
    """Chats and messages."""

    chats: list[Json] = field(default_factory=list[Json])
    messages: list[Json] = field(default_factory=list[Json])


def read_chats(source: Source) -> Talk:
    """Read the chats with their messages, each following the one before it."""
    said: dict[str, list[Json]] = {}
    for chat, name in source.beneath("chat_storage/chat_data", "messages.json"):
        records = source.records(name, "messages")
        said[chat] = sorted(records, key=lambda record: str(times(record)["createdAt"]))
    talk = Talk()
    for record in source.records("chat_storage/chats.json", "chats"):
        messages = said.pop(str(record.get("id")), [])
        system = [text(m, "content") for m in messages if m.get("role") == "system"]
        talk.chats.append(
            {
                **times(record),
                "id": id_of("chat", record.get("id")),
                "title": short(text(record, "title")) or "Chat",
                "isTitled": True,
                "systemPrompt": "\n\n".join(system),
            }
        )
        talk.messages += _in_a_row(id_of("chat", record.get("id")), messages)
    for chat, messages in said.items():
        source.lose("chats", chat, f"its {len(messages)} messages are there, but not the chat")
    return talk


def _in_a_row(chat_id: str, records: list[Json]) -> list[Json]:
    """Let each message follow the one before it; one that cannot come in breaks no row."""
    found: list[Json] = []
    last: str | None = None
    for record in records:
        if record.get("role") == "system":
            continue
        message = {
            **times(record),
            **_content(record),
            "id": id_of("message", record.get("id")),
            "chatId": chat_id,
            "parentId": last,
            "role": record.get("role"),
        }
        found.append(message)
        if record.get("role") in ("user", "assistant") and isinstance(message["content"], str):
            last = str(message["id"])
    return found


def _content(record: Json) -> Json:
    content = record.get("content")
    if record.get("role") != "assistant" or not isinstance(content, str):
        return {"content": content}
    if content == PLACEHOLDER:
        return {"content": "", "status": "interrupted"}
    if content.startswith(FAILED):
        return {"content": content, "status": "failed"}
    return {"content": content}
