"""Which code an index file was made by: other code may read other things out of the same source."""

import hashlib
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable

PACKAGE = "octoprompt.index"
KINDS = (".py", ".scm")


@cache
def version() -> int:
    """Give a number for the code and queries of this package, 1 to 2^31-1; a few milliseconds.

    Every change of a record, a table, a query or a rule changes what an index holds, and a number
    that people must remember to raise is a number that they forget. An update of the program costs
    one new index.
    """
    digest = hashlib.blake2b(digest_size=4)
    for name, data in sorted(_sources(resources.files(PACKAGE), "")):
        digest.update(name.encode() + b"\0" + data + b"\0")
    return int.from_bytes(digest.digest(), "big") % (2**31 - 1) + 1


def _sources(folder: Traversable, prefix: str) -> list[tuple[str, bytes]]:
    found: list[tuple[str, bytes]] = []
    for entry in folder.iterdir():
        name = f"{prefix}{entry.name}"
        if entry.is_dir() and not entry.name.startswith("__"):
            found += _sources(entry, f"{name}/")
        elif entry.name.endswith(KINDS):
            found.append((name, entry.read_bytes()))
    return found
