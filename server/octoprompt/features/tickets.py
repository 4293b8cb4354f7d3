"""Tickets: what is to be done in a project."""

from dataclasses import replace
from datetime import date
from typing import cast, get_args

from octoprompt.context.ticket_text import (
    Place,
    TicketText,
    edited,
    from_markdown,
    from_place,
    todo_title,
)
from octoprompt.contract import tickets as wire
from octoprompt.contract.agents import RunAgentParams
from octoprompt.contract.context import Passage, SuggestedFile
from octoprompt.errors import BadRequest
from octoprompt.features.agent_requests import completed
from octoprompt.features.registry import Ctx, handles
from octoprompt.features.tasks import task
from octoprompt.features.ticket_markdown import markdown, written
from octoprompt.index.model import Suggestion, SuggestQuery
from octoprompt.store import tickets as model
from octoprompt.store.ticket_origins import ORIGIN, origin_of

MAX_CURSOR = 18
"""Digits that any database counts with."""
LINK_KINDS = get_args(wire.LinkKind)
"""A link of another kind, as a later version may make, is kept and not shown."""
MAX_OF_FILE = 1000
STATUSES = cast("tuple[str, ...]", get_args(wire.Status))
PRIORITIES = cast("tuple[str, ...]", get_args(wire.Priority))


@handles(wire.ListTickets)
async def list_tickets(ctx: Ctx, params: wire.ListTicketsParams) -> wire.ListTicketsResult:
    """Give a page of a project's tickets."""
    offset = _offset(params.cursor)
    wanted = model.TicketFilter(
        project_id=ctx.app.project(params.project_id).id,
        statuses=params.statuses,
        priorities=params.priorities,
        tag=params.tag,
        path=params.path,
        linked=params.linked and (params.linked.kind, params.linked.id),
        limit=params.limit,
        offset=offset,
    )
    tickets = await ctx.app.store.tickets.list(wanted)
    cursor = str(offset + len(tickets)) if len(tickets) == params.limit else None
    return wire.ListTicketsResult(tickets=tuple(map(_head, tickets)), cursor=cursor)


def _offset(cursor: str | None) -> int:
    if cursor is None:
        return 0
    if not (cursor.isdecimal() and len(cursor) <= MAX_CURSOR):
        raise BadRequest(f"`{cursor[:40]}` is no cursor: give `cursor` of a page")
    return int(cursor)


@handles(wire.GetTicket)
async def get_ticket(ctx: Ctx, params: wire.GetTicketParams) -> wire.Ticket:
    """Give one ticket whole."""
    return _whole(await ctx.app.store.tickets.get(params.id))


@handles(wire.CreateTicket)
async def create_ticket(ctx: Ctx, params: wire.CreateTicketParams) -> wire.Ticket:
    """Create a ticket."""
    project = ctx.app.project(params.project_id)
    fields = model.TicketFields(
        title=params.title,
        overview=params.overview,
        status=params.status,
        priority=params.priority,
        tags=params.tags,
        due_on=params.due_on,
    )
    new = model.NewTicket(
        project_id=project.id,
        fields=fields,
        tasks=tuple((content, False) for content in params.tasks),
        paths=tuple(project.workspace.normal(path) for path in params.paths),
    )
    return _whole(await ctx.app.store.tickets.create(new))


@handles(wire.UpdateTicket)
async def update_ticket(ctx: Ctx, params: wire.UpdateTicketParams) -> wire.Ticket:
    """Change what was given."""
    fields = model.TicketFields(
        title=params.title,
        overview=params.overview,
        status=params.status,
        priority=params.priority,
        tags=params.tags,
        due_on=params.due_on,
        clear_due=params.clear_due_on,
    )
    return _whole(await ctx.app.store.tickets.update(params.id, fields, params.version))


@handles(wire.DeleteTicket)
async def delete_ticket(ctx: Ctx, params: wire.DeleteTicketParams) -> wire.Ticket:
    """Put a ticket into the bin."""
    return _whole(await ctx.app.store.tickets.delete(params.id))


@handles(wire.ReorderTickets)
async def reorder_tickets(ctx: Ctx, params: wire.ReorderTicketsParams) -> wire.ReorderTicketsResult:
    """Put tickets first."""
    project = ctx.app.project(params.project_id)
    tickets = await ctx.app.store.tickets.reorder(project.id, tuple(dict.fromkeys(params.ids)))
    return wire.ReorderTicketsResult(tickets=tuple(map(_head, tickets)))


