from collections import Counter

import pytest

from octoprompt.index.language import Language
from octoprompt.index.languages import BY_ID, LANGUAGES, language_for, language_of


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("a/b.py", "python"),
        ("a/b.pyi", "python"),
        ("x.MJS", "javascript"),
        ("x.cts", "typescript"),
        ("x.d.ts", "typescript"),
        ("x.jsx", "jsx"),
        ("inc/x.h", "c"),
        ("inc/x.hpp", "cpp"),
        ("inc/x.inl", "cpp"),
        ("build.gradle.kts", "kotlin"),
        ("a.sc", "scala"),
        ("lib/x.gemspec", "ruby"),
        ("Gemfile", "ruby"),
        ("Rakefile", "ruby"),
        ("view.phtml", "php"),
        ("test.bats", "bash"),
        (".bashrc", "bash"),
        ("Cargo.lock", "toml"),
        ("tsconfig.jsonc", "json"),
        ("x.json5", "json"),
        ("ci.yml", "yaml"),
        ("index.htm", "html"),
        ("docker/Dockerfile", "dockerfile"),
        ("Dockerfile.dev", "dockerfile"),
        ("GNUmakefile", "makefile"),
        ("src/CMakeLists.txt", "cmake"),
        ("pkg/BUILD", "starlark"),
        ("go.mod", "gomod"),
        ("app.vue", "vue"),
        ("LICENSE", None),
        ("a.unknown", None),
        ("a.py/", None),
        ("", None),
    ],
)
def test_a_name_gives_its_language(path: str, expected: str | None):
    """Extensions in any case, whole names, names with a suffix; nothing for the rest."""
    language = language_of(path)
    assert (language.id if language else None) == expected


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        ("bin/run", b"#!/usr/bin/env bash\necho", "bash"),
        ("bin/run", b"#! /bin/sh -e\n", "bash"),
        ("bin/run", b"#!/usr/bin/env -S python3.11 -u\n", "python"),
        ("bin/run", b"#!/usr/local/bin/node\n", "javascript"),
        ("bin/run", b"#!/opt/odd\n", None),
        ("bin/run", b"#!", None),
        ("LICENSE", b"MIT", None),
        ("a.py", b"#!/bin/sh\n", "python"),
        ("a.h", b"#include <stdio.h>\nstruct a { int class; };\n", "c"),
        ("a.h", b"#pragma once\nnamespace a {\nclass B {\n public:\n};\n}\n", "cpp"),
        ("a.h", b"template <typename T>\nT max(T a, T b);\n", "cpp"),
        ("a.c", b"// namespace x\nnamespace y", "c"),
    ],
)
def test_a_text_settles_what_the_name_leaves_open(path: str, text: bytes, expected: str | None):
    """A `#!` line for names without a language, C++ for headers that are."""
    language = language_for(path, text)
    assert (language.id if language else None) == expected


def test_no_extension_or_name_has_two_languages():
    """Else the order of the table would decide in silence."""
    counts = Counter(e for row in LANGUAGES for e in {*row.extensions, *row.file_names})
    assert [key for key, count in counts.items() if count > 1] == []
    assert len(BY_ID) == len(LANGUAGES)


def test_extensions_are_found_as_they_are_written():
    """A row's extension in capitals, or without its dot, would never match."""
    for row in LANGUAGES:
        assert all(
            e == e.lower() and e.startswith(".") and e.count(".") == 1 for e in row.extensions
        )
        assert all(name == name.lower() for name in row.file_names)


def test_a_grammar_that_is_not_installed_is_none():
    """Not every system has a wheel of each: its files get text search, and the status says so."""
    assert not Language(id="x", extensions=(".x",), module="tree_sitter_of_nobody").has_grammar
