"""What tokens cost, by where they are: new, in the provider's cache, on their way into it."""

import pytest

from octoprompt.llm import prices
from octoprompt.llm.answer import Usage
from octoprompt.llm.request import ModelFacts

FACTS = ModelFacts(id="m", input_price=3.0, output_price=15.0, cached_price=0.3)
ROW = prices.Row(facts=FACTS, long_input_price=6.0, long_output_price=None, written_price=3.75)


@pytest.mark.parametrize(
    ("usage", "millionths"),
    [
        (Usage(prompt=100, completion=10), 100 * 3 + 10 * 15),
        (Usage(prompt=100, completion=0, cached=20), 80 * 3 + 20 * 0.3),
        (Usage(prompt=100, completion=0, cached=20, written=30), 50 * 3 + 20 * 0.3 + 30 * 3.75),
        (Usage(prompt=100, completion=0, cached=90, written=90), 90 * 0.3 + 10 * 3.75),
    ],
)
def test_each_token_has_the_price_of_its_place(usage, millionths):
    """Never more tokens than the question has, whatever a provider says."""
    assert prices.cost_of(usage, FACTS, ROW) == pytest.approx(millionths / 1e6)


def test_what_nobody_counted_has_no_price():
    """And neither has a model whose prices nobody knows."""
    assert prices.cost_of(Usage(prompt=None, completion=1), FACTS, ROW) is None
    assert prices.cost_of(Usage(prompt=1, completion=1), ModelFacts(id="m")) is None


def test_the_table_knows_what_it_costs_to_fill_a_cache():
    """It is a quarter more than the tokens themselves, for Anthropic's models."""
    known = [row for (kind, _), row in prices._table().items() if kind == "anthropic"]  # noqa: SLF001
    shares = [
        row.written_price / row.facts.input_price
        for row in known
        if row.written_price and row.facts.input_price
    ]
    assert shares == pytest.approx([1.25] * len(shares))
    assert shares
