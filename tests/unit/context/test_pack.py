"""Packing: which view of which file fits."""

from hypothesis import given
from hypothesis import strategies as st

from octoprompt.context.pack import Offer, place_chosen, place_suggested, spent

ladders = st.lists(st.lists(st.integers(0, 1000), min_size=1, max_size=5), max_size=12)


@given(files=ladders, room=st.integers(0, 5000))
def test_no_choice_costs_more_than_the_room(files, room):
    """Both ways of placing stay within the room, and leave nothing out that would still fit."""
    for suggested in (False, True):
        offers = [[Offer(cost, 1 / (n + 1)) for n, cost in enumerate(costs)] for costs in files]
        choice = place_suggested(offers, room) if suggested else place_chosen(files, room)
        left = room - spent(files, choice)
        assert left >= 0
        for costs, view in zip(files, choice, strict=True):
            if view is None:
                assert min(costs) > left
            else:
                richer = [cost for cost in costs[:view] if cost - costs[view] <= left]
                assert not richer


def test_no_chosen_file_is_dropped_for_another_ones_sake():
    """All are shown as outlines before any is shown whole; then the first grows first."""
    assert place_chosen([[90, 10], [90, 10], [90, 10]], 120) == [0, 1, 1]
    assert place_chosen([[90, 10], [90, 10], [90, 10]], 30) == [1, 1, 1]
    assert place_chosen([[90, 10], [90, 40], [90, 10]], 20) == [1, None, 1]


def test_a_small_file_is_not_cut_for_a_large_one():
    """It is whole though a large one stands before it; one that is not small waits its turn."""
    assert place_chosen([[900, 500], [20, 4]], 1000) == [0, 0]
    assert place_chosen([[985, 500], [20, 4]], 1000) == [1, 0]
    assert place_chosen([[970, 500], [40, 4]], 1000) == [0, 1]


def test_the_best_suggestion_does_not_take_everything():
    """A long first file leaves room for the parts of the next ones."""
    offers = [Offer(900, 1.0), Offer(150, 0.5), Offer(50, 0.02)]
    assert place_suggested([offers, offers, offers], 1000) == [1, 1, 1]


def test_the_first_suggestion_is_shown_in_more_depth_than_the_last():
    """Where not all can be shown whole, the better ones are."""
    offers = [Offer(400, 1.0), Offer(200, 0.6), Offer(100, 0.35)]
    choice = place_suggested([offers] * 4, 1000)
    assert choice == sorted(choice, key=lambda view: 9 if view is None else view)
    assert choice[0] == 0
