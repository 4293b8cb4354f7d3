"""For what cannot happen: loud under tests, logged and survived for users."""

import logging
import os

logger = logging.getLogger(__name__)


def bug(message: str) -> None:
    """Report a broken invariant: raises `AssertionError` under pytest, else logs with the stack."""
    if "PYTEST_CURRENT_TEST" in os.environ or os.environ.get("OCTOPROMPT_STRICT") == "1":
        raise AssertionError(message)
    logger.error("bug: %s", message, stack_info=True)
