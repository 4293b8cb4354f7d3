"""From text to weighable terms.

Identifiers split and lightly stemmed, counted by passage, packed for the index.

Runs in the workers over every file, so it is written for speed: no numpy, one regular expression a
file, and a memory of identifiers already split. A term is known by the CRC-32 of its spelling; two
terms that share one are so rare that ranking does not notice.
"""

import re
import struct
import sys
from array import array
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple, Protocol
from zlib import crc32

from octoprompt.index.retrieval.kinds import kind_of

WORD = re.compile(r"[^\W\d]\w*")
_PART = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+|[^\W\d_a-zA-Z]+")
_STOP = """
    a an and are as at be been being but by can could did do does for from had has have how if in
    into is it its of on or not no so such than that the their then there these they this to was we
    were when where which while who will with would you your should also instead some all any only
    just via self this return def class import none true false let fn pub mut impl const var
    function export func string int
"""
STOP = frozenset(_STOP.split())
"""Words that say nothing about where: of English, and of every program."""
PASSAGE_LINES = 8
"""A passage is at least this long, so that one-line definitions share one."""
DATA_CHARS = 64_000
"""Of a data file or a generated one only the head is taken: it repeats itself."""
NAME_MARK = 0x5BD1E995
"""A definition's whole name is known by the key of its last term with these bits turned."""
_CACHE_LIMIT = 300_000
_SUFFIXES = (
    ("ies", "y"),
    ("sses", "ss"),
    ("ations", "ate"),
    ("ation", "ate"),
    ("ing", ""),
    ("ers", "er"),
    ("ed", ""),
    ("es", "e"),
    ("s", ""),
)
_HEAD = re.compile(
    r"^(?:[ \t]{0,8}(?:(?:export|default|pub|pub\([a-z ]+\)|public|private|protected|internal"
    r"|static|final|abstract|async|unsafe|override|virtual|inline|open|sealed|data|partial|declare|const)[ \t]+)*"
    r"(?:def|class|function|func|fn|fun|impl|struct|enum|trait|interface|mod|module|namespace|object"
    r"|record|protocol|extension|macro_rules!|sub|proc|type|create)\b"
    r"|(?:export[ \t]+)?(?:const|let|var)[ \t]"
    r"|[ \t]{0,4}(?!(?:if|for|while|switch|catch|else|return|do|with|when"
    r"|match|using|foreach)\b)"
    r"[A-Za-z_~@*&][^\n;={}]*\([^\n;]*\{[ \t]*$"
    r"|\#{1,4}[ \t])",
    re.MULTILINE,
)


class Defined(Protocol):
    """What a definition record needs of a symbol."""

    @property
    def name(self) -> str:
        """As written."""
        ...

    @property
    def kind(self) -> str:
        """As LSP names it, in lower case."""
        ...

    @property
    def line(self) -> int:
        """From 1."""
        ...

    @property
    def end_line(self) -> int:
        """Inclusive."""
        ...


class Definition(NamedTuple):
    """A symbol as the definition record keeps it. Lines from 1, both inclusive."""

    name: str
    kind: str
    line: int
    end_line: int


def stem(word: str) -> str:
    """Cut the commonest endings off a lower-case word."""
    for suffix, instead in _SUFFIXES:
        if word.endswith(suffix) and len(word) - len(suffix) + len(instead) >= 3:
            if suffix == "s" and word.endswith("ss"):
                continue
            word = word[: len(word) - len(suffix)] + instead
            break
    return word[:-1] if word.endswith("e") and len(word) > 4 else word


def expand(identifier: str) -> list[str]:
    """Split an identifier into stemmed parts, with the whole in lower case when it has several."""
    parts = [part.lower() for part in _PART.findall(identifier)]
    terms = [stem(part) for part in parts if len(part) > 1 and part not in STOP]
    if len(parts) > 1:
        terms.append(identifier.lower())
    return terms


def term_key(term: str) -> int:
    """Give the number by which a term is known in the index."""
    return crc32(term.encode("utf-8", "replace"))


def name_key(name: str) -> int:
    """Give the number by which an exact definition name is known, apart from all terms."""
    return crc32(b"=" + name.encode("utf-8", "replace"))


