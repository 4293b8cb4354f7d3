"""The gateway's promises, with a model that plays a script."""

import asyncio
import time
from contextlib import aclosing
from dataclasses import replace

import pytest

from octoprompt.errors import (
    AnswerEmpty,
    AnswerIncomplete,
    ContentRefused,
    KeyMissing,
    ModelTimeout,
    ProviderDown,
    RateLimited,
)
from octoprompt.llm.answer import Completion, ReasoningDelta, Retrying, TextDelta, Usage
from octoprompt.llm.gateway import Gateway
from octoprompt.llm.line import Ending, Failure
from octoprompt.llm.request import (
    Limits,
    Message,
    ModelFacts,
    ModelRequest,
    Options,
    ProviderProfile,
    ToolCall,
)
from octoprompt.llm.scripted import Fails, Hangs, Said, Script

PROVIDER = ProviderProfile(id="p", kind="custom", base_url="http://127.0.0.1:1/v1")
QUICK = Limits(first_token_s=0.3, gap_s=0.2, total_s=1.0, backoff_s=0.01)


def asked(provider=PROVIDER, **fields):
    """Make a question."""
    return ModelRequest(
        provider=provider, model="m", messages=(Message("user", "hello"),), **fields
    )


def gateway_of(*scenes, **fields):
    """Make a gateway whose model plays these scenes; gives both."""
    script = Script(*scenes)
    return Gateway(script, fields.pop("limits", QUICK)), script


async def items_of(gateway, request=None):
    """Give all that a stream gives."""
    async with aclosing(gateway.stream(request or asked())) as items:
        return [item async for item in items]


async def test_a_stream_ends_with_its_completion():
    """Pieces in order, then the whole with usage and model."""
    gateway, script = gateway_of(Said("a", "b", reasoning="hm"))
    *pieces, whole = await items_of(gateway)
    assert pieces == [ReasoningDelta("hm"), TextDelta("a"), TextDelta("b")]
    assert (whole.status, whole.text, whole.reasoning, whole.model) == ("complete", "ab", "hm", "m")
    assert (whole.usage, whole.problem, whole.attempts) == (Usage(prompt=10, completion=2), None, 1)
    script.assert_used()


@pytest.mark.parametrize(
    ("reason", "is_marked", "text", "status", "problem"),
    [
        ("stop", False, "x", "complete", None),
        (None, True, "x", "complete", None),
        ("something new", True, "x", "complete", None),
        (None, False, "x", "incomplete", AnswerIncomplete),
        ("length", True, "x", "incomplete", AnswerIncomplete),
        ("length", True, "", "incomplete", AnswerIncomplete),
        ("content_filter", True, "x", "incomplete", ContentRefused),
        ("stop", True, "", "failed", AnswerEmpty),
        ("stop", True, " \n", "failed", AnswerEmpty),
        (None, False, "", "failed", AnswerEmpty),
    ],
)
async def test_completeness_is_our_own_verdict(reason, is_marked, text, status, problem):
    """Only what said that it is the end is whole; nothing is not an answer."""
    ending = Ending(finish_reason=reason, is_marked=is_marked)
    gateway, _ = gateway_of(Said(text, ending=ending))
    whole = await gateway.complete(asked())
    assert (whole.status, whole.text) == (status, text)
    assert type(whole.problem) is (problem or type(None))


async def test_a_failure_before_the_answer_is_tried_again():
    """At most three tries, and each wait is told."""
    fails = Fails(Failure(kind="status", status=503))
    gateway, script = gateway_of(fails, Fails(Failure(kind="cut")), Said("ok"))
    items = await items_of(gateway)
    tries = [item.attempt for item in items if isinstance(item, Retrying)]
    assert tries == [2, 3]
    assert (items[-1].status, items[-1].attempts) == ("complete", 3)
    script.assert_used()


async def test_three_tries_are_enough():
    """The third failure is told."""
    gateway, script = gateway_of(*[Fails(Failure(kind="status", status=500))] * 3)
    whole = await gateway.complete(asked())
    assert (whole.status, whole.attempts) == ("failed", 3)
    assert isinstance(whole.problem, ProviderDown)
    script.assert_used()


