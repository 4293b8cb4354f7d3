"""JSON in what models write: between remarks, in fences, and mended where what was meant is plain.

What broke off is not mended: a plan without its last steps would look whole.
"""

import json
import re
from collections.abc import Callable, Iterator
from typing import TypeVar, cast

import json_repair

FENCED = re.compile(r"```(?:json)?\s*\n(.*?)\n\s*```", re.DOTALL)
THOUGHT = re.compile(r"^.*?</think>|<think>.*?</think>", re.DOTALL)
TRAILING = re.compile(r",(\s*[}\]])")
STRING = re.compile(r'"(?:[^"\\\n]|\\.)*"')
RESIDUE = re.compile(r'\\"\s*[:,]\s*(?:\\"|[\[{])|[}\]]\s*,\s*[{\[]\s*\\"')
"""Marks of JSON inside of a string: two values became one."""
MAX_MENDED = 200_000
"""Characters; mending is slow, and what is longer is no answer to our questions."""
MAX_BEGINNINGS = 200
FitT = TypeVar("FitT")


def read_json(text: str, fit: Callable[[object], FitT]) -> FitT:
    """Give the first JSON value of an answer that fits.

    `fit` gives what it makes of a value, or fails with `ValueError`. Fails with `ValueError`.
    """
    problem: ValueError | None = None
    for find in (_plain, _among_remarks, _mended):
        try:
            for value in find(THOUGHT.sub("", text).strip().removeprefix("\ufeff")):
                try:
                    return fit(_unwrapped(value))
                except ValueError as misfit:
                    problem = problem or misfit
        except (ValueError, RecursionError) as error:
            if problem is None and find is _mended:
                problem = ValueError(str(error))
    raise problem or ValueError("there is no JSON in it")


def _unwrapped(value: object) -> object:
    """Give the one object of a list; some models put a list around it."""
    match value:
        case [dict() as only]:  # pyright: ignore[reportUnknownVariableType]
            return cast("object", only)
        case _:
            return value


def _plain(text: str) -> Iterator[object]:
    """Give what is JSON as a whole, or as a fenced whole."""
    fenced = [text, *FENCED.findall(text)]
    for candidate in (*fenced, *(TRAILING.sub(r"\1", one) for one in fenced)):
        try:
            yield json.loads(candidate, strict=False)
        except (ValueError, RecursionError):
            continue


def _among_remarks(text: str) -> Iterator[object]:
    """Give the JSON objects in a text, the longest first."""
    decoder, found = json.JSONDecoder(strict=False), list[tuple[int, object]]()
    plain = TRAILING.sub(r"\1", text)
    at = plain.find("{")
    for _ in range(MAX_BEGINNINGS):
        if at < 0:
            break
        try:
            value, end = decoder.raw_decode(plain, at)
        except (ValueError, RecursionError):
            end = at + 1
        else:
            found.append((at - end, value))
        at = plain.find("{", end)
    for _, value in sorted(found, key=lambda one: one[0]):
        yield value


def _mended(text: str) -> Iterator[object]:
    """Mend quotes, commas, brackets and comments. Fails with `ValueError` for what broke off."""
    begin = min((at for at in map(text.find, "{[") if at >= 0), default=-1)
    end = max(text.rfind("}"), text.rfind("]")) + 1
    if begin < 0 or end <= begin:
        raise ValueError("there is no JSON in it")
    body = text[begin:end]
    if len(body) > MAX_MENDED:
        raise ValueError("it is no JSON")
    marks = STRING.sub("", body)
    n_open = sum(map(marks.count, "{[")) - sum(map(marks.count, "}]"))
    if n_open > 1:
        raise ValueError("it breaks off before its end")
    value: object = json_repair.loads(body, skip_json_loads=True)
    if RESIDUE.search(json.dumps(value, ensure_ascii=False)):
        raise ValueError("a quotation mark is missing in it")
    yield value
