"""Search paths by letters, as a quick open does."""

from collections.abc import Iterable

from octoprompt.index.catalog import FileRow
from octoprompt.index.model import TextHit
from octoprompt.index.names import in_order


def match_paths(query: str, rows: Iterable[FileRow], limit: int) -> list[TextHit]:
    """Find paths by letters in order: names and whole pieces first."""
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
