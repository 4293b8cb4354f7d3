"""Languages whose imports name a folder or follow the folders: Go, Java and its kin, PHP, C#."""

import re
from collections.abc import Callable, Collection
from functools import cached_property

from octoprompt.index.graph.places import Found, Places, Wanted, ancestors, under

MAX_FILES = 60
"""A package of more files says little about each."""
_MODULE = re.compile(r'^module\s+"?([^\s"]+)', re.MULTILINE)
_BACK = re.compile(r"[\\.]")
_HEADER = re.compile(r"^[ \t]*package[ \t]+(?!object\b)([\w.`]+)", re.MULTILINE)
_WORD = re.compile(r"[A-Z]\w+")
HEADER_CHARS = 8_000
NESTED = 3
"""So far inside a file's own definitions an imported name may be: `Channel.Factory.LIMIT`."""
Definers = Callable[[str], Collection[str]]
"""Gives the files that define a name at their top level."""


def _nobody(_name: str) -> Collection[str]:
    return ()


class Go:
    """Follows an import to the files of a package."""

    def __init__(self, places: Places) -> None:
        self._places = places

    def follow(self, wanted: Wanted) -> list[Found]:
        """Give the files of the package that an import means, without its tests."""
        module = wanted.written.module
        for name, folder in self._modules:
            if module == name or module.startswith(name + "/"):
                inner = module[len(name) + 1 :]
                return _package(self._places, under(folder, inner) if inner else folder, (".go",))
        return []

    @cached_property
    def _modules(self) -> list[tuple[str, str]]:
        """Name and folder of each module, the longest name first."""
        found = [
            (match[1], path.rpartition("/")[0])
            for path in self._places.by_name.get("go.mod", ())
            if (match := _MODULE.search(self._places.read(path)))
        ]
        return sorted(found, key=lambda row: (-len(row[0]), row))


class Packages:
    """Follows `a.b.C` where files lie in folders as their packages say."""

    def __init__(
        self, places: Places, endings: tuple[str, ...], definers: Definers = _nobody
    ) -> None:
        self._places = places
        self._endings = endings
        self._definers = definers
        self._packages: dict[str, list[str]] = {}
        self._known: dict[tuple[str, str], list[tuple[str, int, str]]] = {}

    def follow(self, wanted: Wanted) -> list[Found]:
        """Give the file of a class, else of the class around it, else those of a package."""
        parts = [part for part in _BACK.split(wanted.written.module.replace(" ", "\\")) if part]
        names = wanted.written.names
        found: list[Found] = []
        for name in names or ("",):
            tail = "/".join([*parts, name] if name else parts)
            key = tail, wanted.folder
            if key not in self._known:
                self._known[key] = self._find(tail.split("/"), wanted.path)
            found += [Found(path, (n,) if n else (), of) for path, of, n in self._known[key]]
        return found

    def _find(self, parts: list[str], path: str) -> list[tuple[str, int, str]]:
        for size in (len(parts), len(parts) - 1, len(parts) - 2):
            if size < 2:
                break
            if file := self._class(parts[:size], path):
                return [(file, 1, parts[size] if size < len(parts) else parts[-1])]
        if found := self._defining(parts):
            return [(file, len(found), parts[-1]) for file in found]
        if self._definers is not _nobody:
            files = self._whole(parts)
            return [(file, len(files), "") for file in files]
        for size in (len(parts), len(parts) - 1):
            if size < 2:
                break
            if folder := self._places.folder_ending("/".join(parts[:size]), path):
                files = _package(self._places, folder, self._endings)
                return [(f.path, f.of, parts[-1] if size < len(parts) else "") for f in files]
        return []

    def _defining(self, parts: list[str]) -> list[str]:
        """Give the files that define a name under this package, whatever their own names are.

        Kotlin and Scala have functions outside classes, several classes in a file, and folders
        that leave out what all packages begin with.
        """
        for at in range(len(parts) - 1, max(0, len(parts) - 1 - NESTED), -1):
            if at < len(parts) - 1 and not parts[at][:1].isupper():
                break
            found = [
                path
                for path in self._definers(parts[at])
                if path.endswith(self._endings) and self._package_of(path) == parts[:at]
            ]
            if found:
                return sorted(found)[:MAX_FILES]
        return []

    def _whole(self, parts: list[str]) -> list[str]:
        """Give the files of a package, from all folders of its last name that hold it."""
        found: list[str] = []
        for folder in self._places.folders_by_name.get(parts[-1], ()):
            files = [p for p in self._places.by_folder[folder] if p.endswith(self._endings)]
            if files and self._package_of(files[0]) == parts:
                found += files
        return found[:MAX_FILES]

    def _package_of(self, path: str) -> list[str]:
        if path not in self._packages:
            head = self._places.read(path)[:HEADER_CHARS]
            written: str = ".".join(_HEADER.findall(head)).replace("`", "")
            self._packages[path] = [part for part in written.split(".") if part]
        return self._packages[path]

    def _class(self, parts: list[str], path: str) -> str:
        for ending in self._endings:
            if found := self._places.ending("/".join(parts) + ending, path):
                return found
        return ""


