"""Edits: what agents propose for files, and what became of it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from octoprompt.errors import UnknownId
from octoprompt.store.damage import readable
from octoprompt.store.entities import new_id, now
from octoprompt.store.run_entities import EditEntity, RunEntity
from octoprompt.store.runs import find_run
from octoprompt.store.sessions import Sessions

Kind = Literal["modify", "create", "delete", "rename"]
Status = Literal["proposed", "applying", "applied", "rejected", "undoing", "undone"]
"""`applying` and `undoing`: the file is about to be written, or the server died over it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """What a person should know of an edit."""

    kind: str
    message: str
    line: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A change of one file that an agent wants; contents are named by their hashes."""

    path: str
    kind: Kind
    new_path: str | None = None
    before_hash: str | None
    """None for a new file."""
    after_hash: str | None
    """None for a deleted one."""
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """A proposal and what became of it."""

    id: str
    run_id: str
    project_id: str
    position: int
    """Its place among the run's edits."""
    proposal: Proposal
    status: Status
    accepted: tuple[int, ...] | None
    """The numbers of the places that are wanted; None for all."""
    problems: tuple[Problem, ...]
    """Those of the proposal, then those of applying it."""
    applied_hash: str | None
    """Of what was written; None for nothing there."""
    undo_hash: str | None
    """Of what was there right before; None for nothing."""
    undo_mode: int | None
    """The permissions that it had."""
    version: int
    created_at: datetime
    updated_at: datetime
    applied_at: datetime | None

    @property
    def shown_status(self) -> Literal["proposed", "applied", "rejected", "undone"]:
        """The status that a person knows, while a file is being written, too."""
        match self.status:
            case "applying":
                return "proposed"
            case "undoing":
                return "applied"
            case status:
                return status

    @property
    def applied_order(self) -> tuple[float, int]:
        """Grows with the moment of applying."""
        return (0.0 if self.applied_at is None else self.applied_at.timestamp(), self.position)


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What applying writes, and what is there right before."""

    applied_hash: str | None
    undo_hash: str | None
    undo_mode: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class EditChange:
    """What became of an edit; what is None stays."""

    version: int | None = None
    """Only when the edit is still this one; None always."""
    status: Status | None = None
    written: Written | None = None
    accepted: tuple[int, ...] | None = None
    problems: tuple[Problem, ...] = field(default=())
    """Instead of those that applying had before."""


class Edits:
    """The edits of the store."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    async def propose(self, run_id: str, proposals: Sequence[Proposal]) -> list[Edit]:
        """Add proposals at the end of a run's. Fails with `UnknownId`."""
        return await self._sessions.write(lambda session: _propose(session, run_id, proposals))

    async def get(self, ids: Sequence[str]) -> list[Edit]:
        """Give edits in the order of their ids. Fails with `UnknownId`."""
        return await self._sessions.read(
            lambda session: [_edit(_find(session, edit_id)) for edit_id in ids]
        )

    async def change(self, edit_id: str, change: EditChange) -> Edit:
        """Note what became of one. Fails with `UnknownId`."""

        def work(session: Session) -> Edit:
            entity = _find(session, edit_id)
            if change.version in (None, entity.version):
                _change(entity, change)
            return _edit(entity)

        return await self._sessions.write(work)

    async def claim(self, edit: Edit, change: EditChange) -> Edit | None:
        """Change one that is still as it was seen; None when somebody was there before."""

        def work(session: Session) -> Edit | None:
            entity = _find(session, edit.id)
            if entity.version != edit.version:
                return None
            _change(entity, change)
            return _edit(entity)

        return await self._sessions.write(work)

    async def needed(self) -> Collection[str]:
        """Give the hashes of all contents that an edit may still need."""

        def work(session: Session) -> set[str]:
            entities = session.scalars(select(EditEntity).where(EditEntity.deleted_at.is_(None)))
            return {name for entity in entities for name in _contents(entity) if name}

        return await self._sessions.read(work)

    async def list(self, run_id: str) -> list[Edit]:
        """Give a run's edits in their order. Fails with `UnknownId`."""

        def work(session: Session) -> list[Edit]:
            find_run(session, run_id)
            found = select(EditEntity).where(EditEntity.run_id == run_id)
            return [
                _edit(entity) for entity in readable(session, found.order_by(EditEntity.position))
            ]

        return await self._sessions.read(work)


def _propose(session: Session, run_id: str, proposals: Sequence[Proposal]) -> list[Edit]:
    run = find_run(session, run_id)
    entities = [
        _entity(run, run.edits + number, proposal) for number, proposal in enumerate(proposals)
    ]
    session.add_all(entities)
    run.edits += len(entities)
    run.touch()
    session.flush()
    return [_edit(entity) for entity in entities]


def _entity(run: RunEntity, position: int, proposal: Proposal) -> EditEntity:
    return EditEntity(
        id=new_id(),
        run_id=run.id,
        project_id=run.project_id,
        position=position,
        path=proposal.path,
        new_path=proposal.new_path,
        kind=proposal.kind,
        before_hash=proposal.before_hash,
        after_hash=proposal.after_hash,
        body={"proposed": [_problem_json(problem) for problem in proposal.problems]},
    )


def _change(entity: EditEntity, change: EditChange) -> None:
    if change.status is not None:
        entity.status = change.status
        entity.applied_at = now() if change.status == "applied" else entity.applied_at
    body = dict(entity.body)
    if change.written is not None:
        entity.applied_hash = change.written.applied_hash
        body["undoHash"], body["undoMode"] = change.written.undo_hash, change.written.undo_mode
    if change.accepted is not None:
        body["accepted"] = list(change.accepted)
    entity.body = {**body, "later": [_problem_json(problem) for problem in change.problems]}
    entity.touch()


def _find(session: Session, edit_id: str) -> EditEntity:
    entity = session.get(EditEntity, edit_id)
    if entity is None or entity.deleted_at is not None:
        raise UnknownId(f"no edit has the id `{edit_id[:100]}`")
    return entity


def _edit(entity: EditEntity) -> Edit:
    body = entity.body
    proposed, later = (_problems(body.get(key)) for key in ("proposed", "later"))
    accepted = cast("list[int] | None", body.get("accepted"))
    return Edit(
        id=entity.id,
        run_id=entity.run_id,
        project_id=entity.project_id,
        position=entity.position,
        proposal=Proposal(
            path=entity.path,
            kind=cast("Kind", entity.kind),
            new_path=entity.new_path,
            before_hash=entity.before_hash,
            after_hash=entity.after_hash,
            problems=proposed,
        ),
        status=cast("Status", entity.status),
        accepted=None if accepted is None else tuple(accepted),
        problems=(*proposed, *later),
        applied_hash=entity.applied_hash,
        undo_hash=cast("str | None", body.get("undoHash")),
        undo_mode=cast("int | None", body.get("undoMode")),
        version=entity.version,
        created_at=entity.created_at,
        updated_at=entity.updated_at,
        applied_at=entity.applied_at,
    )


def _contents(entity: EditEntity) -> tuple[str | None, ...]:
    undo = cast("str | None", entity.body.get("undoHash"))
    return entity.before_hash, entity.after_hash, entity.applied_hash, undo


def _problem_json(problem: Problem) -> dict[str, object]:
    return {"kind": problem.kind, "message": problem.message, "line": problem.line}


def _problems(stored: object) -> tuple[Problem, ...]:
    return tuple(
        Problem(
            kind=str(one["kind"]), message=str(one["message"]), line=cast("int | None", one["line"])
        )
        for one in cast("list[dict[str, object]]", stored or [])
    )
