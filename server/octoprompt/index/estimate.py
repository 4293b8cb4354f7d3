"""How many tokens a text has, nearly, without a tokenizer: for listings of thousands of files.

A text is looked at as pieces of words, numbers, signs and lines; what each weighs is a fit to
`o200k_base` over files of many projects (django, vue, VS Code's and rust-analyzer's sources,
libraries of Python and JavaScript). Weights are hundredths of a token, so that a sum does not
depend on its order. Measured over 1,600 files with 100 tokens or more, of four projects: the sum
is 1.3 % low, nine of ten files are within 13.9 % (Python 13.7, TypeScript 7.4, Rust 5.8); bytes
divided by four were within 30 %.
"""

import re
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

I64 = NDArray[np.int64]
Bytes = NDArray[np.uint8]
Marks = NDArray[np.bool_]
LOWER, HIGH, UPPER, DIGIT, UNDERSCORE, SIGN, LINE, SPACE, TAB, BLANK = range(10)
"""Kinds of bytes; all beyond ASCII are `HIGH`. What makes words comes first."""
_PIECE = np.array([0, *[98] * 4, *[84] * 3, *[122] * 3, *[160] * 3, *range(250, 3000, 53)])
"""Weight of a piece of a word by its length; each letter more:"""
_LETTER = 53
_LONG = len(_PIECE) - 1
_DIGITS, _N_DIGITS = 145, 3
_UNDERSCORES = 36
_TWO_BYTES, _THREE_BYTES = 52, 79
"""Of one sign beyond ASCII: below U+0800 (Latin, Greek, Cyrillic, ...), and above."""
_FIRST_OF_TWO, _FIRST_OF_THREE = 0xC0, 0xE0
_SIGN, _SIGNS = 65, 111
_LINE, _INDENT = 80, 78
_BY_LANGUAGE = {"rust": 0.98, "css": 0.97, "gettext": 1.08, "json": 1.04, "yaml": 1.09}
_BYTES_A_TOKEN = {
    "python": 4.5,
    "typescript": 4.2,
    "rust": 4.0,
    "gettext": 3.4,
    "json": 2.9,
    "html": 3.3,
    "xml": 2.0,
    "toml": 3.3,
    "yaml": 3.3,
    "markdown": 4.0,
    "css": 4.0,
}
_TYPICAL_BYTES = 3.9
_NOT_TEXT = re.compile(
    r"\.(?:png|jpe?g|gif|ico|icns|webp|avif|bmp|tiff?|psd|mp[34]|m4a|mov|avi|webm|ogg|wav|flac|pdf"
    r"|docx?|xlsx?|pptx?|odt|woff2?|ttf|otf|eot|zip|gz|tgz|bz2|xz|zst|7z|rar|tar|jar|war|whl|exe"
    r"|dll|so|dylib|a|o|obj|lib|pyc|class|wasm|mo|sqlite3?|db|bin|dat|gguf|safetensors|onnx|npz?"
    r"|parquet|pack|idx|shp|shx|dbf|node|vsix|dmg|iso)$",
    re.IGNORECASE,
)
Weighed = tuple[I64, I64 | int]
"""Places in a buffer, in order, and what each weighs, or all alike."""


def _kind(byte: int) -> int:
    letter = chr(byte)
    if byte >= 0x80:
        return HIGH
    if letter.isalpha():
        return UPPER if letter.isupper() else LOWER
    named = {"_": UNDERSCORE, "\n": LINE, " ": SPACE, "\t": TAB, "\r": BLANK}
    return DIGIT if letter.isdigit() else named.get(letter, SIGN)


_KINDS = bytes(map(_kind, range(256)))


def kinds_of(buffer: bytes) -> Bytes:
    """Give the kind of each byte."""
    return np.frombuffer(buffer.translate(_KINDS), np.uint8)


