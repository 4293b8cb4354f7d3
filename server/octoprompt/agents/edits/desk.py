"""Where proposals are judged: taken in parts, applied, turned down, undone.

What has to be there to undo an edit is on disk before its file is touched. The status is kept
before and after the writing, so that a server that dies between leaves an edit whose file tells
what became of it.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Collection, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from weakref import WeakValueDictionary

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
from octoprompt.agents.edits.differences import places
from octoprompt.agents.edits.in_editor import (
    EditOpen,
    OpenText,
    Preview,
    bytes_like,
    change_in_editor,
    is_asked,
    open_text,
    shown_now,
    taken,
)
from octoprompt.agents.edits.proposing import Draft, draft, protections
from octoprompt.agents.edits.state import lines_of, read_state
from octoprompt.errors import EditNotOpen, FileChanged, FileProblem
from octoprompt.store.edits import Edit, EditChange, Edits, Problem, Proposal, Status, Written
from octoprompt.workspace.contents import Contents
from octoprompt.workspace.paths import shown
from octoprompt.workspace.workspace import Workspace

MAX_PARSED = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """Where the files are, and who else has to do with them."""

    project_id: str
    workspace: Workspace
    edit_open: EditOpen
    can_preview: bool = False
    """Whether the editor lets a person tick the places of a change first."""
    on_written: Callable[[list[str]], None]
    syntax_error: Callable[[str, str], Awaitable[int | None]]
    """Gives the line of the first syntax error that a file with a text would have; None if none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """What a person said when asking for edits to be applied."""

    confirmed: Collection[str] = ()
    """The ids of those that need a yes of their own and have it."""
    preview: Preview = "never"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Begun:
    """An edit about to be written; what it takes to settle or undo it is kept."""

    edit: Edit
    step: Step
    written: Written
    asked: OpenText | None
    """What a person is to look at in the editor first."""


