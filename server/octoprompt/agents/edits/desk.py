"""Where proposals are judged: taken in parts, applied, turned down, undone.

What has to be there to undo an edit is on disk before its file is touched. The status is kept
before and after the writing, so that a server that dies between leaves an edit whose file tells
what became of it.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace

from octoprompt.agents.edits.blocks import FileEdit
from octoprompt.agents.edits.carrying import (
    Done,
    Step,
    Wanted,
    carry_out,
    is_left_as_written,
    step_back,
    step_forward,
)
from octoprompt.agents.edits.proposing import Draft, draft, protections
from octoprompt.agents.edits.state import State, lines_of, read_state
from octoprompt.errors import EditNotOpen, FileChanged, FileProblem, FileUnwritable
from octoprompt.store.edits import Edit, EditChange, Edits, Problem, Proposal, Status, Written
from octoprompt.workspace.contents import Contents
from octoprompt.workspace.paths import shown
from octoprompt.workspace.workspace import Workspace

MAX_PARSED = 1_000_000
EditOpen = Callable[[str, str], Awaitable[bool]]
"""Changes the text of a file that an editor has open, by path; False when it would not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """Where the files are, and who else has to do with them."""

    project_id: str
    workspace: Workspace
    edit_open: EditOpen
    on_written: Callable[[list[str]], None]
    syntax_error: Callable[[str, str], Awaitable[int | None]]
    """Gives the line of the first syntax error that a file with a text would have; None if none."""


