"""Agents: work that a model does over the codebase, step by step, ending in proposals."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from octoprompt.contract._base import Notification, ProjectParams, Request, Text, Wire

AgentKind = Literal[
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
RunStatus = Literal["running", "complete", "failed", "cancelled", "interrupted"]
Paths = Annotated[tuple[str, ...], Field(max_length=10_000)]


class RunBudget(Wire):
    """Where a run stops by itself; what is left out has the setting's limit."""

    tokens: Annotated[int, Field(ge=1)] | None = None
    """Of all questions and answers together."""
    cost_usd: Annotated[float, Field(gt=0)] | None = None
    seconds: Annotated[float, Field(gt=0, le=7200)] | None = None
    steps: Annotated[int, Field(ge=1, le=200)] | None = None
    """Questions to the model."""


class RunUsage(Wire):
    """What a run has used so far."""

    prompt_tokens: int = 0
    completion_tokens: int = 0
    cost_usd: float | None = None
    """None when nobody knows the model's prices."""
    steps: int = 0


class Run(Wire):
    """A run of an agent."""

    id: str
    project_id: str
    kind: AgentKind
    request: str
    about: str = ""
    """The task, the ticket or the prompt that it is about, as it was called then."""
    status: RunStatus
    summary: str
    """What came of it, in Markdown; empty while it runs."""
    step: str = ""
    """What it is doing, or did last."""
    problem: str | None = None
    """Why it failed, and what to do."""
    ticket_id: str | None = None
    task_id: str | None = None
    """The task of the ticket that it works on."""
    provider_id: str | None = None
    model: str | None = None
    usage: RunUsage
    edits: int = 0
    """How many it proposes."""
    open_edits: int = 0
    """How many of them can be applied: proposed, or taken back."""
    applied_edits: int = 0
    version: int = 1
    can_resume: bool = False
    """It ended before its end, and `agents/resume` goes on from there."""
    can_repeat: bool = False
    """`agents/get` says what it was asked for, and it can be asked again."""
    created_at: datetime
    ended_at: datetime | None = None


class RunAgentParams(ProjectParams):
    """What to do, and with what."""

    kind: AgentKind
    request: Text = ""
    paths: Paths = ()
    """Files and folders that it is about; they are part of what the model sees."""
    ticket_id: str | None = None
    task_id: str | None = None
    """Which task of the ticket is to be done; the others are shown, and left."""
    prompt_id: str | None = None
    """Of `optimizePrompt`."""
    plan_run_id: str | None = None
    """Of `code`: the run whose plan is to be carried out."""
    append: bool = True
    """Of `generateTasks`: whether the tasks that are there stay."""
    provider_id: str | None = None
    model: str | None = None
    budget: RunBudget = RunBudget()


class PlannedStep(Wire):
    """A step of a plan, or a task."""

    title: str
    description: str = ""
    paths: tuple[str, ...] = ()


class RunAgentResult(Wire):
    """A run that ended, and what its kind gives besides the summary."""

    run_id: str
    status: RunStatus
    summary: str
    problem: str | None = None
    paths: tuple[str, ...] = ()
    """Of `suggestFiles`, best first; files that exist."""
    steps: tuple[PlannedStep, ...] = ()
    """Of `plan` and `generateTasks`."""
    prompt_ids: tuple[str, ...] = ()
    """Of `suggestPrompts`, best first."""
    text: str | None = None
    """Of `optimizePrompt` the new prompt, of `commitMessage` the message, of others the answer."""
    edits: int = 0
    usage: RunUsage


class RunAgent(Request[RunAgentParams, RunAgentResult], method="agents/run", deadline_s=None):
    """Let an agent work, and answer when it ended; `agents/progress` tells how it goes meanwhile.

    It writes no file: what it would change is in `edits/list`. Cancel it by `$/cancelRequest` or
    `agents/cancel`; what it has so far is kept. Fails with `UnknownProject`, `UnknownId`,
    `BadRequest` for a kind that lacks what it needs, `NotTrusted` in restricted mode, and with any
    `ModelProblem` before its first step; later ones are in the result's `problem`.
    """


class ResumeAgentParams(Wire):
    """Which run, and what it may use from now on."""

    run_id: str
    budget: RunBudget | None = None
    """Of all of the run, with what it has used so far; None leaves the one that it had."""


