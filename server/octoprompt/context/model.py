"""The values of context building: what goes in, how it may be shown, and what came out."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Literal

from octoprompt.index.model import Parsed

Format = Literal["markdown", "xml", "plain"]
ShownMode = Literal["full", "outline", "range", "symbol"]
SectionName = Literal[
    "rules", "tree", "files", "diff", "diagnostics", "ticket", "prompts", "instructions"
]

Count = Callable[[Sequence[str]], Awaitable[Sequence[int]]]
"""Counts the tokens of each text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mask:
    """A secret that was masked; line from 1."""

    line: int
    kind: str
    n_lines: int = 1
    """A block of a key has several, of which all but the first are left empty."""

    def is_within(self, first: int, last: int) -> bool:
        """Say whether any of it stood in these lines."""
        return self.line <= last and first < self.line + self.n_lines


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a definition stands: lines from 1, inclusive."""

    first: int
    """With its decorators."""
    body: int
    """Where the body starts."""
    last: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A file that may be sent, its secrets already masked without moving a line."""

    path: str
    """Relative to its root: how the request and the result name it."""
    label: str
    """How the text names it: with the root's name when there are several roots."""
    text: str
    parsed: Parsed
    places: tuple[Place, ...] = ()
    """For each symbol of `parsed` where it stands in lines."""
    masks: tuple[Mask, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """How much of a chosen file: of several wishes for one file the union."""

    path: str
    whole: bool = False
    outline: bool = False
    ranges: tuple[tuple[int, int], ...] = ()
    symbols: tuple[str, ...] = ()
    note: str = ""
    """What the result says besides "chosen"."""
    insisted: bool = False
    """Whole before files of which an outline would do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """One way to show a file. Its pieces joined are the text; their token counts add up exactly."""

    mode: ShownMode
    pieces: tuple[str, ...]
    lines: tuple[tuple[int, int], ...]
    """The lines that it shows, from 1, both inclusive."""
    note: str = ""
    worth: float = 1.0
    """Of a suggested file: the chance that what matters in it is shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A file with its views, richest first. Candidates stand in order of importance."""

    path: str
    label: str
    why: str
    views: tuple[View, ...]
    masks: tuple[Mask, ...] = ()
    insisted: bool = False
    """Among chosen files it grows first."""
    grow: Callable[[View, int], View] | None = field(default=None, compare=False)
    """Gives a view with about so many characters more, to use up what room is left."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """A part of a section, in or out as a whole: a rules file, a file of the diff."""

    section: SectionName
    path: str
    text: str
    masks: tuple[Mask, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Omission:
    """A file, or a part of a section, that is not in the text."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MaskedSecret:
    """A secret that was masked in the text."""

    path: str
    line: int
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """Everything that a context may be built of."""

    instructions: str = ""
    prompts: tuple[str, ...] = ()
    ticket: str = ""
    units: tuple[Unit, ...] = ()
    """Rules, diff and diagnostics, in order of importance inside each section."""
    trees: tuple[str, ...] = ()
    """The file tree at several depths, most detailed first."""
    chosen: tuple[Candidate, ...] = ()
    suggested: tuple[Candidate, ...] = ()
    omitted: tuple[Omission, ...] = ()
    """What could not be read or was not found."""
    masked: tuple[MaskedSecret, ...] = ()
    """Secrets masked in the mandatory sections."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownFile:
    """A file in the text."""

    path: str
    mode: ShownMode
    tokens: int
    why: str
    suggested: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """A context and the account of it."""

    text: str
    tokens: int
    sections: tuple[tuple[str, int], ...]
    items: tuple[ShownFile, ...]
    omitted: tuple[Omission, ...]
    masked: tuple[MaskedSecret, ...] = field(default=())
    fingerprint: str