class _Keys(dict[str, tuple[int, ...]]):
    """Identifier -> keys of its terms, remembered."""

    def __missing__(self, identifier: str) -> tuple[int, ...]:
        if len(self) > _CACHE_LIMIT:
            self.clear()
        keys = self[identifier] = tuple(map(term_key, expand(identifier)))
        return keys


_keys = _Keys()


def words(text: str) -> list[str]:
    """List the terms of a text in order, with repetitions."""
    return [term for word in WORD.findall(text) for term in expand(word)]


def count_keys(text: str) -> dict[int, int]:
    """Count the terms of a text by key."""
    counts: dict[int, int] = {}
    get = counts.get
    for identifier, n in Counter(WORD.findall(text)).items():
        for key in _keys[identifier]:
            counts[key] = get(key, 0) + n
    return counts


def _cuts(text: str) -> list[tuple[int, int]]:
    """Cut a text into passages.

    (offset, line from 1) of each start, the first at the very start.
    """
    cuts = [(0, 1)]
    offset = 0
    line = 1
    for head in _HEAD.finditer(text):
        start = head.start()
        line += text.count("\n", offset, start)
        offset = start
        if line - cuts[-1][1] >= PASSAGE_LINES:
            cuts.append((start, line))
    return cuts


_U32 = "I" if array("I").itemsize == 4 else "L"


def _bytes(typecode: str, values: Iterable[int]) -> bytes:
    packed = array(typecode, values)
    if sys.byteorder == "big":
        packed.byteswap()
    return packed.tobytes()


def text_record(path: str, text: str) -> bytes:
    """Pack the terms of a file's text by passage: stage 1 of the index.

    Little-endian: number of passages and of postings (u32 each); by passage its first line, its
    number of tokens and its number of postings (u32 each); then the keys (u32) and counts (u8, at
    most 255) of all postings.
    """
    if len(text) > DATA_CHARS and kind_of(path) in {"data", "made"}:
        text = text[:DATA_CHARS]
    cuts = _cuts(text)
    ends = [offset for offset, _ in cuts[1:]] + [len(text)]
    lengths: list[int] = []
    sizes: list[int] = []
    keys: list[int] = []
    counts: list[int] = []
    for (start, _), end in zip(cuts, ends, strict=True):
        found = count_keys(text[start:end])
        lengths.append(sum(found.values()))
        sizes.append(len(found))
        keys += found
        counts += [min(255, n) for n in found.values()]
    head = _bytes(_U32, [len(cuts), len(keys), *(line for _, line in cuts), *lengths, *sizes])
    return head + _bytes(_U32, keys) + bytes(counts)


def definition_record(symbols: Sequence[Defined]) -> bytes:
    """Pack the definitions of a file: stage 2 of the index.

    UTF-8 lines `name TAB kind TAB line TAB end line`, in the order given.
    """
    rows = (
        f"{symbol.name[:200]}\t{symbol.kind}\t{symbol.line}\t{symbol.end_line}"
        for symbol in symbols
        if symbol.name.isprintable() and symbol.name
    )
    return "\n".join(rows).encode("utf-8", "replace")


def definitions_of(record: bytes) -> list[Definition]:
    """Unpack a definition record."""
    rows = (row.split("\t") for row in record.decode("utf-8").split("\n")) if record else ()
    return [Definition(name, kind, int(line), int(end)) for name, kind, line, end in rows]


def definition_counts(definitions: Sequence[Definition]) -> dict[int, int]:
    """Count the terms of a file's definition names by key, each exact name once besides."""
    counts: dict[int, int] = {}
    for definition in definitions:
        for key in _keys[definition.name]:
            counts[key] = counts.get(key, 0) + 1
    for name in {definition.name for definition in definitions}:
        counts[name_key(name)] = 1
        if keys := _keys[name]:
            counts[keys[-1] ^ NAME_MARK] = 1
    return counts


def covering(starts: Sequence[int], line: int) -> int:
    """Give the position of the passage that holds a line, by the passages' first lines."""
    return max(0, bisect_left(starts, line + 1) - 1)


HEADER = struct.Struct("<II")