def runs(is_in: Marks) -> tuple[I64, I64]:
    """Give where runs start and where they end; none may touch the start or the end."""
    edges = np.flatnonzero(is_in[1:] != is_in[:-1]) + 1
    return edges[::2], edges[1::2]


def of_texts(buffer: bytes, kinds: Bytes, bounds: I64, languages: Sequence[str]) -> list[int]:
    """Estimate the tokens of texts, given the ids of their languages, empty for none.

    They lie one behind the other, with a line end before, between and behind them. `bounds` says
    where each starts, and where one more would.
    """
    starts, ends = bounds[:-1], bounds[1:] - 1
    weights = np.zeros(len(languages), np.int64)
    for places, each in (*_words(buffer, kinds), *_lines(kinds), *_high(buffer)):
        first, last = np.searchsorted(places, starts), np.searchsorted(places, ends)
        if isinstance(each, int):
            weights += each * (last - first)
        else:
            sums = np.concatenate(([0], np.cumsum(each)))
            weights += sums[last] - sums[first]
    factors = [_BY_LANGUAGE.get(language, 1.0) / 100 for language in languages]
    return [round(n * factor) for n, factor in zip(weights.tolist(), factors, strict=True)]


def _words(buffer: bytes, kinds: Bytes) -> Iterator[Weighed]:
    """Weigh words by their pieces: `HTTPServer_v2` is `HTTP`, `Server`, `_`, `v` and `2`."""
    is_letter, is_upper = kinds <= UPPER, kinds == UPPER
    before, here, behind = slice(None, -2), slice(1, -1), slice(2, None)
    starts = is_upper[here] & (~is_upper[before] | (is_letter[behind] & ~is_upper[behind]))
    cuts = np.flatnonzero(starts | (is_letter[here] != is_letter[before])) + 1
    lengths = np.diff(cuts, append=len(kinds))
    if not buffer.isascii():
        holders = np.searchsorted(cuts, np.flatnonzero(kinds == HIGH), "right") - 1
        lengths -= np.bincount(holders, minlength=len(cuts))
    # What lies between words is cut as well, and weighs nothing.
    yield cuts, (_PIECE[np.minimum(lengths, _LONG)] + _longer(lengths)) * is_letter[cuts]
    digits, ends = runs(kinds == DIGIT)
    yield digits, _DIGITS * -(-(ends - digits) // _N_DIGITS)
    yield runs(kinds == UNDERSCORE)[0], _UNDERSCORES


def _longer(lengths: I64) -> I64 | int:
    return _LETTER * np.maximum(lengths - _LONG, 0) if (lengths > _LONG).any() else 0


def _lines(kinds: Bytes) -> Iterator[Weighed]:
    """Weigh lines, their indents and the signs in them; a sign alone is more often a token."""
    is_line, is_space = kinds == LINE, kinds == SPACE
    is_indent = (kinds == TAB)[:-1] | (is_space[:-1] & is_space[1:])
    yield np.flatnonzero(is_line), _LINE
    yield np.flatnonzero(is_line[:-2] & is_indent[1:]), _INDENT
    signs, ends = runs(kinds == SIGN)
    yield signs, _SIGNS
    yield signs[ends - signs == 1], _SIGN - _SIGNS


def _high(buffer: bytes) -> Iterator[Weighed]:
    """Weigh signs beyond ASCII by their first bytes."""
    if not buffer.isascii():
        signs = np.frombuffer(buffer, np.uint8)
        yield np.flatnonzero(signs >= _FIRST_OF_TWO), _TWO_BYTES
        yield np.flatnonzero(signs >= _FIRST_OF_THREE), _THREE_BYTES - _TWO_BYTES


def of_size(path: str, size: int, language: str) -> int:
    """Estimate the tokens of a file that was not read yet, `size` in bytes; 0 for no text."""
    if _NOT_TEXT.search(path) is not None:
        return 0
    return round(size / _BYTES_A_TOKEN.get(language, _TYPICAL_BYTES))
