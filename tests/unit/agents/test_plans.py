"""Plans are read back as they were written, and as people change them."""

from hypothesis import given
from hypothesis import strategies as st

from octoprompt.agents.orders import PlannedStep
from octoprompt.agents.plans import plan_text, read_plan

WORD = st.text(st.characters(categories=("L", "N"), include_characters="-_"), min_size=1)
TITLE = st.lists(WORD, min_size=1, max_size=5).map(" ".join)
LINE = TITLE.filter(lambda line: line[0] != "-")
STEP = st.builds(
    PlannedStep,
    title=TITLE,
    description=st.lists(LINE, max_size=3).map("\n".join),
    paths=st.lists(WORD.map("src/{}.py".format), max_size=3, unique=True).map(tuple),
)


@given(summary=LINE, steps=st.lists(STEP, max_size=5))
def test_what_is_written_is_read_back(summary, steps):
    """Titles, descriptions of several lines and files survive."""
    assert read_plan(plan_text(summary, steps), lambda _: True) == tuple(steps)


def test_a_plan_is_read_as_people_write_it():
    """Headings or plain points, with or without emphasis; other lines belong to no step."""
    text = """\
# My plan

Raise it, step by step.

1. **Change the price.** In one place.
   - `shop/prices.py`
   - `shop/gone.py`
   - not a path

## 2) Test it

   Also pears.

That is all.
   - `shop/cart.py`
"""
    assert read_plan(text, lambda path: path != "shop/gone.py") == (
        PlannedStep(
            title="Change the price.",
            description="In one place.\n- not a path",
            paths=("shop/prices.py",),
        ),
        PlannedStep(title="Test it", description="Also pears."),
    )
    assert read_plan("no points", lambda _: True) == ()
