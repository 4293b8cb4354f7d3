"""Prompts: texts that are used again and again, with variables."""

from octoprompt.context.prompt_files import FilePrompt, edited, file_names, to_edit, to_text
from octoprompt.contract import prompts as wire
from octoprompt.contract.agents import RunAgentParams
from octoprompt.errors import BadRequest
from octoprompt.features.agent_requests import completed
from octoprompt.features.prompt_import import import_files
from octoprompt.features.prompt_variables import known_variables
from octoprompt.features.registry import Ctx, handles
from octoprompt.store import prompts as model


@handles(wire.ListPrompts)
async def list_prompts(ctx: Ctx, params: wire.ListPromptsParams) -> wire.ListPromptsResult:
    """Give a page of prompts by name."""
    wanted = model.PromptFilter(
        project_id=params.project_id,
        tag=params.tag,
        favorite=params.favorite,
        limit=params.limit,
        after=params.cursor or "",
    )
    prompts = await ctx.app.store.prompts.list(wanted)
    cursor = prompts[-1].name if len(prompts) == params.limit else None
    return wire.ListPromptsResult(prompts=tuple(map(head, prompts)), cursor=cursor)


@handles(wire.GetPrompt)
async def get_prompt(ctx: Ctx, params: wire.GetPromptParams) -> wire.Prompt:
    """Give one prompt whole."""
    return await _whole(ctx, await ctx.app.store.prompts.get(params.id))


@handles(wire.CreatePrompt)
async def create_prompt(ctx: Ctx, params: wire.CreatePromptParams) -> wire.Prompt:
    """Create a prompt."""
    fields = model.PromptFields(**dict(params))
    return await _whole(ctx, await ctx.app.store.prompts.create(fields))


@handles(wire.UpdatePrompt)
async def update_prompt(ctx: Ctx, params: wire.UpdatePromptParams) -> wire.Prompt:
    """Change what was given."""
    given = {name: value for name, value in params if name not in ("id", "version")}
    fields = model.PromptFields(**given)
    return await _whole(ctx, await ctx.app.store.prompts.update(params.id, fields, params.version))


@handles(wire.DeletePrompt)
async def delete_prompt(ctx: Ctx, params: wire.DeletePromptParams) -> wire.Prompt:
    """Put a prompt into the bin."""
    return await _whole(ctx, await ctx.app.store.prompts.delete(params.id))


@handles(wire.SearchPrompts)
async def search_prompts(ctx: Ctx, params: wire.SearchPromptsParams) -> wire.SearchPromptsResult:
    """Find prompts by their words."""
    wanted = model.PromptFilter(
        project_id=params.project_id, tag=params.tag, favorite=params.favorite, limit=params.limit
    )
    found = await ctx.app.store.prompts.search(params.query, wanted)
    return wire.SearchPromptsResult(prompts=tuple(map(head, found)))


@handles(wire.RenderPrompt)
async def render_prompt(ctx: Ctx, params: wire.RenderPromptParams) -> wire.RenderPromptResult:
    """Fill in a prompt, or a text that is not saved yet."""
    content = params.content
    if content is None:
        if params.id is None:
            raise BadRequest("give the `id` of a prompt, or a `content` to preview")
        content = (await ctx.app.store.prompts.get(params.id)).content
    known = await known_variables(ctx, params.project_id, (content,))
    variables = {**known, **params.variables}
    rendered = await ctx.app.templates.render(content, variables)
    return wire.RenderPromptResult(text=rendered.text, missing=rendered.missing)


@handles(wire.GetPromptVersions)
async def get_prompt_versions(
    ctx: Ctx, params: wire.GetPromptVersionsParams
) -> wire.GetPromptVersionsResult:
    """Give what a prompt was before."""
    versions = await ctx.app.store.prompts.versions(params.id)
    return wire.GetPromptVersionsResult(
        versions=tuple(
            wire.PromptVersion(
                version=v.version, name=v.name, content=v.content, saved_at=v.saved_at
            )
            for v in versions
        )
    )


@handles(wire.RestorePromptVersion)
async def restore_prompt_version(ctx: Ctx, params: wire.RestorePromptVersionParams) -> wire.Prompt:
    """Give a prompt what it was."""
    return await _whole(ctx, await ctx.app.store.prompts.restore(params.id, params.version))


