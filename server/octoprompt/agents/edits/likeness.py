"""The place that is most like a hunk's lines, where these are not there as they stand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher, get_close_matches

from octoprompt.agents.edits.alignment import Alignment, positions
from octoprompt.agents.edits.forms import bare

MAX_CELLS = 400_000
"""Comparisons of lines for one place: larger hunks are matched by equality alone."""
MAX_PLACES = 24
"""A hunk whose lines are in more places than this has no place of its own."""
HOPEFUL = 0.4
"""Places with less than this share of the best one's votes are not looked at."""
COMMON = 40
"""A line that is in more places than this says nothing of where the hunk belongs."""
LIKE = 0.6
"""Lines less alike than this are two different lines."""
HEAVY = 40
"""Letters beyond which a line does not weigh more."""
SLACK = 4
VOTERS = 3
"""So many lines are compared with every line of a file that has none of the hunk's."""


@dataclass(frozen=True, slots=True)
class _Weighed:
    bare: tuple[str, ...]
    weights: tuple[int, ...]


def alike(have: Sequence[str], want: Sequence[str]) -> list[Alignment]:
    """Give the places most like the searched lines, best first, none overlapping a better one."""
    theirs = _weighed(want)
    total = sum(theirs.weights)
    if total == 0:
        return []
    ours = _weighed(have)
    likeness = _Likeness()
    found = [
        aligned
        for offset in _offsets(have, theirs.bare)
        if (aligned := _aligned(ours, theirs, offset, likeness)) is not None
    ]
    found.sort(key=lambda place: (-place.score, place.start))
    return _apart(found)


def _weighed(lines: Sequence[str]) -> _Weighed:
    forms = tuple(bare(line) for line in lines)
    return _Weighed(forms, tuple(min(len(form), HEAVY) for form in forms))


def _apart(places: Sequence[Alignment]) -> list[Alignment]:
    kept: list[Alignment] = []
    for place in places:
        if all(place.end <= other.start or other.end <= place.start for other in kept):
            kept.append(place)
    return kept


def _offsets(have: Sequence[str], want: Sequence[str]) -> list[int]:
    """Give where the hunk may begin, by the votes of its lines that are there; none if too many."""
    where = positions(have)
    votes: Counter[int] = Counter()
    for at, line in enumerate(want):
        places = where.get(line, ()) if line else ()
        if len(places) <= COMMON:
            for place in places:
                votes[place - at] += min(len(line), HEAVY)
    votes = votes or _votes_by_likeness([*where], where, want)
    chosen: list[int] = []
    enough = HOPEFUL * max(votes.values(), default=0)
    for offset, weight in sorted(votes.items(), key=lambda vote: (-vote[1], vote[0])):
        if weight >= enough and all(abs(offset - other) > SLACK for other in chosen):
            chosen.append(offset)
    return chosen if len(chosen) <= MAX_PLACES else []


def _votes_by_likeness(
    have: Sequence[str], where: Mapping[str, Sequence[int]], want: Sequence[str]
) -> Counter[int]:
    """Let the heaviest lines vote for where the lines most like them are."""
    votes: Counter[int] = Counter()
    heavy = sorted(range(len(want)), key=lambda at: -len(want[at]))[:VOTERS]
    for at in heavy:
        for line in get_close_matches(want[at], have, n=1, cutoff=LIKE):
            for place in where[line][:COMMON]:
                votes[place - at] += min(len(line), HEAVY)
    return votes


