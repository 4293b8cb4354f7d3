"""Full-text search over records: by FTS5 on SQLite, by a GIN index of words on PostgreSQL."""

import re
import unicodedata
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import (
    ColumnElement,
    Float,
    Integer,
    Select,
    Subquery,
    Text,
    column,
    func,
    literal_column,
    select,
    table,
)
from sqlalchemy.orm import InstrumentedAttribute, Session

from octoprompt.store.damage import readable
from octoprompt.store.entities import Entity

WORD = re.compile(r"\w+")
ACCENT = re.compile(r"[\u0300-\u036f]")
POSTGRES_WORD = re.compile(r"[^\W_]{1,200}")
MAX_WORDS = 20
MAX_RANKED = 2_000
"""Where more records match, the words say so little that ranking all of them is not worth it."""


T = TypeVar("T", bound=Entity)
Rows = Select[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Searched:
    """A table with a full-text index."""

    index: str
    texts: tuple[str, ...]
    """The index's columns, the weightiest first."""
    number: InstrumentedAttribute[int]
    """What a record is called in the index."""


@dataclass(frozen=True, slots=True)
class Hits:
    """Numbers of records that match, and their order."""

    rows: Subquery
    order: ColumnElement[Any]


def search(
    session: Session, query: str, searched: Searched, among: Select[T], limit: int
) -> list[T] | None:
    """Give records of a select in which every word occurs; None for no words.

    A word may be the beginning of one. The best come first; of very many, those that have the words
    in the weightiest text, then the others, the newest first each time.
    """
    find = _postgres if session.get_bind().dialect.name == "postgresql" else _sqlite
    found: dict[T, None] = {}
    passes = find(session, query, searched)
    for hits in passes:
        if len(found) < limit:
            joined = among.join(hits.rows, hits.rows.c.number == searched.number)
            ordered = joined.order_by(hits.order).limit(limit)
            found.update(dict.fromkeys(readable(session, ordered)))
    return list(found)[:limit] if passes else None


def _sqlite(session: Session, query: str, searched: Searched) -> list[Hits]:
    words = WORD.findall(query)[:MAX_WORDS]
    if not words:
        return []
    pattern = " ".join(f'"{word}"*' for word in words)
    every = _sqlite_rows(searched, pattern)
    if not _is_specific(session, every):
        first = _sqlite_rows(searched, f"{{{searched.texts[0]}}}: ({pattern})")
        return [_newest(first), _newest(every)]
    weights = ", ".join(str(2 ** (len(searched.texts) - n)) for n in range(len(searched.texts)))
    rank = literal_column(f"bm25({searched.index}, {weights})", Float)
    return [_ranked(every, rank)]


def _sqlite_rows(searched: Searched, pattern: str) -> Rows:
    """Give the matching rows; the plus keeps SQLite from searching once for each record."""
    matches = literal_column(searched.index, Text).op("MATCH")(pattern)
    number = literal_column("+rowid", Integer).label("number")
    newest = literal_column("rowid", Integer).label("newest")
    return select(number, newest).select_from(table(searched.index)).where(matches)


def _postgres(session: Session, query: str, searched: Searched) -> list[Hits]:
    plain = ACCENT.sub("", unicodedata.normalize("NFKD", query)).lower()
    words = POSTGRES_WORD.findall(plain)[:MAX_WORDS]
    if not words:
        return []
    every, wanted = _postgres_rows(searched, words, "")
    if not _is_specific(session, every):
        first, _ = _postgres_rows(searched, words, "A")
        return [_newest(first), _newest(every)]
    return [_ranked(every, -func.ts_rank(column("document", Text), wanted, type_=Float))]


def _postgres_rows(
    searched: Searched, words: list[str], weight: str
) -> tuple[Rows, ColumnElement[Any]]:
    wanted = func.to_tsquery("simple", " & ".join(f"'{word}':*{weight}" for word in words))
    number = column("number", Integer)
    rows = select(number, number.label("newest")).select_from(table(searched.index))
    return rows.where(column("document", Text).op("@@")(wanted)), wanted


def _newest(rows: Rows) -> Hits:
    found = rows.subquery()
    return Hits(found, found.c.newest.desc())


def _ranked(rows: Rows, rank: ColumnElement[Any]) -> Hits:
    found = rows.add_columns(rank.label("rank")).subquery()
    return Hits(found, found.c.rank)


def _is_specific(session: Session, rows: Rows) -> bool:
    counted = select(func.count()).select_from(rows.limit(MAX_RANKED + 1).subquery())
    return (session.scalar(counted) or 0) <= MAX_RANKED


def next_number(session: Session, number: InstrumentedAttribute[int]) -> int:
    """Give the number of a new record; safe, because only one write runs at a time."""
    return (session.scalar(select(func.max(number))) or 0) + 1


def join_tags(tags: tuple[str, ...]) -> str:
    """Give tags as they are stored: each once, in order, between bars."""
    cleaned = dict.fromkeys(tag.replace("|", " ").strip() for tag in tags)
    kept = sorted((tag for tag in cleaned if tag), key=str.casefold)
    return f"|{'|'.join(kept)}|" if kept else ""


def split_tags(stored: str) -> tuple[str, ...]:
    """Give tags as they are used."""
    return tuple(tag for tag in stored.split("|") if tag)


def has_tag(column: InstrumentedAttribute[str], tag: str) -> ColumnElement[bool]:
    """Give the condition that a record has a tag."""
    return column.contains(f"|{tag}|", autoescape=True)
