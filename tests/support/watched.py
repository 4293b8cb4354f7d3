"""A server that waits before it imports the application, and says at its end what it imported.

`python watched.py GATE LOADED`: nothing of `octoprompt.app` is imported before the file GATE
exists, and the names of all modules are in the file LOADED when the process has ended.
"""

import os
import sys
from pathlib import Path
from time import sleep as pause  # noqa: TID251 - nobody could wake an import that waits

GATE, LOADED = map(Path, sys.argv[1:3])
LIMIT_S = 90.0


class Gate:
    """Holds the import of the application up."""

    @staticmethod
    def find_spec(name: str, *_: object) -> None:
        """Wait for the gate; finds nothing, so that the usual finders do."""
        waited = 0.0
        while name == "octoprompt.app" and not GATE.exists() and waited < LIMIT_S:
            pause(0.02)
            waited += 0.02


def end(code: int, really=os._exit) -> None:
    """Write down what was imported, then end."""
    LOADED.write_text("\n".join(sys.modules), encoding="utf-8")
    really(code)


if __name__ == "__main__":
    sys.meta_path.insert(0, Gate)
    os._exit = end
    sys.argv = ["octoprompt", "serve"]
    from octoprompt.__main__ import main

    sys.exit(main())
