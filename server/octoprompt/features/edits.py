"""Edits: what agents propose for files, judged by a person."""

import asyncio
import contextlib
from collections.abc import Sequence
from functools import partial
from itertools import groupby
from pathlib import Path

from octoprompt.agents.edits.blocks import parse
from octoprompt.agents.edits.desk import Consent, Site
from octoprompt.agents.edits.in_editor import OpenText
from octoprompt.agents.edits.shown import EditTexts, texts
from octoprompt.agents.edits.state import is_file
from octoprompt.contract import edits as wire
from octoprompt.errors import BadRequest, NotTrusted, UnknownId, UnknownProject
from octoprompt.features.registry import Ctx, OpenFile, handles
from octoprompt.store.edits import Edit
from octoprompt.store.runs import NewRun, RunEnding
from octoprompt.store.tasks import TaskFields


@handles(wire.ListEdits)
async def list_edits(ctx: Ctx, params: wire.ListEditsParams) -> wire.Edits:
    """Give a run's edits."""
    run = await ctx.app.store.runs.get(params.run_id)
    edits = await ctx.app.store.edits.list(params.run_id)
    if run.project_id in ctx.app.open_projects:
        edits = await ctx.app.desk.settled(site(ctx, run.project_id), edits)
    return await _edits(ctx, edits)


@handles(wire.GetEdit)
async def get_edit(ctx: Ctx, params: wire.GetEditParams) -> wire.EditTexts:
    """Give an edit with its texts."""
    (edit,) = await ctx.app.store.edits.get([params.id])
    found = await asyncio.to_thread(texts, ctx.app.desk, edit)
    return wire.EditTexts(edit=_edit(edit, found), before=found.before, after=found.after)


@handles(wire.ChooseEditHunks)
async def choose_edit_hunks(ctx: Ctx, params: wire.ChooseEditHunksParams) -> wire.Edit:
    """Accept some hunks."""
    return await _one(ctx, await ctx.app.desk.choose(params.id, params.hunks))


@handles(wire.ApplyEdits)
async def apply_edits(ctx: Ctx, params: wire.ApplyEditsParams) -> wire.Edits:
    """Write edits to their files."""
    _need_trust(ctx)
    consent = Consent(confirmed=params.confirmed, preview=params.preview)
    edits = await ctx.app.store.edits.get(_once(params.ids))
    done: list[Edit] = []
    for project_id, some in groupby(edits, key=lambda edit: edit.project_id):
        done += await ctx.app.desk.apply(site(ctx, project_id), [*some], consent)
    await _tick(ctx, done)
    return await _edits(ctx, done)


@handles(wire.RejectEdits)
async def reject_edits(ctx: Ctx, params: wire.RejectEditsParams) -> wire.Edits:
    """Turn proposals down."""
    edits = await ctx.app.store.edits.get(_once(params.ids))
    done = [await ctx.app.desk.reject(edit) for edit in edits]
    await _tick(ctx, done)
    return await _edits(ctx, done)


@handles(wire.UndoEdits)
async def undo_edits(ctx: Ctx, params: wire.UndoEditsParams) -> wire.Edits:
    """Give files back what they held."""
    _need_trust(ctx)
    edits = await ctx.app.store.edits.get(_once(params.ids))
    done: dict[str, Edit] = {}
    for edit in sorted(edits, key=lambda edit: edit.applied_order, reverse=True):
        overwrite = edit.id in params.overwrite
        here = site(ctx, edit.project_id)
        done[edit.id] = await ctx.app.desk.undo(here, edit, overwrite=overwrite)
    await _tick(ctx, list(done.values()))
    return await _edits(ctx, [done[edit.id] for edit in edits])


