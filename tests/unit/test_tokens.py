"""Counting tokens: exact where the tokenizer is known, bounded whatever the text, off the loop."""

import asyncio
import os
import signal
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from octoprompt.context.pieces import join_unsafe
from octoprompt.llm.tokens import TokenCounter, encoding_of
from support.context_text import tokens


@pytest.fixture
async def counter():
    """A counter that is closed."""
    counter = TokenCounter()
    yield counter
    await counter.close()


async def test_known_counts(counter):
    """Texts with counts that OpenAI's tokenizers are known to give."""
    texts = ["hello world", "", "tiktoken is great!", "お誕生日おめでとう"]
    modern = await counter.count(texts, "gpt-4o")
    assert (modern.tokens, modern.exact, modern.encoding) == ([2, 0, 6, 8], True, "o200k_base")
    older = await counter.count(texts, "gpt-4")
    assert (older.tokens, older.exact, older.encoding) == ([2, 0, 6, 9], True, "cl100k_base")


async def test_nothing_has_no_tokens(counter):
    """An empty text is counted also when it is the first one that is asked for."""
    assert (await counter.count([""], None)).tokens == [0]


async def test_special_tokens_are_plain_text(counter):
    """A text cannot smuggle a control token in, nor make counting fail."""
    counted = await counter.count(["<|endoftext|>"], None)
    assert counted.tokens[0] > 3


async def test_other_vendors_are_estimated_on_the_safe_side(counter):
    """An estimate is labelled, and larger than the count it is made of."""
    exact = await counter.count(["some text of a few words"], "gpt-4o")
    for model in ("claude-sonnet-4-5", "gemini-2.5-pro", "ollama/llama3.1", "who knows"):
        estimate = await counter.count(["some text of a few words"], model)
        assert not estimate.exact
        assert estimate.tokens[0] > exact.tokens[0]


@pytest.mark.parametrize(
    ("model", "name", "exact"),
    [
        (None, "o200k_base", True),
        ("", "o200k_base", True),
        ("gpt-4o-mini", "o200k_base", True),
        ("gpt-4.1-nano", "o200k_base", True),
        ("openai/gpt-5.1-codex", "o200k_base", True),
        ("openrouter/openai/o3-mini", "o200k_base", True),
        ("gpt-4-turbo", "cl100k_base", True),
        ("gpt-3.5-turbo-16k", "cl100k_base", True),
        ("anthropic/claude-opus-4", "o200k_base", False),
        ("olmo-2", "o200k_base", False),
        ("groq/llama-3.3-70b-versatile", "o200k_base", False),
    ],
)
def test_which_model_has_which_encoding(model, name, exact):
    """Models by name, with or without their provider."""
    encoding = encoding_of(model)
    assert (encoding.name, encoding.exact) == (name, exact)


@given(budget=st.integers(1, 10**7), model=st.sampled_from([None, "claude-x", "gemini-x"]))
def test_a_raw_count_within_the_room_is_within_the_budget_when_scaled(budget, model):
    """The margin is applied the same way in both directions."""
    encoding = encoding_of(model)
    assert encoding.scaled(encoding.room(budget)) <= budget


HOSTILE = {
    "one letter": "a" * 1_000_000,
    "blanks": " " * 1_000_000 + "x",
    "line breaks": "\n" * 1_000_000,
    "tabs": "\t " * 300_000,
    "dashes": "-" * 1_000_000,
    "accents": "e" + "\u0301" * 300_000,
    "lone surrogates": "\ud800" * 100_000,
}


async def test_hostile_texts_are_counted_in_bounded_time(counter):
    """A megabyte of one character takes no minute and never less than what it holds."""
    async with asyncio.timeout(20):
        counted = await counter.count(list(HOSTILE.values()), None)
    assert all(n > 500 for n in counted.tokens)


async def test_a_killed_child_is_replaced(counter):
    """The next question starts a new process, and the asker does not notice."""
    if sys.platform == "win32":
        pytest.skip("kills by signal")
    await counter.count(["first"], None)
    child = counter._helper._child  # noqa: SLF001 - the process under test
    os.kill(child.pid, signal.SIGKILL)
    assert (await counter.count(["second one"], None)).tokens == [2]


async def test_the_same_text_is_counted_once(counter):
    """A text seen before is answered without the child."""
    await counter.count(["again and again"], None)
    await counter.close()
    counter._helper = None  # noqa: SLF001 - any use of a child would now start one
    assert (await counter.count(["again and again"], None)).tokens == [3]
    assert counter._helper is None  # noqa: SLF001


async def test_the_loop_is_free_while_counting(counter):
    """Ten megabytes are counted elsewhere: the loop keeps turning."""
    text = "def f(x):\n    return x * 2\n" * 400_000
    await counter.count(["warm"], None)
    longest = 0.0
    loop = asyncio.get_running_loop()
    task = asyncio.create_task(counter.count([text], None))
    while not task.done():
        before = loop.time()
        await asyncio.sleep(0.005)
        longest = max(longest, loop.time() - before)
    assert (await task).tokens[0] > 1_000_000
    assert longest < 0.25


words = st.one_of(
    st.text(max_size=12),
    st.sampled_from(
        [
            *("//", "/", "}", "```", "  ", "\t", "\n", "\n\n", "\r\n", "\r", "#", "'s", "12"),
            *("\u2028", "\x85", "\u00a0x"),
        ]
    ),
)


@settings(max_examples=300, deadline=None)
@given(
    parts=st.lists(
        st.lists(words, max_size=8).map(lambda w: "".join(w) + "\n"), min_size=1, max_size=8
    ),
    encoding=st.sampled_from(["o200k_base", "cl100k_base"]),
)
def test_pieces_add_up_exactly(parts, encoding):
    """The counts of pieces that start at safe lines add up to the count of the whole."""
    pieces = join_unsafe(parts)
    assert "".join(pieces) == "".join(parts)
    assert sum(tokens(pieces, encoding)) == tokens(["".join(parts)], encoding)[0]
