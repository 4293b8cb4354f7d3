"""What providers say becomes an error that says what to do."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import get_args

import pytest

from octoprompt import errors
from octoprompt.llm.failures import provider_problem
from octoprompt.llm.line import Failure, FailureKind
from octoprompt.llm.refusals import detail_of
from octoprompt.llm.request import Limits, ProviderProfile
from octoprompt.llm.retries import is_transient, retry_after_s, wait_before

OPENAI = ProviderProfile(id="o", kind="openai", base_url="https://api.openai.com/v1")
OLLAMA = ProviderProfile(id="l", kind="ollama", base_url="http://127.0.0.1:11434")
GEMINI_TOO_LONG = (
    "The input token count (1100000) exceeds the maximum number of tokens allowed (1048576)"
)
SAID = [
    # status, code, words, error
    (401, "invalid_api_key", "Incorrect API key provided: x.", "KeyRefused"),
    (401, "authentication_error", "invalid x-api-key", "KeyRefused"),
    (400, "INVALID_ARGUMENT", "API key not valid. Please pass a valid API key.", "KeyRefused"),
    (403, "", "Country, region, or territory not supported", "KeyRefused"),
    (402, "", "Insufficient Balance", "NoCredit"),
    (429, "insufficient_quota", "You exceeded your current quota", "NoCredit"),
    (400, "invalid_request_error", "Your credit balance is too low to access", "NoCredit"),
    (404, "model_not_found", "The model `x` does not exist", "ModelUnknown"),
    (404, "not_found_error", "model: claude-9", "ModelUnknown"),
    (400, "", "x is not a valid model ID: no such model", "ModelUnknown"),
    (404, "", 'model "x" not found, try pulling it first', "ModelUnknown"),
    (400, "model_decommissioned", "The model `x` has been decommissioned", "ModelUnknown"),
    (429, "rate_limit_exceeded", "Rate limit reached for x", "RateLimited"),
    (429, "RESOURCE_EXHAUSTED", "Quota exceeded for requests per minute", "RateLimited"),
    (400, "context_length_exceeded", "maximum context length is 10 tokens", "ContextTooLong"),
    (
        400,
        "invalid_request_error",
        "prompt is too long: 210000 tokens > 200000 maximum",
        "ContextTooLong",
    ),
    (
        400,
        "",
        GEMINI_TOO_LONG,
        "ContextTooLong",
    ),
    (413, "request_too_large", "Request exceeds the maximum size", "ContextTooLong"),
    (400, "content_filter", "The response was filtered", "ContentRefused"),
    (400, "", "unknown parameter: `x`", "RequestRefused"),
    (422, "", "field required", "RequestRefused"),
    (407, "", "Proxy Authentication Required", "ProxyProblem"),
    (500, "server_error", "The model failed to load: context length", "ProviderDown"),
    (503, "", "overloaded", "ProviderDown"),
    (529, "overloaded_error", "Overloaded", "ProviderDown"),
    (None, "overloaded_error", "Overloaded", "ProviderDown"),
]


@pytest.mark.parametrize(("status", "code", "words", "error"), SAID)
def test_words_outweigh_statuses(status, code, words, error):
    """Vendors use statuses as they like; the error that comes out is the one that helps."""
    kind = "event" if status is None else "status"
    failure = Failure(kind=kind, status=status, error_code=code, detail=words)
    problem = provider_problem(failure, OPENAI, "x")
    assert type(problem).__name__ == error
    assert not problem.message.endswith(".")
    assert ": " in problem.message, "it does not say what to do"


@pytest.mark.parametrize(
    ("words", "over"),
    [
        (
            "maximum context length is 8192 tokens. Your messages have 9000 tokens",
            808,
        ),
        ("maximum context length is 8,192 tokens, but you asked for 9,192 tokens", 1000),
        ("prompt is too long: 210000 tokens > 200000 maximum", 10_000),
        (
            GEMINI_TOO_LONG,
            51_424,
        ),
    ],
)
def test_too_long_says_by_how_much(words, over):
    """The numbers are found in the vendors' sentences."""
    problem = provider_problem(Failure(kind="status", status=400, detail=words), OPENAI, "x")
    assert problem.data["overBy"] == over
    assert f"{over} more" in problem.message


