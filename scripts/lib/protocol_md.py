"""The OpenRPC document as a page to read: one section for each area."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

Json = Mapping[str, Any]
HEAD = """\
# The protocol

Generated from the contract by `scripts/generate`; do not edit.

JSON-RPC 2.0 over standard input and output, framed as in the Language Server Protocol.
Each method is a request `octoprompt/<area>/<verb>` with params by name, and the same as
`workspace/executeCommand` with the command `octoprompt.<area>.<verb>` and the params as the only
argument.
`rpc.discover` answers with the OpenRPC document, which is also `server/openrpc.json`.
Lines count from 1; paths are relative to the workspace root, with `/`.
Params that are left out are `{}`; unknown fields are refused.

| code | when |
|---|---|
| -32700, -32600, -32601 | the message is not JSON, not a request, or names an unknown method |
| -32602 | the params do not fit; `data.problems` says which and why |
| -32603 | a fault of the server; `data.correlationId` is in its log |
| -32002 | the request came before `initialize` |
| -32800 | the client cancelled |
| -32803 | too many requests in flight, or an answer larger than the wire carries |
| positive | one of the errors at the end of this page |
"""


def render(document: Json) -> str:
    """Give the text of `PROTOCOL.md`."""
    schemas = document["components"]["schemas"]
    lines = [HEAD]
    declared = (*document["methods"], *document["x-notifications"])
    areas = sorted({entry["tags"][0]["name"] for entry in declared})
    lines.append(
        "Areas: "
        + ", ".join(f"[{area}](#{area})" for area in areas)
        + ", [values](#values), [errors](#errors)."
    )
    for area in areas:
        lines += ["", f"## {area}"]
        for method in document["methods"]:
            if method["tags"][0]["name"] == area:
                lines += _method(method, schemas)
        for notification in document["x-notifications"]:
            if notification["tags"][0]["name"] == area:
                lines += _notification(notification, schemas)
    lines += _values(document)
    lines += _errors(document["components"]["errors"])
    return "\n".join(lines) + "\n"


def _method(method: Json, schemas: Json) -> Iterator[str]:
    yield from _heading(method)
    yield from _table("Params", method["x-params"], schemas)
    yield from _table("Result", method["result"]["schema"], schemas)
    names = [error["$ref"].rpartition("/")[2] for error in method["errors"]]
    if names:
        yield from ("", "Errors: " + ", ".join(f"`{name}`" for name in names) + ".")
    if method["x-deadline-seconds"] is None:
        yield from ("", "No deadline; cancel it with `$/cancelRequest`.")


def _notification(notification: Json, schemas: Json) -> Iterator[str]:
    yield from _heading(notification, " (notification)")
    yield from _table("Params", notification["params"], schemas)


def _heading(item: Json, kind: str = "") -> Iterator[str]:
    yield from ("", f"### `{item['name']}`{kind}", "", item["summary"])
    if item["description"]:
        yield from ("", item["description"])


def _table(title: str, ref: Json, schemas: Json) -> Iterator[str]:
    name = ref["$ref"].rpartition("/")[2]
    schema = schemas[name]
    if not schema.get("properties"):
        yield from ("", f"{title}: `{{}}`.")
        return
    yield from ("", f"{title}, `{name}`: {_cell(schema.get('description', ''))}", "")
    yield from _rows(schema)


def _rows(schema: Json) -> Iterator[str]:
    required = schema.get("required", ())
    yield from ("| field | type | default | |", "|---|---|---|---|")
    for key, field in schema["properties"].items():
        default = (
            "" if key in required or "default" not in field else f"`{json.dumps(field['default'])}`"
        )
        yield f"| `{key}` | {_type(field)} | {default} | {_cell(field.get('description', ''))} |"


def _values(document: Json) -> Iterator[str]:
    schemas = document["components"]["schemas"]
    shown = {m["x-params"]["$ref"] for m in document["methods"]}
    shown |= {m["result"]["schema"]["$ref"] for m in document["methods"]}
    yield from ("", "## values")
    for name, schema in schemas.items():
        if f"#/components/schemas/{name}" not in shown and schema.get("properties"):
            yield from ("", f"### {name}", "", schema.get("description", ""), "")
            yield from _rows(schema)


def _errors(errors: Json) -> Iterator[str]:
    yield from ("", "## errors", "", "| code | name | |", "|--:|---|---|")
    for name, error in errors.items():
        yield f"| {error['code']} | `{name}` | {_cell(error['message'])} |"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def _type(schema: Json) -> str:  # noqa: PLR0911 - one line for each kind of schema
    match schema:
        case {"$ref": ref}:
            return f"`{ref.rpartition('/')[2]}`"
        case {"anyOf": [*choices]}:
            return " or ".join(_type(choice) for choice in choices)
        case {"enum": [*values]}:
            return ", ".join(f"`{value}`" for value in values)
        case {"const": value}:
            return f"`{value}`"
        case {"type": "array", "items": items}:
            return f"list of {_type(items)}"
        case {"type": "object", "additionalProperties": dict() as values}:
            return f"map to {_type(values)}"
        case {"type": kind}:
            return schema.get("format", kind)
        case _:
            return "anything"
