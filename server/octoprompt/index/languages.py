"""Which language a file is in, and where its grammar comes from.

A language with symbols is a row here and `queries/<id>.scm`. A row without a grammar gives its
files a name and text search.
"""

import re

from octoprompt.index.blanks import (
    C_BLANKS,
    CPP_BLANKS,
    KOTLIN_BLANKS,
    LESS_BLANKS,
    SQL_BLANKS,
    SWIFT_BLANKS,
    TYPESCRIPT_BLANKS,
)
from octoprompt.index.language import Language
from octoprompt.index.long_tail import BUNDLED, PLAIN

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
# Components: their scripts have names, and the rest is text.
_SCRIPTS = re.compile(rb"(?is)<script\b[^>]*>(.*?)</script\s*>")
_FENCED_OR_SCRIPTS = re.compile(
    rb"(?ims)(?:\A\s*---[ \t]*$|<script\b[^>]*>)(.*?)(?:^---[ \t]*\r?$|</script\s*>)"
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
        blanks=TYPESCRIPT_BLANKS,
        wrappers=_EXPORT,
        lists=_LISTS,
    ),
    Language(
        id="tsx",
        extensions=(".tsx",),
        module="tree_sitter_typescript",
        function="language_tsx",
        blanks=TYPESCRIPT_BLANKS,
        wrappers=_EXPORT,
        lists=_LISTS,
    ),
    *(
        Language(
            id=id,
            extensions=(f".{id}",),
            module="tree_sitter_typescript",
            function="language_typescript",
            wrappers=_EXPORT,
            lists=_LISTS,
            parts=parts,
        )
        for id, parts in (("vue", _SCRIPTS), ("svelte", _SCRIPTS), ("astro", _FENCED_OR_SCRIPTS))
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
        blanks=KOTLIN_BLANKS,
        bodies=frozenset(
            {"function_body", "class_body", "enum_class_body", "getter", "setter", "block"}
        ),
    ),
    Language(id="scala", extensions=(".scala", ".sc", ".sbt"), module="tree_sitter_scala"),
    Language(
        id="c",
        extensions=(".c", ".h"),
        module="tree_sitter_c",
        outer=_OUTER,
        blanks=C_BLANKS,
    ),
    Language(
        id="cpp",
        extensions=(
            *(".cc", ".cpp", ".cxx", ".c++", ".hh", ".hpp", ".hxx", ".h++", ".inl", ".ipp", ".tpp"),
            *(".ixx", ".cppm", ".cu", ".cuh", ".ino"),
        ),
        module="tree_sitter_cpp",
        wrappers=frozenset({"template_declaration"}),
        outer=_OUTER | {"template_declaration", "friend_declaration", "field_declaration_list"},
        blanks=CPP_BLANKS,
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
        blanks=SWIFT_BLANKS,
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
        blanks=SQL_BLANKS,
        sigil="[]",
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
        id="scss",
        extensions=(".scss",),
        module="tree_sitter_scss",
        is_exact=False,
        has_annotations=False,
        bodies=frozenset({"block", "keyframe_block_list"}),
    ),
    # SCSS's grammar reads it but for guards and calls of mixins.
    Language(
        id="less",
        extensions=(".less",),
        blanks=LESS_BLANKS,
        module="tree_sitter_scss",
        is_exact=False,
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
        max_symbols=2_000,
        bodies=frozenset({"object", "array"}),
    ),
    Language(
        id="yaml",
        extensions=(".yaml", ".yml", ".cff", ".clang-format"),
        file_names=(".clang-format", ".clang-tidy", ".clangd", "pubspec.lock", ".gemrc"),
        module="tree_sitter_yaml",
        max_symbols=2_000,
        bodies=frozenset({"block_node", "comment"}),
        comments=_HASH,
    ),
    Language(
        id="toml",
        extensions=(".toml",),
        file_names=("cargo.lock", "poetry.lock", "pdm.lock", "uv.lock", "pipfile", "gopkg.lock"),
        module="tree_sitter_toml",
        max_symbols=2_000,
        comments=_HASH,
        bodies=frozenset({"pair", "comment"}),
    ),
    *BUNDLED,
    *PLAIN,
)
HEADER_BYTES = 64 * 1024
CPP = re.compile(
    rb"(?m)^\s*(?:(?:inline\s+)?namespace\s+\w|template\s*<|using\s+\w|class\s+\w+[^;]*$"
    rb"|(?:public|private|protected)\s*:|#\s*include\s*<(?:string|vector|memory|map|cstd\w+)>)"
)
OBJECTIVE_C = re.compile(rb"(?m)^\s*(?:@interface|@protocol|@class|#import)\b")
INTERPRETER = re.compile(rb"#!\s*(?:\S*/)?(?:env\s+(?:-\S+\s+)*)?([a-z]+)")
INTERPRETERS = {
    **dict.fromkeys(("sh", "bash", "dash", "ksh", "zsh", "ash", "bats"), "bash"),
    **dict.fromkeys(("python", "pypy", "uv"), "python"),
    **dict.fromkeys(("node", "nodejs"), "javascript"),
    **dict.fromkeys(("deno", "bun", "tsx"), "typescript"),
    **dict.fromkeys(("lua", "luajit"), "lua"),
    **dict.fromkeys(("escript",), "erlang"),
    **dict.fromkeys(("rscript",), "r"),
    **{name: name for name in ("ruby", "php", "perl", "elixir", "julia", "swift", "scala")},
}
BY_ID = {language.id: language for language in LANGUAGES}
_BY_EXTENSION = {e: language for language in LANGUAGES for e in language.extensions}
_BY_NAME = {n: language for language in LANGUAGES for n in language.file_names}


def language_of(path: str) -> Language | None:
    """Give the language of a path by its name; None when it has none that we know."""
    name = path[path.rfind("/") + 1 :].lower()
    by_name = _BY_NAME.get(name) or _BY_NAME.get(name.partition(".")[0] + ".*")
    return by_name or _BY_EXTENSION.get("." + name.rpartition(".")[2])


def language_for(path: str, source: bytes) -> Language | None:
    """Give the language of a file by its name and, where that leaves it open, by its text.

    A name without an extension may have a `#!` line; a `.h` file may be C++ or Objective-C.
    """
    language = language_of(path)
    if language is None:
        return _by_interpreter(source) if source.startswith(b"#!") else None
    if language.id == "c" and path.endswith((".h", ".H")):
        head = source[:HEADER_BYTES]
        if OBJECTIVE_C.search(head):
            return BY_ID["objc"] if BY_ID["objc"].has_grammar else language
        if CPP.search(head):
            return BY_ID["cpp"]
    return language


def _by_interpreter(source: bytes) -> Language | None:
    match = INTERPRETER.match(source[:200])
    return BY_ID.get(INTERPRETERS.get(match.group(1).decode(), "")) if match else None
