"""The child that reaches providers: cancelled, killed, hanging, and in every vendor's protocol."""

import asyncio
import os
import signal
import time
from dataclasses import replace
from typing import NamedTuple

import pytest

from octoprompt import errors
from octoprompt.llm.child_line import ChildLine
from octoprompt.llm.gateway import Gateway
from octoprompt.llm.request import Limits, Message
from support.asking import (
    KEY,
    asked,
    at,
    gateway,
    is_alive,
    line,
    n_open_files,
    provider,
    until,
)
from support.provider import FAULTS, PIECES, TEXT

__all__ = ["gateway", "line", "provider"]
pytestmark = pytest.mark.asyncio(loop_scope="module")
THREE = "".join(PIECES[:3])
AMPLE = Limits(first_token_s=30, gap_s=20, total_s=60, backoff_s=0.01)
SLOW = (
    "hang",
    "stall",
    "drip",
    "byte-by-byte",
    "huge",
    "endless",
    "gzip-bomb",
    "429",
    "redirect-loop",
)
QUICK = [name for name in FAULTS if not name.startswith(SLOW)]


@pytest.mark.parametrize("model", ["slow", "stall", "hang", "drip", "endless"])
async def test_cancelling_closes_the_connection(provider, gateway, model):
    """Within 300 ms here and within a second at the provider, whatever it was doing."""
    profile = at(provider, gateway)
    task = asyncio.create_task(gateway.complete(asked(profile, model)))
    await until(lambda: provider.chats(model))
    await asyncio.sleep(0.1)
    began = time.monotonic()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert time.monotonic() - began < 0.3
    (chat,) = provider.chats(model)
    await until(lambda: chat.closed_after_s is not None, 1.0)


async def test_many_cancelled_requests_leave_nothing(provider, gateway, line):
    """No connection stays open, no file descriptor is lost, the child is the same."""
    profile, pid = at(provider, gateway), line.pid
    assert pid is not None
    before = n_open_files(pid)
    for _ in range(int(os.environ.get("OCTOPROMPT_LLM_CANCELS", "15"))):
        task = asyncio.create_task(gateway.complete(asked(profile, "slow")))
        await asyncio.sleep(0.02)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    await until(lambda: provider.open == 0, 30.0)
    assert (await gateway.complete(asked(profile, "ok"))).status == "complete"
    assert line.pid == pid
    assert n_open_files(pid) <= before + 5


