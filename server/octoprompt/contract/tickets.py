"""Tickets: what is to be done in a project."""

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field

from octoprompt.contract._base import Name, ProjectParams, Request, Text, Wire
from octoprompt.contract.context import SuggestedFile
from octoprompt.contract.prompts import Limit, Tag
from octoprompt.contract.tasks import Task

Status = Literal["open", "in_progress", "done", "closed"]
Priority = Literal["low", "normal", "high"]
LinkKind = Literal["chat", "run"]
FilePath = Annotated[str, Field(min_length=1, max_length=4096)]


class TicketLink(Wire):
    """Something else that a ticket goes with, whether it still exists or not."""

    kind: LinkKind
    id: Annotated[str, Field(min_length=1, max_length=32)]


class TicketHead(Wire):
    """A ticket without its texts, its tasks and files counted."""

    id: str
    project_id: str
    title: str
    status: Status
    priority: Priority
    due_on: date | None
    tags: tuple[str, ...]
    task_count: int
    done_task_count: int
    file_count: int
    version: int
    """Grows with every change of it or of its tasks."""
    created_at: datetime
    updated_at: datetime


class Ticket(TicketHead):
    """A ticket whole."""

    overview: str
    """Markdown."""
    tasks: tuple[Task, ...]
    paths: tuple[str, ...]
    """The files that it concerns, whether they still exist or not."""
    links: tuple[TicketLink, ...]


class ListTicketsParams(ProjectParams):
    """Which tickets, in their order; all filters must hold."""

    statuses: tuple[Status, ...] = ()
    """None means all."""
    priorities: tuple[Priority, ...] = ()
    tag: str | None = None
    path: str | None = None
    """Those that concern this file."""
    linked: TicketLink | None = None
    """Those that go with this chat or run."""
    limit: Limit = 200
    cursor: str | None = None
    """Where the page before ended."""


class ListTicketsResult(Wire):
    """A page of tickets, light."""

    tickets: tuple[TicketHead, ...]
    cursor: str | None = None
    """For the next page, when there is one."""


class ListTickets(Request[ListTicketsParams, ListTicketsResult], method="tickets/list"):
    """List a project's tickets in their order.

    Fails with `UnknownProject`.
    """


class GetTicketParams(Wire):
    """Which ticket."""

    id: str


class GetTicket(Request[GetTicketParams, Ticket], method="tickets/get"):
    """Give one ticket whole, with its tasks and files.

    Fails with `UnknownId`.
    """


class CreateTicketParams(ProjectParams):
    """A new ticket."""

    title: Name
    overview: Text = ""
    status: Status = "open"
    priority: Priority = "normal"
    tags: tuple[Tag, ...] = ()
    due_on: date | None = None
    tasks: tuple[Name, ...] = ()
    paths: tuple[FilePath, ...] = ()


class CreateTicket(Request[CreateTicketParams, Ticket], method="tickets/create"):
    """Create a ticket at the end of the project's list; answered after it is on disk.

    Fails with `UnknownProject`.
    """


class UpdateTicketParams(Wire):
    """What to change; what is left out stays."""

    id: str
    title: Name | None = None
    overview: Text | None = None
    status: Status | None = None
    priority: Priority | None = None
    tags: tuple[Tag, ...] | None = None
    due_on: date | None = None
    clear_due_on: bool = False
    """Takes the due date away."""
    version: int | None = None
    """The version it was read at; left out, the last writer wins."""


class UpdateTicket(Request[UpdateTicketParams, Ticket], method="tickets/update"):
    """Change a ticket.

    Fails with `UnknownId`, and `StaleVersion` when it changed since `version`.
    """


class DeleteTicketParams(Wire):
    """Which ticket."""

    id: str


class DeleteTicket(Request[DeleteTicketParams, Ticket], method="tickets/delete"):
    """Put a ticket with its tasks into the bin and give what it was.

    Fails with `UnknownId`.
    """


class ReorderTicketsParams(ProjectParams):
    """The tickets that come first, in this order; the others follow as they were."""

    ids: tuple[str, ...]


class ReorderTicketsResult(Wire):
    """The project's tickets in the new order."""

    tickets: tuple[TicketHead, ...]


class ReorderTickets(Request[ReorderTicketsParams, ReorderTicketsResult], method="tickets/reorder"):
    """Change the order of tickets.

    Fails with `UnknownId`, also for a ticket of another project.
    """


class SearchTicketsParams(ProjectParams):
    """Words that occur in the title, overview, tags or tasks, each at least as a beginning."""

    query: Text
    statuses: tuple[Status, ...] = ()
    limit: Limit = 50


class SearchTicketsResult(Wire):
    """The tickets that match, best first."""

    tickets: tuple[TicketHead, ...]


class SearchTickets(Request[SearchTicketsParams, SearchTicketsResult], method="tickets/search"):
    """Find a project's tickets by the words in them and in their tasks; no words find all."""


class LinkTicketFilesParams(Wire):
    """Which ticket, and which files of the workspace."""

    id: str
    paths: tuple[FilePath, ...]


class LinkTicketFiles(Request[LinkTicketFilesParams, Ticket], method="tickets/linkFiles"):
    """Say that a ticket concerns files; those that it has already stay.

    Fails with `UnknownId`, and with `PathOutsideRoot`; a file need not exist.
    """


