"""A server whose models talk without a network or litellm: `python talking.py`, then as usual.

The model `words-N` says N words, one in 20 ms; `looks-N` uses a tool N times before it answers;
`fails` fails at once. The file that `TALKING_ASKED` names gets a line for each question. All but
the line to the providers is the product's own.
"""

import asyncio
import os
import sys
from collections.abc import AsyncGenerator, Sequence
from pathlib import Path

from octoprompt import __main__
from octoprompt.llm import child_line
from octoprompt.llm.answer import TextDelta
from octoprompt.llm.line import Ending, Event, Failure, TryFailed
from octoprompt.llm.request import Limits, ModelFacts, ModelRequest, ProviderProfile

PAUSE_S = 0.02
LOOK = '```tool\n{"name": "list_files", "arguments": {"path": ""}}\n```'


class Talker:
    """A line to models that say as many words as their names say."""

    async def attempt(
        self, request: ModelRequest, _key: str | None, _limits: Limits
    ) -> AsyncGenerator[Event, None]:
        """Say words."""
        _note(request)
        name, _, number = request.model.partition("-")
        if name == "fails":
            raise TryFailed(Failure(kind="status", status=401))
        if name == "looks" and len(request.messages) < 2 + 2 * int(number):
            await asyncio.sleep(5 * PAUSE_S)
            yield TextDelta(LOOK)
            number = "0"
        for n in range(int(number or 5)):
            await asyncio.sleep(PAUSE_S)
            yield TextDelta(f"word{n} ")
        yield Ending(finish_reason="stop", is_marked=True)

    async def models(self, _provider: ProviderProfile, _key: str | None) -> Sequence[ModelFacts]:
        """Give none."""
        return ()

    async def warm(self) -> None:
        """Do nothing."""

    async def close(self) -> None:
        """Do nothing."""


def _note(request: ModelRequest) -> None:
    if path := os.environ.get("TALKING_ASKED"):
        with Path(path).open("a") as asked:
            asked.write(f"{len(request.messages)}\n")


if __name__ == "__main__":
    child_line.ChildLine = Talker
    sys.argv[1:] = ["serve"]
    sys.exit(__main__.main())
