"""Which view of which file fits: numbers in, numbers out.

A file is given as the costs of its views, richest first; the answer is the position of the view to
use, or None. Files stand in order of importance.
"""

from collections.abc import Sequence
from dataclasses import dataclass

Costs = Sequence[int]
Choice = list[int | None]

SMALL = 0.02
"""A chosen file that takes at most this share of the room is small."""
RANK_POWER = 2.0
"""How fast a suggested file's worth falls with its place in the list."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A view of a suggested file: what it costs, and which share of the file's worth it shows."""

    cost: int
    worth: float


def place_chosen(files: Sequence[Costs], room: int) -> Choice:
    """Place chosen files: first each in its cheapest view, then richer ones that fit.

    So no file is left out for the sake of showing another one whole. Files that are small beside
    the room are shown whole before others grow: cutting them would save nothing. Then earlier files
    grow first.
    """
    choice: Choice = [None] * len(files)
    left = room
    for position, costs in enumerate(files):
        cheapest = min(range(len(costs)), key=lambda view: (costs[view], view))
        if costs[cheapest] <= left:
            choice[position] = cheapest
            left -= costs[cheapest]
    for position, costs in enumerate(files):
        view = choice[position]
        if view is not None and costs[0] <= min(room * SMALL, left + costs[view]):
            left -= costs[0] - costs[view]
            choice[position] = 0
    _grow(files, choice, left)
    return choice


def place_suggested(files: Sequence[Sequence[Offer]], room: int) -> Choice:
    """Place suggested files: step by step the view that shows most for its tokens.

    The worth of a file falls with its place in the list, so that the best ones are shown in depth
    and the next ones by their best parts. What is left over goes to richer views in order.
    """
    choice: Choice = [None] * len(files)
    left = room
    steps = [_best_step(offers, None, place, left) for place, offers in enumerate(files)]
    while best := max((step for step in steps if step), default=None):
        choice[best.place] = best.view
        left -= best.cost
        # Only a step of this file, or one that does not fit any more, has to be found anew.
        for place, step in enumerate(steps):
            if step and (place == best.place or step.cost > left):
                steps[place] = _best_step(files[place], choice[place], place, left)
    _grow([[offer.cost for offer in offers] for offers in files], choice, left)
    return choice


@dataclass(frozen=True, slots=True, order=True)
class Step:
    """From one view of a file to a richer one; the best step is the greatest."""

    gain: float
    """Worth for each token."""
    order: int
    """The negated place in the list."""
    view: int
    cost: int

    @property
    def place(self) -> int:
        """The file's place in the list."""
        return -self.order


def _best_step(offers: Sequence[Offer], now: int | None, place: int, left: int) -> Step | None:
    """Give the step to a richer view that fits and shows most for its tokens."""
    held = Offer(0, 0.0) if now is None else offers[now]
    weight = 1 / (place + 1) ** RANK_POWER
    found = [
        Step(weight * (offer.worth - held.worth) / max(1, cost), -place, view, cost)
        for view, offer in enumerate(offers)
        if offer.worth > held.worth and 0 <= (cost := offer.cost - held.cost) <= left
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
