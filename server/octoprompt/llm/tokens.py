"""How many tokens a text has: exact for OpenAI's models, on the safe side for the others.

The tables of the tokenizers come with litellm's package and are found without importing it, so
counting needs no network. They live in a child process that starts with the first question and ends
when idle; counts of texts seen before are answered from memory.
"""

import asyncio
import hashlib
import importlib.util
import re
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from octoprompt.children import ChildSpec, Helper
from octoprompt.errors import ChildFailed

IDLE_S = 180
DEADLINE_S = 60
REMEMBERED = 50_000
"""Counts kept, about 150 bytes each."""
BATCH_CHARACTERS = 2_000_000
"""What one message to the child holds, so that a cancelled request does not keep others waiting."""
HASHED_ON_LOOP = 200_000
"""Characters whose hashes take well under a millisecond."""
OTHER_VENDORS = 120
"""Tokens of another vendor's model for a hundred of o200k: a margin, chosen and not measured."""
CLAUDE = 135
"""Anthropic's tokenizers make more tokens of code than o200k does; the margin covers the newest."""

_O200K = re.compile(
    r"(?:chatgpt-4o|gpt-4o|gpt-4\.[1-9]|gpt-[5-9]|gpt-oss|o[1-9])(?![a-z0-9])|codex-mini",
    re.IGNORECASE,
)
_CL100K = re.compile(r"(?:gpt-4|gpt-3\.5|text-embedding-)", re.IGNORECASE)
_CLAUDE = re.compile(r"claude|anthropic", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Encoding:
    """How a model's tokens are counted."""

    name: str
    exact: bool
    percent: int = 100
    """Of the count, rounded up, where it is an estimate; whole numbers, so that nothing is lost."""

    def scaled(self, tokens: int) -> int:
        """Give what to show for a raw count."""
        return tokens if self.exact else -(-tokens * self.percent // 100)

    def room(self, budget: int) -> int:
        """Give the largest raw count whose scaled count is within a budget."""
        return budget if self.exact else budget * 100 // self.percent


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """The tokens of each text."""

    tokens: list[int]
    exact: bool
    encoding: str


def encoding_of(model: str | None) -> Encoding:
    """Say how the tokens of a model are counted; no model named: as the newest OpenAI models do."""
    if model is None or not model.strip():
        return Encoding(name="o200k_base", exact=True)
    name = model.strip().rsplit("/", 1)[-1]
    if _O200K.match(name):
        return Encoding(name="o200k_base", exact=True)
    if _CL100K.match(name):
        return Encoding(name="cl100k_base", exact=True)
    percent = CLAUDE if _CLAUDE.search(model) else OTHER_VENDORS
    return Encoding(name="o200k_base", exact=False, percent=percent)


class TokenCounter:
    """Counts tokens off the event loop."""

    def __init__(self) -> None:
        self._helper: Helper | None = None
        self._known: OrderedDict[bytes, int] = OrderedDict()

    async def count(self, texts: Sequence[str], model: str | None) -> Counts:
        """Count each text as the model does, or on the safe side where its tokenizer is unknown.

        Fails with `ChildFailed` when the counting process cannot run, `DeadlinePassed` when it
        hangs.
        """
        encoding = encoding_of(model)
        raw = await self.count_raw(texts, encoding)
        return Counts(
            tokens=[encoding.scaled(tokens) for tokens in raw],
            exact=encoding.exact,
            encoding=encoding.name,
        )

    async def count_raw(self, texts: Sequence[str], encoding: Encoding) -> list[int]:
        """Count each text with an encoding, its factor left out, so that sums stay exact."""
        if sum(len(text) for text in texts) < HASHED_ON_LOOP:
            keys = _keys(texts, encoding)
        else:
            keys = await asyncio.to_thread(_keys, texts, encoding)
        counts = {key: self._known[key] for key in keys if key in self._known}
        missing = {k: text for k, text in zip(keys, texts, strict=True) if k not in counts}
        for batch in _batches(missing):
            answer = await self._ask([encoding.name, *batch.values()])
            counts.update(zip(batch, answer, strict=True))
        self._remember(counts)
        return [counts[key] for key in keys]

    async def close(self) -> None:
        """Stop the child process."""
        if self._helper is not None:
            await self._helper.close()

    async def _ask(self, message: list[str]) -> list[int]:
        if self._helper is None:
            self._helper = Helper(_spec(), idle_s=IDLE_S)
        return cast("list[int]", await self._helper.ask(message, DEADLINE_S))

    def _remember(self, counts: dict[bytes, int]) -> None:
        for key, tokens in counts.items():
            self._known[key] = tokens
            self._known.move_to_end(key)
        while len(self._known) > REMEMBERED:
            self._known.popitem(last=False)


def _spec() -> ChildSpec:
    return ChildSpec(
        module="octoprompt.llm.tokens_child",
        environment={"TIKTOKEN_CACHE_DIR": str(vocabularies())},
        hang_seconds=DEADLINE_S,
    )


def vocabularies() -> Path:
    """Give the folder of tokenizer tables inside litellm's package, which is not imported.

    Fails with `ChildFailed` when the package is not there.
    """
    found = importlib.util.find_spec("litellm")
    if found is None or not found.submodule_search_locations:
        raise ChildFailed(
            "cannot count tokens: the package `litellm` is missing, repair the server"
        )
    return Path(found.submodule_search_locations[0]) / "litellm_core_utils" / "tokenizers"


def _keys(texts: Sequence[str], encoding: Encoding) -> list[bytes]:
    salt = encoding.name.encode()
    return [
        hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16, key=salt).digest()
        for text in texts
    ]


def _batches(texts: dict[bytes, str]) -> list[dict[bytes, str]]:
    batches: list[dict[bytes, str]] = []
    size = 0
    for key, text in texts.items():
        if not batches or size + len(text) > BATCH_CHARACTERS:
            batches.append({})
            size = 0
        batches[-1][key] = text
        size += len(text)
    return batches
