"""Reading the original OctoPrompt's data folder through the file gate."""

import json
from pathlib import Path

from octoprompt.errors import BadRequest
from octoprompt.store.original.conversion import STORES, convert
from octoprompt.store.original.source import Json, Lost
from octoprompt.workspace.gate import Gate
from octoprompt.workspace.text import content_hash

MAX_BYTES = 512 << 20
"""The original keeps the contents of all files of a project in one file."""


def read_original(folder: Path) -> tuple[dict[str, list[Json]], list[Lost]]:
    """Give the records of the original's data, and what of it cannot come in.

    Takes the `data` folder or the one it lies in. Fails with `BadRequest`, and `RootUnreadable`.
    """
    if not folder.is_absolute():
        raise BadRequest(f"`{folder}` is no absolute path: name the whole path of the folder")
    inside = folder / "data"
    is_outside = not any((folder / store).is_dir() for store in STORES)
    gate = Gate(inside if is_outside and inside.is_dir() else folder)

    def load(name: str) -> object:
        data = gate.read(name, MAX_BYTES).data
        try:
            return json.loads(data)
        except (ValueError, RecursionError) as error:
            raise BadRequest(f"it is no JSON, or was cut off: {str(error)[:100]}") from error

    return convert(_names(gate.root), load, content_hash)


def _names(root: Path) -> list[str]:
    found = (path for path in root.rglob("*.json*") if path.is_file())
    return sorted(path.relative_to(root).as_posix() for path in found)
