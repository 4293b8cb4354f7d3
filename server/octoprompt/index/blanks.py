"""What grammars cannot read, taken out of a source before it is parsed, byte for byte.

Each row is a word, without which nothing is looked for, and a pattern. Its named group says what
becomes of what it finds: see `FILLED`.
"""

import re
from collections.abc import Iterable

Blank = tuple[bytes, re.Pattern[bytes]]
FILLED: dict[str, tuple[bytes, bytes]] = {
    "blank": (b"", b""),
    "quote": (b"'", b"'"),
    "semicolon": (b";", b""),
    "function": (b"FUNCTION", b""),
    "type": (b"TYPE", b""),
    "name": (b'"', b""),
}
"""By the name of a group: what stands at its beginning and its end; blanks between."""
AS_BLANKS = bytes(byte if byte in b"\r\n" else ord(" ") for byte in range(256))


def blanked(source: bytes, parts: re.Pattern[bytes] | None, blanks: Iterable[Blank]) -> bytes:
    """Give a source without what the grammar cannot read; bytes and lines stay where they are.

    With `parts`, only what its group finds is in the grammar's language.
    """
    if parts is not None:
        source = _only(parts, source)
    for word, pattern in blanks:
        if word in source:
            source = pattern.sub(_blanks, source)
    return source


def _only(parts: re.Pattern[bytes], source: bytes) -> bytes:
    """Give the parts of a source where they are, and blanks around them, line for line."""
    pieces: list[bytes] = []
    end = 0
    for part in parts.finditer(source):
        start = part.start(1)
        pieces += (source[end:start].translate(AS_BLANKS), part.group(1))
        end = part.end(1)
    return b"".join((*pieces, source[end:].translate(AS_BLANKS)))


def _blanks(match: re.Match[bytes]) -> bytes:
    group = match.lastgroup or ""
    start, end = match.span(group)
    first = match.start()
    text = match.group()
    before, after = FILLED[group]
    hidden = match[group][len(before) : end - start - len(after)].translate(AS_BLANKS)
    return text[: start - first] + before + hidden + after + text[end - first :]


# C and C++: macros that stand where the grammar wants a declaration. A name in capitals with an
# underscore counts as one only where what follows is a declaration without it.
_ARGUMENTS = rb"\((?:[^()\n]++|\([^()\n]*+\))*+\)"
_MACRO = rb"[A-Z][A-Z0-9]*_[A-Z0-9_]*(?:" + _ARGUMENTS + rb")?"
# `G_BEGIN_DECLS` on a line of its own.
BEGIN_MACRO: Blank = (
    b"BEGIN",
    re.compile(
        rb"(?m)^[ \t]*(?P<blank>(?:__)?(?:[A-Z0-9]+_){0,9}(?:BEGIN|END)(?:_[A-Z0-9]+){0,9}"
        rb"(?:\([^()\n]*\))?)[ \t]*\r?$"
    ),
)
# `class LEVELDB_EXPORT Status final : public Base {`.
EXPORT_MACRO: Blank = (
    b"class",
    re.compile(
        rb"(?:class|struct)\s+(?P<blank>[A-Z][A-Z0-9_]{2,}(?:\([^()\n]*\))?)"
        rb"(?=\s+[A-Za-z_][\w<>, ]{0,400}+\s*+[:{])"
    ),
)
# `LUA_API const char *name(`, `static JEMALLOC_COLD void f(`: two more words follow.
LEADING_MACRO: Blank = (
    b"_",
    re.compile(
        rb"(?m)^[ \t]*(?:(?:static|inline|extern|virtual|explicit|constexpr|friend"
        rb"|template(?:[ \t]*<[^\n;{}]*>)?)[ \t]+)*"
        rb"(?P<blank>(?:" + _MACRO + rb"[ \t]+)+)"
        rb"(?=[a-z_][\w:]*(?:<[^<>;\n]*>)?(?:[ \t]+[*&]*|[*&]+[ \t]*)(?:[A-Za-z_~]|\(\*))"
    ),
)
# `NO_SANITIZE("bounds")` on a line of its own above `static int f(`.
LINE_MACRO: Blank = (
    b"_",
    re.compile(rb"(?m)^(?<=[;}/\n]\n)(?P<blank>" + _MACRO + rb")[ \t]*\r?\n(?=[a-z]\w*[ \t*\r\n])"),
)
# `int printf(const char *format, ...) LIKE_PRINTF(1, 2);`.
TRAILING_MACRO: Blank = (
    b"_",
    re.compile(
        rb"(?m)^[ \t]*(?!(?:if|else|for|while|switch|return|case|do)\b)[A-Za-z_][\w:<>,*&~ \t]*"
        rb"\([^;{}=\n]*\)"
        rb"(?:[ \t]*(?:const|noexcept|override|final)\b)*[ \t]+"
        rb"(?P<blank>" + _MACRO + rb")(?=[ \t]*(?:[;{]|\r?$))"
    ),
)
# `#if __has_include(<optional>)`.
HAS_INCLUDE: Blank = (
    b"clude(",
    re.compile(rb"(?i)has_include(?P<blank>\([<\"][^)\n]*[>\"]\))"),
)
C_BLANKS = (BEGIN_MACRO, LINE_MACRO, LEADING_MACRO, TRAILING_MACRO, HAS_INCLUDE)
# `FAST_CONSTEXPR Node(int value) : value_(value) {}`: what a type cannot stand before.
CONSTRUCTOR_MACRO: Blank = (
    b" : ",
    re.compile(
        rb"(?m)^[ \t]*(?:explicit[ \t]+)?(?P<blank>(?:" + _MACRO + rb"[ \t]+)+)"
        rb"(?=[A-Za-z_]\w*\([^;{}\n]*\)(?:[ \t]*noexcept)?[ \t]:[ \t])"
    ),
)
CPP_BLANKS = (*C_BLANKS, CONSTRUCTOR_MACRO, EXPORT_MACRO)