class _Likeness:
    """How alike two lines are, 0 to 1, each pair computed once."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], float] = {}

    def of(self, ours: str, theirs: str) -> float:
        if ours == theirs:
            return 1.0
        if not ours or not theirs:
            return 0.0
        pair = (ours, theirs)
        if (known := self._known.get(pair)) is None:
            matcher = SequenceMatcher(None, ours, theirs, autojunk=False)
            is_near = matcher.real_quick_ratio() >= LIKE and matcher.quick_ratio() >= LIKE
            known = self._known[pair] = matcher.ratio() if is_near else 0.0
        return known if known >= LIKE else 0.0


def _aligned(
    ours: _Weighed, theirs: _Weighed, offset: int, likeness: _Likeness
) -> Alignment | None:
    """Align the hunk with the lines around an offset: the heaviest pairs, in order."""
    n = len(theirs.bare)
    slack = SLACK + n // 3
    low, high = max(0, offset - slack), min(len(ours.bare), offset + n + slack)
    if n * (high - low) > MAX_CELLS:
        return None
    table = _table(ours.bare[low:high], theirs, likeness)
    if not table[n][high - low]:
        return None
    last = _traced(table, ours.bare[low:high], theirs, likeness)
    first = _first_traced(ours.bare[low:high], theirs, likeness)
    score = table[n][high - low] / sum(theirs.weights)
    placed, other = (_placed(ours, theirs, lines, low) for lines in (last, first))
    return Alignment(
        level="fuzzy", lines=placed, score=score, other=None if other == placed else other
    )


def _first_traced(ours: Sequence[str], theirs: _Weighed, likeness: _Likeness) -> list[int | None]:
    """Give the pairs that come first, of those that weigh most: the last ones from behind."""
    backwards = _Weighed(theirs.bare[::-1], theirs.weights[::-1])
    found = _traced(_table(ours[::-1], backwards, likeness), ours[::-1], backwards, likeness)
    return [None if at is None else len(ours) - 1 - at for at in reversed(found)]


def _placed(
    ours: _Weighed, theirs: _Weighed, lines: Sequence[int | None], low: int
) -> tuple[int | None, ...]:
    placed = [None if at is None else at + low for at in lines]
    _pair_blanks(ours, theirs, placed)
    return tuple(placed)


def _pair_blanks(ours: _Weighed, theirs: _Weighed, lines: list[int | None]) -> None:
    """Pair blank lines that follow paired lines, then those that are right above them."""
    for at in range(1, len(lines)):
        if lines[at] is None and not theirs.bare[at] and (above := lines[at - 1]) is not None:
            _pair_blank(ours, lines, at, above + 1)
    for at in range(len(lines) - 2, -1, -1):
        if lines[at] is None and not theirs.bare[at] and (below := lines[at + 1]) is not None:
            _pair_blank(ours, lines, at, below - 1)


def _pair_blank(ours: _Weighed, lines: list[int | None], at: int, with_line: int) -> None:
    is_blank = 0 <= with_line < len(ours.bare) and not ours.bare[with_line]
    if is_blank and with_line not in lines:
        lines[at] = with_line


def _table(ours: Sequence[str], theirs: _Weighed, likeness: _Likeness) -> list[list[float]]:
    """Give the best weight for every pair of beginnings: rows are theirs, columns ours."""
    table = [[0.0] * (len(ours) + 1)]
    for line, weight in zip(theirs.bare, theirs.weights, strict=True):
        above, row = table[-1], [0.0]
        for at, our in enumerate(ours):
            paired = above[at] + weight * likeness.of(our, line) if line else 0.0
            row.append(max(paired, above[at + 1], row[at]))
        table.append(row)
    return table


def _traced(
    table: Sequence[Sequence[float]], ours: Sequence[str], theirs: _Weighed, likeness: _Likeness
) -> list[int | None]:
    """Go back through the table; of equally heavy pairs the last ones are taken."""
    lines: list[int | None] = [None] * len(theirs.bare)
    row, column = len(theirs.bare), len(ours)
    while row and column:
        line = theirs.bare[row - 1]
        weight = theirs.weights[row - 1] * likeness.of(ours[column - 1], line) if line else 0.0
        if weight and table[row][column] == table[row - 1][column - 1] + weight:
            row, column = row - 1, column - 1
            lines[row] = column
        elif table[row][column] == table[row - 1][column]:
            row -= 1
        else:
            column -= 1
    return lines
