"""Full-text search over records: by FTS5 on SQLite, by words anywhere on other databases."""

import re

from sqlalchemy import (
    ColumnElement,
    Float,
    Integer,
    Subquery,
    and_,
    func,
    literal_column,
    or_,
    select,
    table,
    text,
)
from sqlalchemy.orm import InstrumentedAttribute, Session

WORD = re.compile(r"\w+")
MAX_WORDS = 20


def matching(
    session: Session,
    query: str,
    index: str,
    number: InstrumentedAttribute[int],
    texts: tuple[InstrumentedAttribute[str], ...],
) -> Subquery | None:
    """Give the `number` and `rank` of matching records, lower ranks first; None for no words.

    Every word must occur, at least as the beginning of one. The texts, the weightiest first, are
    the columns of the index.
    """
    words = WORD.findall(query)[:MAX_WORDS]
    if not words:
        return None
    if session.get_bind().dialect.name != "sqlite":
        found = (or_(*(column.icontains(w, autoescape=True) for column in texts)) for w in words)
        alike = literal_column("0", Float).label("rank")
        return select(number.label("number"), alike).where(and_(*found)).subquery()
    pattern = " ".join(f'"{word}"*' for word in words)
    weights = ", ".join(str(2 ** (len(texts) - n)) for n in range(len(texts)))
    return (
        select(
            literal_column("rowid", Integer).label("number"),
            literal_column(f"bm25({index}, {weights})", Float).label("rank"),
        )
        .select_from(table(index))
        .where(text(f"{index} MATCH :pattern").bindparams(pattern=pattern))
        .subquery()
    )


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
