"""Bytes to text and back: which encoding a file has, its byte order mark, its line ends."""

import codecs
import hashlib
from dataclasses import dataclass
from typing import Literal

from octoprompt.errors import NotText

Eol = Literal["\n", "\r\n", "\r", "mixed", ""]

# The longer mark first: UTF-32's little-endian mark begins with UTF-16's.
BOMS: tuple[tuple[bytes, str], ...] = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# Control characters that text files do hold: tab, line feed, form feed, carriage return, escape,
# and backspace.
TEXT_CONTROLS = frozenset(b"\t\n\x0b\x0c\r\x1b\x08")
BINARY_CONTROLS = bytes(code for code in (*range(32), 127) if code not in TEXT_CONTROLS)
LEGACY = "cp1252"
MAX_CONTROL_SHARE = 0.003


@dataclass(frozen=True, slots=True, kw_only=True)
class Decoded:
    """Text and what it takes to write it back as the same bytes."""

    text: str
    encoding: str
    bom: bytes
    eol: Eol


def decode(data: bytes, path: str) -> Decoded:
    """Decode a file: by its byte order mark, else UTF-8, else Windows-1252 if it looks like text.

    Line ends stay as they are. Fails with `NotText`; `path` is for its message.
    """
    for bom, encoding in BOMS:
        if data.startswith(bom):
            return _decoded(data[len(bom) :], encoding, bom, path)
    if b"\0" in data:
        raise NotText(f"`{path}` is binary: it holds NUL bytes")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return _legacy(data, path)
    return Decoded(text=text, encoding="utf-8", bom=b"", eol=line_end(text))


def _decoded(data: bytes, encoding: str, bom: bytes, path: str) -> Decoded:
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        raise NotText(
            f"`{path}` begins as {encoding} text but byte {error.start} is not"
        ) from error
    if "\0" in text:
        raise NotText(f"`{path}` is binary: it holds NUL characters")
    return Decoded(text=text, encoding=encoding, bom=bom, eol=line_end(text))


def _legacy(data: bytes, path: str) -> Decoded:
    controls = len(data) - len(data.translate(None, BINARY_CONTROLS))
    if controls > len(data) * MAX_CONTROL_SHARE:
        raise NotText(f"`{path}` is binary: not UTF-8, and full of control characters")
    try:
        text, encoding = data.decode(LEGACY), LEGACY
    except UnicodeDecodeError:
        text, encoding = data.decode("latin-1"), "latin-1"
    return Decoded(text=text, encoding=encoding, bom=b"", eol=line_end(text))


def encode(text: str, encoding: str, bom: bytes) -> bytes:
    """Give the bytes of a text; a character that the encoding lacks turns the whole into UTF-8."""
    try:
        return bom + text.encode(encoding)
    except UnicodeEncodeError:
        return text.encode("utf-8", "surrogatepass")


def line_end(text: str) -> Eol:
    """Name the line end of a text: one kind, `mixed`, or nothing when it has a single line."""
    crlf = text.count("\r\n")
    cr = text.count("\r") - crlf
    lf = text.count("\n") - crlf
    kinds: list[Eol] = []
    if crlf:
        kinds.append("\r\n")
    if cr:
        kinds.append("\r")
    if lf:
        kinds.append("\n")
    if len(kinds) > 1:
        return "mixed"
    return kinds[0] if kinds else ""


def content_hash(data: bytes) -> str:
    """Name a content: blake2b of 16 bytes, in hexadecimal."""
    return hashlib.blake2b(data, digest_size=16).hexdigest()
