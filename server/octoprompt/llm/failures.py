"""What a failure means to the user: which thing it concerns, and what to do next."""

from collections.abc import Callable
from dataclasses import dataclass

from octoprompt.errors import (
    AnswerIncomplete,
    AnswerMalformed,
    AnswerTooLarge,
    ModelProblem,
    ModelTimeout,
    ProviderDown,
    ProxyProblem,
    RequestRefused,
)
from octoprompt.llm.kinds import FACTS
from octoprompt.llm.line import Failure, FailureKind
from octoprompt.llm.refusals import refusal, said
from octoprompt.llm.request import Limits, ModelRequest, ProviderProfile

_TIMES = ("connect time", "first token time", "gap time", "total time")


def problem_of(failure: Failure, request: ModelRequest, limits: Limits) -> ModelProblem:
    """Give the error for a failed request."""
    if failure.kind in _TIMES:
        return _late(failure, request.provider, limits)
    return provider_problem(failure, request.provider, request.model)


def provider_problem(failure: Failure, provider: ProviderProfile, model: str = "") -> ModelProblem:
    """Give the error for what a provider did."""
    if failure.kind in ("status", "event"):
        return refusal(failure, provider, model)
    if failure.kind in _TIMES:
        return _late(failure, provider, Limits())
    if failure.kind == "connect" and FACTS[provider.kind].is_local:
        title = FACTS[provider.kind].title
        return ProviderDown(
            f"{title} does not run at `{provider.host}`: start it, or correct the base URL"
        )
    words = _WORDS[failure.kind]
    sentence = words.sentence.format(who=f"`{provider.title}`", host=f"`{provider.host}`")
    return words.error(sentence + (said(failure) if words.quotes else ""))


@dataclass(frozen=True, slots=True)
class _Words:
    error: Callable[[str], ModelProblem]
    sentence: str
    quotes: bool = True
    """Whether what the other side says helps."""


_WORDS: dict[FailureKind, _Words] = {
    "address": _Words(
        RequestRefused, "the base URL of {who} is no address of a server: correct it"
    ),
    "name": _Words(
        ProviderDown,
        "the name {host} is not known: look at the base URL of {who} and at your network",
        quotes=False,
    ),
    "connect": _Words(
        ProviderDown, "cannot reach {host}: look at your network and at the base URL of {who}"
    ),
    "tls": _Words(
        ProviderDown,
        "no secure connection to {host}, its certificate is not accepted: correct the base URL, or"
        " set `SSL_CERT_FILE` to the certificates of your network",
    ),
    "proxy": _Words(
        ProxyProblem,
        "the proxy of your network does not let the request to {host} through: look at"
        " `HTTPS_PROXY` and at the user and password in it",
    ),
    "redirect": _Words(
        RequestRefused,
        "{who} sends the request to another host, which is not followed, for the key would go"
        " there: enter the right base URL",
    ),
    "cut": _Words(AnswerIncomplete, "the connection to {who} broke off: ask again", quotes=False),
    "page": _Words(
        AnswerMalformed,
        "{host} answered with a web page, not as a model does: look at the base URL, or log in to"
        " the network",
        quotes=False,
    ),
    "malformed": _Words(
        AnswerMalformed,
        "what {who} sent cannot be read as an answer: ask again, or look at the base URL",
    ),
    "too large": _Words(
        AnswerTooLarge, "{who} sent more than an answer may have: it was stopped", quotes=False
    ),
    "child": _Words(ProviderDown, "the helper process for models ended: ask again"),
    "other": _Words(ModelProblem, "the request to {who} failed: ask again"),
}


def _late(failure: Failure, provider: ProviderProfile, limits: Limits) -> ModelTimeout:
    who = f"`{provider.title}`"
    told = {
        "connect time": f"{who} did not take the connection within {limits.connect_s:g} s",
        "first token time": f"{who} did not begin to answer within {limits.first_token_s:g} s",
        "gap time": f"{who} stopped in the middle of the answer for {limits.gap_s:g} s",
    }.get(failure.kind, f"{who} did not finish within {limits.total_s:g} s")
    advice = "look at your network" if failure.kind == "connect time" else "ask again"
    return ModelTimeout(f"{told}: {advice}, or choose another model", data={"limit": failure.kind})