# Less, read by the grammar of SCSS: calls of mixins, and guards.
LESS_BLANKS: tuple[Blank, ...] = (
    (
        b";",
        re.compile(
            rb"(?m)^[ \t]*(?P<blank>[.#][\w-]+(?:[ >]*[.#][\w-]+)*[ \t]*(?:\([^(){}]*\))?[ \t]*;)"
        ),
    ),
    (b"when", re.compile(rb"\)?[ \t](?P<blank>when\b[^{};]*)")),
)

KOTLIN_BLANKS: tuple[Blank, ...] = (
    # `@Target(CLASS) annotation class Fast` without a body could be three words of an expression.
    (
        b"@",
        re.compile(
            rb"@[\w.:]+(?:\((?:[^()\"]++|\"(?:[^\"\\\n]|\\.)*+\"|\((?:[^()]++|\([^()]*+\))*+\))*+\))?"
            rb"\s+(?P<blank>(?:(?:public|internal|private|annotation|expect|actual)\s+)+)class\b"
        ),
    ),
    (b"constructor", re.compile(rb"\b(?P<blank>expect|actual)\s+constructor\b")),
    (
        b"constructor",
        re.compile(
            rb"(?m)^[ \t]*(?P<blank>@\w+)[ \t]+"
            rb"(?:internal|private|public|protected)[ \t]+constructor\b"
        ),
    ),
    (b"suspend", re.compile(rb"\b(?P<blank>suspend)\s*\{")),
    # `object A { val x = 1 }`.
    (
        b" }",
        re.compile(
            rb"(?m)\b(?:class|interface|object)\b[^{}\n\"]{0,400}"
            rb"\{[^{}\n\"]*[^\s;{}](?P<semicolon>[ \t])\}"
        ),
    ),
)

SWIFT_BLANKS: tuple[Blank, ...] = (
    (b"#", re.compile(rb"(?m)^[ \t]*(?P<blank>#(?:warning|error)\(.*\))[ \t]*\r?$")),
    (b"(())", re.compile(rb"\((?P<blank>\(\))\)")),
)

TYPESCRIPT_BLANKS: tuple[Blank, ...] = (
    (b"export type *", re.compile(rb"export (?P<blank>type) \*")),
)

SQL_BLANKS: tuple[Blank, ...] = (
    # Commands to psql.
    (b"\\", re.compile(rb"(?m)^(?P<blank>\\[a-z!?].*)$")),
    (b"", re.compile(rb"(?i)\bcreate\s+(?:or\s+(?:replace|alter)\s+)?(?P<function>procedure)\s")),
    (b"", re.compile(rb"(?i)\bcreate\s+(?P<type>domain)\s")),
    # T-SQL: `GO` between batches, `[dbo].[Orders]`.
    (b"", re.compile(rb"(?im)^(?P<semicolon>go)[ \t]*\r?$")),
    (b"].[", re.compile(rb"(?P<name>\[)(?=[A-Za-z_][\w ]*\])")),
    (b"].", re.compile(rb"(?<=\w)(?P<name>\])")),
    # The body of a function where it is a program rather than statements.
    (
        b"$",
        re.compile(
            rb"(?is)\b(?:as|do)\s+(?P<quote>\$(?P<tag>\w*)\$(?=(?:(?!\$(?P=tag)\$).)*?"
            rb"(?::=|\b(?:declare|perform|raise|loop|exception|elsif|end\s+if)\b))"
            rb".*?\$(?P=tag)\$)"
        ),
    ),
)
