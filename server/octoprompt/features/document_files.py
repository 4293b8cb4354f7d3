"""The document of all data as a file that the user chose: too large for one message of the wire."""

import json
from collections.abc import Generator
from pathlib import Path
from typing import Any

from octoprompt.errors import BadRequest, StoreProblem
from octoprompt.store.place import write_whole
from octoprompt.workspace.gate import Gate

MAX_BYTES = 2 << 30
ENDING = ".json"


def read_document_file(path: Path) -> str:
    """Give the text of a file. Fails with `BadRequest`, and as the file gate does."""
    _check(path)
    # A link that the user chose is followed; the gate refuses pipes, devices and what is too long.
    whole = path.resolve()
    if not whole.exists():
        raise BadRequest(f"there is no file `{path}`: choose another one")
    data = Gate(whole.parent).read(whole.name, MAX_BYTES).data
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadRequest(f"`{path.name}` is no text in UTF-8: byte {error.start} is not") from error


def write_document_file(path: Path, document: dict[str, Any]) -> int:
    """Write a document whole or not at all, for the user alone to read; give its bytes.

    Fails with `BadRequest` for a path that is not whole or does not end in `.json`, and with
    `StoreProblem` when the disk does not take it.
    """
    _check(path)
    if path.suffix.lower() != ENDING:
        raise BadRequest(f"`{path.name}` does not end in `{ENDING}`: give the file another name")
    data = "".join(_pieces(document)).encode()
    try:
        write_whole(path, data)
    except OSError as error:
        raise StoreProblem(f"`{path}` could not be written: {error.strerror}") from error
    return len(data)


def _check(path: Path) -> None:
    if not path.is_absolute():
        raise BadRequest(f"`{path}` is no absolute path: name the whole path of the file")


def _pieces(document: dict[str, Any]) -> Generator[str]:
    """Give the document with a line for each record, so that versions of it can be compared."""
    head = {name: value for name, value in document.items() if name != "kinds"}
    yield json.dumps(head, ensure_ascii=False)[:-1] + ', "kinds": {'
    for number, (kind, records) in enumerate(document["kinds"].items()):
        yield f"{',' if number else ''}\n {json.dumps(kind)}: ["
        for n, record in enumerate(records):
            yield f"{',' if n else ''}\n  {json.dumps(record, ensure_ascii=False)}"
        yield "]"
    yield "}}\n"