class Usings:
    """Follows a `using` of C# to the files of its namespace that define what the file names."""

    def __init__(self, places: Places, definers: Definers) -> None:
        self._places = places
        self._definers = definers
        self._types: dict[str, dict[str, list[str]]] = {}
        self._words: tuple[str, frozenset[str]] = ("", frozenset())

    def follow(self, wanted: Wanted) -> list[Found]:
        """Give the files of the types that are named; a type that is itself named, alone."""
        module = wanted.written.module
        types = self._declared(module)
        if not types:
            outer, _, name = module.rpartition(".")
            return [Found(path, (name,)) for path in self._declared(outer).get(name, ())]
        said = self._said(wanted.path)
        named = [name for name in types if name in said or name.removesuffix("Attribute") in said]
        return [Found(path, (name,)) for name in named for path in types[name]]

    def _declared(self, namespace: str) -> dict[str, list[str]]:
        """Give the files of a namespace by the type that each is named after, as is usual."""
        if namespace not in self._types:
            types = self._types.setdefault(namespace, {})
            for path in sorted(self._definers(namespace)) if namespace else ():
                if path.endswith(".cs"):
                    types.setdefault(path.rpartition("/")[2].partition(".")[0], []).append(path)
        return self._types[namespace]

    def _said(self, path: str) -> frozenset[str]:
        """Give the words of a file; those of the last one are kept, for it has many `using`."""
        if self._words[0] != path:
            self._words = path, frozenset(_WORD.findall(self._places.read(path)))
        return self._words[1]


class Namespaces:
    """Follows a namespace of PHP to the file of a class, whose folders are its last parts."""

    def __init__(self, places: Places, ending: str, definers: Definers = _nobody) -> None:
        self._places = places
        self._ending = ending
        self._definers = definers
        self._known: dict[tuple[str, str], str] = {}

    def follow(self, wanted: Wanted) -> list[Found]:
        """Give the file of each class that is named."""
        module, names = wanted.written.module, wanted.written.names
        if self._ending in module:
            path = self._places.ending(module.lstrip("./"), wanted.path)
            return [Found(path)] if path else []
        found: list[Found] = []
        for name in names or ("",):
            whole = f"{module}\\{name}" if name else module
            key = whole.replace(" ", "\\"), wanted.folder
            if key not in self._known:
                self._known[key] = self._find([p for p in _BACK.split(key[0]) if p], wanted.path)
            if path := self._known[key]:
                found.append(Found(path, (key[0].rpartition("\\")[2],)))
        return found

    def _find(self, parts: list[str], path: str) -> str:
        # A namespace's first parts often stand for one folder (`App` for `src`).
        for start in range(len(parts) - 1):
            if found := self._places.ending("/".join(parts[start:]) + self._ending, path):
                return found
        return self._declaring(parts)

    def _declaring(self, parts: list[str]) -> str:
        """Give the one file that defines a name in this namespace, wherever it lies."""
        found = [path for path in self._definers(parts[-1]) if path.endswith(self._ending)]
        name = re.escape("\\".join(parts[:-1]))
        header = re.compile(rf"^\s*namespace\s+{name}\s*[;{{]", re.MULTILINE)
        fitting = [p for p in found if header.search(self._places.read(p)[:HEADER_CHARS])]
        return fitting[0] if len(fitting) == 1 else ""


class Relative:
    """Follows texts that name a file: from the folder, from above, then by the end of a path."""

    def __init__(self, places: Places, endings: tuple[str, ...]) -> None:
        self._places = places
        self._endings = endings
        self._known: dict[tuple[str, str], str] = {}

    def follow(self, wanted: Wanted) -> list[Found]:
        """Give the file that an include or a `require` means."""
        module = wanted.written.module.strip("<>\"' ").partition("?")[0].partition("#")[0]
        if wanted.language == "lua":
            module = module.replace(".", "/")
        key = module, wanted.folder
        if key not in self._known:
            self._known[key] = self._find(module, wanted.folder) if module else ""
        path = self._known[key]
        return [Found(path, wanted.written.names)] if path and path != wanted.path else []

    def _find(self, module: str, folder: str) -> str:
        parts = module.split("/")
        while parts and parts[0] in {"", ".", ".."}:
            if parts.pop(0) == ".." and folder:
                folder = folder.rpartition("/")[0]
        rest = "/".join(parts)
        if not rest or ":" in rest:
            return ""
        for base in [
            under(above, part) if part else above
            for above in ancestors(folder)
            for part in ("", "lib", "include", "src")
        ]:
            for ending in self._endings:
                if under(base, rest) + ending in self._places.files:
                    return under(base, rest) + ending
        if "/" not in rest and not self._is_exact(rest):
            return ""
        found = (self._places.ending(rest + ending, under(folder, "x")) for ending in self._endings)
        return next(filter(None, found), "")

    def _is_exact(self, name: str) -> bool:
        """Say whether a bare name can mean only one file."""
        return "." in name and len(self._places.by_name.get(name, ())) == 1


def _package(places: Places, folder: str, endings: tuple[str, ...]) -> list[Found]:
    files = [
        path
        for path in places.by_folder.get(folder, ())
        if path.endswith(endings) and not path.endswith("_test.go")
    ][:MAX_FILES]
    return [Found(path, (), len(files)) for path in files]
