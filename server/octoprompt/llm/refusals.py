"""What a provider says itself when it refuses or fails: read by status, code and words.

Statuses mean different things to different vendors (a spent account is 402, 403 or 429, an unknown
model 400 or 404), so the words decide where there are any.
"""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

from octoprompt import redaction
from octoprompt.errors import (
    ContentRefused,
    ContextTooLong,
    KeyRefused,
    ModelProblem,
    ModelUnknown,
    NoCredit,
    ProviderDown,
    ProxyProblem,
    RateLimited,
    RequestRefused,
)
from octoprompt.llm.line import Failure
from octoprompt.llm.request import ProviderProfile
from octoprompt.llm.retries import FINAL_CODES, retry_after_s

SHOWN_CHARS = 240
_TOO_LONG = re.compile(
    r"context[_ ](?:length|window)|maximum context|prompt is too long|too many (?:input )?tokens"
    r"|token count .{0,40}exceeds|exceeds? the (?:available )?context|context size",
    re.IGNORECASE,
)
_NO_CREDIT = re.compile(
    r"insufficient[_ ](?:quota|credit|balance|funds)|credit balance|out of credits|billing|"
    r"exceeded your current quota|payment required",
    re.IGNORECASE,
)
_NO_MODEL = re.compile(
    r"model.{0,120}(?:not found|does not exist|not exist|unknown|not supported|decommissioned)"
    r"|(?:unknown|invalid|no such) model|model_not_found|try pulling it",
    re.IGNORECASE | re.DOTALL,
)
_BAD_KEY = re.compile(
    r"(?:invalid|incorrect|expired|missing|no).{0,20}(?:api[ _-]?key|x-api-key|token|credential)"
    r"|api[ _-]?key.{0,20}(?:invalid|incorrect|expired|not valid|missing)",
    re.IGNORECASE,
)
_FILTERED = re.compile(r"content[_ ](?:filter|policy|management)|safety", re.IGNORECASE)
_NUMBER = r"(\d[\d,_ ]{0,12}\d|\d)"
_WINDOW = (
    re.compile(rf"maximum context length is {_NUMBER} tokens.{{0,80}}?{_NUMBER} tokens", re.DOTALL),
    re.compile(rf"{_NUMBER} tokens? ?> ?{_NUMBER} maximum"),
    re.compile(rf"token count \(?{_NUMBER}\)? exceeds .{{0,80}}?\(?{_NUMBER}\)?", re.DOTALL),
)


@dataclass(frozen=True, slots=True)
class _Told:
    """What was said, ready to be judged and quoted."""

    failure: Failure
    provider: ProviderProfile
    model: str

    @property
    def who(self) -> str:
        return f"`{self.provider.title}`"

    @property
    def said(self) -> str:
        return said(self.failure)

    @property
    def status(self) -> int:
        """0 for an error in the middle of a stream."""
        return self.failure.status or 0

    @property
    def data(self) -> dict[str, object]:
        return {"status": self.status} if self.status else {}

    def matches(self, words: re.Pattern[str]) -> bool:
        """Say whether this refusal speaks of something; a server's own failure never does."""
        text = f"{self.failure.error_code} {self.failure.detail}"
        return self.status < 500 and bool(words.search(text))


def refusal(failure: Failure, provider: ProviderProfile, model: str) -> ModelProblem:
    """Give the error for what a provider says; `model` is empty when none was asked for."""
    told = _Told(failure, provider, model)
    for applies, problem in _RULES:
        if applies(told):
            return problem(told)
    return _down(told)


def said(failure: Failure) -> str:
    """Give what the other side said, for the end of a sentence; without keys, in one line."""
    detail = " ".join(redaction.mask(failure.detail).split())
    if not detail:
        return ""
    shown = detail if len(detail) <= SHOWN_CHARS else f"{detail[:SHOWN_CHARS]}…"
    return f" (it says: {shown})"


def detail_of(body: str) -> tuple[str, str]:
    """Give the message and the code in an error's body, in whichever of the usual shapes."""
    try:
        found: Any = json.loads(body)
    except (ValueError, RecursionError):
        return "" if body.lstrip()[:1] == "<" else body[:2000], ""
    if isinstance(found, list):
        found = next(iter(cast("list[Any]", found)), None)
    if not isinstance(found, dict):
        return "" if found is None else str(found)[:2000], ""
    document = cast("dict[str, Any]", found)
    error = document.get("error", document)
    if not isinstance(error, dict):
        return str(error)[:2000], ""
    known = cast("dict[str, Any]", error)
    message = known.get("message") or known.get("detail") or known.get("error") or ""
    code = known.get("code") or known.get("type") or known.get("status") or ""
    return str(message)[:2000], str(code)[:100]


