"""Bytes to text and back."""

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from octoprompt.errors import NotText
from octoprompt.workspace.text import content_hash, decode, encode, line_end

SAMPLE = "naïve \u2013 text\nzweite Zeile\n"


@pytest.mark.parametrize(
    ("bom", "encoding"),
    [
        (b"", "utf-8"),
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
        (codecs.BOM_UTF32_LE, "utf-32-le"),
        (codecs.BOM_UTF32_BE, "utf-32-be"),
    ],
)
def test_known_encodings_come_back_as_the_same_bytes(bom, encoding):
    """A text with or without a mark is read, and written back byte for byte."""
    data = bom + SAMPLE.encode(encoding)
    decoded = decode(data, "a.txt")
    assert (decoded.text, decoded.encoding, decoded.bom) == (SAMPLE, encoding, bom)
    assert encode(decoded.text, decoded.encoding, decoded.bom) == data


def test_old_western_text_is_read_as_windows_1252():
    """A file that is not UTF-8 but looks like text keeps its characters."""
    data = "Grüße \u2013 “quoted”\r\n".encode("cp1252")
    decoded = decode(data, "alt.txt")
    assert (decoded.text, decoded.encoding) == ("Grüße \u2013 “quoted”\r\n", "cp1252")
    assert encode(decoded.text, decoded.encoding, decoded.bom) == data


@pytest.mark.parametrize(
    "data",
    [
        b"text\0more",
        b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 4,
        b"\x7fELF" + b"\xff\x01\x02\x03" * 40,
        codecs.BOM_UTF16_LE + b"a",
        codecs.BOM_UTF16_LE + b"\x00\xd8a\x00",
        codecs.BOM_UTF8 + b"\xff\xff",
        codecs.BOM_UTF8 + b"a\0b",
    ],
)
def test_binary_content_is_refused(data):
    """NULs, control characters and broken encodings are not text."""
    with pytest.raises(NotText):
        decode(data, "b.bin")


@given(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])))
def test_any_text_survives_utf_8(text):
    """What is written as UTF-8 is read as it was, unless it begins with a mark."""
    decoded = decode(text.encode(), "a")
    assert decoded.text == text.removeprefix("\ufeff")
    assert encode(decoded.text, decoded.encoding, decoded.bom) == text.encode()


@given(st.binary(max_size=200))
def test_any_bytes_are_text_or_refused(data):
    """No bytes cause another error, and what is text comes back as the same bytes."""
    try:
        decoded = decode(data, "a")
    except NotText:
        return
    assert encode(decoded.text, decoded.encoding, decoded.bom) == data


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ""),
        ("one", ""),
        ("a\nb\n", "\n"),
        ("a\r\nb\r\n", "\r\n"),
        ("a\rb", "\r"),
        ("a\r\nb\n", "mixed"),
        ("a\r\nb\r", "mixed"),
    ],
)
def test_line_ends_are_named(text, expected):
    """One kind of line end has a name, several are `mixed`."""
    assert line_end(text) == expected


def test_a_character_that_the_encoding_lacks_makes_the_text_utf_8():
    """Nothing is lost when an old file gets a new kind of character."""
    assert encode("日本", "cp1252", b"") == "日本".encode()


def test_the_hash_is_of_the_content():
    """Equal bytes have equal names, different ones have not."""
    assert content_hash(b"a") == content_hash(b"a") != content_hash(b"b")
    assert len(content_hash(b"")) == 32
