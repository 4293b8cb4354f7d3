"""Edits: what an agent proposes for files, and what became of it. Nothing is written unasked."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from octoprompt.contract._base import ProjectParams, Request, Wire

EditKind = Literal["modify", "create", "delete", "rename"]
EditStatus = Literal["proposed", "applied", "rejected", "undone"]
EditIds = Annotated[tuple[str, ...], Field(min_length=1, max_length=1000)]


class EditProblem(Wire):
    """What a person should know before saying yes."""

    kind: Literal[
        "missed", "syntax", "encoding", "protected", "stale", "unwritable", "left", "partly"
    ]
    """`missed`: a hunk found no sure place. `syntax`: the new text has syntax errors that the old
    one had not. `encoding`: the new text has characters that the file's encoding lacks, so that
    all of it would become UTF-8. `protected`: a file that can widen what programs may do, so it
    needs a yes of its own. `stale`: the file is another one than the agent saw. `unwritable`:
    writing failed. `left`: it was not undone because the file changed since. `partly`: of an edit
    that was applied, a person took some places and left others in the editor's preview."""
    message: str
    line: int | None = None
    """Of the new text, from 1."""


class EditHunk(Wire):
    """One place of a file that changes."""

    number: int
    """From 0, in the order of the file."""
    line: int
    """Where it begins in the file as it is, from 1."""
    end_line: int
    new_line: int
    """Where it begins in the text that comes of it, with every hunk that is accepted."""
    new_end_line: int
    accepted: bool
    """Whether applying makes this change."""
    text: str = ""
    """Its first line that says something: a new one, else one that goes."""


class Edit(Wire):
    """A proposed change of one file."""

    id: str
    run_id: str
    project_id: str
    path: str
    new_path: str | None = None
    """Of a renamed file."""
    kind: EditKind
    status: EditStatus
    diff: str
    """The accepted hunks as a unified diff; empty for what is not text."""
    added: int
    removed: int
    """Lines."""
    hunks: tuple[EditHunk, ...] = ()
    problems: tuple[EditProblem, ...] = ()
    needs_confirmation: bool = False
    """Applying it needs `confirmed`."""
    version: int
    created_at: datetime
    updated_at: datetime


class Edits(Wire):
    """Edits as they are now, in the order in which they were named, else of the run."""

    edits: tuple[Edit, ...]


class ListEditsParams(Wire):
    """Of which run."""

    run_id: str


class ListEdits(Request[ListEditsParams, Edits], method="edits/list"):
    """List what a run proposes, in its order.

    Fails with `UnknownId`.
    """


class GetEditParams(Wire):
    """Which edit."""

    id: str


class EditTexts(Wire):
    """An edit with the texts that a diff editor shows."""

    edit: Edit
    before: str | None
    """The file as the agent saw it; None for a new one, and for what is not text."""
    after: str | None
    """The file with the accepted hunks; None for a deleted one, and for what is not text."""


class GetEdit(Request[GetEditParams, EditTexts], method="edits/get"):
    """Give an edit with the text before and after.

    Fails with `UnknownId`.
    """


class ChooseEditHunksParams(Wire):
    """Which edit, and which of its hunks are wanted; the others are left out."""

    id: str
    hunks: tuple[int, ...]


class ChooseEditHunks(Request[ChooseEditHunksParams, Edit], method="edits/chooseHunks"):
    """Accept some hunks of an edit and leave the others out, before it is applied.

    Fails with `UnknownId`, and with `EditNotOpen` when it is not a proposal any more.
    """


class ApplyEditsParams(Wire):
    """Which edits, and which of those that need it a person confirmed."""

    ids: EditIds
    confirmed: tuple[str, ...] = ()
    preview: Literal["never", "changed", "open"] = "changed"
    """Which files that an editor shows are changed in its own preview, where a person ticks each
    place, if it has one: `changed`, those that are other than the agent saw, so that nobody has
    reviewed what would be written; `open`, all."""


class ApplyEdits(Request[ApplyEditsParams, Edits], method="edits/apply"):
    """Write the accepted hunks of edits to their files; answered when they are on disk.

    Each edit is done wholly or not at all, and one that cannot be is left as it was, with the
    reason in its `problems`: `stale`, `protected` or `unwritable`. What was there before is kept.
    A file with unsaved text in an editor is changed in the editor, and so is one that is previewed
    there; then what the text is afterwards says what became of the edit. When all that a run
    proposes for a task is applied or rejected, the task is done. Fails with `UnknownId`, and with
    `NotTrusted` in restricted mode.
    """


class RejectEditsParams(Wire):
    """Which edits."""

    ids: EditIds


class RejectEdits(Request[RejectEditsParams, Edits], method="edits/reject"):
    """Turn proposals down; those that were applied stay as they are.

    Fails with `UnknownId`.
    """


class UndoEditsParams(Wire):
    """Which edits, and of which of them later changes may be lost."""

    ids: EditIds
    overwrite: tuple[str, ...] = ()
    """Edits whose files a person gives back to what they were, whatever was changed since."""


class UndoEdits(Request[UndoEditsParams, Edits], method="edits/undo"):
    """Give the files of applied edits back what they held before, byte for byte.

    A file that changed since is left, with `left` in its edit's `problems`, unless it is named in
    `overwrite`; then what it holds now is kept first. Edits of one file are undone from the latest.
    The task of a run that is not wholly applied any more is open again.
    Fails with `UnknownId`, and with `NotTrusted` in restricted mode.
    """


class ProposeEditsParams(ProjectParams):
    """A text with edits as models write them, and what to call it."""

    text: Annotated[str, Field(max_length=4_000_000)]
    """Search and replace blocks, each after its file's path."""
    title: Annotated[str, Field(max_length=200)] = "Edits from a chat"


class ProposeEdits(Request[ProposeEditsParams, Edits], method="edits/propose"):
    """Make proposals of the edits that a text holds, as an answer in a chat.

    Fails with `UnknownProject`, with `BadRequest` when the text holds none, and with `NotTrusted`
    in restricted mode.
    """