class Desk:
    """The edits of all projects; lives on the event loop, reads and writes files on threads."""

    def __init__(self, edits: Callable[[], Edits], contents: Contents) -> None:
        self._edits = edits
        self._contents = contents
        self._locks: dict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._at_work: set[str] = set()
        """The edits whose files are being written by this server."""

    async def propose(
        self, site: Site, run_id: str, wanted: Sequence[FileEdit]
    ) -> tuple[list[Edit], list[Draft]]:
        """Store what an answer wants, with what is wrong with it; nothing is written to files."""
        drafts = await asyncio.to_thread(lambda: [draft(site.workspace, one) for one in wanted])
        drafts = [await _checked(site, one) for one in drafts]
        proposals = await asyncio.to_thread(lambda: [self._proposal(one) for one in drafts])
        return await self._edits().propose(run_id, proposals), drafts

    def _proposal(self, one: Draft) -> Proposal:
        return Proposal(
            path=one.path,
            kind=one.kind,
            new_path=one.new_path,
            before_hash=None if one.before is None else self._contents.put(one.before),
            after_hash=None if one.after is None else self._contents.put(one.after),
            problems=one.problems,
        )

    async def prune(self) -> None:
        """Let go of contents that no edit needs, when there are too many."""
        needed = await self._edits().needed()
        await asyncio.to_thread(self._contents.prune, needed)

    async def choose(self, edit_id: str, hunks: Sequence[int]) -> Edit:
        """Accept these places alone. Fails with `UnknownId`, and `EditNotOpen` when it is late."""
        (edit,) = await self._edits().get([edit_id])
        if edit.status not in ("proposed", "undone"):
            raise EditNotOpen(f"the edit of `{shown(edit.proposal.path)}` is {edit.status}")
        return await self._edits().change(edit_id, EditChange(accepted=tuple(sorted({*hunks}))))

    async def reject(self, edit: Edit) -> Edit:
        """Turn a proposal down; one that was applied stays."""
        if edit.status not in ("proposed", "undone"):
            return edit
        return await self._edits().change(edit.id, EditChange(status="rejected"))

    async def apply(self, site: Site, asked: Edit, *, confirmed: bool) -> Edit:
        """Write the accepted places to the file, or note why not."""
        async with self._locked(site, asked) as edit:
            if edit.status not in ("proposed", "undone"):
                return edit
            try:
                return await self._apply(site, edit, confirmed=confirmed)
            except FileProblem as error:
                kind = "stale" if isinstance(error, FileChanged) else "unwritable"
                return await self._noted(edit, edit.status, kind, error.message)

    async def _apply(self, site: Site, edit: Edit, *, confirmed: bool) -> Edit:
        proposal = edit.proposal
        found = await asyncio.to_thread(
            protections, site.workspace, proposal.path, proposal.new_path
        )
        if found and not confirmed:
            return await self._edits().change(edit.id, EditChange(problems=tuple(found)))
        wanted = await asyncio.to_thread(self._wanted, edit)
        step = await asyncio.to_thread(step_forward, site.workspace, wanted)
        written = await asyncio.to_thread(self._kept, step)
        await self._edits().change(edit.id, EditChange(status="applying", written=written))
        await self._write(site, step)
        return await self._edits().change(edit.id, EditChange(status="applied"))

    def _wanted(self, edit: Edit) -> Wanted:
        proposal = edit.proposal
        return Wanted(
            path=proposal.path,
            new_path=proposal.new_path,
            before=self._content(proposal.before_hash),
            after=self._content(proposal.after_hash),
            accepted=edit.accepted,
        )

    def texts(self, edit: Edit) -> tuple[bytes | None, bytes | None]:
        """Give the contents before and after, with all places; waits for the disk."""
        proposal = edit.proposal
        return self._content(proposal.before_hash), self._content(proposal.after_hash)

    def _content(self, name: str | None) -> bytes | None:
        return None if name is None else self._contents.get(name)

    def _kept(self, step: Step) -> Written:
        """Keep what is there, and what will be, before anything is written."""
        return Written(
            applied_hash=None if step.then is None else self._contents.put(step.then),
            undo_hash=None if step.now is None else self._contents.put(step.now.data),
            undo_mode=None if step.now is None else step.now.mode,
        )

    async def _write(self, site: Site, step: Step) -> None:
        """Write a step, in the editor where that alone has the text, and tell the index."""
        if step.now is not None and step.now.is_unsaved:
            await self._write_in_editor(site, step, step.now)
            return
        await asyncio.to_thread(carry_out, site.workspace, step)
        site.on_written([path for path in (step.path, step.new_path) if path is not None])

    async def _write_in_editor(self, site: Site, step: Step, now: State) -> None:
        if step.then is None or step.new_path is not None:
            raise FileChanged(f"`{shown(step.path)}` has unsaved text in an editor: save it first")
        lines = lines_of(step.then, step.path)
        is_taken = lines is not None and await site.edit_open(step.path, lines.decoded.text)
        if not is_taken and step.then != now.data:
            raise FileUnwritable(f"the editor that has `{shown(step.path)}` open took no change")

    @asynccontextmanager
    async def _locked(self, site: Site, asked: Edit) -> AsyncGenerator[Edit]:
        """Give the edit as it is when nobody else here writes to the project's files."""
        async with self._locks[site.project_id]:
            (edit,) = await self._edits().get([asked.id])
            edit = await self._settle(site, edit)
            self._at_work.add(edit.id)
            try:
                yield edit
            finally:
                self._at_work.discard(edit.id)

    async def undo(self, site: Site, asked: Edit, *, overwrite: bool) -> Edit:
        """Give a file back what it held before an edit, or note why not."""
        async with self._locked(site, asked) as edit:
            if edit.status != "applied":
                return edit
            try:
                return await self._undo(site, edit, overwrite=overwrite)
            except FileProblem as error:
                return await self._noted(edit, "applied", "left", error.message)

    async def _undo(self, site: Site, edit: Edit, *, overwrite: bool) -> Edit:
        done = await asyncio.to_thread(self._done, edit)
        if not overwrite and not await asyncio.to_thread(is_left_as_written, site.workspace, done):
            message = f"`{shown(done.target)}` changed since: undoing would lose that"
            return await self._noted(edit, "applied", "left", message)
        step = await asyncio.to_thread(step_back, site.workspace, done)
        await asyncio.to_thread(self._kept, step)
        await self._edits().change(edit.id, EditChange(status="undoing"))
        if step.now is not None or step.then is not None:
            await self._write(site, step)
        return await self._edits().change(edit.id, EditChange(status="undone"))

    def _done(self, edit: Edit) -> Done:
        return Done(
            path=edit.proposal.path,
            new_path=edit.proposal.new_path,
            wrote=self._content(edit.applied_hash),
            before=self._content(edit.undo_hash),
            mode=edit.undo_mode,
        )

    async def _noted(self, edit: Edit, status: Status, kind: str, message: str) -> Edit:
        problem = Problem(kind=kind, message=message)
        return await self._edits().change(edit.id, EditChange(status=status, problems=(problem,)))

    async def settled(self, site: Site, edits: Sequence[Edit]) -> list[Edit]:
        """Give the edits, with what became of those over which a server died."""
        return [await self._settle(site, edit) for edit in edits]

    async def _settle(self, site: Site, edit: Edit) -> Edit:
        if edit.status not in ("applying", "undoing") or edit.id in self._at_work:
            return edit
        done = await asyncio.to_thread(self._done, edit)
        status = await asyncio.to_thread(_became, site.workspace, edit.status, done)
        change = EditChange(status=status, version=edit.version)
        return await self._edits().change(edit.id, change)


def _became(workspace: Workspace, status: str, done: Done) -> Status:
    """Tell by the file whether the writing that a server began came to its end."""
    try:
        is_written = is_left_as_written(workspace, done)
        old = read_state(workspace, done.path) if done.new_path is not None else None
    except FileProblem:
        return "applied" if status == "undoing" else "proposed"
    if old is not None:
        return "proposed" if status == "applying" else "undone"
    if status == "applying":
        return "applied" if is_written else "proposed"
    return "applied" if is_written else "undone"


async def _checked(site: Site, one: Draft) -> Draft:
    """Note syntax errors that a file would get and has not now."""
    path = one.new_path or one.path
    after = _text(one.after, path)
    if after is None or one.after == one.before:
        return one
    if (line := await site.syntax_error(path, after)) is None:
        return one
    before = _text(one.before, one.path)
    if before is not None and await site.syntax_error(one.path, before) is not None:
        return one
    message = f"`{shown(path)}` would have syntax errors that it has not now, from line {line}"
    problem = Problem(kind="syntax", message=message, line=line)
    return replace(one, problems=(*one.problems, problem))


def _text(data: bytes | None, path: str) -> str | None:
    """Give the text of contents that are short enough to be parsed while somebody waits."""
    if data is None or len(data) > MAX_PARSED:
        return None
    lines = lines_of(data, path)
    return None if lines is None else lines.decoded.text
