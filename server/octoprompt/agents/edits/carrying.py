"""One edit carried out on the disk, or taken back: whole, or not at all.

Each function looks at what the file holds now, says what would have to be written, and writes it
only over that. It is for a thread: it waits for the disk.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from octoprompt.agents.edits.applying import apply
from octoprompt.agents.edits.differences import Place, chosen, places
from octoprompt.agents.edits.hunks import Hunk
from octoprompt.agents.edits.state import State, lines_of, read_state
from octoprompt.errors import FileChanged, FileProblem, FileUnwritable
from octoprompt.workspace.paths import shown, split
from octoprompt.workspace.protected import is_version_control
from octoprompt.workspace.text import content_hash
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
    is_begun: bool = False
    """Whether it was about to be written before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What has to be written, over what."""

    path: str
    new_path: str | None
    now: State | None
    """What the path holds at the moment."""
    then: bytes | None
    """What it, or the new path, is to hold; None for nothing."""
    mode: int | None = None
    """The permissions of a file that comes back; else those of the one that is there."""
    is_merged: bool = False
    """Whether the file is another one than the agent saw, so that nobody has seen what comes."""
    is_half_done: bool = False
    """Whether a server died after it had written the new name, before it took away the old one."""

    @property
    def is_change(self) -> bool:
        """Whether a file that is there gets another content, and keeps its name."""
        return None not in (self.now, self.then) and self.new_path is None


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
    if wanted.before is None and wanted.after is None:
        raise FileChanged(f"`{shown(wanted.path)}` was not there for the agent: ask anew")
    now = read_state(workspace, wanted.path)
    then = accepted_text(wanted)
    is_merged = (None if now is None else now.data) != wanted.before
    if is_merged:
        then = _merged(wanted, now, then)
    there = None if wanted.new_path is None else read_state(workspace, wanted.new_path)
    is_half_done = there is not None and wanted.is_begun and there.data == then
    if there is not None and not is_half_done:
        raise FileChanged(f"`{shown(wanted.new_path or '')}` is there by now")
    return Step(
        path=wanted.path,
        new_path=wanted.new_path,
        now=now,
        then=then,
        is_merged=is_merged,
        is_half_done=is_half_done,
    )


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
    if not applied.is_complete or not _takes_only(
        _going(before.text, after.text), _going(current.text, applied.text)
    ):
        raise stale
    return current.bytes_of(applied.text)


def _going(old: str, new: str) -> list[str]:
    lines = old.split("\n")
    return [line for place in places(old, new) for line in lines[place.start : place.end]]


def _takes_only(agreed: Sequence[str], going: Sequence[str]) -> bool:
    """Say whether nothing goes but what a person saw go: a line that was changed since stays."""
    return not Counter(going) - Counter(agreed)


def _hunks(before: str, changes: Sequence[Place]) -> list[Hunk]:
    """Give each place with the lines around it, none of them twice."""
    lines = before.split("\n")
    ends = [0, *(place.end for place in changes)]
    starts = [*(place.start for place in changes), len(lines)]
    gaps = [start - end for start, end in zip(starts, ends, strict=True)]
    hunks: list[Hunk] = []
    for number, place in enumerate(changes):
        above = min(CONTEXT, gaps[number] if number == 0 else gaps[number] - gaps[number] // 2)
        is_last = number == len(changes) - 1
        below = min(CONTEXT, gaps[number + 1] if is_last else gaps[number + 1] // 2)
        head = _joined(lines[place.start - above : place.start])
        tail = _joined(lines[place.end : place.end + below])
        gone = _joined(lines[place.start : place.end])
        new = "".join(place.lines)
        hunks.append(Hunk(search=head + gone + tail, replace=head + new + tail))
    return hunks


def _joined(lines: Sequence[str]) -> str:
    return "".join(f"{line}\n" for line in lines)


def carry_out(workspace: Workspace, step: Step) -> None:
    """Write a step over exactly what it was worked out from.

    Fails with `FileChanged` and `FileUnwritable`; the file is as it was then.
    """
    expected = None if step.now is None else step.now.hash
    mode = step.mode if step.now is None else step.now.mode
    target = step.new_path or step.path
    if step.then is None:
        if step.now is not None:
            remove(workspace.gate, step.path, step.now.hash)
        return
    over = None if step.new_path is not None else expected
    if not step.is_half_done:
        write(workspace.gate, NewContent(path=target, data=step.then, expected=over, mode=mode))
    if step.new_path is None or step.now is None:
        return
    try:
        remove(workspace.gate, step.path, step.now.hash)
    except FileProblem:
        # The old name stays, so the new one goes again.
        remove(workspace.gate, step.new_path, content_hash(step.then))
        raise


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What applying an edit did to its file."""

    path: str
    new_path: str | None
    wrote: bytes | None
    """What it left there; None for nothing."""
    before: bytes | None
    """What was there before; None for nothing."""
    mode: int | None

    @property
    def target(self) -> str:
        """Where what it wrote is."""
        return self.new_path or self.path


def is_left_as_written(workspace: Workspace, done: Done) -> bool:
    """Tell whether the file holds what applying wrote; reads it. Fails with any `FileProblem`."""
    now = read_state(workspace, done.target)
    if now is None or done.wrote is None:
        return now is None and done.wrote is None
    return now.data == done.wrote or _same_text(now.data, done.wrote, done.path)


def _same_text(one: bytes, other: bytes, path: str) -> bool:
    """Tell whether an editor that saved a text only gave it another encoding."""
    lines, others = lines_of(one, path), lines_of(other, path)
    return lines is not None and others is not None and lines.text == others.text


def step_back(workspace: Workspace, done: Done) -> Step:
    """Work out what undoing writes, whatever the file holds now.

    Fails with `FileChanged` where another file took the old name, and with any `FileProblem`.
    """
    now = read_state(workspace, done.target)
    then = _as_saved(done, now)
    there = None if done.new_path is None else read_state(workspace, done.path)
    is_half_done = there is not None and there.data == then
    if there is not None and not is_half_done:
        raise FileChanged(f"`{shown(done.path)}` is there by now: move it away first")
    return Step(
        path=done.target,
        new_path=None if done.new_path is None else done.path,
        now=now,
        then=then,
        mode=done.mode,
        is_half_done=is_half_done,
    )


def _as_saved(done: Done, now: State | None) -> bytes | None:
    """Give what was there before, in the encoding that an editor gave the file since."""
    if now is None or done.before is None or done.wrote is None or now.data == done.wrote:
        return done.before
    lines, before = lines_of(now.data, done.path), lines_of(done.before, done.path)
    if lines is None or before is None or not _same_text(now.data, done.wrote, done.path):
        return done.before
    return lines.bytes_of(before.text)
