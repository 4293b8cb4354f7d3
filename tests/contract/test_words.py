"""Words that the wire and the packages below it both have are the same words."""

from dataclasses import fields
from typing import get_args

import pytest

from octoprompt.agents import orders
from octoprompt.agents.runner import AGENTS
from octoprompt.contract import agents as wire
from octoprompt.contract import edits as wire_edits
from octoprompt.contract.providers import ProviderKind
from octoprompt.llm.kinds import KINDS
from octoprompt.store import edits, runs


@pytest.mark.parametrize(
    ("on_the_wire", "below"),
    [
        (get_args(wire.AgentKind), get_args(orders.Kind)),
        (get_args(wire.AgentKind), tuple(AGENTS)),
        (get_args(wire.RunStatus), get_args(runs.Status)),
        (get_args(wire_edits.EditKind), get_args(edits.Kind)),
        (get_args(ProviderKind), KINDS),
        (tuple(wire.PlannedStep.model_fields), tuple(f.name for f in fields(orders.PlannedStep))),
        (tuple(wire.RunBudget.model_fields), tuple(f.name for f in fields(orders.Budget))),
    ],
    ids=["agents", "agents that run", "runs", "edits", "providers", "steps", "budgets"],
)
def test_words_are_the_same_on_both_sides(on_the_wire: tuple[str, ...], below: tuple[str, ...]):
    """The contract is imported by features and lsp alone, so each side has its own list."""
    assert set(on_the_wire) == set(below)
