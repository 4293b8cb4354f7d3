"""Agents that answer in words: questions, plans, reviews, commit messages, better prompts."""

import re

from octoprompt.agents.dialogue import CUT, Dialogue, converse
from octoprompt.agents.instructions import fill, load
from octoprompt.agents.orders import Outcome, PlannedStep, Wanted
from octoprompt.agents.plans import plan_text
from octoprompt.agents.references import unknown_references
from octoprompt.agents.structured import Shape, ask_for
from octoprompt.agents.work import Work, left_out
from octoprompt.errors import AnswerMalformed, BadRequest
from octoprompt.index.index import Index
from octoprompt.llm.answer import Completion
from octoprompt.llm.request import Message
from octoprompt.store.tasks import TaskFields

SUGGESTED = 8
NAMED = 20
"""So many files that a review left out are named at its end."""


async def ask(work: Work) -> Outcome:
    """Answer a question about the codebase."""
    order = work.order
    built = await work.context(
        Wanted(paths=order.paths, task=order.task, suggest=SUGGESTED, has_tree=True)
    )
    question = f"{built.text}\n\n# Question\n\n{order.task}"
    messages = [Message("system", load("ask")), Message("user", question)]
    answer = whole(await converse(work, messages, "reads and thinks"))
    unknown = await unknown_references(work, answer)
    if unknown:
        answer += "\n\n*These places do not exist: " + ", ".join(unknown) + ".*"
    return Outcome(summary=answer, text=answer)


class PlanStep(Shape):
    """A step as a model gives it."""

    title: str
    description: str = ""
    paths: tuple[str, ...] = ()


class Plan(Shape):
    """A plan as a model gives it."""

    summary: str
    steps: tuple[PlanStep, ...]


async def plan(work: Work) -> Outcome:
    """Plan a change, step by step."""
    order = work.order
    built = await work.context(
        Wanted(paths=order.paths, task=order.task, suggest=SUGGESTED, has_tree=True)
    )
    text = fill("plan", context=built.text, task=order.task)
    found = await ask_for(work, Plan, [Message("user", text)], "plans")
    steps = tuple(_step(step, work.lender.index) for step in found.steps)
    return Outcome(summary=plan_text(found.summary, steps), steps=steps)


def _step(step: PlanStep, index: Index) -> PlannedStep:
    """Give a step with the files that exist: what a model invents is no path."""
    paths = dict.fromkeys(path.strip().removeprefix("./") for path in step.paths)
    return PlannedStep(
        title=" ".join(step.title.split())[:200] or "Step",
        description=step.description.strip(),
        paths=tuple(path for path in paths if index.lists(path)),
    )


class Tasks(Shape):
    """Tasks as a model gives them."""

    tasks: tuple[PlanStep, ...]


async def generate_tasks(work: Work) -> Outcome:
    """Break a ticket into tasks, and keep them with it; those that are there already stay once."""
    order = work.order
    if order.ticket_id is None:
        raise BadRequest("`generateTasks` needs a `ticketId`")
    built = await work.context(
        Wanted(paths=order.paths, task=order.task, suggest=SUGGESTED, outlines=True)
    )
    text = fill("generate_tasks", context=built.text, task=order.task)
    found = await ask_for(work, Tasks, [Message("user", text)], "breaks the ticket into tasks")
    ticket = await work.store.tickets.get(order.ticket_id)
    known = {_same(task.content) for task in ticket.task_list} if order.append else set[str]()
    steps: list[PlannedStep] = []
    for step in (_step(task, work.lender.index) for task in found.tasks):
        if _same(step.title) not in known:
            known.add(_same(step.title))
            steps.append(step)
    if not steps and not order.append:
        raise AnswerMalformed("the model named no tasks: those that are there stay")
    fields = [TaskFields(content=s.title, description=_described(s)) for s in steps]
    if fields:
        await work.store.tasks.create_all(order.ticket_id, fields, instead=not order.append)
    summary = "\n".join(f"- [ ] {step.title}" for step in steps)
    return Outcome(summary=summary or "There was nothing to add.", steps=tuple(steps))


def _same(title: str) -> str:
    return re.sub(r"\W+", " ", title).casefold().strip()


def _described(step: PlannedStep) -> str:
    files = "\n".join(f"- `{path}`" for path in step.paths)
    return "\n\n".join(filter(None, (step.description, files)))


