"""Which language a file is in, and where its grammar and its query come from.

A language with symbols is a row here and `queries/<id>.scm`; `; inherits: a,b` in its first line
puts other query files before it. A row without a grammar gives its files a name and text search.
"""

import importlib
import re
import sys
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import PurePosixPath
from typing import Literal

from tree_sitter import Language as Grammar
from tree_sitter import Parser, Query

INHERITS = "; inherits:"
DEFINITION = "definition."
IMPORT = "import"
ROLE = re.compile(r"@(definition\.\w+|call|type|extends|use|import)\b(?!\.)")
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
    """What gives the grammar in that package."""
    wrappers: frozenset[str] = frozenset()
    """Node types around a definition that belong to it: decorators, `export`."""
    lists: frozenset[str] = frozenset()
    """Node types around a definition that belong to it when it is alone in them: `const a = 1`."""
    bodies: frozenset[str] = frozenset()
    """Node types that end a head where there is no field `body`: the first such child does."""
    blank: re.Pattern[bytes] | None = None
    """What the grammar cannot read: the first group is parsed as blanks."""
    doc: Literal["inside", "above"] = "above"
    """Where documentation stands: the first string of the body, or a comment above the head."""

    @property
    def grammar(self) -> GrammarSource:
        """Where its grammar comes from."""
        return "official" if self.module else "none"


_LISTS = frozenset({"lexical_declaration", "variable_declaration"})
_EXPORT = frozenset({"export_statement", "ambient_declaration"})
LANGUAGES: tuple[Language, ...] = (
    Language(
        id="python",
        extensions=(".py", ".pyi", ".pyw"),
        module="tree_sitter_python",
        wrappers=frozenset({"decorated_definition"}),
        doc="inside",
    ),
    Language(
        id="javascript",
        extensions=(".js", ".mjs", ".cjs"),
        module="tree_sitter_javascript",
        wrappers=_EXPORT,
        lists=_LISTS,
    ),
    Language(
        id="jsx",
        extensions=(".jsx",),
        module="tree_sitter_javascript",
        wrappers=_EXPORT,
        lists=_LISTS,
    ),
    Language(
        id="typescript",
        extensions=(".ts", ".mts", ".cts"),
        module="tree_sitter_typescript",
        function="language_typescript",
        wrappers=_EXPORT,
        lists=_LISTS,
    ),
    Language(
        id="tsx",
        extensions=(".tsx",),
        module="tree_sitter_typescript",
        function="language_tsx",
        wrappers=_EXPORT,
        lists=_LISTS,
    ),
    Language(
        id="go", extensions=(".go",), module="tree_sitter_go", lists=frozenset({"type_declaration"})
    ),
    Language(id="rust", extensions=(".rs",), module="tree_sitter_rust"),
    Language(id="java", extensions=(".java",), module="tree_sitter_java"),
    Language(
        id="kotlin",
        extensions=(".kt", ".kts"),
        module="tree_sitter_kotlin",
        bodies=frozenset(
            {"function_body", "class_body", "enum_class_body", "getter", "setter", "block"}
        ),
    ),
    Language(id="scala", extensions=(".scala", ".sc", ".sbt"), module="tree_sitter_scala"),
    Language(id="c", extensions=(".c", ".h"), module="tree_sitter_c"),
    Language(id="cpp", extensions=(".cc", ".cpp", ".cxx", ".hh", ".hpp", ".hxx")),
    Language(id="c_sharp", extensions=(".cs",)),
    Language(id="ruby", extensions=(".rb", ".rake"), file_names=("rakefile", "gemfile")),
    Language(id="php", extensions=(".php",)),
    Language(id="swift", extensions=(".swift",)),
    Language(id="lua", extensions=(".lua",)),
    Language(id="bash", extensions=(".sh", ".bash", ".zsh")),
    Language(id="sql", extensions=(".sql",)),
    Language(id="html", extensions=(".html", ".htm")),
    Language(id="css", extensions=(".css",)),
    Language(id="markdown", extensions=(".md", ".markdown")),
    Language(id="json", extensions=(".json", ".jsonc")),
    Language(id="yaml", extensions=(".yaml", ".yml")),
    Language(id="toml", extensions=(".toml",)),
    Language(id="vue", extensions=(".vue",)),
    Language(id="scss", extensions=(".scss",)),
    Language(id="less", extensions=(".less",)),
    Language(id="xml", extensions=(".xml", ".svg")),
    Language(id="restructuredtext", extensions=(".rst",)),
    Language(id="gettext", extensions=(".po", ".pot")),
    Language(id="text", extensions=(".txt",)),
    Language(id="dockerfile", extensions=(".dockerfile",), file_names=("dockerfile",)),
    Language(id="makefile", extensions=(".mk",), file_names=("makefile", "gnumakefile")),
)
BY_ID = {language.id: language for language in LANGUAGES}
_BY_EXTENSION = {e: language for language in LANGUAGES for e in language.extensions}
_BY_NAME = {n: language for language in LANGUAGES for n in language.file_names}


def language_of(path: str) -> Language | None:
    """Give the language of a path by its name; None when it has none that we know."""
    name = path[path.rfind("/") + 1 :].lower()
    by_name = _BY_NAME.get(name)
    return by_name or _BY_EXTENSION.get(PurePosixPath(name).suffix)


@dataclass(frozen=True, slots=True)
class Tools:
    """What it takes to parse one language; not shared between threads."""

    parser: Parser
    query: Query
    roles: tuple[str, ...]
    """By pattern: `definition.<kind>`, `import`, or the kind of a use."""


@cache
def tools(language: Language) -> Tools:
    """Load the grammar and compile the query; for worker processes only.

    Raises `ImportError` when the grammar's package is missing.
    """
    module = importlib.import_module(language.module)
    pointer: object = getattr(module, language.function)()
    grammar = Grammar(pointer)
    text = query_text(language.id)
    query = Query(grammar, text)
    return Tools(Parser(grammar), query, _roles(query, text.encode()))


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
