"""Secrets by value: what must never be shown, and the one function that masks it.

Whoever takes a key registers it here; whatever leaves this process through a log, a trace or an
error passes `mask`. Values are masked as they are, URL-encoded, in JSON's escapes and in base64;
what only looks like a key is masked too.
"""

import base64
import json
import os
import re
import threading
from urllib.parse import quote, quote_plus

MIN_SECRET_CHARS = 8
"""Shorter values would mask ordinary words."""
MASK = "[redacted]"
LOOKS_SECRET = re.compile(
    r"""
      \b(?:sk|pk|rk|gsk|xai|hf|npm|glpat|github_pat|gh[pousr]|xox[abprs])[-_][A-Za-z0-9_-]{12,}
    | \bAIza[A-Za-z0-9_-]{20,}
    | \bAKIA[A-Z0-9]{12,}
    | \beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*
    | (?<=://)[^/\s:@]+:[^/\s:@]+(?=@)
    | (?i:(?<=bearer\s)|(?<=api_key=)|(?<=apikey=)|(?<=[?&]key=)|(?<=password=)|(?<=token=))
      [^\s"'&,;)]{6,}
    """,
    re.VERBOSE,
)
SECRET_NAME = re.compile(r"(?:KEY|TOKEN|SECRET|PASSWORD)$", re.IGNORECASE)

_values: set[str] = set()
_forms: re.Pattern[str] | None = None
_lock = threading.Lock()


def register(value: str) -> None:
    """Mask this value everywhere from now on, for as long as the process lives."""
    if len(value) < MIN_SECRET_CHARS:
        return
    global _forms  # noqa: PLW0603 - one register for the process: secrets have no owner
    with _lock:
        if value not in _values:
            _values.add(value)
            _forms = _pattern(_values)


def mask(text: str) -> str:
    """Give the text without registered values and without what looks like a key."""
    return LOOKS_SECRET.sub(MASK, mask_values(text))


def mask_values(text: str) -> str:
    """Give the text without registered values: for text in which likely keys are the user's own."""
    forms = _forms
    return text if forms is None else forms.sub(MASK, text)


def register_environment() -> None:
    """Mask the values of all environment variables whose names say that they are secret."""
    for name, value in os.environ.items():
        if SECRET_NAME.search(name):
            register(value)


def _pattern(values: set[str]) -> re.Pattern[str]:
    every = {form for value in values for form in _written(value)}
    return re.compile("|".join(re.escape(form) for form in sorted(every, key=len, reverse=True)))


def _written(value: str) -> set[str]:
    """Give all the ways in which a value may stand in a text."""
    return {
        value,
        quote(value, safe=""),
        quote(value),
        quote_plus(value),
        json.dumps(value)[1:-1],
        *_base64(value),
    }


def _base64(value: str) -> set[str]:
    """Give the base64 of a value wherever it begins in the encoded text, without its blurred ends.

    Three bytes make four characters, so there are three ways to be cut.
    """
    data = value.encode()
    found: set[str] = set()
    for offset in range(3):
        encoded = base64.b64encode(b"\0" * offset + data).decode().rstrip("=")
        # The first characters mix with what stands before, the last with what comes after.
        inner = encoded[(0, 2, 3)[offset] : len(encoded) - (1 if (offset + len(data)) % 3 else 0)]
        if len(inner) >= MIN_SECRET_CHARS:
            found |= {inner, inner.replace("+", "-").replace("/", "_")}
    return found
