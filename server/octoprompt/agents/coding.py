"""The agent that changes code: it looks, writes blocks, and ends in proposals, never in files."""

import asyncio
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from octoprompt.agents.dialogue import CUT, Dialogue, converse
from octoprompt.agents.edits.applying import apply
from octoprompt.agents.edits.blocks import DIFF_HEAD, FENCE, FileEdit, parse
from octoprompt.agents.edits.hunks import Hunk, Missed
from octoprompt.agents.edits.proposing import told
from octoprompt.agents.edits.state import NOTHING, is_file, lines_of, read_state
from octoprompt.agents.instructions import fill, load
from octoprompt.agents.orders import Outcome, Wanted
from octoprompt.agents.work import Work
from octoprompt.errors import BudgetSpent, FileProblem, ModelProblem
from octoprompt.llm.request import Message
from octoprompt.workspace.workspace import Workspace

SUGGESTED = 8
"""Files of the first look."""
BLOCKS = re.compile(
    r"(?:^[^\n]*\n)?^\s{0,3}<{5,9} ?SEARCH\b.*?^\s{0,3}>{5,9} ?REPLACE\b[^\n]*\n?",
    re.DOTALL | re.MULTILINE,
)
GAPS = re.compile(r"\n{3,}")
EMPTY_FENCE = re.compile(r"^```\w*\s*\n\s*```\s*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Miss:
    """Hunks of a file that have no place, and what to say of them."""

    file: FileEdit
    hunks: tuple[Hunk, ...]
    message: str


async def code(work: Work) -> Outcome:
    """Change code as proposals; hunks without a place are given back to the model once."""
    order, site = work.order, work.lender.site
    built = await work.context(
        Wanted(paths=order.paths, task=order.task, suggest=SUGGESTED, has_tree=True)
    )
    question = f"{built.text}\n\n# What is wanted\n\n{order.task}"
    messages = [Message("system", load("code")), Message("user", question)]
    dialogue = await converse(work, messages, "reads and writes code")
    said = without_end(dialogue.answer) if dialogue.is_cut else dialogue.answer
    named = partial(is_file, site.workspace)
    parsed = await asyncio.to_thread(parse, said, named)
    notes = [f"*{CUT} What it breaks off in is left out.*"] if dialogue.is_cut else []
    misses = await asyncio.to_thread(find_misses, site.workspace, parsed.files)
    if misses:
        try:
            put_right(misses, await _corrected(work, dialogue, misses))
        except (ModelProblem, BudgetSpent) as error:
            # What has its place is paid for, and good.
            notes.append(f"*Blocks that were not found were not asked for again: {error.message}.*")
    n_edits = 0
    if parsed.files:
        # A run that ended right after it had proposed, and is resumed, has done so.
        edits = await work.store.edits.list(work.run_id)
        if not edits:
            edits, _ = await work.desk.propose(site, work.run_id, parsed.files)
        n_edits = len(edits)
    said = prose(said)
    problems = "".join(f"\n- {problem}" for problem in parsed.problems)
    problems = f"Not understood:{problems}" if problems else ""
    summary = "\n\n".join(filter(None, (said, problems, *notes)))
    return Outcome(summary=summary or f"{n_edits} changes.", text=said, edits=n_edits)


async def _corrected(work: Work, dialogue: Dialogue, misses: Sequence[Miss]) -> list[FileEdit]:
    text = fill("missed", missed="\n\n".join(miss.message for miss in misses))
    again = [*dialogue.messages, Message("user", text)]
    answer = await work.ask(again, step="corrects what was not found")
    text = without_end(answer.text) if answer.status == "incomplete" else answer.text
    named = partial(is_file, work.lender.site.workspace)
    return (await asyncio.to_thread(parse, text, named)).files


def without_end(text: str) -> str:
    """Give an answer that was cut without its last line, and the last hunk of a diff left open."""
    lines = text.split("\n")[:-1]
    mark, begin = "", None
    for number, line in enumerate(lines):
        fence = FENCE.fullmatch(line)
        if fence and not mark:
            mark, begin = fence[1], number if fence[2] == "diff" else None
        elif mark and line.strip() == mark:
            mark, begin = "", None
    if begin is not None:
        heads = [n for n in range(begin, len(lines)) if DIFF_HEAD.fullmatch(lines[n])]
        del lines[heads[-1] if heads else begin :]
    return "\n".join(lines)


def find_misses(workspace: Workspace, files: Sequence[FileEdit]) -> list[Miss]:
    """Give the hunks that have no sure place in their files as they are now."""
    found: list[Miss] = []
    for file in files:
        try:
            state = read_state(workspace, workspace.normal(file.path))
            lines = NOTHING if state is None else lines_of(state.data, file.path)
        except FileProblem:
            continue
        if lines is None or file.kind == "delete":
            continue
        outcomes = apply(lines.text, file.hunks).outcomes
        missed = [
            (hunk, outcome)
            for hunk, outcome in zip(file.hunks, outcomes, strict=True)
            if isinstance(outcome, Missed)
        ]
        if missed:
            parts = [f"{file.path}\n{hunk.search}\n({told(outcome)})" for hunk, outcome in missed]
            found.append(Miss(file, tuple(hunk for hunk, _ in missed), "\n\n".join(parts)))
    return found


def put_right(misses: Sequence[Miss], corrected: Sequence[FileEdit]) -> None:
    """Put corrected hunks in the place of those that were missed; without any they stay."""
    by_path = {file.path: file for file in corrected}
    for miss in misses:
        better = by_path.get(miss.file.path)
        if better is not None and better.hunks:
            kept = [hunk for hunk in miss.file.hunks if hunk not in miss.hunks]
            miss.file.hunks[:] = [*kept, *better.hunks]


def prose(answer: str) -> str:
    """Give what an answer says besides its blocks."""
    return GAPS.sub("\n\n", EMPTY_FENCE.sub("", BLOCKS.sub("", answer))).strip()
