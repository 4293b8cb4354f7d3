from pathlib import Path

import pytest

from octoprompt.index.extract import extract
from octoprompt.index.language import Language
from octoprompt.index.languages import LANGUAGES, language_of
from octoprompt.index.model import Parsed

HERE = Path(__file__).parent
SOURCES = sorted(path.name for path in (HERE / "sources").iterdir())


def language_with_grammar(name: str) -> Language:
    """Give a source's language; skips where the bundle has no wheel (Python 3.13 and later)."""
    language = language_of(name)
    assert language is not None
    if not language.has_grammar:
        pytest.skip(f"the bundle with the grammar of {language.id} is not installed")
    return language


def render(parsed: Parsed) -> str:
    """Give a parse as text: the tree of definitions, then imports, then uses by line."""
    lines: list[str] = []
    depth: list[int] = []
    for symbol in parsed.symbols:
        depth.append(0 if symbol.parent is None else depth[symbol.parent] + 1)
        doc = f"  ## {symbol.doc}" if symbol.doc else ""
        place = f"{symbol.line}-{symbol.end_line}"
        head = f"{symbol.kind} {symbol.name} {place}: {symbol.signature}{doc}"
        lines.append("  " * depth[-1] + head)
    lines.append("-- imports")
    lines += [f"{i.line}: {i.module} {' '.join(i.names)}".rstrip() for i in parsed.imports]
    lines.append("-- uses")
    by_line: dict[int, list[str]] = {}
    for use in parsed.uses:
        by_line.setdefault(use.line, []).append(f"{use.kind}:{use.name}")
    lines += [f"{line}: {' '.join(uses)}" for line, uses in sorted(by_line.items())]
    return "\n".join([*lines, parsed.problem]).rstrip() + "\n"


@pytest.mark.parametrize("name", SOURCES)
def test_a_source_gives_its_definitions_uses_and_imports(name: str):
    """Names, kinds, nesting, lines, signatures, first doc lines, imports and uses, all exact."""
    language = language_with_grammar(name)
    source = (HERE / "sources" / name).read_bytes()
    expected = (HERE / "expected" / f"{name}.txt").read_text("utf-8")
    assert render(extract(language, source)).splitlines() == expected.splitlines()


@pytest.mark.parametrize("name", SOURCES)
def test_byte_ranges_hold_the_definition(name: str):
    """A definition holds its name, its body lies inside it, parents are around children."""
    language = language_with_grammar(name)
    source = (HERE / "sources" / name).read_bytes()
    parsed = extract(language, source)
    assert parsed.symbols
    for position, symbol in enumerate(parsed.symbols):
        assert 0 <= symbol.start_byte < symbol.body_byte <= symbol.end_byte <= len(source)
        assert source.count(b"\n", 0, symbol.start_byte) + 1 <= symbol.line <= symbol.end_line
        text = " ".join(source[symbol.start_byte : symbol.end_byte].decode().split())
        assert symbol.name in text
        if symbol.parent is not None:
            assert symbol.parent < position
            around = parsed.symbols[symbol.parent]
            assert around.start_byte <= symbol.start_byte
            assert symbol.end_byte <= around.end_byte


def test_every_language_with_a_grammar_has_a_source():
    """A grammar without a test here would change silently with its next release."""
    tested = {language.id for name in SOURCES if (language := language_of(name))}
    assert {language.id for language in LANGUAGES if language.module} == tested
