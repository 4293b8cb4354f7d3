"""Why a try failed: what was seen on the wire, else what the library says of it."""

import json
import re
from collections.abc import Iterator
from typing import Any

import httpx

from octoprompt.llm.reach.transport import classified
from octoprompt.llm.reach.watch import Watch
from octoprompt.llm.refusals import detail_of

MAX_DETAIL = 2_000
LIBRARY = re.compile(r"^(?:(?:litellm\.)?\w+(?:Error|Exception)(?::| -) *)+")
UNREADABLE = (json.JSONDecodeError, UnicodeDecodeError, KeyError, TypeError, AttributeError)


def facts_of(error: Exception, watch: Watch) -> dict[str, Any]:
    """Give the fields of a `Failure`."""
    if watch.failure is not None:
        return _told(watch.failure)
    causes = list(_causes(error))
    for cause in causes:
        if isinstance(cause, httpx.HTTPError | httpx.InvalidURL | httpx.StreamError):
            return classified(cause)
    if any(isinstance(cause, UNREADABLE) for cause in causes):
        return {"kind": "malformed"}
    return _by_library(error, watch)


def _told(failure: dict[str, Any]) -> dict[str, Any]:
    if failure["kind"] not in ("status", "event"):
        return failure
    detail, code = detail_of(failure.get("detail", ""))
    kind = "proxy" if failure.get("status") == 407 else failure["kind"]
    return {**failure, "kind": kind, "detail": detail, "error_code": code}


def _by_library(error: Exception, watch: Watch) -> dict[str, Any]:
    """Read an error of the library: in a stream that began, the provider's own event made it."""
    body = getattr(error, "body", None)
    detail, code = detail_of(json.dumps(body)) if body else (_words(error), "")
    if watch.requests == 0:
        return {"kind": "other", "detail": detail, "error_code": code}
    if watch.n_bytes and not watch.has_error:
        return {"kind": "malformed"}
    status = getattr(error, "status_code", None)
    told = status if isinstance(status, int) and watch.n_bytes == 0 else None
    return {"kind": "event", "status": told, "detail": detail, "error_code": code}


def _words(error: Exception) -> str:
    """Give what an error says without what litellm puts around a provider's words."""
    return LIBRARY.sub("", str(error)).partition(" Original exception")[0][:MAX_DETAIL]


def _causes(error: BaseException) -> Iterator[BaseException]:
    seen: BaseException | None = error
    while seen is not None:
        yield seen
        seen = seen.__cause__ or seen.__context__
