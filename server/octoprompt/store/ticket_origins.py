"""Which TODO comment a ticket was made of: found by its words, whatever the ticket is called."""

import hashlib

from sqlalchemy import select
from sqlalchemy.orm import Session

from octoprompt.store.entities import TicketEntity, TicketFileEntity, TicketLinkEntity

ORIGIN = "todo"
"""The kind of such a link; it is of no use to people and not shown with the others."""


def origin_of(words: str) -> str:
    """Name a comment by its words."""
    return hashlib.blake2b(words.encode(), digest_size=16).hexdigest()


def made_of(session: Session, project_id: str, path: str) -> dict[str, str]:
    """Give the tickets that were made of comments and concern a file: ids by `origin_of`."""
    link, ticket, file = TicketLinkEntity, TicketEntity, TicketFileEntity
    found = (
        select(link.target_id, link.ticket_id)
        .join(ticket, ticket.id == link.ticket_id)
        .join(file, file.ticket_id == link.ticket_id)
        .where(link.kind == ORIGIN, file.path == path)
        .where(ticket.project_id == project_id, ticket.deleted_at.is_(None))
    )
    return {target: ticket_id for target, ticket_id in session.execute(found)}  # noqa: C416  # rows
