"""Prompts: texts that are used again and again, with variables."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from octoprompt.contract._base import Name, ProjectParams, Request, Text, Wire

Tag = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60, pattern=r"^[^|]*$")
]
Limit = Annotated[int, Field(ge=1, le=1000)]


class PromptHead(Wire):
    """A prompt without its content."""

    id: str
    name: str
    description: str
    tags: tuple[str, ...]
    favorite: bool
    project_ids: tuple[str, ...]
    """The projects it is for; none means all."""
    version: int
    """Grows with every change."""
    created_at: datetime
    updated_at: datetime


class Prompt(PromptHead):
    """A prompt whole."""

    content: str
    """Plain text, or a Jinja2 template."""
    variables: tuple[str, ...]
    """What the template asks for, in the order of their names."""


class ListPromptsParams(Wire):
    """Which prompts, by name; all filters must hold."""

    project_id: str | None = None
    """Those for all projects and those for this one."""
    tag: str | None = None
    favorite: bool | None = None
    limit: Limit = 200
    cursor: str | None = None
    """Where the page before ended."""


class ListPromptsResult(Wire):
    """A page of prompts, light."""

    prompts: tuple[PromptHead, ...]
    cursor: str | None = None
    """For the next page, when there is one."""


class ListPrompts(Request[ListPromptsParams, ListPromptsResult], method="prompts/list"):
    """List prompts by name, without their contents."""


class GetPromptParams(Wire):
    """Which prompt."""

    id: str


class GetPrompt(Request[GetPromptParams, Prompt], method="prompts/get"):
    """Give one prompt whole.

    Fails with `UnknownId`.
    """


class CreatePromptParams(Wire):
    """A new prompt."""

    name: Name
    content: Text
    description: Text = ""
    tags: tuple[Tag, ...] = ()
    favorite: bool = False
    project_ids: tuple[str, ...] = ()


class CreatePrompt(Request[CreatePromptParams, Prompt], method="prompts/create"):
    """Create a prompt; answered after it is on disk.

    Fails with `NameTaken`, and with `UnknownId` for a project that does not exist.
    """


class UpdatePromptParams(Wire):
    """What to change; what is left out stays."""

    id: str
    name: Name | None = None
    content: Text | None = None
    description: Text | None = None
    tags: tuple[Tag, ...] | None = None
    favorite: bool | None = None
    project_ids: tuple[str, ...] | None = None
    version: int | None = None
    """The version it was read at; left out, the last writer wins."""


class UpdatePrompt(Request[UpdatePromptParams, Prompt], method="prompts/update"):
    """Change a prompt and keep the name and content that it had as a version.

    Fails with `UnknownId`, `NameTaken`, and `StaleVersion` when it changed since `version`.
    """


class DeletePromptParams(Wire):
    """Which prompt."""

    id: str


class DeletePrompt(Request[DeletePromptParams, Prompt], method="prompts/delete"):
    """Put a prompt into the bin and give what it was.

    Fails with `UnknownId`.
    """


class SearchPromptsParams(Wire):
    """Words that occur in the name, description, tags or content, each at least as a beginning."""

    query: Text
    project_id: str | None = None
    tag: str | None = None
    favorite: bool | None = None
    limit: Limit = 50


class SearchPromptsResult(Wire):
    """The prompts that match, best first."""

    prompts: tuple[PromptHead, ...]


class SearchPrompts(Request[SearchPromptsParams, SearchPromptsResult], method="prompts/search"):
    """Find prompts by the words in them; no words find all."""


class RenderPromptParams(ProjectParams):
    """Which prompt, or a text that is not saved yet, and the values of its variables."""

    id: str | None = None
    content: Text | None = None
    """Instead of `id`: for a preview."""
    variables: dict[str, str] = Field(default_factory=dict[str, str])
    """By name; `date`, `project` and `diff` (what is not committed) are known without."""


class RenderPromptResult(Wire):
    """The text."""

    text: str
    missing: tuple[str, ...]
    """Variables without a value: they stand in the text as `{{ name }}`."""


class RenderPrompt(Request[RenderPromptParams, RenderPromptResult], method="prompts/render"):
    """Fill in a prompt's variables; templates run in a sandbox with limits of time and memory.

    Equal values give equal text. Fails with `UnknownId`, `BadTemplate` with `line` and `column`
    (from 1, in characters) in `data`, `DeadlinePassed` for a template that does not end, and
    `BadRequest` without `id` and `content`.
    """


class GetPromptVersionsParams(Wire):
    """Which prompt."""

    id: str


class PromptVersion(Wire):
    """What a prompt was before a change."""

    version: int
    name: str
    content: str
    saved_at: datetime


class GetPromptVersionsResult(Wire):
    """The newest hundred, the newest first."""

    versions: tuple[PromptVersion, ...]


class GetPromptVersions(
    Request[GetPromptVersionsParams, GetPromptVersionsResult], method="prompts/versions"
):
    """List what a prompt was before.

    Fails with `UnknownId`.
    """


class RestorePromptVersionParams(Wire):
    """Which prompt, and which of its versions."""

    id: str
    version: int


class RestorePromptVersion(
    Request[RestorePromptVersionParams, Prompt], method="prompts/restoreVersion"
):
    """Give a prompt the name and content that it had; what it is now becomes a version too.

    Fails with `UnknownId`, or `NameTaken` when another prompt has the old name by now.
    """


class PromptFile(Wire):
    """A prompt as a file: Markdown with front matter."""

    name: str
    """The file's name, without folders."""
    text: Text


