"""Tickets as Markdown, and tickets made of Markdown, comments and diagnostics."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from octoprompt.errors import BadRequest

HEADING = re.compile(r"#{1,6}\s+(.+?)\s*#*$")
TASK = re.compile(r"\s*(?:[-*+]|\d+[.)])\s+\[([ xX])\]\s+(.+)$")
FILE = re.compile(r"\s*[-*+]\s+`([^`]+)`\s*$")
FACT = re.compile(r"(Status|Priority|Due|Tags):\s*(.+)$")
MARKER = re.compile(
    r"^[\s/*#;%<!\-\"'({\[]*\b(?:TODO|FIXME|XXX|HACK|BUG|NOTE)\b(?:\([^)]*\))?[:\s-]*",
    re.IGNORECASE,
)
COMMENT = re.compile(
    r"^\s*(?:///?|#+|--|;+|\*|/\*+|<!--|%+|\"{3}|'{3})\s?|\s*(?:\*/|-->|\"{3}|'{3})\s*$"
)
DATE = re.compile(r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$")
MAX_TITLE = 200
FENCE = re.compile(r"\s*(`{3,}|~{3,})")


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketText:
    """A ticket as its text says it."""

    title: str
    overview: str = ""
    tasks: tuple[tuple[str, bool], ...] = ()
    paths: tuple[str, ...] = ()
    status: str = "open"
    priority: str = "normal"
    due: str = ""
    tags: tuple[str, ...] = ()


def to_markdown(ticket: TicketText) -> str:
    """Write a ticket down; `from_markdown` reads it again."""
    facts = [f"Status: {ticket.status.replace('_', ' ')}", f"Priority: {ticket.priority}"]
    facts += [f"Due: {ticket.due}"] if ticket.due else []
    facts += [f"Tags: {', '.join(ticket.tags)}"] if ticket.tags else []
    parts = [f"# {ticket.title}", "  \n".join(facts)]
    parts += [ticket.overview.strip("\n")] if ticket.overview.strip() else []
    if ticket.tasks:
        checks = (f"- [{'x' if done else ' '}] {_line(text)}" for text, done in ticket.tasks)
        parts.append("## Tasks\n\n" + "\n".join(checks))
    if ticket.paths:
        parts.append("## Files\n\n" + "\n".join(f"- `{path}`" for path in ticket.paths))
    return "\n\n".join(parts) + "\n"


def _line(text: str) -> str:
    return " ".join(text.split())


def from_markdown(text: str, statuses: Sequence[str], priorities: Sequence[str]) -> TicketText:
    """Read a ticket: the first heading is its title, checklist items are its tasks.

    Facts in the words of `to_markdown` are taken when their values are known ones. Fails with
    `BadRequest` when there is nothing to make a title of.
    """
    read = _read(text)
    return replace(
        read,
        status=read.status if read.status in statuses else "open",
        priority=read.priority if read.priority in priorities else "normal",
    )


def edited(
    before: TicketText, text: str, statuses: Sequence[str], priorities: Sequence[str]
) -> TicketText:
    """Read a text of `to_markdown` that was edited; status and priority stay if they are not there.

    Fails with `BadRequest` for a value that a fact cannot have: a person wrote it, and is told.
    """
    read = _read(text)
    _refuse_other("status", read.status, statuses)
    _refuse_other("priority", read.priority, priorities)
    if read.due and not DATE.match(read.due):
        raise BadRequest(f"`{read.due[:40]}` is no due date: write it as `2027-01-31`")
    return replace(
        read, status=read.status or before.status, priority=read.priority or before.priority
    )


def _refuse_other(fact: str, value: str, known: Sequence[str]) -> None:
    if value and value not in known:
        words = ", ".join(f"`{word.replace('_', ' ')}`" for word in known)
        raise BadRequest(f"`{value[:40]}` is no {fact} of a ticket: use one of {words}")


def _read(text: str) -> TicketText:
    """Read a ticket as it is written; facts that are not there are empty."""
    reader = _Reader()
    for line in text.replace("\r\n", "\n").split("\n"):
        reader.read(line)
    overview = "\n".join(reader.overview).strip("\n")
    title = reader.title or _first_words(overview)
    if not title:
        raise BadRequest("the text has no heading and no words to make a ticket's title of")
    tags = map(str.strip, reader.facts.get("Tags", "").split(","))
    return TicketText(
        title=title[:MAX_TITLE],
        overview=overview,
        tasks=tuple(reader.tasks),
        paths=tuple(reader.paths),
        status=reader.facts.get("Status", "").strip().lower().replace(" ", "_"),
        priority=reader.facts.get("Priority", "").strip().lower(),
        due=reader.facts.get("Due", "").strip(),
        tags=tuple(tag for tag in tags if tag),
    )


class _Reader:
    """Takes a ticket's Markdown line by line; what is in a fence is always overview."""

    def __init__(self) -> None:
        self.title = ""
        self.overview: list[str] = []
        self.tasks: list[tuple[str, bool]] = []
        self.paths: list[str] = []
        self.facts: dict[str, str] = {}
        self._fence = ""
        self._section = ""

    def read(self, line: str) -> None:
        """Take the next line."""
        if self._is_fenced(line) or not self._is_known(line):
            self.overview.append(line)

    def _is_fenced(self, line: str) -> bool:
        found = FENCE.match(line)
        if self._fence:
            if found and found[1].startswith(self._fence) and not line.strip(" `~"):
                self._fence = ""
            return True
        if found:
            self._fence = found[1]
        return bool(found)

    def _is_known(self, line: str) -> bool:
        """Take a line that has a place of its own; False for one of the overview."""
        if (heading := HEADING.match(line)) and self._takes_heading(heading[1]):
            return True
        if task := TASK.match(line):
            self.tasks.append((task[2].strip(), task[1] != " "))
            return True
        if self._section == "files" and (file := FILE.match(line)):
            self.paths.append(file[1])
            return True
        if (fact := FACT.match(line)) and not any(map(str.strip, self.overview)):
            self.facts.setdefault(fact[1], fact[2])
            return True
        return False

    def _takes_heading(self, text: str) -> bool:
        if not self.title:
            self.title = text
            return True
        self._section = text.lower() if text.lower() in ("tasks", "files") else ""
        return bool(self._section)


