"""All words of the index in one string, to find those that contain a piece of a word."""

import threading
from collections.abc import Iterable

from sqlalchemy import Connection

from octoprompt.index.needles import Piece
from octoprompt.index.rows import cursor

MAX_ADDED_BYTES = 2 * 1024 * 1024
MAX_WORDS = 3_000


class Dictionary:
    """Loaded when first asked, then kept up by the words of each commit; used from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._base: bytes | None = None
        self._added: list[bytes] = []
        self._added_bytes = 0

    def add(self, words: Iterable[bytes]) -> None:
        """Add the words of texts that were committed, each a string with blanks between."""
        with self._lock:
            if self._base is None:
                return
            for text in words:
                self._added.append(text)
                self._added_bytes += len(text)
            if self._added_bytes > MAX_ADDED_BYTES:
                self.forget()

    def forget(self) -> None:
        """Load anew when next asked."""
        self._base, self._added, self._added_bytes = None, [], 0

    def matching(self, connection: Connection, piece: Piece) -> list[str] | None:
        """Give the words that a piece may be part of; None when they are too many to help."""
        if not piece.open_left and not piece.open_right:
            return [piece.text]
        with self._lock:
            if self._base is None:
                self._base = _load(connection)
            texts = [self._base, *self._added]
        return _found(texts, piece)


def _found(texts: list[bytes], piece: Piece) -> list[str] | None:
    needle = piece.text.encode()
    words: set[str] = set()
    for text in texts:
        place = text.find(needle)
        while place >= 0:
            start = text.rfind(b" ", 0, place) + 1
            end = text.find(b" ", place)
            end = len(text) if end < 0 else end
            starts_right = piece.open_left or start == place
            if starts_right and (piece.open_right or text.endswith(needle, start, end)):
                words.add(text[start:end].decode("utf-8", "replace"))
                if len(words) > MAX_WORDS:
                    return None
            place = text.find(needle, end)
    return sorted(words)


def _load(connection: Connection) -> bytes:
    raw = cursor(connection)
    try:
        words = [row[0] for row in raw.execute("SELECT term FROM vocabulary")]
    finally:
        raw.close()
    return " ".join(words).encode("utf-8", "replace")
