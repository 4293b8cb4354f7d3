"""Mentions: what a message names with @ becomes part of its context."""

from collections.abc import Sequence
from typing import assert_never

from octoprompt.contract.context import BuildContextParams, ContextItem, Diagnostic
from octoprompt.contract.mentions import (
    DiffMention,
    FileMention,
    FolderMention,
    Mention,
    ProblemsMention,
    PromptMention,
    SelectionMention,
    SymbolMention,
    TicketMention,
)
from octoprompt.errors import BadRequest, PathNotFound, SymbolNotFound
from octoprompt.features.registry import Ctx

MAX_FOLDER = 500
"""Files of a folder that one mention may stand for."""


async def with_mentions(
    ctx: Ctx, params: BuildContextParams, mentions: Sequence[Mention]
) -> BuildContextParams:
    """Give the same with what the mentions stand for.

    Fails with `PathNotFound` and `SymbolNotFound`, and with `BadRequest` for a folder that is too
    large.
    """
    items: list[ContextItem] = []
    for mention in mentions:
        items += await _items(ctx, params.project_id, mention)
    prompts = [m.id for m in mentions if isinstance(m, PromptMention)]
    tickets = [m.id for m in mentions if isinstance(m, TicketMention)]
    diffs = [m.diff for m in mentions if isinstance(m, DiffMention)]
    problems = [d for m in mentions if isinstance(m, ProblemsMention) for d in m.diagnostics]
    return params.model_copy(
        update={
            "items": (*params.items, *items),
            "prompt_ids": tuple(dict.fromkeys((*params.prompt_ids, *prompts))),
            "ticket_id": tickets[-1] if tickets else params.ticket_id,
            "diagnostics": _together(params, problems),
            "include": params.include.model_copy(
                update={
                    "git_diff": diffs[-1] if diffs else params.include.git_diff,
                    "diagnostics": params.include.diagnostics or bool(problems),
                }
            ),
        }
    )


def _together(params: BuildContextParams, problems: Sequence[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Give the problems to show: those of a context that does not show its own are left out."""
    own = params.diagnostics if params.include.diagnostics or not problems else ()
    return (*own, *problems)


async def _items(ctx: Ctx, project_id: str | None, mention: Mention) -> list[ContextItem]:
    match mention:
        case FileMention():
            return [ContextItem(path=mention.path, mode=mention.mode, confirmed=mention.confirmed)]
        case FolderMention():
            return await _folder(ctx, project_id, mention.path)
        case SymbolMention():
            return [await _symbol(ctx, project_id, mention)]
        case SelectionMention():
            return [ContextItem(path=mention.path, mode="range", range=mention.range)]
        case ProblemsMention() | DiffMention() | PromptMention() | TicketMention():
            return []
        case _:
            assert_never(mention)


async def _folder(ctx: Ctx, project_id: str | None, path: str) -> list[ContextItem]:
    index = ctx.app.project(project_id).index
    name = path.strip("/")
    prefix = "" if name in ("", ".") else f"{name}/"
    found = sorted(p for p in await index.paths() if p.startswith(prefix))
    if not found:
        raise PathNotFound(
            f"the workspace has no folder `{path[:200]}`, or only ignored files in it"
        )
    if len(found) > MAX_FOLDER:
        raise BadRequest(
            f"`{path[:200]}` holds {len(found)} files, more than the {MAX_FOLDER} that one mention"
            " can stand for: mention a folder in it, or the files that matter"
        )
    return [ContextItem(path=p) for p in found]


async def _symbol(ctx: Ctx, project_id: str | None, mention: SymbolMention) -> ContextItem:
    path = mention.path
    if path is None:
        index = ctx.app.project(project_id).index
        *outer, name = mention.name.split(".")
        found = [
            symbol
            for symbol in await index.find_symbols(name, 20)
            if symbol.name == name and (not outer or (symbol.container or "").endswith(outer[-1]))
        ]
        if not found:
            raise SymbolNotFound(f"the workspace has no symbol `{mention.name[:200]}`")
        path = found[0].path
    return ContextItem(path=path, mode="symbol", symbol=mention.name)
