"""The account of what models were asked, through the endpoint."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest_asyncio

from octoprompt.llm.answer import Usage
from octoprompt.llm.gateway import Gateway
from octoprompt.llm.line import Ending, Failure
from octoprompt.llm.request import Message, ModelRequest, ProviderProfile
from octoprompt.llm.scripted import Fails, Said, Script
from octoprompt.store.model_entities import UsageEntity
from support.indexing import served
from support.server import make_repository

PROVIDER = ProviderProfile(id="p", kind="custom", base_url="http://127.0.0.1:1/v1")
ASKED = ModelRequest(provider=PROVIDER, model="m", messages=(Message("user", "hello"),))


@pytest_asyncio.fixture
async def call(tmp_path):
    """The handlers over a small repository, and a model that plays a script."""
    async with served(make_repository(tmp_path / "shop"), tmp_path) as handlers:
        handlers.app.gateway = Gateway(Script())
        yield handlers


def said(prompt, completion, cost=None):
    """Make an answer that took so much."""
    usage = Usage(prompt=prompt, completion=completion, cached=2)
    return Said("x", ending=Ending(finish_reason="stop", usage=usage, cost_usd=cost))


async def ask(call, scene, **fields):
    """Ask a model and wait until it is accounted for."""
    call.app.gateway = Gateway(Script(scene))
    await call.app.gateway.complete(replace(ASKED, **fields))
    await call.app._account.settled()  # noqa: SLF001 - the account is written in the background


async def test_every_request_is_accounted_for(call):
    """Tokens and costs add up; what nobody knows the price of is counted apart."""
    await ask(call, said(100, 10, 0.5))
    await ask(call, said(50, 5, 0.25), purpose="title")
    await ask(call, said(7, 1), model="other")
    await ask(call, Fails(Failure(kind="status", status=400)))
    summary = await call("usage/summary", by=["model"])
    total = summary["total"]
    assert (total["requests"], total["unpriced"], total["costUsd"]) == (4, 2, 0.75)
    assert (total["promptTokens"], total["completionTokens"]) == (157, 16)
    assert total["cachedTokens"] == 6
    assert [(row["model"], row["counts"]["requests"]) for row in summary["rows"]] == [
        *(("m", 3), ("other", 1))
    ]
    by_work = await call("usage/summary", by=["purpose"])
    assert [(r["purpose"], r["counts"]["costUsd"]) for r in by_work["rows"]] == [
        *(("chat", 0.5), ("title", 0.25))
    ]


async def test_days_are_told_apart_and_bounded(call):
    """The newest first; thirty days unless asked for others."""
    today = datetime.now(UTC).astimezone().date()
    await ask(call, said(1, 1, 1.0))
    await ask(call, said(1, 1, 2.0))
    long_ago = today - timedelta(days=60)
    await call.app.store.usage._sessions.write(  # noqa: SLF001 - no handler makes old ones
        lambda session: move_one(session, long_ago)
    )
    recent = await call("usage/summary", by=["day"])
    assert [row["day"] for row in recent["rows"]] == [today.isoformat()]
    every = await call("usage/summary", by=["day"], since=long_ago.isoformat())
    assert [row["day"] for row in every["rows"]] == [today.isoformat(), long_ago.isoformat()]
    assert every["total"]["requests"] == 2


def move_one(session, day):
    """Put one request to another day."""
    session.query(UsageEntity).first().day = day


async def test_projects_are_told_apart(call):
    """Only one's own requests are summed when one is named."""
    await ask(call, said(1, 1, 1.0), project_id="a")
    await ask(call, said(1, 1, 2.0), project_id="b")
    assert (await call("usage/summary", projectId="a"))["total"]["costUsd"] == 1.0
    rows = (await call("usage/summary", by=["project"]))["rows"]
    assert [row["projectId"] for row in rows] == ["b", "a"]


async def test_nothing_asked_is_nothing(call):
    """Zeros, not errors."""
    summary = await call("usage/summary", by=[])
    assert (summary["rows"], summary["total"]["requests"], summary["total"]["costUsd"]) == (
        [],
        0,
        0,
    )
    error = await call.error("usage/summary", since="2026-02-01", until="2026-01-01")
    assert error.code == 100


async def test_a_request_that_was_never_sent_is_not_counted(call):
    """A missing key costs nothing."""
    groq = ProviderProfile(id="g", kind="groq", base_url="http://evil.example/v1")
    await call.app.gateway.complete(replace(ASKED, provider=groq))
    await call.app._account.settled()  # noqa: SLF001
    assert (await call("usage/summary"))["total"]["requests"] == 0
