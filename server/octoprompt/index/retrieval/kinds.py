"""What a path says about a file: source, test, documentation, data, generated or vendored."""

import re
from functools import lru_cache
from typing import Literal

Kind = Literal["source", "test", "docs", "data", "made"]
"""`made` is generated, vendored or minified."""

_CODE = """
    py pyi pyx js mjs cjs jsx ts mts cts tsx vue svelte astro rs go java kt kts scala sc sbt groovy
    clj cljs c h cc cpp cxx hh hpp hxx inl m mm cs fs fsx vb rb erb rake ru php swift lua sh bash
    zsh fish ps1 pl pm r jl dart ex exs erl hrl hs ml mli nim zig v d pas adb ads f90 f95 sol sql
    proto thrift graphql gql tf hcl nix el lisp scm rkt coffee html htm css scss sass less styl
    twig jinja j2 hbs ejs pug cshtml razor xaml qml cu cl glsl wgsl hlsl asm s cmake gradle bzl tt
    bats tcl slim haml mill vim bat cmd psm1 mk awk ksh csh liquid mustache ftl jsp aspx phtml stub
    gd gleam cr purs odin hx vala fsi ml4 y g4 pest ungram m4 ac
"""
CODE = frozenset(_CODE.split())
"""Extensions of files that people write programs in."""
_DOCS = "md mdx rst txt adoc asciidoc org tex rdoc pod textile"
DOCS = frozenset(_DOCS.split())
"""Extensions of prose."""
_TEST = re.compile(
    r"(^|/)(tests|__tests?__|__mocks__|__snapshots__|specs?|test[-_]?data|[a-z]+[-_]tests|tests?[-_](?!utils|helpers|support|util)[a-z]+"
    r"|bench(es|marks?)?|fixtures?|e2e|integration(?!(/[^/]+)?/src/)|mocks?|dts-test|[\w.]*Tests|[\w.]+\.Test)/"
    r"|(^|/)(test_[^/]*|conftest\.py|tests?\.[a-z]+|[^/]*[_.-]tests?(-d)?\.[a-z]+|[^/]*\.(spec|bench|stories)\.[a-z]+)$"
    r"|(^|/)[^/]*(_spec\.(rb|lua|js|ts|exs)|(Test|Tests|Spec|Suite)\.(java|kt|scala|cs|swift|groovy|php|hs|fs|ts|js))$"
)
_TEST_FOLDER = re.compile(r"(^|/)test/")
_EXAMPLE = re.compile(
    r"(^|/)(docs?|documentation|examples?|samples?|demos?|playgrounds?|tutorials?|website)/",
    re.IGNORECASE,
)
_MADE = re.compile(
    r"(^|/)(vendor(ed)?|node_modules|third[-_]?party|external|dist|generated|__generated__|gen)/|\.min\.[a-z]+$|(^|/)(typings|@types)/.*\.d\.ts$|[._](generated|pb|pb2|g)\.[a-z]+$|(^|/)[^/]*\.(lock|map|snap)$"
    r"|(^|/)(go\.sum|[\w-]*-lock\.(json|ya?ml)|npm-shrinkwrap\.json)$"
    r"|(^|/)migrations/((.*/)?([Vv]?\d[^/]*)(/|$)|__init__\.py$)|(ModelSnapshot|\.Designer)\.cs$"
)
"""A migration bears a number; what runs migrations does not."""
_TRANSLATED = re.compile(r"(^|/)(locales?|i18n|l10n|translations)/")
_LANGUAGE = re.compile(r"(^|[/._-])(?!(js|ts|py|rb|go|db|ui)/)[a-z]{2}([-_][A-Za-z]{2,4})?[/.]")
"""Where a path names the language that a text is in: `de/`, `pt-BR.js`."""


_BUILD = re.compile(r"(^|/)(CMakeLists|requirements[^/]*)\.txt$")
_TEMPLATE = re.compile(r"(?<=\w)\.(in|tmpl|tpl|template)$")
"""What is filled in on the way to a file: `config.h.in`."""
_PROGRAM = re.compile(r"(^|/)(s?bin|libexec|exe)/([^/.]+/)*[^/.]+$")


def extension(path: str) -> str:
    """Give the extension of a path in lower case, without the dot; empty when it has none."""
    name = path.rpartition("/")[2]
    stem, dot, ext = name.rpartition(".")
    return ext.lower() if dot and stem else ""


@lru_cache(4_096)
def kind_of(path: str) -> Kind:
    """Say what sort of file a path names."""
    ext = extension(_TEMPLATE.sub("", path))
    if _MADE.search(path) or _is_translation(path, ext):
        return "made"
    if _BUILD.search(path):
        return "data"
    if ext in DOCS:
        return "docs"
    if ext not in CODE and not _PROGRAM.search(path):
        return "data"
    if _is_test(path, ext):
        return "test"
    return "docs" if _EXAMPLE.search(path) else "source"


def _is_translation(path: str, ext: str) -> bool:
    """Tell texts in many languages from the program that looks them up, which has no language."""
    folder = _TRANSLATED.search(path)
    is_text = ext in CODE or ext in DOCS
    return bool(folder and (not is_text or _LANGUAGE.search(path[folder.end() :])))


def _is_test(path: str, ext: str) -> bool:
    if "src/main/" in path:
        # By the layout of Maven and Gradle no test is there, whatever its packages are called.
        return False
    if _TEST.search(path):
        return True
    if not _TEST_FOLDER.search(path):
        return False
    # A package called `test` deep in a Python tree is more often a toolkit for tests than a set of
    # them.
    return ext != "py" or path.startswith("test/")