class GetPromptMarkdownParams(Wire):
    """Which prompt."""

    id: str


class GetPromptMarkdownResult(Wire):
    """The prompt as a text to edit: front matter with all that can be set there, then content."""

    name: str
    text: str
    version: int
    created_at: datetime


class GetPromptMarkdown(
    Request[GetPromptMarkdownParams, GetPromptMarkdownResult], method="prompts/markdown"
):
    """Give a prompt as Markdown with front matter, which `prompts/saveMarkdown` takes back.

    Fails with `UnknownId`.
    """


class SavePromptMarkdownParams(Wire):
    """Which prompt, and what it is to be from now on."""

    id: str
    text: Text
    """Markdown with front matter; a name that is not there stays, the rest is emptied."""
    version: int | None = None
    """The version it was read at; left out, the last writer wins."""


class SavePromptMarkdown(Request[SavePromptMarkdownParams, Prompt], method="prompts/saveMarkdown"):
    """Set a prompt to what a text says, and keep what it was as a version.

    Fails with `UnknownId`, `NameTaken`, and `StaleVersion` when it changed since `version`.
    """


class ExportPromptsParams(Wire):
    """Which prompts; none named means all."""

    ids: tuple[str, ...] = ()


class ExportPromptsResult(Wire):
    """A file for each prompt, `*.prompt.md`, with names that differ."""

    files: tuple[PromptFile, ...]


class ExportPrompts(Request[ExportPromptsParams, ExportPromptsResult], method="prompts/export"):
    """Give prompts as Markdown files with front matter; the client saves them.

    Fails with `UnknownId`.
    """


class ImportPromptsParams(ProjectParams):
    """Files by content, or files and folders of the workspace by path.

    Markdown with or without front matter is understood: this program's own `*.prompt.md`, those of
    `.github/prompts`, Cursor's `*.mdc` rules, and Continue's `*.prompt` files.
    """

    files: tuple[PromptFile, ...] = ()
    paths: tuple[str, ...] = ()
    on_conflict: Literal["skip", "replace", "rename"] = "skip"
    """What to do when a prompt has the name already."""


class SkippedPromptFile(Wire):
    """A file that did not become a prompt."""

    name: str
    reason: str


class ImportPromptsResult(Wire):
    """What came in, and what did not."""

    prompts: tuple[PromptHead, ...]
    skipped: tuple[SkippedPromptFile, ...]


class ImportPrompts(Request[ImportPromptsParams, ImportPromptsResult], method="prompts/import"):
    """Make prompts of Markdown files; one that cannot be read does not keep the others out."""


class OptimizePromptParams(ProjectParams):
    """Which prompt, or a text that is not saved yet, and what matters about it."""

    id: str | None = None
    content: Text = ""
    """Instead of `id`."""
    wishes: Text = ""
    provider_id: str | None = None
    model: str | None = None


class OptimizePromptResult(Wire):
    """A new version, which is not saved."""

    content: str
    run_id: str


class OptimizePrompt(
    Request[OptimizePromptParams, OptimizePromptResult], method="prompts/optimize", deadline_s=None
):
    """Let a model rewrite a prompt; its variables stay, and nothing is saved.

    Fails as `agents/run`, and with `AgentProblem` when the run does not end well.
    """


class SuggestPromptsParams(ProjectParams):
    """A task in words."""

    query: Annotated[Text, Field(min_length=1)]
    provider_id: str | None = None
    model: str | None = None


class SuggestPromptsResult(Wire):
    """The prompts of the library that help with it, best first."""

    prompts: tuple[PromptHead, ...]
    run_id: str


class SuggestPrompts(
    Request[SuggestPromptsParams, SuggestPromptsResult], method="prompts/suggest", deadline_s=None
):
    """Let a model choose prompts of the library for a task.

    Fails as `agents/run`, and with `AgentProblem` when the run does not end well.
    """
