"""Which view of which file fits: numbers in, numbers out.

A file is given as the costs of its views, richest first; the answer is the position of the view to
use, or None. Files stand in order of importance.
"""

from collections.abc import Sequence
from dataclasses import dataclass

Costs = Sequence[int]
Choice = list[int | None]

RANK_POWER = 1.0
"""How fast a suggested file's worth falls with its place in the list."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A view of a suggested file: what it costs, and which share of the file's worth it shows."""

    cost: int
    worth: float


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


def place_suggested(files: Sequence[Sequence[Offer]], room: int) -> Choice:
    """Place suggested files: step by step the view that shows most for its tokens.

    The worth of a file falls with its place in the list, so that the best ones are shown in depth
    and the next ones by their best parts. What is left over goes to richer views in order.
    """
    choice: Choice = [None] * len(files)
    left = room
    steps = [_best_step(offers, None, position, left) for position, offers in enumerate(files)]
    while any(steps):
        _, place, view = max(step for step in steps if step)
        position, now = -place, choice[-place]
        left -= files[position][view].cost - (0 if now is None else files[position][now].cost)
        choice[position] = view
        steps = [_best_step(offers, choice[n], n, left) for n, offers in enumerate(files)]
    _grow([[offer.cost for offer in offers] for offers in files], choice, left)
    return choice


Step = tuple[float, int, int]
"""Worth for each token, then the negated place in the list, then the view."""


def _best_step(offers: Sequence[Offer], now: int | None, position: int, left: int) -> Step | None:
    """Give the step to a richer view that fits and shows most for its tokens."""
    held = Offer(0, 0.0) if now is None else offers[now]
    weight = 1 / (position + 1) ** RANK_POWER
    found = [
        (weight * (offer.worth - held.worth) / max(1, offer.cost - held.cost), -position, view)
        for view, offer in enumerate(offers)
        if offer.worth > held.worth and held.cost < offer.cost <= left + held.cost
    ]
    return max(found, default=None)


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
