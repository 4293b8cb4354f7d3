"""Is the server alive, and what does it know of itself?"""

import asyncio
import platform
import sqlite3
from importlib import metadata

from octoprompt import __version__
from octoprompt.contract._base import Empty
from octoprompt.contract.debug import DumpDebug, DumpDebugResult, PingDebug
from octoprompt.features.registry import Ctx, handles

LIBRARIES = ("pygls", "pydantic", "sqlalchemy", "tree-sitter", "tiktoken", "litellm")


@handles(PingDebug)
async def ping_debug(_ctx: Ctx, _params: Empty) -> Empty:
    """Answer at once."""
    return Empty()


@handles(DumpDebug)
async def dump_debug(ctx: Ctx, _params: Empty) -> DumpDebugResult:
    """Gather versions, counts and tasks; paths of roots are the only thing of the user's in it."""
    vitals = ctx.vitals()
    return DumpDebugResult(
        versions=await asyncio.to_thread(_versions),
        counts=dict(vitals.counts),
        tasks=vitals.tasks,
        projects=tuple(
            {"id": project.id, "root": str(project.workspace.root)}
            for project in ctx.app.open_projects.values()
        ),
        store=ctx.app.store.facts(),
        loop_lag_ms=dict(vitals.loop_lag_ms),
    )


def _versions() -> dict[str, str]:
    return {
        "octoprompt": __version__,
        "python": platform.python_version(),
        "system": platform.platform(),
        "sqlite": sqlite3.sqlite_version,
        **{name: metadata.version(name) for name in LIBRARIES},
    }
