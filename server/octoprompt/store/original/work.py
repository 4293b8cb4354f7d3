"""The original's prompts, tickets and tasks."""

import json

from octoprompt.store.original.source import Json, Source, id_of, ids, short, text, times

TITLE = 200


def read_prompts(source: Source) -> list[Json]:
    """Read the prompts with the projects that they are linked to."""
    links: dict[str, list[str]] = {}
    for link in source.records("prompt_storage/prompt-projects.json", "prompt links"):
        project = id_of("project", link.get("projectId"))
        links.setdefault(str(link.get("promptId")), []).append(project)
    return [
        {
            **times(record),
            "id": id_of("prompt", record.get("id")),
            "name": short(text(record, "name")),
            "content": record.get("content"),
            "projectIds": links.get(str(record.get("id")), []),
        }
        for record in source.records("prompt_storage/prompts.json", "prompts")
    ]


def read_tickets(source: Source, paths: dict[str, str]) -> list[Json]:
    """Read the tickets with their files, the oldest first."""
    linked: dict[str, list[object]] = {}
    for ticket, name in source.beneath("ticket_storage/ticket_data", "files.json"):
        for link in source.records(name, "ticket files"):
            linked.setdefault(ticket, []).append(link.get("fileId"))
    records = list(source.records("ticket_storage/tickets.json", "tickets"))
    records.sort(key=lambda record: str(times(record)["createdAt"]))
    return [
        _ticket(source, record, position, (linked.get(str(record.get("id")), []), paths))
        for position, record in enumerate(records, 1)
    ]


def _ticket(
    source: Source, record: Json, position: int, files: tuple[list[object], dict[str, str]]
) -> Json:
    linked, paths = files
    named = text(record, "id") or record.get("id", "")
    chosen = [str(file) for file in ids([*linked, *_suggested(record.get("suggestedFileIds"))])]
    for file in chosen:
        if file not in paths:
            source.lose("ticket files", named, f"its file `{file}` is unknown")
    title, overview = text(record, "title").strip(), text(record, "overview")
    return {
        **times(record),
        "id": id_of("ticket", record.get("id")),
        "projectId": id_of("project", record.get("projectId")),
        "position": position,
        "title": short(title),
        "overview": f"{title}\n\n{overview}" if len(title) > TITLE else overview,
        "status": record.get("status", "open"),
        "priority": record.get("priority", "normal"),
        "paths": sorted({paths[file] for file in chosen if file in paths}),
    }


def _suggested(value: object) -> list[object]:
    """Read a list of ids, or the JSON text of one."""
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except ValueError:
            return []
    return ids(value)


def read_tasks(source: Source) -> list[Json]:
    """Read the tasks of all tickets."""
    found: list[Json] = []
    for ticket, name in source.beneath("ticket_storage/ticket_data", "tasks.json"):
        for number, record in enumerate(source.records(name, "tasks"), 1):
            order = record.get("orderIndex")
            found.append(
                {
                    **times(record),
                    "id": id_of("task", record.get("id")),
                    "ticketId": id_of("ticket", record.get("ticketId", ticket)),
                    "position": order if isinstance(order, int) else number,
                    "content": record.get("content"),
                    "description": text(record, "description"),
                    "done": record.get("done", False),
                }
            )
    return found
