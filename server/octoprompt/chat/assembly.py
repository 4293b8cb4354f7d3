"""What a model is sent: a branch of a conversation, with its settings and contexts, as pieces.

Pure: the meter counts the very pieces of which the request is made.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Literal

from octoprompt.llm.request import Message as Said
from octoprompt.store.chat_model import Message

Part = Literal["system", "history", "context", "message"]
Role = Literal["system", "user", "assistant"]
GAP = "\n\n"
SUMMARY_HEAD = "Summary of the conversation so far:" + GAP
CONTINUE = (
    "Your last answer broke off. Go on exactly where it ends: begin with the very next characters,"
    " repeat nothing, and add no remark about the interruption."
)
ROLES: Mapping[str, Role] = {"user": "user", "assistant": "assistant", "summary": "user"}
NAME_CHARACTERS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A part of a request's text."""

    part: Part
    role: Role
    text: str
    message_id: str | None = None
    """The message of the branch that it is of; None for what is not in the chat yet."""

    @property
    def name(self) -> str:
        """How it begins, on one line."""
        return " ".join(self.text[: NAME_CHARACTERS * 4].split())[:NAME_CHARACTERS]


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """What a request is made of."""

    system: Sequence[str] = ()
    """The system prompt and the prompts that follow it; empty ones are left out."""
    branch: Sequence[Message] = ()
    contexts: Mapping[str, str] = field(default_factory=dict[str, str])
    """Texts that go before a message's own, by message."""
    pinned: str = ""
    """The chat's context, built for this request: goes with the newest message of the user."""
    draft: str | None = None
    """A message that is not in the branch yet."""
    draft_context: str = ""


def assemble(material: Material) -> list[Piece]:
    """Give the pieces of a request in their order."""
    system = GAP.join(filter(None, material.system))
    pieces = [Piece(part="system", role="system", text=system)] if system else []
    sent = [message for message in material.branch if message.is_sent]
    ordered = sorted(sent, key=lambda message: message.role != "summary")
    newest = _newest_question(ordered, material.draft)
    for message in ordered:
        is_newest = message.id == newest
        pieces += _context(material, message.id, is_newest=is_newest)
        part: Part = "message" if is_newest and message is ordered[-1] else "history"
        head = SUMMARY_HEAD if message.role == "summary" else ""
        pieces.append(
            Piece(
                part=part,
                role=ROLES[message.role],
                text=head + message.content,
                message_id=message.id,
            )
        )
    if material.draft is not None:
        pieces += _context(material, None, is_newest=newest is None)
        pieces.append(Piece(part="message", role="user", text=material.draft))
    return pieces


def _newest_question(sent: Sequence[Message], draft: str | None) -> str | None:
    """Give the newest message of the user; None for the draft."""
    if draft is not None:
        return None
    return next((m.id for m in reversed(sent) if m.role == "user"), None)


def _context(material: Material, message_id: str | None, *, is_newest: bool) -> list[Piece]:
    own = material.draft_context if message_id is None else material.contexts.get(message_id, "")
    texts = (material.pinned if is_newest else "", own)
    return [
        Piece(part="context", role="user", text=text + GAP, message_id=message_id)
        for text in texts
        if text
    ]


def to_messages(pieces: Sequence[Piece]) -> tuple[Said, ...]:
    """Join the pieces to messages whose roles alternate, which some models insist on."""
    said: list[Said] = []
    for _, group in groupby(pieces, key=lambda piece: piece.role):
        first, *others = group
        text = first.text
        for piece in others:
            text += piece.text if text.endswith(GAP) else GAP + piece.text
        said.append(Said(first.role, text))
    return tuple(said)
