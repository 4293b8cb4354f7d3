"""The bin: what was deleted stays thirty days and can be brought back."""

from datetime import datetime
from typing import Literal

from octoprompt.contract._base import Empty, Request, Wire

DeletedKind = Literal["project", "selection", "prompt", "ticket", "task", "chat"]


class DeletedRecord(Wire):
    """A record in the bin."""

    kind: DeletedKind
    id: str
    title: str
    deleted_at: datetime


class ListBinResult(Wire):
    """What is in the bin, the latest first, at most five hundred."""

    records: tuple[DeletedRecord, ...]


class ListBin(Request[Empty, ListBinResult], method="bin/list"):
    """List what was deleted in the last thirty days."""


class RestoreBinParams(Wire):
    """Which record."""

    kind: DeletedKind
    id: str


class RestoreBin(Request[RestoreBinParams, DeletedRecord], method="bin/restore"):
    """Bring a record back; a project comes with all that went with it.

    Fails with `UnknownId`, also while what it belongs to is in the bin, and with `NameTaken` when
    its name was given to another one meanwhile.
    """


class EmptyBinResult(Wire):
    """What happened."""

    deleted: int
    """How many records are gone for good."""


class EmptyBin(Request[Empty, EmptyBinResult], method="bin/empty"):
    """Delete for good everything that is in the bin."""
