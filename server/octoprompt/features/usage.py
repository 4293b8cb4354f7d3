"""The account of what models were asked."""

from datetime import UTC, datetime, timedelta

from octoprompt.contract import usage as wire
from octoprompt.errors import BadRequest
from octoprompt.features.registry import Ctx, handles
from octoprompt.store.usage import Group, UsageFilter, UsageSum

USUAL = timedelta(days=29)
COLUMNS: dict[wire.UsageGroup, tuple[Group, ...]] = {
    "day": ("day",),
    "model": ("provider_id", "model"),
    "provider": ("provider_id",),
    "purpose": ("purpose",),
    "project": ("project_id",),
}


@handles(wire.GetUsageSummary)
async def get_usage_summary(
    ctx: Ctx, params: wire.GetUsageSummaryParams
) -> wire.GetUsageSummaryResult:
    """Sum up."""
    until = params.until or datetime.now(UTC).astimezone().date()
    since = params.since or until - USUAL
    if since > until:
        raise BadRequest("`since` is after `until`")
    wanted = UsageFilter(since=since, until=until, project_id=params.project_id)
    columns: list[Group] = [column for group in params.by for column in COLUMNS[group]]
    groups = list(dict.fromkeys(columns))
    log = ctx.app.store.usage
    rows = await log.summary(wanted, groups) if groups else []
    return wire.GetUsageSummaryResult(
        since=since,
        until=until,
        rows=tuple(wire.UsageRow(**row.common, counts=_counts(row)) for row in rows),
        total=_counts(await log.total(wanted)),
    )


def _counts(total: UsageSum) -> wire.UsageCounts:
    return wire.UsageCounts(
        requests=total.requests,
        prompt_tokens=total.prompt_tokens,
        completion_tokens=total.completion_tokens,
        cached_tokens=total.cached_tokens,
        reasoning_tokens=total.reasoning_tokens,
        cost_usd=total.cost_usd,
        unpriced=total.unpriced,
    )
