"""What a run has learnt, so that one that is resumed asks for nothing twice.

A resumed run goes through its agent's code from the beginning. What it asked before is answered
from here, word for word and at no cost, so that it soon is where it ended; from there on it asks.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, Literal, cast

from octoprompt.llm.answer import Completion, Usage
from octoprompt.llm.request import Message, Options, ToolCall
from octoprompt.store.entities import JsonValue

Asked = Literal["context", "question", "tool"]


class Memory:
    """What one run knows; what it learns anew is taken from here with its next step."""

    def __init__(self, known: Mapping[str, JsonValue] | None = None) -> None:
        """Begin with what was learnt before."""
        self._known = dict(known or {})
        self._counts: Counter[str] = Counter()
        self._new: dict[str, JsonValue] = {}

    def name(self, kind: Asked, *asked: object) -> str:
        """Name something that is asked now: the same thing has another name the next time."""
        text = json.dumps([kind, *asked], default=asdict, sort_keys=True)
        once = hashlib.blake2b(text.encode(errors="surrogatepass"), digest_size=16).hexdigest()
        self._counts[once] += 1
        return f"{once}-{self._counts[once]}"

    def get(self, name: str) -> JsonValue | None:
        """Give what was learnt before; None when this is new."""
        return self._known.get(name)

    def learn(self, name: str, value: JsonValue) -> None:
        """Know something from now on."""
        self._known[name] = self._new[name] = value

    def taken(self) -> dict[str, JsonValue]:
        """Give what is new since the last time, to be kept."""
        new, self._new = self._new, {}
        return new


def asked_of(messages: tuple[Message, ...], options: Options) -> tuple[object, ...]:
    """Give what makes a question the same question. The ids of calls are the provider's."""
    said = [(m.role, m.content, [(c.name, c.arguments) for c in m.tool_calls]) for m in messages]
    return said, options.schema


def as_json(answer: Completion) -> JsonValue:
    """Give an answer as it is kept."""
    return {
        "text": answer.text,
        "status": answer.status,
        "model": answer.model,
        "calls": [asdict(call) for call in answer.tool_calls],
    }


def as_answer(value: JsonValue) -> Completion:
    """Give a kept answer; it costs nothing any more."""
    kept = cast("dict[str, Any]", value)
    return Completion(
        text=kept["text"],
        status=kept["status"],
        model=kept["model"],
        usage=Usage(prompt=0, completion=0),
        cost_usd=0.0,
        tool_calls=tuple(ToolCall(**call) for call in kept["calls"]),
    )
