"""Summaries without a request, where a person allows them: after changes, once it is quiet."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

from octoprompt.agents.automatic import Round, summarize_changed
from octoprompt.app import OpenProject
from octoprompt.features.agent_lender import ProjectLender
from octoprompt.features.registry import Ctx

LOCK = "automatic-summaries.lock"


class Quiet:
    """Waits until a project has not changed for a while; does nothing unless that is allowed."""

    def __init__(self, ctx: Ctx, spawn: Callable[[Coroutine[Any, Any, None]], object]) -> None:
        """Take what handlers take, and a way to work in the background."""
        self._ctx = ctx
        self._spawn = spawn
        self._waiting: dict[str, asyncio.TimerHandle] = {}
        self._at_work: set[str] = set()
        self._given_up: set[str] = set()

    def changed(self, project: OpenProject) -> None:
        """Wait anew."""
        allowed = self._ctx.app.options.summaries
        if not allowed.daily_tokens or not self._ctx.app.options.trusted:
            return
        if (waiting := self._waiting.pop(project.id, None)) is not None:
            waiting.cancel()
        loop = asyncio.get_running_loop()
        self._waiting[project.id] = loop.call_later(allowed.quiet_seconds, self._begin, project)

    def _begin(self, project: OpenProject) -> None:
        del self._waiting[project.id]
        if project.id in self._at_work:
            self.changed(project)
            return
        self._at_work.add(project.id)
        self._spawn(self._summarize(project))

    async def _summarize(self, project: OpenProject) -> None:
        app = self._ctx.app
        round_ = Round(
            project_id=project.id,
            allowed=app.options.summaries,
            lock=app.settings.data_dir / LOCK,
            given_up=self._given_up,
        )
        try:
            await summarize_changed(app.runner, ProjectLender(self._ctx, project), round_)
        finally:
            self._at_work.discard(project.id)
