"""How the files of a root hang together: the import graph kept current, and questions to it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from octoprompt.index import symbols
from octoprompt.index.catalog import FileRow
from octoprompt.index.graph import imports
from octoprompt.index.graph.contents import StoredContents
from octoprompt.index.graph.imports import Imports
from octoprompt.index.graph.relate import Evidence, Related, relate
from octoprompt.index.graph.resolve import BARRELS
from octoprompt.index.model import Parsed, Use
from octoprompt.index.retrieval.engine import Retrieval

MAX_OTHERS = 20
MAX_DEFINERS = 3
"""A name with more definitions elsewhere says nothing about which file is meant."""
ONE_SCOPE = frozenset({"go", "java", "kotlin", "scala", "c_sharp", "swift"})
"""Languages in which the files of a folder see each other without an import."""
FOLLOWED = frozenset(
    {
        *("python", "rust", "go", "java", "kotlin", "scala", "php", "c", "cpp"),
        *("javascript", "jsx", "typescript", "tsx"),
    }
)
"""Languages whose imports are followed well enough to tell who cannot see a file."""


@dataclass(frozen=True, kw_only=True)
class View:
    """One state of the files: the index in one snapshot, and the unsaved texts."""

    connection: Connection
    rows: Mapping[str, FileRow]
    unsaved: Mapping[str, Parsed]
    versions: Mapping[str, int]
    """Of the unsaved texts."""
    read: Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Subject:
    """The file that a question is about."""

    path: str
    uses: Sequence[Use]


class Relations:
    """Keeps the import graph of a root; called on reader threads, one snapshot a call."""

    def __init__(self) -> None:
        self._imports = imports.EMPTY

    def imports(self, view: View) -> Imports:
        """Give the import graph of this state."""
        rows = {
            path: row._replace(hash=f"{row.hash} {view.versions[path]}")
            if path in view.versions
            else row
            for path, row in view.rows.items()
        }
        contents = StoredContents(connection=view.connection, read=view.read, unsaved=view.unsaved)
        # Two threads may do the same work at once; the results are equal.
        self._imports = graph = imports.follow(self._imports, rows, contents)
        return graph

    def relate(self, view: View, retrieval: Retrieval, subject: Subject, limit: int) -> Related:
        """Give what goes with a file."""
        evidence = Evidence(
            company=retrieval.company(view.connection, subject.path),
            used=_defined_elsewhere(view, subject),
            extended=frozenset(use.name for use in subject.uses if use.kind == "extends"),
        )
        return relate(self.imports(view), subject.path, evidence, limit)

    def divided(
        self, view: View, paths: list[str], path: str, others: set[str]
    ) -> tuple[list[str], list[str]]:
        """Divide the files that name something: those that see it in `path`, those that may.

        Files that see another definition of the name, in `others`, are left out.
        """
        seeing = self.seers(view, path)
        if seeing is None:
            return paths, []
        elsewhere = set[str](others)
        for other in sorted(others)[:MAX_OTHERS]:
            elsewhere |= self.seers(view, other) or set()
        near = [one for one in paths if one in seeing]
        return near, [one for one in paths if one not in seeing and one not in elsewhere]

    def seers(self, view: View, path: str) -> set[str] | None:
        """Give the files that can see what a file defines; None where that cannot be told."""
        row = view.rows.get(path)
        if row is None or row.language not in FOLLOWED:
            return None
        graph = self.imports(view)
        giving, new = {path, *_headers(view, path)}, [path]
        while new:
            new = [
                other
                for one in new
                for other, _ in graph.importers.get(one, ())
                if other not in giving and other.rpartition("/")[2] in BARRELS
            ]
            giving.update(new)
        seeing = giving | {other for one in giving for other, _ in graph.importers.get(one, ())}
        if row.language in ONE_SCOPE:
            folder = path.rpartition("/")[0]
            seeing |= {other for other in view.rows if other.rpartition("/")[0] == folder}
        return seeing


def _headers(view: View, path: str) -> list[str]:
    """Give the headers that declare what a C file defines, by name."""
    stem, _, ending = path.rpartition(".")
    if ending not in {"c", "cc", "cpp", "cxx", "m", "mm"}:
        return []
    return [name for end in ("h", "hh", "hpp", "hxx") if (name := f"{stem}.{end}") in view.rows]


def _defined_elsewhere(view: View, subject: Subject) -> dict[str, tuple[str, float]]:
    """Give by path a name that it defines and the file uses, where few files define that name."""
    names = {use.name for use in subject.uses if len(use.name) > 2 and use.kind != "use"}
    found: dict[str, list[tuple[int, str]]] = {}
    for name, files in symbols.definers(view.connection, sorted(names)).items():
        if subject.path not in files and len(files) <= MAX_DEFINERS:
            for other in files:
                found.setdefault(other, []).append((len(files), name))
    weights = {other: sum(1 / n for n, _ in named) for other, named in found.items()}
    top = max(weights.values(), default=1)
    return {
        other: (min(named, key=lambda one: (one[0], -len(one[1]), one[1]))[1], weights[other] / top)
        for other, named in found.items()
    }
