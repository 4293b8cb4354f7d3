"""Finding chats by words: titles first, then messages, each the newest first."""

import re
import unicodedata
from dataclasses import dataclass

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from octoprompt.store.chat_entities import ChatMessageEntity

BEFORE, AROUND = 60, 200
"""Characters of a snippet before the match, and in all."""
WORD = re.compile(r"[^\W_]+")
MAX_WORDS = 20
BLANKS = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Hit:
    """A message that matches."""

    chat_id: str
    message_id: str
    content: str
    words: tuple[str, ...]

    def snippet(self) -> str:
        """Give the text around the first match, on one line."""
        folded = _plain(self.content)
        # Folding can change the length of a text; then the place is about right.
        at = min((p for w in self.words if (p := folded.find(w)) >= 0), default=0)
        start = max(0, at - BEFORE)
        shown = BLANKS.sub(" ", self.content[start : start + AROUND]).strip()
        before = "…" if start else ""
        after = "…" if start + AROUND < len(self.content) else ""
        return f"{before}{shown}{after}"


def words_of(query: str) -> tuple[str, ...]:
    """Give the words of a query as the index has them."""
    return tuple(_plain(word) for word in WORD.findall(query)[:MAX_WORDS])


def title_hits(session: Session, words: tuple[str, ...], limit: int) -> list[int]:
    """Give the numbers of the newest chats whose titles have all words."""
    return _numbers(session, "chat_search", words, limit)


def message_hits(session: Session, words: tuple[str, ...], limit: int) -> list[Hit]:
    """Give the newest messages that have all words, the newest first."""
    numbers = _numbers(session, "chat_message_search", words, limit)
    m = ChatMessageEntity
    rows = session.execute(
        select(m.chat_id, m.id, m.content)
        .where(m.number.in_(numbers), m.deleted_at.is_(None))
        .order_by(m.number.desc())
    )
    return [Hit(row.chat_id, row.id, row.content, words) for row in rows]


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
    parts = unicodedata.normalize("NFKD", words.casefold())
    return "".join(c for c in parts if not unicodedata.combining(c))
