"""Secrets by value: whatever form a key takes, no text shows it."""

import base64
import json
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from octoprompt import redaction

KEY = 'odd/Key+with "quotes" & spaces=ünd-mehr'
PLAIN = "k7Jq2vXw9ZpLm4Tn8Rb3"


@pytest.fixture(autouse=True)
def registered():
    """Both keys are known."""
    redaction.register(KEY)
    redaction.register(PLAIN)


@pytest.mark.parametrize("key", [KEY, PLAIN])
@pytest.mark.parametrize(
    "written",
    [
        str,
        quote,
        quote_plus,
        lambda key: quote(key, safe=""),
        json.dumps,
        repr,
        lambda key: base64.b64encode(key.encode()).decode(),
        lambda key: base64.urlsafe_b64encode(key.encode()).decode(),
        lambda key: base64.b64encode(f"user:{key}".encode()).decode(),
        lambda key: base64.b64encode(f"xx{key}yyy".encode()).decode(),
    ],
)
def test_every_way_to_write_a_key_is_masked(key, written):
    """As it is, in URLs, in JSON, in Python's own quotes, in base64 wherever it begins."""
    text = f"before {written(key)} after"
    shown = redaction.mask_values(text)
    assert redaction.MASK in shown
    assert shown.startswith("before ")
    assert shown.endswith(" after")
    longest = max(len(part) for part in shown.replace(redaction.MASK, " ").split())
    assert longest < 12, shown


@settings(max_examples=200, deadline=None)
@given(before=st.binary(max_size=40), after=st.binary(max_size=40))
def test_base64_hides_nothing(before, after):
    """Whatever stands around a key before encoding, what is left cannot be decoded to it."""
    text = base64.b64encode(before + PLAIN.encode() + after).decode()
    assert redaction.MASK in redaction.mask_values(text)


def test_plain_text_stays():
    """Nothing but the keys changes, and short values are nobody's secret."""
    redaction.register("true")
    text = "it is true that k7Jq2 is a part of it"
    assert redaction.mask_values(text) == text
    assert redaction.mask(text) == text


def test_what_looks_like_a_key_is_masked_only_on_the_way_out():
    """A user's own text may hold likely keys; logs may not."""
    text = "sk-proj-abcdefghijklmnop1234"
    assert redaction.mask_values(text) == text
    assert redaction.mask(text) == redaction.MASK
