"""Summaries: what a model said of a content, so that the same content is never paid for twice."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from sqlalchemy import CursorResult, delete, select
from sqlalchemy.orm import Session

from octoprompt.store.damage import readable
from octoprompt.store.entities import JsonValue, SummaryEntity, now
from octoprompt.store.sessions import Sessions

AT_ONCE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """A summary as it is stored."""

    content_hash: str
    """Of the file's bytes, as `workspace` names contents."""
    model: str
    prompt_version: str
    """Which instructions the model was given."""
    text: str
    parts: JsonValue | None
    """The same, part by part; None where the model gave a text alone."""
    created_at: datetime


class Summaries:
    """The summaries of the store."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    async def get(
        self, content_hashes: Collection[str], prompt_version: str | None = None
    ) -> dict[str, Summary]:
        """Give the newest summary of each content that has one, by hash; any model will do."""
        return await self._sessions.read(
            lambda session: _get(session, sorted(set(content_hashes)), prompt_version)
        )

    async def put(
        self,
        content_hash: str,
        model: str,
        prompt_version: str,
        text: str,
        parts: JsonValue | None = None,
    ) -> Summary:
        """Keep a summary; the same model's earlier one of the content is replaced."""

        def work(session: Session) -> Summary:
            entity = SummaryEntity(
                content_hash=content_hash,
                model=model,
                prompt_version=prompt_version,
                text=text,
                parts=parts,
                created_at=now(),
            )
            session.merge(entity)
            return _of(entity)

        return await self._sessions.write(work)

    async def clear(self, content_hashes: Collection[str] | None) -> int:
        """Delete the summaries of some contents, or all, for good; give how many."""

        def work(session: Session) -> int:
            if content_hashes is None:
                return _deleted(session, None)
            return sum(_deleted(session, part) for part in _parts(sorted(set(content_hashes))))

        return await self._sessions.write(work)


def _get(session: Session, hashes: list[str], prompt_version: str | None) -> dict[str, Summary]:
    found: dict[str, Summary] = {}
    for part in _parts(hashes):
        rows = select(SummaryEntity).where(SummaryEntity.content_hash.in_(part))
        if prompt_version is not None:
            rows = rows.where(SummaryEntity.prompt_version == prompt_version)
        for row in readable(session, rows.order_by(SummaryEntity.created_at)):
            found[row.content_hash] = _of(row)
    return found


def _parts(hashes: list[str]) -> list[list[str]]:
    """Cut a list into what one statement takes."""
    return [hashes[start : start + AT_ONCE] for start in range(0, len(hashes), AT_ONCE)]


def _deleted(session: Session, part: list[str] | None) -> int:
    chosen = delete(SummaryEntity)
    if part is not None:
        chosen = chosen.where(SummaryEntity.content_hash.in_(part))
    return cast("CursorResult[tuple[()]]", session.execute(chosen)).rowcount


def _of(entity: SummaryEntity) -> Summary:
    return Summary(
        content_hash=entity.content_hash,
        model=entity.model,
        prompt_version=entity.prompt_version,
        text=entity.text,
        parts=entity.parts,
        created_at=entity.created_at,
    )
