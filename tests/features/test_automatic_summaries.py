"""Summaries that nobody asked for: none unless allowed, none beyond that, none paid for twice."""

import asyncio
import json

import pytest
import pytest_asyncio

from octoprompt.features.automatic_summaries import Quiet
from octoprompt.features.registry import Ctx
from octoprompt.llm.answer import Usage
from octoprompt.llm.line import Ending
from octoprompt.llm.scripted import Said
from octoprompt.settings import AutomaticSummaries, WorkspaceOptions
from support.chatting import chatting
from support.server import make_repository

pytestmark = pytest.mark.asyncio(loop_scope="module")
ALLOWED = 50_000
SUMMARY = json.dumps({"purpose": "Prices.", "exports": [], "facts": []})
FILES = {
    "shop/a.py": "A = 1\n",
    "shop/b.py": "B = 1\n",
    "shop/same.py": "SAME = 1\n",
    ".octopromptignore": "ignored.py\n",
}


@pytest_asyncio.fixture(loop_scope="module")
async def window(tmp_path):
    """A window on a repository with two changed files, a new one, and some that stay out."""
    root = make_repository(tmp_path / "shop", FILES)
    async with chatting(tmp_path, root) as window:
        for name, text in {
            "shop/a.py": "A = 2\n",
            "shop/b.py": "B = 2\n",
            "shop/new.py": "NEW = 1\n",
            "ignored.py": "IGNORED = 1\n",
            ".env": "TOKEN=1\n",
        }.items():
            (root / name).write_text(text, "utf-8")
        overlay = window.app.project(None).workspace.overlay
        overlay.set("shop/b.py", "B = 3  # not saved\n", 1)
        await window.index.refresh()
        await priced(window, inputPrice=1, outputPrice=2)
        yield window


async def priced(window, **prices):
    """Let the model cost so much for a million tokens."""
    models = [{"id": "m", "contextWindow": 8_000, **prices}]
    base = "http://127.0.0.1:9/v1"
    await window(
        "providers/configure", id="local", kind="custom", baseUrl=base, model="m", models=models
    )


async def quiet(window, n_times=1, **allowed):
    """Tell of changes, and wait until all that comes of them is done; give how often it worked."""
    options = WorkspaceOptions(summaries=AutomaticSummaries(quiet_seconds=0.05, **allowed))
    window.app.options = options
    tasks = []
    ctx = Ctx(app=window.app, notify=lambda *_: None)
    watch = Quiet(ctx, lambda work: tasks.append(asyncio.create_task(work)))
    for _ in range(n_times):
        for _ in range(4):
            watch.changed(window.app.project(None))
            await asyncio.sleep(0.01)
        await asyncio.sleep(0.1)
        await asyncio.gather(*tasks)
    return len(tasks)


def said(prompt=500, completion=20):
    """Give an answer, and what the provider says that it took."""
    ending = Ending(
        finish_reason="stop", is_marked=True, usage=Usage(prompt=prompt, completion=completion)
    )
    return Said(SUMMARY, ending=ending)


async def runs(window):
    """Give the runs, the latest first."""
    return (await window("agents/list"))["runs"]


async def summarised(window):
    """Give the files that have a summary."""
    paths = ["shop/a.py", "shop/b.py", "shop/new.py", "shop/same.py", "ignored.py", ".env"]
    return [s["path"] for s in (await window("summaries/get", paths=paths))["summaries"]]


async def test_nothing_is_asked_unless_somebody_allows_it(window):
    """By default, and in restricted mode, whatever is allowed: no model is asked, no run begun."""
    window.play()
    assert WorkspaceOptions().summaries.daily_tokens == 0
    assert await quiet(window) == 0
    window.app.options = WorkspaceOptions(
        trusted=False, summaries=AutomaticSummaries(daily_tokens=ALLOWED, quiet_seconds=0.01)
    )
    begun = []
    Quiet(Ctx(app=window.app, notify=lambda *_: None), begun.append).changed(
        window.app.project(None)
    )
    await asyncio.sleep(0.05)
    assert (begun, await runs(window), window.script.requests) == ([], [], [])


async def test_what_is_at_work_is_summarised_once(window):
    """After the last of several changes; what is unsaved, secret, ignored or unchanged is left."""
    window.play(said(), said())
    assert await quiet(window, daily_tokens=ALLOWED) == 1
    assert await summarised(window) == ["shop/a.py", "shop/new.py"]
    asked = "".join(m.content for r in window.script.requests for m in r.messages)
    for hidden in ("TOKEN", "IGNORED", "SAME", "not saved"):
        assert hidden not in asked
    window.play()
    assert await quiet(window, daily_tokens=ALLOWED) == 1
    assert len(await runs(window)) == 1
    rows = (await window("usage/summary", by=["purpose"]))["rows"]
    assert [(r["purpose"], r["counts"]["requests"]) for r in rows] == [("automatic summarize", 2)]


async def test_a_day_never_takes_more_tokens_than_are_allowed(window):
    """The next question is not asked when its longest answer could pass the limit."""
    window.play(said(prompt=2_500, completion=300))
    await quiet(window, daily_tokens=3_500)
    assert len(await summarised(window)) == 1
    (run,) = await runs(window)
    assert "could pass the 3500 tokens left" in run["summary"]
    (request,) = window.script.requests
    assert request.options.max_tokens == 800
    # The rest of the day is too short for another one: no run begins.
    await quiet(window, daily_tokens=3_500)
    assert len(await runs(window)) == 1


async def test_a_day_never_costs_more_than_is_allowed(window):
    """Dollars hold as tokens do; a model of unknown price is not asked at all."""
    window.play(said(prompt=1_000_000, completion=0))
    await quiet(window, daily_tokens=10_000_000, daily_usd=1.001)
    assert len(await summarised(window)) == 1
    assert "could pass the 1.0010 USD left" in (await runs(window))[0]["summary"]
    assert (await runs(window))[0]["usage"]["costUsd"] == pytest.approx(1.0)
    await quiet(window, daily_tokens=10_000_000, daily_usd=1.001)
    await priced(window)
    await quiet(window, daily_tokens=10_000_000, daily_usd=9.0)
    assert len(await runs(window)) == 1


async def test_an_answer_of_no_use_keeps_no_other_file_from_its_summary(window):
    """It is told in the run; a day is not spent on trying again and again."""
    window.play(*[Said("no")] * 3, said())
    await quiet(window, n_times=2, daily_tokens=ALLOWED)
    assert len(await runs(window)) == 1
    assert await summarised(window) == ["shop/new.py"]
    assert "Not summarised: `shop/a.py`" in (await runs(window))[0]["summary"]


async def test_two_windows_pay_once(window):
    """The second one finds the first at work, and leaves it to it."""
    window.play(said(), said())
    await asyncio.gather(quiet(window, daily_tokens=ALLOWED), quiet(window, daily_tokens=ALLOWED))
    assert await summarised(window) == ["shop/a.py", "shop/new.py"]


async def test_without_a_provider_nothing_begins(window, caplog):
    """Nor does anything fail: it is in the log."""
    window.play()
    await window("providers/remove", id="local")
    with caplog.at_level("INFO"):
        await quiet(window, daily_tokens=ALLOWED)
    assert "automatic summaries ended" in caplog.text
    assert await runs(window) == []