@handles(wire.GetPromptMarkdown)
async def get_prompt_markdown(
    ctx: Ctx, params: wire.GetPromptMarkdownParams
) -> wire.GetPromptMarkdownResult:
    """Give a prompt as a text to edit."""
    prompt = await ctx.app.store.prompts.get(params.id)
    return wire.GetPromptMarkdownResult(
        name=prompt.name,
        text=to_edit(_file(prompt)),
        version=prompt.version,
        created_at=prompt.created_at,
    )


@handles(wire.SavePromptMarkdown)
async def save_prompt_markdown(ctx: Ctx, params: wire.SavePromptMarkdownParams) -> wire.Prompt:
    """Set a prompt to what its text says."""
    read = edited(_file(await ctx.app.store.prompts.get(params.id)), params.text)
    fields = model.PromptFields(
        name=read.name,
        content=read.content,
        description=read.description,
        tags=read.tags,
        favorite=read.favorite,
    )
    return await _whole(ctx, await ctx.app.store.prompts.update(params.id, fields, params.version))


@handles(wire.ExportPrompts)
async def export_prompts(ctx: Ctx, params: wire.ExportPromptsParams) -> wire.ExportPromptsResult:
    """Give prompts as files."""
    ids = params.ids or [p.id for p in await ctx.app.store.prompts.list(model.ALL_PROMPTS)]
    prompts = await ctx.app.store.prompts.get_all(ids)
    names = file_names(prompt.name for prompt in prompts)
    return wire.ExportPromptsResult(
        files=tuple(
            wire.PromptFile(name=name, text=to_text(_file(prompt)))
            for name, prompt in zip(names, prompts, strict=True)
        )
    )


@handles(wire.ImportPrompts)
async def import_prompts(ctx: Ctx, params: wire.ImportPromptsParams) -> wire.ImportPromptsResult:
    """Make prompts of files, each on its own."""
    report = await import_files(ctx.app, params)
    return wire.ImportPromptsResult(
        prompts=tuple(map(head, report.prompts)),
        skipped=tuple(
            wire.SkippedPromptFile(name=name, reason=reason) for name, reason in report.skipped
        ),
    )


@handles(wire.OptimizePrompt)
async def optimize_prompt(ctx: Ctx, params: wire.OptimizePromptParams) -> wire.OptimizePromptResult:
    """Let a model rewrite a prompt."""
    asked = RunAgentParams(
        project_id=params.project_id,
        kind="optimizePrompt",
        request=params.wishes if params.id else params.content,
        prompt_id=params.id,
        provider_id=params.provider_id,
        model=params.model,
    )
    result = await completed(ctx, asked)
    return wire.OptimizePromptResult(content=result.text or "", run_id=result.run_id)


@handles(wire.SuggestPrompts)
async def suggest_prompts(ctx: Ctx, params: wire.SuggestPromptsParams) -> wire.SuggestPromptsResult:
    """Let a model choose prompts."""
    asked = RunAgentParams(
        project_id=params.project_id,
        kind="suggestPrompts",
        request=params.query,
        provider_id=params.provider_id,
        model=params.model,
    )
    result = await completed(ctx, asked)
    prompts = await ctx.app.store.prompts.get_all(result.prompt_ids)
    return wire.SuggestPromptsResult(prompts=tuple(map(head, prompts)), run_id=result.run_id)


def _file(prompt: model.Prompt) -> FilePrompt:
    return FilePrompt(
        name=prompt.name,
        content=prompt.content,
        description=prompt.description,
        tags=prompt.tags,
        favorite=prompt.favorite,
    )


def head(prompt: model.PromptHead) -> wire.PromptHead:
    """Give a prompt's head for the wire."""
    return wire.PromptHead(
        id=prompt.id,
        name=prompt.name,
        description=prompt.description,
        tags=prompt.tags,
        favorite=prompt.favorite,
        project_ids=prompt.project_ids,
        version=prompt.version,
        created_at=prompt.created_at,
        updated_at=prompt.updated_at,
    )


async def _whole(ctx: Ctx, prompt: model.Prompt) -> wire.Prompt:
    variables = await ctx.app.templates.variables(prompt.content)
    return wire.Prompt(**dict(head(prompt)), content=prompt.content, variables=variables)
