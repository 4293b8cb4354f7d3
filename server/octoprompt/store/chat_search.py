"""Finding chats by words: titles first, then messages, each the newest first."""

import re
import unicodedata
from collections.abc import Sequence

from sqlalchemy import ColumnElement, select, text
from sqlalchemy.orm import Session

from octoprompt.store.chat_entities import ChatEntity, ChatMessageEntity

BEFORE, AROUND = 60, 200
"""Characters of a snippet before the match, and in all."""
LOOKED_AT = 20_000
"""Characters of a message in which the match is looked for."""
WORD = re.compile(r"[^\W_]+")
MAX_WORDS = 20
BLANKS = re.compile(r"\s+")


def words_of(query: str) -> tuple[str, ...]:
    """Give the words of a query as the index has them."""
    return tuple(_plain(word) for word in WORD.findall(query)[:MAX_WORDS])


def title_hits(session: Session, words: tuple[str, ...], limit: int) -> list[int]:
    """Give the numbers of the newest chats whose titles have all words."""
    return _numbers(session, "chat_search", words, limit)


def message_hits(
    session: Session, words: tuple[str, ...], limit: int, visible: ColumnElement[bool]
) -> dict[str, str]:
    """Give the newest message that has all words, by chat that is visible, the newest first."""
    numbers = _numbers(session, "chat_message_search", words, limit)
    m = ChatMessageEntity
    rows = session.execute(
        select(m.chat_id, m.id)
        .join(ChatEntity, ChatEntity.id == m.chat_id)
        .where(m.number.in_(numbers), m.deleted_at.is_(None), visible)
        .order_by(m.number.desc())
    )
    hits: dict[str, str] = {}
    for chat_id, message_id in rows:
        hits.setdefault(chat_id, message_id)
    return hits


def snippets(
    session: Session, message_ids: Sequence[str], words: tuple[str, ...]
) -> dict[str, str]:
    """Give a few words around the first match in each message, on one line."""
    m = ChatMessageEntity
    rows = session.execute(select(m.id, m.content).where(m.id.in_(message_ids)))
    return {message_id: _snippet(content, words) for message_id, content in rows}


def _snippet(content: str, words: tuple[str, ...]) -> str:
    # Folding can change the length of a text; then the place is about right.
    folded = _plain(content[:LOOKED_AT])
    at = min((p for w in words if (p := folded.find(w)) >= 0), default=0)
    start = max(0, at - BEFORE)
    shown = BLANKS.sub(" ", content[start : start + AROUND]).strip()
    after = "…" if start + AROUND < len(content) else ""
    return f"{'…' if start else ''}{shown}{after}"


def _numbers(session: Session, index: str, words: tuple[str, ...], limit: int) -> list[int]:
    """Take the newest from an index without ranking: a frequent word occurs everywhere."""
    if session.get_bind().dialect.name == "postgresql":
        wanted = " & ".join(f"'{word}':*" for word in words)
        found = f"""SELECT number FROM {index} WHERE document @@ to_tsquery('simple', :wanted)
        ORDER BY number DESC LIMIT :limit"""  # noqa: S608  # our names
    else:
        wanted = " ".join(f'"{word}"*' for word in words)
        found = f"""SELECT rowid FROM {index} WHERE {index} MATCH :wanted
        ORDER BY rowid DESC LIMIT :limit"""  # noqa: S608  # our names
    rows = session.execute(text(found), {"wanted": wanted, "limit": limit})
    return [int(row[0]) for row in rows]


def _plain(words: str) -> str:
    """Give a text as the index compares it: lower case, without accents."""
    if words.isascii():
        return words.lower()
    parts = unicodedata.normalize("NFKD", words.casefold())
    return "".join(c for c in parts if not unicodedata.combining(c))
