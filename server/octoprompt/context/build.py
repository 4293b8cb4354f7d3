"""One text of what fits: what the user wrote, what they chose, what was suggested.

Order of claims on the budget: instructions, prompts and the ticket must fit; a share for rules,
problems and the diff; chosen files; the rest of the diff, problems and rules; the tree;
suggestions. Token counts of pieces add up exactly (see `pieces`), and still the final text is
counted, and packed again into less room should it be too large.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from octoprompt.context import account
from octoprompt.context.model import Built, Count, Format, Material, SectionName, View
from octoprompt.context.pieces import join_unsafe
from octoprompt.context.plan import Plan, Prices, make_plan, price, shown
from octoprompt.context.render import ORDER, listing, prose, section_head
from octoprompt.errors import BudgetTooSmall

FILL_STEPS = 6
"""How many suggested files are grown at most; each takes one to three small rounds of counting."""


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of the text, and the section that it belongs to."""

    section: SectionName
    pieces: tuple[str, ...]


async def build(material: Material, budget: int, form: Format, count: Count) -> Built:
    """Build the context; `count` gives the tokens of texts, `budget` is in the same unit.

    Fails with `BudgetTooSmall` when the instructions, prompts and ticket alone do not fit.
    """
    fixed = _fixed(material, form)
    prices = await _prices(_all_pieces(material, form), count)
    needed = sum(price(prices, part.pieces) for part in fixed)
    room = budget - needed
    while room >= 0:
        plan = await _fill(material, make_plan(material, room, form, prices), prices, count)
        parts = _order([*fixed, *_parts(material, plan, form)])
        text = "".join(piece for part in parts for piece in part.pieces)
        (tokens,) = await count([text])
        if tokens <= budget:
            return Built(
                text=text,
                tokens=tokens,
                sections=_sections(parts, prices),
                items=account.items(material, plan, prices),
                omitted=account.omitted(material, plan, prices),
                masked=account.masked(material, plan),
                fingerprint=_fingerprint(text),
            )
        room -= tokens - budget
    raise _too_small(needed, budget)


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """What everything costs in its richest view."""

    tokens: int
    sections: tuple[tuple[str, int], ...]
    chosen: tuple[int, ...]
    """For each chosen candidate."""


async def estimate(material: Material, form: Format, count: Count) -> Estimate:
    """Count all that was asked for in its richest view, whether it fits or not."""
    prices = await _prices(_all_pieces(material, form), count)
    everything = Plan(
        units=material.units,
        tree=material.trees[0] if material.trees else "",
        chosen=[0] * len(material.chosen),
        suggested=[None] * len(material.suggested),
        left=0,
    )
    parts = _order([*_fixed(material, form), *_parts(material, everything, form)])
    sections = _sections(parts, prices)
    return Estimate(
        tokens=sum(tokens for _, tokens in sections),
        sections=sections,
        chosen=tuple(price(prices, c.views[0].pieces) for c in material.chosen),
    )


async def _prices(pieces: Iterable[str], count: Count) -> dict[str, int]:
    distinct = list(dict.fromkeys(pieces))
    return dict(zip(distinct, await count(distinct), strict=True))


async def _fill(material: Material, plan: Plan, prices: dict[str, int], count: Count) -> Plan:
    """Show more of the suggested files, best first, while more than a crumb of room is left."""
    grown: dict[int, View] = {}
    left, crumb = plan.left, plan.left // FILL_STEPS
    partial = [
        (position, candidate.grow, candidate.views[view])
        for position, (candidate, view) in enumerate(
            zip(material.suggested, plan.suggested, strict=True)
        )
        if candidate.grow and view
    ]
    for position, grow, view in partial[:FILL_STEPS]:
        held = price(prices, view.pieces)
        shown_now = view
        for characters in (left * 4, left * 3, left * 2):
            more = grow(shown_now, characters)
            prices |= await _prices(more.pieces, count)
            cost = price(prices, more.pieces)
            if cost <= held + left and more.lines != shown_now.lines:
                left -= cost - held
                held, shown_now = cost, more
                grown[position] = more
                break
        if left <= crumb:
            break
    return replace(plan, grown=grown, left=left)


def _fixed(material: Material, form: Format) -> list[Part]:
    """Give the sections that must be in."""
    sections: list[tuple[SectionName, Sequence[str]]] = [
        ("ticket", [material.ticket]),
        ("prompts", material.prompts),
        ("instructions", [material.instructions]),
    ]
    parts: list[Part] = []
    for name, texts in sections:
        bodies = [prose(name, text, form) for text in texts if text.strip()]
        if bodies:
            parts.append(Part(name, join_unsafe((section_head(name, form), *bodies))))
    return parts


def _all_pieces(material: Material, form: Format) -> list[str]:
    """Give every piece that a plan can use, so that one round of counting is enough."""
    candidates = (*material.chosen, *material.suggested)
    return [
        *(piece for part in _fixed(material, form) for piece in part.pieces),
        *(head for name in ORDER if (head := section_head(name, form))),
        *(unit.text for unit in material.units),
        *(listing("tree", tree, form) for tree in material.trees),
        *(piece for c in candidates for view in c.views for piece in view.pieces),
    ]


def _parts(material: Material, plan: Plan, form: Format) -> list[Part]:
    """Give the planned sections beside the fixed ones."""
    pieces: dict[SectionName, list[str]] = {}
    for unit in plan.units:
        pieces.setdefault(unit.section, []).append(unit.text)
    if plan.tree:
        pieces["tree"] = [listing("tree", plan.tree, form)]
    files = sorted(shown(material, plan), key=lambda pair: pair[0].label)
    if files:
        pieces["files"] = [piece for _, view in files for piece in view.pieces]
    heads = {name: section_head(name, form) for name in pieces}
    return [
        Part(name, (heads[name], *texts) if heads[name] else tuple(texts))
        for name, texts in pieces.items()
    ]


def _fingerprint(text: str) -> str:
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def _order(parts: Sequence[Part]) -> list[Part]:
    return sorted(parts, key=lambda part: ORDER.index(part.section))


def _sections(parts: Sequence[Part], prices: Prices) -> tuple[tuple[str, int], ...]:
    return tuple((part.section, price(prices, part.pieces)) for part in parts)


def _too_small(needed: int, budget: int) -> BudgetTooSmall:
    return BudgetTooSmall(
        f"the instructions, prompts and ticket need {needed:,} tokens, {needed - budget:,} more"
        f" than the budget of {budget:,}: raise the budget or shorten them",
        data={"needed": needed, "budget": budget},
    )