@pytest.mark.parametrize("kind", get_args(FailureKind))
@pytest.mark.parametrize("provider", [OPENAI, OLLAMA])
def test_every_failure_says_what_to_do(kind, provider):
    """Whatever happens has a sentence of its own kind, without a full stop."""
    problem = provider_problem(Failure(kind=kind, detail="it's odd {here}"), provider, "x")
    assert isinstance(problem, errors.ModelProblem)
    assert "{who}" not in problem.message
    assert ": " in problem.message
    assert not problem.message.endswith(".")


def test_a_local_server_that_is_off_is_named():
    """A user of Ollama reads that it does not run, and which command gets a model."""
    off = provider_problem(Failure(kind="connect"), OLLAMA, "")
    assert off.message.startswith("Ollama does not run at `127.0.0.1:11434`: start it")
    missing = Failure(kind="status", status=404, detail='model "x" not found, try pulling it')
    assert "`ollama pull x`" in provider_problem(missing, OLLAMA, "x").message


def test_long_details_are_cut():
    """A provider's page of words is not our message."""
    problem = provider_problem(Failure(kind="status", status=500, detail="x" * 5000), OPENAI, "x")
    assert len(problem.message) < 400


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ('{"error": {"message": "no", "code": "c"}}', ("no", "c")),
        ('{"error": {"message": "no", "type": "t", "code": null}}', ("no", "t")),
        ('[{"error": {"message": "no", "status": "INVALID"}}]', ("no", "INVALID")),
        ('{"error": "no"}', ("no", "")),
        ('{"message": "no"}', ("no", "")),
        ('{"detail": "no"}', ("no", "")),
        ("<html>502</html>", ("", "")),
        ("no", ("no", "")),
        ("", ("", "")),
        ("[]", ("", "")),
        ("[" * 100_000, ("[" * 2000, "")),
    ],
)
def test_details_are_found_in_any_shape(body, said):
    """OpenAI's, Google's, Ollama's, FastAPI's, a proxy's page, words, and nonsense."""
    assert detail_of(body) == said


@pytest.mark.parametrize(
    ("header", "low", "high"),
    [
        ("2", 2, 2),
        ("0.5", 0.5, 0.5),
        (90, 60, 91),
        (-90, 0, 0),
    ],
)
def test_waits_are_read(header, low, high):
    """In seconds or as a date; one that is past is no wait."""
    if isinstance(header, int):
        header = format_datetime(datetime.now(UTC) + timedelta(seconds=header), usegmt=True)
    seconds = retry_after_s(Failure(kind="status", status=429, retry_after=header))
    assert seconds is not None
    assert low <= seconds <= high


@pytest.mark.parametrize("header", [None, "", "soon", "-1", "nan", "inf", "1e999", "Mon, 99"])
def test_nonsense_is_no_wait(header):
    """Then our own waits count."""
    failure = Failure(kind="status", status=429, retry_after=header)
    assert retry_after_s(failure) is None
    assert wait_before(failure, 1, Limits()) is not None


def test_waits_double_and_are_spread():
    """Full jitter: anything up to the limit, which doubles with each try."""
    limits = Limits(tries=5, backoff_s=1.0)
    failure = Failure(kind="status", status=500)
    for attempt, most in ((1, 1), (2, 2), (3, 4)):
        waits = [wait_before(failure, attempt, limits) or 0 for _ in range(300)]
        assert 0.8 * most < max(waits) <= most
        assert min(waits) < 0.2 * most
    assert wait_before(failure, 5, limits) is None


@pytest.mark.parametrize(
    ("failure", "again"),
    [
        *(
            (Failure(kind="status", status=status), True)
            for status in (408, 409, 429, 500, 502, 529)
        ),
        *(
            (Failure(kind="status", status=status), False)
            for status in (400, 401, 403, 404, 413, 422)
        ),
        (Failure(kind="status", status=429, error_code="insufficient_quota"), False),
        *(
            (Failure(kind=kind), True)
            for kind in ("name", "connect", "connect time", "cut", "child")
        ),
        *((Failure(kind=kind), False) for kind in ("tls", "proxy", "page", "redirect", "address")),
        *((Failure(kind=kind), False) for kind in ("first token time", "gap time", "too large")),
    ],
)
def test_only_what_may_pass_is_tried_again(failure, again):
    """Servers' own failures and broken connections; never a refusal, never after a long wait."""
    assert is_transient(failure) is again
