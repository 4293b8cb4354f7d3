"""Context: which files matter for a task, and one text that fits a budget."""

from typing import Annotated, Literal

from pydantic import Field

from octoprompt.contract._base import ProjectParams, Request, Wire

Mode = Literal["auto", "full", "outline", "summary", "range", "symbol"]
Format = Literal["markdown", "xml", "plain"]
GitDiff = Literal["none", "staged", "working", "branch"]


class SuggestContextParams(ProjectParams):
    """A task in words and what the user already has at hand."""

    query: str
    limit: Annotated[int, Field(ge=1, le=1000)] = 20
    open_paths: tuple[str, ...] = ()
    """Files open in the editor: a weak hint."""
    selected_paths: tuple[str, ...] = ()
    """Files already chosen: the question becomes "what goes with these?".

    What was changed in them since the last commit, saved or not, says what else to change.
    """
    universe: Literal["source", "all"] = "source"
    """`source` ranks tests, docs, examples, generated and vendored files below source unless the
    task names them; `all` lets them compete."""


class Passage(Wire):
    """A definition inside a suggested file that matches the task."""

    symbol: str
    line: int
    end_line: int


class SuggestedFile(Wire):
    """A file that the task probably concerns."""

    path: str
    score: float
    """0..1, 1 for the best."""
    reasons: tuple[str, ...]
    """Short and for people: "defines `Prefetch`", "changed in 7 commits about prefetch"."""
    passages: tuple[Passage, ...]
    tokens: int = 0
    """Estimated tokens of the whole file; `context/estimate` counts exactly."""


class SuggestContextResult(Wire):
    """Files, best first; only ones that exist."""

    files: tuple[SuggestedFile, ...]
    elapsed_ms: float
    note: str = ""
    """What the ranking had to do without: no history, still indexing."""


class SuggestContext(Request[SuggestContextParams, SuggestContextResult], method="context/suggest"):
    """Name the files that matter for a task, with reasons and the best passages; needs no model."""


class LineRange(Wire):
    """Lines from 1, both inclusive."""

    start: Annotated[int, Field(ge=1)]
    end: Annotated[int, Field(ge=1)]


class ContextItem(Wire):
    """A file that the user chose, and how much of it."""

    path: str
    mode: Mode = "auto"
    range: LineRange | None = None
    """For mode `range`."""
    symbol: str | None = None
    """For mode `symbol`: a name or a dotted path, as `QuerySet.filter`."""
    confirmed: bool = False
    """The user said yes to sending an ignored, secret or binary-looking file."""


class Include(Wire):
    """Further sections."""

    tree: bool = False
    git_diff: GitDiff = "none"
    """`working` and `branch` have the text of new files that git does not know yet."""
    diagnostics: bool = False
    rules: bool = False


class Diagnostic(Wire):
    """A problem that the editor shows."""

    path: str
    line: int
    severity: Literal["error", "warning", "information", "hint"]
    message: str
    source: str | None = None


class BuildContextParams(ProjectParams):
    """What goes in, and how large it may get."""

    items: tuple[ContextItem, ...] = ()
    instructions: str = ""
    prompt_ids: tuple[str, ...] = ()
    prompt_values: dict[str, str] = Field(default_factory=dict[str, str])
    """Values of the prompts' variables, by name; others stand in the text as `{{ name }}`."""
    ticket_id: str | None = None
    suggest: Annotated[int, Field(ge=0, le=100)] = 0
    """How many files to add for the instructions."""
    include: Include = Include()
    diagnostics: tuple[Diagnostic, ...] = ()
    """The editor's problems, used when `include.diagnostics` is set."""
    budget_tokens: Annotated[int, Field(ge=1)] = 32_000
    model: str | None = None
    """Whose tokenizer counts; unknown models get an estimate, and it is labelled so."""
    format: Format = "markdown"


class Section(Wire):
    """A part of the text."""

    name: str
    """`rules`, `tree`, `files`, `diff`, `diagnostics`, `ticket`, `prompts` or `instructions`."""
    tokens: int


class BuiltItem(Wire):
    """A file in the text."""

    path: str
    mode: Mode
    """The mode used, after degrading."""
    tokens: int
    why: str
    """"chosen", "suggested: defines `Prefetch`", "outline: did not fit whole"."""
    suggested: bool = False
    """Added for the task; the user did not choose it."""


class Omitted(Wire):
    """A file that is not in the text."""

    path: str
    reason: str


class Redaction(Wire):
    """A secret that was masked."""

    path: str
    line: int
    kind: str


class BuildContextResult(Wire):
    """The text and an account of it."""

    text: str
    tokens: int
    """Of the final text; never above `budgetTokens`."""
    tokens_exact: bool
    """False when the model's tokenizer is unknown and the count is an estimate."""
    budget_tokens: int
    sections: tuple[Section, ...]
    items: tuple[BuiltItem, ...]
    omitted: tuple[Omitted, ...]
    redactions: tuple[Redaction, ...]
    fingerprint: str
    """The same for the same input."""


class BuildContext(Request[BuildContextParams, BuildContextResult], method="context/build"):
    """Build one text of chosen and suggested files that never exceeds the budget.

    What the user chose outranks what was suggested; under pressure a file goes full, outline, out,
    and `items` and `omitted` say so. Where not all chosen files can be shown whole, those of mode
    `full` come first, then those that the task ranks higher, then the smaller ones: the order of
    `items` decides nothing. Same input, same bytes. Fails with `BudgetTooSmall` when not
    even the instructions fit, and with `UnknownId` for a prompt or ticket that does not exist; a
    file that cannot be read is in `omitted` with the reason.
    """


class EstimatedItem(Wire):
    """What a file costs."""

    path: str
    mode: Mode
    tokens: int
    problem: str | None = None
    """Why it cannot be included, when it cannot."""
    moved_to: str | None = None
    """Of a file that is gone: the path that it probably has now."""


class PlannedContext(Wire):
    """What `context/build` would send now: its result without the text."""

    tokens: int
    """Of the final text; never above the budget."""
    items: tuple[BuiltItem, ...]
    omitted: tuple[Omitted, ...]
    redactions: tuple[Redaction, ...]


class EstimateContextResult(Wire):
    """What the selection costs before it is built."""

    tokens: int
    """The whole, with fences, headings and sections, before any degrading."""
    tokens_exact: bool
    budget_tokens: int
    items: tuple[EstimatedItem, ...]
    sections: tuple[Section, ...]
    planned: PlannedContext | None = None
    """None when nothing can be built."""
    problem: str | None = None
    """Why nothing can be built: the instructions alone are over the budget."""


class EstimateContext(
    Request[BuildContextParams, EstimateContextResult], method="context/estimate"
):
    """Count what a selection would cost, and say what a build would send of it.

    `items`, `sections` and `tokens` are the selection with no suggestions and no degrading;
    `planned` is what fits the budget, with suggestions.
    """
