"""Projects: one for each workspace root that was ever opened."""

from datetime import datetime

from octoprompt.contract._base import Empty, Name, Request, Text, Wire


class Project(Wire):
    """A workspace root that was ever opened, known by its git identity when the folder moves."""

    id: str
    name: str
    description: str
    root: str
    """The absolute path where it was last seen."""
    open: bool
    """Whether it is a root of this window."""
    created_at: datetime
    updated_at: datetime


class ListProjectsResult(Wire):
    """All known projects, those open in this window first, then the latest used."""

    projects: tuple[Project, ...]


class ListProjects(Request[Empty, ListProjectsResult], method="projects/list"):
    """List every project that was ever opened, those of this window first."""


class GetProjectParams(Wire):
    """Which project."""

    id: str


class GetProject(Request[GetProjectParams, Project], method="projects/get"):
    """Give one project.

    Fails with `UnknownId`.
    """


class UpdateProjectParams(Wire):
    """What to change; what is left out stays."""

    id: str
    name: Name | None = None
    description: Text | None = None


class UpdateProject(Request[UpdateProjectParams, Project], method="projects/update"):
    """Change a project's name or description; an empty description clears it.

    Fails with `UnknownId`.
    """


class RemoveProjectParams(Wire):
    """Which project."""

    id: str


class RemoveProjectResult(Wire):
    """The project as it was, and how many records went to the bin with it, by kind."""

    project: Project
    removed: dict[str, int]
    """Such as `selections: 3`."""


class RemoveProject(Request[RemoveProjectParams, RemoveProjectResult], method="projects/remove"):
    """Put a project and what belongs to it into the bin; the folder itself is not touched.

    Fails with `UnknownId`, and with `BadRequest` while the project is open in this window.
    """
