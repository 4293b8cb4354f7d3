"""The agent that summarises files: each content once, whoever asks and wherever it lies."""

import asyncio
from collections.abc import Mapping, Sequence
from weakref import WeakValueDictionary

from octoprompt.agents.instructions import VERSION, fill
from octoprompt.agents.orders import MOST_SUMMARIES, Outcome, Wanted
from octoprompt.agents.structured import Shape, ask_for
from octoprompt.agents.work import Work
from octoprompt.context.sensitive import sensitive
from octoprompt.errors import AnswerMalformed, BadRequest, BudgetSpent, FileProblem
from octoprompt.index.index import Index
from octoprompt.llm.request import Message
from octoprompt.workspace.workspace import Workspace

TOKENS_OF_FILE = 16_000
"""A longer file is shown by its outline."""
TOKENS_OF_SUMMARY = 400
AT_ONCE = 3
_underway: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
"""By content: two runs that want the same summary at the same time pay for one."""


async def files_of(index: Index, paths: Sequence[str]) -> list[str]:
    """Give the listed files that paths and folders mean, those with secrets left out.

    Fails with `BadRequest` when there are none, or too many.
    """
    listed = await index.paths()
    wanted = [path.strip("/") for path in paths]
    found = [
        path
        for path in listed
        if not sensitive(path)
        and any(path == one or path.startswith(f"{one}/") or one in ("", ".") for one in wanted)
    ]
    if not found:
        raise BadRequest("`summarize` needs `paths` of files or folders of the workspace")
    if len(found) > MOST_SUMMARIES:
        raise BadRequest(
            f"these are {len(found)} files, more than {MOST_SUMMARIES}: take fewer folders"
        )
    return found


def contents(workspace: Workspace, paths: Sequence[str]) -> dict[str, str]:
    """Name the contents of the files that can be read and hold anything, by path."""
    named: dict[str, str] = {}
    for path in paths:
        try:
            file = workspace.read_text(path)
        except FileProblem:
            continue
        if file.text.strip():
            named[path] = file.hash
    return named


async def summarize(work: Work) -> Outcome:
    """Summarise files that have no summary yet, and several files together from theirs."""
    paths = await files_of(work.lender.index, work.order.paths)
    named = await asyncio.to_thread(contents, work.lender.site.workspace, paths)
    known = await work.store.summaries.get(set(named.values()), VERSION)
    texts = {name: summary.text for name, summary in known.items()}
    missing = {name: path for path, name in named.items() if name not in texts}
    if work.order.is_automatic:
        return await _as_far_as_allowed(work, missing)
    limit = asyncio.Semaphore(AT_ONCE)

    failed: dict[str, str] = {}

    async def one(name: str, path: str) -> None:
        async with limit:
            try:
                texts[name] = await _summary(work, name, path)
            except AnswerMalformed as error:
                # One file that a model cannot put into words keeps no other from being summarised.
                failed[path] = error.message

    async with asyncio.TaskGroup() as group:
        for name, path in missing.items():
            group.create_task(one(name, path))
    done = {path: texts[name] for path, name in named.items() if name in texts}
    if not done:
        raise AnswerMalformed(next(iter(failed.values())))
    if len(named) == 1:
        return Outcome(summary=next(iter(done.values())))
    parts = [f"## `{path}`\n\n{text}" for path, text in done.items()]
    overview = await _overview(work, parts)
    if failed:
        left = "\n".join(f"- `{path}`" for path in failed)
        parts.append(f"## Not summarised: the answers made no sense\n\n{left}")
    return Outcome(summary="\n\n".join((overview, *parts)), text=overview, paths=tuple(done))


async def _as_far_as_allowed(work: Work, missing: Mapping[str, str]) -> Outcome:
    """Summarise one file after the other until the next one could cost too much; no overview."""
    done = dict[str, str]()
    failed = list[str]()
    problems = list[str]()
    for name, path in missing.items():
        try:
            done[path] = await _summary(work, name, path)
        except BudgetSpent as error:
            problems.append(f"Stopped: {error.message}.")
            break
        except AnswerMalformed as error:
            failed.append(path)
            problems.append(f"Not summarised: `{path}`: {error.message}.")
    parts = [f"## `{path}`\n\n{text}" for path, text in done.items()]
    return Outcome(
        summary="\n\n".join((*parts, *problems)), paths=tuple(done), failed=tuple(failed)
    )


class FileSummary(Shape):
    """A summary as a model gives it."""

    purpose: str
    exports: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()


def summary_text(summary: FileSummary) -> str:
    """Give a summary as Markdown."""
    exports = ", ".join(f"`{name.strip('` ')}`" for name in summary.exports if name.strip("` "))
    facts = "\n".join(f"- {fact.strip()}" for fact in summary.facts if fact.strip())
    parts = (summary.purpose.strip(), f"Exports: {exports}" if exports else "", facts)
    return "\n\n".join(filter(None, parts))


async def _summary(work: Work, name: str, path: str) -> str:
    """Give the summary of a content; whoever wants it while it is made waits for it."""
    async with _underway.setdefault(name, asyncio.Lock()):
        known = await work.store.summaries.get({name}, VERSION)
        return known[name].text if name in known else await _made(work, name, path)


async def _made(work: Work, name: str, path: str) -> str:
    built = await work.context(
        Wanted(paths=(path,), tokens=TOKENS_OF_FILE, has_rules=False, has_tree=False)
    )
    text = fill("summarize", file=built.text)
    found = await ask_for(work, FileSummary, [Message("user", text)], f"summarises {path}")
    summary, parts = summary_text(found), found.model_dump(mode="json")
    await work.store.summaries.put(name, work.target.model, VERSION, summary, parts)
    return summary


async def _overview(work: Work, parts: Sequence[str]) -> str:
    """Give an overview from summaries, as many as fit."""
    window = work.target.facts.context_window or 32_000
    room, shown = window * 2, list[str]()
    for part in parts:
        room -= len(part)
        if room < 0:
            break
        shown.append(part)
    text = fill("overview", summaries="\n\n".join(shown))
    answer = await work.ask([Message("user", text)], step="puts the summaries together")
    return answer.text.strip()
