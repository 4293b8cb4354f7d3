"""The index of a workspace root: what it knows, and how far it is."""

from typing import Literal

from octoprompt.contract._base import Notification, ProjectParams, Request, Wire

IndexState = Literal["scanning", "indexing", "idle", "paused", "error"]


class LanguageStatus(Wire):
    """How much of one language the index holds."""

    id: str
    files: int
    symbols: int
    grammar: Literal["official", "bundle", "none"] = "none"
    """Its own wheel, the tree-sitter-languages bundle, or none (text search only)."""


class FileIssue(Wire):
    """A file that was left out of a stage, and why."""

    path: str
    reason: str


class IndexStatus(Wire):
    """The state of the index."""

    project_id: str
    state: IndexState
    message: str = ""
    """For people: what is going on, or what went wrong and what to do."""
    files: int
    """Files that the workspace has, all kinds."""
    symbols: int
    pending: int
    """Files that still wait for text or symbols."""
    text_ready: bool
    """Whether search and suggestions cover every file (stage 1)."""
    symbols_ready: bool
    """Whether symbols, references and imports cover every file (stage 2)."""
    languages: tuple[LanguageStatus, ...]
    skipped: tuple[FileIssue, ...]
    """Files whose text is not indexed, the first 200."""
    skipped_total: int
    failed: tuple[FileIssue, ...]
    """Files that should have been indexed and could not be, the first 200."""
    failed_total: int
    generation: int
    """Grows with every committed change."""
    git: bool
    """Whether the root is in a git repository with history."""


class GetIndexStatus(Request[ProjectParams, IndexStatus], method="index/status"):
    """Say how far the index is; answers at once in every state."""


class RefreshIndex(Request[ProjectParams, IndexStatus], method="index/refresh", deadline_s=None):
    """Rescan the root now and answer when everything that was there at the call is indexed.

    On a paused index it resumes nothing and answers with the state as it is.
    Fails with `RootUnreadable`.
    """


class RescanIndex(Request[ProjectParams, IndexStatus], method="index/rescan"):
    """Look whether files changed without an event; what did is indexed soon, as after one.

    Answers when it has looked. The state stays as it is while nothing has changed. Does nothing on
    an index that is paused, or at work: a scan is part of that. Fails with `RootUnreadable`.
    """


class RebuildIndex(Request[ProjectParams, IndexStatus], method="index/rebuild", deadline_s=None):
    """Throw the index away and make it anew; answers when the new one is complete."""


class PauseIndex(Request[ProjectParams, IndexStatus], method="index/pause"):
    """Stop indexing after the files that are being worked on."""


class ResumeIndex(Request[ProjectParams, IndexStatus], method="index/resume"):
    """Go on after `index/pause`."""


class IndexChanged(Notification[IndexStatus], method="index/changed"):
    """The index moved: sent at most four times a second, and at the end of each move."""
