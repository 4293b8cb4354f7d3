"""What goes into the room that the mandatory sections leave."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from octoprompt.context.model import Candidate, Format, Material, SectionName, Unit, View
from octoprompt.context.pack import Choice, Offer, place_chosen, place_suggested, spent
from octoprompt.context.render import ORDER, listing, section_head

SHARES: dict[SectionName, float] = {"rules": 0.25, "diagnostics": 0.1, "diff": 0.5}
"""Of the room, before chosen files are placed."""
TREE_SHARE = 0.1
"""Of the room that is left after chosen files."""
Prices = Mapping[str, int]
"""The tokens of each piece."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What goes in."""

    units: tuple[Unit, ...]
    tree: str
    chosen: Choice
    """For each chosen candidate the position of its view."""
    suggested: Choice
    left: int
    """The tokens that nothing uses."""
    grown: Mapping[int, View] = field(default_factory=dict[int, View])
    """Views of suggested candidates, by position, that use up what was left."""


def price(prices: Prices, pieces: Iterable[str]) -> int:
    """Give the tokens of pieces together."""
    return sum(prices[piece] for piece in pieces)


def shown(material: Material, plan: Plan) -> list[tuple[Candidate, View]]:
    """Give the files that go in, each with its view."""
    files = [
        (candidate, candidate.views[view])
        for candidate, view in zip(material.chosen, plan.chosen, strict=True)
        if view is not None
    ]
    for position, candidate in enumerate(material.suggested):
        view = plan.suggested[position]
        if view is not None:
            files.append((candidate, plan.grown.get(position, candidate.views[view])))
    return files


def make_plan(material: Material, room: int, form: Format, prices: Prices) -> Plan:
    """Decide what goes in, given the tokens left beside the mandatory sections."""

    def costs_of(candidates: Sequence[Candidate]) -> list[list[int]]:
        return [[price(prices, view.pieces) for view in c.views] for c in candidates]

    heads: SectionCosts = {name: prices.get(section_head(name, form), 0) for name in ORDER}
    chosen_costs, suggested_costs = costs_of(material.chosen), costs_of(material.suggested)
    floor = sum(min(views) for views in chosen_costs)
    if material.chosen or material.suggested:
        room -= heads["files"]
    shares: SectionCosts = {name: int(share * room) for name, share in SHARES.items()}
    units, left = _take(material.units, (shares, heads, prices), max(0, room - floor))
    room -= max(0, room - floor) - left
    chosen = place_chosen(chosen_costs, room)
    room -= spent(chosen_costs, chosen)
    there = {id(unit) for unit in units}
    rest = [unit for unit in material.units if id(unit) not in there]
    more, room = _take(rest, ({}, _paid(heads, units), prices), room)
    tree, room = _tree(material, form, (heads, prices), room)
    offers = [
        [Offer(cost, view.worth) for cost, view in zip(costs, c.views, strict=True)]
        for costs, c in zip(suggested_costs, material.suggested, strict=True)
    ]
    suggested = place_suggested(offers, room)
    there |= {id(unit) for unit in more}
    taken = [unit for unit in material.units if id(unit) in there]
    return Plan(
        units=tuple(taken),
        tree=tree,
        chosen=chosen,
        suggested=suggested,
        left=room - spent(suggested_costs, suggested),
    )


SectionCosts = dict[SectionName, int]
Accounts = tuple[SectionCosts, SectionCosts, Prices]
"""The most that a section may take (no entry: all), what its head costs, and the prices."""


def _take(units: Sequence[Unit], accounts: Accounts, room: int) -> tuple[list[Unit], int]:
    """Take units in order while their section's share and the room last; give what is left."""
    limits, heads, prices = accounts
    used: dict[SectionName, int] = {}
    taken: list[Unit] = []
    for unit in units:
        before = used.get(unit.section, 0)
        cost = prices[unit.text] + (0 if before else heads[unit.section])
        if cost <= room and before + cost <= limits.get(unit.section, room + before):
            used[unit.section] = before + cost
            room -= cost
            taken.append(unit)
    return taken, room


def _paid(heads: SectionCosts, units: Sequence[Unit]) -> SectionCosts:
    """Give what the heads of sections cost that are not there yet."""
    there = {unit.section for unit in units}
    return {name: 0 if name in there else cost for name, cost in heads.items()}


def _tree(
    material: Material,
    form: Format,
    accounts: tuple[SectionCosts, Prices],
    room: int,
) -> tuple[str, int]:
    """Take the most detailed tree that fits its share; gives what room is left."""
    heads, prices = accounts
    for tree in material.trees:
        cost = heads["tree"] + prices[listing("tree", tree, form)]
        if cost <= room * TREE_SHARE:
            return tree, room - cost
    return "", room
