"""Tasks: the steps of a ticket."""

from datetime import datetime
from typing import Annotated

from pydantic import StringConstraints

from octoprompt.contract._base import Request, Text, Wire

TaskContent = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000)
]


class Task(Wire):
    """A step of a ticket."""

    id: str
    ticket_id: str
    content: str
    description: str
    done: bool
    version: int
    """Grows with every change."""
    created_at: datetime
    updated_at: datetime


class ListTasksParams(Wire):
    """Which ticket's."""

    ticket_id: str


class ListTasksResult(Wire):
    """The ticket's tasks in their order."""

    tasks: tuple[Task, ...]


class ListTasks(Request[ListTasksParams, ListTasksResult], method="tasks/list"):
    """List a ticket's tasks in their order.

    Fails with `UnknownId`.
    """


class CreateTaskParams(Wire):
    """A new task."""

    ticket_id: str
    content: TaskContent
    description: Text = ""
    done: bool = False


class CreateTask(Request[CreateTaskParams, Task], method="tasks/create"):
    """Create a task at the end of its ticket; answered after it is on disk.

    Fails with `UnknownId`.
    """


class UpdateTaskParams(Wire):
    """What to change; what is left out stays."""

    id: str
    content: TaskContent | None = None
    description: Text | None = None
    done: bool | None = None


class UpdateTask(Request[UpdateTaskParams, Task], method="tasks/update"):
    """Change a task, or tick it.

    Fails with `UnknownId`.
    """


class DeleteTaskParams(Wire):
    """Which task."""

    id: str


class DeleteTask(Request[DeleteTaskParams, Task], method="tasks/delete"):
    """Put a task into the bin and give what it was.

    Fails with `UnknownId`.
    """


class ReorderTasksParams(Wire):
    """The ticket, and its tasks that come first, in this order; the others follow."""

    ticket_id: str
    ids: tuple[str, ...]


class ReorderTasksResult(Wire):
    """The ticket's tasks in the new order."""

    tasks: tuple[Task, ...]


class ReorderTasks(Request[ReorderTasksParams, ReorderTasksResult], method="tasks/reorder"):
    """Change the order of a ticket's tasks.

    Fails with `UnknownId`, also for a task of another ticket.
    """
