"""What a text must contain to hold a match: literals that are quick to look for.

A *clause* is some literals of which every match holds at least one; a search has several clauses,
and every match satisfies them all. Literals are ASCII and in lower case, and meant in any case.
"""

import re
from collections.abc import Iterable
from functools import lru_cache
from itertools import product
from typing import NamedTuple

Clause = tuple[str, ...]
Clauses = tuple[Clause, ...]
Needed = list[list[bytes]]
"""The same as bytes."""

MAX_ALTERNATIVES = 16
MAX_CLAUSES = 8
MAX_DEPTH = 40
MAX_PATTERN = 2_000
ASCII_RUN = re.compile(r"[\x00-\x7f]+")
QUANTIFIER = re.compile(r"[*+?]|\{(\d*),?\d*\}")
TOKEN = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|[()]", re.DOTALL)
"""What tells where a group ends: no bracket inside of a class counts."""
FEW_LETTERS = re.compile(r"\[([ -,.-Z_-~]{1,4})\]")
OPENING = re.compile(r"\((?!\?)|\(\?(?:P<\w+>|:|>|[aimsu]+:|[ims]*-[ims]+:)")
AROUND = re.compile(r"\(\?(?:<?[=!]|[aimsu]+\))")
"""A look around takes no letters, and flags neither."""
UNKNOWN = re.compile(r"\\[0-9xuUN]|\(\?#|\(\?[a-zA-Z-]*x")
"""Characters by number, comments, and the flag that changes how a pattern reads."""
BEYOND_LINE = re.compile(r"\\[AZnrfvx0]|[\r\n]|\(\?[a-zA-Z]*s")
ANY_SIGN = re.compile(
    r"\[(?!\^).*(?:\\s\\S|\\S\\s|\\d\\D|\\D\\d|\\w\\W|\\W\\w|\\[nr]|[\n\r])", re.DOTALL
)
LIKE_ASCII = tuple(
    (letter.encode(), instead)
    for letter, instead in (("\u0130", b"i"), ("\u0131", b"i"), ("\u017f", b"s"), ("\u212a", b"k"))
)
"""Letters that `re` takes for one of ASCII when the case does not matter."""
ESCAPED_BLANKS = {"n": "\n", "t": "\t", "r": "\r"}


def of_text(query: str) -> Clauses:
    """Give what every match of a literal text holds: its parts in ASCII."""
    return _best((match.group().lower(),) for match in ASCII_RUN.finditer(query))


@lru_cache(32)
def of_pattern(pattern: str) -> Clauses:
    """Give what every match of a sound regular expression holds; nothing when that is not plain."""
    if len(pattern) > MAX_PATTERN or UNKNOWN.search(pattern) is not None:
        return ()
    reader = _Reader(pattern)
    clauses = reader.alternatives().clauses
    return _best(clauses) if reader.place == len(pattern) else ()


@lru_cache(32)
def is_of_lines(pattern: str) -> bool:
    r"""Say whether a sound regular expression is meant for one line at a time, as most are.

    One that asks for line ends, or for everything up to something, is not; `\s` alone is.
    """
    rest = TOKEN.sub(lambda found: "" if found[0][0] == "[" else found[0], pattern)
    classes = [found for found in TOKEN.findall(pattern) if found[0] == "["]
    return BEYOND_LINE.search(rest) is None and not any(map(ANY_SIGN.match, classes))


def as_bytes(clauses: Clauses) -> Needed:
    """Give clauses for `may_hold`."""
    return [[literal.encode() for literal in clause] for clause in clauses]


def may_hold(lower: bytes, needed: Needed) -> bool:
    """Say whether a text may satisfy every clause, given its `plain` bytes.

    They may be in any encoding in which ASCII is ASCII.
    """
    for clause in needed:
        for literal in clause:
            if literal in lower:
                break
        else:
            return False
    return True


def plain(source: bytes) -> bytes:
    """Give a text in UTF-8 in lower case as far as ASCII goes, and what `re` takes for ASCII."""
    if not source.isascii():
        for letter, instead in LIKE_ASCII:
            # One byte is looked for ten times quicker than several.
            if letter[-1:] in source:
                source = source.replace(letter, instead)
    return source.lower()


def _best(clauses: Iterable[Clause]) -> Clauses:
    """Give the clauses that are satisfied least often, the best one first."""
    distinct = {tuple(sorted(set(clause))) for clause in clauses}
    return tuple(sorted(distinct, key=_weakness)[:MAX_CLAUSES])


def _weakness(clause: Clause) -> tuple[int, int, Clause]:
    return -min(map(len, clause)), len(clause), clause


