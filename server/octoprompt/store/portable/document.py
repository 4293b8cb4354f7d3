"""The one document: `{"format": "octoprompt", "version": 1, "exportedAt": ..., "kinds": {...}}`."""

import json
from collections.abc import Collection, Mapping
from typing import Any, cast

from sqlalchemy.orm import Session

from octoprompt.errors import BadRequest
from octoprompt.store.damage import Damaged
from octoprompt.store.entities import now
from octoprompt.store.portable.kinds import KINDS

FORMAT = "octoprompt"
VERSION = 1
Document = dict[str, Any]


def write_document(session: Session, kinds: Collection[str], damaged: list[Damaged]) -> Document:
    """Write down everything that is not in the bin, or some kinds of it."""
    return {
        "format": FORMAT,
        "version": VERSION,
        "exportedAt": now().isoformat(),
        "kinds": {
            kind.name: [
                r.model_dump(mode="json", by_alias=True) for r in kind.every(session, damaged)
            ]
            for kind in KINDS
            if not kinds or kind.name in kinds
        },
    }


def read_document(given: Mapping[str, Any] | str) -> dict[str, list[object]]:
    """Give the records of a document by kind, unchecked. Fails with `BadRequest`."""
    document = _parsed(given) if isinstance(given, str) else given
    head = cast("dict[str, object]", document) if isinstance(document, dict) else {}
    kinds, version = head.get("kinds"), head.get("version")
    if head.get("format") != FORMAT or not isinstance(kinds, dict) or not isinstance(version, int):
        raise BadRequest(
            "this is no OctoPrompt document: it has no `format`, `version` and `kinds`; "
            "for the data of the original OctoPrompt name its `folder`"
        )
    if version > VERSION:
        raise BadRequest(
            f"the document has version {version} and this OctoPrompt reads {VERSION}: update it"
        )
    records = cast("dict[object, object]", kinds)
    return {
        str(name): cast("list[object]", found) if isinstance(found, list) else [found]
        for name, found in records.items()
    }


def _parsed(text: str) -> object:
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise BadRequest(
            f"the document is no JSON, or was cut off: {error.msg} at line {error.lineno} "
            f"column {error.colno} of {len(text)} characters"
        ) from error
    except ValueError as error:
        raise BadRequest(f"the document holds what cannot be read: {str(error)[:100]}") from error
    except RecursionError as error:
        raise BadRequest("the document is nested too deeply to be one of ours") from error