class ResumeAgentResult(RunAgentResult):
    """The run that went on, as `agents/run` gives it."""


class ResumeAgent(
    Request[ResumeAgentParams, ResumeAgentResult], method="agents/resume", deadline_s=None
):
    """Let a run go on that was interrupted, cancelled or failed, and answer when it ended.

    It goes on with what it was shown and answered then, which is not asked and paid for again.
    Fails as `agents/run`, and with `RunNotOpen` for a run that is running or complete.
    """


class EstimateAgentResult(Wire):
    """What a run will about take."""

    questions: int
    """To the model."""
    prompt_tokens: int
    completion_tokens: int
    cost_usd: float | None
    """None when nobody knows the model's prices."""
    skipped: int = 0
    """Files that need no question, because their summaries are there."""
    is_least: bool = False
    """The agent may look further with tools, which takes more questions."""


class EstimateAgent(Request[RunAgentParams, EstimateAgentResult], method="agents/estimate"):
    """Say what a run will take before it is paid for; nothing is asked of a model.

    Fails as `agents/run`.
    """


class SaveAgentPlanParams(Wire):
    """A plan that a person changed."""

    run_id: str
    text: Annotated[str, Field(max_length=1_000_000)]
    """Markdown; its numbered points are the steps."""
    version: int | None = None
    """Of the run, when it was read; left out saves over whatever is there."""


class SaveAgentPlan(Request[SaveAgentPlanParams, Run], method="agents/savePlan"):
    """Keep a plan as a person changed it: its text is what is carried out, its points the steps.

    Fails with `UnknownId`, `BadRequest` for a run that is no complete plan, and `StaleVersion`.
    """


class ListAgentsParams(ProjectParams):
    """Which runs, the latest first."""

    ticket_id: str | None = None
    limit: Annotated[int, Field(ge=1, le=1000)] = 100
    cursor: str | None = None


class ListAgentsResult(Wire):
    """A page of runs."""

    runs: tuple[Run, ...]
    cursor: str | None = None


class ListAgents(Request[ListAgentsParams, ListAgentsResult], method="agents/list"):
    """List the project's runs, the latest first.

    Fails with `UnknownProject`.
    """


class GetAgentParams(Wire):
    """Which run."""

    run_id: str


class AskedAgent(Wire):
    """What a run was asked for; `agents/run` takes it to do the same again."""

    project_id: str
    kind: AgentKind
    request: str
    paths: tuple[str, ...] = ()
    ticket_id: str | None = None
    task_id: str | None = None
    prompt_id: str | None = None
    plan_run_id: str | None = None
    append: bool = True


class GetAgentResult(Wire):
    """A run, what it was asked for, and what came of it when it ended."""

    run: Run
    asked: AskedAgent | None = None
    """None for edits that a chat proposed."""
    result: RunAgentResult | None = None


class GetAgent(Request[GetAgentParams, GetAgentResult], method="agents/get"):
    """Give a run and its result.

    Fails with `UnknownId`.
    """


class CancelAgent(Request[GetAgentParams, Run], method="agents/cancel"):
    """Stop a run of this window; what it has so far is kept.

    Fails with `UnknownId`.
    """


class RunLogEntry(Wire):
    """Something that happened in a run."""

    number: int
    at: datetime
    kind: Literal["step", "question", "answer", "tool", "problem"]
    message: str
    """One line."""
    body: str = ""
    """All of it: what was sent, what came, what the tool gave."""


class GetAgentLogParams(GetAgentParams):
    """From where on."""

    after: int = -1
    limit: Annotated[int, Field(ge=1, le=1000)] = 200


class GetAgentLogResult(Wire):
    """Entries, the oldest first."""

    entries: tuple[RunLogEntry, ...]


class GetAgentLog(Request[GetAgentLogParams, GetAgentLogResult], method="agents/log"):
    """Give what happened in a run.

    Fails with `UnknownId`.
    """


class RunProgress(Wire):
    """How a run goes."""

    run_id: str
    step: int
    message: str
    usage: RunUsage


class RunProgressed(Notification[RunProgress], method="agents/progress"):
    """A run of this window came to its next step."""
