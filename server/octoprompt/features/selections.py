"""Selections: named sets of context items that survive reloads."""

from octoprompt.contract import selections as wire
from octoprompt.contract._base import ProjectParams
from octoprompt.features.registry import Ctx, handles
from octoprompt.store import selections as model


@handles(wire.ListSelections)
async def list_selections(ctx: Ctx, params: ProjectParams) -> wire.ListSelectionsResult:
    """Give the heads of a project's selections."""
    project = ctx.app.project(params.project_id)
    heads = await ctx.app.store.selections.list(project.id)
    return wire.ListSelectionsResult(selections=tuple(_head(head) for head in heads))


@handles(wire.GetSelection)
async def get_selection(ctx: Ctx, params: wire.GetSelectionParams) -> wire.Selection:
    """Give one selection whole."""
    return _wire(await ctx.app.store.selections.get(params.id))


@handles(wire.SaveSelection)
async def save_selection(ctx: Ctx, params: wire.SaveSelectionParams) -> wire.Selection:
    """Create a selection, or replace the body of one."""
    change = model.SelectionChange(
        project_id=ctx.app.project(params.project_id).id if params.id is None else "",
        id=params.id,
        name=params.name,
        body=params.body.model_dump(mode="json"),
        items=len(params.body.items),
        version=params.version,
    )
    return _wire(await ctx.app.store.selections.save(change))


@handles(wire.RenameSelection)
async def rename_selection(ctx: Ctx, params: wire.RenameSelectionParams) -> wire.Selection:
    """Give a selection a new name."""
    return _wire(await ctx.app.store.selections.rename(params.id, params.name))


@handles(wire.DeleteSelection)
async def delete_selection(ctx: Ctx, params: wire.DeleteSelectionParams) -> wire.Selection:
    """Put a selection into the bin."""
    return _wire(await ctx.app.store.selections.delete(params.id))


def _head(head: model.SelectionHead) -> wire.SelectionHead:
    return wire.SelectionHead(
        id=head.id,
        name=head.name,
        items=head.items,
        version=head.version,
        updated_at=head.updated_at,
    )


def _wire(selection: model.Selection) -> wire.Selection:
    return wire.Selection(
        id=selection.id,
        project_id=selection.project_id,
        name=selection.name,
        body=_body(selection),
        version=selection.version,
        created_at=selection.created_at,
        updated_at=selection.updated_at,
    )


def _body(selection: model.Selection) -> wire.SelectionBody:
    """Read a stored body; fields that only another version knows are left out."""
    return wire.SelectionBody.model_validate(selection.body, extra="ignore")
