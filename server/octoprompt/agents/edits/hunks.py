"""A change as models write it: the lines that are there, and the lines that are to be there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Level = Literal["exact", "whitespace", "elided", "fuzzy"]
"""How far the lines that the model named are from those of the file."""

Problem = Literal["absent", "ambiguous", "conflict"]
"""Its lines are not there, are in several places, or it changes what the model did not see."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hunk:
    """Lines to find and the lines to put in their place, both with LF."""

    search: str
    replace: str
    others: tuple[Hunk, ...] = ()
    """The same change divided elsewhere, where more than one line may be the divider."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """The lines that come nearest to those that were not found."""

    line: int
    """Where they begin, from 1."""
    text: str
    score: float
    """0 to 1: the share of the lines' letters that agree."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """A hunk that has its place."""

    level: Level
    line: int
    """Where the place began in the text that the model saw, from 1."""
    end_line: int
    """The last line of the place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Missed:
    """A hunk that was left out, and why."""

    kind: Problem
    reason: str
    candidates: tuple[Candidate, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Applied:
    """A text after its hunks."""

    text: str
    outcomes: tuple[Placed | Missed, ...]
    """One for each hunk, in their order."""

    @property
    def is_complete(self) -> bool:
        """Whether every hunk found its place."""
        return all(isinstance(outcome, Placed) for outcome in self.outcomes)


class NotFound(Exception):
    """There is no place, or no single one, where a hunk belongs."""

    def __init__(self, kind: Problem, reason: str, candidates: tuple[Candidate, ...] = ()) -> None:
        super().__init__(reason)
        self.missed = Missed(kind=kind, reason=reason, candidates=candidates)
