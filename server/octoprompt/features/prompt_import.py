"""Bringing in prompt files, each on its own, with a reason for each that stays out."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

from octoprompt.app import App, OpenProject
from octoprompt.context.prompt_files import FilePrompt, from_text, is_prompt_file
from octoprompt.contract.prompts import ImportPromptsParams
from octoprompt.errors import FileProblem, OctoPromptError
from octoprompt.store.prompts import Prompt, PromptFields

MAX_FILES = 2000
MAX_RENAMES = 100


@dataclass(slots=True)
class ImportReport:
    """What came in, and what did not."""

    prompts: list[Prompt] = field(default_factory=list[Prompt])
    skipped: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    """File and reason."""


async def import_files(app: App, params: ImportPromptsParams) -> ImportReport:
    """Make prompts of the files that are given and of those in the workspace."""
    report = ImportReport()
    texts = [(file.name, file.text) for file in params.files]
    if params.paths:
        texts += await _workspace_files(app.project(params.project_id), params.paths, report)
    for name, text in texts:
        found = from_text(name, text)
        if not found.content.strip():
            report.skipped.append((name, "it holds no text"))
            continue
        try:
            await _take(app, name, found, params.on_conflict, report)
        except OctoPromptError as error:
            report.skipped.append((name, error.message))
    return report


async def _workspace_files(
    project: OpenProject, paths: Sequence[str], report: ImportReport
) -> list[tuple[str, str]]:
    """Read files of the workspace; a folder stands for the prompt files beneath it."""
    listed = await project.index.paths()
    wanted: dict[str, None] = {}
    for path in paths:
        folder = f"{path.rstrip('/')}/"
        inside = [p for p in listed if p.startswith(folder) and is_prompt_file(p)]
        wanted.update(dict.fromkeys(inside or [path]))
    texts: list[tuple[str, str]] = []
    for path in list(wanted)[:MAX_FILES]:
        try:
            file = await asyncio.to_thread(project.workspace.read_text, path)
        except FileProblem as error:
            report.skipped.append((path, error.message))
        else:
            texts.append((path, file.text))
    report.skipped += [(path, f"only {MAX_FILES} at a time") for path in list(wanted)[MAX_FILES:]]
    return texts


async def _take(
    app: App, file: str, found: FilePrompt, on_conflict: str, report: ImportReport
) -> None:
    prompts = app.store.prompts
    fields = PromptFields(
        name=found.name,
        content=found.content,
        description=found.description,
        tags=found.tags,
        favorite=found.favorite,
    )
    there = await prompts.named(found.name)
    if there is None:
        report.prompts.append(await prompts.create(fields))
    elif on_conflict == "replace":
        report.prompts.append(await prompts.update(there.id, fields, None))
    elif on_conflict == "rename":
        free = await _free_name(app, found.name)
        report.prompts.append(await prompts.create(fields.called(free)))
    else:
        report.skipped.append((file, f"there is a prompt called `{found.name}` already"))


async def _free_name(app: App, name: str) -> str:
    for number in range(2, MAX_RENAMES):
        candidate = f"{name} {number}"
        if await app.store.prompts.named(candidate) is None:
            return candidate
    return name
