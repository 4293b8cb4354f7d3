"""Grammars with their queries, ready to parse; for worker processes.

The query of a language is `queries/<id>.scm`; `; inherits: a,b` in its first line puts other query
files before it.
"""

import importlib
import re
import sys
from dataclasses import dataclass
from functools import cache
from importlib import resources

from tree_sitter import Language as Grammar
from tree_sitter import Parser, Query

from octoprompt.index.bundle import PACKAGE as BUNDLE
from octoprompt.index.bundle import bundled_grammar, capsule
from octoprompt.index.language import Language

INHERITS = "; inherits:"
DEFINITION = "definition."
IMPORT = "import"
ROLE = re.compile(r"@(definition\.\w+|call|type|extends|use|import)\b(?!\.)")


@dataclass(frozen=True, slots=True)
class Tools:
    """What it takes to parse one language; not shared between threads."""

    parser: Parser
    query: Query
    roles: tuple[str, ...]
    """By pattern: `definition.<kind>`, `import`, or the kind of a use."""
    outer: frozenset[int]
    """The patterns of definitions that count only where the language's `outer` allows it."""


@cache
def tools(language: Language) -> Tools:
    """Load the grammar and compile the query; for worker processes only.

    Raises `ImportError` when the grammar's package is missing.
    """
    grammar = _grammar(language)
    text = query_text(language.id)
    query = Query(grammar, text)
    outer = (p for p in range(query.pattern_count) if "outer" in query.pattern_settings(p))
    return Tools(Parser(grammar), query, _roles(query, text.encode()), frozenset(outer))


def _grammar(language: Language) -> Grammar:
    if language.module == BUNDLE:
        return bundled_grammar(language.function)
    module = importlib.import_module(language.module)
    pointer: object = getattr(module, language.function)()
    return Grammar(capsule(pointer) if isinstance(pointer, int) else pointer)


def _roles(query: Query, text: bytes) -> tuple[str, ...]:
    """Read the role of each pattern from its text."""
    roles: list[str] = []
    for pattern in range(query.pattern_count):
        span = text[query.start_byte_for_pattern(pattern) : query.end_byte_for_pattern(pattern)]
        match = ROLE.search(span.decode())
        role = match.group(1) if match else "use"
        roles.append(sys.intern(role))
    return tuple(roles)


def query_text(name: str) -> str:
    """Give a query file with those that it inherits before it."""
    text = resources.files("octoprompt.index.queries").joinpath(f"{name}.scm").read_text("utf-8")
    first = text.partition("\n")[0]
    if not first.startswith(INHERITS):
        return text
    parents = first.removeprefix(INHERITS).split(",")
    return "\n".join([*(query_text(parent.strip()) for parent in parents), text])
