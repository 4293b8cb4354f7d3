"""Everything that the user made: written down, taken in, backed up."""

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from octoprompt.contract import data as wire
from octoprompt.contract._base import Empty
from octoprompt.contract.selections import SelectionBody
from octoprompt.errors import BadRequest
from octoprompt.features.original_files import read_original
from octoprompt.features.registry import Ctx, handles
from octoprompt.store.portable.merge import MAX_TOLD, Remark, Report


def _check_selection(record: Mapping[str, Any]) -> SelectionBody:
    """Refuse a selection whose body no window could show."""
    return SelectionBody.model_validate(record["body"], extra="ignore")


CHECKS = {"selections": _check_selection}


@handles(wire.ExportData)
async def export_data(ctx: Ctx, params: wire.ExportDataParams) -> wire.ExportDataResult:
    """Give the document."""
    export = await ctx.app.store.data.export(params.kinds)
    counts = {name: len(records) for name, records in export.document["kinds"].items()}
    damaged = tuple(wire.DataRemark(kind=d.table, id=d.id, reason=d.reason) for d in export.damaged)
    return wire.ExportDataResult(document=export.document, counts=counts, damaged=damaged)


@handles(wire.ImportData)
async def import_data(ctx: Ctx, params: wire.ImportDataParams) -> wire.ImportDataResult:
    """Take in a document or a folder."""
    data = ctx.app.store.data
    if params.document is not None and params.folder is None:
        return _result(await data.import_(params.document, params.on_conflict, CHECKS))
    if params.folder is None or params.document is not None:
        raise BadRequest("give a `document`, or the `folder` of the original OctoPrompt's data")
    records, lost = await asyncio.to_thread(read_original, Path(params.folder))
    report = await data.take(records, params.on_conflict, CHECKS)
    for found in lost:
        report.skip(found.kind, found.id, found.reason)
    return _result(report)


def _result(report: Report) -> wire.ImportDataResult:
    outcomes = wire.ImportedCounts.model_fields
    return wire.ImportDataResult(
        counts={
            kind: wire.ImportedCounts(**{name: counts[name] for name in outcomes})
            for kind, counts in report.counts.items()
        },
        conflicts=tuple(map(_remark, report.conflicts[:MAX_TOLD])),
        skipped=tuple(map(_remark, report.skipped[:MAX_TOLD])),
    )


def _remark(remark: Remark) -> wire.DataRemark:
    return wire.DataRemark(kind=remark.kind, id=remark.id, reason=remark.reason)


@handles(wire.BackupData)
async def backup_data(ctx: Ctx, _params: Empty) -> wire.BackupDataResult:
    """Make a backup."""
    made = await asyncio.to_thread(ctx.app.store.data.back_up)
    return wire.BackupDataResult(path=str(made.path), bytes=made.bytes, made_at=made.made_at)
