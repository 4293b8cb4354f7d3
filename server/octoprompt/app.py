"""The composition root: builds what the features need from settings, and owns its life."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from octoprompt.agents.edits.desk import Desk
from octoprompt.agents.runner import Runner
from octoprompt.agents.work import Shared
from octoprompt.chat.conversations import Conversations
from octoprompt.context.templates import Templates
from octoprompt.errors import KeyMissing, OctoPromptError, UnknownProject
from octoprompt.index.index import Index
from octoprompt.index.roots import OpenRoot, Roots
from octoprompt.llm.answer import Completion
from octoprompt.llm.child_line import ChildLine
from octoprompt.llm.gateway import Gateway
from octoprompt.llm.request import Limits, ModelRequest
from octoprompt.llm.tokens import TokenCounter
from octoprompt.settings import ModelLimits, Settings, WorkspaceOptions
from octoprompt.store.claims import Claims
from octoprompt.store.store import Store
from octoprompt.store.usage import UsageRecord
from octoprompt.workspace.contents import Contents
from octoprompt.workspace.workspace import Workspace

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenProject:
    """A workspace root of this window, with all that serves it."""

    id: str
    workspace: Workspace
    index: Index


class Account:
    """Writes down what models were asked, in the background."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._notes: set[asyncio.Task[None]] = set()

    def note(self, request: ModelRequest, completion: Completion) -> None:
        """Keep the usage of a request; one that was never sent costs nothing."""
        if not isinstance(completion.problem, KeyMissing):
            task = asyncio.create_task(self._keep(request, completion))
            self._notes.add(task)
            task.add_done_callback(self._notes.discard)

    async def settled(self) -> None:
        """Wait for what is being written."""
        if self._notes:
            await asyncio.wait(self._notes)

    async def _keep(self, request: ModelRequest, completion: Completion) -> None:
        usage = completion.usage
        record = UsageRecord(
            provider_id=request.provider.id,
            model=request.model,
            purpose=request.purpose,
            project_id=request.project_id,
            status=completion.status,
            prompt_tokens=usage.prompt,
            completion_tokens=usage.completion,
            cached_tokens=usage.cached,
            reasoning_tokens=usage.reasoning,
            cost_usd=completion.cost_usd,
            elapsed_ms=completion.elapsed_s * 1000,
        )
        try:
            await self._store.usage.add(record)
        except OctoPromptError as error:
            logger.warning("the usage of a request was not kept: %s", error.message)


class App:
    """Everything that lives as long as the server."""

    def __init__(self, settings: Settings, roots: Roots | None = None) -> None:
        """Take settings, and the roots where some may be open already."""
        self.settings = settings
        self._roots = roots or Roots(settings.cache_dir)
        self.options = WorkspaceOptions()
        self.store = Store(settings)
        self.tokens = TokenCounter()
        self.templates = Templates()
        self._account = Account(self.store)
        self.gateway = Gateway(ChildLine())
        claims = Claims(settings.data_dir / "streams")
        self.conversations = Conversations(self.store, self.tokens, claims, lambda: self.gateway)
        self.desk = Desk(lambda: self.store.edits, Contents(settings.data_dir / "contents"))
        self.store.on_care = self._care
        self.runner = Runner(
            Shared(
                store=self.store,
                tokens=self.tokens,
                claims=claims,
                desk=self.desk,
                gateway=lambda: self.gateway,
            )
        )
        self.open_projects: dict[str, OpenProject] = {}
        self.root_problems: dict[Path, OctoPromptError] = {}
        self.on_index_change: Callable[[OpenProject], None] = lambda _project: None

    @property
    def gateway(self) -> Gateway:
        """The way to models; whatever is asked through it is accounted for."""
        return self._gateway

    @gateway.setter
    def gateway(self, gateway: Gateway) -> None:
        gateway.on_completion = self._account.note
        self._gateway = gateway

    async def start(self, roots: list[Path], options: WorkspaceOptions) -> None:
        """Open the store and every root that can be; indexing goes on in the background.

        A root that cannot be opened is in `root_problems` and does not keep the others from it.
        """
        self.options = options
        self.gateway.limits = _limits(options.models)
        await self.store.open()
        await self.conversations.recover()
        await self.runner.recover()
        for root in roots:
            try:
                await self.open_root(root)
            except OctoPromptError as error:
                self.root_problems[root] = error

    async def _care(self) -> None:
        """Let go of what no edit and no run needs any more."""
        await self.store.past_runs.forget()
        await self.desk.prune()

    async def open_root(self, root: Path) -> OpenProject:
        """Open a workspace root: its project record, its files, its index.

        Fails with `RootUnreadable`.
        """
        self.root_problems.pop(root, None)
        opened = await self._roots.open(root, self.options)
        workspace, index = opened.workspace, opened.index
        try:
            project_id = await self._project_id(workspace)
        except OctoPromptError:
            await self._roots.close(opened)
            raise
        if (known := self.open_projects.get(project_id)) is not None:
            if known.index is not index:
                await self._roots.close(opened)
            return known
        project = OpenProject(id=project_id, workspace=workspace, index=index)
        self.open_projects[project_id] = project
        index.on_change = lambda: self.on_index_change(project)
        return project

    async def _project_id(self, workspace: Workspace) -> str:
        projects = self.store.projects
        if (known := await projects.reopened(workspace.root)) is not None:
            return known
        return await projects.opened(workspace.root, await workspace.git.identity())

    async def close_root(self, root: Path) -> None:
        """Close a workspace root; its index file stays."""
        self.root_problems.pop(root, None)
        real = await asyncio.to_thread(root.resolve)
        closed = [p for p in self.open_projects.values() if p.workspace.root == real]
        for project in closed:
            del self.open_projects[project.id]
            await self._roots.close(OpenRoot(workspace=project.workspace, index=project.index))

    def project(self, project_id: str | None) -> OpenProject:
        """Give the open project that a request means.

        Fails with `UnknownProject` when the id is unknown, or missing where several roots are open,
        and with the root's own problem when the only root could not be opened.
        """
        if project_id is None:
            return self._only_project()
        if (project := self.open_projects.get(project_id)) is None:
            raise UnknownProject(
                f"no open workspace root has the id `{project_id[:100]}`: see `projects/list`"
            )
        return project

    def _only_project(self) -> OpenProject:
        match [*self.open_projects.values()], [*self.root_problems.values()]:
            case [project], _:
                return project
            case [], [problem, *_]:
                raise type(problem)(problem.message, data=problem.data)
            case [], _:
                raise UnknownProject("no folder is open: open one first")
            case projects, _:
                raise UnknownProject(
                    f"{len(projects)} workspace roots are open: name one by `projectId`"
                )

    def project_of(self, path: Path) -> OpenProject | None:
        """Give the open project whose root holds this absolute path, the innermost one."""
        inside = [p for p in self.open_projects.values() if path.is_relative_to(p.workspace.root)]
        return max(inside, key=lambda p: len(p.workspace.root.parts), default=None)

    async def close(self) -> None:
        """Stop the indexes and all processes, then the store; nothing acknowledged is lost."""
        await self.runner.close()
        await self.conversations.close()
        await self._roots.close_all()
        self.open_projects.clear()
        await self.tokens.close()
        await self.templates.close()
        await self.gateway.close()
        await self._account.settled()
        await self.store.close()


def _limits(options: ModelLimits) -> Limits:
    return Limits(
        connect_s=options.connect_seconds,
        first_token_s=options.first_token_seconds,
        gap_s=options.gap_seconds,
        total_s=options.total_seconds,
    )
