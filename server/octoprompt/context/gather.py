"""From wishes to material: reads files through the gate, asks the index, and says what cannot be.

Every path ends as a candidate or as an omission with a reason; nothing is dropped without a word.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from octoprompt.context import focus, views
from octoprompt.context.masking import masked_file
from octoprompt.context.model import Candidate, Format, Omission, Place, Source, Unit, Wanted
from octoprompt.context.outline import places
from octoprompt.context.rules import rules_paths
from octoprompt.context.sections import rules_unit
from octoprompt.context.sensitive import sensitive
from octoprompt.context.tree import trees
from octoprompt.errors import FileProblem, IndexProblem, PathNotFound
from octoprompt.index.model import Parsed, Suggestion, SuggestQuery
from octoprompt.workspace.workspace import FileText, Workspace

CONFIRM = "needs confirmation"
"""How the reason begins for a file that is sent when its item says `confirmed`."""
RULES_BYTES = 256 * 1024
FOCUSED = 6
"""So many suggested files are searched for further parts, and shown as outlines where parts do not
fit; the next ones rarely get the room."""
RANKED = 1_000
"""Files beyond have too little to do with a task to be ordered by it."""
REMEMBERED_PLACES = 300
"""Of so many files it is remembered where their definitions stand."""
MORE_SUGGESTED = 10
"""Asked for beyond what is wanted, in place of those that cannot be sent."""


class Knowledge(Protocol):
    """What the index is asked."""

    async def parsed(self, path: str, file: FileText | None = None) -> Parsed:
        """Give the symbols of exactly this text of a file."""
        ...

    async def paths(self) -> Sequence[str]:
        """Give every file that no rule excludes."""
        ...

    def lists(self, path: str) -> bool:
        """Say whether a file is known to be one of them."""
        ...

    async def excluded(self, paths: Iterable[str]) -> set[str]:
        """Give those of some paths that ignore rules of any kind leave out."""
        ...

    async def moved(self, path: str) -> str | None:
        """Say where a file that is gone probably is."""
        ...

    async def suggest(self, query: SuggestQuery) -> tuple[list[Suggestion], str]:
        """Name the files that matter for a task."""
        ...


class Gone(str):
    """Why a file cannot be read: it is not there."""

    __slots__ = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """Where files come from, and how the text names and frames them."""

    workspace: Workspace
    index: Knowledge
    prefix: str
    """The root's name and a slash where several roots are open, else empty."""
    form: Format


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """One item as the user chose it."""

    wanted: Wanted
    confirmed: bool = False
    problem: str = ""
    """Why it cannot be met, whatever the file holds."""


