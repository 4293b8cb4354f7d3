"""Python: packages, relative imports, and modules beside a script."""

from functools import lru_cache

from octoprompt.index.graph.places import Found, Places, Wanted, ancestors, nearest, under

PACKAGE = "__init__.py"
ROOTS = ("src", "lib", "python")
"""Folders beside which packages are also looked for."""


class Python:
    """Follows the imports of Python files."""

    def __init__(self, places: Places) -> None:
        self._places = places
        self._absolute = lru_cache(50_000)(self._find)

    def follow(self, wanted: Wanted) -> list[Found]:
        """Give the files that an import means."""
        module, names = wanted.written.module, wanted.written.names
        base = self._base(wanted.folder, module)
        inner: dict[str, list[str]] = {}
        outer: list[str] = []
        for name in names:
            if path := self._inner(base, module, name, wanted.folder):
                inner.setdefault(path, []).append(name)
            else:
                outer.append(name)
        found = [Found(path, tuple(brought)) for path, brought in inner.items()]
        if outer or not names:
            path = self._itself(base, module, wanted.folder)
            found += [Found(path, tuple(outer))] if path else []
        return found

    def _inner(self, base: str | None, module: str, name: str, folder: str) -> str:
        """Give the module that a name brought from a package is; empty when it is none."""
        if base is not None:
            return self._module(under(base, name))
        package = self._absolute(module.replace(".", "/"), folder)
        if not package:
            return self._absolute(f"{module}.{name}".replace(".", "/"), folder)
        above, _, file = package.rpartition("/")
        return self._module(under(above, name)) if file == PACKAGE else ""

    def _itself(self, base: str | None, module: str, folder: str) -> str:
        if base is not None:
            return self._module(base)
        parts = module.split(".")
        # `import a.b.c` may end in a name: the longest part that is a file counts.
        for size in range(len(parts), max(0, len(parts) - 2), -1):
            if path := self._absolute("/".join(parts[:size]), folder):
                return path
        return ""

    def _base(self, folder: str, module: str) -> str | None:
        """Give where a relative import starts; None for an absolute one."""
        rest = module.lstrip(".")
        dots = len(module) - len(rest)
        if not dots:
            return None
        above = ancestors(folder)
        if dots > len(above):
            return "\0"
        start = above[dots - 1]
        return under(start, rest.replace(".", "/")) if rest else start

    def _module(self, path: str) -> str:
        files = self._places.files
        for candidate in (f"{path}.py", under(path, PACKAGE), f"{path}.pyi", f"{path}.pyx"):
            if candidate in files:
                return candidate
        return ""

    def _find(self, tail: str, folder: str) -> str:
        """Find an absolute module, from a folder that is no package itself."""
        for root in ancestors(folder):
            if self._is_package(root):
                continue
            for base in (root, *(under(root, name) for name in ROOTS)):
                if path := self._module(under(base, tail)):
                    return path
        if "/" not in tail:
            return ""  # a bare name is more often a library than a file far away
        last = tail.rpartition("/")[2]
        names = self._places.by_name
        found = [p for p in names.get(f"{last}.py", ()) if p.endswith(f"/{tail}.py")]
        if last + "/" in tail + "/":
            found += [p for p in names.get(PACKAGE, ()) if p.endswith(f"/{tail}/{PACKAGE}")]
        roots = [p for p in found if not self._is_package(p[: p.rindex(f"/{tail}")])]
        return nearest(roots, folder + "/x")

    def _is_package(self, folder: str) -> bool:
        return under(folder, PACKAGE) in self._places.files
