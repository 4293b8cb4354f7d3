"""Keys out of what is said to models and by them: masked by value, also where one comes in pieces.

A gateway that repeats its request's headers would otherwise put a key into the chat, and so on the
disk and into exports.
"""

from collections.abc import Collection, Iterator
from dataclasses import replace

from octoprompt.llm.answer import Piece, ReasoningDelta, TextDelta, ToolCallDelta
from octoprompt.redaction import MASK


def masked(text: str, keys: Collection[str]) -> str:
    """Give a text without these keys."""
    for key in sorted(keys, key=len, reverse=True):
        text = text.replace(key, MASK)
    return text


class Veil:
    """One text that comes in pieces."""

    def __init__(self, keys: Collection[str]) -> None:
        """Take the keys; others may be added to them meanwhile."""
        self._keys = keys
        self._held = ""

    def take(self, text: str) -> str:
        """Give what can be told now; what may be the beginning of a key waits for what follows."""
        if not self._keys:
            return text
        text = masked(self._held + text, self._keys)
        end = len(text) - self._begun(text)
        self._held = text[end:]
        return text[:end]

    def rest(self) -> str:
        """Give what still waits, once nothing follows."""
        rest, self._held = self._held, ""
        return rest

    def _begun(self, text: str) -> int:
        """Give how many characters at the end of a text are the beginning of a key."""
        ends = (n for key in self._keys for n in range(1, len(key)) if text.endswith(key[:n]))
        return max(ends, default=0)


class VeiledAnswer:
    """The pieces of one answer; arguments of tools pass as they are."""

    def __init__(self, keys: Collection[str]) -> None:
        """Take the keys; others may be added to them meanwhile."""
        self._text, self._reasoning = Veil(keys), Veil(keys)

    def take(self, piece: Piece) -> Piece | None:
        """Give what can be told of a piece now; None for nothing."""
        if isinstance(piece, ToolCallDelta):
            return piece
        veil = self._text if isinstance(piece, TextDelta) else self._reasoning
        text = veil.take(piece.text)
        return replace(piece, text=text) if text else None

    def rest(self) -> Iterator[Piece]:
        """Give what still waits, once nothing follows."""
        if reasoning := self._reasoning.rest():
            yield ReasoningDelta(reasoning)
        if text := self._text.rest():
            yield TextDelta(text)
