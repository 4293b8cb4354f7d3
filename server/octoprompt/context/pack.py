"""Which view of which file fits: numbers in, numbers out.

A file is given as the costs of its views, richest first; the answer is the position of the view to
use, or None. Files stand in order of importance.
"""

from collections.abc import Sequence

Costs = Sequence[int]
Choice = list[int | None]

FOCUS_SHARE = 0.5
"""What one suggested file may take of the room that better ones left, before all had their turn."""


def place_chosen(files: Sequence[Costs], room: int) -> Choice:
    """Place chosen files: first each in its cheapest view, then richer ones that fit.

    So no file is left out for the sake of showing another one whole, and earlier files grow first.
    """
    choice: Choice = [None] * len(files)
    left = room
    for position, costs in enumerate(files):
        cheapest = min(range(len(costs)), key=lambda view: (costs[view], view))
        if costs[cheapest] <= left:
            choice[position] = cheapest
            left -= costs[cheapest]
    _grow(files, choice, left)
    return choice


def place_suggested(files: Sequence[Costs], room: int) -> Choice:
    """Place suggested files: the best parts of each, then more in order while it fits."""
    choice: Choice = [None] * len(files)
    left = room
    for position, costs in enumerate(files):
        view = _richest(costs, int(left * FOCUS_SHARE))
        choice[position] = view
        left -= 0 if view is None else costs[view]
    _grow(files, choice, left)
    return choice


def spent(files: Sequence[Costs], choice: Choice) -> int:
    """Give the cost of a choice."""
    return sum(costs[view] for costs, view in zip(files, choice, strict=True) if view is not None)


def _grow(files: Sequence[Costs], choice: Choice, left: int) -> None:
    """Replace views by richer ones and place what is still out, in order, while there is room."""
    for position, costs in enumerate(files):
        now = choice[position]
        held = 0 if now is None else costs[now]
        view = _richest(costs, left + held)
        if view is not None and (now is None or view < now):
            left -= costs[view] - held
            choice[position] = view


def _richest(costs: Costs, room: int) -> int | None:
    return next((view for view, cost in enumerate(costs) if cost <= room), None)
