"""Everything that a user made, as a whole."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Field

from octoprompt.contract._base import Empty, Notification, Request, Wire

IMPORT_SECONDS = 900.0
FilePath = Annotated[str, Field(min_length=1, max_length=4096)]


class DataChanged(Notification[Empty], method="data/changed"):
    """Another window changed projects, selections, prompts, tickets or tasks: read them again.

    Sent within two seconds, and never for what this window changed itself.
    """


class ExportDataParams(Wire):
    """What to write down."""

    kinds: tuple[str, ...] = ()
    """None means all: `projects`, `prompts`, `tickets`, `tasks`, `selections` and so on."""
    path: FilePath | None = None
    """An absolute path that ends in `.json`: the server writes the file itself, whole or not at
    all, because a message holds at most 64 MiB. The folder must be there."""


class DataRemark(Wire):
    """What is to be said of one record."""

    kind: str
    id: str
    """Empty when it has none."""
    reason: str


class ExportDataResult(Wire):
    """Everything that is not in the bin."""

    document: dict[str, Any] | None
    """`format`, `version`, `exportedAt` and, by kind, the records; never a key of a provider.
    None when it was written to `path`."""
    counts: dict[str, int]
    """Records by kind."""
    damaged: tuple[DataRemark, ...]
    """Records that cannot be read any more; lists leave them out."""


class ExportData(
    Request[ExportDataParams, ExportDataResult], method="data/export", deadline_s=IMPORT_SECONDS
):
    """Write everything that the user made down as one JSON document, which `data/import` reads.

    Fails with `BadRequest` for a kind that does not exist and a `path` that cannot be used, and
    with `StoreProblem` when the file cannot be written.
    """


class ImportDataParams(Wire):
    """One of `document`, `path` and `folder`."""

    document: dict[str, Any] | str | None = None
    """What `data/export` gave, or the text of a file with it."""
    path: FilePath | None = None
    """The absolute path of such a file, of up to 2 GiB."""
    folder: FilePath | None = None
    """The absolute path of the original OctoPrompt's `data` folder, or of the one it lies in."""
    on_conflict: Literal["newer", "keep", "replace"] = "newer"
    """What to do with a record that is different here: take it when it was changed later than ours,
    keep ours, or take it always."""


class ImportedCounts(Wire):
    """What became of the records of one kind."""

    added: int
    unchanged: int
    updated: int
    conflicts: int
    """Different here, and left as they are."""
    skipped: int


class ImportDataResult(Wire):
    """What became of every record."""

    counts: dict[str, ImportedCounts]
    """By kind."""
    conflicts: tuple[DataRemark, ...]
    """Records that are different here, and those that came in under another name."""
    skipped: tuple[DataRemark, ...]
    """Records that could not come in; at most a thousand of each are named."""


class ImportData(
    Request[ImportDataParams, ImportDataResult], method="data/import", deadline_s=IMPORT_SECONDS
):
    """Take in a document, or the data of the original OctoPrompt; a bad record stays out alone.

    Ids stay as they are, and importing the same again changes nothing.
    A deleted record that is in the document comes back.
    Fails with `BadRequest` for what is no document, is cut off, or was made by a newer version.
    """


class BackupDataResult(Wire):
    """A verified copy of the database."""

    path: str
    bytes: int
    made_at: datetime


class BackupData(Request[Empty, BackupDataResult], method="data/backup"):
    """Make a backup of the database now; of those made by hand the newest five are kept.

    Fails with `StoreProblem`, and with `BadRequest` where the database is a server's.
    """


class BackupFile(Wire):
    """A backup that one can go back to."""

    name: str
    occasion: str
    """`daily`, `manual`, `replaced`, `before-restore`, and `before-<schema>` for an upgrade."""
    bytes: int
    made_at: datetime


class ListDataBackupsResult(Wire):
    """The newest first."""

    backups: tuple[BackupFile, ...]


class ListDataBackups(Request[Empty, ListDataBackupsResult], method="data/listBackups"):
    """List the backups; none where the database is a server's."""


class RestoreDataParams(Wire):
    """Which backup."""

    name: Annotated[str, Field(min_length=1, max_length=255)]


class RestoreDataResult(Wire):
    """What happened."""

    before: str
    """The name of the backup that was made of the state before: restoring that takes it back."""


class RestoreData(
    Request[RestoreDataParams, RestoreDataResult], method="data/restore", deadline_s=IMPORT_SECONDS
):
    """Go back to a backup, in all windows at once; what is there now becomes a backup itself.

    Projects stay. Fails with `UnknownId`, with `BadRequest` while an answer is being written or an
    agent works, with `StoreReadOnly`, and with `StoreProblem`; nothing has changed then.
    """