class _Need(NamedTuple):
    """What a part of a pattern matches."""

    exact: Clause | None
    """All that it can match, where that is known and short."""
    clauses: Clauses = ()


NOTHING = _Need(None)
EMPTY = _Need(("",))


class _Reader:
    """Reads a pattern once, from left to right."""

    def __init__(self, pattern: str) -> None:
        self._pattern = pattern
        self._depth = 0
        self.place: int = 0

    def alternatives(self) -> _Need:
        """Read up to the end of a group, or of the pattern."""
        found = [self._sequence()]
        while self._sign() == "|":
            self.place += 1
            found.append(self._sequence())
        if len(found) == 1:
            return found[0]
        exact: list[str] = []
        merged: list[str] = []
        for need in found:
            exact += need.exact or ()
            merged += next(iter(_best(need.clauses)), ())
        if all(need.exact for need in found) and len(exact) <= MAX_ALTERNATIVES:
            return _Need(tuple(exact), _clause(exact))
        if all(need.clauses for need in found) and len(merged) <= MAX_ALTERNATIVES:
            return _Need(None, _clause(merged))
        return NOTHING

    def _sign(self) -> str:
        return self._pattern[self.place : self.place + 1]

    def _sequence(self) -> _Need:
        run: Clause = ("",)
        clauses: Clauses = ()
        is_exact = True
        while self._sign() not in ("", "|", ")"):
            need, repeats = self._repeated()
            if need.exact is None:
                clauses += (*_clause(run), *need.clauses)
                run, is_exact = ("",), False
                continue
            if len(run) * len(need.exact) > MAX_ALTERNATIVES:
                clauses, run, is_exact = clauses + _clause(run), ("",), False
            run = tuple(a + b for a, b in product(run, need.exact))
            if repeats:
                # `ab+c` holds `ab` and `bc`.
                clauses, run, is_exact = clauses + _clause(run), need.exact, False
        return _Need(run if is_exact else None, clauses + _clause(run))

    def _repeated(self) -> tuple[_Need, bool]:
        """Read an atom with its quantifier; says whether it may come more than once."""
        need = self._atom()
        quantifier = QUANTIFIER.match(self._pattern, self.place)
        if quantifier is None:
            return need, False
        self.place = quantifier.end()
        if self._sign() in ("?", "+"):
            self.place += 1
        if quantifier.group() == "+" or int(quantifier.group(1) or 0) > 0:
            return need, True
        return NOTHING, False

    def _atom(self) -> _Need:
        sign = self._sign()
        if sign == "(":
            return self._group()
        if sign == "[":
            return self._class()
        if sign == "\\":
            return self._escaped()
        self.place += 1
        if sign in "^$":
            return EMPTY
        return _literal(sign) if sign != "." else NOTHING

    def _escaped(self) -> _Need:
        sign = self._pattern[self.place + 1 : self.place + 2]
        self.place += 2
        if sign in ("b", "B", "A", "Z"):
            return EMPTY
        if sign in ESCAPED_BLANKS:
            return _literal(ESCAPED_BLANKS[sign])
        return NOTHING if sign.isalnum() else _literal(sign)

    def _class(self) -> _Need:
        few = FEW_LETTERS.match(self._pattern, self.place)
        if few is not None:
            self.place = few.end()
            letters = tuple(few[1].lower())
            return _Need(letters, (letters,))
        token = TOKEN.match(self._pattern, self.place)
        self.place = len(self._pattern) if token is None else token.end()
        return NOTHING

    def _group(self) -> _Need:
        opening = OPENING.match(self._pattern, self.place)
        if opening is None or self._depth == MAX_DEPTH:
            around = AROUND.match(self._pattern, self.place)
            self.place = _group_end(self._pattern, self.place)
            return NOTHING if around is None else EMPTY
        self.place = opening.end()
        self._depth += 1
        need = self.alternatives()
        self._depth -= 1
        self.place += 1
        return need


def _literal(sign: str) -> _Need:
    if not sign.isascii():
        return NOTHING
    return _Need((sign.lower(),), ((sign.lower(),),))


def _clause(literals: Iterable[str]) -> Clauses:
    """Give the clause of some literals; none when an empty one is among them."""
    clause = tuple(literals)
    return (clause,) if all(clause) else ()


def _group_end(pattern: str, place: int) -> int:
    depth = 0
    for match in TOKEN.finditer(pattern, place):
        if match.group() == "(":
            depth += 1
        elif match.group() == ")":
            depth -= 1
            if depth == 0:
                return match.end()
    return len(pattern)
