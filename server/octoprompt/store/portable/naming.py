"""Names for records whose own one is taken."""

from collections.abc import Collection
from itertools import count

MAX_LENGTH = 200


def free_name(name: str, taken: Collection[str], had: str | None) -> str:
    """Give a name with a number behind it that nobody has; the one it `had` when that is one."""
    if had is not None and had.startswith(name[: MAX_LENGTH - 12]) and had not in taken:
        return had
    tries = (f"{name[: MAX_LENGTH - 12]} {number}" for number in count(2))
    return next(candidate for candidate in tries if candidate not in taken)
