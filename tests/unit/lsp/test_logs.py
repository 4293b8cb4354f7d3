"""What the local log must not hold."""

import logging

import pytest

from octoprompt.lsp.logs import Redactor

SECRETS = (
    "sk-proj-abcdefghijklmnop1234",
    "sk-ant-api03-abcdefghijklmnop",
    "sk-or-v1-0123456789abcdef0123",
    "gsk_abcdefghijklmnopqrstuv",
    "xai-abcdefghijklmnopqrst",
    "AIzaSyA0123456789abcdefghijklmnopq",
    "ghp_abcdefghijklmnopqrstuvwxyz0123",
    "AKIAIOSFODNN7EXAMPLE",
    "eyJhbGciOiJIUzI1.eyJzdWIiOiIxMjM0.c2lnbmF0dXJl",
)


@pytest.mark.parametrize("secret", SECRETS)
def test_what_looks_like_a_key_is_masked(secret):
    """The usual providers' keys are masked in the message and in the traceback."""
    record = logging.getLogger().makeRecord(
        "x", logging.ERROR, "f", 1, "failed: %s", (f"url?key={secret}",), failure(secret)
    )
    assert Redactor().filter(record)
    text = logging.Formatter().format(record)
    assert secret not in text
    assert "Traceback" in text


def failure(secret: str):
    """Give an exception with a traceback, as logging wants it."""
    try:
        int(secret)
    except ValueError as error:
        return (type(error), error, error.__traceback__)
    raise AssertionError


def test_keys_of_the_environment_are_masked(monkeypatch):
    """A value that some `..._API_KEY` holds is masked whatever it looks like."""
    monkeypatch.setenv("ACME_API_KEY", "plain words only")
    assert Redactor().mask("say plain words only!") == "say [redacted]!"


def test_plain_text_stays():
    """Words and paths that only resemble keys are kept."""
    text = "ask-the-user about desk-lamps in /src/sk-module/tokens.py?x=1"
    assert Redactor().mask(text) == text
