"""LSP's types without what nobody asks of them."""

import sys
from importlib import import_module
from typing import Any, cast


def load_types() -> None:
    """Import `lsprotocol.types` with classes that are neither compared nor shown.

    `attrs`, which comes with them, compiles the methods of 569 classes at each start, and the
    source of these two is the longer half: a twelfth of the time until the server is loaded, and
    3 MB.
    """
    if "lsprotocol.types" in sys.modules:
        return
    attrs = cast("Any", import_module("attrs"))
    define = attrs.define

    def lean(cls: type) -> object:
        return define(cls, eq=False, repr=False)

    attrs.define = lean
    try:
        import_module("lsprotocol.types")
    finally:
        attrs.define = define
