"""Texts that an editor has open: it alone changes them, and what it shows then is what counts.

What an editor answers is not believed: a person may have left a preview, taken some of its places,
or typed meanwhile.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from octoprompt.agents.edits.carrying import Step
from octoprompt.agents.edits.differences import chosen, places
from octoprompt.agents.edits.state import lines_of, read_state
from octoprompt.errors import FileChanged, FileProblem, FileUnwritable
from octoprompt.workspace.paths import shown
from octoprompt.workspace.text import decode, encode
from octoprompt.workspace.workspace import Workspace

SETTLE_S = 2.0
"""So long the message about a change may come after the answer to the request for it."""
LOOK_S = 0.02
Preview = Literal["never", "changed", "open"]
"""Which changes of open texts a person ticks in the editor first: none, those that differ from
what was reviewed, or all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenText:
    """A text that an editor shows, and the one that it should show."""

    path: str
    before: str
    after: str


EditOpen = Callable[[Sequence[OpenText], bool], Awaitable[bool]]
"""Changes open texts, all or none; with True a person ticks the places first. False when it would
not."""


def open_text(step: Step) -> OpenText:
    """Give what an editor is asked for. Fails with `FileChanged` for what it is not asked for."""
    problem = FileChanged(f"`{shown(step.path)}` has unsaved text in an editor: save it first")
    if step.now is None or step.then is None or step.new_path is not None:
        raise problem
    before, after = lines_of(step.now.data, step.path), lines_of(step.then, step.path)
    if before is None or after is None:
        raise problem
    return OpenText(path=step.path, before=before.decoded.text, after=after.decoded.text)


async def change_in_editor(workspace: Workspace, edit_open: EditOpen, step: Step) -> None:
    """Have the editor change a text that it alone has.

    Fails with `FileChanged` for what it is not asked for, `FileUnwritable` when it shows another
    text than it should, and with any `FileProblem`.
    """
    text = open_text(step)
    if text.before == text.after:
        return
    is_taken = await edit_open([text], False)  # noqa: FBT003 - a callable has no names
    if await shown_now(workspace, text, is_taken=is_taken) != text.after:
        raise FileUnwritable(f"the editor that has `{shown(step.path)}` open took no change")


def is_asked(workspace: Workspace, step: Step, preview: Preview) -> bool:
    """Tell whether a person ticks the places of a step in the editor that shows its file."""
    if preview == "never" or not step.is_change or workspace.overlay.version(step.path) is None:
        return False
    return preview == "open" or step.is_merged


async def shown_now(workspace: Workspace, text: OpenText, *, is_taken: bool) -> str:
    """Give what the editor shows after its answer; waits a little when that should be new.

    Fails with any `FileProblem`.
    """
    now = await asyncio.to_thread(_shown, workspace, text.path)
    for _ in range(int(SETTLE_S / LOOK_S) if is_taken else 0):
        if now != text.before or text.before == text.after:
            break
        await asyncio.sleep(LOOK_S)
        now = await asyncio.to_thread(_shown, workspace, text.path)
    return now


def _shown(workspace: Workspace, path: str) -> str:
    state = read_state(workspace, path)
    lines = None if state is None else lines_of(state.data, path)
    if lines is None:
        raise FileProblem(f"`{shown(path)}` is no text any more")
    return lines.decoded.text


def bytes_like(step: Step, text: str) -> bytes:
    """Give a text as the file of a step would hold it."""
    decoded = decode(b"" if step.now is None else step.now.data, step.path)
    return encode(text, decoded.encoding, decoded.bom)


def taken(text: OpenText, now: str) -> tuple[int, ...] | None:
    """Give the numbers of the places that were taken; None when the text is yet another one."""
    found, there = places(text.before, text.after), set(places(text.before, now))
    numbers = tuple(number for number, place in enumerate(found) if place in there)
    return numbers if chosen(text.before, found, numbers) == now else None
