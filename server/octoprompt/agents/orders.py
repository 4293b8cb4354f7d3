"""What an agent is asked to do, what it is lent for that, and what it gives."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from octoprompt.agents.edits.desk import Site
from octoprompt.chat.surroundings import BuiltContext, Target
from octoprompt.index.index import Index
from octoprompt.store.prompts import PromptHead
from octoprompt.store.runs import RunUsage

Kind = Literal[
    "summarize",
    "suggestFiles",
    "generateTasks",
    "suggestPrompts",
    "optimizePrompt",
    "plan",
    "code",
    "ask",
    "commitMessage",
    "review",
]
Diff = Literal["none", "staged", "working", "branch"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """Where a run stops by itself."""

    tokens: int = 1_000_000
    """Of all questions and answers together."""
    cost_usd: float | None = None
    seconds: float = 1800.0
    steps: int = 40
    """Questions to the model."""


USUAL_BUDGET = Budget()
MOST_SUMMARIES = 2000
"""Files that one run summarises."""
SUMMARIES_BUDGET = Budget(
    tokens=MOST_SUMMARIES * 50_000, seconds=7200.0, steps=3 * MOST_SUMMARIES + 1
)
"""Of summaries: their files are counted and estimated beforehand, and asked about three times at
most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What is to be done."""

    kind: Kind
    project_id: str
    request: str
    paths: tuple[str, ...] = ()
    ticket_id: str | None = None
    task_id: str | None = None
    ticket: str = ""
    """The ticket as Markdown, and which of its tasks is meant."""
    plan: str = ""
    """A plan that is to be carried out, as Markdown."""
    plan_run_id: str | None = None
    """The run that made the plan."""
    content: str = ""
    """The prompt that is to be made better."""
    prompt_id: str | None = None
    """Where it comes from."""
    about: str = ""
    """The task, the ticket or the prompt in its own words, for people."""
    append: bool = True
    provider_id: str | None = None
    model: str | None = None
    budget: Budget = USUAL_BUDGET
    is_automatic: bool = False
    """Whether nobody asked for it."""
    answer_tokens: int | None = None
    """Of one answer at most; with it no question is asked that could pass the budget."""

    @property
    def purpose(self) -> str:
        """What the account calls it."""
        return f"automatic {self.kind}" if self.is_automatic else self.kind

    @property
    def task(self) -> str:
        """All that says what is wanted."""
        return "\n\n".join(filter(None, (self.request, self.ticket, self.plan)))


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedStep:
    """A step of a plan, or a task."""

    title: str
    description: str = ""
    paths: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of a run."""

    summary: str
    """Markdown."""
    paths: tuple[str, ...] = ()
    failed: tuple[str, ...] = ()
    """Files of which nothing came."""
    steps: tuple[PlannedStep, ...] = ()
    prompt_ids: tuple[str, ...] = ()
    text: str | None = None
    edits: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A context that an agent needs."""

    paths: tuple[str, ...] = ()
    task: str = ""
    suggest: int = 0
    diff: Diff = "none"
    has_tree: bool = False
    has_rules: bool = True
    tokens: int = 24_000
    outlines: bool = False
    """Show files by their outlines."""


class Lender(Protocol):
    """What the features lend to a run."""

    @property
    def index(self) -> Index:
        """The index of the project."""
        ...

    @property
    def site(self) -> Site:
        """Where its files are."""
        ...

    async def target(self, provider_id: str | None, model: str | None) -> Target:
        """Find the model that is meant. Fails with `ModelProblem` or `UnknownId`."""
        ...

    async def context(self, wanted: Wanted, model: str) -> BuiltContext:
        """Build a context. Fails as `context/build` does."""
        ...

    async def prompts(self) -> Sequence[PromptHead]:
        """Give the prompts of the library that are for this project."""
        ...

    def progressed(self, run_id: str, message: str, usage: RunUsage) -> None:
        """Tell the client how a run goes."""
        ...
