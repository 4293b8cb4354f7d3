"""A `Parsed` as compact bytes and back: what a worker sends is what the database keeps."""

import marshal
import struct
from array import array
from typing import cast
from zlib import compress, decompress

from octoprompt.index.model import Import, Parsed, Symbol, Use

TextRow = tuple[str, int, int, str, int, bytes, bytes, str]
"""Problem, size, time of the last change in ns, content hash, estimated tokens, bitmap, retrieval's
text record, id of the language (empty for none)."""
SymbolRow = tuple[str, str, bytes, list[tuple[str, str, int, int, str | None]], bytes]
"""Problem, content hash, packed `Parsed`, rows for the symbol table, retrieval's definitions."""
USE_KINDS = ("call", "import", "type", "extends", "use")
HEAD = struct.Struct("<I")
"""Bytes of the imports, which come first."""
_Imports = list[tuple[str, tuple[str, ...], int]]
_CODES = {kind: code for code, kind in enumerate(USE_KINDS)}


def pack(parsed: Parsed) -> bytes:
    """Give the bytes of a `Parsed`; names that repeat are kept once."""
    names: dict[str, int] = {}
    places = array("I")
    for use in parsed.uses:
        places.append(names.setdefault(use.name, len(names)))
        places.append(use.line * 8 + _CODES[use.kind])
    symbols = [tuple(symbol) for symbol in parsed.symbols]
    imports = marshal.dumps([(i.module, i.names, i.line) for i in parsed.imports])
    rest = (parsed.language, symbols, "\n".join(names), places.tobytes(), parsed.problem)
    # Names and signatures repeat: a third of the room, for 5 ms a megabyte.
    return HEAD.pack(len(imports)) + imports + compress(marshal.dumps(rest), 1)


_Row = tuple[str, str, int, int, str, int | None, int, int, int, str]
_Packed = tuple[str, list[_Row], str, bytes, str]


def split(data: bytes) -> tuple[bytes, bytes]:
    """Give the part that holds the imports, and the rest: the graph of imports reads no more."""
    end = HEAD.size + HEAD.unpack_from(data)[0]
    return data[:end], data[end:]


def unpack(data: bytes) -> Parsed:
    """Give the `Parsed` of bytes that `pack` made."""
    packed = _load(data)
    return _shape(data, packed, tuple(_uses(packed, None)))


def unpack_shape(data: bytes) -> Parsed:
    """Give the `Parsed` without its uses, which are most of it."""
    return _shape(data, _load(data), ())


def _shape(data: bytes, packed: "_Packed", uses: tuple[Use, ...]) -> Parsed:
    language, symbols, _, _, problem = packed
    return Parsed(
        language=language,
        symbols=tuple(_symbol(row) for row in symbols),
        uses=uses,
        imports=unpack_imports(data),
        problem=problem,
    )


def unpack_imports(data: bytes) -> tuple[Import, ...]:
    """Give the imports alone; the first part of the bytes is enough."""
    rows = cast("_Imports", marshal.loads(split(data)[0][HEAD.size :]))  # noqa: S302 - our own
    return tuple(Import(module=m, names=n, line=line) for m, n, line in rows)


def unpack_uses(data: bytes, only: str | None = None) -> list[Use]:
    """Give the uses alone, of all names or of one, in the order of the file."""
    return _uses(_load(data), only)


def _uses(packed: _Packed, only: str | None) -> list[Use]:
    names = packed[2].split("\n")
    if only is not None and only not in names:
        return []
    places = array("I", packed[3])
    return [
        Use(name=names[name], line=place >> 3, kind=USE_KINDS[place & 7])
        for name, place in zip(places[::2], places[1::2], strict=True)
        if only is None or names[name] == only
    ]


def unpack_symbols(data: bytes) -> list[Symbol]:
    """Give the symbols alone."""
    return [_symbol(row) for row in _load(data)[1]]


def _load(data: bytes) -> _Packed:
    rest = decompress(split(data)[1])
    return cast("_Packed", marshal.loads(rest))  # noqa: S302 - our own database, disposable


def _symbol(row: _Row) -> Symbol:
    return Symbol(*row)
