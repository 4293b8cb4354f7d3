"""When a try that failed is made again, and after which wait."""

import email.utils
import random
from datetime import UTC, datetime

from octoprompt.llm.line import Failure
from octoprompt.llm.request import Limits

TRANSIENT_KINDS = frozenset({"name", "connect", "connect time", "cut", "child"})
TRANSIENT_STATUSES = frozenset({408, 409, 429})
FINAL_CODES = frozenset({"insufficient_quota", "billing_hard_limit_reached", "credit_exhausted"})
"""Said with status 429 by some, and no wait helps."""


def wait_before(failure: Failure, attempts: int, limits: Limits) -> float | None:
    """Give the seconds to wait before the next try, None when there should be none.

    Full jitter over a limit that doubles, so that many windows do not come back at once; what the
    provider asks for is obeyed unless it is too long.
    """
    if attempts >= limits.tries or not is_transient(failure):
        return None
    asked = retry_after_s(failure)
    if asked is None:
        return random.uniform(0, limits.backoff_s * 2 ** (attempts - 1))  # noqa: S311 - no secret
    return asked if asked <= limits.retry_after_s else None


def is_transient(failure: Failure) -> bool:
    """Say whether the same request may succeed a little later."""
    if failure.kind in TRANSIENT_KINDS:
        return True
    if failure.status is None or failure.error_code in FINAL_CODES:
        return False
    return failure.status in TRANSIENT_STATUSES or failure.status >= 500


def retry_after_s(failure: Failure) -> float | None:
    """Give the wait that a provider asks for, in seconds or by a date; None for none or garbage."""
    header = (failure.retry_after or "").strip()
    if not header:
        return None
    try:
        seconds = float(header)
    except ValueError:
        return _until(header)
    return seconds if 0 <= seconds < float("inf") else None


def _until(header: str) -> float | None:
    try:
        moment = email.utils.parsedate_to_datetime(header)
    except (ValueError, IndexError, TypeError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - datetime.now(UTC)).total_seconds())
