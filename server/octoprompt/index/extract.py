"""From source to definitions, uses and imports by a tree-sitter query; for worker processes.

Captures of `queries/*.scm`, one role for each pattern:

- `@definition.<kind>` around a definition, `@name` its name, `@body` where its body starts when it
  is neither a field `body` nor in the language's row; of two patterns for a name the first counts;
- `@call`, `@type`, `@extends` or `@use` on a name that is used; the strongest counts;
- `@import` around an import, `@module` (several make one text), `@imported` names apart from
  the module, `@brought` names that are part of the module's text.

The tree is only queried, never walked by recursion, and never printed: both crash on deep nesting.
"""

import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from tree_sitter import Node, QueryCursor, Tree

from octoprompt.index.blanks import blanked
from octoprompt.index.grammars import DEFINITION, IMPORT, Tools, tools
from octoprompt.index.heads import HEADING, body_of, doc_line, signature
from octoprompt.index.language import Language
from octoprompt.index.model import SYNTAX_ERRORS, Import, Parsed, Symbol, Use

SOFT_LIMIT_S = 2.0
PLAIN_PARSE_BYTES = 64 * 1024
CHUNK_BYTES = 1024
"""Small: the library asks for a chunk again for each text that a predicate of a query reads."""
WINDOW_BYTES = 16 * 1024
"""What a parser reads at a time. It comes in one array that is filled again and again and emptied
at last, for the library never lets go of what a read gave it (tree-sitter 0.26.1)."""
NAME_BYTES = 256
MODULE_CHARS = 300
MATCH_LIMIT = 65_536
MAX_DEPTH = 500
"""So deep an error is looked for."""
STRENGTH = ("use", "type", "import", "call", "extends")
"""Weak to strong: what a name in one place counts as."""
CLASS_LIKE = frozenset({"class", "interface", "struct", "enum", "object"})
VALUES = frozenset({"variable", "field", "property"})
"""Kinds that are constants where the name is all in capitals."""
QUOTES = b"\"'`"
CLOSING_MARKS = re.compile(r"\s+#+$")
"""`## Heading ##` of Markdown."""


@dataclass(slots=True)
class _Definition:
    pattern: int
    kind: str
    node: Node
    name: Node
    body: Node | None
    head: Node
    """Where its head starts: the node, or the `const` around it."""
    whole: Node
    """With its decorators or its `export`."""


@dataclass(slots=True)
class _Found:
    """What the query gave, before it is put in order."""

    definitions: dict[int, _Definition] = field(default_factory=dict[int, _Definition])
    """By the byte where the name starts."""
    uses: dict[str, list[Node]] = field(default_factory=lambda: {kind: [] for kind in STRENGTH})
    imports: dict[tuple[int, int], tuple[Node, list[Node]]] = field(
        default_factory=dict[tuple[int, int], tuple[Node, list[Node]]]
    )
    """By the byte range of the module: its first node, its names."""


def extract(language: Language, source: bytes) -> Parsed:
    """Give what a file defines, uses and imports; `source` is UTF-8, and byte offsets count in it.

    A parse that takes more than `SOFT_LIMIT_S` of CPU gives an empty result with a `problem`.
    """
    kit = tools(language)
    kit.parser.reset()
    deadline = time.process_time() + SOFT_LIMIT_S
    readable = blanked(source, language.parts, language.blanks)
    try:
        tree = _parse(kit.parser.parse, readable, deadline)
    except ValueError:
        return Parsed(language=language.id, problem="too slow to parse")
    found = _query(kit, language, tree)
    return Parsed(
        language=language.id,
        symbols=tuple(_symbols(found, language, source)),
        uses=tuple(_uses(found, source)),
        imports=tuple(_imports(found, source)),
        problem=_problem(tree, found, language),
    )


def _problem(tree: Tree, found: _Found, language: Language) -> str:
    if len(found.definitions) > language.max_symbols:
        return f"only the first {language.max_symbols:,} of {len(found.definitions):,} definitions"
    if not tree.root_node.has_error or not language.is_exact:
        return ""
    return f"{SYNTAX_ERRORS} from line {_first_error(tree.root_node)}"


