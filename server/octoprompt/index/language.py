"""What the index has to know about a language."""

import importlib.util
import re
from dataclasses import dataclass
from functools import cache
from typing import Literal

from octoprompt.index.blanks import Blank
from octoprompt.index.bundle import PACKAGE as BUNDLE
from octoprompt.index.bundle import has_bundle

GrammarSource = Literal["official", "bundle", "none"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Language:
    """One language, as the table below knows it."""

    id: str
    extensions: tuple[str, ...]
    """With the dot, in lower case."""
    file_names: tuple[str, ...] = ()
    """Whole names, in lower case."""
    module: str = ""
    """The grammar's Python package; empty for none."""
    function: str = "language"
    """What gives the grammar in that package; its name in the bundle."""
    wrappers: frozenset[str] = frozenset()
    """Node types around a definition that belong to it: decorators, `export`."""
    lists: frozenset[str] = frozenset()
    """Node types around a definition that belong to it when it is alone in them: `const a = 1`."""
    bodies: frozenset[str] = frozenset()
    """Node types that end a head where there is no field `body`: the first such child does."""
    blanks: tuple[Blank, ...] = ()
    """What the grammar cannot read."""
    parts: re.Pattern[bytes] | None = None
    """What alone is in the grammar's language, as the pattern's group; the rest becomes blanks."""
    doc: Literal["inside", "above"] = "above"
    """Where documentation stands: the first string of the body, or a comment above the head."""
    outer: frozenset[str] = frozenset()
    """Node types in which a declaration is no local variable, for patterns that set `outer`."""
    comments: tuple[bytes, ...] = (b"//", b"*", b"/*")
    """What a comment line above a definition begins with."""
    sigil: str = ""
    """What the language writes before and after names, left out: `$` in PHP, `[]` in SQL."""
    max_symbols: int = 20_000
    """Of one file; more would crowd out everybody else's names. The first ones count."""
    is_exact: bool = True
    """Whether what its grammar calls an error is one."""
    has_clauses: bool = False
    """Whether a definition is written as several clauses of one name, one after the other."""
    has_line_heads: bool = False
    """Whether a head that has no body by the grammar ends with its line."""
    has_annotations: bool = True
    """Whether a `@word` before a head is an annotation rather than the head itself."""

    @property
    def grammar(self) -> GrammarSource:
        """Where its grammar comes from on this machine."""
        if self.module == BUNDLE:
            return "bundle" if has_bundle() else "none"
        return "official" if self.module and _is_installed(self.module) else "none"

    @property
    def has_grammar(self) -> bool:
        """Whether its files can be parsed on this machine."""
        return self.grammar != "none"


@cache
def _is_installed(module: str) -> bool:
    """Say whether a grammar's package is here: not every one has wheels for every system."""
    return importlib.util.find_spec(module) is not None
