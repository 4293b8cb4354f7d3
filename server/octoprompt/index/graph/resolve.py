"""From an import as it is written to the files it means."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace

from octoprompt.index.graph.folders import Go, Namespaces, Packages, Relative, Usings
from octoprompt.index.graph.places import Found, Places, Wanted
from octoprompt.index.graph.python import Python
from octoprompt.index.graph.rust import Rust
from octoprompt.index.graph.script import CONFIGS, Script
from octoprompt.index.model import Import

CONFIG_NAMES = frozenset({*CONFIGS, "package.json", "go.mod", "Cargo.toml"})
"""Files whose text decides what imports mean."""
BARRELS = frozenset(
    {
        *("__init__.py", "__init__.pyi", "lib.rs", "mod.rs"),
        *(f"index.{end}" for end in ("ts", "tsx", "mts", "js", "jsx", "mjs")),
    }
)
"""Files that give on what others define."""
ANYWHERE = (".kt", ".kts", ".scala", ".sc")
"""Endings of files whose definitions are imported by package, wherever they stand."""
MAX_HOPS = 3
_SCRIPTS = ("javascript", "jsx", "typescript", "tsx", "vue", "svelte", "astro")
Follow = Callable[[Wanted], list[Found]]


@dataclass(frozen=True, slots=True)
class Contents:
    """What is in the files, asked for those that give names on."""

    imports: Callable[[str], tuple[str, Sequence[Import]]]
    """Language and imports of a file."""
    defined: Callable[[str], Iterable[str]]
    """The names that a file defines at its top level."""
    definers: Callable[[str], Collection[str]]
    """The files that define a name at their top level."""


@dataclass(frozen=True, slots=True)
class Given:
    """What a file gives on: names with the file behind each, and files of which it gives all."""

    named: dict[str, str]
    whole: tuple[str, ...]


class Resolver:
    """Says which files an import means; pure but for what it remembers."""

    def __init__(self, places: Places, contents: Contents) -> None:
        script, jvm = Script(places).follow, (".java", ".kt", ".scala", ".kts", ".groovy")
        packages = Packages(places, jvm, self._defining)
        self._contents = contents
        self._given: dict[str, Given] = {}
        self._defined: dict[str, frozenset[str]] = {}
        self._definers: dict[str, Collection[str]] = {}
        self._follow: dict[str, Follow] = {
            **dict.fromkeys(_SCRIPTS, script),
            **dict.fromkeys(("java", "kotlin", "scala"), packages.follow),
            **dict.fromkeys(("c", "cpp", "objc"), Relative(places, ("", ".h")).follow),
            **dict.fromkeys(("css", "scss"), Relative(places, ("", ".css", ".scss")).follow),
            **dict.fromkeys(
                ("html", "bash", "makefile"), Relative(places, ("", ".sh", ".bash")).follow
            ),
            "python": Python(places).follow,
            "rust": Rust(places).follow,
            "go": Go(places).follow,
            "c_sharp": Usings(places, self._defining).follow,
            "php": Namespaces(places, ".php", self._defining).follow,
            "ruby": Relative(places, (".rb", "")).follow,
            "lua": Relative(places, (".lua", "/init.lua")).follow,
        }

    def links(self, path: str, language: str, imports: Iterable[Import]) -> dict[str, Found]:
        """Give by path the files that a file imports, names given on followed to their source."""
        found: dict[str, Found] = {}
        for one in self._direct(path, language, imports):
            for link in self._followed(one):
                known = found.get(link.path)
                if known is None:
                    found[link.path] = link
                else:
                    names = tuple(dict.fromkeys((*known.names, *link.names)))
                    found[link.path] = Found(link.path, names, min(known.of, link.of))
        found.pop(path, None)
        return found

    def _direct(self, path: str, language: str, imports: Iterable[Import]) -> list[Found]:
        follow = self._follow.get(language)
        if follow is None:
            return []
        return [found for one in imports for found in follow(Wanted(path, language, one))]

    def _followed(self, link: Found) -> list[Found]:
        """Divide a link to a file that gives names on among the files that they come from."""
        if not link.names or link.path.rpartition("/")[2] not in BARRELS:
            return [link]
        sources: dict[str, list[str]] = {}
        for name in link.names:
            sources.setdefault(self._source(link.path, name), []).append(name)
        return [replace(link, path=path, names=tuple(names)) for path, names in sources.items()]

    def _source(self, path: str, name: str, hops: int = MAX_HOPS) -> str:
        """Give the file that a name comes from: `path` itself, or one that `path` gives on."""
        if not hops or path.rpartition("/")[2] not in BARRELS or name in self._names(path):
            return path
        given = self._giving(path)
        if name in given.named:
            return self._source(given.named[name], name, hops - 1)
        for inner in given.whole:
            source = self._source(inner, name, hops - 1)
            if source != inner or name in self._names(inner):
                return source
        return path

    def _defining(self, name: str) -> Collection[str]:
        if name not in self._definers:
            self._definers[name] = self._contents.definers(name)
        return self._definers[name]

    def _names(self, path: str) -> frozenset[str]:
        if path not in self._defined:
            self._defined[path] = frozenset(self._contents.defined(path))
        return self._defined[path]

    def _giving(self, path: str) -> Given:
        if path not in self._given:
            language, imports = self._contents.imports(path)
            links = [link for link in self._direct(path, language, imports) if link.path != path]
            self._given[path] = Given(
                named={name: link.path for link in links for name in link.names},
                whole=tuple(dict.fromkeys(link.path for link in links if not link.names)),
            )
        return self._given[path]
