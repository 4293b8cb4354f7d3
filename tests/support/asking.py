"""Asking the loopback provider through the real gateway and its child."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Iterator

import pytest
import pytest_asyncio

from octoprompt.llm.child_line import ChildLine
from octoprompt.llm.gateway import Gateway
from octoprompt.llm.request import Limits, Message, ModelRequest, Options, ProviderProfile
from support.provider import Provider

KEY = "sk-canary-Zq81/x+2=lkJh77Qw"
LIMITS = Limits(connect_s=1.0, first_token_s=2.0, gap_s=1.0, total_s=6.0, backoff_s=0.05)
"""A tenth of the usual ones and less."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def line() -> AsyncIterator[ChildLine]:
    """One child for all tests of a module: what one request leaves behind meets the next."""
    line = ChildLine()
    await line.warm()
    yield line
    await line.close()


@pytest.fixture
def provider() -> Iterator[Provider]:
    """A provider of its own, so that every test counts from nothing."""
    with Provider() as running:
        yield running


@pytest.fixture
def gateway(line: ChildLine) -> Gateway:
    """A gateway with short limits."""
    return Gateway(line, LIMITS)


def at(provider: Provider, gateway: Gateway, **fields) -> ProviderProfile:
    """Make a profile for the provider, its key set."""
    profile = ProviderProfile(
        **{"id": "loop", "kind": "custom", "base_url": provider.url, **fields}
    )
    gateway.keys.set(profile.id, KEY)
    return profile


def asked(
    profile: ProviderProfile, model: str, *, stream: bool = True, limits: Limits | None = None
) -> ModelRequest:
    """Make a question."""
    return ModelRequest(
        provider=profile,
        model=model,
        messages=(Message("user", "hello"),),
        options=Options(stream=stream),
        limits=limits,
    )


async def until(condition: Callable[[], object], within: float = 5.0) -> None:
    """Wait for a condition."""
    async with asyncio.timeout(within):
        while not condition():  # noqa: ASYNC110 - another process's doing has no event
            await asyncio.sleep(0.01)


def is_alive(pid: int | None) -> bool:
    """Say whether a process is there and no zombie."""
    try:
        with open(f"/proc/{pid}/stat") as file:  # noqa: PTH123
            return file.read().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def n_open_files(pid: int) -> int:
    """Count what a process holds open; 0 where the system does not tell."""
    try:
        return len(os.listdir(f"/proc/{pid}/fd"))  # noqa: PTH208
    except OSError:
        return 0