async def test_nothing_is_tried_again_after_the_first_piece():
    """What was shown stays, and is not said twice."""
    gateway, script = gateway_of(Fails(Failure(kind="cut"), "The ", "quick"))
    whole = await gateway.complete(asked())
    assert (whole.status, whole.text, whole.attempts) == ("failed", "The quick", 1)
    script.assert_used()


async def test_reasoning_counts_as_a_piece():
    """A thought that was shown is not thought again."""
    for scene in (
        Said(reasoning="hm", ending=Ending()),
        Fails(Failure(kind="cut"), reasoning="hm"),
    ):
        gateway, _ = gateway_of(scene)
        whole = await gateway.complete(asked())
        assert (whole.status, whole.reasoning, whole.attempts) == ("failed", "hm", 1)


@pytest.mark.parametrize("status", [400, 401, 402, 403, 404, 413, 422])
async def test_a_refusal_is_final(status):
    """Asking again would only ask again."""
    gateway, script = gateway_of(Fails(Failure(kind="status", status=status)))
    whole = await gateway.complete(asked())
    assert (whole.status, whole.attempts) == ("failed", 1)
    script.assert_used()


async def test_the_providers_wait_is_obeyed_or_told():
    """A short one is waited for, a long one ends the request with the time in it."""
    short = Failure(kind="status", status=429, retry_after="0.2")
    gateway, _ = gateway_of(Fails(short), Said("ok"))
    began = time.monotonic()
    assert (await gateway.complete(asked())).status == "complete"
    assert time.monotonic() - began >= 0.2
    long = Failure(kind="status", status=429, retry_after="3600")
    gateway, _ = gateway_of(Fails(long))
    whole = await gateway.complete(asked())
    assert isinstance(whole.problem, RateLimited)
    assert whole.problem.data == {"retryAfterSeconds": 3600.0}
    assert "60 minutes" in whole.problem.message


async def test_no_wait_goes_beyond_the_total():
    """A wait that would end after the limit is not begun."""
    gateway, _ = gateway_of(Fails(Failure(kind="status", status=429, retry_after="5")))
    began = time.monotonic()
    whole = await gateway.complete(asked())
    assert isinstance(whole.problem, RateLimited)
    assert time.monotonic() - began < 0.5


@pytest.mark.parametrize(
    ("scene", "limit", "text"),
    [
        (Hangs, "first token time", ""),
        (lambda: Hangs("a", "b"), "gap time", "ab"),
        (lambda: Said(*["", ""] * 50, pause_s=0.05), "first token time", ""),
        (lambda: Said("a", *["", ""] * 50, pause_s=0.05), "gap time", "a"),
        (lambda: Said(*"x" * 40, pause_s=0.1), "total time", None),
    ],
)
async def test_every_wait_has_a_limit(scene, limit, text):
    """Silence, empty pieces and endless answers end, and what came is kept."""
    limits = QUICK if limit == "total time" else replace(QUICK, total_s=20.0)
    gateway, _ = gateway_of(scene(), limits=limits)
    began = time.monotonic()
    whole = await gateway.complete(asked())
    assert isinstance(whole.problem, ModelTimeout)
    assert whole.problem.data == {"limit": limit}
    assert time.monotonic() - began < 1.5
    assert whole.text == text if text is not None else 5 < len(whole.text) < 12


async def test_an_answer_in_one_piece_has_only_the_total():
    """Without a stream, the first token comes with the last."""
    gateway, _ = gateway_of(Said("all of it", pause_s=0.5))
    whole = await gateway.complete(asked(options=Options(stream=False)))
    assert whole.status == "complete"


async def test_cancelling_ends_the_try():
    """Whoever waits no more is not kept waiting, and the account hears of it."""
    hangs = Hangs("a")
    gateway, _ = gateway_of(hangs, limits=Limits())
    told = []
    gateway.on_completion = lambda _request, completion: told.append(completion)
    task = asyncio.create_task(gateway.complete(asked()))
    await hangs.began.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert hangs.was_cancelled
    assert [(c.status, c.text) for c in told] == [("cancelled", "a")]


