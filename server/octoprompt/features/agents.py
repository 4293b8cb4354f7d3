"""Agents: work that a model does over the codebase, ending in proposals."""

from dataclasses import asdict
from typing import Any, cast

from octoprompt.agents.estimating import estimate
from octoprompt.agents.orders import SUMMARIES_BUDGET, USUAL_BUDGET, Budget, Kind, Order
from octoprompt.agents.plans import read_plan
from octoprompt.contract import agents as wire
from octoprompt.errors import BadRequest, NotTrusted, UnknownId
from octoprompt.features.agent_lender import ProjectLender, of_usage
from octoprompt.features.registry import Ctx, handles
from octoprompt.features.ticket_markdown import markdown
from octoprompt.store import runs as model

NEEDS_REQUEST = ("ask", "plan", "code", "suggestFiles", "suggestPrompts")


@handles(wire.RunAgent)
async def run_agent(ctx: Ctx, params: wire.RunAgentParams) -> wire.RunAgentResult:
    """Let an agent work to its end."""
    order, lender = await _order(ctx, params)
    ended = await ctx.app.runner.run(order, lender)
    return _result(ended.run)


@handles(wire.ResumeAgent)
async def resume_agent(ctx: Ctx, params: wire.ResumeAgentParams) -> wire.ResumeAgentResult:
    """Let a run go on."""
    _need_trust(ctx)
    run = await ctx.app.store.runs.get(params.run_id)
    lender = ProjectLender(ctx, ctx.app.project(run.project_id))
    kind = cast("Kind", run.kind)
    budget = None if params.budget is None else _budget(params.budget, kind)
    ended = await ctx.app.runner.resume(run.id, lender, budget)
    return wire.ResumeAgentResult.model_validate(_result(ended.run).model_dump())


@handles(wire.EstimateAgent)
async def estimate_agent(ctx: Ctx, params: wire.RunAgentParams) -> wire.EstimateAgentResult:
    """Say what a run will take."""
    order, lender = await _order(ctx, params)
    found = await estimate(order, lender, ctx.app.runner.shared)
    return wire.EstimateAgentResult(
        questions=found.questions,
        prompt_tokens=found.prompt_tokens,
        completion_tokens=found.completion_tokens,
        cost_usd=found.cost_usd,
        skipped=found.skipped,
        is_least=found.is_least,
    )


async def _order(ctx: Ctx, params: wire.RunAgentParams) -> tuple[Order, ProjectLender]:
    """Gather what a run is about. Fails with `NotTrusted`, and when something is missing."""
    _need_trust(ctx)
    project = ctx.app.project(params.project_id)
    store = ctx.app.store
    ticket, about = await _ticket(ctx, params)
    plan = "" if params.plan_run_id is None else (await store.runs.get(params.plan_run_id)).summary
    prompt = None if params.prompt_id is None else await store.prompts.get(params.prompt_id)
    if params.kind in NEEDS_REQUEST and not (params.request.strip() or ticket or plan):
        raise BadRequest(f"`{params.kind}` needs a `request`, or a `ticketId`")
    order = Order(
        kind=params.kind,
        project_id=project.id,
        request=params.request if prompt or params.kind != "optimizePrompt" else "",
        paths=tuple(project.workspace.normal(path) for path in params.paths),
        ticket_id=params.ticket_id,
        task_id=params.task_id,
        ticket=ticket,
        plan=plan,
        plan_run_id=params.plan_run_id,
        content=prompt.content if prompt else params.request,
        prompt_id=params.prompt_id,
        about=prompt.name if prompt else about,
        append=params.append,
        provider_id=params.provider_id,
        model=params.model,
        budget=_budget(params.budget, params.kind),
    )
    return order, ProjectLender(ctx, project)


async def _ticket(ctx: Ctx, params: wire.RunAgentParams) -> tuple[str, str]:
    """Write down the ticket and which of its tasks is meant, and what they are called.

    Fails with `UnknownId`.
    """
    if params.ticket_id is None:
        if params.task_id is not None:
            raise BadRequest("a `taskId` needs the `ticketId` of its ticket")
        return "", ""
    ticket = await ctx.app.store.tickets.get(params.ticket_id)
    if params.task_id is None:
        return markdown(ticket), ticket.title
    task = next((task for task in ticket.task_list if task.id == params.task_id), None)
    if task is None:
        raise UnknownId(f"the ticket has no task with the id `{params.task_id[:100]}`")
    wanted = "\n\n".join(filter(None, (task.content, task.description)))
    text = f"{markdown(ticket)}\n\n# The one task of it that is to be done now\n\n{wanted}"
    return text, task.content


def _need_trust(ctx: Ctx) -> None:
    if not ctx.app.options.trusted:
        raise NotTrusted("agents do not run in restricted mode: trust this workspace first")