@handles(wire.ProposeEdits)
async def propose_edits(ctx: Ctx, params: wire.ProposeEditsParams) -> wire.Edits:
    """Make proposals of a text."""
    _need_trust(ctx)
    project = ctx.app.project(params.project_id)
    named = partial(is_file, site(ctx, project.id).workspace)
    parsed = await asyncio.to_thread(parse, params.text, named)
    if not parsed.files:
        why = "; ".join(parsed.problems) or "it has no search and replace block and no diff"
        raise BadRequest(f"the text holds no edits: {why}")
    new = NewRun(project_id=project.id, kind="code", request=params.title, owner="")
    run = await ctx.app.store.runs.begin(new)
    try:
        edits, _ = await ctx.app.desk.propose(site(ctx, project.id), run.id, parsed.files)
    except BaseException:
        await ctx.app.store.runs.end(
            run.id, RunEnding(status="failed", problem="no edits came of it")
        )
        raise
    ending = RunEnding(status="complete", summary="\n".join(parsed.problems))
    await ctx.app.store.runs.end(run.id, ending)
    return await _edits(ctx, edits)


def site(ctx: Ctx, project_id: str) -> Site:
    """Give where a project's files are. Fails with `UnknownProject` when it is not open."""
    if (project := ctx.app.open_projects.get(project_id)) is None:
        raise UnknownProject("the folder of these edits is not open: open it first")

    workspace = project.workspace

    async def edit_open(texts: Sequence[OpenText], preview: bool) -> bool:  # noqa: FBT001
        files = [
            OpenFile(
                path=Path(workspace.root, text.path),
                version=workspace.overlay.version(text.path),
                before=text.before,
                after=text.after,
            )
            for text in texts
        ]
        return await ctx.editor.change(files, preview=preview)

    return Site(
        project_id=project.id,
        workspace=workspace,
        edit_open=edit_open,
        can_preview=ctx.editor.can_preview,
        on_written=project.index.files_changed,
        syntax_error=project.index.syntax_error,
    )


async def _tick(ctx: Ctx, judged: Sequence[Edit]) -> None:
    """Let the tasks that runs worked on be done, or open again, as their edits are."""
    store = ctx.app.store
    for run_id in dict.fromkeys(edit.run_id for edit in judged):
        run = await store.runs.get(run_id)
        is_done = run.open_edits == 0 and run.applied_edits > 0
        is_undone = any(e.run_id == run_id and e.status == "undone" for e in judged)
        if run.task_id is None or not (is_done or is_undone):
            continue
        # A task that was deleted meanwhile stays deleted.
        with contextlib.suppress(UnknownId):
            await store.tasks.update(run.task_id, TaskFields(done=is_done))


def _once(ids: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(ids))


def _need_trust(ctx: Ctx) -> None:
    if not ctx.app.options.trusted:
        raise NotTrusted("the workspace is in restricted mode: trust it to change files")


async def _one(ctx: Ctx, edit: Edit) -> wire.Edit:
    return _edit(edit, await asyncio.to_thread(texts, ctx.app.desk, edit))


async def _edits(ctx: Ctx, edits: Sequence[Edit]) -> wire.Edits:
    return wire.Edits(edits=tuple([await _one(ctx, edit) for edit in edits]))


def _edit(edit: Edit, found: EditTexts) -> wire.Edit:
    proposal = edit.proposal
    return wire.Edit(
        id=edit.id,
        run_id=edit.run_id,
        project_id=edit.project_id,
        path=proposal.path,
        new_path=proposal.new_path,
        kind=proposal.kind,
        status=edit.shown_status,
        diff=found.diff,
        added=found.added,
        removed=found.removed,
        hunks=tuple(
            wire.EditHunk(
                number=hunk.number,
                line=hunk.line,
                end_line=hunk.end_line,
                new_line=hunk.new_line,
                new_end_line=hunk.new_end_line,
                accepted=hunk.accepted,
                text=hunk.text,
            )
            for hunk in found.hunks
        ),
        problems=tuple(
            wire.EditProblem.model_validate(
                {"kind": problem.kind, "message": problem.message, "line": problem.line}
            )
            for problem in edit.problems
        ),
        needs_confirmation=any(problem.kind == "protected" for problem in edit.problems),
        version=edit.version,
        created_at=edit.created_at,
        updated_at=edit.updated_at,
    )
