"""From source to definitions, uses and imports by a tree-sitter query; for worker processes.

Captures of `queries/*.scm`: `@definition.<kind>` with its `@name`; `@call`, `@type`, `@extends` and
`@use` on the name that is used; `@import` around a `@module` and perhaps an `@imported` name.
The tree is only queried, never walked by recursion, and never printed: both crash on deep nesting.
"""

import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from tree_sitter import Node, Query, QueryCursor, Tree

from octoprompt.index.languages import Language, tools
from octoprompt.index.model import Import, Parsed, Symbol, Use

SOFT_LIMIT_S = 2.0
PLAIN_PARSE_BYTES = 64 * 1024
CHUNK_BYTES = 64 * 1024
SIGNATURE_CHARS = 300
DOC_CHARS = 200
NAME_BYTES = 256
DEFINITION = "definition."
USE_KINDS = ("call", "import", "type", "extends", "use")
USE_CODE = {kind: code for code, kind in enumerate(USE_KINDS)}
CLASS_LIKE = frozenset({"class", "interface", "struct", "enum", "object"})
WEAK = frozenset({"variable", "constant", "field", "property", "type"})
QUOTES = re.compile(r"^[rRbBuUfF]{0,2}(\"\"\"|'''|\"|')")
COMMENT = re.compile(r"^\s*(///?!?|/\*\*?|\*/?|#+!?|--+)\s?")
ANNOTATIONS = re.compile(r"^(@[\w.]+(\((?:[^()]|\([^()]*\))*\))?\s+)+")


@dataclass(slots=True)
class _Definition:
    kind: str
    name: bytes
    name_row: int
    node: Node


@dataclass(slots=True)
class _Found:
    """What the query gave, before it is put in order."""

    definitions: dict[int, _Definition] = field(default_factory=dict[int, _Definition])
    """By the byte where the name starts."""
    uses: dict[tuple[int, int], int] = field(default_factory=dict[tuple[int, int], int])
    """Byte range of the name -> kind (the strongest wins) + 8 * row."""
    imports: dict[int, tuple[bytes, int, list[bytes]]] = field(
        default_factory=dict[int, tuple[bytes, int, list[bytes]]]
    )
    """By the byte where its module starts: module, row, names."""


def extract(language: Language, source: bytes) -> Parsed:
    """Give what a file defines, uses and imports; `source` is UTF-8, and byte offsets count in it.

    A parse or query that takes longer than `SOFT_LIMIT_S` gives an empty result with a `problem`.
    """
    kit = tools(language)
    kit.parser.reset()
    deadline = time.monotonic() + SOFT_LIMIT_S
    try:
        tree = _parse(kit.parser.parse, source, deadline)
    except ValueError:
        return Parsed(language=language.id, problem="too slow to parse")
    found = _query(kit.query, tree, source)
    symbols = _symbols(found, language, source)
    return Parsed(
        language=language.id,
        symbols=tuple(symbols),
        uses=tuple(_uses(found, source)),
        imports=tuple(
            Import(
                module=_text(module)[:300],
                names=tuple(dict.fromkeys(_text(name) for name in names)),
                line=row + 1,
            )
            for module, row, names in found.imports.values()
        ),
        problem="syntax errors" if tree.root_node.has_error else "",
    )


def _parse(parse: Callable[..., Tree], source: bytes, deadline: float) -> Tree:
    """Parse; raises `ValueError` at the deadline.

    The deadline works only when the parser reads by a callable, which is slower: small files, which
    cannot take long, are handed over whole.
    """
    if len(source) <= PLAIN_PARSE_BYTES:
        return parse(source)

    def read(offset: int, _point: object) -> bytes:
        return source[offset : offset + CHUNK_BYTES]

    def is_late(_offset: int, _has_error: object) -> bool:
        return time.monotonic() > deadline

    return parse(read, progress_callback=is_late)


def _query(query: Query, tree: Tree, source: bytes) -> _Found:
    found = _Found()
    for _pattern, captures in QueryCursor(query).matches(tree.root_node):
        for key, nodes in captures.items():
            code = USE_CODE.get(key)
            if code is not None and key != "import":
                for node in nodes:
                    _add_use(found, node, code)
            elif key.startswith(DEFINITION):
                _add_definition(
                    found, key[len(DEFINITION) :], nodes[0], captures["name"][0], source
                )
            elif key == "module":
                _add_import(found, nodes[0], captures.get("imported", []), source)
    return found


def _add_use(found: _Found, node: Node, code: int) -> None:
    place = (node.start_byte, node.end_byte)
    known = found.uses.get(place)
    if known is None or known % 8 > code:
        found.uses[place] = node.start_point[0] * 8 + code


def _add_definition(found: _Found, kind: str, node: Node, name: Node, source: bytes) -> None:
    start = name.start_byte
    known = found.definitions.get(start)
    if known is not None and (kind in WEAK or known.kind not in WEAK):
        return
    text = source[start : name.end_byte][:NAME_BYTES]
    found.definitions[start] = _Definition(kind, text, name.start_point[0], node)


def _add_import(found: _Found, module: Node, imported: list[Node], source: bytes) -> None:
    start = module.start_byte
    if start not in found.imports:
        text = source[start : module.end_byte]
        found.imports[start] = (text, module.start_point[0], [])
    for node in imported:
        found.imports[start][2].append(source[node.start_byte : node.end_byte])
        _add_use(found, node, USE_CODE["import"])


