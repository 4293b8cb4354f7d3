"""Summaries of files, kept by content: an unchanged file is never paid for twice."""

from datetime import datetime
from typing import Annotated

from pydantic import Field

from octoprompt.contract._base import ProjectParams, Request, Wire

Paths = Annotated[tuple[str, ...], Field(max_length=2_000)]


class Summary(Wire):
    """What a model said of a file as it is now."""

    path: str
    text: str
    """In Markdown: the purpose, the exports, the facts."""
    purpose: str | None = None
    """What the file is for; None for a summary that has no parts."""
    exports: tuple[str, ...] = ()
    """Names that others use."""
    facts: tuple[str, ...] = ()
    """What surprises or binds."""
    model: str
    created_at: datetime


class GetSummariesParams(ProjectParams):
    """Which files."""

    paths: Paths


class GetSummariesResult(Wire):
    """The summaries that there are."""

    summaries: tuple[Summary, ...]
    missing: tuple[str, ...]
    """Files without one, or changed since theirs was made."""
    unreadable: tuple[str, ...]


class GetSummaries(Request[GetSummariesParams, GetSummariesResult], method="summaries/get"):
    """Give the summaries of files as they are now on disk or in the editor.

    Fails with `UnknownProject`.
    """


class ClearSummariesParams(ProjectParams):
    """Which files; nothing named means every summary of every project."""

    paths: Paths | None = None


class ClearSummariesResult(Wire):
    """What happened."""

    cleared: int
    """How many summaries are gone."""


class ClearSummaries(Request[ClearSummariesParams, ClearSummariesResult], method="summaries/clear"):
    """Forget summaries, so that they are made anew when they are needed.

    Fails with `UnknownProject`.
    """


class GenerateSummariesParams(ProjectParams):
    """Which files and folders."""

    paths: Annotated[tuple[str, ...], Field(min_length=1, max_length=2_000)]
    provider_id: str | None = None
    model: str | None = None


class GenerateSummariesResult(Wire):
    """What came of it."""

    text: str
    """An overview where there are several files, and what is said of each."""
    run_id: str


class GenerateSummaries(
    Request[GenerateSummariesParams, GenerateSummariesResult],
    method="summaries/generate",
    deadline_s=None,
):
    """Let a model summarise the files that have no summary as they are now.

    `agents/estimate` says before what it takes. Fails as `agents/run`, and with `AgentProblem` when
    the run does not end well; the summaries that were made by then stay.
    """
