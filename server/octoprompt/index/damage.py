"""What a failure of the index means: damage that a new file mends, or trouble that must be told."""

from pathlib import Path

from sqlalchemy.exc import DBAPIError

SIGNS = ("malformed", "not a database", "no such table", "no such column", "corrupt", "disk I/O")


def is_damage(error: BaseException) -> bool:
    """Whether making the index anew may help.

    A full disk does not go away by it. What is no database error at all comes from reading what an
    index holds, so the index is what to doubt first.
    """
    return not isinstance(error, DBAPIError) or any(sign in reason(error) for sign in SIGNS)


def advice(root: Path, why: str) -> str:
    """Say what to do about an index that making it anew did not mend."""
    return (
        f"the index of `{root}` keeps failing: {why}; mend what the log names (space, permissions),"
        " then run `index/rebuild`"
    )


def reason(error: BaseException) -> str:
    """Give the cause in a few words."""
    cause = error.orig if isinstance(error, DBAPIError) else None
    return str(cause) if cause is not None else f"{type(error).__name__}: {error}"[:300]