def _first_error(root: Node) -> int:
    """Give the line where the first error is, from 1; in a very deep tree one near it."""
    node = root
    for _ in range(MAX_DEPTH):
        inner = next((c for c in node.children if c.has_error or c.is_missing), None)
        if node.is_error or inner is None:
            break
        node = inner
    return node.start_point[0] + 1


def _parse(parse: Callable[..., Tree], source: bytes, deadline: float) -> Tree:
    """Parse; raises `ValueError` at the deadline.

    The deadline works only when the parser reads by a callable, which is slower: small files, which
    cannot take long, are handed over whole.
    """
    if len(source) <= PLAIN_PARSE_BYTES:
        return parse(source)

    window = bytearray()

    def read(offset: int, _point: object) -> bytes | bytearray:
        if is_parsed:
            return source[offset : offset + CHUNK_BYTES]
        window[:] = source[offset : offset + WINDOW_BYTES]
        return window

    def is_late(_offset: int, _has_error: object) -> bool:
        return time.process_time() > deadline

    is_parsed = False
    try:
        return parse(read, progress_callback=is_late)
    finally:
        is_parsed = True
        window.clear()


def _query(kit: Tools, language: Language, tree: Tree) -> _Found:
    """Sort the matches of the query by their roles.

    It has no deadline of its own, for a progress callback crashes here (tree-sitter 0.26.1); the
    work is linear in the file, and the supervisor ends a worker that hangs.
    """
    found = _Found()
    roles = kit.roles
    uses = found.uses
    cursor = QueryCursor(kit.query, match_limit=MATCH_LIMIT)
    for pattern, captures in cursor.matches(tree.root_node):
        role = roles[pattern]
        if role == IMPORT:
            _add_import(found, captures)
        elif role in uses:
            uses[role] += captures[role]
        elif pattern not in kit.outer or _is_outer(captures[role][0], language):
            _add_definition(found, pattern, role, captures)
    return found


def _is_outer(node: Node, language: Language) -> bool:
    parent = node.parent
    return parent is not None and parent.type in language.outer


def _add_definition(
    found: _Found, pattern: int, role: str, captures: dict[str, list[Node]]
) -> None:
    name = captures["name"][0]
    known = found.definitions.get(name.start_byte)
    if (known is not None and known.pattern <= pattern) or name.is_missing:
        return
    body = captures.get("body")
    node = captures[role][0]
    found.definitions[name.start_byte] = _Definition(
        pattern, role[len(DEFINITION) :], node, name, body[0] if body else None, node, node
    )


def _add_import(found: _Found, captures: dict[str, list[Node]]) -> None:
    module = captures["module"]
    place = (module[0].start_byte, module[-1].end_byte)
    names = found.imports.setdefault(place, (module[0], []))[1]
    for key in ("imported", "brought"):
        nodes = captures.get(key)
        if nodes:
            found.uses["import"] += nodes
            if key == "imported":
                names += nodes


def _imports(found: _Found, source: bytes) -> Iterator[Import]:
    for (start, end), (node, names) in found.imports.items():
        written = (source[name.start_byte : name.end_byte] for name in names)
        yield Import(
            module=_bare(source[start:end])[:MODULE_CHARS],
            names=tuple(dict.fromkeys(_text(name) for name in written)),
            line=node.start_point[0] + 1,
        )


def _uses(found: _Found, source: bytes) -> list[Use]:
    """Give the uses in the order of the file, one for each name and line."""
    definitions = found.definitions
    places: dict[int, tuple[Node, int]] = {}
    for strength, kind in enumerate(STRENGTH):
        for node in found.uses[kind]:
            places[node.start_byte] = (node, strength)
    known: dict[tuple[bytes, int], int] = {}
    for start in sorted(places):
        if start in definitions:
            continue
        node, strength = places[start]
        key = (source[start : node.end_byte], node.start_point[0])
        if known.get(key, -1) < strength:
            known[key] = strength
    names = {raw: _bare(raw) for raw in {raw for raw, _ in known} if len(raw) <= NAME_BYTES}
    return [
        Use(names[raw], row + 1, STRENGTH[strength])
        for (raw, row), strength in known.items()
        if raw in names
    ]


