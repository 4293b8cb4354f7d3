"""Grammars of the long tail, out of the library that the package `tree-sitter-languages` ships.

Its own loader needs a tree-sitter from before 0.22, but the library gives each grammar by a plain C
function. It has wheels up to Python 3.12: elsewhere these languages have text search only. Nothing
in it will change any more, so its queries cannot fall behind.
"""

import ctypes
import importlib.util
import sys
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tree_sitter import Language as Grammar

CAPSULE = b"tree_sitter.Language"
"""A capsule's name; it has to live as long as the capsule."""
PACKAGE = "tree_sitter_languages"
LIBRARY = "languages.dll" if sys.platform == "win32" else "languages.so"


def has_bundle() -> bool:
    """Say whether the bundle is installed; does not load it."""
    return _library_path() is not None


def bundled_grammar(name: str) -> "Grammar":
    """Load a grammar of the bundle; for worker processes only.

    Raises `ImportError` when the bundle, or the grammar in it, is missing.
    """
    from tree_sitter import Language as Grammar  # noqa: PLC0415 - the server imports this module too

    function = getattr(_library(), f"tree_sitter_{name}", None)
    if function is None:
        raise ImportError(f"`{PACKAGE}` has no grammar `{name}`")
    function.restype = ctypes.c_void_p
    return Grammar(capsule(function()))


def capsule(pointer: int) -> object:
    """Wrap a pointer to a grammar as newer grammar modules do by themselves."""
    make = ctypes.pythonapi.PyCapsule_New
    make.restype = ctypes.py_object
    make.argtypes = (ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p)
    return make(pointer, CAPSULE, None)


@cache
def _library_path() -> Path | None:
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        return None
    path = Path(spec.submodule_search_locations[0]) / LIBRARY
    return path if path.is_file() else None


@cache
def _library() -> ctypes.CDLL:
    path = _library_path()
    if path is None:
        raise ImportError(f"`{PACKAGE}` is not installed")
    return ctypes.CDLL(str(path))
