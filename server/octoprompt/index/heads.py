"""The head of a definition: its signature, where its body starts, the line that documents it."""

import re

from tree_sitter import Node

from octoprompt.index.language import Language

SIGNATURE_CHARS = 300
DOC_CHARS = 200
DOC_LINES = 40
TUPLE_FIELDS = "ordered_field_declaration_list"
"""Of Rust: what stands in parentheses belongs to the head."""
LINE_BYTES = 500
HEADING = "string"
ONE_LINERS = frozenset({"variable", "constant", "field", "property", "key", "enummember", HEADING})
"""Kinds whose head without a body is its first line: the rest is a value."""
QUOTES = re.compile(r"^[rRbBuUfF]{0,2}(\"\"\"|'''|\"|')")
QUOTE_STARTS = b"\"'rRbBuUfF"
COMMENT = re.compile(
    r"^\s*(///?!?|/\*[*!]?|\*/?|#+!?|--\[\[|--+|<!--+|;+|%+|!+|\(\*+|\{-\|?|\.\.)\s?"
)
CLOSING = re.compile(r"\s*(\*/|-->|\]\]|\*\)|-\})\s*$")
MARKUP = re.compile(r"</?\w[^<>]*>")
ANNOTATIONS = re.compile(r"^(@(?!interface\b)[\w.]+(:\w+)?(\((?:[^()]|\([^()]*\))*\))?\s+)+")
ATTRIBUTES = re.compile(r"^((#\[|\[)(?:[^\[\]]|\[[^\[\]]*\])*\]\s+)+")
COMMENTS = re.compile(r"(?m)(?:^|\s)(?:#|//|--)\s[^\n\"'`]*$")
ENDS = " {(:;,="
ARROWS = ("=>", "->", " do", " then", " AS", " as")


def body_of(node: Node, language: Language) -> Node | None:
    """Give the node after which a head ends, if there is one."""
    body = node.child_by_field_name("body")
    if body is not None:
        return None if body.type == TUPLE_FIELDS else body
    if language.bodies:
        return _first_of(node, language.bodies)
    value = node.child_by_field_name("value") or node.child_by_field_name("right")
    if value is not None:
        return value.child_by_field_name("body")
    kind = node.child_by_field_name("type")
    if kind is not None and kind.type in ("struct_type", "interface_type"):
        return kind.child(1)  # after the word `struct`
    return None


def _first_of(node: Node, kinds: frozenset[str]) -> Node | None:
    cursor = node.walk()
    more = cursor.goto_first_child()
    while more:
        child = cursor.node
        if child is not None and child.type in kinds:
            return child
        more = cursor.goto_next_sibling()
    return None


def signature(head: bytes, kind: str, language: Language, *, has_body: bool) -> str:
    """Give a head on one line, at most `SIGNATURE_CHARS` long, without annotations before it."""
    text = head[: 4 * SIGNATURE_CHARS].decode("utf-8", "replace")
    if text[:1] == "@" and language.has_annotations:
        text = ANNOTATIONS.sub("", text)
    elif text[:1] in ("[", "#"):
        text = ATTRIBUTES.sub("", text) or text
    if not has_body and (kind in ONE_LINERS or language.has_line_heads):
        text = text.partition("\n")[0]
    elif "\n" in text and kind != HEADING:
        text = COMMENTS.sub("", text)
    line = " ".join(text.split())
    line = line.rstrip(ENDS)
    while line.endswith(ARROWS):
        line = (
            line.rpartition(" ")[0].rstrip(ENDS) if line[-1].isalpha() else line[:-2].rstrip(ENDS)
        )
    return line[:SIGNATURE_CHARS]


def doc_line(source: bytes, start: int, body: int, end: int, language: Language) -> str:
    """Give the first line of a definition's documentation; empty when it has none."""
    if language.doc == "inside":
        return _doc_inside(source[body : min(end, body + 4 * DOC_CHARS)])
    return _doc_above(source, start, language.comments)


def _doc_inside(body: bytes) -> str:
    if body[:1] not in QUOTE_STARTS:
        return ""
    text = body.decode("utf-8", "replace")
    quote = QUOTES.match(text)
    if quote is None:
        return ""
    inside = text[quote.end() :].partition(quote.group(1))[0].strip()
    return inside.partition("\n")[0].strip()[:DOC_CHARS]


def _doc_above(source: bytes, start: int, comments: tuple[bytes, ...]) -> str:
    """Give the first line with words of the comment that ends right above."""
    line_start = source.rfind(b"\n", 0, start) + 1
    if source[line_start:start].strip():
        return ""
    first = ""
    for _ in range(DOC_LINES):
        if line_start == 0:
            break
        above = source.rfind(b"\n", 0, line_start - 1) + 1
        line = source[above : line_start - 1].strip()
        line_start = above
        if line.startswith(b"#["):
            continue
        if not line.startswith(comments) or line.startswith(b"#!") or len(line) > LINE_BYTES:
            break
        first = _words(line) or first
        if line.startswith((b"/*", b"<!--")):
            break
    return first[:DOC_CHARS]


def _words(line: bytes) -> str:
    text = COMMENT.sub("", line.decode("utf-8", "replace"))
    text = CLOSING.sub("", text).strip(' *-|"')
    if "<" in text:
        text = MARKUP.sub("", text).strip()
    return "" if text.startswith(("@", "\\")) else text
