"""Jinja2's sandbox as prompts use it: errors know their column, and equal input gives equal text.

Jinja2 hands the line of each token from its lexer through the parser into the code that it
generates. Here line and column go the same way, as one number.
"""

from collections.abc import Iterator
from types import TracebackType
from typing import NoReturn, cast

from jinja2 import TemplateSyntaxError, Undefined
from jinja2.lexer import Lexer
from jinja2.sandbox import ImmutableSandboxedEnvironment

COLUMNS = 1_000_000
"""Above the longest line whose columns are told apart."""
Place = tuple[int, int]
"""A line and a column, both from 1."""
START: Place = (1, 1)
SHOWN = (str, int, float, complex, list, tuple, dict, range, type(None), Undefined)
"""What prints as its content; all else prints as a place in memory, which is never the same."""
UNSTEADY = {"globals": ("lipsum", "cycler", "joiner"), "filters": ("random",)}


class PlacedLexer(Lexer):
    """Gives with each token where it begins, as line times `COLUMNS` plus column."""

    def tokeniter(
        self, source: str, name: str | None, filename: str | None = None, state: str | None = None
    ) -> Iterator[tuple[int, str, str]]:
        """Find each piece again in the source, from where the one before it ended."""
        text = source.replace("\r\n", "\n").replace("\r", "\n")
        at = 0
        try:
            for line, token, value in super().tokeniter(source, name, filename, state):
                # Blanks that a `-` takes away are no part of any piece.
                begin = max(text.find(value, at), at)
                at = begin + len(value)
                yield _encoded(line, text, begin), token, value
        except TemplateSyntaxError as error:
            error.lineno = _encoded(error.lineno, text, at)
            raise


class PlacedEnvironment(ImmutableSandboxedEnvironment):
    """The sandbox without what is random or changes, and with columns."""

    def __init__(self, undefined: type[Undefined]) -> None:
        """Take what stands for variables without a value."""
        super().__init__(
            undefined=undefined,
            keep_trailing_newline=True,
            # It makes text for a model, not HTML.
            autoescape=False,
            finalize=_shown,
        )
        for table, names in UNSTEADY.items():
            for name in names:
                del cast("dict[str, object]", getattr(self, table))[name]
        self._placed = PlacedLexer(self)

    @property
    def lexer(self) -> Lexer:
        """The lexer that knows columns."""
        return self._placed

    def handle_exception(self, source: str | None = None) -> NoReturn:  # noqa: ARG002  # Jinja2's
        """Let an error through as it is: Jinja2 would write as many lines as its number says."""
        raise  # noqa: PLE0704  # it is called where an exception is being handled


def place_of(error: Exception) -> Place:
    """Give where in the template an error came from, as well as it is known."""
    if isinstance(error, TemplateSyntaxError):
        return _decoded(error.lineno)
    place, trace = START, error.__traceback__
    while trace is not None:
        place = _in_template(trace) or place
        trace = trace.tb_next
    return place


def _in_template(trace: TracebackType) -> Place | None:
    """Give the place in the template of a step on the way to an error; None for one elsewhere."""
    template = trace.tb_frame.f_globals.get("__jinja_template__")
    if template is None:
        return None
    return _decoded(template.get_corresponding_lineno(trace.tb_lineno))


def _encoded(line: int, text: str, at: int) -> int:
    column = at - text.rfind("\n", 0, at)
    return line * COLUMNS + min(column, COLUMNS - 1)


def _decoded(number: int) -> Place:
    line, column = divmod(number, COLUMNS)
    return max(line, 1), max(column, 1)


def _shown(value: object) -> object:
    """Refuse what would print as a place in memory."""
    if issubclass(type(value), SHOWN):
        return value
    raise TypeError(f"a {type(value).__name__} has no text: `|list` or `|join` may help")