def join(first: Wish, second: Wish) -> Wish:
    """Give the union of two wishes for one file."""
    one, other = first.wanted, second.wanted
    wanted = Wanted(
        path=one.path,
        whole=one.whole or other.whole,
        outline=one.outline or other.outline,
        ranges=tuple(sorted({*one.ranges, *other.ranges})),
        symbols=tuple(sorted({*one.symbols, *other.symbols})),
        note=one.note or other.note,
        insisted=one.insisted or other.insisted,
    )
    return Wish(wanted=wanted, confirmed=first.confirmed or second.confirmed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a wish became."""

    path: str
    candidate: Candidate | None = None
    problems: tuple[str, ...] = ()
    """Why there is no candidate, or what is missing in it."""
    moved_to: str | None = None
    """Where a file that is gone probably is."""


async def chosen(site: Site, wishes: Sequence[Wish], task: str = "") -> list[Answer]:
    """Give the answer to each wish, in their order; the task says which parts of a file matter."""
    refused = await _refusals(site, wishes)
    wanted = [wish.wanted.path for wish in wishes if wish.wanted.path not in refused]
    sources = await _sources(site, wanted)
    answers = await asyncio.to_thread(
        lambda: [
            _answer(site, wish, refused.get(wish.wanted.path, ""), (sources, task))
            for wish in wishes
        ]
    )
    gone = {path for path, source in sources.items() if isinstance(source, Gone)}
    return [await _sought(site, answer) if answer.path in gone else answer for answer in answers]


async def _sought(site: Site, answer: Answer) -> Answer:
    """Say of a file that is gone where it probably is."""
    now = await site.index.moved(answer.path)
    if now is None or now == answer.path:
        return answer
    problems = tuple(f"{problem}; it may be `{now}` now" for problem in answer.problems)
    return replace(answer, problems=problems, moved_to=now)


async def ranks(site: Site, task: str) -> dict[str, int]:
    """Give the place of each file that the task concerns; none while the index cannot say."""
    try:
        found, _ = await site.index.suggest(SuggestQuery(text=task, limit=RANKED))
    except IndexProblem:
        return {}
    return {suggestion.path: place for place, suggestion in enumerate(found)}


async def suggested(
    site: Site, query: SuggestQuery, wanted: int
) -> tuple[list[Candidate], list[Omission]]:
    """Give at most `wanted` candidates that go with the task and are not selected already."""
    try:
        found, _ = await site.index.suggest(query)
    except IndexProblem as problem:
        return [], [Omission(path="", reason=f"no suggestions: {problem.message}")]
    open_to_all = await asyncio.to_thread(_unasked, site, [s.path for s in found])
    held = set(query.selected_paths)
    best = [s for s in found if s.path in open_to_all and s.path not in held][:wanted]
    sources = await _sources(site, [suggestion.path for suggestion in best])
    read = [(s, source) for s in best if isinstance(source := sources[s.path], Source)]
    unread = [(s, why) for s in best if isinstance(why := sources[s.path], str)]
    omissions = [Omission(path=s.path, reason=f"suggested, but {why}") for s, why in unread]
    return await asyncio.to_thread(_suggestions, site, query.text, read), omissions


def _suggestions(
    site: Site, task: str, found: Iterable[tuple[Suggestion, Source]]
) -> list[Candidate]:
    candidates: list[Candidate] = []
    for place, (suggestion, source) in enumerate(found):
        why = "suggested: " + "; ".join(suggestion.reasons or ("it resembles the task",))
        parts = list(suggestion.passages)
        if place < FOCUSED or focus.holds_the_parts(source, parts):
            parts = focus.with_more(task, source, parts)
        candidate = views.suggested(source, parts, why, site.form)
        if place < FOCUSED or not parts:
            candidate = views.outlined(candidate, source, site.form)
        candidates.append(candidate)
    return candidates


async def rules(site: Site, shown: Iterable[str]) -> tuple[list[Unit], list[Omission]]:
    """Give the rules files that hold for the shown files; none in an untrusted workspace."""
    if not site.workspace.options.trusted:
        return [], [Omission(path="", reason="no rules files: the workspace is not trusted")]
    paths = rules_paths(set(await site.index.paths()), shown)
    open_to_all = await asyncio.to_thread(_unasked, site, paths)
    free = [path for path in paths if path in open_to_all]
    texts = await asyncio.to_thread(_read_all, site.workspace, free, RULES_BYTES)
    units: list[Unit] = []
    omissions: list[Omission] = []
    for path, text in texts.items():
        if isinstance(text, str):
            omissions.append(Omission(path=path, reason=text))
        else:
            units.append(rules_unit(path, site.prefix + path, text.text, site.form))
    return units, omissions


async def tree(site: Site) -> tuple[str, ...]:
    """Give the file tree at falling depths."""
    paths = await site.index.paths()
    return await asyncio.to_thread(trees, [site.prefix + path for path in paths])


async def _refusals(site: Site, wishes: Sequence[Wish]) -> dict[str, str]:
    """Give the reason for each path that may not be read at all, or not without a yes."""
    refused: dict[str, str] = {}
    unsure: dict[str, str] = {}
    paths = [wish.wanted.path for wish in wishes]
    leads = await asyncio.to_thread(_real_paths, site.workspace, paths)
    for wish in wishes:
        path = wish.wanted.path
        real = leads[path]
        if isinstance(real, FileProblem):
            refused[path] = real.message
        elif wish.confirmed:
            continue
        elif why := sensitive(path) or sensitive(real):
            refused[path] = f"{CONFIRM}: {why}"
        elif not site.index.lists(real):
            unsure[path] = real
    ignored = await site.index.excluded(unsure.values()) if unsure else set[str]()
    for path, real in unsure.items():
        if real in ignored:
            refused[path] = f"{CONFIRM}: ignore rules exclude it"
    asked = [path for path, reason in refused.items() if reason.startswith(CONFIRM)]
    unreadable = await asyncio.to_thread(_unreadable, site.workspace, asked)
    return {**refused, **unreadable}


def _unreadable(workspace: Workspace, paths: Iterable[str]) -> dict[str, str]:
    """Give the reason for each path of which no yes would help: it cannot be sent at all."""
    found: dict[str, str] = {}
    for path in paths:
        try:
            workspace.read_text(path)
        except FileProblem as problem:
            found[path] = problem.message
    return found


def _unasked(site: Site, paths: Iterable[str]) -> set[str]:
    """Give the paths that may be sent although nobody chose them."""
    return {
        path
        for path, real in _real_paths(site.workspace, paths).items()
        if isinstance(real, str)
        and not (sensitive(path) or sensitive(real))
        and (real == path or site.index.lists(real))
    }


def _real_paths(workspace: Workspace, paths: Iterable[str]) -> dict[str, str | FileProblem]:
    """Say where each path really leads: a link counts as what it leads to."""
    found: dict[str, str | FileProblem] = {}
    for path in paths:
        try:
            found[path] = workspace.resolve(path).relative_to(workspace.root).as_posix()
        except FileProblem as problem:
            found[path] = problem
    return found


async def _sources(site: Site, paths: Iterable[str]) -> dict[str, Source | str]:
    """Read and parse files; a problem stands as its text."""
    files = await asyncio.to_thread(_read_all, site.workspace, list(dict.fromkeys(paths)))
    parses = await asyncio.gather(
        *(_parsed(site, path, file) for path, file in files.items() if not isinstance(file, str))
    )
    parsed = iter(parses)
    return await asyncio.to_thread(
        lambda: {
            path: file if isinstance(file, str) else _source(site, path, file, next(parsed))
            for path, file in files.items()
        }
    )


async def _parsed(site: Site, path: str, file: FileText) -> Parsed:
    try:
        return await site.index.parsed(path, file)
    except (IndexProblem, FileProblem) as problem:
        return Parsed(language="", problem=problem.message)


def _source(site: Site, path: str, file: FileText, parsed: Parsed) -> Source:
    text, masks = masked_file(file.hash, file.text)
    return Source(
        path=path,
        label=site.prefix + file.path,
        text=text,
        parsed=parsed,
        places=_places(file, parsed),
        masks=masks,
    )


# By content hash and number of symbols: the same files are shown again and again.
_KNOWN_PLACES: OrderedDict[tuple[str, int], tuple[Place, ...]] = OrderedDict()


def _places(file: FileText, parsed: Parsed) -> tuple[Place, ...]:
    key = file.hash, len(parsed.symbols)
    found = _KNOWN_PLACES.pop(key, None)
    # Files are read on threads: two may compute the same, and the answers are equal.
    _KNOWN_PLACES[key] = found = places(file.text, parsed) if found is None else found
    while len(_KNOWN_PLACES) > REMEMBERED_PLACES:
        _KNOWN_PLACES.popitem(last=False)
    return found


def _read_all(
    workspace: Workspace, paths: Iterable[str], limit: int | None = None
) -> dict[str, FileText | str]:
    """Read files on a thread, and look for secrets there while at it."""
    files: dict[str, FileText | str] = {}
    for path in paths:
        try:
            file = workspace.read_text(path, limit=limit)
        except PathNotFound as problem:
            files[path] = Gone(problem.message)
            continue
        except FileProblem as problem:
            files[path] = problem.message
            continue
        masked_file(file.hash, file.text)
        files[path] = file
    return files


def _answer(
    site: Site, wish: Wish, refusal: str, known: tuple[dict[str, Source | str], str]
) -> Answer:
    path = wish.wanted.path
    sources, task = known
    if reason := wish.problem or refusal:
        return Answer(path=path, problems=(reason,))
    source = sources[path]
    if isinstance(source, str):
        return Answer(path=path, problems=(source,))
    best = focus.with_more(task, source, ()) if task else ()
    candidate, missing = views.chosen(source, wish.wanted, site.form, best)
    return Answer(path=path, candidate=candidate, problems=tuple(missing))
