"""Rust: modules of a crate, and the crates of a workspace."""

import re
from collections.abc import Iterator
from functools import cached_property

from octoprompt.index.graph.places import Found, Places, Wanted, ancestors, under

MANIFEST = "Cargo.toml"
ROOTS = ("src/lib.rs", "src/main.rs", "lib.rs", "main.rs")
MAX_LEAVES = 200
_NAME = re.compile(r'^\s*name\s*=\s*"([^"]+)"', re.MULTILINE)
_LIB = re.compile(r'^\[lib\][^\[]*?^\s*path\s*=\s*"([^"]+)"', re.MULTILINE | re.DOTALL)
_LIB_NAME = re.compile(r'^\[lib\][^\[]*?^\s*name\s*=\s*"([^"]+)"', re.MULTILINE | re.DOTALL)
_SIGN = re.compile(r"(?!r#)\w+|[{},*]")


class Rust:
    """Follows `use` and `mod`."""

    def __init__(self, places: Places) -> None:
        self._places = places
        self._known: dict[tuple[str, str], tuple[str, str]] = {}

    def follow(self, wanted: Wanted) -> list[Found]:
        """Give the files that a `use` tree or a `mod` means."""
        names: dict[str, list[str]] = {}
        for leaf in leaves(wanted.written.module):
            path, rest = self._find(leaf, wanted.path)
            if path and path != wanted.path:
                names.setdefault(path, []).extend([rest] if rest else [])
        return [Found(path, tuple(dict.fromkeys(brought))) for path, brought in names.items()]

    def _find(self, leaf: str, path: str) -> tuple[str, str]:
        """Give the file of a path, and the name it means in there; empty for another crate's."""
        key = (leaf, path)
        if key not in self._known:
            self._known[key] = self._walk(leaf.split("::"), path)
        return self._known[key]

    def _walk(self, parts: list[str], path: str) -> tuple[str, str]:
        start, rest = self._start(parts, path)
        if not start:
            return "", ""
        while rest:
            inner = self._child(start, rest[0])
            if not inner:
                break
            start, rest = inner, rest[1:]
        return start, rest[0] if rest else ""

    def _start(self, parts: list[str], path: str) -> tuple[str, list[str]]:
        head = parts[0]
        if head == "crate":
            return self._crate_of(path), parts[1:]
        if head == "self":
            return path, parts[1:]
        if head == "super":
            start = path
            while parts and parts[0] == "super" and start:
                start, parts = self._parent(start), parts[1:]
            return start, parts
        if inner := self._child(path, head):
            return inner, parts[1:]
        return self._crates.get(head, ""), parts[1:]

    def _child(self, path: str, name: str) -> str:
        folder = self._folder_of(path)
        for candidate in (under(folder, f"{name}.rs"), under(folder, f"{name}/mod.rs")):
            if candidate in self._places.files and candidate != path:
                return candidate
        return ""

    def _folder_of(self, path: str) -> str:
        """Give the folder in which the modules of a file are."""
        folder, _, name = path.rpartition("/")
        if name in {"mod.rs", "lib.rs", "main.rs"}:
            return folder
        return path.removesuffix(".rs")

    def _parent(self, path: str) -> str:
        folder, _, name = path.rpartition("/")
        if name == "mod.rs":
            folder = folder.rpartition("/")[0]
        for candidate in (
            under(folder, "mod.rs"),
            f"{folder}.rs",
            *(under(folder, n) for n in ROOTS[2:]),
        ):
            if candidate in self._places.files and candidate != path:
                return candidate
        return ""

    def _crate_of(self, path: str) -> str:
        for folder in ancestors(path.rpartition("/")[0]):
            for name in ("lib.rs", "main.rs"):
                if under(folder, name) in self._places.files:
                    return under(folder, name)
        return ""

    @cached_property
    def _crates(self) -> dict[str, str]:
        """Root file of each crate of the workspace by its name."""
        found: dict[str, str] = {}
        for manifest in self._places.by_name.get(MANIFEST, ()):
            folder = manifest.rpartition("/")[0]
            for name, root in self._crate(folder, self._places.read(manifest)):
                found.setdefault(name, root)
        return found

    def _crate(self, folder: str, text: str) -> Iterator[tuple[str, str]]:
        lib = _LIB.search(text)
        roots = [under(folder, lib[1])] if lib else []
        root = next(
            (r for r in [*roots, *(under(folder, n) for n in ROOTS)] if r in self._places.files), ""
        )
        names = [m[1] for m in (_LIB_NAME.search(text), _NAME.search(text)) if m]
        if root:
            yield from ((name.replace("-", "_"), root) for name in names)


def leaves(tree: str) -> list[str]:
    """Give the paths of a `use` tree: `a::{b, c::{self, d}}` is `a::b`, `a::c` and `a::c::d`."""
    found: list[str] = []
    above: list[list[str]] = []
    """The path before each open brace."""
    prefix: list[str] = []
    path: list[str] = []
    for sign in _SIGN.findall(tree):
        if sign == "{":
            above.append(prefix)
            prefix, path = [*prefix, *path], []
        elif sign in {",", "}"}:
            found += _leaf(prefix, path)
            path = []
            if sign == "}" and above:
                prefix = above.pop()
        else:
            path.append(sign)
    return (found + _leaf(prefix, path))[:MAX_LEAVES]


def _leaf(prefix: list[str], path: list[str]) -> list[str]:
    """Give a path as one text, without another name for it, `self` and `*` at its end."""
    if "as" in path:
        path = path[: path.index("as")]
    if not path:
        return []
    whole = [*prefix, *path]
    if whole[-1] in {"self", "*"} and len(whole) > 1:
        whole.pop()
    return ["::".join(whole)]
