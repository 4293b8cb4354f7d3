"""From text to weighable terms.

Identifiers split and lightly stemmed, counted by passage, packed for the index.

Runs in the workers over every word that is new to them: one regular expression a word, and a
memory of parts already seen. A term is known by the CRC-32 of its spelling; two terms that share
one are so rare that ranking does not notice.
"""

import re
import struct
import sys
from array import array
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import chain
from typing import NamedTuple, Protocol
from zlib import compress, crc32, decompress

WORD = re.compile(r"[^\W\d]\w*")
_PART = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+|[^\W\d_a-zA-Z]+")
_ASCII_PART = re.compile(rb"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")
_STOP = """
    a an and are as at be been being but by can could did do does for from had has have how if in
    into is it its of on or not no so such than that the their then there these they this to was we
    were when where which while who will with would you your should also instead some all any only
    just via self this return def class import none true false let fn pub mut impl const var
    function export func string int
"""
STOP = frozenset(_STOP.split())
"""Words that say nothing about where: of English, and of every program."""
MINOR_KINDS = frozenset(
    {"field", "property", "enummember", "key", "string", "object", "rule", "element", "table"}
)
"""Definitions of these kinds are shown, but not weighed: there are too many of them, or they repeat
the name of what they belong to."""
NAME_MARK = 0x5BD1E995
"""A definition's whole name is known by the key of its last term with these bits turned."""
WORD_BYTES = 128
"""A longer word is data, not language."""
_CACHE_LIMIT = 100_000
_NUMERALS = b"0123456789"
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
_LAST_LETTERS = frozenset(suffix[-1] for suffix, _ in _SUFFIXES)
_LETTERS = bytes(
    byte if byte >= 0x80 or chr(byte).isalnum() or byte == ord("_") else ord(" ")
    for byte in range(256)
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


class Definitions(NamedTuple):
    """The symbols of a file by column, in the order given: thousands are read for one answer."""

    names: Sequence[str]
    kinds: Sequence[str]
    lines: "array[int]"
    """From 1."""
    ends: "array[int]"
    """Inclusive."""

    def rows(self) -> list[Definition]:
        """Give them one by one."""
        return [Definition(*row) for row in zip(*self, strict=True)]


def stem(word: str) -> str:
    """Cut the commonest endings off a lower-case word."""
    for suffix, instead in _SUFFIXES if word[-1:] in _LAST_LETTERS else ():
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


def spellings(identifier: str) -> dict[str, str]:
    """Give the terms of an identifier with how each is written in it."""
    parts = _PART.findall(identifier)
    spelled = {stem(part.lower()): part.lower() for part in parts if len(part) > 1}
    if len(parts) > 1:
        return {**spelled, identifier.lower(): identifier}
    return dict.fromkeys(spelled, identifier)


def term_key(term: str) -> int:
    """Give the number by which a term is known in the index."""
    return crc32(term.encode("utf-8", "replace"))


def name_key(name: str) -> int:
    """Give the number by which an exact definition name is known, apart from all terms."""
    return crc32(b"=" + name.encode("utf-8", "replace"))


class _Keys(dict[bytes, tuple[int, ...]]):
    """Word in UTF-8 -> keys of its terms, remembered."""

    def __missing__(self, word: bytes) -> tuple[int, ...]:
        if len(self) > _CACHE_LIMIT:
            self.clear()
        self[word] = keys = keys_of(word)
        return keys


class _Parts(dict[bytes, "int | None"]):
    """Part of an identifier -> key of its term, None when it says nothing; remembered."""

    def __missing__(self, part: bytes) -> int | None:
        if len(self) > _CACHE_LIMIT:
            self.clear()
        lower = part.decode("utf-8", "replace").lower()
        says_nothing = len(lower) < 2 or lower in STOP
        self[part] = key = None if says_nothing else term_key(stem(lower))
        return key


_keys = _Keys()
_parts = _Parts()


def keys_of(word: bytes) -> tuple[int, ...]:
    """Give the keys of the terms of a word in UTF-8, the whole last.

    Words are cut at ASCII only, which is quick; what other signs divide is divided here.
    """
    if len(word) > WORD_BYTES:
        return ()
    if word.isalpha() and word.islower():
        key = _parts[word]
        return () if key is None else (key,)
    if word.isascii():
        return _keys_in(word.lstrip(_NUMERALS))
    names = WORD.findall(word.decode("utf-8", "replace"))
    return tuple([key for name in names for key in _keys_beyond_ascii(name)])


def _keys_in(identifier: bytes) -> tuple[int, ...]:
    """Give the keys of what `expand` gives."""
    parts = _ASCII_PART.findall(identifier)
    keys = [key for key in map(_parts.__getitem__, parts) if key is not None]
    if len(parts) > 1:
        keys.append(crc32(identifier.lower()))
    return tuple(keys)


def _keys_beyond_ascii(identifier: str) -> list[int]:
    parts = _PART.findall(identifier)
    keys = [_parts[part.encode("utf-8", "replace")] for part in parts]
    kept = [key for key in keys if key is not None]
    if len(parts) > 1:
        kept.append(term_key(identifier.lower()))
    return kept


def name_terms(name: str) -> tuple[int, ...]:
    """Give the keys of the terms of an identifier, the whole last; remembered, so quick."""
    return _keys[name.encode("utf-8", "replace")]


def words(text: str) -> list[str]:
    """List the terms of a text in order, with repetitions."""
    return [term for word in WORD.findall(text) if len(word) <= WORD_BYTES for term in expand(word)]


def count_keys(text: str) -> dict[int, int]:
    """Count the terms of a text by key."""
    source = text.encode("utf-8", "replace")
    return Counter(chain.from_iterable(map(_keys.__getitem__, source.translate(_LETTERS).split())))


_U32 = "I" if array("I").itemsize == 4 else "L"


def _bytes(typecode: str, values: Iterable[int]) -> bytes:
    packed = array(typecode, values)
    if sys.byteorder == "big":
        packed.byteswap()
    return packed.tobytes()


def _clipped(counts: list[int]) -> bytes:
    try:
        return bytes(counts)
    except ValueError:
        return bytes([min(n, 255) for n in counts])


def definition_record(symbols: Sequence[Defined]) -> bytes:
    """Pack the definitions of a file: stage 2 of the index.

    Little-endian: number of keys (u32), the keys (u32) and counts (u8) of the terms in the names,
    each exact name once besides; then, compressed, the symbols in the order given by column:
    how many, bytes of the names, lines, end lines (u32 each), names and kinds in UTF-8, one a line.
    """
    kept = [symbol for symbol in symbols if _is_kept(symbol.name, symbol.kind)]
    counts: dict[int, int] = {}
    major = [symbol.name[:200] for symbol in kept if symbol.kind not in MINOR_KINDS]
    for name, n in Counter(major).items():
        written = name.encode()
        keys = _keys[written]
        for key in keys:
            counts[key] = counts.get(key, 0) + n
        counts[crc32(b"=" + written)] = 1
        if keys:
            counts[keys[-1] ^ NAME_MARK] = 1
    return _bytes(_U32, [len(counts), *counts]) + _clipped(list(counts.values())) + _columns(kept)


def is_path(name: str, kind: str) -> bool:
    """Say whether a symbol is a namespace that is a path: it says what its folder says."""
    return kind == "namespace" and ("." in name or "\\" in name)


def _is_kept(name: str, kind: str) -> bool:
    return bool(name) and name.isprintable() and not is_path(name, kind)


def _columns(symbols: Sequence[Defined]) -> bytes:
    if not symbols:
        return b""
    names = "\n".join([symbol.name[:200] for symbol in symbols]).encode("utf-8", "replace")
    kinds = "\n".join([symbol.kind for symbol in symbols]).encode()
    numbers = [symbol.line for symbol in symbols] + [symbol.end_line for symbol in symbols]
    return compress(_bytes(_U32, [len(symbols), len(names), *numbers]) + names + kinds, 1)


def definition_text(record: bytes) -> bytes:
    """Give the part of a definition record that tells names and lines, for `definitions_of`."""
    n_keys = int.from_bytes(record[:4], "little")
    return record[4 + 5 * n_keys :]


def definitions_of(text: bytes) -> Definitions:
    """Unpack what `definition_text` gave."""
    if not text:
        return Definitions([], [], array(_U32), array(_U32))
    data = decompress(text)
    n, size = HEADER.unpack_from(data)
    middle, start = HEADER.size + 4 * n, HEADER.size + 8 * n
    return Definitions(
        data[start : start + size].decode().split("\n"),
        data[start + size :].decode().split("\n"),
        _numbers(data[HEADER.size : middle]),
        _numbers(data[middle:start]),
    )


def _numbers(data: bytes) -> "array[int]":
    numbers = array(_U32)
    numbers.frombytes(data)
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers


HEADER = struct.Struct("<II")
"""Of a text record: number of passages, number of postings. Of definitions: how many, bytes."""