def _budget(asked: wire.RunBudget, kind: Kind) -> Budget:
    usual = SUMMARIES_BUDGET if kind == "summarize" else USUAL_BUDGET
    return Budget(
        tokens=asked.tokens or usual.tokens,
        cost_usd=asked.cost_usd,
        seconds=asked.seconds or usual.seconds,
        steps=asked.steps or usual.steps,
    )


@handles(wire.SaveAgentPlan)
async def save_agent_plan(ctx: Ctx, params: wire.SaveAgentPlanParams) -> wire.Run:
    """Keep a plan as a person changed it."""
    run = await ctx.app.store.runs.get(params.run_id)
    index = ctx.app.project(run.project_id).index
    steps = [asdict(step) for step in read_plan(params.text, index.lists)]
    plan = model.EditedPlan(text=params.text, steps=steps, version=params.version)
    return _run(await ctx.app.store.runs.save_plan(run.id, plan))


@handles(wire.ListAgents)
async def list_agents(ctx: Ctx, params: wire.ListAgentsParams) -> wire.ListAgentsResult:
    """Give a page of runs."""
    await ctx.app.runner.recover()
    wanted = model.RunFilter(
        project_id=ctx.app.project(params.project_id).id,
        ticket_id=params.ticket_id,
        limit=params.limit,
        after=params.cursor,
    )
    runs = await ctx.app.store.runs.list(wanted)
    cursor = runs[-1].id if len(runs) == params.limit else None
    return wire.ListAgentsResult(runs=tuple(map(_run, runs)), cursor=cursor)


@handles(wire.GetAgent)
async def get_agent(ctx: Ctx, params: wire.GetAgentParams) -> wire.GetAgentResult:
    """Give a run and what came of it."""
    await ctx.app.runner.recover()
    run = await ctx.app.store.runs.get(params.run_id)
    result = None if run.status == "running" else _result(run)
    return wire.GetAgentResult(run=_run(run), asked=_asked(run), result=result)


@handles(wire.CancelAgent)
async def cancel_agent(ctx: Ctx, params: wire.GetAgentParams) -> wire.Run:
    """Stop a run of this window."""
    await ctx.app.runner.cancel(params.run_id)
    return _run(await ctx.app.store.runs.get(params.run_id))


@handles(wire.GetAgentLog)
async def get_agent_log(ctx: Ctx, params: wire.GetAgentLogParams) -> wire.GetAgentLogResult:
    """Give what happened in a run."""
    entries = await ctx.app.store.runs.log(params.run_id, params.after, params.limit)
    return wire.GetAgentLogResult(
        entries=tuple(
            wire.RunLogEntry(
                number=entry.number,
                at=entry.at,
                kind=cast("Any", entry.kind),
                message=entry.message,
                body=entry.body,
            )
            for entry in entries
            if entry.at is not None
        )
    )


def _run(run: model.Run) -> wire.Run:
    return wire.Run(
        id=run.id,
        project_id=run.project_id,
        kind=cast("wire.AgentKind", run.kind),
        request=run.request,
        about=run.about,
        status=run.status,
        summary=run.summary,
        step=run.step,
        problem=run.problem,
        ticket_id=run.ticket_id,
        task_id=run.task_id,
        provider_id=run.provider_id,
        model=run.model,
        usage=of_usage(run.usage),
        edits=run.edits,
        open_edits=run.open_edits,
        applied_edits=run.applied_edits,
        version=run.version,
        can_resume=run.can_resume,
        can_repeat=run.ordered is not None,
        created_at=run.created_at,
        ended_at=run.ended_at,
    )


AGAIN = ("kind", "paths", "ticket_id", "task_id", "plan_run_id", "prompt_id", "append")


def _asked(run: model.Run) -> wire.AskedAgent | None:
    """Give what asks for the same; edits that a chat proposed were never asked for."""
    kept = run.ordered
    if kept is None:
        return None
    same = {name: kept[name] for name in AGAIN if name in kept}
    # A prompt that is not saved is what `optimizePrompt` was given as its request.
    is_loose = run.kind == "optimizePrompt" and not kept.get("prompt_id")
    request = kept.get("content", "") if is_loose else run.request
    fields = {**same, "project_id": run.project_id, "request": request}
    return wire.AskedAgent.model_validate(fields)


def _result(run: model.Run) -> wire.RunAgentResult:
    """Give what came of a run, as it was kept."""
    kept = {
        name: value
        for name, value in run.body.items()
        if name in ("paths", "steps", "prompt_ids", "text") and value is not None
    }
    return wire.RunAgentResult.model_validate(
        {
            **kept,
            "run_id": run.id,
            "status": run.status,
            "summary": run.summary,
            "problem": run.problem,
            "edits": run.edits,
            "usage": of_usage(run.usage),
        }
    )