@handles(wire.SearchTickets)
async def search_tickets(ctx: Ctx, params: wire.SearchTicketsParams) -> wire.SearchTicketsResult:
    """Find tickets by their words."""
    wanted = model.TicketFilter(
        project_id=ctx.app.project(params.project_id).id,
        statuses=params.statuses,
        limit=params.limit,
    )
    found = await ctx.app.store.tickets.search(params.query, wanted)
    return wire.SearchTicketsResult(tickets=tuple(map(_head, found)))


@handles(wire.LinkTicketFiles)
async def link_ticket_files(ctx: Ctx, params: wire.LinkTicketFilesParams) -> wire.Ticket:
    """Link files, whose paths may not lead outside the project."""
    ticket = await ctx.app.store.tickets.get(params.id)
    workspace = ctx.app.project(ticket.project_id).workspace
    paths = [workspace.normal(path) for path in params.paths]
    return _whole(await ctx.app.store.tickets.link(params.id, add=paths))


@handles(wire.UnlinkTicketFiles)
async def unlink_ticket_files(ctx: Ctx, params: wire.UnlinkTicketFilesParams) -> wire.Ticket:
    """Unlink files."""
    return _whole(await ctx.app.store.tickets.link(params.id, remove=params.paths))


@handles(wire.LinkTicket)
async def link_ticket(ctx: Ctx, params: wire.LinkTicketParams) -> wire.Ticket:
    """Link chats and runs."""
    links = [(link.kind, link.id) for link in params.links]
    return _whole(await ctx.app.store.tickets.relate(params.id, add=links))


@handles(wire.UnlinkTicket)
async def unlink_ticket(ctx: Ctx, params: wire.UnlinkTicketParams) -> wire.Ticket:
    """Unlink chats and runs."""
    links = [(link.kind, link.id) for link in params.links]
    return _whole(await ctx.app.store.tickets.relate(params.id, remove=links))


@handles(wire.SuggestTicketFiles)
async def suggest_ticket_files(
    ctx: Ctx, params: wire.SuggestTicketFilesParams
) -> wire.SuggestTicketFilesResult:
    """Ask the index what goes with the ticket's words and the files it has."""
    ticket = await ctx.app.store.tickets.get(params.id)
    steps = "\n".join(step.content for step in ticket.task_list)
    query = SuggestQuery(
        text=f"{ticket.title}\n{ticket.overview}\n{steps}",
        limit=params.limit + len(ticket.paths),
        selected_paths=ticket.paths,
    )
    found, note = await ctx.app.project(ticket.project_id).index.suggest(query)
    new = [s for s in found if s.path not in ticket.paths][: params.limit]
    return wire.SuggestTicketFilesResult(files=tuple(map(_suggested, new)), note=note)


@handles(wire.GenerateTicketTasks)
async def generate_ticket_tasks(ctx: Ctx, params: wire.GenerateTicketTasksParams) -> wire.Ticket:
    """Let a model break a ticket into tasks."""
    ticket = await ctx.app.store.tickets.get(params.id)
    asked = RunAgentParams(
        project_id=ticket.project_id,
        kind="generateTasks",
        ticket_id=params.id,
        append=params.append,
        provider_id=params.provider_id,
        model=params.model,
    )
    await completed(ctx, asked)
    return _whole(await ctx.app.store.tickets.get(params.id))


@handles(wire.GetTicketMarkdown)
async def get_ticket_markdown(
    ctx: Ctx, params: wire.GetTicketMarkdownParams
) -> wire.GetTicketMarkdownResult:
    """Give a ticket as Markdown."""
    ticket = await ctx.app.store.tickets.get(params.id)
    return wire.GetTicketMarkdownResult(
        title=ticket.title,
        text=markdown(ticket),
        version=ticket.version,
        created_at=ticket.created_at,
    )


@handles(wire.SaveTicketMarkdown)
async def save_ticket_markdown(ctx: Ctx, params: wire.SaveTicketMarkdownParams) -> wire.Ticket:
    """Set a ticket to what its Markdown says."""
    before = await ctx.app.store.tickets.get(params.id)
    read = edited(written(before), params.text, STATUSES, PRIORITIES)
    new = _new(ctx, before.project_id, read)
    return _whole(await ctx.app.store.tickets.rewrite(params.id, new, params.version))


