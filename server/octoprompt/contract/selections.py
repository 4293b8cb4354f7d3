"""Selections: named sets of context items that survive reloads (the original's project tabs)."""

from datetime import datetime
from typing import Annotated

from pydantic import Field

from octoprompt.contract._base import Name, ProjectParams, Request, Text, Wire
from octoprompt.contract.context import ContextItem, Format, Include


class SelectionBody(Wire):
    """What a selection holds."""

    items: tuple[ContextItem, ...] = ()
    instructions: Text = ""
    prompt_ids: tuple[str, ...] = ()
    prompt_values: dict[str, str] = Field(default_factory=dict[str, str])
    """Values of the prompts' variables, by name."""
    ticket_id: str | None = None
    suggest: Annotated[int, Field(ge=0, le=100)] | None = None
    """How many files a build adds for the task; None: some when nothing is chosen, else none."""
    include: Include = Include()
    budget_tokens: int = 32_000
    model: str | None = None
    format: Format = "markdown"


class Selection(Wire):
    """A named selection of one project."""

    id: str
    project_id: str
    name: str
    body: SelectionBody
    version: int
    """Grows with every save."""
    created_at: datetime
    updated_at: datetime


class SelectionHead(Wire):
    """A selection without its body."""

    id: str
    name: str
    items: int
    version: int
    updated_at: datetime


class ListSelectionsResult(Wire):
    """All selections of the project, by name."""

    selections: tuple[SelectionHead, ...]


class ListSelections(Request[ProjectParams, ListSelectionsResult], method="selections/list"):
    """List the project's selections, light."""


class GetSelectionParams(Wire):
    """Which selection."""

    id: str


class GetSelection(Request[GetSelectionParams, Selection], method="selections/get"):
    """Give one selection whole.

    Fails with `UnknownId`.
    """


class SaveSelectionParams(ProjectParams):
    """A new selection (no `id`) or the new body of one."""

    id: str | None = None
    name: Name | None = None
    """Needed for a new one."""
    body: SelectionBody
    version: int | None = None
    """The version it was read at; left out, the last writer wins."""


class SaveSelection(Request[SaveSelectionParams, Selection], method="selections/save"):
    """Create a selection or replace the body of one; answered after it is on disk.

    Fails with `NameTaken`, with `UnknownId`, and with `StaleVersion` when another window saved it
    since `version`.
    """


class RenameSelectionParams(Wire):
    """Which selection, and its new name."""

    id: str
    name: Name


class RenameSelection(Request[RenameSelectionParams, Selection], method="selections/rename"):
    """Give a selection a new name.

    Fails with `UnknownId`, or `NameTaken` when another selection of the project has it.
    """


class DeleteSelectionParams(Wire):
    """Which selection."""

    id: str


class DeleteSelection(Request[DeleteSelectionParams, Selection], method="selections/delete"):
    """Delete a selection and give back what it was, so that the client can offer an undo.

    Fails with `UnknownId`.
    """
