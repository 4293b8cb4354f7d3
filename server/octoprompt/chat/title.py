"""The title of a chat that nobody named: how its first message begins."""

import re

MAX_CHARACTERS = 60
MARKS = re.compile(r"^[\s#>*\-`~=_|]+|[`*_~]+")
FENCE = re.compile(r"^\s*(```|~~~)")


def title_of(content: str) -> str:
    """Give the first line that says something, without Markdown's marks; empty when none does."""
    for line in content.splitlines():
        if FENCE.match(line):
            continue
        if words := " ".join(MARKS.sub("", line).split()):
            return _shortened(words)
    return ""


def _shortened(words: str) -> str:
    if len(words) <= MAX_CHARACTERS:
        return words
    cut = words[:MAX_CHARACTERS]
    at_word, _, _ = cut.rpartition(" ")
    return f"{at_word if len(at_word) > MAX_CHARACTERS // 2 else cut}…"
