"""Everything that the user made: written down, taken in, backed up."""

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from octoprompt.contract import data as wire
from octoprompt.contract._base import Empty
from octoprompt.contract.selections import SelectionBody
from octoprompt.errors import BadRequest
from octoprompt.features.document_files import read_document_file, write_document_file
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
    path = None if params.path is None else Path(params.path)
    if path is not None:
        await asyncio.to_thread(write_document_file, path, export.document)
    counts = {name: len(records) for name, records in export.document["kinds"].items()}
    damaged = tuple(wire.DataRemark(kind=d.table, id=d.id, reason=d.reason) for d in export.damaged)
    document = export.document if path is None else None
    return wire.ExportDataResult(document=document, counts=counts, damaged=damaged)


@handles(wire.ImportData)
async def import_data(ctx: Ctx, params: wire.ImportDataParams) -> wire.ImportDataResult:
    """Take in a document or a folder."""
    data = ctx.app.store.data
    match params:
        case wire.ImportDataParams(path=None, folder=str(folder), document=None):
            records, lost = await asyncio.to_thread(read_original, Path(folder))
            report = await data.take(records, params.on_conflict, CHECKS)
            for found in lost:
                report.skip(found.kind, found.id, found.reason)
            return _result(report)
        case wire.ImportDataParams(path=str(path), folder=None, document=None):
            document = await asyncio.to_thread(read_document_file, Path(path))
        case wire.ImportDataParams(path=None, folder=None, document=document) if (
            document is not None
        ):
            pass
        case _:
            raise BadRequest(
                "give one of `document`, its `path`, or the `folder` of the original OctoPrompt"
            )
    return _result(await data.import_(document, params.on_conflict, CHECKS))


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


@handles(wire.ListDataBackups)
async def list_data_backups(ctx: Ctx, _params: Empty) -> wire.ListDataBackupsResult:
    """Give the backups."""
    found = await asyncio.to_thread(ctx.app.store.data.backups)
    return wire.ListDataBackupsResult(
        backups=tuple(
            wire.BackupFile(
                name=one.path.name, occasion=one.occasion, bytes=one.bytes, made_at=one.made_at
            )
            for one in found
        )
    )


@handles(wire.RestoreData)
async def restore_data(ctx: Ctx, params: wire.RestoreDataParams) -> wire.RestoreDataResult:
    """Go back to a backup."""
    kept = await ctx.app.store.data.go_back(params.name)
    return wire.RestoreDataResult(before=kept.name)
