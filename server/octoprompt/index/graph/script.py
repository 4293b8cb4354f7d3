"""JavaScript and TypeScript: relative files, `paths` of a tsconfig, packages of a workspace."""

import json
import re
from collections.abc import Iterator
from functools import cached_property
from typing import cast

from octoprompt.index.graph.places import Found, Places, Wanted, ancestors, joined, under

ENDINGS = (
    *("", ".ts", ".tsx", ".mts", ".cts", ".js", ".jsx", ".mjs", ".cjs"),
    *(".vue", ".svelte", ".astro", ".d.ts", ".json", ".css", ".scss"),
)
INDEXES = ("index.ts", "index.tsx", "index.mts", "index.js", "index.jsx", "index.mjs", "index.vue")
SOURCES = {".js": (".ts", ".tsx", ".d.ts"), ".jsx": (".tsx",), ".mjs": (".mts",), ".cjs": (".cts",)}
"""What a file may be written as that is named after what it is compiled to."""
CONFIGS = ("tsconfig.json", "jsconfig.json", "tsconfig.base.json", "tsconfig.app.json")
PACKAGE = "package.json"
ENTRIES = ("src/index", "index", "src/main", "lib/index", "src/lib/index", "main")
MAX_CONFIGS = 500
_STRING_OR_COMMENT = re.compile(r'("(?:\\.|[^"\\\n])*")|//[^\n]*|/\*.*?\*/', re.DOTALL)
_TRAILING = re.compile(r",(\s*[}\]])")

Json = dict[str, object]


class Script:
    """Follows the imports of JavaScript, TypeScript and what is built on them."""

    def __init__(self, places: Places) -> None:
        self._places = places
        self._known: dict[tuple[str, str], str] = {}

    def follow(self, wanted: Wanted) -> list[Found]:
        """Give the file that an import means."""
        module = wanted.written.module.partition("?")[0]
        key = wanted.folder, module
        if key not in self._known:
            self._known[key] = self._find(module, wanted.folder)
        path = self._known[key]
        return [Found(path, wanted.written.names)] if path else []

    def _find(self, module: str, folder: str) -> str:
        if module.startswith("."):
            path = joined(folder, module)
            return self._file(path) or self._folder_package(path)
        for target in self._mapped(module, folder):
            if path := self._file(target):
                return path
        if path := self._package(module):
            return path
        if module.startswith(("@/", "~/", "/")):
            return self._from_source(module.partition("/")[2], folder)
        return ""

    def _file(self, path: str) -> str:
        files = self._places.files
        for ending in ENDINGS:
            if path + ending in files:
                return path + ending
        for written, sources in SOURCES.items():
            if path.endswith(written):
                stem = path.removesuffix(written)
                for source in sources:
                    if stem + source in files:
                        return stem + source
        for index in INDEXES:
            if under(path, index) in files:
                return under(path, index)
        return ""

    def _from_source(self, rest: str, folder: str) -> str:
        """Find what `@/x` means by custom: a file beneath the nearest `src` or the root."""
        for above in ancestors(folder):
            for base in (under(above, "src"), under(above, "app"), above):
                if path := self._file(under(base, rest)):
                    return path
        return ""

    def _mapped(self, module: str, folder: str) -> Iterator[str]:
        for above in ancestors(folder):
            for base, pattern, targets in self._paths.get(above, ()):
                before, star, after = pattern.partition("*")
                if not star and module == pattern:
                    yield from (joined(base, target) for target in targets)
                elif star and module.startswith(before) and module.endswith(after):
                    middle = module[len(before) : len(module) - len(after)]
                    yield from (joined(base, target.replace("*", middle)) for target in targets)

    @cached_property
    def _paths(self) -> dict[str, list[tuple[str, str, list[str]]]]:
        """By folder of a config: base folder, pattern, targets; the longest pattern first."""
        found: dict[str, list[tuple[str, str, list[str]]]] = {}
        paths = [path for name in CONFIGS for path in self._places.by_name.get(name, ())]
        for path in paths[:MAX_CONFIGS]:
            folder = path.rpartition("/")[0]
            options = _table(self._json(path).get("compilerOptions"))
            base_url = options.get("baseUrl")
            base = joined(folder, base_url) if isinstance(base_url, str) else folder
            rows = [
                (base, pattern, [t for t in cast("list[object]", targets) if isinstance(t, str)])
                for pattern, targets in _table(options.get("paths")).items()
                if isinstance(targets, list)
            ]
            if isinstance(base_url, str):
                rows.append((base, "*", ["*"]))
            found.setdefault(folder, []).extend(sorted(rows, key=lambda row: -len(row[1])))
        return found

    def _package(self, module: str) -> str:
        """Find a package of this workspace, or a file in it."""
        parts = module.split("/")
        name = "/".join(parts[:2]) if module.startswith("@") else parts[0]
        if name not in self._packages:
            return ""
        folder, content = self._packages[name]
        return self._in_package(folder, content, module[len(name) :].lstrip("/"))

    def _folder_package(self, folder: str) -> str:
        """Find what a folder with a `package.json` of its own gives."""
        path = under(folder, PACKAGE)
        known = path in self._places.files
        return self._in_package(folder, self._json(path), "") if known else ""

    def _in_package(self, folder: str, content: Json, rest: str) -> str:
        for target in (*_exported(content, rest), *([rest, under("src", rest)] if rest else ())):
            if path := self._file(joined(folder, target)):
                return path
        if rest:
            return ""
        for entry in ENTRIES:
            if path := self._file(under(folder, entry)):
                return path
        return ""

    @cached_property
    def _packages(self) -> dict[str, tuple[str, Json]]:
        """Folder and content of each package by its name."""
        found: dict[str, tuple[str, Json]] = {}
        for path in self._places.by_name.get(PACKAGE, ())[:MAX_CONFIGS]:
            content = self._json(path)
            name = content.get("name")
            if isinstance(name, str) and "/node_modules/" not in path:
                found.setdefault(name, (path.rpartition("/")[0], content))
        return found

    def _json(self, path: str) -> Json:
        text = _STRING_OR_COMMENT.sub(lambda m: m[1] or "", self._places.read(path))
        try:
            return _table(json.loads(_TRAILING.sub(r"\1", text)))
        except (ValueError, RecursionError):
            return {}


def _table(value: object) -> Json:
    return cast("Json", value) if isinstance(value, dict) else {}


def _exported(content: Json, rest: str) -> list[str]:
    """Give the files that a package says it is, sources before what is built."""
    exports = content.get("exports")
    entry = exports
    if isinstance(exports, dict):
        table = _table(cast("object", exports))
        entry = table.get(f"./{rest}" if rest else ".", table if not rest else None)
    found = [text for text in _strings(entry) if text.startswith("./")]
    if not rest:
        keys = ("source", "types", "module", "main")
        found += [text for key in keys if isinstance(text := content.get(key), str)]
    return found


def _strings(value: object, depth: int = 0) -> list[str]:
    if isinstance(value, str):
        return [value]
    if not isinstance(value, dict) or depth > 3:
        return []
    return [
        text for one in _table(cast("object", value)).values() for text in _strings(one, depth + 1)
    ]