class UnlinkTicketFilesParams(Wire):
    """Which ticket, and which of its files."""

    id: str
    paths: tuple[FilePath, ...]


class UnlinkTicketFiles(Request[UnlinkTicketFilesParams, Ticket], method="tickets/unlinkFiles"):
    """Say that a ticket does not concern files any more.

    Fails with `UnknownId`.
    """


class LinkTicketParams(Wire):
    """Which ticket, and the chats and runs that it goes with."""

    id: str
    links: tuple[TicketLink, ...]


class LinkTicket(Request[LinkTicketParams, Ticket], method="tickets/link"):
    """Say that a ticket goes with chats or runs; those that it has already stay.

    Fails with `UnknownId`.
    """


class UnlinkTicketParams(Wire):
    """Which ticket, and what it does not go with any more."""

    id: str
    links: tuple[TicketLink, ...]


class UnlinkTicket(Request[UnlinkTicketParams, Ticket], method="tickets/unlink"):
    """Take chats or runs away from a ticket; they themselves stay.

    Fails with `UnknownId`.
    """


class SuggestTicketFilesParams(Wire):
    """Which ticket, and how many files."""

    id: str
    limit: Annotated[int, Field(ge=1, le=100)] = 10


class SuggestTicketFilesResult(Wire):
    """Files that are not linked yet, best first."""

    files: tuple[SuggestedFile, ...]
    note: str = ""
    """What the ranking had to do without."""


class SuggestTicketFiles(
    Request[SuggestTicketFilesParams, SuggestTicketFilesResult], method="tickets/suggestFiles"
):
    """Name the files that a ticket probably concerns, from its words; no model, no network.

    Fails with `UnknownId`, and `UnknownProject` when its project is not open in this window.
    """


class GetTicketMarkdownParams(Wire):
    """Which ticket."""

    id: str


class GetTicketMarkdownResult(Wire):
    """The ticket as Markdown: title, overview, tasks as a checklist, files."""

    title: str
    text: str
    version: int
    created_at: datetime


class GetTicketMarkdown(
    Request[GetTicketMarkdownParams, GetTicketMarkdownResult], method="tickets/markdown"
):
    """Give a ticket as Markdown, which `tickets/importMarkdown` and `tickets/saveMarkdown` read.

    Fails with `UnknownId`.
    """


class SaveTicketMarkdownParams(Wire):
    """Which ticket, and what it is to be from now on."""

    id: str
    text: Text
    version: int | None = None
    """The version it was read at; left out, the last writer wins."""


class SaveTicketMarkdown(Request[SaveTicketMarkdownParams, Ticket], method="tickets/saveMarkdown"):
    """Set a ticket to what its Markdown says: title, facts, overview, checklist and files.

    A task that is still there by its words stays what it is, one with new words is changed in its
    place, and one that is gone is in the bin. Status and priority that are not there stay; a due
    date and tags that are not there are taken away.

    Fails with `UnknownId`, `StaleVersion` when the ticket or a task of it changed since `version`,
    `PathOutsideRoot`, and `BadRequest` for a value that a fact cannot have.
    """


class ImportTicketMarkdownParams(ProjectParams):
    """Markdown: the first heading is the title, checklist items are tasks, the rest is overview."""

    text: Text


class ImportTicketMarkdown(
    Request[ImportTicketMarkdownParams, Ticket], method="tickets/importMarkdown"
):
    """Make a ticket of Markdown.

    Fails with `BadRequest` when there is neither a heading nor any text for a title.
    """


class FromTicketSelectionParams(ProjectParams):
    """A place in a file that becomes a ticket."""

    path: FilePath
    line: Annotated[int, Field(ge=1)]
    end_line: Annotated[int, Field(ge=1)] | None = None
    text: Text
    """The TODO comment, the selected lines, or the code at a diagnostic."""
    kind: Literal["todo", "diagnostic", "selection"]
    message: Text = ""
    """A diagnostic's message."""


class FromTicketSelection(
    Request[FromTicketSelectionParams, Ticket], method="tickets/fromSelection"
):
    """Make a ticket of a TODO comment, a diagnostic or a selection, linked to its file.

    Fails with `BadRequest` when there is no text to make a title of.
    """


class MatchTicketTodosParams(ProjectParams):
    """TODO comments of a file, as `tickets/fromSelection` would take them."""

    path: FilePath
    texts: Annotated[tuple[Text, ...], Field(max_length=500)]


class MatchTicketTodosResult(Wire):
    """For each comment the ticket that was made of it, if there is one."""

    tickets: tuple[TicketHead | None, ...]


class MatchTicketTodos(
    Request[MatchTicketTodosParams, MatchTicketTodosResult], method="tickets/matchTodos"
):
    """Find the tickets of TODO comments.

    They are linked to the file, and were made of a comment with these words or are called by them.

    Fails with `PathOutsideRoot`.
    """


class GenerateTicketTasksParams(Wire):
    """Which ticket, and whether the tasks that are there stay."""

    id: str
    append: bool = True
    provider_id: str | None = None
    model: str | None = None


class GenerateTicketTasks(
    Request[GenerateTicketTasksParams, Ticket], method="tickets/generateTasks", deadline_s=None
):
    """Let a model break a ticket into tasks, none of which is there already.

    Fails as `agents/run`, and with `AgentProblem` when the run does not end well.
    """
