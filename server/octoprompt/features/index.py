"""The state of the index, and what starts and stops it."""

from functools import lru_cache

from octoprompt.app import OpenProject
from octoprompt.contract._base import ProjectParams
from octoprompt.contract.index import (
    FileIssue,
    GetIndexStatus,
    IndexStatus,
    LanguageStatus,
    PauseIndex,
    RebuildIndex,
    RefreshIndex,
    RescanIndex,
    ResumeIndex,
)
from octoprompt.features.registry import Ctx, handles
from octoprompt.index.model import FileIssue as Issue
from octoprompt.index.model import LanguageCount


@handles(GetIndexStatus)
async def get_index_status(ctx: Ctx, params: ProjectParams) -> IndexStatus:
    """Say how far the index is."""
    return status_of(ctx.app.project(params.project_id))


@handles(RefreshIndex)
async def refresh_index(ctx: Ctx, params: ProjectParams) -> IndexStatus:
    """Rescan, and wait for what was found."""
    project = ctx.app.project(params.project_id)
    await project.index.refresh()
    return status_of(project)


@handles(RescanIndex)
async def rescan_index(ctx: Ctx, params: ProjectParams) -> IndexStatus:
    """Look for changes, and do not wait for what they lead to."""
    project = ctx.app.project(params.project_id)
    await project.index.rescan()
    return status_of(project)


@handles(RebuildIndex)
async def rebuild_index(ctx: Ctx, params: ProjectParams) -> IndexStatus:
    """Make the index anew, and wait for it."""
    project = ctx.app.project(params.project_id)
    await project.index.rebuild()
    return status_of(project)


@handles(PauseIndex)
async def pause_index(ctx: Ctx, params: ProjectParams) -> IndexStatus:
    """Begin nothing new."""
    project = ctx.app.project(params.project_id)
    project.index.pause()
    return status_of(project)


@handles(ResumeIndex)
async def resume_index(ctx: Ctx, params: ProjectParams) -> IndexStatus:
    """Go on."""
    project = ctx.app.project(params.project_id)
    project.index.resume()
    return status_of(project)


def status_of(project: OpenProject) -> IndexStatus:
    """Give an index's state as the wire says it."""
    status = project.index.status()
    return IndexStatus(
        project_id=project.id,
        state=status.state,
        message=status.message,
        files=status.files,
        symbols=status.symbols,
        pending=status.pending,
        text_ready=status.text_ready,
        symbols_ready=status.symbols_ready,
        languages=tuple(_language(language) for language in status.languages),
        skipped=_issues(status.skipped),
        skipped_total=status.skipped_total,
        failed=_issues(status.failed),
        failed_total=status.failed_total,
        generation=status.generation,
        git=status.git,
    )


@lru_cache(16)
def _issues(issues: tuple[Issue, ...]) -> tuple[FileIssue, ...]:
    """Give issues as the wire says them; they are asked for again and again while indexing."""
    return tuple(FileIssue(path=issue.path, reason=issue.reason) for issue in issues)


def _language(language: LanguageCount) -> LanguageStatus:
    return LanguageStatus(
        id=language.id,
        files=language.files,
        symbols=language.symbols,
        grammar=language.grammar,
    )