@handles(wire.ImportTicketMarkdown)
async def import_ticket_markdown(ctx: Ctx, params: wire.ImportTicketMarkdownParams) -> wire.Ticket:
    """Make a ticket of Markdown."""
    read = from_markdown(params.text, STATUSES, PRIORITIES)
    return await _create(ctx, params.project_id, read)


@handles(wire.FromTicketSelection)
async def from_ticket_selection(ctx: Ctx, params: wire.FromTicketSelectionParams) -> wire.Ticket:
    """Make a ticket of a place in a file."""
    place = Place(
        path=ctx.app.project(params.project_id).workspace.normal(params.path),
        line=params.line,
        end_line=params.end_line or params.line,
        text=params.text,
        kind=params.kind,
        message=params.message,
    )
    new = _new(ctx, params.project_id, from_place(place))
    if params.kind == "todo":
        new = replace(new, links=((ORIGIN, origin_of(todo_title(params.text))),))
    return _whole(await ctx.app.store.tickets.create(new))


@handles(wire.MatchTicketTodos)
async def match_ticket_todos(
    ctx: Ctx, params: wire.MatchTicketTodosParams
) -> wire.MatchTicketTodosResult:
    """Find the tickets of TODO comments: those made of them, else those called as they say."""
    project = ctx.app.project(params.project_id)
    path = project.workspace.normal(params.path)
    wanted = model.TicketFilter(project_id=project.id, path=path, limit=MAX_OF_FILE)
    heads = await ctx.app.store.tickets.list(wanted)
    by_id = {ticket.id: ticket for ticket in heads}
    by_title = {ticket.title: ticket for ticket in heads}
    origins = await ctx.app.store.tickets.origins(project.id, path)
    titles = map(todo_title, params.texts)
    found = (by_id.get(origins.get(origin_of(t), ""), by_title.get(t)) for t in titles)
    return wire.MatchTicketTodosResult(tickets=tuple(t and _head(t) for t in found))


async def _create(ctx: Ctx, project_id: str | None, read: TicketText) -> wire.Ticket:
    return _whole(await ctx.app.store.tickets.create(_new(ctx, project_id, read)))


def _new(ctx: Ctx, project_id: str | None, read: TicketText) -> model.NewTicket:
    project = ctx.app.project(project_id)
    due = _date(read.due)
    return model.NewTicket(
        project_id=project.id,
        fields=model.TicketFields(
            title=read.title,
            overview=read.overview,
            status=read.status,
            priority=read.priority,
            tags=read.tags,
            due_on=due,
            clear_due=due is None,
        ),
        tasks=read.tasks,
        paths=tuple(project.workspace.normal(path) for path in read.paths),
    )


def _date(written: str) -> date | None:
    try:
        return date.fromisoformat(written)
    except ValueError:
        return None


def _suggested(found: Suggestion) -> SuggestedFile:
    return SuggestedFile(
        path=found.path,
        score=found.score,
        reasons=found.reasons,
        passages=tuple(
            Passage(symbol=p.symbol, line=p.line, end_line=p.end_line) for p in found.passages
        ),
    )


def _head(ticket: model.TicketHead) -> wire.TicketHead:
    return wire.TicketHead(
        id=ticket.id,
        project_id=ticket.project_id,
        title=ticket.title,
        status=cast("wire.Status", ticket.status),
        priority=cast("wire.Priority", ticket.priority),
        due_on=ticket.due_on,
        tags=ticket.tags,
        task_count=ticket.tasks,
        done_task_count=ticket.tasks_done,
        file_count=ticket.files,
        version=ticket.version,
        created_at=ticket.created_at,
        updated_at=ticket.updated_at,
    )


def _whole(ticket: model.Ticket) -> wire.Ticket:
    return wire.Ticket(
        **dict(_head(ticket)),
        overview=ticket.overview,
        tasks=tuple(map(task, ticket.task_list)),
        paths=ticket.paths,
        links=tuple(
            wire.TicketLink(kind=cast("wire.LinkKind", kind), id=target)
            for kind, target in ticket.links
            if kind in LINK_KINDS
        ),
    )