def _first_words(text: str) -> str:
    line = next((line.strip() for line in text.split("\n") if line.strip()), "")
    return line[:MAX_TITLE]


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Lines of a file that are to become a ticket; lines from 1."""

    path: str
    line: int
    end_line: int
    text: str
    kind: Literal["todo", "diagnostic", "selection"]
    message: str = ""


def from_place(place: Place) -> TicketText:
    """Make a ticket of a comment, a diagnostic or a selection, linked to its file.

    Fails with `BadRequest` when there is no text to make a title of.
    """
    title = _title(place)
    if not title:
        raise BadRequest(f"`{place.path}` line {place.line} has no text to make a ticket of")
    lines = f"line {place.line}"
    if place.end_line > place.line:
        lines = f"lines {place.line}-{place.end_line}"
    fence = "`" * max(3, 1 + max(map(len, re.findall(r"`+", place.text)), default=0))
    code = f"\n\n{fence}\n{place.text.strip(chr(10))}\n{fence}" if place.text.strip() else ""
    said = f"\n\n{place.message.strip()}" if place.message.strip() else ""
    return TicketText(
        title=title[:MAX_TITLE],
        overview=f"From `{place.path}`, {lines}.{said}{code}",
        paths=(place.path,),
    )


def _title(place: Place) -> str:
    if place.kind == "diagnostic":
        return _first_words(place.message) or _first_words(place.text)
    return todo_title(place.text)


def todo_title(text: str) -> str:
    """Give the first words of a comment, without its mark and `TODO`; empty where there are none.

    It is what the ticket is called that `from_place` makes of the comment.
    """
    lines = (COMMENT.sub("", MARKER.sub("", line)).strip() for line in text.split("\n"))
    return next((line for line in lines if line), "")[:MAX_TITLE]
