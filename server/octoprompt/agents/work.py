"""One run at work: it asks its model within its budget, and writes down what happens."""

import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, cast

from octoprompt.agents.edits.desk import Desk
from octoprompt.agents.memory import Memory, as_answer, as_json, asked_of
from octoprompt.agents.orders import Lender, Order, Wanted
from octoprompt.chat.surroundings import BuiltContext, Target
from octoprompt.errors import BudgetSpent
from octoprompt.llm.answer import Completion
from octoprompt.llm.gateway import Gateway
from octoprompt.llm.request import Message, ModelRequest, Options, Tool
from octoprompt.llm.tokens import TokenCounter
from octoprompt.store.claims import Claims
from octoprompt.store.runs import LogEntry, RunProgress, RunUsage
from octoprompt.store.store import Store

CONTEXT_SHARE = 0.5
"""Of a model's window, for the context of the first question."""
LINE = 200
"""Characters of a log entry's one line."""
NOTHING_SPECIAL = Options()
FRAME = 4
"""Tokens that providers put around a message."""
MISCOUNTED = 1.1
"""So much more a provider may count than we do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """What all runs share."""

    store: Store
    tokens: TokenCounter
    claims: Claims
    desk: Desk
    gateway: Callable[[], Gateway]


def left_out(built: BuiltContext) -> list[str]:
    """Give what was asked about and is not in a context: paths, else reasons."""
    return cast("list[str]", built.account.get("left", []))


class Work:
    """What an agent's code has in its hands."""

    def __init__(
        self, run_id: str, order: Order, lender: Lender, target: Target, shared: Shared
    ) -> None:
        self.run_id = run_id
        self.store, self.tokens, self.desk = shared.store, shared.tokens, shared.desk
        self._gateway = shared.gateway()
        self.order = order
        self.lender = lender
        self.target = target
        self.usage = RunUsage(cost_usd=0.0)
        """All that the run has used, before it was resumed, too."""
        self.memory = Memory()
        self._entries: list[LogEntry] = []
        self._step = ""

    async def context(self, wanted: Wanted) -> BuiltContext:
        """Build a context that leaves room in the model's window."""
        window = self.target.facts.context_window
        room = wanted.tokens if window is None else min(wanted.tokens, int(window * CONTEXT_SHARE))
        name = self.memory.name("context", replace(wanted, tokens=room), self.target.model)
        if (known := self.memory.get(name)) is not None:
            return BuiltContext(**cast("dict[str, Any]", known))
        built = await self.lender.context(replace(wanted, tokens=room), self.target.model)
        built = replace(built, text=built.text.strip())
        self.memory.learn(name, asdict(built))
        files = ", ".join(path for path, _ in built.files)
        self.note("step", f"context of {len(built.files)} files: {files}", built.text)
        if left := left_out(built):
            self.note("problem", f"left out of the context: {', '.join(left)}", "\n".join(left))
        return built

    async def ask(
        self,
        messages: Sequence[Message],
        *,
        step: str,
        options: Options = NOTHING_SPECIAL,
        tools: Sequence[Tool] = (),
    ) -> Completion:
        """Ask the model one question. Fails with `ModelProblem`, and `BudgetSpent`.

        An answer that is cut by its length is an answer; look at its status. One that the run had
        before it was resumed is given again.
        """
        name = self.memory.name("question", *asked_of(tuple(messages), options))
        if (known := self.memory.get(name)) is not None:
            return as_answer(known)
        self._refuse_spent()
        if (most := self.order.answer_tokens) is not None:
            options = replace(options, max_tokens=most)
            await self._refuse_beyond(messages, options)
        await self.go_on(step)
        self.note("question", step, "\n\n".join(f"[{m.role}]\n{m.content}" for m in messages))
        request = ModelRequest(
            provider=self.target.provider,
            model=self.target.model,
            messages=tuple(messages),
            options=options,
            tools=tuple(tools),
            purpose=self.order.purpose,
            project_id=self.order.project_id,
        )
        completion = await self._gateway.complete(request)
        await self._count(messages, completion)
        if completion.status == "failed" and completion.problem is not None:
            self.note("problem", completion.problem.message, completion.text)
            raise completion.problem
        calls = "".join(f"\n{call.name} {call.arguments}" for call in completion.tool_calls)
        self.note("answer", completion.text or calls, completion.text + calls)
        self.memory.learn(name, as_json(completion))
        await self.go_on()
        return completion

    async def look(self, tool: str, arguments: str, find: Callable[[], Awaitable[str]]) -> str:
        """Give what a tool finds, or what it found before the run was resumed."""
        name = self.memory.name("tool", tool, arguments)
        if (known := self.memory.get(name)) is not None:
            return str(known["text"])
        found = await find()
        self.note("tool", f"{tool} {arguments}", found)
        self.memory.learn(name, {"text": found})
        return found

    async def _count(self, messages: Sequence[Message], completion: Completion) -> None:
        used = completion.usage
        prompt, answer = used.prompt, used.completion
        if prompt is None or answer is None:
            texts = ["\n".join(m.content for m in messages), completion.text]
            counted = (await self.tokens.count(texts, self.target.model)).tokens
            prompt, answer = prompt or counted[0], answer or counted[1]
        cost = completion.cost_usd
        before = self.usage.cost_usd
        self.usage = RunUsage(
            prompt_tokens=self.usage.prompt_tokens + prompt,
            completion_tokens=self.usage.completion_tokens + answer,
            cost_usd=None if cost is None or before is None else before + cost,
            steps=self.usage.steps + (completion.status != "failed"),
        )

    def _refuse_spent(self) -> None:
        budget, usage = self.order.budget, self.usage
        spent = usage.prompt_tokens + usage.completion_tokens
        if usage.steps >= budget.steps:
            raise BudgetSpent(f"the run took its {budget.steps} steps: allow more, or ask for less")
        if spent >= budget.tokens:
            raise BudgetSpent(f"the run used {spent} of its {budget.tokens} tokens: allow more")
        if budget.cost_usd is None:
            return
        if usage.cost_usd is None:
            raise BudgetSpent(
                f"nobody knows what `{self.target.model}` costs, so the run cannot keep to its"
                f" {budget.cost_usd} USD: enter the model's prices, or set no limit"
            )
        if usage.cost_usd >= budget.cost_usd:
            raise BudgetSpent(f"the run cost {usage.cost_usd:.4g} of its {budget.cost_usd:.4g} USD")

    async def _refuse_beyond(self, messages: Sequence[Message], options: Options) -> None:
        """Fail with `BudgetSpent` where a question and its longest answer could pass the limits."""
        texts = [*(message.content for message in messages), json.dumps(options.schema)]
        counted = sum((await self.tokens.count(texts, self.target.model)).tokens)
        prompt = int((counted + FRAME * len(messages)) * MISCOUNTED)
        answer = options.max_tokens or 0
        budget, usage, facts = self.order.budget, self.usage, self.target.facts
        if usage.prompt_tokens + usage.completion_tokens + prompt + answer > budget.tokens:
            raise BudgetSpent(f"the next question could pass the {budget.tokens} tokens left")
        if budget.cost_usd is None:
            return
        if None in (facts.input_price, facts.output_price, usage.cost_usd):
            raise BudgetSpent(f"nobody knows what `{self.target.model}` costs: it is not asked")
        cost = prompt * (facts.input_price or 0) + answer * (facts.output_price or 0)
        if (usage.cost_usd or 0) + cost / 1_000_000 > budget.cost_usd:
            raise BudgetSpent(f"the next question could pass the {budget.cost_usd:.4f} USD left")

    def note(self, kind: str, message: str, body: str = "") -> None:
        """Write down what happened; it is kept with the next step."""
        line = " ".join(message.split())[:LINE]
        self._entries.append(LogEntry(kind=kind, message=line, body=body))

    async def go_on(self, step: str = "") -> None:
        """Tell and keep what the run does now, and what happened until here."""
        entries, self._entries = self._entries, []
        self._step = step or self._step
        progress = RunProgress(
            step=self._step, usage=self.usage, entries=entries, learnt=self.memory.taken()
        )
        await self.store.runs.go_on(self.run_id, progress)
        if step:
            self.lender.progressed(self.run_id, step, self.usage)
