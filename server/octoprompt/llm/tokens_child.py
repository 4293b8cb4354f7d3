"""The token counter's child process: keeps tiktoken's tables, 85 MB, out of the server.

A message is `[encoding, text, ...]`, the answer the number of tokens of each text. Special tokens
in a text count as the plain text that they are.
"""

import re
from collections.abc import Callable
from functools import lru_cache
from typing import cast

import tiktoken

# The pattern backtracks over long runs of blanks and the merge of one long word is slow, so such
# runs are counted in parts. A cut adds at most a token or two and never takes one away in practice.
LONGEST_WORD = 2_000
LONGEST_BLANK = 500
_LONG_RUN = re.compile(rf"(?:\S{{{LONGEST_WORD}}}|\s{{{LONGEST_BLANK}}})")


def start(_args: tuple[str, ...]) -> Callable[[object], object]:
    """Give the handler of messages."""
    return _answer


def _answer(message: object) -> object:
    name, *texts = cast("list[str]", message)
    encoding = _encoding(name)
    return [_count(encoding, text) for text in texts]


@lru_cache
def _encoding(name: str) -> tiktoken.Encoding:
    return tiktoken.get_encoding(name)


def _count(encoding: tiktoken.Encoding, text: str) -> int:
    total = position = 0
    for run in _LONG_RUN.finditer(text):
        total += len(encoding.encode_ordinary(text[position : run.end()]))
        position = run.end()
    return total + len(encoding.encode_ordinary(text[position:]))
