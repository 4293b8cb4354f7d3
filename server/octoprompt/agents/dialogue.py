"""Asking with tools: as the provider knows them, or by blocks in the text where it does not."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import cast
from uuid import uuid4

from octoprompt.agents.instructions import fill
from octoprompt.agents.json_reading import read_json
from octoprompt.agents.tools import TOOLS, Toolbox, describe
from octoprompt.agents.work import Work
from octoprompt.errors import BudgetSpent, RequestRefused
from octoprompt.llm.answer import Completion
from octoprompt.llm.request import Message, ToolCall

MAX_ROUNDS = 25
MAX_CALLS = 8
"""Of one answer; the others are refused."""
CUT = "The answer was cut off before its end: it reached a limit of length."
BLOCK = re.compile(r"^```tool\s*\n(.*?)\n```\s*$", re.DOTALL | re.MULTILINE)
TEXTUAL_KINDS = ("ollama", "lmstudio", "custom")
"""Providers whose models often have no tools, and then fail or invent calls."""


@dataclass(frozen=True, slots=True)
class Dialogue:
    """What was said, and the answer that ended it."""

    messages: tuple[Message, ...]
    answer: str
    is_cut: bool = False
    """Whether it breaks off before its end."""


async def converse(work: Work, messages: Sequence[Message], step: str) -> Dialogue:
    """Ask, let the model look, and give its answer. Fails as `Work.ask` does."""
    toolbox = Toolbox(work.lender.site.workspace, work.lender.index)
    is_native = work.target.provider.kind not in TEXTUAL_KINDS
    said = list(messages) if is_native else _with_protocol(messages)
    for round_ in range(MAX_ROUNDS):
        told = step if round_ == 0 else f"{step}, looking further ({round_})"
        try:
            answer = await work.ask(said, step=told, tools=TOOLS if is_native else ())
        except RequestRefused:
            if not is_native or round_:
                raise
            is_native, said = False, _with_protocol(messages)
            answer = await work.ask(said, step=told)
        calls = _calls(answer, is_native=is_native)
        if not calls:
            ended = Message("assistant", answer.text)
            is_cut = answer.status == "incomplete"
            return Dialogue((*said, ended), answer.text, is_cut=is_cut)
        said += await _results(work, toolbox, answer, calls, is_native=is_native)
    raise BudgetSpent(f"the model looked {MAX_ROUNDS} times and came to no answer: ask for less")


def _with_protocol(messages: Sequence[Message]) -> list[Message]:
    tools = "\n".join(f"- {describe(tool)}" for tool in TOOLS)
    head, *rest = messages
    protocol = fill("tools", tools=tools)
    return [replace(head, content=f"{head.content}\n\n{protocol}"), *rest]


def _calls(answer: Completion, *, is_native: bool) -> list[ToolCall]:
    if is_native:
        return list(answer.tool_calls)
    return [_call(block) for block in BLOCK.findall(answer.text)]


def _call(block: str) -> ToolCall:
    """Read a block; one that makes no sense becomes a call of no tool."""
    try:
        call = read_json(block, _as_object)
    except ValueError:
        call = dict[str, object]()
    name, arguments = call.get("name"), json.dumps(call.get("arguments", {}))
    is_call = isinstance(name, str)
    return ToolCall(
        id=uuid4().hex,
        name=name if is_call else "",
        arguments=arguments if is_call else block,
    )


def _as_object(value: object) -> dict[str, object]:
    if not isinstance(value, dict):
        raise ValueError("it is no object")  # noqa: TRY004 - of the answer, not of ours
    return cast("dict[str, object]", value)


async def _results(
    work: Work, toolbox: Toolbox, answer: Completion, calls: list[ToolCall], *, is_native: bool
) -> list[Message]:
    """Give the answer and what its calls gave, as the next messages."""
    results: list[tuple[ToolCall, str]] = []
    for position, call in enumerate(calls):
        if position >= MAX_CALLS:
            result = f"error: at most {MAX_CALLS} calls at once"
        else:
            use = partial(toolbox.use, call.name, call.arguments)
            result = await work.look(call.name, call.arguments, use)
        results.append((call, result))
    if is_native:
        asked = Message("assistant", answer.text, tool_calls=tuple(calls))
        return [asked, *(Message("tool", r, tool_call_id=c.id) for c, r in results)]
    told = "\n\n".join(f"Result of {call.name}:\n{result}" for call, result in results)
    return [Message("assistant", answer.text), Message("user", told)]
