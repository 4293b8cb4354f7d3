"""What the text needs from a file's name: its fence label, and its way to write a comment."""

import re
from functools import lru_cache
from pathlib import PurePosixPath

LABELS = {
    ".bash": "bash", ".c": "c", ".cc": "cpp", ".cfg": "ini", ".clj": "clojure", ".cpp": "cpp",
    ".cs": "csharp", ".css": "css", ".cts": "typescript", ".cxx": "cpp", ".dart": "dart",
    ".erl": "erlang", ".ex": "elixir", ".exs": "elixir", ".go": "go", ".graphql": "graphql",
    ".groovy": "groovy", ".h": "c", ".hcl": "hcl", ".hpp": "cpp", ".hs": "haskell",
    ".htm": "html", ".html": "html", ".ini": "ini", ".java": "java", ".jl": "julia",
    ".js": "javascript", ".json": "json", ".jsx": "jsx", ".kt": "kotlin", ".kts": "kotlin",
    ".less": "less", ".lua": "lua", ".md": "markdown", ".mjs": "javascript", ".mts": "typescript",
    ".nix": "nix", ".php": "php", ".pl": "perl", ".pm": "perl", ".proto": "protobuf",
    ".ps1": "powershell", ".py": "python", ".pyi": "python", ".r": "r", ".rb": "ruby",
    ".rs": "rust", ".rst": "rst", ".sass": "sass", ".scala": "scala", ".scss": "scss",
    ".sh": "bash", ".sql": "sql", ".svelte": "svelte", ".swift": "swift", ".tf": "hcl",
    ".toml": "toml", ".ts": "typescript", ".tsx": "tsx", ".vue": "vue", ".xml": "xml",
    ".yaml": "yaml", ".yml": "yaml", ".zig": "zig",
}  # fmt: skip

_HASH = "bash elixir graphql hcl ini julia nix perl powershell python r ruby toml yaml"
_DASHES = "haskell lua sql"
_MARKUP = "html markdown svelte vue xml"
_COMMENTS = (
    dict.fromkeys(_HASH.split(), ("# ", ""))
    | dict.fromkeys(_DASHES.split(), ("-- ", ""))
    | dict.fromkeys(_MARKUP.split(), ("<!-- ", " -->"))
    | {"css": ("/* ", " */"), "clojure": ("; ", ""), "erlang": ("% ", ""), "rst": (".. ", "")}
)
_PLAIN = ("", "")
_SLASHES = ("// ", "")
_BACKTICKS = re.compile("`{3,}")


def label(path: str) -> str:
    """Give the fence label of a file, empty when its kind is unknown."""
    name = PurePosixPath(path)
    if name.name in {"Dockerfile", "Makefile"}:
        return name.name.lower()
    return LABELS.get(name.suffix.lower(), "")


@lru_cache(maxsize=1024)
def comment(path: str) -> tuple[str, str]:
    """Give what opens and what closes a comment on one line in the language of a file."""
    name = label(path)
    if name in {"", "json"}:
        return _PLAIN
    if name in {"dockerfile", "makefile"}:
        return ("# ", "")
    return _COMMENTS.get(name, _SLASHES)


def fence(content: str) -> str:
    """Give a fence of backticks longer than any run of them in the content."""
    if "```" not in content:
        return "```"
    longest = max((len(run) for run in _BACKTICKS.findall(content)), default=2)
    return "`" * (longest + 1)


def unique_tag(name: str, content: str) -> str:
    """Give an element name whose closing tag does not stand in the content."""
    tag, number = name, 1
    while f"</{tag}" in content:
        number += 1
        tag = f"{name}-{number}"
    return tag


def printable(path: str) -> str:
    """Give a path that stays on one line: control characters and lone surrogates are escaped."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in path)
