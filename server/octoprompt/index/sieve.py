"""Tells quickly which texts cannot match: by Vectorscan, which goes over gigabytes in a second.

It reads patterns nearly as `re` does, and says only whether there is a match at all. A text that
passes is looked into by `re` itself, so that a pattern means here what it means everywhere.
"""

import re
from collections import Counter
from enum import IntEnum
from functools import lru_cache
from typing import TYPE_CHECKING

from octoprompt.index.lines import Kind
from octoprompt.index.needles import LIKE_ASCII, TOKEN

if TYPE_CHECKING:
    import hyperscan

    IS_THERE = True
else:
    try:
        import hyperscan

        IS_THERE = True
    except ImportError:  # there is no wheel for this machine, or it refuses its processor
        IS_THERE = False

MAX_PATTERN = 1_000
PATIENCE = 16
"""To make a sieve takes as long as to look into so many texts without one."""
OTHERWISE = re.compile(r"\\[0-9uUNAZz]|\[:|\[\[|\{,|\(\?[a-zA-Z-]*[aLux]|[*+?}]\+")
"""What Vectorscan would read otherwise than `re`, or not at all."""
MARGIN = b"\n" * 64
"""Vectorscan misses some matches that end with the last bytes that it is given."""
SEPARATORS = (b"\0", b"\x1c", b"\x1d", b"\x1e", b"\x1f")
"""Signs of ASCII that are blanks for `re` and not for Vectorscan; and what no text holds."""
BEYOND_ASCII = r"\x{80}-\x{10ffff}"
MANY_LETTERS = re.compile(r"\\[wsd]")
ALL_BUT_FEW = re.compile(r"\\[WSD]")


class Script(IntEnum):
    """Which letters a text is of."""

    ASCII = 0
    UTF_8 = 1
    OTHER = 2
    """Some on which Vectorscan and `re` do not agree, or none that are known."""


def script_of(data: bytes) -> Script:
    """Say which letters a text is of."""
    if any(sign in data for sign in SEPARATORS):
        return Script.OTHER
    if data.isascii():
        return Script.ASCII
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return Script.OTHER
    return Script.OTHER if any(letter in data for letter, _ in LIKE_ASCII) else Script.UTF_8


class Sieve:
    """Lets texts through unless a text or pattern cannot be found in them."""

    def __init__(self, kind: Kind, query: str, *, case_sensitive: bool) -> None:
        """Take what is looked for; a pattern must be sound, see `re.compile`."""
        is_known = IS_THERE and query.isascii() and len(query) <= MAX_PATTERN
        if kind == "regex" and OTHERWISE.search(query) is not None:
            is_known = False
        self._is_literal = kind == "text"
        self._pattern = (re.escape(query) if kind == "text" else query) if is_known else None
        self._flags = 0 if case_sensitive or not IS_THERE else hyperscan.HS_FLAG_CASELESS
        self._databases: dict[Script, hyperscan.Database | None] = {Script.OTHER: None}
        self._asked: Counter[Script] = Counter()
        self._is_found = False

    def passes(self, data: bytes, script: Script) -> bool | None:
        """Say whether there may be a match in a text that ends with a `MARGIN`.

        None where that cannot be said.
        """
        if self._is_literal and script is Script.UTF_8:
            script = Script.ASCII  # its bytes are the same among others
        if script not in self._databases:
            self._asked[script] += 1
            if self._asked[script] <= PATIENCE:
                return None
            self._databases[script] = self._compiled(script)
        database = self._databases[script]
        if database is None:
            return None
        self._is_found = False
        database.scan(data, match_event_handler=self._note)
        return self._is_found

    def _note(self, *_: object) -> None:
        self._is_found = True

    def _compiled(self, script: Script) -> "hyperscan.Database | None":
        pattern = self._pattern
        if pattern is not None and not self._is_literal:
            pattern = with_line_ends(pattern)
        if pattern is not None and script is Script.UTF_8:
            pattern = widened(pattern)
        if pattern is None:
            return None
        flags = self._flags | hyperscan.HS_FLAG_MULTILINE | hyperscan.HS_FLAG_SINGLEMATCH
        flags |= hyperscan.HS_FLAG_UTF8 if script is Script.UTF_8 else 0
        database = hyperscan.Database()
        try:
            database.compile(expressions=[pattern.encode()], flags=[flags])
        except hyperscan.error:
            # It looks around, back to a group, or finds nothing everywhere.
            return None
        return database


@lru_cache(8)
def sieve(kind: Kind, query: str, *, case_sensitive: bool) -> Sieve:
    """Give the sieve of a query, the same one for a while."""
    return Sieve(kind, query, case_sensitive=case_sensitive)


def with_line_ends(pattern: str) -> str:
    r"""Give a pattern whose `$` is also before a `\r\n`, as it is for who looks at lines."""
    signs = re.compile(TOKEN.pattern + r"|\$", re.DOTALL)
    return signs.sub(lambda sign: r"\r?$" if sign[0] == "$" else sign[0], pattern)


def widened(pattern: str) -> str | None:
    r"""Give a pattern to which any letter beyond ASCII is of a word, a blank and a figure as well.

    Vectorscan's tables of letters are older than ours, and slow to compile. Where words begin and
    end is left out. None where that would let too little through, as in `[^\W_]`.
    """
    pieces: list[str] = []
    place = 0
    for token in re.finditer(r"\\.|" + TOKEN.pattern, pattern, re.DOTALL):
        pieces.append(pattern[place : token.start()])
        piece, place = token.group(), token.end()
        if piece.startswith("[^"):
            if ALL_BUT_FEW.search(piece) is not None:
                return None
        elif piece.startswith("["):
            piece = MANY_LETTERS.sub(lambda found: found.group() + BEYOND_ASCII, piece)
        elif MANY_LETTERS.match(piece) is not None:
            piece = f"[{piece}{BEYOND_ASCII}]"
        elif piece in (r"\b", r"\B"):
            piece = "(?:)"
        pieces.append(piece)
    return "".join([*pieces, pattern[place:]])
