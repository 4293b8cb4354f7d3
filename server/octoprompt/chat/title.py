"""The title of a chat that nobody named: what its first message asks, and not what it pastes."""

import re
from collections.abc import Iterator

MAX_CHARACTERS = 60
FEWEST_CHARACTERS = 12
"""A shorter sentence says too little to be a title when there is more in its line."""
MARKS = re.compile(r"^[\s#>*\-`~=_|]+|[`*_~]+")
FENCE = re.compile(r"^\s*(```|~~~)")
GREETING = re.compile(
    r"(?:hi|hello|hey|hallo|good (?:morning|afternoon|evening)|thanks|thank you|ok(?:ay)?|please)"
    r"(?:[ ,]+(?:there|all|again|everyone|everybody))?\s*(?:[,.!:;]+|$)\s*",
    re.IGNORECASE,
)
PASTED = re.compile(
    r"""
      \s{4} | \t                                      # indented
    | .*[;{}]\s*$                                     # ends as a statement or a block
    | .*\w\(.*\)\s*[:;{]?\s*$                         # ends with a call, or a head
    | \s*(?:from\s+[\w.]+\s+import\b|import\s+[\w.{*"']+\s*(?:$|as\b|from\b))
    | \s*(?:async\s+)?(?:def|func|fn|function)\s+\w+\s*\(
    | \s*(?:export\s+)?(?:class|struct|interface)\s+\w+\s*[(:{<]
    | \s*(?:const|let|var)\s+[\w{\[]+.*=
    | \s*[\w.\[\]]+\s*[-+]?=\s*\S                     # an assignment
    | \s*(?:Traceback\ \(most|File\ "|at\ \S+\s*\(|\#include|@\w+\s*(?:\(|$)|\$\ |>>>|<[/!?\w])
    | \s*\w+(?:\.\w+)*(?:Error|Exception)\b:
    | \s*(?:\[?\d{4}-\d\d-\d\d[T\ ]|diff\ --git|@@\ |[+-]{3}\ )
    """,
    re.VERBOSE,
)
SENTENCE = re.compile(r"[.?!](?=\s)")


def title_of(content: str) -> str:
    """Give the first line that asks or says something, without Markdown's marks and a greeting.

    Code, logs and stack traces are titles only where there is nothing else; a mere greeting is
    none, and gives an empty text.
    """
    pasted = ""
    for line, is_fenced in _lines(content):
        words = " ".join(MARKS.sub("", line).split())
        if is_fenced or PASTED.match(line):
            pasted = pasted or words
        elif rest := _without_greeting(words):
            return _shortened(rest)
    return _shortened(pasted)


def _lines(content: str) -> Iterator[tuple[str, bool]]:
    """Give the lines, and which of them stand in a block of code."""
    is_fenced = False
    for line in content.splitlines():
        if FENCE.match(line):
            is_fenced = not is_fenced
        else:
            yield line, is_fenced


def _without_greeting(words: str) -> str:
    rest = GREETING.sub("", words, count=1) if GREETING.match(words) else words
    return rest if rest == words else rest[:1].upper() + rest[1:]


def _shortened(words: str) -> str:
    for end in SENTENCE.finditer(words, FEWEST_CHARACTERS, MAX_CHARACTERS):
        return words[: end.end()].removesuffix(".")
    if len(words) <= MAX_CHARACTERS:
        return words
    cut = words[:MAX_CHARACTERS]
    at_word, _, _ = cut.rpartition(" ")
    return f"{at_word if len(at_word) > MAX_CHARACTERS // 2 else cut}…"
