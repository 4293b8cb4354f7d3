"""Search texts and paths. The full-text index names the files, their current text decides."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from sqlalchemy import Connection

from octoprompt.index import scanning
from octoprompt.index.catalog import FileRow
from octoprompt.index.dictionary import Dictionary
from octoprompt.index.model import TextHit
from octoprompt.index.names import in_order
from octoprompt.index.needles import Piece
from octoprompt.index.rows import cursor

MAX_TERMS = 400
"""So many words of one piece are looked up; more hardly narrow the search."""


@dataclass(frozen=True, slots=True)
class Narrowed:
    """The files that may match, by path; None for all of them."""

    paths: frozenset[str] | None


def narrow(connection: Connection, dictionary: Dictionary, wanted: list[Piece]) -> Narrowed:
    """Give the files whose words include every piece."""
    terms: list[str] = []
    for piece in sorted(set(wanted), key=lambda p: -len(p.text))[:6]:
        words = dictionary.matching(connection, piece)
        if words is None or len(words) > MAX_TERMS:
            continue
        if not words:
            return Narrowed(frozenset())
        terms.append("(" + " OR ".join(f'"{word}"' for word in words) + ")")
    if not terms:
        return Narrowed(None)
    raw = cursor(connection)
    try:
        found = raw.execute(
            "SELECT f.path FROM words w JOIN file f ON f.doc = w.rowid WHERE words MATCH ?",
            (" AND ".join(terms),),
        )
        return Narrowed(frozenset(row[0] for row in found))
    finally:
        raw.close()


@dataclass(frozen=True, slots=True)
class Finder:
    """Looks for a literal text in files; blocking, for threads."""

    pattern: re.Pattern[str]
    literal: str
    """In lower case; empty when it is not ASCII."""
    case_sensitive: bool
    read: Callable[[str, str], str]
    """Gives the current text of a path; may be empty when that lacks the literal."""

    def find(self, paths: Iterable[str], limit: int) -> list[TextHit]:
        """Give hits in the order of the paths, at most `limit`."""
        hits: list[TextHit] = []
        for path in paths:
            for line, shown in self._lines(self.read(path, self.literal)):
                hits.append(TextHit(path=path, line=line, text=shown))
                if len(hits) >= limit:
                    return hits
        return hits

    def _lines(self, text: str) -> Iterable[tuple[int, str]]:
        if scanning.lacks(text, self.literal):
            return ()
        if self.literal and not self.case_sensitive and text.isascii():
            return scanning.literal_lines(self.literal, text)
        return scanning.matching_lines(self.pattern, text)


def literal_finder(query: str, read: Callable[[str, str], str], *, case_sensitive: bool) -> Finder:
    """Give what finds a text as it is."""
    literal = query.lower() if query.isascii() else ""
    flags = re.MULTILINE | (0 if case_sensitive else re.IGNORECASE)
    return Finder(re.compile(re.escape(query), flags), literal, case_sensitive, read)


def match_paths(query: str, rows: Iterable[FileRow], limit: int) -> list[TextHit]:
    """Find paths by letters in order, as a quick open does: names and whole pieces first."""
    asked = query.replace("\\", "/").replace(" ", "").lower()
    if not asked:
        return []
    letters = in_order(asked)
    scored: list[tuple[int, int, str]] = []
    for row in rows:
        lower = row.path.lower()
        if letters.match(lower) is not None:
            scored.append((-_path_score(asked, row.path, lower), len(row.path), row.path))
    scored.sort()
    return [TextHit(path=path, line=1, text=path) for _, _, path in scored[:limit]]


def _path_score(asked: str, path: str, lower: str) -> int:
    """Score a path that holds the letters in order; more is better."""
    name_at = lower.rfind("/") + 1
    name = lower[name_at:]
    stem = name.partition(".")[0]
    if asked in (name, stem, lower):
        return 1000
    if name.startswith(asked):
        return 900
    if asked in name:
        return 800 - name.find(asked)
    if asked in lower:
        at = lower.find(asked)
        return 700 - (0 if at == 0 or lower[at - 1] in "/._-" else 50)
    in_name = _letters_score(asked, path[name_at:], name)
    return 400 + in_name if in_name > 0 else max(_letters_score(asked, path, lower), 0)


def _letters_score(asked: str, path: str, lower: str) -> int:
    """Score letters in order: those that begin words, and those in a row, count most; or -1."""
    score, place, last = 0, 0, -2
    for letter in asked:
        at = lower.find(letter, place)
        if at < 0:
            return -1
        start = _word_start(path, lower, letter, at)
        if start >= 0 and at != last + 1:
            at = start
        begins = (
            at == 0 or path[at - 1] in "/._- " or (path[at].isupper() and path[at - 1].islower())
        )
        score += 8 if begins else 5 if at == last + 1 else 1
        last, place = at, at + 1
    return score


def _word_start(path: str, lower: str, letter: str, place: int) -> int:
    """Give the next place of a letter that begins a word; -1 for none."""
    while place >= 0:
        before = path[place - 1] if place else "/"
        if before in "/._- " or (path[place].isupper() and before.islower()):
            return place
        place = lower.find(letter, place + 1)
    return -1