async def test_leaving_the_stream_ends_the_try():
    """The same for who stops to listen."""
    hangs = Hangs("a")
    gateway, _ = gateway_of(hangs, limits=Limits())
    async with aclosing(gateway.stream(asked())) as items:
        assert await anext(items) == TextDelta("a")
    assert hangs.was_cancelled


async def test_a_missing_key_is_told_without_a_try():
    """The message names the variable that would do, the provider is in the data."""
    openai = ProviderProfile(id="o", kind="openai", base_url="https://api.openai.com/v1")
    gateway, script = gateway_of()
    whole = await gateway.complete(asked(openai))
    assert isinstance(whole.problem, KeyMissing)
    assert "`OPENAI_API_KEY`" in whole.problem.message
    assert whole.problem.data == {"providerId": "o"}
    assert script.requests == []


async def test_tool_calls_are_joined_and_have_ids_of_their_own():
    """Two calls with one id, or none, can be answered apart."""
    calls = [ToolCall(id=id, name="read", arguments="{}") for id in ("c", "c", "")]
    gateway, _ = gateway_of(Said(tool_calls=calls))
    whole = await gateway.complete(asked())
    assert whole.status == "complete"
    assert [call.id for call in whole.tool_calls] == ["c", "c-1", "call-2"]


@pytest.mark.parametrize(
    ("provider", "ending", "cost"),
    [
        ({}, Ending(cost_usd=0.5), 0.5),
        ({}, Ending(usage=Usage(prompt=1_000_000, completion=0)), 3.0),
        ({}, Ending(usage=Usage(prompt=1_000_000, completion=100_000, cached=500_000)), 3.0),
        ({}, Ending(usage=Usage(prompt=10)), None),
        ({"overrides": ()}, Ending(usage=Usage(prompt=10, completion=1)), None),
        ({"kind": "ollama"}, Ending(usage=Usage(prompt=10, completion=1)), 0.0),
    ],
)
async def test_costs_are_told_or_computed_or_unknown(provider, ending, cost):
    """The provider's word first, then prices, else nothing: never a guess."""
    facts = ModelFacts(id="m", input_price=3.0, output_price=12.0, cached_price=0.6)
    fields = {"kind": "custom", "overrides": (facts,), **provider}
    profile = ProviderProfile(id="p", base_url="http://127.0.0.1:1/v1", **fields)
    ending = Ending(
        finish_reason="stop", is_marked=True, usage=ending.usage, cost_usd=ending.cost_usd
    )
    gateway, _ = gateway_of(Said("x", ending=ending))
    whole = await gateway.complete(asked(profile))
    assert isinstance(whole, Completion)
    assert whole.cost_usd == pytest.approx(cost)


async def test_prices_of_the_table_know_long_questions():
    """Gemini's prices rise above 200,000 tokens; the file is read without litellm."""
    gemini = ProviderProfile(id="g", kind="gemini", base_url="http://127.0.0.1:1/v1beta")
    gateway, script = gateway_of()
    gateway.keys.set("g", "some-key-of-gemini")
    for tokens, cost in ((100_000, 0.125), (300_000, 0.75)):
        usage = Usage(prompt=tokens, completion=0)
        script.add(Said("x", ending=Ending(finish_reason="stop", usage=usage)))
        request = ModelRequest(provider=gemini, model="gemini-2.5-pro", messages=())
        assert (await gateway.complete(request)).cost_usd == pytest.approx(cost)


async def test_ollama_is_told_how_much_must_fit():
    """In powers of two, so that the model is not loaded anew for each question."""
    facts = ModelFacts(id="m", context_window=100_000)
    ollama = ProviderProfile(
        id="l", kind="ollama", base_url="http://127.0.0.1:11434", overrides=(facts,)
    )
    gateway, script = gateway_of(Said("x"), Said("x"), Said("x"))
    for characters in (10, 60_000, 3_000_000):
        message = Message("user", "x" * characters)
        await gateway.complete(ModelRequest(provider=ollama, model="m", messages=(message,)))
    assert [request.room for request in script.requests] == [8_192, 32_768, 100_000]
