"""What runs of agents are lent: contexts, models, the library, and the client's ear."""

from collections.abc import Sequence

from octoprompt.agents.edits.desk import Site
from octoprompt.agents.orders import Wanted
from octoprompt.app import OpenProject
from octoprompt.chat.surroundings import BuiltContext, Target
from octoprompt.contract.agents import RunProgress, RunProgressed, RunUsage
from octoprompt.contract.context import BuildContextParams, ContextItem, Include, Omitted
from octoprompt.contract.mentions import FolderMention
from octoprompt.features.context import built_context
from octoprompt.features.edits import site
from octoprompt.features.mentions import with_mentions
from octoprompt.features.providers import chosen
from octoprompt.features.registry import Ctx
from octoprompt.index.index import Index
from octoprompt.store import runs as model
from octoprompt.store.prompts import PromptFilter, PromptHead

NAMED = 100
"""So many files that are left out are named, the others counted."""


class ProjectLender:
    """Lends what one project has to the runs of one request."""

    def __init__(self, ctx: Ctx, project: OpenProject) -> None:
        self._ctx = ctx
        self._project = project

    @property
    def index(self) -> Index:
        """The index of the project."""
        return self._project.index

    @property
    def site(self) -> Site:
        """Where its files are."""
        return site(self._ctx, self._project.id)

    async def target(self, provider_id: str | None, model: str | None) -> Target:
        """Find the model that is meant. Fails with `ModelProblem` or `UnknownId`."""
        provider, name = await chosen(self._ctx, provider_id, model)
        facts = await self._ctx.app.gateway.catalog.facts(provider, name)
        return Target(provider=provider, model=name, facts=facts)

    async def context(self, wanted: Wanted, model: str) -> BuiltContext:
        """Build a context. Fails as `context/build` does."""
        mode = "outline" if wanted.outlines else "auto"
        files = [path for path in wanted.paths if self.index.lists(path)]
        folders = [FolderMention(kind="folder", path=p) for p in wanted.paths if p not in files]
        params = BuildContextParams(
            project_id=self._project.id,
            items=tuple(ContextItem(path=path, mode=mode) for path in files),
            suggest=wanted.suggest,
            include=Include(tree=wanted.has_tree, git_diff=wanted.diff, rules=wanted.has_rules),
            budget_tokens=wanted.tokens,
            model=model,
        )
        if wanted.diff != "none" and not await self._has_diff(wanted):
            return BuiltContext(account={}, text="", files=())
        params = await with_mentions(self._ctx, params, folders)
        built = await built_context(self._ctx, params, wanted.task)
        left = [o for o in built.omitted if wanted.diff != "none" or o.path in wanted.paths]
        return BuiltContext(
            account={"left": [one.path or one.reason for one in left]},
            text=built.text + _left_out(left),
            files=[(i.path, i.tokens) for i in built.items],
        )

    async def _has_diff(self, wanted: Wanted) -> bool:
        """Say whether git sees changes: the other sections alone are no diff."""
        params = BuildContextParams(
            project_id=self._project.id, include=Include(git_diff=wanted.diff)
        )
        built = await built_context(self._ctx, params)
        return any(section.name == "diff" for section in built.sections)

    async def prompts(self) -> Sequence[PromptHead]:
        """Give the prompts of the library that are for this project."""
        wanted = PromptFilter(project_id=self._project.id, limit=200)
        return await self._ctx.app.store.prompts.list(wanted)

    def progressed(self, run_id: str, message: str, usage: model.RunUsage) -> None:
        """Tell the client how a run goes."""
        told = RunProgress(run_id=run_id, step=usage.steps, message=message, usage=of_usage(usage))
        self._ctx.notify(RunProgressed, told)


def _left_out(left: Sequence[Omitted]) -> str:
    """Say to the model what it does not see of what it was asked about."""
    if not left:
        return ""
    lines = [f"- `{one.path}`: {one.reason}" if one.path else f"- {one.reason}" for one in left]
    more = [f"- and {len(lines) - NAMED} more"] if len(lines) > NAMED else []
    return "\n\n# Not shown\n\n" + "\n".join((*lines[:NAMED], *more)) + "\n"


def of_usage(usage: model.RunUsage) -> RunUsage:
    """Give what a run has used for the wire."""
    return RunUsage(
        prompt_tokens=usage.prompt_tokens,
        completion_tokens=usage.completion_tokens,
        cost_usd=usage.cost_usd,
        steps=usage.steps,
    )
