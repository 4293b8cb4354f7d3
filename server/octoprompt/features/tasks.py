"""Tasks: the steps of a ticket."""

from octoprompt.contract import tasks as wire
from octoprompt.features.registry import Ctx, handles
from octoprompt.store import tasks as model


@handles(wire.ListTasks)
async def list_tasks(ctx: Ctx, params: wire.ListTasksParams) -> wire.ListTasksResult:
    """Give a ticket's tasks."""
    tasks = await ctx.app.store.tasks.list(params.ticket_id)
    return wire.ListTasksResult(tasks=tuple(map(task, tasks)))


@handles(wire.CreateTask)
async def create_task(ctx: Ctx, params: wire.CreateTaskParams) -> wire.Task:
    """Create a task."""
    fields = model.TaskFields(
        content=params.content, description=params.description, done=params.done
    )
    return task(await ctx.app.store.tasks.create(params.ticket_id, fields))


@handles(wire.UpdateTask)
async def update_task(ctx: Ctx, params: wire.UpdateTaskParams) -> wire.Task:
    """Change what was given."""
    fields = model.TaskFields(
        content=params.content, description=params.description, done=params.done
    )
    return task(await ctx.app.store.tasks.update(params.id, fields))


@handles(wire.DeleteTask)
async def delete_task(ctx: Ctx, params: wire.DeleteTaskParams) -> wire.Task:
    """Put a task into the bin."""
    return task(await ctx.app.store.tasks.delete(params.id))


@handles(wire.ReorderTasks)
async def reorder_tasks(ctx: Ctx, params: wire.ReorderTasksParams) -> wire.ReorderTasksResult:
    """Put tasks first."""
    tasks = await ctx.app.store.tasks.reorder(params.ticket_id, params.ids)
    return wire.ReorderTasksResult(tasks=tuple(map(task, tasks)))


def task(stored: model.Task) -> wire.Task:
    """Give a task for the wire."""
    return wire.Task(
        id=stored.id,
        ticket_id=stored.ticket_id,
        content=stored.content,
        description=stored.description,
        done=stored.done,
        version=stored.version,
        created_at=stored.created_at,
        updated_at=stored.updated_at,
    )
