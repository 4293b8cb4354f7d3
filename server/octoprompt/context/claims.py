"""Which chosen file is served first when not all can be shown whole."""

from collections.abc import Iterable, Mapping

from octoprompt.context.model import Candidate


def by_claim(candidates: Iterable[Candidate], ranks: Mapping[str, int]) -> tuple[Candidate, ...]:
    """Order chosen files by their claim on the budget, whatever order they were chosen in.

    First those that must be whole, then those that the task ranks (`ranks`: place by path, 0 for
    the best), then the smaller ones, so that as many as possible stay whole, then by path.
    """

    def claim(candidate: Candidate) -> tuple[bool, float, int, str]:
        size = sum(map(len, candidate.views[0].pieces))
        rank = ranks.get(candidate.path, float("inf"))
        return not candidate.insisted, rank, size, candidate.path

    return tuple(sorted(candidates, key=claim))
