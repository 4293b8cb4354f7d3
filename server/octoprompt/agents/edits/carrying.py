"""One edit carried out on the disk, or taken back: whole, or not at all.

Each function looks at what the file holds now, says what would have to be written, and writes it
only over that. It is for a thread: it waits for the disk.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from octoprompt.agents.edits.applying import apply
from octoprompt.agents.edits.differences import Place, chosen, places
from octoprompt.agents.edits.hunks import Hunk
from octoprompt.agents.edits.state import NOTHING, Lines, State, lines_of, read_state
from octoprompt.errors import FileChanged, FileUnwritable
from octoprompt.workspace.paths import shown, split
from octoprompt.workspace.protected import is_version_control
from octoprompt.workspace.workspace import Workspace
from octoprompt.workspace.writing import NewContent, remove, write

CONTEXT = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is to become of a file; the contents are bytes, None for no file."""

    path: str
    new_path: str | None
    before: bytes | None
    after: bytes | None
    accepted: tuple[int, ...] | None
    """The numbers of the places that are wanted; None for all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What has to be written, over what."""

    path: str
    new_path: str | None
    now: State | None
    """What the path holds at the moment."""
    then: bytes | None
    """What it, or the new path, is to hold; None for nothing."""


def accepted_text(wanted: Wanted) -> bytes | None:
    """Give the bytes with the accepted places alone."""
    if wanted.accepted is None or wanted.before is None or wanted.after is None:
        return wanted.after
    before, after = (lines_of(data, wanted.path) for data in (wanted.before, wanted.after))
    if before is None or after is None:
        return wanted.after
    found = places(before.text, after.text)
    taken = [number for number in wanted.accepted if number < len(found)]
    if len(taken) == len(found):
        return wanted.after
    return before.bytes_of(chosen(before.text, found, taken)) if taken else wanted.before


def step_forward(workspace: Workspace, wanted: Wanted) -> Step:
    """Work out what applying writes.

    Fails with `FileChanged` where the file is another one than the agent saw and the change has no
    sure place in it, with `FileUnwritable` for what is never written, and with any `FileProblem`.
    """
    refuse_forbidden(workspace, wanted)
    now = read_state(workspace, wanted.path)
    then = accepted_text(wanted)
    if (None if now is None else now.data) != wanted.before:
        then = _merged(wanted, now, then)
    if wanted.new_path is not None and read_state(workspace, wanted.new_path) is not None:
        raise FileChanged(f"`{shown(wanted.new_path)}` is there by now")
    return Step(path=wanted.path, new_path=wanted.new_path, now=now, then=then)


def refuse_forbidden(workspace: Workspace, wanted: Wanted) -> None:
    """Refuse what is never written, whoever says yes; fails with `FileUnwritable`."""
    for path in (wanted.path, wanted.new_path):
        if path is None:
            continue
        real = workspace.gate.plain_parts(path)
        if is_version_control(path) or is_version_control("/".join(real)):
            raise FileUnwritable(f"`{shown(path)}` belongs to version control: it is never written")
        is_moved = wanted.after is None or wanted.new_path is not None
        if is_moved and real != split(path):
            raise FileUnwritable(f"`{shown(path)}` is a link: change it by hand")


def _merged(wanted: Wanted, now: State | None, then: bytes | None) -> bytes:
    """Make the change in what the file holds by now, where each place is sure."""
    stale = FileChanged(f"`{shown(wanted.path)}` changed since it was read: ask for the edit anew")
    if now is None or wanted.before is None or then is None:
        raise stale
    texts = [lines_of(data, wanted.path) for data in (wanted.before, then, now.data)]
    before, after, current = texts
    if before is None or after is None or current is None:
        raise stale
    applied = apply(current.text, _hunks(before.text, places(before.text, after.text)))
    if not applied.is_complete:
        raise stale
    return current.bytes_of(applied.text)


def _hunks(before: str, changes: Sequence[Place]) -> list[Hunk]:
    """Give each place with the lines around it."""
    lines = before.split("\n")
    return [
        Hunk(
            search=_joined(lines[max(0, place.start - CONTEXT) : place.end + CONTEXT]),
            replace=_joined(lines[max(0, place.start - CONTEXT) : place.start])
            + "".join(place.lines)
            + _joined(lines[place.end : place.end + CONTEXT]),
        )
        for place in changes
    ]


def _joined(lines: Sequence[str]) -> str:
    return "".join(f"{line}\n" for line in lines)


def carry_out(workspace: Workspace, step: Step) -> None:
    """Write a step over exactly what it was worked out from.

    Fails with `FileChanged` and `FileUnwritable`; the file is as it was then, except that a
    renaming which fails at its second half leaves both files.
    """
    expected = None if step.now is None else step.now.hash
    mode = None if step.now is None else step.now.mode
    target = step.new_path or step.path
    if step.then is None:
        if step.now is not None:
            remove(workspace.gate, step.path, step.now.hash)
        return
    over = None if step.new_path is not None else expected
    write(workspace.gate, NewContent(path=target, data=step.then, expected=over, mode=mode))
    if step.new_path is not None and step.now is not None:
        remove(workspace.gate, step.path, step.now.hash)


def lines_now(step: Step) -> Lines | None:
    """Give the lines of what is to be there, for an editor that has the file open."""
    return NOTHING if step.then is None else lines_of(step.then, step.path)
