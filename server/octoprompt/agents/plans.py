"""Plans as a person reads and changes them: Markdown whose numbered points are the steps."""

import re
from collections.abc import Callable, Iterable, Sequence

from octoprompt.agents.orders import PlannedStep

POINT = re.compile(r"^(?:#{1,6}\s+)?\d{1,3}[.)]\s+(.*\S)")
PATH = re.compile(r"^\s*[-*+]\s+`([^`]+)`\s*$")
EMPHASIS = re.compile(r"^(\*\*|__)(.+?)\1[.:]?")
LONGEST_TITLE = 200


def plan_text(summary: str, steps: Iterable[PlannedStep]) -> str:
    """Give a plan as Markdown, which a person may change."""
    parts = [summary.strip()]
    for number, step in enumerate(steps, 1):
        files = "".join(f"\n   - `{path}`" for path in step.paths)
        lines = step.description.splitlines()
        about = "".join(f"\n   {line}" if line else "\n" for line in lines)
        parts.append(f"{number}. **{step.title}**{about}{files}")
    return "\n\n".join(filter(None, parts))


def read_plan(text: str, exists: Callable[[str], bool]) -> tuple[PlannedStep, ...]:
    """Give the steps of a plan: its numbered points, with the files of their own that exist.

    A line that is not indented, and is no point, ends a step.
    """
    steps: list[PlannedStep] = []
    title, about = "", list[str]()
    for line in [*text.splitlines(), ""]:
        if (point := POINT.match(line)) is not None:
            steps += _step(title, about, exists)
            title, about = point[1], []
        elif line.strip() and not line[0].isspace():
            steps += _step(title, about, exists)
            title, about = "", []
        else:
            about.append(line)
    return (*steps, *_step(title, about, exists))


def _step(
    title: str, about: Sequence[str], exists: Callable[[str], bool]
) -> tuple[PlannedStep, ...]:
    if not title:
        return ()
    strong = EMPHASIS.match(title)
    named, rest = (strong[2], title[strong.end() :]) if strong else (title, "")
    paths = dict.fromkeys(found[1] for line in about if (found := PATH.match(line)))
    lines = [rest.strip(), *(line.strip() for line in about if not PATH.match(line))]
    return (
        PlannedStep(
            title=" ".join(named.split())[:LONGEST_TITLE],
            description="\n".join(lines).strip(),
            paths=tuple(path for path in paths if exists(path)),
        ),
    )
