"""How many tokens a text has, nearly, without a tokenizer: for listings of thousands of files.

The weights are a fit to `o200k_base` over files of many projects (django, vue, VS Code's and
rust-analyzer's sources, libraries of Python and JavaScript). Of a long text, parts that are evenly
spread stand for the whole. Measured over 4,636 files with 100 tokens or more, of ten projects in
nine languages: the sum is 1.5 % low, nine of ten files are within 13.0 % (Python 13.2, TypeScript
11.0, Rust 8.7); bytes divided by four were within 30 %.
"""

import re

_LETTERS = bytes(
    byte if byte >= 0x80 or chr(byte).isalnum() or byte == ord("_") else ord(" ")
    for byte in range(256)
)
_SIGNS = bytes(
    ord(" ") if byte >= 0x80 or chr(byte).isalnum() or byte in b" \t\r\n_" else byte
    for byte in range(256)
)
_PIECE = re.compile(rb"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]{1,3}|_+")
_HIGH = bytes(range(128, 256))
_BY_LENGTH = (*[0.98] * 5, *[0.84] * 3, *[1.22] * 3, *[1.6] * 3)
"""Tokens of a piece of a word by its length; of a longer one:"""
_LONG, _LONGER = 1.97, 0.53
_NUMBER, _UNDERSCORES = 1.45, 0.36
_TWO_BYTES, _THREE_BYTES = 0.52, 0.79
"""Of one sign beyond ASCII: below U+0800 (Latin, Greek, Cyrillic, ...), and above."""
_SIGN, _SIGNS_TOGETHER = 0.65, 1.11
_LINE, _INDENT = 0.8, 0.78
_BY_LANGUAGE = {"rust": 0.98, "css": 0.97, "gettext": 1.08, "json": 1.04, "yaml": 1.09}
_WORD_CHARS = 256
"""A longer word is data: its beginning stands for it."""
_MEMORY = 50_000
_PARTS, _PART_BYTES, _BYTES_A_PART = 4, 512, 16 * 1024
"""How many parts of a long text stand for it, and how long; one more for so many bytes."""
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


class _Words(dict[bytes, float]):
    """Word -> its tokens, remembered."""

    def __missing__(self, word: bytes) -> float:
        if len(self) > _MEMORY:
            self.clear()
        head = word[:_WORD_CHARS]
        if head.isalpha() and (head.islower() or head[1:].islower()):
            tokens = _of_length(len(head))
        elif head.isascii():
            tokens = sum(map(_piece_tokens, _PIECE.findall(head)))
        else:
            tokens = _beyond_ascii(head)
        self[word] = tokens = tokens * max(1.0, len(word) / _WORD_CHARS)
        return tokens


class _Runs(dict[bytes, float]):
    """Signs in a row -> their tokens, remembered."""

    def __missing__(self, run: bytes) -> float:
        if len(self) > _MEMORY:
            self.clear()
        self[run] = tokens = _SIGN if len(run) == 1 else _SIGNS_TOGETHER
        return tokens


_words = _Words()
_runs = _Runs()


def of_text(source: bytes, language: str) -> int:
    """Estimate the tokens of a text in UTF-8, given the id of its language."""
    sample = _sample(source)
    return round(_tokens(sample) * len(source) / max(1, len(sample)) * _factor(language))


def _factor(language: str) -> float:
    return _BY_LANGUAGE.get(language, 1.0)


def _sample(source: bytes) -> bytes:
    """Give a text, or of a long one some parts of it, evenly spread."""
    n_parts = _PARTS + len(source) // _BYTES_A_PART
    if len(source) <= n_parts * _PART_BYTES:
        return source
    starts = range(0, len(source) - _PART_BYTES, len(source) // n_parts)
    return b"".join([source[start : start + _PART_BYTES] for start in starts])


def _tokens(text: bytes) -> float:
    words = sum(map(_words.__getitem__, text.translate(_LETTERS).split()))
    signs = sum(map(_runs.__getitem__, text.translate(_SIGNS).split()))
    indents = text.count(b"\n  ") + text.count(b"\n\t")
    return words + signs + _LINE * text.count(b"\n") + _INDENT * indents


def of_size(path: str, size: int, language: str) -> int:
    """Estimate the tokens of a file that was not read yet, `size` in bytes; 0 for no text."""
    if _NOT_TEXT.search(path) is not None:
        return 0
    return round(size / _BYTES_A_TOKEN.get(language, _TYPICAL_BYTES))


def _piece_tokens(piece: bytes) -> float:
    if piece[0] == ord("_"):
        return _UNDERSCORES
    return _NUMBER if piece.isdigit() else _of_length(len(piece))


def _beyond_ascii(word: bytes) -> float:
    plain = len(word.translate(None, _HIGH))
    n_bytes = len(word) - plain
    n_signs = len(word.decode("utf-8", "replace")) - plain
    each = _TWO_BYTES if 2 * n_bytes < 5 * n_signs else _THREE_BYTES
    return n_signs * each + (_of_length(plain) if plain else 0.0)


def _of_length(length: int) -> float:
    if length < len(_BY_LENGTH):
        return _BY_LENGTH[length]
    return _LONG + _LONGER * (length - len(_BY_LENGTH) + 1)
