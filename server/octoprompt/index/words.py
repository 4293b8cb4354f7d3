"""The words of a text as the full-text index keeps them: distinct, in lower case, without order."""

_WORD_BYTES = bytes(
    byte if byte >= 0x80 or chr(byte).isalnum() or byte == ord("_") else ord(" ")
    for byte in range(256)
).lower()
MAX_WORD_BYTES = 1000


def distinct_words(source: bytes) -> bytes:
    """Give the distinct words of UTF-8 text, separated by blanks.

    Only ASCII is cut and lowered here; the full-text index's own tokenizer does the rest. A very
    long word, which is data, is kept by its first `MAX_WORD_BYTES`.
    """
    words = set(source.translate(_WORD_BYTES).split())
    if any(len(word) > MAX_WORD_BYTES for word in words):
        words = {_cut(word) for word in words}
    return b" ".join(words)


def _cut(word: bytes) -> bytes:
    if len(word) <= MAX_WORD_BYTES:
        return word
    return word[:MAX_WORD_BYTES].decode("utf-8", "ignore").encode()
