"""Mentions: parts of the workspace that a message names with @, resolved on the server."""

from typing import Annotated, Literal

from pydantic import Field

from octoprompt.contract._base import Wire
from octoprompt.contract.context import Diagnostic, LineRange

FilePath = Annotated[str, Field(min_length=1, max_length=4096)]


class FileMention(Wire):
    """A file of the workspace."""

    kind: Literal["file"]
    path: FilePath
    mode: Literal["auto", "full", "outline"] = "auto"
    confirmed: bool = False
    """The user said yes to sending an ignored, secret or binary-looking file."""


class FolderMention(Wire):
    """The indexed files of a folder and of those below it, as far as they fit."""

    kind: Literal["folder"]
    path: FilePath


class SymbolMention(Wire):
    """A definition: by name in a file, or the best match of the workspace."""

    kind: Literal["symbol"]
    name: Annotated[str, Field(min_length=1, max_length=1000)]
    path: FilePath | None = None


class SelectionMention(Wire):
    """Lines of a file, unsaved ones too."""

    kind: Literal["selection"]
    path: FilePath
    range: LineRange


class ProblemsMention(Wire):
    """Problems that the editor shows."""

    kind: Literal["problems"]
    diagnostics: tuple[Diagnostic, ...]


class DiffMention(Wire):
    """What git says has changed; of several, the last counts."""

    kind: Literal["diff"]
    diff: Literal["staged", "working", "branch"] = "working"


class PromptMention(Wire):
    """A prompt of the library, filled in with what the server knows."""

    kind: Literal["prompt"]
    id: str


class TicketMention(Wire):
    """A ticket with its tasks; of several, the last counts."""

    kind: Literal["ticket"]
    id: str


Mention = Annotated[
    FileMention
    | FolderMention
    | SymbolMention
    | SelectionMention
    | ProblemsMention
    | DiffMention
    | PromptMention
    | TicketMention,
    Field(discriminator="kind"),
]
