"""Whatever a provider does, a request ends in a known state, in time, with all that came.

A real provider on this machine, the real child with litellm; limits are a tenth of the usual ones
and less. `tests/support/provider.py` has the faults.
"""

import asyncio
import contextlib
import time
from dataclasses import dataclass

import pytest
import pytest_asyncio

from octoprompt import errors
from octoprompt.llm.answer import Completion
from octoprompt.llm.child_line import ChildLine
from octoprompt.llm.gateway import Gateway
from octoprompt.llm.request import Limits, ProviderProfile
from support.asking import KEY, LIMITS, asked, at, gateway, line, provider
from support.provider import FAULTS, PIECES, TEXT, Provider

__all__ = ["gateway", "line", "provider"]
pytestmark = pytest.mark.asyncio(loop_scope="module")
THREE = "".join(PIECES[:3])

OK = (None, "complete")
AMPLE = Limits(first_token_s=30, gap_s=20, total_s=60, backoff_s=0.05)
"""So that a busy machine does not turn other faults into late ones."""
HEAVY = ("huge-chunk", "endless", "gzip-bomb")
KEPT = "kept"
"""Three words came before it went wrong."""
ENDS = {
    # model: (problem, status), and KEPT where some words must be there
    "ok": OK,
    "400": ("RequestRefused", "failed"),
    "400-too-long": ("ContextTooLong", "failed"),
    "400-no-model": ("ModelUnknown", "failed"),
    "400-filter": ("ContentRefused", "failed"),
    "401": ("KeyRefused", "failed"),
    "402": ("NoCredit", "failed"),
    "403": ("KeyRefused", "failed"),
    "404": ("ModelUnknown", "failed"),
    "408": ("ProviderDown", "failed"),
    "409": ("RequestRefused", "failed"),
    "409-once": OK,
    "413": ("ContextTooLong", "failed"),
    "422": ("RequestRefused", "failed"),
    "429": ("RateLimited", "failed"),
    "429-2s": ("RateLimited", "failed"),
    "429-date": ("RateLimited", "failed"),
    "429-3600": ("RateLimited", "failed"),
    "429-garbage": ("RateLimited", "failed"),
    "429-once": OK,
    "429-quota": ("NoCredit", "failed"),
    "500": ("ProviderDown", "failed"),
    "500-once": OK,
    "502-html": ("ProviderDown", "failed"),
    "503": ("ProviderDown", "failed"),
    "529": ("ProviderDown", "failed"),
    "html": ("AnswerMalformed", "failed"),
    "html-as-json": ("AnswerMalformed", "failed"),
    "hang": ("ModelTimeout", "failed"),
    "hang-once": ("ModelTimeout", "failed"),
    "hang-after-headers": ("ModelTimeout", "failed"),
    "hang-in-error": ("ModelTimeout", "failed"),
    "close": ("AnswerIncomplete", "failed"),
    "close-after-headers": ("AnswerIncomplete", "failed"),
    "reset": ("AnswerIncomplete", "failed", KEPT),
    "cut": ("AnswerIncomplete", "failed", KEPT),
    "cut-in-utf8": ("AnswerIncomplete", "failed", KEPT),
    "eof": ("AnswerIncomplete", "incomplete", KEPT),
    "eof-unframed": ("AnswerIncomplete", "incomplete", KEPT),
    "done-only": (None, "complete", KEPT),
    "stall": ("ModelTimeout", "failed", KEPT),
    "drip": ("ModelTimeout", "failed"),
    "drip-empty": ("ModelTimeout", "failed"),
    "drip-after-words": ("ModelTimeout", "failed", KEPT),
    "byte-by-byte": ("ModelTimeout", "failed"),
    "shredded": OK,
    "bad-json": ("AnswerMalformed", "failed", KEPT),
    "not-an-answer": ("AnswerMalformed", "failed"),
    "json-for-stream": ("AnswerMalformed", "failed"),
    "error-event": ("ProviderDown", "failed", KEPT),
    "error-event-first": ("NoCredit", "failed"),
    "huge-chunk": ("AnswerTooLarge", "failed"),
    "endless": ("AnswerTooLarge", "failed"),
    "gzip-bomb": ("AnswerTooLarge", "failed"),
    "gzip": OK,
    "brotli": ("AnswerMalformed", "failed"),
    "empty": ("AnswerEmpty", "failed"),
    "empty-body": ("AnswerEmpty", "failed"),
    "no-choices": ("AnswerEmpty", "failed"),
    "length": ("AnswerIncomplete", "incomplete"),
    "content-filter": ("ContentRefused", "incomplete"),
    "reasoning-only": ("AnswerIncomplete", "incomplete"),
    "tool-broken": OK,
    "tool-unknown": OK,
    "tool-twice": OK,
    "wrong-usage": OK,
    "no-usage": OK,
    "stated-cost": OK,
    "redirect": ("RequestRefused", "failed"),
    "redirect-loop": ("ModelProblem", "failed"),
    "long-header": ("AnswerIncomplete", "failed"),
    "no-http": ("AnswerIncomplete", "failed"),
}
IN_ONE_PIECE = {
    # Where an answer in one piece ends otherwise: it is whole, or it is nothing.
    "reset": ("AnswerIncomplete", "failed"),
    "cut": ("AnswerIncomplete", "failed"),
    "stall": ("ModelTimeout", "failed"),
    "drip-after-words": ("ModelTimeout", "failed"),
    "json-for-stream": OK,
    "error-event": None,
    "endless": None,
    "drip": None,
    "drip-empty": None,
    "byte-by-byte": None,
    "cut-in-utf8": None,
    "eof": None,
    "eof-unframed": None,
    "done-only": None,
    "bad-json": ("AnswerMalformed", "failed"),
    "empty-body": ("AnswerMalformed", "failed"),
    "error-event-first": ("ProviderDown", "failed"),
}
"""None: only a stream can do that."""
TRIES = {
    1: (
        "400",
        "401",
        "402",
        "403",
        "404",
        "413",
        "422",
        "429-3600",
        "429-quota",
        "html",
        "redirect",
    ),
    2: ("429-once", "500-once", "409-once"),
    3: ("408", "409", "429", "429-garbage", "500", "502-html", "503", "529", "close"),
}


