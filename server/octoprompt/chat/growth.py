"""An answer while it grows: told in small bundles, kept at least each second, never lost."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass

from octoprompt.errors import OctoPromptError
from octoprompt.llm.answer import Completion, Delta, ReasoningDelta, Retrying, TextDelta

TELL_S = 0.03
"""Pieces that come within this time are told as one."""
KEEP_S = 0.5
"""What came is written down this often; a killed server loses at most this and one write."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundle:
    """What an answer grew by."""

    message_id: str
    text: str = ""
    reasoning: str = ""
    offset: int = 0
    """UTF-16 units of text before this, as JavaScript counts them."""
    notice: str = ""


Tell = Callable[[Bundle], None]
Keep = Callable[[int, str, str], Awaitable[None]]
"""Writes down the piece with this number: text and reasoning."""


class Growth:
    """One answer while it grows. For the event loop only."""

    def __init__(self, message_id: str, start: tuple[str, str], tell: Tell, keep: Keep) -> None:
        """Take text and reasoning that are there already, and where new pieces go."""
        self.message_id = message_id
        self._told = [start[0]], [start[1]]
        self._untold: tuple[list[str], list[str]] = [], []
        self._unkept: tuple[list[str], list[str]] = [], []
        self._offset = utf16_length(start[0])
        self._tell, self._keep = tell, keep
        self._timer: asyncio.TimerHandle | None = None
        self._due = 0.0
        self._n_kept = 0

    @property
    def told(self) -> tuple[str, str]:
        """Text and reasoning as far as they were told: the next bundle follows these."""
        return "".join(self._told[0]), "".join(self._told[1])

    @property
    def all(self) -> tuple[str, str]:
        """All text and reasoning that came."""
        text, reasoning = self.told
        return text + "".join(self._untold[0]), reasoning + "".join(self._untold[1])

    async def follow(self, items: AsyncIterator[Delta | Completion]) -> Completion | None:
        """Grow by what comes, until it is complete; None when it just ends."""
        keeping = asyncio.create_task(self._keep_up())
        try:
            async for item in items:
                match item:
                    case TextDelta():
                        self._add(item.text, "")
                    case ReasoningDelta():
                        self._add("", item.text)
                    case Retrying():
                        self._note(item)
                    case Completion():
                        return item
                    case _:
                        pass
        finally:
            keeping.cancel()
            self._tell_now()
        return None

    def _add(self, text: str, reasoning: str) -> None:
        for pending in (self._untold, self._unkept):
            if text:
                pending[0].append(text)
            if reasoning:
                pending[1].append(reasoning)
        if self._timer is None:
            loop = asyncio.get_running_loop()
            if self._due <= loop.time():
                self._tell_now()
            else:
                self._timer = loop.call_at(self._due, self._tell_now)

    def _note(self, retry: Retrying) -> None:
        problem = retry.problem.message.partition(":")[0]
        notice = f"asks again in {retry.delay_s:.0f} s: {problem}"
        self._tell(Bundle(message_id=self.message_id, offset=self._offset, notice=notice))

    def _tell_now(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        text, reasoning = ("".join(pending) for pending in self._untold)
        if not text and not reasoning:
            return
        self._untold = [], []
        self._told[0].append(text)
        self._told[1].append(reasoning)
        self._due = asyncio.get_running_loop().time() + TELL_S
        bundle = Bundle(
            message_id=self.message_id, text=text, reasoning=reasoning, offset=self._offset
        )
        self._offset += utf16_length(text)
        self._tell(bundle)

    async def _keep_up(self) -> None:
        """Write down what came, again and again; what cannot be written waits for the next time."""
        while True:
            await asyncio.sleep(KEEP_S)
            text, reasoning = ("".join(pending) for pending in self._unkept)
            if not text and not reasoning:
                continue
            counts = len(self._unkept[0]), len(self._unkept[1])
            try:
                await self._keep(self._n_kept, text, reasoning)
            except OctoPromptError as error:
                logger.warning("an answer cannot be kept while it grows: %s", error.message)
                continue
            self._n_kept += 1
            for pending, count in zip(self._unkept, counts, strict=True):
                del pending[:count]


def utf16_length(text: str) -> int:
    """Give how long JavaScript says that a text is."""
    return len(text) + sum(1 for c in text if c > "\uffff") if not text.isascii() else len(text)
