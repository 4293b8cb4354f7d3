"""Filling in prompts: Jinja2 templates, in a child process that can be stopped.

A template may come from a file that somebody else wrote, and can loop or grow without end in ways
that no sandbox inside a process prevents. So it runs in Jinja2's immutable sandbox, in a child
with limits of time and memory. A text without `{{`, `{%` and `{#` never leaves the server.
"""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, cast

from octoprompt.children import ChildSpec, Helper
from octoprompt.errors import BadTemplate, ChildFailed, DeadlinePassed

IDLE_S = 120
DEADLINE_S = 5.0
MEMORY_BYTES = 512 * 1024 * 1024
MARKS = ("{{", "{%", "{#")
REMEMBERED = 2000

Answer = (
    tuple[Literal["text"], str, tuple[str, ...]]
    | tuple[Literal["names"], tuple[str, ...]]
    | tuple[Literal["problem"], int, int, str]
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendered:
    """A template that was filled in."""

    text: str
    missing: tuple[str, ...] = ()
    """Variables that were asked for and had no value: they stand in the text as `{{ name }}`."""


class Templates:
    """Fills in templates off the event loop."""

    def __init__(self) -> None:
        self._helper: Helper | None = None
        self._names: OrderedDict[str, tuple[str, ...]] = OrderedDict()

    async def render(self, content: str, variables: Mapping[str, str]) -> Rendered:
        """Fill in a template.

        Fails with `BadTemplate`, its `line` and `column` from 1 in `data`, and with
        `DeadlinePassed` when it does not end.
        """
        if not is_template(content):
            return Rendered(text=content)
        match await self._ask(("render", content, dict(variables))):
            case ("text", text, missing):
                return Rendered(text=text, missing=missing)
            case ("problem", line, column, message):
                raise BadTemplate(
                    f"line {line}, column {column} of the template: {message}",
                    data={"line": line, "column": column},
                )
            case other:
                raise ChildFailed(f"the template's process gave `{other[0]}`")

    async def variables(self, content: str) -> tuple[str, ...]:
        """Name what a template asks for; nothing for one that is broken or takes too long."""
        if not is_template(content):
            return ()
        if (known := self._names.get(content)) is not None:
            return known
        try:
            answer = await self._ask(("names", content, {}))
        except (BadTemplate, DeadlinePassed):
            return ()
        names = answer[1] if answer[0] == "names" else ()
        self._names[content] = names
        if len(self._names) > REMEMBERED:
            self._names.popitem(last=False)
        return names

    async def close(self) -> None:
        """Stop the child process."""
        if self._helper is not None:
            await self._helper.close()

    async def _ask(self, question: tuple[str, str, dict[str, str]]) -> Answer:
        if self._helper is None:
            self._helper = Helper(_spec(), idle_s=IDLE_S)
        try:
            return cast("Answer", await self._helper.ask(question, DEADLINE_S))
        except DeadlinePassed as error:
            raise DeadlinePassed(
                f"the template did not end within {DEADLINE_S:g} seconds: look for endless loops"
            ) from error
        except ChildFailed as error:
            raise BadTemplate("the template needs more memory than it may have") from error


def is_template(content: str) -> bool:
    """Say whether there is anything to fill in."""
    return any(mark in content for mark in MARKS)


def _spec() -> ChildSpec:
    return ChildSpec(
        module="octoprompt.context.templates_child",
        memory_bytes=MEMORY_BYTES,
        hang_seconds=DEADLINE_S + 1,
    )
