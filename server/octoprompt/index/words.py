"""The words of a text as the full-text index keeps them: distinct, in lower case, without order."""

MAX_WORD_BYTES = 1000


def distinct_words(words: list[bytes]) -> bytes:
    """Give the distinct ones of some words (see `estimate.words_of`), separated by blanks.

    Only ASCII is cut and lowered here; the full-text index's own tokenizer does the rest. A very
    long word, which is data, is kept by its first `MAX_WORD_BYTES`.
    """
    distinct = set(b" ".join(set(words)).lower().split())
    if max(map(len, distinct), default=0) > MAX_WORD_BYTES:
        distinct = {_cut(word) for word in distinct}
    return b" ".join(distinct)


def _cut(word: bytes) -> bytes:
    if len(word) <= MAX_WORD_BYTES:
        return word
    return word[:MAX_WORD_BYTES].decode("utf-8", "ignore").encode()
