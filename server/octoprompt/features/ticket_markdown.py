"""Tickets as Markdown: for a person to change, for a context, for an agent."""

from octoprompt.context.ticket_text import TicketText, to_markdown
from octoprompt.store import tickets as model


def markdown(ticket: model.Ticket) -> str:
    """Write a stored ticket down."""
    return to_markdown(written(ticket))


def written(ticket: model.Ticket) -> TicketText:
    """Give what is written down of a stored ticket."""
    return TicketText(
        title=ticket.title,
        overview=ticket.overview,
        tasks=tuple((step.content, step.done) for step in ticket.task_list),
        paths=ticket.paths,
        status=ticket.status,
        priority=ticket.priority,
        due=ticket.due_on.isoformat() if ticket.due_on else "",
        tags=ticket.tags,
    )