class Desk:
    """The edits of all projects; lives on the event loop, reads and writes files on threads."""

    def __init__(self, edits: Callable[[], Edits], contents: Contents) -> None:
        self._edits = edits
        self._contents = contents
        self._locks: WeakValueDictionary[tuple[str, str], asyncio.Lock] = WeakValueDictionary()
        """By project and path, while somebody holds or wants them."""
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

    async def apply(self, site: Site, asked: Sequence[Edit], consent: Consent) -> list[Edit]:
        """Write the accepted places of edits to their files, or note why not; in their order.

        Those that a person looks at in the editor first are asked about together, at the end.
        """
        done: dict[str, Edit] = {}
        waiting: list[_Begun] = []
        async with self._locked(site, asked) as edits:
            for edit in edits:
                if any(one.step.path == edit.proposal.path for one in waiting):
                    done |= await self._previewed(site, waiting)
                    waiting.clear()
                begun = await self._begun(site, edit, consent)
                if isinstance(begun, Edit):
                    done[edit.id] = begun
                elif begun.asked is not None:
                    waiting.append(begun)
                else:
                    done[edit.id] = await self._carried(site, begun)
            done |= await self._previewed(site, waiting)
        return [done[edit.id] for edit in asked]

    async def _begun(self, site: Site, edit: Edit, consent: Consent) -> _Begun | Edit:
        """Keep what applying takes; an edit that cannot be applied is given with the reason."""
        if edit.status not in ("proposed", "undone"):
            return edit
        proposal = edit.proposal
        if edit.accepted == () and proposal.kind == "modify":
            # Every place of it was left out: there is nothing to write.
            return await self.reject(edit)
        try:
            found = await asyncio.to_thread(
                protections, site.workspace, proposal.path, proposal.new_path
            )
            if found and edit.id not in consent.confirmed:
                return await self._edits().change(edit.id, EditChange(problems=tuple(found)))
            wanted = await asyncio.to_thread(self._wanted, edit)
            step = await asyncio.to_thread(step_forward, site.workspace, wanted)
            preview = consent.preview if site.can_preview else "never"
            text = open_text(step) if is_asked(site.workspace, step, preview) else None
            written = await asyncio.to_thread(self._kept, step)
        except FileProblem as error:
            return await self._refused(edit, error)
        change = EditChange(status="applying", written=written)
        if (claimed := await self._edits().claim(edit, change)) is None:
            # Another window was quicker: what it makes of the edit is what became of it.
            (edit,) = await self._edits().get([edit.id])
            return edit
        begun = replace(edit, version=claimed.version)
        return _Begun(edit=begun, step=step, written=written, asked=text)

    async def _refused(self, edit: Edit, error: FileProblem) -> Edit:
        kind = "stale" if isinstance(error, FileChanged) else "unwritable"
        return await self._noted(edit, edit.status, kind, error.message)

    async def _carried(self, site: Site, begun: _Begun) -> Edit:
        try:
            await self._write(site, begun.step)
        except FileProblem as error:
            return await self._refused(begun.edit, error)
        return await self._edits().change(begun.edit.id, EditChange(status="applied"))

    async def _previewed(self, site: Site, waiting: Sequence[_Begun]) -> dict[str, Edit]:
        """Let a person tick what an editor makes of its texts; give what became of each edit."""
        texts = [one.asked for one in waiting if one.asked is not None]
        if not texts:
            return {}
        is_taken = await site.edit_open(texts, True)  # noqa: FBT003 - a callable has no names
        return {
            one.edit.id: await self._seen(site, one, text, is_taken=is_taken)
            for one, text in zip(waiting, texts, strict=True)
        }

    async def _seen(self, site: Site, begun: _Begun, text: OpenText, *, is_taken: bool) -> Edit:
        """Note what the editor shows after a preview, whatever it answered."""
        edit, name = begun.edit, shown(text.path)
        try:
            now = await shown_now(site.workspace, text, is_taken=is_taken)
        except FileProblem as error:
            return await self._refused(edit, error)
        if now == text.after:
            return await self._edits().change(edit.id, EditChange(status="applied"))
        numbers = taken(text, now)
        if now == text.before or (numbers is None and not is_taken):
            told = f"`{name}` was left as it is in the preview"
            return await self._noted(edit, edit.status, "unwritable", told)
        told = f"not all changes of `{name}` were taken in the preview"
        change = EditChange(status="applied", problems=(Problem(kind="partly", message=told),))
        if numbers is None:
            # Something else was typed as well: what is kept is what was asked for, so that undoing
            # finds another text and asks.
            return await self._edits().change(edit.id, change)
        applied = await asyncio.to_thread(self._contents.put, bytes_like(begun.step, now))
        written = replace(begun.written, applied_hash=applied)
        accepted = await asyncio.to_thread(self._narrowed, edit, text, numbers)
        change = replace(change, written=written, accepted=accepted)
        return await self._edits().change(edit.id, change)

    def _narrowed(
        self, edit: Edit, text: OpenText, numbers: Sequence[int]
    ) -> tuple[int, ...] | None:
        """Give the places of the proposal that these of the text are; None where none can tell."""
        before, after = (lines_of(data or b"", text.path) for data in self.texts(edit))
        if before is None or after is None:
            return None
        every = range(len(places(before.text, after.text)))
        wanted = tuple(every) if edit.accepted is None else edit.accepted
        if len(wanted) != len(places(text.before, text.after)):
            return None
        return tuple(wanted[number] for number in numbers)

    def _wanted(self, edit: Edit) -> Wanted:
        proposal = edit.proposal
        return Wanted(
            path=proposal.path,
            new_path=proposal.new_path,
            before=self._content(proposal.before_hash),
            after=self._content(proposal.after_hash),
            accepted=edit.accepted,
            is_begun=edit.status == "proposed" and edit.applied_hash is not None,
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
            await change_in_editor(site.workspace, site.edit_open, step)
            return
        await asyncio.to_thread(carry_out, site.workspace, step)
        site.on_written([path for path in (step.path, step.new_path) if path is not None])

    @asynccontextmanager
    async def _locked(self, site: Site, asked: Sequence[Edit]) -> AsyncGenerator[list[Edit]]:
        """Give edits as they are when nobody else here writes to their files."""
        names = {(site.project_id, path) for edit in asked for path in _paths(edit)}
        ids = {edit.id for edit in asked}
        async with AsyncExitStack() as held:
            for name in sorted(names):
                # Always in the same order: nobody waits for one who waits.
                await held.enter_async_context(self._locks.setdefault(name, asyncio.Lock()))
            edits = await self.settled(site, await self._edits().get([e.id for e in asked]))
            self._at_work |= ids
            try:
                yield edits
            finally:
                self._at_work -= ids

    async def undo(self, site: Site, asked: Edit, *, overwrite: bool) -> Edit:
        """Give a file back what it held before an edit, or note why not."""
        async with self._locked(site, [asked]) as (edit,):
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
        claimed = await self._edits().claim(edit, EditChange(status="undoing"))
        if claimed is None:
            (edit,) = await self._edits().get([edit.id])
            return edit
        try:
            if step.now is not None or step.then is not None:
                await self._write(site, step)
        except FileProblem as error:
            return await self._noted(claimed, "applied", "left", error.message)
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
        """Note why not, while the edit is what it was: another window may have done it."""
        problem = Problem(kind=kind, message=message)
        change = EditChange(version=edit.version, status=status, problems=(problem,))
        return await self._edits().change(edit.id, change)

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


def _paths(edit: Edit) -> tuple[str, ...]:
    proposal = edit.proposal
    return tuple(path for path in (proposal.path, proposal.new_path) if path is not None)


def _became(workspace: Workspace, status: str, done: Done) -> Status:
    """Tell by the file whether the writing that a server began came to its end."""
    try:
        is_written = is_left_as_written(workspace, done)
        old = read_state(workspace, done.path) if done.new_path is not None else None
    except FileProblem:
        return "applied" if status == "undoing" else "proposed"
    if status == "applying" and old is not None:
        return "proposed"
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
