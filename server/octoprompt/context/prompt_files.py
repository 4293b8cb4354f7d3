"""Prompts as files: Markdown with front matter, ours and other tools'."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from octoprompt.context.front_matter import Written, parse, write

SUFFIX = ".prompt.md"
SUFFIXES = (SUFFIX, ".prompt", ".mdc", ".md", ".markdown", ".txt")
UNSAFE = re.compile(r"[^\w. -]+")
MAX_NAME = 200
YES = frozenset(("true", "yes", "on"))


@dataclass(frozen=True, slots=True, kw_only=True)
class FilePrompt:
    """A prompt as a file holds it."""

    name: str
    content: str
    description: str = ""
    tags: tuple[str, ...] = ()
    favorite: bool = False


def to_text(prompt: FilePrompt) -> str:
    """Give the file's text; its head says what is set."""
    return write({key: value for key, value in _head(prompt).items() if value}, prompt.content)


def to_edit(prompt: FilePrompt) -> str:
    """Give a text in which everything that can be set has its place."""
    return write(_head(prompt), prompt.content)


def _head(prompt: FilePrompt) -> dict[str, Written]:
    return {
        "name": prompt.name,
        "description": prompt.description,
        "tags": prompt.tags,
        "favorite": prompt.favorite,
    }


def edited(before: FilePrompt, text: str) -> FilePrompt:
    """Read a text of `to_edit` that was edited; without a name in its head the name stays."""
    read = from_text(before.name, text)
    named = parse(text).text("name", "title").strip()
    return read if named else replace(read, name=before.name)


def from_text(file_name: str, text: str) -> FilePrompt:
    """Read a file of ours, of `.github/prompts`, a Cursor rule or a Continue prompt.

    Where the head has no name, the file's name is the prompt's.
    """
    document = parse(text)
    name = document.text("name", "title") or stem(file_name)
    return FilePrompt(
        name=" ".join(name.split())[:MAX_NAME],
        content=document.body,
        description=document.text("description"),
        tags=tuple(tag.replace("|", " ")[:60] for tag in document.items("tags")),
        favorite=document.text("favorite").lower() in YES,
    )


def stem(file_name: str) -> str:
    """Give a file's name without folders and the endings that prompt files have."""
    name = PurePosixPath(file_name.replace("\\", "/")).name
    suffix = next((s for s in SUFFIXES if name.lower().endswith(s) and len(name) > len(s)), "")
    return name[: len(name) - len(suffix)] or "prompt"


def is_prompt_file(path: str) -> bool:
    """Say whether a file in a folder of prompts is one."""
    return path.lower().endswith(SUFFIXES)


def file_names(names: Iterable[str], suffix: str = SUFFIX) -> list[str]:
    """Give each thing a file name that every system takes, all different, in any case."""
    taken: set[str] = set()
    result: list[str] = []
    for name in names:
        plain = UNSAFE.sub("-", name).strip(" .-")[:80] or "prompt"
        candidate, number = plain, 2
        while candidate.casefold() in taken:
            candidate, number = f"{plain}-{number}", number + 1
        taken.add(candidate.casefold())
        result.append(candidate + suffix)
    return result
