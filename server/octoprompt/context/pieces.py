"""Texts cut so that the token counts of the pieces add up to the count of the whole.

Both tokenizers cut a text by a pattern before they merge bytes. No match of either pattern reaches
over a line break whose next line starts with optional blanks and then a visible character, unless
that line starts with `/` at once (punctuation takes following line breaks and slashes along). So
pieces that start at such a line add up exactly, and a large text can be counted part by part, each
part once.
"""

import re
from collections.abc import Iterable

_SAFE_START = re.compile(r"(?!/)[^\S\r\n]*\S")


def is_safe_start(text: str) -> bool:
    """Say whether no token of lines before can reach into this text."""
    return _SAFE_START.match(text) is not None


def join_unsafe(parts: Iterable[str]) -> tuple[str, ...]:
    """Join each part that does not start safely to the one before it; empty parts vanish."""
    pieces: list[str] = []
    for part in parts:
        if not part:
            continue
        if pieces and not (pieces[-1].endswith("\n") and is_safe_start(part)):
            pieces[-1] += part
        else:
            pieces.append(part)
    return tuple(pieces)
