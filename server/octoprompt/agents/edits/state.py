"""What a file holds at the moment: on disk, in an editor that has not saved it, or nothing."""

from __future__ import annotations

import re
from dataclasses import dataclass

from octoprompt.errors import FileProblem, NotText, PathNotFound
from octoprompt.workspace.gate import FileBytes
from octoprompt.workspace.text import Decoded, content_hash, decode, encode
from octoprompt.workspace.workspace import Workspace

MAX_BYTES = 50_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """A content of a file, and where it is."""

    data: bytes
    mode: int | None
    """The permissions; None for an editor's text."""

    @property
    def is_unsaved(self) -> bool:
        """Whether an editor holds it and the disk does not."""
        return self.mode is None

    @property
    def hash(self) -> str:
        """Names the content."""
        return content_hash(self.data)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lines:
    """A text with LF alone, and what makes its bytes again."""

    text: str
    decoded: Decoded

    def bytes_of(self, text: str) -> bytes:
        """Give another text with LF as this one's file would hold it."""
        eol = self.decoded.eol
        if eol in ("\r\n", "\r"):
            text = text.replace("\n", eol)
        return encode(text, self.decoded.encoding, self.decoded.bom)

    def missing(self, text: str) -> str | None:
        """Give the first character of a text that the file's encoding lacks; None without one."""
        try:
            text.encode(self.decoded.encoding)
        except UnicodeEncodeError as error:
            return text[error.start]
        return None


NOTHING = Lines(text="", decoded=Decoded(text="", encoding="utf-8", bom=b"", eol=""))
"""The lines of a file that is not there."""


def read_state(workspace: Workspace, path: str) -> State | None:
    """Give what a path holds; None when there is nothing. Fails with any other `FileProblem`."""
    unsaved = workspace.overlay.get(workspace.normal(path))
    try:
        found: FileBytes | None = workspace.read_bytes(path, limit=MAX_BYTES)
    except PathNotFound:
        found = None
    except FileProblem:
        if unsaved is None:
            raise
        found = None
    if unsaved is not None and not (found and _is_text_of(unsaved.text, found.data, path)):
        return State(data=unsaved.text.encode("utf-8", "surrogatepass"), mode=None)
    return None if found is None else State(data=found.data, mode=found.stat.mode)


def is_file(workspace: Workspace, path: str) -> bool:
    """Tell whether something that can be edited has this path, on disk or in an editor."""
    try:
        is_open = workspace.overlay.get(workspace.normal(path)) is not None
        return is_open or workspace.stat(path).kind == "file"
    except FileProblem:
        return False


def _is_text_of(text: str, data: bytes, path: str) -> bool:
    """Whether a file holds the text: an editor that read it anew tells it as a change."""
    lines = lines_of(data, path)
    return lines is not None and lines.decoded.text == text


def lines_of(data: bytes, path: str) -> Lines | None:
    """Give the lines of a content; None when it is not text."""
    try:
        decoded = decode(data, path)
    except NotText:
        return None
    is_uniform = decoded.eol in ("\r\n", "\r")
    text = re.sub(r"\r\n|\r", "\n", decoded.text) if is_uniform else decoded.text
    return Lines(text=text, decoded=decoded)