def _too_long(told: _Told) -> ModelProblem:
    found = _window_and_tokens(told.failure.detail)
    if found is None:
        return ContextTooLong(
            f"the request is longer than `{told.model}` can take: take something out{told.said}"
        )
    window, tokens = found
    return ContextTooLong(
        f"the request has {tokens} tokens, {tokens - window} more than the {window} of"
        f" `{told.model}`: take something out",
        data={"tokens": tokens, "window": window, "overBy": tokens - window},
    )


def _no_credit(told: _Told) -> ModelProblem:
    return NoCredit(
        f"{told.who} says that there is no credit left: see your account there{told.said}"
    )


def _bad_key(told: _Told) -> ModelProblem:
    return KeyRefused(
        f"{told.who} does not take the API key: enter a valid one{told.said}", data=told.data
    )


def _forbidden(told: _Told) -> ModelProblem:
    return KeyRefused(
        f"{told.who} does not allow this with your key, or not from here: look at the key's rights"
        f"{told.said}",
        data=told.data,
    )


def _proxy(told: _Told) -> ModelProblem:
    return ProxyProblem(
        f"the proxy of your network wants user and password: put them into `HTTPS_PROXY`{told.said}"
    )


def _no_model(told: _Told) -> ModelProblem:
    if not told.model:
        return RequestRefused(
            f"{told.who} has nothing at this address: look at the base URL{told.said}",
            data=told.data,
        )
    pull = f"run `ollama pull {told.model}`"
    advice = pull if told.provider.kind == "ollama" else "choose another one"
    return ModelUnknown(f"{told.who} has no model `{told.model}`: {advice}{told.said}")


def _rate_limited(told: _Told) -> ModelProblem:
    seconds = retry_after_s(told.failure)
    if seconds is None:
        return RateLimited(
            f"{told.who} has had too many requests: wait a little and ask again{told.said}"
        )
    return RateLimited(
        f"{told.who} has had too many requests: ask again in {_duration(seconds)}{told.said}",
        data={"retryAfterSeconds": seconds},
    )


def _filtered(told: _Told) -> ModelProblem:
    return ContentRefused(
        f"{told.who} refuses the question by its content filter: put it in other words{told.said}"
    )


def _too_large(told: _Told) -> ModelProblem:
    return ContextTooLong(
        f"{told.who} says that the request is too large: take something out{told.said}"
    )


def _refused(told: _Told) -> ModelProblem:
    return RequestRefused(
        f"{told.who} does not take the request (status {told.status}): look at the model's options"
        f"{told.said}",
        data=told.data,
    )


def _down(told: _Told) -> ModelProblem:
    label = "is overloaded" if told.status in (503, 529) else "fails by itself"
    mark = f" (status {told.status})" if told.status else ""
    return ProviderDown(
        f"{told.who} {label}{mark}: ask again in a while{told.said}", data=told.data
    )


def _is_spent(told: _Told) -> bool:
    final = told.failure.error_code in FINAL_CODES
    return told.status == 402 or final or told.matches(_NO_CREDIT)


_RULES: tuple[tuple[Callable[[_Told], bool], Callable[[_Told], ModelProblem]], ...] = (
    (lambda t: t.matches(_TOO_LONG), _too_long),
    (_is_spent, _no_credit),
    (lambda t: t.status == 429, _rate_limited),
    (lambda t: t.status == 401 or t.matches(_BAD_KEY), _bad_key),
    (lambda t: t.status == 407, _proxy),
    (lambda t: t.status == 404 or t.matches(_NO_MODEL), _no_model),
    (lambda t: t.status == 403, _forbidden),
    (lambda t: t.status == 413, _too_large),
    (lambda t: t.matches(_FILTERED), _filtered),
    (lambda t: t.status == 408, _down),
    (lambda t: 400 <= t.status < 500, _refused),
)
"""The first that applies decides."""


def _window_and_tokens(text: str) -> tuple[int, int] | None:
    for pattern in _WINDOW:
        if found := pattern.search(text):
            low, high = sorted(int(re.sub(r"\D", "", number)) for number in found.groups())
            return (low, high) if low < high else None
    return None


def _duration(seconds: float) -> str:
    if seconds < 120:
        return f"{max(1, round(seconds))} s"
    return f"{round(seconds / 60)} minutes" if seconds < 7200 else f"{round(seconds / 3600)} hours"
