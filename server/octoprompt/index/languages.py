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

    outer: frozenset[str] = frozenset()
    """Node types in which a declaration is no local variable, for patterns that set `outer`."""
    comments: tuple[bytes, ...] = (b"//", b"*", b"/*")
    """What a comment line above a definition begins with."""
    sigil: str = ""
    """What the language writes before names that we leave out: `$` in PHP."""
    has_annotations: bool = True
    """Whether a `@word` before a head is an annotation rather than the head itself."""

    @property
    def grammar(self) -> GrammarSource:
        """Where its grammar comes from."""
        return "official" if self.module else "none"


# `class LEVELDB_EXPORT Status final : public Base {`: the macro hides the class from the grammar.
_EXPORT_MACRO = re.compile(
    rb"\b(?:class|struct|union)\s+([A-Z][A-Z0-9_]{2,}(?:\([^()\n]*\))?)"
    rb"(?=\s+[A-Za-z_]\w*[\w:<>, ]*\s*[:{])"
)
_OUTER = frozenset(
    {
        *("translation_unit", "declaration_list", "linkage_specification"),
        *("preproc_ifdef", "preproc_if", "preproc_else", "preproc_elif", "preproc_elifdef"),
    }
)
_HASH = (b"#",)
_LISTS = frozenset({"lexical_declaration", "variable_declaration"})
_EXPORT = frozenset({"export_statement", "ambient_declaration"})
_MARKDOWN_BLOCKS = frozenset(
    {
        *("section", "paragraph", "list", "fenced_code_block", "indented_code_block", "html_block"),
        *("pipe_table", "block_quote", "setext_heading", "thematic_break"),
        "link_reference_definition",
    }
)
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
        id="go",
        extensions=(".go",),
        module="tree_sitter_go",
        lists=frozenset({"type_declaration", "const_declaration", "var_declaration"}),
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
    Language(id="c", extensions=(".c", ".h"), module="tree_sitter_c", outer=_OUTER),
    Language(
        id="cpp",
        extensions=(
            *(".cc", ".cpp", ".cxx", ".c++", ".hh", ".hpp", ".hxx", ".h++", ".inl", ".ipp", ".tpp"),
            *(".ixx", ".cppm", ".cu", ".cuh", ".ino"),
        ),
        module="tree_sitter_cpp",
        wrappers=frozenset({"template_declaration"}),
        outer=_OUTER | {"template_declaration", "friend_declaration", "field_declaration_list"},
        blank=_EXPORT_MACRO,
    ),
    Language(
        id="c_sharp",
        extensions=(".cs", ".csx"),
        module="tree_sitter_c_sharp",
        bodies=frozenset({"accessor_list", "arrow_expression_clause"}),
    ),
    Language(
        id="ruby",
        extensions=(".rb", ".rake", ".gemspec", ".ru", ".podspec", ".thor", ".jbuilder"),
        file_names=(
            *("rakefile", "gemfile", "guardfile", "capfile", "podfile", "vagrantfile", "brewfile"),
            *("fastfile", "appfile", "dangerfile", "berksfile", "thorfile", "steepfile"),
        ),
        module="tree_sitter_ruby",
        bodies=frozenset({"do_block", "block"}),
        comments=_HASH,
        sigil=":",
    ),
    Language(
        id="php",
        extensions=(".php", ".phtml", ".php3", ".php4", ".php5", ".php7", ".phps", ".inc"),
        module="tree_sitter_php",
        function="language_php",
        comments=(b"//", b"*", b"/*", b"#"),
        sigil="$",
    ),
    Language(
        id="swift",
        extensions=(".swift",),
        module="tree_sitter_swift",
        bodies=frozenset({"computed_property", "protocol_property_requirements"}),
    ),
    Language(
        id="lua",
        extensions=(".lua", ".rockspec"),
        module="tree_sitter_lua",
        comments=(b"--",),
        lists=frozenset({"variable_declaration"}),
    ),
    Language(
        id="bash",
        extensions=(".sh", ".bash", ".zsh", ".ksh", ".bats", ".ebuild", ".eclass", ".command"),
        file_names=(
            *(".bashrc", ".bash_profile", ".bash_aliases", ".profile", ".zshrc", ".zshenv"),
            *(".zprofile", ".envrc", "pkgbuild", "apkbuild"),
        ),
        module="tree_sitter_bash",
        comments=_HASH,
    ),
    Language(
        id="sql",
        extensions=(".sql", ".ddl", ".dml", ".pgsql", ".psql"),
        module="tree_sitter_sql",
        comments=(b"--", b"*", b"/*"),
        bodies=frozenset({"column_definitions", "create_query", "function_body", "statement"}),
    ),
    Language(
        id="html",
        extensions=(".html", ".htm", ".xhtml"),
        module="tree_sitter_html",
        comments=(b"<!--",),
        bodies=frozenset(
            {"element", "script_element", "style_element", "text", "raw_text", "comment", "end_tag"}
        ),
    ),
    Language(
        id="css",
        extensions=(".css", ".pcss", ".postcss"),
        module="tree_sitter_css",
        comments=(b"*", b"/*"),
        has_annotations=False,
        bodies=frozenset({"block", "keyframe_block_list"}),
    ),
    Language(
        id="markdown",
        extensions=(".md", ".markdown", ".mdx", ".mkd", ".mdown", ".qmd", ".rmd"),
        module="tree_sitter_markdown",
        comments=(b"<!--",),
        bodies=_MARKDOWN_BLOCKS,
    ),
    Language(
        id="json",
        extensions=(
            *(".json", ".jsonc", ".json5", ".webmanifest", ".geojson", ".jsonld", ".ipynb"),
            *(".code-workspace", ".har", ".avsc", ".tfstate"),
        ),
        file_names=(
            *(".eslintrc", ".prettierrc", ".babelrc", ".jshintrc", ".stylelintrc", ".swcrc"),
            *("composer.lock", "pipfile.lock", "flake.lock", "deno.lock", "bun.lock"),
        ),
        module="tree_sitter_json",
        bodies=frozenset({"object", "array"}),
    ),
    Language(
        id="yaml",
        extensions=(".yaml", ".yml", ".cff", ".clang-format"),
        file_names=(".clang-format", ".clang-tidy", ".clangd", "pubspec.lock", ".gemrc"),
        module="tree_sitter_yaml",
        bodies=frozenset({"block_node", "comment"}),
        comments=_HASH,
    ),
    Language(
        id="toml",
        extensions=(".toml",),
        file_names=("cargo.lock", "poetry.lock", "pdm.lock", "uv.lock", "pipfile", "gopkg.lock"),
        module="tree_sitter_toml",
        comments=_HASH,
        bodies=frozenset({"pair", "comment"}),
    ),
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
    outer: frozenset[int]
    """The patterns of definitions that count only where the language's `outer` allows it."""


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
    outer = (p for p in range(query.pattern_count) if "outer" in query.pattern_settings(p))
    return Tools(Parser(grammar), query, _roles(query, text.encode()), frozenset(outer))


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
