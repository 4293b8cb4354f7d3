"""Everything that came of an answer so far, and the verdict on whether it is whole."""

import time
from dataclasses import replace

from octoprompt.errors import AnswerEmpty, AnswerIncomplete, ContentRefused, ModelProblem
from octoprompt.llm.answer import (
    Completion,
    CompletionStatus,
    Piece,
    ReasoningDelta,
    TextDelta,
    ToolCallDelta,
)
from octoprompt.llm.line import Ending
from octoprompt.llm.request import ModelRequest, ToolCall

WHOLE = ("stop", "tool_calls", "function_call")
TOO_LONG = ("length", "max_tokens")
FILTERED = ("content_filter", "refusal", "safety")


class Gathering:
    """The pieces of one answer, over all tries."""

    def __init__(self, request: ModelRequest) -> None:
        self._request = request
        self._began = time.monotonic()
        self._first: float | None = None
        self._text: list[str] = []
        self._reasoning: list[str] = []
        self._calls: dict[int, list[ToolCallDelta]] = {}
        self.attempts = 0

    @property
    def has_begun(self) -> bool:
        """Whether any piece was given, so that a second try would say it twice."""
        return self._first is not None

    @property
    def elapsed_s(self) -> float:
        """Seconds since the request."""
        return time.monotonic() - self._began

    def take(self, piece: Piece) -> None:
        """Keep a piece."""
        if self._first is None:
            self._first = self.elapsed_s
        match piece:
            case TextDelta(text):
                self._text.append(text)
            case ReasoningDelta(text):
                self._reasoning.append(text)
            case ToolCallDelta():
                self._calls.setdefault(piece.index, []).append(piece)

    def completion(
        self, ending: Ending, problem: ModelProblem | None, cost_usd: float | None = None
    ) -> Completion:
        """Judge what came; a problem that broke it off outweighs everything."""
        if problem is not None:
            return self._ended("failed", ending, problem)
        status, problem = self._verdict(ending)
        return replace(self._ended(status, ending, problem), cost_usd=cost_usd)

    def cancelled(self) -> Completion:
        """Give what came of a request that nobody waits for any more."""
        return self._ended("cancelled", Ending(), None)

    def _ended(
        self, status: CompletionStatus, ending: Ending, problem: ModelProblem | None
    ) -> Completion:
        return Completion(
            text="".join(self._text),
            reasoning="".join(self._reasoning),
            status=status,
            finish_reason=ending.finish_reason,
            usage=ending.usage,
            cost_usd=None,
            model=ending.model or self._request.model,
            tool_calls=self._tool_calls(),
            problem=problem,
            attempts=self.attempts,
            elapsed_s=self.elapsed_s,
            first_token_s=self._first,
        )

    def _verdict(self, ending: Ending) -> tuple[CompletionStatus, ModelProblem | None]:
        reason = ending.finish_reason
        if reason in TOO_LONG:
            return "incomplete", AnswerIncomplete(
                "the answer reached its limit of tokens: raise the limit, or ask to go on",
                data={"finishReason": reason, "completionTokens": ending.usage.completion},
            )
        if reason in FILTERED:
            return "incomplete", ContentRefused(
                f"`{self._request.provider.title}` stopped the answer by its content filter:"
                " put the question in other words",
                data={"finishReason": reason},
            )
        if not self._has_content():
            return "failed", AnswerEmpty(
                f"`{self._request.model}` gave an empty answer: ask again, or choose another model"
            )
        if reason in WHOLE or ending.is_marked:
            return "complete", None
        return "incomplete", AnswerIncomplete(
            f"the answer of `{self._request.provider.title}` stopped before its end without saying"
            " why: ask to go on, or ask again",
            data={"finishReason": reason},
        )

    def _has_content(self) -> bool:
        return bool("".join(self._text).strip() or self._calls)

    def _tool_calls(self) -> tuple[ToolCall, ...]:
        """Join the pieces of each call; every call gets an id of its own, whatever came."""
        calls: list[ToolCall] = []
        taken: set[str] = set()
        for index, pieces in sorted(self._calls.items()):
            id = next((piece.id for piece in pieces if piece.id), "")
            if not id or id in taken:
                id = f"{id or 'call'}-{index}"
            taken.add(id)
            name = next((piece.name for piece in pieces if piece.name), "")
            arguments = "".join(piece.arguments for piece in pieces)
            calls.append(ToolCall(id=id, name=name, arguments=arguments))
        return tuple(calls)


def has_content(piece: Piece) -> bool:
    """Say whether there is anything in a piece; some providers send empty ones to show life."""
    return isinstance(piece, ToolCallDelta) or bool(piece.text)
