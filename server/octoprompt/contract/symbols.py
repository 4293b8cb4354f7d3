"""Symbols: the definitions of a workspace root and their uses."""

from typing import Annotated

from pydantic import Field, StringConstraints

from octoprompt.contract._base import ProjectParams, Request, Wire


class FindSymbolsParams(ProjectParams):
    """A name, part of one, its camelCase initials, or letters in order."""

    query: str
    limit: Annotated[int, Field(ge=1, le=10_000)] = 50


class SymbolHit(Wire):
    """A definition."""

    name: str
    kind: str
    path: str
    line: int
    end_line: int
    container: str | None = None
    """The name of the definition around it."""


class FindSymbolsResult(Wire):
    """Definitions, best first."""

    symbols: tuple[SymbolHit, ...]
    incomplete: bool = False
    """Whether the symbols of some files are not read yet."""


class FindSymbols(Request[FindSymbolsParams, FindSymbolsResult], method="symbols/find"):
    """Find definitions by name, best first.

    A query matches exactly, as a prefix, as camelCase initials (`URLR`) or as letters in order
    (`urlres`).
    """


class GetSymbolReferencesParams(ProjectParams):
    """A name, and where it was asked from."""

    name: Annotated[str, StringConstraints(min_length=1)]
    path: str | None = None
    """The file that defines it, to narrow by import."""
    limit: Annotated[int, Field(ge=1, le=10_000)] = 200


class Reference(Wire):
    """A use of a name."""

    path: str
    line: int
    text: str
    """The line of the use."""
    kind: str
    """`call`, `import`, `type`, `extends` or `use`."""
    container: str | None = None
    """The definition that the use stands in."""
    resolved: bool = True
    """False where only the name is the same: no import says that this definition is meant."""


class GetSymbolReferencesResult(Wire):
    """Uses of a name by path and line; those that are not `resolved` last."""

    definitions: tuple[SymbolHit, ...]
    references: tuple[Reference, ...]
    truncated: bool
    incomplete: bool = False
    """Whether the symbols of some files are not read yet."""


class GetSymbolReferences(
    Request[GetSymbolReferencesParams, GetSymbolReferencesResult], method="symbols/references"
):
    """Find where a name is used.

    With `path`, uses in files that see that definition by their imports come first, uses in files
    that see another definition of the name are left out, and others are not `resolved`.
    """
