"""From what an answer wants of files to proposals that a person can judge."""

from __future__ import annotations

from dataclasses import dataclass

from octoprompt.agents.edits.applying import apply
from octoprompt.agents.edits.blocks import FileEdit
from octoprompt.agents.edits.hunks import Missed
from octoprompt.agents.edits.state import NOTHING, Lines, State, lines_of, read_state
from octoprompt.errors import FileProblem
from octoprompt.store.edits import Kind, Problem
from octoprompt.workspace.paths import shown
from octoprompt.workspace.protected import protection
from octoprompt.workspace.workspace import Workspace

SHOWN_LINES = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A proposal with its contents, not stored yet."""

    path: str
    kind: Kind
    new_path: str | None = None
    before: bytes | None
    after: bytes | None
    problems: tuple[Problem, ...] = ()
    missed: tuple[Missed, ...] = ()
    """Hunks without a place, to be told to the model."""


def draft(workspace: Workspace, wanted: FileEdit) -> Draft:
    """Work out what a file would become; reads the file, and writes nothing.

    A file that cannot be read, or may not be, is a draft of nothing with that problem.
    """
    try:
        return _draft(workspace, wanted)
    except FileProblem as error:
        problem = Problem(kind="unwritable", message=error.message)
        return Draft(
            path=wanted.path,
            kind=wanted.kind,
            new_path=wanted.new_path,
            before=None,
            after=None,
            problems=(problem,),
        )


def _draft(workspace: Workspace, wanted: FileEdit) -> Draft:
    path = workspace.normal(wanted.path)
    new_path = None if wanted.new_path is None else workspace.normal(wanted.new_path)
    state = read_state(workspace, path)
    problems = protections(workspace, path, new_path)
    if wanted.kind == "delete":
        return _deletion(path, state, problems)
    lines = NOTHING if state is None else lines_of(state.data, path)
    if lines is None:
        if new_path is not None and state is not None and not wanted.hunks:
            problems += _rename_problems(workspace, state, path, new_path)
            return _moved(path, new_path, state, problems)
        return _not_text(path, state, problems)
    applied = apply(lines.text, wanted.hunks)
    missed = tuple(outcome for outcome in applied.outcomes if isinstance(outcome, Missed))
    if mark := lines.missing(applied.text):
        problems.append(_recoded(path, lines, mark))
    kind: Kind = "create" if state is None else "modify"
    if new_path is not None:
        kind = "rename"
        problems += _rename_problems(workspace, state, path, new_path)
    return Draft(
        path=path,
        kind=kind,
        new_path=new_path,
        before=None if state is None else state.data,
        after=None if state is None and missed else _after(state, lines, applied.text),
        problems=(*problems, *(Problem(kind="missed", message=told(miss)) for miss in missed)),
        missed=missed,
    )


def _recoded(path: str, lines: Lines, mark: str) -> Problem:
    message = (
        f"`{shown(path)}` is {lines.decoded.encoding} text, which has no `{shown(mark)}`: all of it"
        " would become UTF-8"
    )
    return Problem(kind="encoding", message=message)


def _after(state: State | None, lines: Lines, text: str) -> bytes:
    """Give the new bytes; what was not changed is given as it was, to the byte."""
    if state is not None and text == lines.text:
        return state.data
    return lines.bytes_of(text)


def _deletion(path: str, state: State | None, problems: list[Problem]) -> Draft:
    if state is None:
        problems.append(Problem(kind="missed", message=f"`{shown(path)}` is not there"))
    before = None if state is None else state.data
    return Draft(path=path, kind="delete", before=before, after=None, problems=tuple(problems))


def _moved(path: str, new_path: str, state: State, problems: list[Problem]) -> Draft:
    """Rename what is no text: its bytes stay as they are."""
    return Draft(
        path=path,
        kind="rename",
        new_path=new_path,
        before=state.data,
        after=state.data,
        problems=tuple(problems),
    )


def _not_text(path: str, state: State | None, problems: list[Problem]) -> Draft:
    problems.append(Problem(kind="missed", message=f"`{shown(path)}` is not text: it stays"))
    data = None if state is None else state.data
    return Draft(path=path, kind="modify", before=data, after=data, problems=tuple(problems))


def _rename_problems(
    workspace: Workspace, state: State | None, path: str, new_path: str
) -> list[Problem]:
    if state is None:
        return [Problem(kind="missed", message=f"`{shown(path)}` is not there")]
    if read_state(workspace, new_path) is not None:
        return [Problem(kind="missed", message=f"`{shown(new_path)}` is there already")]
    return []


def protections(workspace: Workspace, *paths: str | None) -> list[Problem]:
    """Say of each path, and of where it really leads, why it needs a yes of its own."""
    found: dict[str, str] = {}
    for path in paths:
        if path is not None:
            real = workspace.resolve(path).relative_to(workspace.root).as_posix()
            for name in (path, real):
                if (reason := protection(name)) is not None:
                    found.setdefault(path, reason)
    return [
        Problem(kind="protected", message=f"`{shown(path)}` needs a yes of its own: {reason}")
        for path, reason in found.items()
    ]


def told(miss: Missed) -> str:
    """Say why a hunk has no place, with the lines that come nearest."""
    if not miss.candidates:
        return miss.reason
    nearest = miss.candidates[0]
    lines = "\n".join(nearest.text.split("\n")[:SHOWN_LINES])
    return f"{miss.reason}; nearest, from line {nearest.line}:\n{lines}"
