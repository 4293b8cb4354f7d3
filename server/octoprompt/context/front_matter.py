"""The few lines of YAML at the head of a Markdown file: plain values and lists of them.

Only what such files hold in practice is read: `key: value`, quoted values, `[a, b]`, and lists of
`- a` lines. Anything else is skipped; nothing is ever executed or resolved.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

FENCE = "---"
KEY = re.compile(r"([A-Za-z_][\w.-]*)[ \t]*:(?:[ \t]+(.*)|[ \t]*)$")
ITEM = re.compile(r"[ \t]*-[ \t]+(.*)$")
PLAIN = re.compile(r"[\w./*-][\w ./*,()+@-]*$")
NOT_STRINGS = frozenset(("true", "false", "null", "yes", "no", "on", "off"))

Value = str | tuple[str, ...]
Written = Value | bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A Markdown file, its head read."""

    values: Mapping[str, Value] = field(default_factory=dict[str, Value])
    """Keys in lower case."""
    body: str

    def text(self, *keys: str) -> str:
        """Give the first of these values that is a plain one."""
        found = (self.values.get(key) for key in keys)
        return next((value for value in found if isinstance(value, str) and value), "")

    def items(self, key: str) -> tuple[str, ...]:
        """Give a value as a list; a plain one is cut at its commas."""
        value = self.values.get(key, ())
        return (
            tuple(v for v in map(str.strip, value.split(",")) if v)
            if isinstance(value, str)
            else value
        )


def parse(text: str) -> Document:
    """Read a file; without a complete head all of it is body."""
    lines = text.removeprefix("\ufeff").replace("\r\n", "\n").split("\n")
    if lines[0].rstrip() != FENCE:
        return _bare(lines)
    end = next((n for n, line in enumerate(lines[1:], 1) if line.rstrip() == FENCE), None)
    if end is None:
        return Document(body="\n".join(lines))
    return Document(values=_values(lines[1:end]), body="\n".join(lines[end + 1 :]))


def _bare(lines: list[str]) -> Document:
    """Read a head that has only an end, as Continue's prompt files do."""
    end = next((n for n, line in enumerate(lines) if line.rstrip() == FENCE), None)
    if not end or not all(KEY.match(line) or not line.strip() for line in lines[:end]):
        return Document(body="\n".join(lines))
    return Document(values=_values(lines[:end]), body="\n".join(lines[end + 1 :]))


def _values(lines: list[str]) -> dict[str, Value]:
    values: dict[str, Value] = {}
    key = ""
    for line in lines:
        if found := KEY.match(line):
            key = found[1].lower()
            values[key] = _value((found[2] or "").strip())
        elif (item := ITEM.match(line)) and key:
            before = values[key]
            values[key] = (*(before if isinstance(before, tuple) else ()), _scalar(item[1].strip()))
    return values


def _value(written: str) -> Value:
    if written.startswith("[") and written.endswith("]"):
        parts = re.findall(r"""\s*("(?:[^"\\]|\\.)*"|'[^']*'|[^,]+)\s*,?""", written[1:-1])
        return tuple(_scalar(part.strip()) for part in parts if part.strip())
    return _scalar(written)


def _scalar(written: str) -> str:
    if len(written) >= 2 and written[0] == written[-1] == "'":
        return written[1:-1].replace("''", "'")
    if len(written) >= 2 and written[0] == written[-1] == '"':
        try:
            return str(json.loads(written))
        except ValueError:
            return written[1:-1]
    return re.sub(r"\s+#.*$", "", written)


def write(values: Mapping[str, Written], body: str) -> str:
    """Give a file that `parse` reads as the same."""
    head = (f"{key}: {_written(value)}".rstrip() for key, value in values.items())
    return "\n".join([FENCE, *head, FENCE, body])


def _written(value: Written) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if not isinstance(value, str):
        return f"[{', '.join(json.dumps(item, ensure_ascii=False) for item in value)}]"
    if not value:
        return ""
    if PLAIN.match(value) and value.lower() not in NOT_STRINGS and value == value.strip():
        return value
    return json.dumps(value, ensure_ascii=False)