class Paths(Shape):
    """Files as a model names them."""

    paths: tuple[str, ...]


async def suggest_files(work: Work) -> Outcome:
    """Rank files for a task: the engine finds, the model chooses among what was found."""
    order = work.order
    built = await work.context(Wanted(task=order.task, suggest=30, outlines=True))
    offered = {path for path, _ in built.files}
    text = fill("suggest_files", task=order.task, context=built.text)
    found = await ask_for(work, Paths, [Message("user", text)], "chooses files")
    named = (path.strip().removeprefix("./") for path in found.paths)
    paths = tuple(dict.fromkeys(path for path in named if path in offered))
    return Outcome(summary="\n".join(f"- `{path}`" for path in paths), paths=paths)


class Ids(Shape):
    """Records as a model names them."""

    ids: tuple[str, ...]


async def suggest_prompts(work: Work) -> Outcome:
    """Choose prompts of the library for a task."""
    library = {prompt.id: prompt for prompt in await work.lender.prompts()}
    if not library:
        return Outcome(summary="The library has no prompts yet.")
    listed = "\n".join(f"- {p.id}: {p.name}: {p.description[:200]}" for p in library.values())
    text = fill("suggest_prompts", task=work.order.task, prompts=listed)
    found = await ask_for(work, Ids, [Message("user", text)], "looks through the prompts")
    ids = tuple(dict.fromkeys(i for i in found.ids if i in library))
    return Outcome(summary="\n".join(f"- {library[i].name}" for i in ids), prompt_ids=ids)


async def optimize_prompt(work: Work) -> Outcome:
    """Rewrite a prompt; nothing is saved."""
    order = work.order
    if not order.content.strip():
        raise BadRequest("`optimizePrompt` needs a `promptId`, or the text in `request`")
    wishes = f"What matters: {order.request}" if order.request else ""
    text = fill("optimize_prompt", wishes=wishes, content=order.content)
    answer = await work.ask([Message("user", text)], step="rewrites the prompt")
    refuse_cut(answer)
    return Outcome(summary="A new version of the prompt.", text=unfenced(answer.text))


async def commit_message(work: Work) -> Outcome:
    """Write a commit message for what is staged, else for what has changed."""
    for diff in ("staged", "working"):
        built = await work.context(Wanted(diff=diff, has_rules=False))
        if built.text.strip():
            text = fill("commit_message", wishes=work.order.request, context=built.text)
            answer = await work.ask([Message("user", text)], step="words the changes")
            refuse_cut(answer)
            message = unfenced(answer.text)
            return Outcome(summary=message.partition("\n")[0], text=message)
    raise BadRequest("git sees no changes: there is nothing to commit")


async def review(work: Work) -> Outcome:
    """Review what has changed."""
    built = await work.context(Wanted(paths=work.order.paths, diff="working"))
    if not built.text.strip():
        raise BadRequest("git sees no changes: there is nothing to review")
    text = fill("review", wishes=work.order.task, context=built.text)
    answer = await work.ask([Message("user", text)], step="reviews the changes")
    said = whole(Dialogue((), answer.text, is_cut=answer.status == "incomplete"))
    if left := left_out(built):
        shown = ", ".join(f"`{one}`" for one in left[:NAMED])
        more = f" and {len(left) - NAMED} more" if len(left) > NAMED else ""
        said += f"\n\n*Not reviewed, for it is not sent or did not fit: {shown}{more}.*"
    return Outcome(summary=said, text=said)


def refuse_cut(answer: Completion) -> None:
    """Fail with `AnswerMalformed` for an answer that is of no use unless it is whole."""
    if answer.status == "incomplete":
        raise AnswerMalformed(
            "the answer breaks off before its end; what there is of it is in the run's log:"
            " let the model write more, or ask for less"
        )


def whole(dialogue: Dialogue) -> str:
    """Give an answer, and say so where it is not the whole one."""
    return dialogue.answer + (f"\n\n*{CUT}*" if dialogue.is_cut else "")


def unfenced(text: str) -> str:
    """Give an answer without the fence that some models put around all of it."""
    plain = text.strip()
    fenced = re.fullmatch(r"(`{3,})\w*\n(.*)\n\1", plain, re.DOTALL)
    return fenced[2].strip() if fenced else plain
