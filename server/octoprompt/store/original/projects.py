"""The original's projects, and of their files the paths and summaries."""

import re
from dataclasses import dataclass, field
from typing import cast

from octoprompt.store.original.source import (
    Json,
    Source,
    id_of,
    ids,
    moment,
    short,
    text,
    times,
)

MODEL = "original OctoPrompt"
"""It never wrote down which model a summary came from."""
TABS = "kv-store.json"
LAST_PART = re.compile(r"[^/\\]+(?=[/\\]*$)")


@dataclass(slots=True)
class Projects:
    """The projects with what others refer to."""

    projects: list[Json] = field(default_factory=list[Json])
    summaries: list[Json] = field(default_factory=list[Json])
    paths: dict[str, str] = field(default_factory=dict[str, str])
    """The path of each file, by its id in the original."""


def read_projects(source: Source) -> Projects:
    """Read the projects and their files."""
    found = Projects()
    for record in source.records("project_storage/projects.json", "projects"):
        root = text(record, "path")
        last = LAST_PART.search(root)
        found.projects.append(
            {
                **times(record),
                "id": id_of("project", record.get("id")),
                "name": short(text(record, "name")) or (last[0] if last else ""),
                "description": text(record, "description"),
                "root": root.rstrip("/\\") or root,
                "openedAt": times(record)["updatedAt"],
            }
        )
    for _project, path in source.beneath("project_storage/project_data", "files.json"):
        for record in source.records(path, "files"):
            _read_file(source, record, found)
    return found


def _read_file(source: Source, record: Json, found: Projects) -> None:
    path, summary, content = text(record, "path"), record.get("summary"), record.get("content")
    if not path or "id" not in record:
        source.lose("files", record.get("id", ""), "it has no id or no path")
        return
    found.paths[str(record["id"])] = path
    if not isinstance(summary, str) or not summary.strip():
        return
    if not isinstance(content, str):
        source.lose("summaries", path, "the original did not keep what it was about")
        return
    made = record.get("summaryLastUpdatedAt", record.get("summaryLastUpdated"))
    found.summaries.append(
        {
            "id": "original",
            "createdAt": moment(made),
            "updatedAt": moment(made),
            "contentHash": source.hash_of(content.encode("utf-8", "replace")),
            "model": MODEL,
            "promptVersion": "original",
            "text": summary,
        }
    )


def read_selections(source: Source, paths: dict[str, str]) -> list[Json]:
    """Read the original's tabs: which files and prompts were selected for what."""
    store = source.document(TABS)
    tabs = cast("Json", store).get("projectTabs") if isinstance(store, dict) else None
    if isinstance(tabs, dict) and isinstance(value := cast("Json", tabs).get("value"), dict):
        tabs = cast("Json", value)
    named = cast("Json", tabs) if isinstance(tabs, dict) else {}
    return [
        _selection(source, name, cast("Json", tab), paths)
        for name, tab in named.items()
        if isinstance(tab, dict) and ids([cast("Json", tab).get("selectedProjectId")])
    ]


def _selection(source: Source, name: str, tab: Json, paths: dict[str, str]) -> Json:
    files = [str(file) for file in ids(tab.get("selectedFiles"))]
    for file in files:
        if file not in paths:
            source.lose("selections", name, f"its file `{file}` is unknown")
    limit = tab.get("contextLimit")
    ticket = ids([tab.get("ticketId")])
    body: Json = {
        "items": [{"path": paths[file]} for file in files if file in paths],
        "instructions": text(tab, "userPrompt"),
        "prompt_ids": [id_of("prompt", prompt) for prompt in ids(tab.get("selectedPrompts"))],
        "ticket_id": id_of("ticket", ticket[0]) if ticket else None,
    }
    if isinstance(limit, int) and limit > 0:
        body["budget_tokens"] = limit
    return {
        **times(tab),
        "id": id_of("tab", name),
        "projectId": id_of("project", tab["selectedProjectId"]),
        "name": short(text(tab, "displayName")) or f"Tab {name}"[:200],
        "body": body,
    }
