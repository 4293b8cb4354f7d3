"""What a model may do: look at the workspace, through the one gate to its files, and no more."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, cast

from octoprompt.context.lines import split_lines
from octoprompt.context.masking import masked_file
from octoprompt.context.redact import mask_secrets
from octoprompt.context.sensitive import sensitive
from octoprompt.errors import FileProblem, OctoPromptError, PathNotFound
from octoprompt.index.index import Index
from octoprompt.index.tree import Page
from octoprompt.llm.request import Tool
from octoprompt.workspace.paths import shown
from octoprompt.workspace.workspace import Workspace

MAX_RESULT = 16_000
"""Characters that one call gives."""
MAX_ALL = 400_000
"""Characters that all calls of a run give."""
MAX_HITS = 40
UNREAD = "(some files are not indexed yet: there may be more)"

Json = dict[str, Any]


def _tool(name: str, description: str, required: Json, optional: Json | None = None) -> Tool:
    properties = {**required, **(optional or {})}
    schema = {"type": "object", "properties": properties, "required": list(required)}
    return Tool(name=name, description=description, parameters=schema)


STRING, NUMBER = {"type": "string"}, {"type": "integer"}
TOOLS = (
    _tool(
        "read_file",
        "Give a file, or some of its lines.",
        {"path": STRING},
        {"start_line": NUMBER, "end_line": NUMBER},
    ),
    _tool("list_files", "List a folder; an empty path is the root.", {"path": STRING}),
    _tool(
        "search",
        "Find lines with a text or a regular expression, or files by their paths.",
        {"query": STRING},
        {"kind": {"type": "string", "enum": ["text", "regex", "path"]}},
    ),
    _tool("find_symbols", "Find definitions by name.", {"query": STRING}),
    _tool("references", "Find where a name is defined and used.", {"name": STRING}),
    _tool("outline", "Give the definitions of a file with their lines.", {"path": STRING}),
)


def describe(tool: Tool) -> str:
    """Give a tool's name, its arguments and what it does, on one line."""
    properties = cast("Json", tool.parameters["properties"])
    return f"{tool.name}({', '.join(properties)}): {tool.description}"


class Toolbox:
    """The tools of one run. Whatever a model asks for, it gets a text; nothing is raised."""

    def __init__(self, workspace: Workspace, index: Index) -> None:
        self._workspace = workspace
        self._index = index
        self._left = MAX_ALL
        self._tools: dict[str, Callable[[Json], Awaitable[str]]] = {
            "read_file": self._read_file,
            "list_files": self._list_files,
            "search": self._search,
            "find_symbols": self._find_symbols,
            "references": self._references,
            "outline": self._outline,
        }

    async def use(self, name: str, arguments: str) -> str:
        """Give what a tool gives, cut to size; what went wrong is said in words."""
        try:
            given: object = json.loads(arguments or "{}", strict=False)
        except (ValueError, RecursionError):
            return "error: the arguments are no JSON"
        tool = self._tools.get(name)
        if tool is None:
            return f"error: there is no tool `{name[:60]}`, only {', '.join(self._tools)}"
        if self._left <= 0:
            return "error: the tools have given all that they may in this run: answer now"
        try:
            text = await tool(cast("Json", given) if isinstance(given, dict) else {})
        except OctoPromptError as error:
            return f"error: {error.message}"
        room = min(MAX_RESULT, self._left)
        if len(text) > room:
            text = f"{text[:room]}\n… {len(text) - room} more characters: ask for less"
        self._left -= len(text)
        return text or "nothing was found"

    def _allowed(self, given: Json) -> str:
        """Give the path of a file that may be shown. Fails with `PathNotFound`.

        What ignore rules leave out is not listed; a file of secrets needs a person's yes.
        """
        path = self._workspace.normal(_text(given, "path"))
        if not self._index.lists(path) or sensitive(path):
            raise PathNotFound(f"`{shown(path)}` is no file that may be shown")
        return path

    async def _read_file(self, given: Json) -> str:
        path = self._allowed(given)
        file = await asyncio.to_thread(self._workspace.read_text, path)
        text, _ = masked_file(file.hash, file.text)
        lines = split_lines(text)
        first = max(1, _number(given, "start_line", 1))
        last = min(len(lines), _number(given, "end_line", len(lines)))
        if lines and first > last:
            return f"error: {path} has the lines 1-{len(lines)}, none of them was asked for"
        return f"{path}, lines {first}-{last} of {len(lines)}\n" + "".join(lines[first - 1 : last])

    async def _list_files(self, given: Json) -> str:
        page = await self._index.list_files(_text(given, "path"), page=Page(500))
        return "\n".join(
            f"{entry.path}/" if entry.is_folder else entry.path for entry in page.entries
        )

    async def _search(self, given: Json) -> str:
        kind = _text(given, "kind") or "text"
        if kind not in ("text", "regex", "path"):
            return "error: `kind` is `text`, `regex` or `path`"
        found = await self._index.search(_text(given, "query"), kind, MAX_HITS)
        hits = [hit for hit in found.hits if not sensitive(hit.path)]
        if kind == "path":
            return "\n".join(dict.fromkeys(hit.path for hit in hits))
        lines = await asyncio.to_thread(self._lines, [(hit.path, hit.line) for hit in hits])
        notes = ["… more"] * found.truncated + [UNREAD] * found.incomplete
        return "\n".join((*lines, *notes))

    async def _find_symbols(self, given: Json) -> str:
        found = await self._index.find_symbols(_text(given, "query"), MAX_HITS)
        lines = [f"{s.path}:{s.line}: {s.kind} {s.name}" for s in found]
        return "\n".join((*lines, *self._unread()))

    async def _references(self, given: Json) -> str:
        found = await self._index.references(_text(given, "name"), None, MAX_HITS)
        defined = [f"{d.path}:{d.line}: defined, {d.kind}" for d in found.definitions]
        places = [(use.path, use.line) for use in found.uses if not sensitive(use.path)]
        used = await asyncio.to_thread(self._lines, places)
        more = ["… more"] * found.truncated
        return "\n".join((*defined, *used, *more, *self._unread()))

    def _unread(self) -> list[str]:
        """Say that more may come, lest a model takes what is not read yet for what is not there."""
        return [] if self._index.status().symbols_ready else [UNREAD]

    async def _outline(self, given: Json) -> str:
        path = self._allowed(given)
        parsed = await self._index.parsed(path)
        file = await asyncio.to_thread(self._workspace.read_text, path)
        masked = {mask.line for mask in masked_file(file.hash, file.text)[1]}
        return "\n".join(
            f"{symbol.line}-{symbol.end_line}: "
            + (symbol.name if symbol.line in masked else mask_secrets(symbol.signature)[0])
            for symbol in parsed.symbols
        )

    def _lines(self, places: Sequence[tuple[str, int]]) -> list[str]:
        """Give lines of files, the secrets masked that are known as such by the lines around them.

        A line that is not there any more is left out.
        """
        texts: dict[str, list[str]] = {}
        found: list[str] = []
        for path, line in places:
            if path not in texts:
                try:
                    file = self._workspace.read_text(path)
                    texts[path] = split_lines(masked_file(file.hash, file.text)[0])
                except FileProblem:
                    texts[path] = []
            if line <= len(texts[path]):
                found.append(f"{path}:{line}: {texts[path][line - 1].strip()[:200]}")
        return found


def _text(given: Json, name: str) -> str:
    value = given.get(name)
    return value if isinstance(value, str) else ""


def _number(given: Json, name: str, usual: int) -> int:
    value = given.get(name)
    return value if isinstance(value, int) and not isinstance(value, bool) else usual
