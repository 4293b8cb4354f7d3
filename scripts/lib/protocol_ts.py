"""The OpenRPC document as TypeScript interfaces: types and their documentation, no logic."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

Json = Mapping[str, Any]
WIDTH = 100
HEAD = """\
// Generated from the Python contract by `scripts/generate`; do not edit.

/** Stands before every method and notification of OctoPrompt. */
export const PREFIX = "octoprompt/";
"""
REQUESTS_HEAD = """
/** Every request: the name without the prefix, its params and its result. */
export interface Requests {"""
NOTIFICATIONS_HEAD = """
/** Every notification that the server sends: the name without the prefix, and its params. */
export interface Notifications {"""
ERRORS_HEAD = """
/** The wire code of every error that a request can fail with, beside those of JSON-RPC and LSP. */
export const ERROR_CODES = {"""


def render(document: Json) -> str:
    """Give the text of `protocol.ts`."""
    parts = [HEAD]
    parts += [
        _interface(name, schema) for name, schema in document["components"]["schemas"].items()
    ]
    parts.append(_block(REQUESTS_HEAD, (_request(m) for m in document["methods"])))
    parts.append(
        _block(NOTIFICATIONS_HEAD, (_notification(n) for n in document["x-notifications"]))
    )
    parts.append(_error_codes(document["components"]["errors"]))
    return "\n".join(part.rstrip("\n") for part in parts) + "\n"


def _block(head: str, lines: Iterable[str]) -> str:
    return "\n".join([head, *lines, "}"])


def _error_codes(errors: Json) -> str:
    lines = (f"{_comment(e['message'], '  ')}  {name}: {e['code']}," for name, e in errors.items())
    return "\n".join([ERRORS_HEAD, *lines, "} as const;"])


def _interface(name: str, schema: Json) -> str:
    head = "\n" + _comment(schema.get("description", ""))
    if not schema.get("properties"):
        return f"{head}export type {name} = Record<string, never>;"
    required = schema.get("required", ())
    lines = [_property(key, field, key in required) for key, field in schema["properties"].items()]
    return "\n".join([f"{head}export interface {name} {{", *lines, "}"])


def _property(name: str, schema: Json, required: bool) -> str:  # noqa: FBT001 - a fact about the field
    note = schema.get("description", "")
    if "default" in schema and not required and schema["default"] is not None:
        note = f"{note} Default: `{json.dumps(schema['default'])}`.".strip()
    return f"{_comment(note, '  ')}  {name}{'' if required else '?'}: {_type(schema)};"


def _request(method: Json) -> str:
    pair = f"[{_ref(method['x-params'])}, {_ref(method['result']['schema'])}]"
    text = f"{method['summary']}\n\n{method['description']}".strip()
    return f'{_comment(text, "  ")}  "{_short(method["name"])}": {pair};'


def _notification(notification: Json) -> str:
    text = f"{notification['summary']}\n\n{notification['description']}".strip()
    return (
        f'{_comment(text, "  ")}  "{_short(notification["name"])}": {_ref(notification["params"])};'
    )


def _short(name: str) -> str:
    return name.partition("/")[2]


def _ref(schema: Json) -> str:
    return schema["$ref"].rpartition("/")[2]


def _type(schema: Json) -> str:  # noqa: PLR0911 - one line for each kind of schema
    match schema:
        case {"$ref": _}:
            return _ref(schema)
        case {"anyOf": [*choices]}:
            return " | ".join(dict.fromkeys(_type(choice) for choice in choices))
        case {"enum": [*values]}:
            return " | ".join(json.dumps(value) for value in values)
        case {"const": value}:
            return json.dumps(value)
        case {"type": "array", "prefixItems": [*items]}:
            return f"[{', '.join(_type(item) for item in items)}]"
        case {"type": "array", "items": items}:
            inner = _type(items)
            return f"({inner})[]" if " | " in inner else f"{inner}[]"
        case {"type": "object", "additionalProperties": dict() as values}:
            return f"Record<string, {_type(values)}>"
        case {"type": "object"}:
            return "Record<string, unknown>"
        case {"type": str(kind)}:
            return {"integer": "number", "array": "unknown[]"}.get(kind, kind)
        case _:
            return "unknown"


def _comment(text: str, indent: str = "") -> str:
    text = re.sub(r"\*/", "*\\/", text)
    if not text:
        return ""
    if "\n" not in text and len(indent) + len(text) + 7 <= WIDTH:
        return f"{indent}/** {text} */\n"
    lines = [f"{indent} * {line}".rstrip() for line in text.split("\n")]
    return "\n".join([f"{indent}/**", *lines, f"{indent} */", ""])
