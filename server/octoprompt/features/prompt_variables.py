"""What the server itself knows to fill into prompts."""

from collections.abc import Sequence
from datetime import UTC, datetime

from octoprompt.app import OpenProject
from octoprompt.context.changes import changes
from octoprompt.features.registry import Ctx

MAX_DIFF = 200_000
"""Bytes: more would drown whatever the prompt says."""


async def known_variables(
    ctx: Ctx, project_id: str | None, contents: Sequence[str]
) -> dict[str, str]:
    """Give what the server itself knows to fill in for these templates.

    `date`, `project` with its name, and, for who asks for it, `diff`: all uncommitted changes and
    new files, but not those that hold secrets or that ignore rules exclude.
    """
    known = {"date": datetime.now(UTC).astimezone().date().isoformat()}
    if project_id is None and len(ctx.app.open_projects) != 1:
        return known
    project = ctx.app.project(project_id)
    known["project"] = (await ctx.app.store.projects.get(project.id)).name
    asked = {name for content in contents for name in await ctx.app.templates.variables(content)}
    if "diff" in asked:
        known["diff"] = await _uncommitted(project)
    return known


async def _uncommitted(project: OpenProject) -> str:
    found = changes(project.workspace, project.index, "working", "markdown", MAX_DIFF)
    units, _omitted = await found
    return "\n".join(unit.text.strip("\n") for unit in units)
