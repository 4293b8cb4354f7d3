"""Which files matter for a task, and one text of them that fits a budget."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import replace

from octoprompt.app import OpenProject
from octoprompt.context import gather
from octoprompt.context.build import build, estimate
from octoprompt.context.changes import changes
from octoprompt.context.claims import by_claim
from octoprompt.context.model import Built, Count, Material, Omission, Wanted
from octoprompt.context.sections import Problem, masked_prose, problem_units
from octoprompt.context.sensitive import names, sensitive
from octoprompt.contract import context as wire
from octoprompt.errors import (
    BadTemplate,
    BudgetTooSmall,
    DeadlinePassed,
    FileProblem,
    UnknownId,
)
from octoprompt.features.prompt_variables import known_variables
from octoprompt.features.registry import Ctx, handles
from octoprompt.features.ticket_markdown import markdown
from octoprompt.index.model import Suggestion, SuggestQuery
from octoprompt.llm.tokens import Encoding, encoding_of
from octoprompt.store.prompts import Prompt

MORE_SENSITIVE = 20
"""So many more are asked for, in the place of those that the user would have to confirm."""


@handles(wire.SuggestContext)
async def suggest_context(ctx: Ctx, params: wire.SuggestContextParams) -> wire.SuggestContextResult:
    """Ask the index."""
    project = ctx.app.project(params.project_id)
    started = time.perf_counter()
    found, note = await project.index.suggest(
        SuggestQuery(
            text=params.query,
            limit=params.limit + MORE_SENSITIVE,
            open_paths=params.open_paths,
            selected_paths=params.selected_paths,
            all_files=params.universe == "all",
        )
    )
    files = [
        _suggested(project, file)
        for file in found
        if sensitive(file.path) is None or names(params.query, file.path)
    ]
    elapsed_ms = (time.perf_counter() - started) * 1000
    return wire.SuggestContextResult(
        files=tuple(files[: params.limit]), elapsed_ms=elapsed_ms, note=note
    )


def _suggested(project: OpenProject, file: Suggestion) -> wire.SuggestedFile:
    """Say why a file matters; of one that may hold secrets, not what is in it."""
    passages = () if sensitive(file.path) else file.passages
    return wire.SuggestedFile(
        path=file.path,
        score=file.score,
        tokens=project.index.tokens_of(file.path),
        reasons=("the task names it",) if sensitive(file.path) else file.reasons,
        passages=tuple(
            wire.Passage(symbol=p.symbol, line=p.line, end_line=p.end_line) for p in passages
        ),
    )


@handles(wire.BuildContext)
async def build_context(ctx: Ctx, params: wire.BuildContextParams) -> wire.BuildContextResult:
    """Gather what is wanted, pack what fits."""
    return await built_context(ctx, params)


async def built_context(
    ctx: Ctx, params: wire.BuildContextParams, task: str = ""
) -> wire.BuildContextResult:
    """Build a context; a task that is told elsewhere helps to rank and is not part of the text."""
    encoding = encoding_of(params.model)
    site = _site(ctx, params)
    wishes = _merged(_wishes(site, params.items))
    answers = await gather.chosen(site, wishes, params.instructions or task)
    material = await _material(ctx, site, params, answers)
    built = await _build(ctx, site, params, material, task)
    planned = _planned(built, encoding)
    return wire.BuildContextResult(
        text=built.text,
        tokens=planned.tokens,
        tokens_exact=encoding.exact,
        budget_tokens=params.budget_tokens,
        sections=_sections(built.sections, encoding),
        items=planned.items,
        omitted=planned.omitted,
        redactions=planned.redactions,
        fingerprint=built.fingerprint,
    )


@handles(wire.EstimateContext)
async def estimate_context(ctx: Ctx, params: wire.BuildContextParams) -> wire.EstimateContextResult:
    """Count what is wanted, item by item and as a whole, and plan what would be sent."""
    encoding = encoding_of(params.model)
    site = _site(ctx, params)
    wishes = _wishes(site, params.items)
    merged = _merged(wishes)
    together = await gather.chosen(site, merged, params.instructions)
    alone = together if len(merged) == len(wishes) else await gather.chosen(site, wishes)
    count = _counter(ctx, encoding)
    material = await _material(ctx, site, params, together)
    whole = await estimate(material, params.format, count)
    single = Material(chosen=tuple(a.candidate for a in alone if a.candidate))
    costs = iter((await estimate(single, params.format, count)).chosen)
    planned, problem = None, None
    try:
        planned = _planned(await _build(ctx, site, params, material), encoding)
    except BudgetTooSmall as error:
        problem = error.message
    return wire.EstimateContextResult(
        tokens=encoding.scaled(whole.tokens),
        tokens_exact=encoding.exact,
        budget_tokens=params.budget_tokens,
        items=tuple(
            _estimated(item, answer, encoding.scaled(next(costs)) if answer.candidate else 0)
            for item, answer in zip(params.items, alone, strict=True)
        ),
        sections=_sections(whole.sections, encoding),
        planned=planned,
        problem=problem,
    )


async def _build(
    ctx: Ctx,
    site: gather.Site,
    params: wire.BuildContextParams,
    material: Material,
    told: str = "",
) -> Built:
    """Pack what is chosen by its claims, and what is suggested into the room that is left.

    `told` is a part of the task that the text leaves out.
    """
    encoding = encoding_of(params.model)
    tasks = (told, params.instructions, material.ticket, *material.prompts)
    task = "\n\n".join(filter(None, tasks))
    if task.strip():
        material = await _ranked(site, task, material)
        material = await _with_suggestions(site, task, params.suggest, material)
    else:
        material = replace(material, chosen=by_claim(material.chosen, {}))
    room = encoding.room(params.budget_tokens)
    return await build(material, room, params.format, _counter(ctx, encoding))


def _planned(built: Built, encoding: Encoding) -> wire.PlannedContext:
    return wire.PlannedContext(
        tokens=encoding.scaled(built.tokens),
        items=tuple(
            wire.BuiltItem(
                path=item.path,
                mode=item.mode,
                tokens=encoding.scaled(item.tokens),
                why=item.why,
                suggested=item.suggested,
            )
            for item in built.items
        ),
        omitted=tuple(wire.Omitted(path=o.path, reason=o.reason) for o in built.omitted),
        redactions=tuple(
            wire.Redaction(path=m.path, line=m.line, kind=m.kind) for m in built.masked
        ),
    )


def _estimated(item: wire.ContextItem, answer: gather.Answer, tokens: int) -> wire.EstimatedItem:
    mode = answer.candidate.views[0].mode if answer.candidate else item.mode
    problem = "; ".join(answer.problems) or None
    return wire.EstimatedItem(
        path=item.path, mode=mode, tokens=tokens, problem=problem, moved_to=answer.moved_to
    )


def _site(ctx: Ctx, params: wire.BuildContextParams) -> gather.Site:
    project = ctx.app.project(params.project_id)
    several = len(ctx.app.open_projects) > 1
    prefix = f"{project.workspace.root.name}/" if several else ""
    return gather.Site(
        workspace=project.workspace, index=project.index, prefix=prefix, form=params.format
    )


def _wishes(site: gather.Site, items: Sequence[wire.ContextItem]) -> list[gather.Wish]:
    return [_wish(site, item) for item in items]


def _wish(site: gather.Site, item: wire.ContextItem) -> gather.Wish:
    """Say what an item asks for; what makes no sense becomes its problem."""
    problem = ""
    try:
        path = site.workspace.normal(item.path)
    except FileProblem as outside:
        path, problem = item.path, outside.message
    ranges: tuple[tuple[int, int], ...] = ()
    if item.mode == "range" and item.range is None:
        problem = problem or "mode `range` needs a `range`"
    elif item.mode == "range" and item.range is not None:
        ranges = ((item.range.start, item.range.end),)
        if item.range.start > item.range.end:
            problem = problem or f"the range {item.range.start}-{item.range.end} is empty"
    if item.mode == "symbol" and not (item.symbol or "").strip():
        problem = problem or "mode `symbol` needs a `symbol`"
    wanted = Wanted(
        path=path,
        whole=item.mode in ("auto", "full"),
        outline=item.mode in ("outline", "summary"),
        ranges=ranges,
        symbols=(item.symbol,) if item.mode == "symbol" and item.symbol else (),
        note="no summary exists yet, so its outline" if item.mode == "summary" else "",
        insisted=item.mode == "full",
    )
    return gather.Wish(wanted=wanted, confirmed=item.confirmed, problem=problem)


def _merged(wishes: Sequence[gather.Wish]) -> list[gather.Wish]:
    """Join the wishes for one file, so that it stands in the text once; the order stays."""
    merged: dict[str | int, gather.Wish] = {}
    for position, wish in enumerate(wishes):
        key = position if wish.problem else wish.wanted.path
        merged[key] = gather.join(merged[key], wish) if key in merged else wish
    return list(merged.values())


async def _material(
    ctx: Ctx,
    site: gather.Site,
    params: wire.BuildContextParams,
    answers: Sequence[gather.Answer],
) -> Material:
    """Give all that was asked for but the suggestions."""
    include = params.include
    diff_units, diff_omitted = await changes(
        site.workspace, site.index, include.git_diff, site.form
    )
    problems = [_problem(site, d) for d in params.diagnostics if include.diagnostics]
    paths = [answer.path for answer in answers if answer.candidate]
    candidates = tuple(answer.candidate for answer in answers if answer.candidate)
    rules, rules_omitted = await gather.rules(site, paths) if include.rules else ([], [])
    ticket, no_ticket = await _ticket(ctx, params.ticket_id)
    prompts, no_prompts = await _prompts(ctx, params)
    texts = [ticket, *prompts.values(), params.instructions]
    shown, masked = masked_prose(texts, ["ticket", *prompts, "instructions"])
    return Material(
        instructions=shown[-1],
        prompts=tuple(shown[1:-1]),
        ticket=shown[0],
        units=(*rules, *problem_units(problems, params.format), *diff_units),
        trees=await gather.tree(site) if include.tree else (),
        chosen=candidates,
        omitted=(
            *(Omission(path=a.path, reason=reason) for a in answers for reason in a.problems),
            *rules_omitted,
            *diff_omitted,
            *no_ticket,
            *no_prompts,
        ),
        masked=tuple(masked),
    )


async def _ranked(site: gather.Site, task: str, material: Material) -> Material:
    """Order what is chosen by its claim on the budget."""
    several = len(material.chosen) > 1
    ranks = await gather.ranks(site, task) if several else {}
    return replace(material, chosen=by_claim(material.chosen, ranks))


async def _with_suggestions(
    site: gather.Site, task: str, wanted: int, material: Material
) -> Material:
    """Add the files that go with the task and with what is chosen."""
    if not wanted:
        return material
    paths = tuple(candidate.path for candidate in material.chosen)
    limit = wanted + len(paths) + gather.MORE_SUGGESTED
    query = SuggestQuery(text=task, limit=limit, selected_paths=paths)
    found, omitted = await gather.suggested(site, query, wanted)
    return replace(material, suggested=tuple(found), omitted=(*material.omitted, *omitted))


async def _prompts(
    ctx: Ctx, params: wire.BuildContextParams
) -> tuple[dict[str, str], list[Omission]]:
    """Give the prompts by id, filled in with what is known; other variables stay visible."""
    prompts: list[Prompt] = []
    omitted: list[Omission] = []
    for prompt_id in params.prompt_ids:
        try:
            prompts.append(await ctx.app.store.prompts.get(prompt_id))
        except UnknownId:
            omitted.append(Omission(path="", reason=f"a prompt was deleted (`{prompt_id}`)"))
    if not prompts:
        return {}, omitted
    contents = [prompt.content for prompt in prompts]
    known = await known_variables(ctx, params.project_id, contents)
    values = {**known, **params.prompt_values}
    return {prompt.id: await _filled_in(ctx, prompt, values) for prompt in prompts}, omitted


async def _filled_in(ctx: Ctx, prompt: Prompt, known: Mapping[str, str]) -> str:
    try:
        return (await ctx.app.templates.render(prompt.content, known)).text
    except (BadTemplate, DeadlinePassed) as error:
        data = {**(error.data or {}), "promptId": prompt.id}
        raise type(error)(f"the prompt `{prompt.name}`: {error.message}", data=data) from error


async def _ticket(ctx: Ctx, ticket_id: str | None) -> tuple[str, list[Omission]]:
    if ticket_id is None:
        return "", []
    try:
        return markdown(await ctx.app.store.tickets.get(ticket_id)), []
    except UnknownId:
        return "", [Omission(path="", reason=f"the ticket was deleted (`{ticket_id}`)")]


def _problem(site: gather.Site, shown: wire.Diagnostic) -> Problem:
    return Problem(
        path=site.prefix + shown.path,
        line=shown.line,
        severity=shown.severity,
        message=shown.message,
        source=shown.source or "",
    )


def _sections(sections: Sequence[tuple[str, int]], encoding: Encoding) -> tuple[wire.Section, ...]:
    return tuple(
        wire.Section(name=name, tokens=encoding.scaled(tokens)) for name, tokens in sections
    )


def _counter(ctx: Ctx, encoding: Encoding) -> Count:
    async def count(texts: Sequence[str]) -> Sequence[int]:
        return await ctx.app.tokens.count_raw(texts, encoding)

    return count