async def test_faults_leave_nothing_behind(provider, gateway, line):
    """However often everything goes wrong, memory and connections are as they were."""
    profile, pid = at(provider, gateway), line.pid
    gate = asyncio.Semaphore(8)

    async def ask(model):
        async with gate:
            return await gateway.complete(asked(profile, model, limits=AMPLE))

    rounds, memory = int(os.environ.get("OCTOPROMPT_LLM_ROUNDS", "2")), []
    for _ in range(rounds):
        await asyncio.gather(*map(ask, QUICK))
        memory.append(line.memory_bytes)
    assert line.pid == pid
    assert memory[-1] <= memory[len(memory) // 4] * 1.1 + (10 << 20)
    await until(lambda: provider.open <= 8, 3.0)
    assert n_open_files(pid) < 60


async def test_several_answers_come_at_once(provider, gateway):
    """Ten streams take no ten times as long, and none gets another's words."""
    profile = at(provider, gateway)
    began = time.monotonic()
    wholes = await asyncio.gather(
        *(gateway.complete(asked(profile, f"slow-{50 + n}")) for n in range(10))
    )
    assert [whole.text for whole in wholes] == [TEXT] * 10
    assert time.monotonic() - began < 4


@pytest.mark.skipif(not hasattr(signal, "SIGSTOP"), reason="stopping a process is POSIX")
async def test_a_child_that_hangs_is_replaced(provider):
    """Its request ends at its limit, and the next one has another child."""
    line = ChildLine()
    gateway = Gateway(line, Limits(first_token_s=1, gap_s=1, total_s=20, tries=1))
    profile = at(provider, gateway)
    try:
        whole = await gateway.complete(asked(profile, "ok", limits=AMPLE))
        assert whole.status == "complete"
        first = line.pid
        assert first is not None
        os.kill(first, signal.SIGSTOP)
        whole = await gateway.complete(asked(profile, "ok"))
        assert isinstance(whole.problem, errors.ModelTimeout)
        await until(lambda: line.pid is None or not is_alive(first), 3.0)
        limits = Limits(first_token_s=20)
        assert (await gateway.complete(asked(profile, "ok", limits=limits))).status == "complete"
        assert line.pid != first
    finally:
        await line.close()


async def test_a_child_that_dies_costs_its_answers_and_no_more(provider):
    """Words that came are kept; a request that had none is asked again of another child."""
    line = ChildLine()
    gateway = Gateway(line, Limits(first_token_s=20, gap_s=5, backoff_s=0.05))
    profile = at(provider, gateway)
    try:
        await line.warm()
        telling = asyncio.create_task(gateway.complete(asked(profile, "stall")))
        waiting = asyncio.create_task(gateway.complete(asked(profile, "hang-once")))
        await until(lambda: provider.chats("stall") and provider.chats("hang-once"), 15)
        await asyncio.sleep(0.5)
        assert line.pid is not None
        os.kill(line.pid, signal.SIGKILL)
        told, waited = await asyncio.gather(telling, waiting)
        assert (told.text, told.status) == (THREE, "failed")
        assert isinstance(told.problem, errors.ProviderDown)
        assert (waited.text, waited.status) == (TEXT, "complete"), waited.problem
    finally:
        await line.close()


class Spoken(NamedTuple):
    """How a kind is spoken to."""

    kind: str
    base: str
    path: str
    header: str
    """Where the key is."""
    prompt: int = 12
    """The tokens of a question, with those of its cache."""


KINDS = [
    Spoken("openai", "/v1", "/v1/chat/completions", "authorization"),
    Spoken("groq", "/v1", "/v1/chat/completions", "authorization"),
    Spoken("openrouter", "/v1", "/v1/chat/completions", "authorization"),
    Spoken("xai", "/v1", "/v1/chat/completions", "authorization"),
    Spoken("together", "/v1", "/v1/chat/completions", "authorization"),
    Spoken("lmstudio", "/v1", "/v1/chat/completions", "authorization"),
    Spoken("custom", "/v1", "/v1/chat/completions", "authorization"),
    Spoken("anthropic", "", "/v1/messages", "x-api-key", prompt=12 + 20 + 30),
    Spoken("gemini", "/v1beta", "/v1beta/models/ok:streamGenerateContent", "x-goog-api-key"),
    Spoken("ollama", "", "/api/chat", "authorization"),
]


@pytest.mark.parametrize("spoken", KINDS, ids=lambda spoken: spoken.kind)
async def test_every_kind_speaks_its_protocol(provider, gateway, spoken):
    """The right path, the key in its header alone, the answer whole, a cut one noticed."""
    profile = at(
        provider, gateway, id=spoken.kind, kind=spoken.kind, base_url=provider.root + spoken.base
    )
    whole = await gateway.complete(asked(profile, "ok"))
    assert (whole.status, whole.text, whole.finish_reason) == ("complete", TEXT, "stop")
    assert (whole.usage.prompt, whole.usage.completion) == (spoken.prompt, 6)
    (request,) = provider.requests
    assert request.path.partition("?")[0] == spoken.path
    assert KEY in request.headers[spoken.header]
    assert KEY not in request.path
    assert request.headers["accept-encoding"] == "identity", "not through our transport"
    plain = await gateway.complete(asked(profile, "ok", stream=False))
    assert (plain.status, plain.text) == ("complete", TEXT)
    cut = await gateway.complete(asked(profile, "eof"))
    assert cut.status == "incomplete"
    assert cut.usage.completion is None


async def test_what_is_sent_again_is_marked_where_a_cache_wants_marks(provider, gateway):
    """The ends of the system prompt and of the last question; nothing of what stands alone."""
    profile = at(provider, gateway, id="a", kind="anthropic", base_url=provider.root)
    talk = Message("user", "a"), Message("assistant", "b"), Message("user", "c")
    messages = Message("system", "Be brief"), *talk
    whole = await gateway.complete(replace(asked(profile, "ok"), messages=messages))
    assert (whole.status, whole.usage.cached, whole.usage.written) == ("complete", 20, 30)
    assert whole.usage.prompt == 62
    alone = replace(asked(profile, "ok"), messages=messages, purpose="summarize")
    await gateway.complete(alone)
    chat, other = (one.body for one in provider.requests)
    marked = [block["text"] for block in chat["system"] if "cache_control" in block]
    for message in chat["messages"]:
        marked += [b["text"] for b in message["content"] if "cache_control" in b]
    assert marked == ["Be brief", "c"]
    assert "cache_control" not in str(other)


@pytest.mark.parametrize("spoken", KINDS, ids=lambda spoken: spoken.kind)
async def test_every_kind_lists_its_models(provider, gateway, spoken):
    """The key goes where the kind wants it, and what is told of models is read."""
    profile = at(
        provider, gateway, id=spoken.kind, kind=spoken.kind, base_url=provider.root + spoken.base
    )
    listing = await gateway.catalog.models(profile)
    names = [facts.id for facts in listing.models]
    assert names == {
        "anthropic": ["claude-ok"],
        "gemini": ["gemini-ok"],
        "ollama": ["tiny:latest", "ok"],
    }.get(spoken.kind, ["ok", "echo", "slow", "reasoning"])
    if spoken.kind not in ("anthropic", "lmstudio"):
        assert listing.models[0].context_window == 32_000
    assert all(KEY not in asked.path for asked in provider.requests)
    assert KEY in provider.requests[0].headers[spoken.header]
