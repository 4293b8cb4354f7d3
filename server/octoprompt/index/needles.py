"""What a text must contain to hold a match: pieces of words that the full-text index can find."""

import re
from dataclasses import dataclass

MAX_LITERAL = 900
"""The full-text index cuts longer words."""
WORD = re.compile(r"[0-9A-Za-z_]+")
GROUP_OR_CLASS = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|[()]", re.DOTALL)
CLASS = re.compile(r"\[\^?\]?(?:\\.|[^\]\\])*\]", re.DOTALL)
QUANTIFIER = re.compile(r"[*+?]|\{\d*,?\d*\}")
UNKNOWN = re.compile(r"\\[0-9xuUN]|\(\?[a-z]*[xa]")
"""Characters by number, and flags that change how a pattern reads."""
ESCAPED_BLANKS = {"n": "\n", "t": "\t", "r": "\r"}


@dataclass(frozen=True, slots=True)
class Piece:
    """Some of a word, in lower case; open where the word may go on."""

    text: str
    open_left: bool
    open_right: bool


def pieces(literal: str) -> list[Piece]:
    """Cut a literal text into the pieces of words that every match holds.

    Beside a character that is not ASCII a word may go on: the index has its own mind about those.
    """
    found: list[Piece] = []
    if len(literal) > MAX_LITERAL:
        return found
    for match in WORD.finditer(literal):
        start, end = match.span()
        left = start == 0 or not literal[start - 1].isascii()
        right = end == len(literal) or not literal[end].isascii()
        found.append(Piece(match.group().lower(), left, right))
    return found


def required(pattern: str) -> list[Piece]:
    """Give pieces that every match of a regular expression holds; none when that is not plain.

    Only what stands outside of groups, classes and alternatives counts.
    """
    return [piece for literal in _literals(pattern) for piece in pieces(literal)]


def literal_of(pattern: str) -> str:
    """Give the longest lower-case ASCII text that every match holds; empty when none is known."""
    plain = [literal.lower() for literal in _literals(pattern) if literal.isascii()]
    return max(plain, key=len, default="")


def _literals(pattern: str) -> list[str]:
    """Give the runs of literal characters that every match holds, in order."""
    if UNKNOWN.search(pattern) is not None:
        return []
    runs = [""]
    place = 0
    while place < len(pattern):
        sign = pattern[place]
        if sign == "|":
            return []
        end, literal = _atom(pattern, place)
        quantifier = QUANTIFIER.match(pattern, end)
        if quantifier is None:
            place = end
            if literal:
                runs[-1] += literal
            else:
                runs.append("")
            continue
        place = quantifier.end()
        if pattern[place : place + 1] in ("?", "+"):
            place += 1
        is_needed = quantifier.group() == "+"
        runs += [literal, ""] if is_needed else ["", ""]
        if is_needed:
            # `ab+` holds `ab` in one piece, and what follows may come after more of `b`.
            runs[-3] += literal
    return [run for run in runs if run]


def _atom(pattern: str, place: int) -> tuple[int, str]:
    """Give where the atom at `place` ends, and its literal character, empty when it has none."""
    sign = pattern[place]
    if sign == "\\":
        escaped = pattern[place + 1 : place + 2]
        if escaped in ESCAPED_BLANKS:
            return place + 2, ESCAPED_BLANKS[escaped]
        return place + 2, "" if escaped.isalnum() else escaped
    if sign == "[":
        found = CLASS.match(pattern, place)
        return (len(pattern) if found is None else found.end()), ""
    if sign == "(":
        return _group_end(pattern, place), ""
    if sign in ".^$":
        return place + 1, ""
    return place + 1, sign


def _group_end(pattern: str, place: int) -> int:
    depth = 0
    for match in GROUP_OR_CLASS.finditer(pattern, place):
        if match.group() == "(":
            depth += 1
        elif match.group() == ")":
            depth -= 1
            if depth == 0:
                return match.end()
    return len(pattern)