def cells():
    """Give every fault in both ways of answering."""
    found = []
    for model, end in ENDS.items():
        found.append(pytest.param(model, True, end, id=f"{model}-stream"))
        plain = IN_ONE_PIECE.get(model, end)
        if plain is not None:
            found.append(pytest.param(model, False, plain, id=f"{model}-plain"))
    return found


async def test_every_fault_has_its_end():
    """A new fault without an expectation fails here; there are more than forty-five."""
    assert set(ENDS) == {"ok", *FAULTS}
    assert len(FAULTS) >= 45


def is_timed(model):
    """Say whether a fault ends by a limit of time."""
    return "ModelTimeout" in ENDS[model]


@dataclass(frozen=True)
class Outcome:
    """How one request ended."""

    whole: Completion
    took: float
    tries: int


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def outcomes(line):
    """Every cell, asked at once but for those that keep the child busy."""
    gateway, gate = Gateway(line, LIMITS), asyncio.Semaphore(8)
    found: dict[tuple[str, bool], Outcome] = {}
    with Provider() as streaming, Provider() as plain:

        async def ask(model, stream):
            running = streaming if stream else plain
            began = time.monotonic()
            limits = LIMITS if is_timed(model) else AMPLE
            request = asked(at(running, gateway), model, stream=stream, limits=limits)
            async with gate if limits is AMPLE else contextlib.nullcontext():
                whole = await gateway.complete(request)
            took = time.monotonic() - began
            found[model, stream] = Outcome(whole, took, running.counts[model])

        asks = [cell.values[:2] for cell in cells()]
        await asyncio.gather(*(ask(*cell) for cell in asks if cell[0] not in HEAVY))
        for cell in asks:
            if cell[0] in HEAVY:
                await ask(*cell)
    return found


@pytest.mark.parametrize(("model", "stream", "end"), cells())
async def test_a_fault_ends_in_a_known_state_in_time(outcomes, model, stream, end):
    """The right error, the right status, the words that came, no key in any text."""
    outcome = outcomes[model, stream]
    whole = outcome.whole
    name = type(whole.problem).__name__ if whole.problem else None
    assert (name, whole.status) == end[:2], whole.problem
    if is_timed(model):
        assert outcome.took < LIMITS.total_s + 2
    if KEPT in end:
        assert whole.text == THREE
    if end == OK and not model.startswith("tool"):
        assert whole.text == TEXT
    assert KEY not in repr(whole)
    for count, models in TRIES.items():
        if model in models:
            assert outcome.tries == count


