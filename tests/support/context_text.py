"""What tests of contexts need: real token counts, parsed sources, a reader of built texts."""

import os
import re
from collections.abc import Callable, Sequence
from functools import cache
from typing import cast

from octoprompt.context.model import Format, Source
from octoprompt.context.outline import places
from octoprompt.context.redact import mask_secrets
from octoprompt.index.extract import extract
from octoprompt.index.languages import language_of
from octoprompt.index.model import Parsed
from octoprompt.llm import tokens_child
from octoprompt.llm.tokens import vocabularies


@cache
def _handler() -> Callable[[object], object]:
    os.environ["TIKTOKEN_CACHE_DIR"] = str(vocabularies())
    return tokens_child.start(())


def tokens(texts: Sequence[str], encoding: str = "o200k_base") -> list[int]:
    """Count as the child process does, in this process."""
    return cast("list[int]", _handler()([encoding, *texts]))


async def count(texts: Sequence[str]) -> list[int]:
    """Count for `build`."""
    return tokens(texts)


def source(path: str, text: str) -> Source:
    """Give a file as it would be gathered, parsed for real."""
    language = language_of(path)
    data = text.encode("utf-8", "surrogatepass")
    parsed = (
        extract(language, data)
        if language and language.module
        else Parsed(language="", problem="no grammar")
    )
    masked, masks = mask_secrets(text)
    return Source(
        path=path,
        label=path,
        text=masked,
        parsed=parsed,
        places=places(text, parsed),
        masks=masks,
    )


_MARKDOWN = re.compile(
    r"## (?P<path>[^\n(]+?)(?: \((?P<notes>[^\n]*)\))?\n\n(?P<fence>`{3,})[a-z]*\n"
)
_XML = re.compile(
    r'<(?P<tag>file(?:-\d+)?) path="(?P<path>[^"]*)"(?: shown="(?P<notes>[^"]*)")?'
    r'(?P<last> final-newline="no")?>\n'
)
_PLAIN = re.compile(
    r"--- (?P<path>[^\n]+?) \((?P<lines>\d+) lines follow(?:; (?P<notes>[^\n]*))?\) ---\n"
)


def read_files(text: str, form: Format) -> dict[str, str]:
    """Read the whole files back out of a built text, as a program that knows the format would."""
    read = {"markdown": _read_markdown, "xml": _read_xml, "plain": _read_plain}[form]
    return dict(read(text))


def _unended(body: str, notes: str | None) -> str:
    return body[:-1] if notes and "no line break at the end" in notes else body


def _read_markdown(text: str):
    position = 0
    while found := _MARKDOWN.search(text, position):
        end = re.compile(rf"^{found['fence']}$", re.MULTILINE).search(text, found.end())
        assert end, "a fence is never closed"
        if "parts" not in (found["notes"] or "") and "outline" not in (found["notes"] or ""):
            yield found["path"], _unended(text[found.end() : end.start()], found["notes"])
        position = end.end()


def _read_xml(text: str):
    position = 0
    while found := _XML.search(text, position):
        end = text.index(f"</{found['tag']}>\n", found.end())
        body = text[found.end() : end]
        if not found["notes"]:
            yield found["path"], body[:-1] if found["last"] else body
        position = end


def _read_plain(text: str):
    position = 0
    while found := _PLAIN.search(text, position):
        end = found.end()
        for _ in range(int(found["lines"])):
            end = text.index("\n", end) + 1
        notes = found["notes"] or ""
        if "parts" not in notes and "outline" not in notes:
            yield found["path"], _unended(text[found.end() : end], notes)
        position = end
