"""What a run will about take: its questions are made as they would be, and not asked."""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Never

from octoprompt.agents.instructions import VERSION, load
from octoprompt.agents.orders import Kind, Lender, Order
from octoprompt.agents.runner import AGENTS
from octoprompt.agents.structured import instruction, schema_of
from octoprompt.agents.summarizing import (
    TOKENS_OF_FILE,
    TOKENS_OF_SUMMARY,
    FileSummary,
    contents,
    files_of,
)
from octoprompt.agents.work import FRAME, NOTHING_SPECIAL, Shared, Work
from octoprompt.chat.surroundings import Target
from octoprompt.llm.request import Message, Options, Tool

ANSWERS: dict[Kind, int] = {
    "ask": 600,
    "plan": 900,
    "code": 1500,
    "summarize": 140,
    "suggestFiles": 200,
    "generateTasks": 700,
    "suggestPrompts": 60,
    "optimizePrompt": 500,
    "commitMessage": 80,
    "review": 700,
}
"""Usual tokens of an answer; chosen, not measured."""
OPEN_ENDED = ("ask", "code")
HEADING = 12
"""Tokens of a file's path and fence, and of a summary's heading."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """What a run will about take."""

    questions: int
    prompt_tokens: int
    completion_tokens: int
    cost_usd: float | None
    skipped: int = 0
    is_least: bool = False


class _Asked(Exception):
    """The first question of a run."""

    def __init__(self, texts: Sequence[str], n_messages: int) -> None:
        super().__init__()
        self.texts = texts
        self.n_messages = n_messages


class _Rehearsal(Work):
    """A run that ends with its first question, and leaves no trace."""

    async def ask(
        self,
        messages: Sequence[Message],
        *,
        step: str,
        options: Options = NOTHING_SPECIAL,
        tools: Sequence[Tool] = (),
    ) -> Never:
        """End with the question."""
        del step
        texts = [message.content for message in messages]
        texts += [json.dumps(options.schema)] * (options.schema is not None)
        texts += [json.dumps(asdict(tool)) for tool in tools]
        raise _Asked(texts, len(messages))


async def estimate(order: Order, lender: Lender, shared: Shared) -> Estimate:
    """Estimate a run. Fails as the run would before its first question."""
    target = await lender.target(order.provider_id, order.model)
    if order.kind == "summarize":
        return await _of_summaries(order, lender, shared, target)
    try:
        await AGENTS[order.kind](_Rehearsal("", order, lender, target, shared))
    except _Asked as asked:
        counts = await shared.tokens.count(asked.texts, target.model)
        prompt = sum(counts.tokens) + FRAME * asked.n_messages
        answer = ANSWERS[order.kind]
        return Estimate(
            questions=1,
            prompt_tokens=prompt,
            completion_tokens=answer,
            cost_usd=_cost(target, prompt, answer),
            is_least=order.kind in OPEN_ENDED,
        )
    return Estimate(questions=0, prompt_tokens=0, completion_tokens=0, cost_usd=0.0)


async def _of_summaries(order: Order, lender: Lender, shared: Shared, target: Target) -> Estimate:
    paths = await files_of(lender.index, order.paths)
    named = await asyncio.to_thread(contents, lender.site.workspace, paths)
    known = await shared.store.summaries.get(set(named.values()), VERSION)
    missing = {name: path for path, name in named.items() if name not in known}
    schema = schema_of(FileSummary)
    around = [load("summarize"), instruction(schema), json.dumps(schema), load("overview")]
    *each, overview = (await shared.tokens.count(around, target.model)).tokens
    sizes = [min(TOKENS_OF_FILE, lender.index.tokens_of(path)) for path in missing.values()]
    questions, answer = len(missing), ANSWERS["summarize"]
    prompt = sum(sizes) + (sum(each) + HEADING + FRAME) * questions
    completion = answer * questions
    if len(named) > 1:
        questions += 1
        prompt += overview + FRAME + len(named) * (answer + HEADING)
        completion += TOKENS_OF_SUMMARY
    return Estimate(
        questions=questions,
        prompt_tokens=prompt,
        completion_tokens=completion,
        cost_usd=_cost(target, prompt, completion),
        skipped=len(named) - len(missing),
    )


def _cost(target: Target, prompt: int, completion: int) -> float | None:
    facts = target.facts
    if facts.input_price is None or facts.output_price is None:
        return None
    return (prompt * facts.input_price + completion * facts.output_price) / 1_000_000