def _symbols(found: _Found, language: Language, source: bytes) -> list[Symbol]:
    definitions = list(found.definitions.values())
    if len(definitions) > language.max_symbols:
        definitions.sort(key=lambda d: d.node.start_byte)
        del definitions[language.max_symbols :]
    if language.wrappers or language.lists:
        for definition in definitions:
            _widen(definition, language)
    definitions.sort(key=lambda d: (d.whole.start_byte, -d.whole.end_byte, d.name.start_byte))
    symbols: list[Symbol] = []
    around: list[int] = []
    last: dict[int | None, int] = {}
    for definition in definitions:
        start, end = definition.whole.start_byte, definition.whole.end_byte
        while around and not _holds(symbols[around[-1]], start, end):
            around.pop()
        parent = around[-1] if around else None
        above = symbols[parent].kind if parent is not None else ""
        symbol = _symbol(definition, above, parent, language, source)
        before = last.get(parent)
        if language.has_clauses and before is not None and _is_clause(symbols[before], symbol):
            symbols[before] = symbols[before]._replace(end_line=symbol.end_line, end_byte=end)
            around.append(before)
            continue
        symbols.append(symbol)
        last[parent] = len(symbols) - 1
        around.append(len(symbols) - 1)
    return symbols


def _is_clause(before: Symbol, symbol: Symbol) -> bool:
    return (before.name, before.kind) == (symbol.name, symbol.kind)


def _widen(definition: _Definition, language: Language) -> None:
    """Take in what belongs to a definition: a `const` of its own, decorators, `export`."""
    node = definition.node
    parent = node.parent
    if parent is not None and parent.type in language.lists:
        if parent.named_child_count != 1:
            return
        node = definition.head = definition.whole = parent
        parent = node.parent
    while parent is not None and parent.type in language.wrappers:
        definition.whole = parent
        parent = parent.parent


def _holds(outer: Symbol, start: int, end: int) -> bool:
    """Say whether a symbol is around a place; two in one place (`int a, b;`) are neighbours."""
    return end <= outer.end_byte and (start, end) != (outer.start_byte, outer.end_byte)


def _symbol(
    definition: _Definition, above: str, parent: int | None, language: Language, source: bytes
) -> Symbol:
    name, whole = definition.name, definition.whole
    start, end = whole.start_byte, whole.end_byte
    body = definition.body or body_of(definition.node, language)
    if body is not None and body.start_byte == name.start_byte:
        body = None
    body_byte = body.start_byte if body is not None else end
    raw_name = source[name.start_byte : name.end_byte]
    kind = definition.kind
    if kind == "function" and above in CLASS_LIKE:
        kind = "method"
    elif kind in VALUES and len(raw_name) > 1 and raw_name.isupper():
        kind = "constant"
    head = source[definition.head.start_byte : body_byte]
    name_row = name.start_point[0]
    if body_byte < name.start_byte:  # `typedef struct { ... } name;`
        head += raw_name
        name_row = definition.node.start_point[0]
    written = _symbol_name(raw_name, kind, language)
    return Symbol(
        written,
        kind,
        name_row + 1,
        max(name_row, _last_row(whole)) + 1,
        signature(head, kind, language, has_body=body is not None) or written,
        parent,
        start,
        body_byte,
        end,
        doc_line(source, start, body_byte, end, language),
    )


def _symbol_name(raw: bytes, kind: str, language: Language) -> str:
    name = _bare(raw[:NAME_BYTES])
    if kind == HEADING:
        return CLOSING_MARKS.sub("", name)
    before, after = language.sigil[:1], language.sigil[1:]
    return name.removeprefix(before).removesuffix(after) if before else name


def _last_row(node: Node) -> int:
    """Give the last row that holds some of the node; an end at column 0 is not in its row."""
    row, column = node.end_point
    return row - 1 if column == 0 and row > node.start_point[0] else row


def _bare(raw: bytes) -> str:
    """Give a name on one line, without the quotes that are written around it."""
    if raw[:1] in QUOTES and len(raw) > 1 and raw[-1:] == raw[:1]:
        raw = raw[1:-1]
    text = _text(raw)
    return " ".join(text.split()) if b" " in raw or b"\n" in raw else text


def _text(data: bytes) -> str:
    return data.decode("utf-8", "replace")
