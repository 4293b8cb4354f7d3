"""From the original's data folder to the records of a document."""

from collections.abc import Callable, Sequence

from octoprompt.errors import BadRequest
from octoprompt.store.original.chats import read_chats
from octoprompt.store.original.projects import read_projects, read_selections
from octoprompt.store.original.source import Json, Lost, Source
from octoprompt.store.original.work import read_prompts, read_tasks, read_tickets

STORES = ("project_storage", "chat_storage", "prompt_storage", "ticket_storage")
LEFT = {
    "provider_key_storage/": "keys of providers are not taken over: enter them in the editor",
    "agent-logs/": "the logs of agent runs are not taken over",
    "ai-file-changes.json": "proposed changes of files are not taken over",
}
"""By a part of the path: why a file stays where it is."""


def convert(
    names: Sequence[str], load: Callable[[str], object], hash_of: Callable[[bytes], str]
) -> tuple[dict[str, list[Json]], list[Lost]]:
    """Give the original's records by kind, unchecked, and what of it cannot come in.

    `names` are the folder's files, `load` reads the JSON of one, `hash_of` names a content.
    Fails with `BadRequest` when none of its stores is there.
    """
    if not any(name.startswith(f"{store}/") for name in names for store in STORES):
        raise BadRequest(
            "this folder holds no data of the original OctoPrompt: it has none of "
            + ", ".join(f"`{store}`" for store in STORES)
        )
    source = Source(names=names, load=load, hash_of=hash_of)
    found = read_projects(source)
    talk = read_chats(source)
    records = {
        "projects": found.projects,
        "prompts": read_prompts(source),
        "chats": talk.chats,
        "messages": talk.messages,
        "tickets": read_tickets(source, found.paths),
        "tasks": read_tasks(source),
        "selections": read_selections(source, found.paths),
        "summaries": found.summaries,
    }
    for name in names:
        for part, reason in LEFT.items():
            if part in name:
                source.lose("file", name, reason)
    return records, source.lost
