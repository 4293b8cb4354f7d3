"""An answer that grows: bundled for the client, kept for the store."""

import asyncio

from octoprompt.chat import growth
from octoprompt.chat.growth import Growth, utf16_length
from octoprompt.errors import ProviderDown, StoreProblem
from octoprompt.llm.answer import Completion, ReasoningDelta, Retrying, TextDelta, Usage

DONE = Completion(text="", status="complete", usage=Usage(), cost_usd=None, model="m")


class Ear:
    """Hears bundles and keeps pieces."""

    def __init__(self, start=("", ""), fails=0):
        self.bundles = []
        self.kept = []
        self.fails = fails
        self.growth = Growth("id", start, self.bundles.append, self.keep)

    async def keep(self, position, text, reasoning):
        """Keep a piece, after some failures."""
        if self.fails:
            self.fails -= 1
            raise StoreProblem("the disk is full")
        self.kept.append((position, text, reasoning))

    async def hear(self, *items):
        """Follow pieces; a number is a pause in seconds."""

        async def say():
            for item in items:
                if isinstance(item, float):
                    await asyncio.sleep(item)
                else:
                    yield TextDelta(item) if isinstance(item, str) else item

        return await self.growth.follow(say())


async def test_pieces_come_at_once_and_then_bundled():
    """The first piece is told without waiting, those right after it together, none is lost."""
    ear = Ear()
    pieces = [f"{n} " for n in range(100)]
    assert await ear.hear(*pieces, DONE) is DONE
    assert ear.bundles[0].text == "0 "
    assert len(ear.bundles) < 10
    assert "".join(b.text for b in ear.bundles) == "".join(pieces) == ear.growth.all[0]


async def test_a_slow_answer_is_told_piece_by_piece():
    """What comes after the pause of a bundle waits for nothing."""
    ear = Ear()
    await ear.hear("a", growth.TELL_S * 2, "b", growth.TELL_S * 2, "c", DONE)
    assert [b.text for b in ear.bundles] == ["a", "b", "c"]


async def test_a_bundle_is_told_even_when_nothing_follows():
    """The last pieces do not wait for further ones."""
    ear = Ear()
    following = asyncio.create_task(ear.hear("a", "b", 5.0))
    await asyncio.sleep(growth.TELL_S * 4)
    assert [b.text for b in ear.bundles] == ["a", "b"]
    following.cancel()


async def test_offsets_count_as_javascript_does():
    """In UTF-16 units, after what was there already; reasoning has none."""
    ear = Ear(start=("𝄞x", "before"))
    await ear.hear(ReasoningDelta("hm"), 0.1, "é", 0.1, "𝄞", 0.1, "z", DONE)
    assert [(b.text, b.reasoning, b.offset) for b in ear.bundles] == [
        ("", "hm", 3), ("é", "", 3), ("𝄞", "", 4), ("z", "", 6),
    ]  # fmt: skip
    assert ear.growth.told == ("𝄞xé𝄞z", "beforehm")
    assert [utf16_length(t) for t in ("", "abc", "é日", "a𝄞b")] == [0, 3, 2, 4]


async def test_what_came_is_kept_again_and_again(monkeypatch):
    """Each piece once, in order, while the answer grows; a failure only delays it."""
    monkeypatch.setattr(growth, "KEEP_S", 0.02)
    ear = Ear(fails=2)
    await ear.hear(*(x for n in range(10) for x in (f"{n}", 0.02)), ReasoningDelta("r"), 0.1, DONE)
    assert "".join(text for _, text, _ in ear.kept) == "0123456789"
    assert "".join(reasoning for _, _, reasoning in ear.kept) == "r"
    assert [position for position, _, _ in ear.kept] == list(range(len(ear.kept)))
    assert len(ear.kept) > 2


async def test_a_second_try_is_told():
    """The user sees why it takes longer."""
    ear = Ear()
    await ear.hear(Retrying(2, 3.2, ProviderDown("`X` is down: try later")), "a", DONE)
    assert ear.bundles[0].notice == "asks again in 3 s: `X` is down"
    assert ear.bundles[1].text == "a"
