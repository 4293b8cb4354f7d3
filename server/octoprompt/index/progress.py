"""How far the index of a root is, as its status says it."""

from dataclasses import dataclass

from octoprompt.index.catalog import Catalog
from octoprompt.index.model import State, Status
from octoprompt.index.pipeline import Pipeline


@dataclass(slots=True)
class Phase:
    """What the follower is at; it changes this as it goes."""

    is_listed: bool = False
    """Whether a scan has ended since the start."""
    is_scanning: bool = True
    is_paused: bool = False
    is_git: bool = False
    error: str = ""
    """What went wrong; empty while all is well."""


def status_of(phase: Phase, catalog: Catalog, pipeline: Pipeline | None) -> Status:
    """Say how far an index is."""
    pending = 0 if pipeline is None else pipeline.pending
    pending_text = 0 if pipeline is None else pipeline.queue.pending_text
    skipped, failed = catalog.skipped(), catalog.failed()
    return Status(
        state=_state(phase, pending),
        files=len(catalog.rows),
        symbols=catalog.n_symbols,
        pending=pending,
        text_ready=phase.is_listed and pending_text == 0,
        symbols_ready=phase.is_listed and pending == 0,
        languages=catalog.languages(),
        skipped=skipped.first,
        skipped_total=skipped.total,
        failed=failed.first,
        failed_total=failed.total,
        generation=catalog.generation,
        git=phase.is_git,
        message=phase.error,
    )


def _state(phase: Phase, pending: int) -> State:
    if phase.error:
        return "error"
    if phase.is_paused:
        return "paused"
    if phase.is_scanning:
        return "scanning"
    return "indexing" if pending else "idle"
