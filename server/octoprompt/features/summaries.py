"""Summaries of files, by what is in them now."""

import asyncio
from collections.abc import Sequence

from octoprompt.contract import summaries as wire
from octoprompt.contract.agents import RunAgentParams
from octoprompt.errors import FileProblem
from octoprompt.features.agent_requests import completed
from octoprompt.features.registry import Ctx, handles
from octoprompt.workspace.workspace import Workspace


@handles(wire.GetSummaries)
async def get_summaries(ctx: Ctx, params: wire.GetSummariesParams) -> wire.GetSummariesResult:
    """Give the summaries of what is in the files."""
    workspace = ctx.app.project(params.project_id).workspace
    hashes = await asyncio.to_thread(content_hashes, workspace, params.paths)
    found = await ctx.app.store.summaries.get(hashes.values())
    known = {path: found[named] for path, named in hashes.items() if named in found}
    return wire.GetSummariesResult(
        summaries=tuple(
            wire.Summary.model_validate(
                {
                    **(summary.parts or {}),
                    "path": path,
                    "text": summary.text,
                    "model": summary.model,
                    "created_at": summary.created_at,
                }
            )
            for path, summary in known.items()
        ),
        missing=tuple(path for path in hashes if path not in known),
        unreadable=tuple(path for path in dict.fromkeys(params.paths) if path not in hashes),
    )


@handles(wire.ClearSummaries)
async def clear_summaries(ctx: Ctx, params: wire.ClearSummariesParams) -> wire.ClearSummariesResult:
    """Forget the summaries of what is in the files, or all."""
    if params.paths is None:
        return wire.ClearSummariesResult(cleared=await ctx.app.store.summaries.clear(None))
    workspace = ctx.app.project(params.project_id).workspace
    hashes = await asyncio.to_thread(content_hashes, workspace, params.paths)
    return wire.ClearSummariesResult(cleared=await ctx.app.store.summaries.clear(hashes.values()))


@handles(wire.GenerateSummaries)
async def generate_summaries(
    ctx: Ctx, params: wire.GenerateSummariesParams
) -> wire.GenerateSummariesResult:
    """Let a model summarise."""
    asked = RunAgentParams(
        project_id=params.project_id,
        kind="summarize",
        paths=params.paths,
        provider_id=params.provider_id,
        model=params.model,
    )
    result = await completed(ctx, asked)
    return wire.GenerateSummariesResult(text=result.summary, run_id=result.run_id)


def content_hashes(workspace: Workspace, paths: Sequence[str]) -> dict[str, str]:
    """Name the contents of the files that can be read, by path."""
    hashes: dict[str, str] = {}
    for path in dict.fromkeys(paths):
        try:
            hashes[path] = workspace.read_text(path).hash
        except FileProblem:
            continue
    return hashes
