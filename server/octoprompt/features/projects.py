"""Projects: one for each workspace root that was ever opened."""

from octoprompt.contract import projects as wire
from octoprompt.contract._base import Empty
from octoprompt.errors import BadRequest
from octoprompt.features.registry import Ctx, handles
from octoprompt.store import projects as model


@handles(wire.ListProjects)
async def list_projects(ctx: Ctx, _params: Empty) -> wire.ListProjectsResult:
    """Give all projects, those of this window first."""
    projects = [_wire(ctx, project) for project in await ctx.app.store.projects.list()]
    return wire.ListProjectsResult(projects=tuple(sorted(projects, key=lambda p: not p.open)))


@handles(wire.GetProject)
async def get_project(ctx: Ctx, params: wire.GetProjectParams) -> wire.Project:
    """Give one project."""
    return _wire(ctx, await ctx.app.store.projects.get(params.id))


@handles(wire.UpdateProject)
async def update_project(ctx: Ctx, params: wire.UpdateProjectParams) -> wire.Project:
    """Change what was given."""
    project = await ctx.app.store.projects.update(params.id, params.name, params.description)
    return _wire(ctx, project)


@handles(wire.RemoveProject)
async def remove_project(ctx: Ctx, params: wire.RemoveProjectParams) -> wire.RemoveProjectResult:
    """Put a project that is not open into the bin."""
    if params.id in ctx.app.open_projects:
        raise BadRequest(
            f"the project `{params.id}` is open in this window: close its folder first"
        )
    removed = await ctx.app.store.projects.remove(params.id)
    return wire.RemoveProjectResult(project=_wire(ctx, removed.project), removed=removed.counts)


def _wire(ctx: Ctx, project: model.Project) -> wire.Project:
    return wire.Project(
        id=project.id,
        name=project.name,
        description=project.description,
        root=project.root,
        open=project.id in ctx.app.open_projects,
        created_at=project.created_at,
        updated_at=project.updated_at,
    )
