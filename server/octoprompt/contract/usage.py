"""What models were asked and what it cost."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from octoprompt.contract._base import Request, Wire

UsageGroup = Literal["day", "model", "provider", "purpose", "project"]


class UsageCounts(Wire):
    """Sums over requests to models."""

    requests: int
    prompt_tokens: int
    completion_tokens: int
    cached_tokens: int
    """Those of `promptTokens` that were in the provider's cache."""
    reasoning_tokens: int
    """Those of `completionTokens` that were spent on thinking."""
    cost_usd: float
    """Of the requests whose cost is known."""
    unpriced: int
    """Requests whose cost nobody knows."""


class UsageRow(Wire):
    """The sums of one group; what the rows are not grouped by is null."""

    day: date | None = None
    """By the server's clock and time zone."""
    provider_id: str | None = None
    model: str | None = None
    purpose: str | None = None
    """The kind of work, as `chat`, `title` or `summarize`."""
    project_id: str | None = None
    counts: UsageCounts


class GetUsageSummaryParams(Wire):
    """Which requests, and how they are grouped."""

    since: date | None = None
    """The first day; left out, thirty days up to `until`."""
    until: date | None = None
    """The last day; left out, today."""
    by: Annotated[tuple[UsageGroup, ...], Field(max_length=5)] = ("day", "model")
    """`model` also tells the provider."""
    project_id: str | None = None


class GetUsageSummaryResult(Wire):
    """The groups, newest day first and then the most expensive, at most 2,000; and all of it."""

    since: date
    until: date
    rows: tuple[UsageRow, ...]
    total: UsageCounts


class GetUsageSummary(
    Request[GetUsageSummaryParams, GetUsageSummaryResult], method="usage/summary"
):
    """Sum up tokens and costs by day, model, provider, kind of work or project."""