def _uses(found: _Found, source: bytes) -> list[Use]:
    names: dict[bytes, str] = {}
    uses: dict[tuple[str, int], int] = {}
    for (start, end), packed in sorted(found.uses.items()):
        if start in found.definitions or end - start > NAME_BYTES:
            continue
        raw = source[start:end]
        name = names.get(raw)
        if name is None:
            name = names[raw] = _text(raw)
        key = (name, packed >> 3)
        uses[key] = min(packed & 7, uses.get(key, 7))
    return [
        Use(name=name, line=row + 1, kind=USE_KINDS[code]) for (name, row), code in uses.items()
    ]


def _symbols(found: _Found, language: Language, source: bytes) -> list[Symbol]:
    placed = sorted(
        ((_whole(d.node, language), d) for d in found.definitions.values()),
        key=lambda pair: (pair[0].start_byte, -pair[0].end_byte, pair[1].name_row),
    )
    symbols: list[Symbol] = []
    around: list[int] = []
    for whole, definition in placed:
        while around and symbols[around[-1]].end_byte < whole.end_byte:
            around.pop()
        while around and symbols[around[-1]].end_byte <= whole.start_byte:
            around.pop()
        parent = around[-1] if around else None
        kind = definition.kind
        if kind == "function" and parent is not None and symbols[parent].kind in CLASS_LIKE:
            kind = "method"
        elif kind == "variable" and definition.name.isupper():
            kind = "constant"
        symbols.append(_symbol(definition, whole, (kind, parent), language, source))
        around.append(len(symbols) - 1)
    return symbols


def _whole(node: Node, language: Language) -> Node:
    """Give the node with its decorators or its `export`."""
    parent = node.parent
    if parent is None:
        return node
    if parent.type in ("lexical_declaration", "variable_declaration", "type_declaration"):
        if parent.named_child_count != 1:
            return node
        node, parent = parent, parent.parent
    if parent is not None and parent.type in language.wrappers:
        return parent
    return node


def _symbol(
    definition: _Definition,
    whole: Node,
    place: tuple[str, int | None],
    language: Language,
    source: bytes,
) -> Symbol:
    body = _body(definition.node)
    end = whole.end_byte
    body_byte = body.start_byte if body is not None else end
    head_start = definition.node.start_byte
    return Symbol(
        name=_text(definition.name),
        kind=place[0],
        line=definition.name_row + 1,
        end_line=max(definition.name_row, _last_row(whole)) + 1,
        signature=_signature(source, head_start, body_byte, has_body=body is not None),
        parent=place[1],
        start_byte=whole.start_byte,
        body_byte=body_byte,
        end_byte=end,
        doc=_doc(source, whole.start_byte, body_byte, end, language),
    )


def _body(node: Node) -> Node | None:
    body = node.child_by_field_name("body")
    if body is not None:
        return body
    value = node.child_by_field_name("value") or node.child_by_field_name("right")
    if value is not None:
        return value.child_by_field_name("body")
    kind = node.child_by_field_name("type")
    if kind is not None and kind.type in ("struct_type", "interface_type"):
        return kind
    return None


def _last_row(node: Node) -> int:
    """Give the last row that holds some of the node; an end at column 0 is not in its row."""
    row, column = node.end_point
    return row - 1 if column == 0 and row > node.start_point[0] else row


def _signature(source: bytes, start: int, end: int, *, has_body: bool) -> str:
    text = _text(source[start : min(end, start + 4 * SIGNATURE_CHARS)])
    head = text if has_body else text.partition("\n")[0]
    line = ANNOTATIONS.sub("", " ".join(head.split()))
    return line.rstrip(" {:").removesuffix("=>").rstrip()[:SIGNATURE_CHARS]


def _doc(source: bytes, start: int, body: int, end: int, language: Language) -> str:
    if language.doc == "inside":
        return _doc_inside(source[body : min(end, body + 4 * DOC_CHARS)])
    return _doc_above(source, start)


def _doc_inside(body: bytes) -> str:
    text = _text(body)
    quote = QUOTES.match(text)
    if quote is None:
        return ""
    inside = text[quote.end() :].partition(quote.group(1))[0].strip()
    return inside.partition("\n")[0].strip()[:DOC_CHARS]


def _doc_above(source: bytes, start: int) -> str:
    """Give the first line with words of the comment that ends right above."""
    line_start = source.rfind(b"\n", 0, start) + 1
    first = ""
    for _ in range(40):
        if line_start == 0:
            break
        above = source.rfind(b"\n", 0, line_start - 1) + 1
        line = source[above : line_start - 1].strip()
        line_start = above
        if not line.startswith((b"//", b"*", b"/*", b"#[", b"#", b"--")) or len(line) > 500:
            break
        if line.startswith((b"#[", b"#!")):
            continue
        words = COMMENT.sub("", _text(line)).removesuffix("*/").strip(" *")
        first = words if words and not words.startswith("@") else first
        if line.startswith(b"/*"):
            break
    return first[:DOC_CHARS]


def _text(data: bytes) -> str:
    return data.decode("utf-8", "replace")
