"""Code keeps its shape: short functions and modules, few parameters, telling names."""

import ast
from collections.abc import Iterator
from pathlib import Path
from statistics import median

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "server" / "octoprompt"
MODULES = sorted(PACKAGE.rglob("*.py"))

MAX_FUNCTION_LINES = 50
MEDIAN_FUNCTION_LINES = 8
P90_FUNCTION_LINES = 25
MAX_MODULE_LINES = 400
MAX_PARAMETERS = 5
VAGUE_NAMES = {
    "utils",
    "util",
    "helpers",
    "helper",
    "manager",
    "managers",
    "base",
    "common",
    "misc",
}
HOMES = {"sqlalchemy.orm": PACKAGE / "store", "tree_sitter": PACKAGE / "index"}
"""What import-linter cannot tell: a part of a package, and all packages with one beginning."""

type_of_function = (ast.FunctionDef, ast.AsyncFunctionDef)


def _functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    yield from (node for node in ast.walk(tree) if isinstance(node, type_of_function))


def _n_lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines of the definition without its docstring."""
    first, last = function.lineno, function.end_lineno or function.lineno
    docstring = function.body[0] if ast.get_docstring(function) else None
    doc_lines = (docstring.end_lineno or 0) - docstring.lineno + 1 if docstring else 0
    return last - first + 1 - doc_lines


def _n_parameters(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    args = function.args
    every = [*args.posonlyargs, *args.args, *args.kwonlyargs]
    return len([arg for arg in every if arg.arg not in ("self", "cls")])


def _imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("path", MODULES, ids=_name)
def test_module_is_short(path: Path):
    """A module fits in a head."""
    n_lines = len(path.read_text(encoding="utf-8").splitlines())

    assert n_lines <= MAX_MODULE_LINES, "split it by what its parts are about"


@pytest.mark.parametrize("path", MODULES, ids=_name)
def test_functions_are_short(path: Path):
    """A function fits on a screen and takes few things."""
    long = {f.name: _n_lines(f) for f in _functions(path) if _n_lines(f) > MAX_FUNCTION_LINES}
    wide = {f.name: _n_parameters(f) for f in _functions(path) if _n_parameters(f) > MAX_PARAMETERS}

    assert (long, wide) == ({}, {})


def test_most_functions_are_very_short():
    """Half of all functions have 8 lines or less, nine of ten 25 or less."""
    lengths = sorted(_n_lines(f) for path in MODULES for f in _functions(path))

    assert median(lengths) <= MEDIAN_FUNCTION_LINES
    assert lengths[int(len(lengths) * 0.9)] <= P90_FUNCTION_LINES


@pytest.mark.parametrize("path", MODULES, ids=_name)
def test_module_name_says_something(path: Path):
    """No drawer for everything."""
    assert not VAGUE_NAMES & set(path.relative_to(PACKAGE).with_suffix("").parts)


@pytest.mark.parametrize("path", MODULES, ids=_name)
def test_imports_stay_at_home(path: Path):
    """Only user data uses the ORM, and only the index the grammars."""
    strays = [
        name
        for name in _imports(path)
        for beginning, home in HOMES.items()
        if name.startswith(beginning) and not path.is_relative_to(home)
    ]

    assert strays == []
