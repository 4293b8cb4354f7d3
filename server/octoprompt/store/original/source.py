"""The original's files as values: both ways of writing ids and times, and what cannot be read."""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import cast

from octoprompt.errors import OctoPromptError

Json = dict[str, object]
EARLIEST, LATEST = datetime(1970, 1, 2, tzinfo=UTC), datetime(2050, 1, 1, tzinfo=UTC)
UNDATED = datetime(2025, 1, 1, tzinfo=UTC)
"""For records whose time is missing or makes no sense; always the same, so that nothing changes."""
SECONDS_BELOW = 1e10
"""Numbers below this are seconds, as the original itself reads them; others are milliseconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lost:
    """Something of the original that cannot come in."""

    kind: str
    id: str
    reason: str


@dataclass(slots=True, kw_only=True)
class Source:
    """The original's data folder."""

    names: Sequence[str]
    """The paths of its files, relative and with slashes."""
    load: Callable[[str], object]
    """Reads a file's JSON. Fails with an error of our tree."""
    hash_of: Callable[[bytes], str]
    """Names a file's content, as summaries are found by it."""
    lost: list[Lost] = field(default_factory=list[Lost])

    def lose(self, kind: str, record_id: object, reason: str) -> None:
        """Note what cannot come in."""
        self.lost.append(Lost(kind=kind, id=str(record_id)[:100], reason=reason))

    def beneath(self, folder: str, name: str) -> Iterator[tuple[str, str]]:
        """Give the files of one name in the folders of a folder, with these folders' names."""
        for path in self.names:
            parts = path.split("/")
            if len(parts) == 4 and "/".join(parts[:2]) == folder and parts[3] == name:
                yield parts[2], path

    def document(self, name: str) -> object:
        """Give a file's JSON; None, and a note, when it is not there or cannot be read."""
        if name not in self.names:
            return None
        try:
            return self.load(name)
        except OctoPromptError as error:
            self.lose("file", name, error.message)
            return None

    def records(self, name: str, kind: str) -> Iterator[Json]:
        """Give a file's records: it holds them by id, or one after the other."""
        document = self.document(name)
        if document is None:
            return
        if isinstance(document, dict):
            found = list(cast("dict[str, object]", document).values())
        elif isinstance(document, list):
            found = cast("list[object]", document)
        else:
            self.lose("file", name, "it holds no records")
            return
        for record in found:
            if isinstance(record, dict):
                yield cast("Json", record)
            else:
                self.lose(kind, "", f"in `{name}`: this is no record: {str(record)[:40]}")


def id_of(kind: str, original: object) -> str:
    """Give the id that a record of the original has here: always the same one."""
    named = f"octoprompt original {kind} {original}"
    return hashlib.blake2b(named.encode("utf-8", "replace"), digest_size=16).hexdigest()


def text(record: Json, name: str) -> str:
    """Give a text, empty when there is none."""
    value = record.get(name)
    return value if isinstance(value, str) else ""


def short(name: str, length: int = 200) -> str:
    """Give a name that fits."""
    name = name.strip()
    return name if len(name) <= length else f"{name[: length - 1]}…"


def ids(value: object) -> list[object]:
    """Give a list of ids."""
    found = cast("list[object]", value) if isinstance(value, list) else []
    return [item for item in found if isinstance(item, str | int) and item not in ("", -1)]


def times(record: Json) -> Json:
    """Give when a record was made and changed, in either way of writing it."""
    made = _moment(record.get("createdAt", record.get("created")))
    changed = _moment(record.get("updatedAt", record.get("updated"))) or made or UNDATED
    return {"createdAt": min(made or changed, changed), "updatedAt": changed}


def moment(value: object) -> datetime:
    """Give a moment, `UNDATED` when it makes no sense."""
    return _moment(value) or UNDATED


def _moment(value: object) -> datetime | None:
    try:
        if isinstance(value, int | float) and not isinstance(value, bool):
            seconds = value if value < SECONDS_BELOW else value / 1000
            found = datetime.fromtimestamp(seconds, UTC)
        elif isinstance(value, str):
            found = datetime.fromisoformat(value)
        else:
            return None
    except (ValueError, OverflowError, OSError):
        return None
    found = found.replace(tzinfo=UTC) if found.tzinfo is None else found
    return found if EARLIEST < found < LATEST else None
