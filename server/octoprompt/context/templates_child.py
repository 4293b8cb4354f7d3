"""The child process that fills in templates.

A message is `(what, content, variables)`; the answer is `("text", text, missing)`, `("names",
names)` or `("problem", line, column, message)`; lines and columns count from 1, in characters.
"""

import re
from collections.abc import Callable, Iterator
from typing import cast

from jinja2 import TemplateSyntaxError, Undefined, meta
from jinja2.utils import missing as ABSENT  # noqa: N812  # it is a value, and means just this

from octoprompt.context.templates_places import START, PlacedEnvironment, place_of

MAX_TEXT = 4_000_000
MAX_MESSAGE = 300
OBJECT = re.compile(r"<[^<>]{1,200} at 0x[0-9a-f]+>")
OFFSET = re.compile(r" at \d+$")


def start(_args: tuple[str, ...]) -> Callable[[object], object]:
    """Give the handler of messages."""
    return _answer


def _answer(message: object) -> object:
    what, content, variables = cast("tuple[str, str, dict[str, str]]", message)
    try:
        if what == "names":
            return ("names", _names(content))
        return _render(content, variables)
    except Exception as error:  # noqa: BLE001  # a template can raise anything, and all is its fault
        return ("problem", *place_of(error), _message(error))


def _names(content: str) -> tuple[str, ...]:
    found = meta.find_undeclared_variables(PlacedEnvironment(Undefined).parse(content))
    return tuple(sorted(found))


def _render(content: str, variables: dict[str, str]) -> object:
    missing: dict[str, None] = {}
    pieces: list[str] = []
    left = MAX_TEXT
    for piece in PlacedEnvironment(_noting(missing)).from_string(content).generate(variables):
        pieces.append(piece)
        left -= len(piece)
        if left < 0:
            return ("problem", *START, f"the text grows over {MAX_TEXT:,} characters")
    text = "".join(pieces)
    if _shows_memory(text, (content, *variables.values())):
        return ("problem", *START, "it shows a thing as its place in memory, not as a text")
    return ("text", text, tuple(missing))


def _noting(missing: dict[str, None]) -> type[Undefined]:
    """Give what stands for variables without a value; the names of those that count come in."""

    class Missing(Undefined):
        """A variable without a value: stands in the text as it was, and is noted."""

        def __str__(self) -> str:
            return f"{{{{ {self._note()} }}}}"

        def __iter__(self) -> Iterator[object]:
            self._note()
            return iter(())

        def __getattr__(self, name: str) -> "Missing":
            if name.startswith("__"):
                raise AttributeError(name)
            self._refuse_part()
            return Missing(name=f"{self._undefined_name}.{name}")

        def _note(self) -> str:
            self._refuse_part()
            name = str(self._undefined_name)
            missing.setdefault(name.partition(".")[0])
            return name

        def _refuse_part(self) -> None:
            """Of a value that was given no more can be asked for: that is the template's fault."""
            if self._undefined_obj is not ABSENT:
                self._fail_with_undefined_error()

    return Missing


def _shows_memory(text: str, given: tuple[str, ...]) -> bool:
    """Say whether an address came into the text: by a filter, as in `'%s' | format(range)`."""
    return any(not any(m in one for one in given) for m in set(OBJECT.findall(text)))


def _message(error: Exception) -> str:
    if isinstance(error, TemplateSyntaxError):
        # Its whole text adds the line, and to some the offset: both are in the answer.
        return OFFSET.sub("", error.message or "")[:MAX_MESSAGE]
    return (str(error) or type(error).__name__)[:MAX_MESSAGE]