async def test_waits_that_providers_ask_for_are_kept(provider, gateway):
    """Two seconds mean two seconds, more or less; the third failure tells of the next wait."""
    limits = Limits(first_token_s=2, total_s=30, tries=2)
    for model in ("429-2s", "429-date"):
        began = time.monotonic()
        whole = await gateway.complete(asked(at(provider, gateway), model, limits=limits))
        # A date has whole seconds, so up to one of them is gone already.
        assert (1.8 if model == "429-2s" else 0.8) < time.monotonic() - began < 4
        assert isinstance(whole.problem, errors.RateLimited)
        assert 0 < float(str(whole.problem.data["retryAfterSeconds"])) <= 2


async def test_usage_and_cost_are_the_providers_own(provider, gateway):
    """Numbers that nobody can count are left out, and none is made up."""
    profile = at(provider, gateway)
    stated = await gateway.complete(asked(profile, "stated-cost"))
    assert (stated.cost_usd, stated.usage.cached) == (0.125, 4)
    for model in ("wrong-usage", "no-usage"):
        whole = await gateway.complete(asked(profile, model))
        assert (whole.usage.prompt, whole.usage.completion, whole.cost_usd) == (None, None, None)


async def test_a_key_is_not_taken_to_another_host(provider, gateway):
    """A redirect elsewhere is refused before a connection is made."""
    whole = await gateway.complete(asked(at(provider, gateway), "redirect"))
    assert "another host" in whole.problem.message
    assert "127.0.0.2:9" in whole.problem.message


@pytest.mark.parametrize(
    ("base_url", "error", "words"),
    [
        ("http://127.0.0.1:9/v1", "ProviderDown", "cannot reach `127.0.0.1:9`"),
        ("http://no-such-host.invalid/v1", "ProviderDown", "is not known"),
        ("gopher://127.0.0.1/v1", "RequestRefused", "no address"),
    ],
)
async def test_an_address_where_nobody_is(provider, gateway, base_url, error, words):
    """Refused, unknown, nonsense: each is named."""
    whole = await gateway.complete(asked(at(provider, gateway, base_url=base_url), "ok"))
    assert type(whole.problem).__name__ == error
    assert words in whole.problem.message


async def test_a_tls_handshake_that_fails_is_named(provider, gateway):
    """An `https` address where only `http` is spoken; not tried again."""
    secure = provider.url.replace("http:", "https:")
    whole = await gateway.complete(asked(at(provider, gateway, base_url=secure), "ok"))
    assert isinstance(whole.problem, errors.ProviderDown)
    assert "secure connection" in whole.problem.message
    assert whole.attempts == 1


async def test_an_address_that_swallows_connections_has_its_limit(gateway):
    """A listener whose queue is full never takes a connection: the limit to connect counts."""
    server = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0, backlog=0)
    port = server.sockets[0].getsockname()[1]
    loop = asyncio.get_running_loop()
    loop.remove_reader(server.sockets[0].fileno())  # nobody accepts any more
    fillers = [asyncio.create_task(_fill(port)) for _ in range(8)]
    try:
        profile = ProviderProfile(id="full", kind="custom", base_url=f"http://127.0.0.1:{port}/v1")
        limits = Limits(connect_s=0.5, first_token_s=3, total_s=4, tries=1)
        whole = await gateway.complete(asked(profile, "ok", limits=limits))
        assert isinstance(whole.problem, errors.ModelTimeout)
        assert "did not take the connection within 0.5 s" in whole.problem.message
    finally:
        for task in fillers:
            task.cancel()
        await asyncio.gather(*fillers, return_exceptions=True)
        server.close()


async def _fill(port):
    with contextlib.suppress(OSError):
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        try:
            await asyncio.sleep(30)
        finally:
            writer.close()


async def test_a_proxy_that_refuses_is_named(provider, monkeypatch):
    """What the proxy says is not taken for the provider's word."""
    monkeypatch.setenv("HTTP_PROXY", provider.root)
    monkeypatch.setenv("HTTPS_PROXY", provider.root)
    monkeypatch.setenv("NO_PROXY", "")
    line = ChildLine()
    gateway = Gateway(line, LIMITS)
    try:
        for url in ("https://models.invalid/v1", "http://proxy-407.invalid/v1"):
            with pytest.raises(errors.ProxyProblem):
                await gateway.catalog.models(at(provider, gateway, base_url=url))
    finally:
        await line.close()
