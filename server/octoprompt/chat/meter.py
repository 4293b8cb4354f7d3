"""How much of a model's window a request takes, part by part."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from octoprompt.chat.assembly import Part, Piece
from octoprompt.errors import ChatTooLong
from octoprompt.llm.request import ModelFacts
from octoprompt.llm.tokens import Counts

PER_MESSAGE = 4
"""Tokens that mark where a message begins and ends, and whose it is."""
PER_REQUEST = 3
"""Tokens that open the answer."""
USUAL_RESERVE = 4096
"""Tokens kept free for an answer whose length nobody limited, or a quarter of a small window."""
SHOWN = 5
PARTS: tuple[Part, ...] = ("system", "history", "context", "message")


@dataclass(frozen=True, slots=True, kw_only=True)
class Large:
    """One message, or one file of a context."""

    name: str
    message_id: str | None
    tokens: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Meter:
    """What a request takes."""

    tokens: int
    is_exact: bool
    window: int | None
    reserve: int
    parts: Mapping[Part | Literal["reserve"], int]
    largest: tuple[Large, ...]
    cost_usd: float | None

    @property
    def over_by(self) -> int:
        """Tokens too many, 0 when it fits or no window is known."""
        return 0 if self.window is None else max(0, self.tokens + self.reserve - self.window)


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """What a model has room for, and what the user wants of it."""

    facts: ModelFacts | None
    max_tokens: int | None
    """Of the answer, where the user limited it."""

    @property
    def reserve(self) -> int:
        """Tokens kept free for the answer."""
        window = self.facts.context_window if self.facts else None
        usual = USUAL_RESERVE if window is None else min(USUAL_RESERVE, window // 4)
        return self.max_tokens or usual


def measure(
    pieces: Sequence[Piece],
    counts: Counts,
    room: Room,
    files: Mapping[str | None, Sequence[tuple[str, int]]],
) -> Meter:
    """Add up the counted pieces; `files` gives the files of contexts by message, with tokens."""
    parts: dict[Part | Literal["reserve"], int] = dict.fromkeys(PARTS, 0)
    for piece, tokens in zip(pieces, counts.tokens, strict=True):
        parts[piece.part] += tokens + (0 if piece.part == "context" else PER_MESSAGE)
    parts["message"] += PER_REQUEST
    total = sum(parts.values())
    parts["reserve"] = room.reserve
    price = room.facts.input_price if room.facts else None
    return Meter(
        tokens=total,
        is_exact=counts.exact,
        window=room.facts.context_window if room.facts else None,
        reserve=room.reserve,
        parts=parts,
        largest=_largest(pieces, counts, files),
        cost_usd=None if price is None else total * price / 1_000_000,
    )


def _largest(
    pieces: Sequence[Piece],
    counts: Counts,
    files: Mapping[str | None, Sequence[tuple[str, int]]],
) -> tuple[Large, ...]:
    found = [
        Large(name=piece.name, message_id=piece.message_id, tokens=tokens)
        for piece, tokens in zip(pieces, counts.tokens, strict=True)
        if piece.part != "context"
    ]
    found += [
        Large(name=path, message_id=message_id, tokens=tokens)
        for message_id, of_message in files.items()
        for path, tokens in of_message
    ]
    return tuple(sorted(found, key=lambda large: -large.tokens)[:SHOWN])


def refuse_too_long(meter: Meter) -> None:
    """Fail with `ChatTooLong` unless the request fits with the reserve for its answer."""
    if not meter.over_by:
        return
    largest = ", ".join(f"`{large.name}` ({large.tokens})" for large in meter.largest[:3])
    raise ChatTooLong(
        f"the request takes {meter.tokens} tokens and its answer {meter.reserve}, but the model's"
        f" window is {meter.window}: {meter.over_by} too many; exclude or compact messages, or drop"
        f" context: the largest are {largest}",
        data={
            "tokens": meter.tokens,
            "reserve": meter.reserve,
            "window": meter.window,
            "overBy": meter.over_by,
            "parts": [{"name": name, "tokens": n} for name, n in meter.parts.items()],
            "largest": [
                {"name": large.name, "messageId": large.message_id, "tokens": large.tokens}
                for large in meter.largest
            ],
        },
    )
