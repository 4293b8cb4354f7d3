"""The account of a plan: what is in and how, what is out and why, what was masked."""

from collections.abc import Iterator, Sequence

from octoprompt.context.model import (
    Candidate,
    MaskedSecret,
    Material,
    Omission,
    ShownFile,
    View,
)
from octoprompt.context.pack import Choice
from octoprompt.context.plan import Plan, Prices, price, shown


def items(material: Material, plan: Plan, prices: Prices) -> tuple[ShownFile, ...]:
    """Give the files in the text by path: chosen ones first where a path stands in both."""
    chosen = {id(candidate) for candidate in material.chosen}
    files = [
        ShownFile(
            path=candidate.path,
            mode=view.mode,
            tokens=price(prices, view.pieces),
            why=_why(candidate, view),
            suggested=id(candidate) not in chosen,
        )
        for candidate, view in shown(material, plan)
    ]
    return tuple(sorted(files, key=lambda file: file.path))


def omitted(material: Material, plan: Plan, prices: Prices) -> tuple[Omission, ...]:
    """Give what is not in the text, with the reason."""
    return (
        *material.omitted,
        *_left_out(material.chosen, plan.chosen, prices),
        *_cut_units(material, plan, prices),
        *_cut_tree(material, plan),
        *_left_out(material.suggested, plan.suggested, prices),
    )


def masked(material: Material, plan: Plan) -> tuple[MaskedSecret, ...]:
    """Give the secrets that were masked in what is shown, by path and line."""
    found = [
        MaskedSecret(path=candidate.path, line=mask.line, kind=mask.kind)
        for candidate, view in shown(material, plan)
        for mask in candidate.masks
        if any(mask.is_within(first, last) for first, last in view.lines)
    ]
    found += [
        MaskedSecret(path=unit.path, line=mask.line, kind=mask.kind)
        for unit in plan.units
        for mask in unit.masks
    ]
    found += material.masked
    return tuple(sorted(found, key=lambda secret: (secret.path, secret.line, secret.kind)))


def _why(candidate: Candidate, view: View) -> str:
    why = candidate.why
    if view is not candidate.views[0]:
        why += f"; {view.mode}: did not fit whole" if view.mode == "outline" else "; the best parts"
    return f"{why}: {view.note}" if view.note and view.mode != "outline" else _noted(why, view)


def _noted(why: str, view: View) -> str:
    return f"{why}; {view.note}" if view.note else why


def _left_out(
    candidates: Sequence[Candidate], choice: Choice, prices: Prices
) -> Iterator[Omission]:
    for candidate, view in zip(candidates, choice, strict=True):
        if view is None:
            least = min(price(prices, view.pieces) for view in candidate.views)
            reason = f"did not fit: it needs at least {least:,} tokens ({candidate.why})"
            yield Omission(path=candidate.path, reason=reason)


def _cut_units(material: Material, plan: Plan, prices: Prices) -> Iterator[Omission]:
    there = {id(unit) for unit in plan.units}
    for unit in material.units:
        if id(unit) not in there:
            cost = prices[unit.text]
            yield Omission(
                path=unit.path,
                reason=f"its part of the {unit.section} did not fit: {cost:,} tokens",
            )


def _cut_tree(material: Material, plan: Plan) -> Iterator[Omission]:
    if not material.trees or plan.tree == material.trees[0]:
        return
    said = "was cut to fit" if plan.tree else "did not fit"
    yield Omission(path="", reason=f"the file tree {said}")
