"""The bin: what was deleted can be brought back."""

from typing import cast

from octoprompt.contract import bin as wire
from octoprompt.contract._base import Empty
from octoprompt.features.registry import Ctx, handles
from octoprompt.store import bin as model


@handles(wire.ListBin)
async def list_bin(ctx: Ctx, _params: Empty) -> wire.ListBinResult:
    """Give what is in the bin."""
    records = await ctx.app.store.bin.list()
    return wire.ListBinResult(records=tuple(map(_wire, records)))


@handles(wire.RestoreBin)
async def restore_bin(ctx: Ctx, params: wire.RestoreBinParams) -> wire.DeletedRecord:
    """Bring a record back."""
    return _wire(await ctx.app.store.bin.restore(params.kind, params.id))


@handles(wire.EmptyBin)
async def empty_bin(ctx: Ctx, _params: Empty) -> wire.EmptyBinResult:
    """Delete for good."""
    return wire.EmptyBinResult(deleted=await ctx.app.store.bin.empty())


def _wire(record: model.Deleted) -> wire.DeletedRecord:
    return wire.DeletedRecord(
        kind=cast("wire.DeletedKind", record.kind),
        id=record.id,
        title=record.title,
        deleted_at=record.deleted_at,
    )
