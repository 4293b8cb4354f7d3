"""Cuts a byte stream into message bodies, and finds its way back after broken framing.

A header line is at most 4 KiB and a body at most 64 MiB. What makes recovery sound: JSON text never
holds a raw line end inside a string, so `Content-Length: N` followed by a line end can only be a
real header, wherever it stands. After a fault everything up to the next one is skipped.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

MAX_LINE = 4096
MAX_BODY = 64 * 1024 * 1024
MAX_SKIPPED = MAX_BODY
LENGTH_DIGITS = 10
LENGTH = re.compile(rb"content-length[ \t]*:[ \t]*[0-9]{1,10}[ \t]*\r?\n", re.IGNORECASE)
HEADER = re.compile(rb"([A-Za-z][A-Za-z0-9-]*)[ \t]*:[ \t]*([^\r\n]*?)[ \t]*\r?\n")
LONGEST_START = 64
"""A header's beginning that may still be cut off at the end of what has arrived."""


@dataclass(frozen=True, slots=True)
class Fault:
    """Bytes that are no message; says what was wrong."""

    reason: str


class LostTrack(Exception):
    """So much was no message that the other end does not speak this protocol."""


class Frames:
    """An incremental parser: `feed` bytes as they arrive, get bodies and faults in order."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._length: int | None = None
        self._in_header = False
        self._body_left: int | None = None
        self._searched = 0
        self._skipping = False
        self._skipped = 0
        self._found: list[bytes | Fault] = []

    def feed(self, data: bytes) -> Iterator[bytes | Fault]:
        """Take what arrived and give what is complete.

        Raises `LostTrack` after `MAX_SKIPPED` bytes in a row without a message.
        """
        self._buffer += data
        while self._step():
            while self._found:
                yield self._found.pop(0)

    def put_back(self, body: bytes) -> None:
        """Search a body that was no JSON for the header of a message that its length swallowed."""
        if LENGTH.search(body) or b"ontent-" in body.lower() or body[-1:].lower() == b"c":
            self._buffer[:0] = body
            self._skip()

    @property
    def is_between_messages(self) -> bool:
        """Whether the stream may end here without having cut a message."""
        return not self._buffer.strip() and not self._in_header and self._body_left is None

    def _step(self) -> bool:
        """Consume one thing; False when that needs more bytes."""
        if self._skipping:
            return self._find_header()
        if self._body_left is not None:
            return self._take_body(self._body_left)
        return self._take_line()

    def _take_line(self) -> bool:
        end = self._buffer.find(b"\n", 0, MAX_LINE)
        if end < 0:
            if len(self._buffer) >= MAX_LINE:
                return self._fault(f"a header line of more than {MAX_LINE} bytes")
            return False
        line = bytes(self._buffer[: end + 1])
        if not line.strip():
            del self._buffer[: end + 1]
            return self._end_header()
        self._in_header = True
        return self._take_header(line)

    def _take_header(self, line: bytes) -> bool:
        header = HEADER.fullmatch(line)
        if header is None or LENGTH.search(line, 1):
            return self._fault("a line that is no header")
        del self._buffer[: len(line)]
        name, value = header.groups()
        if name.lower() == b"content-length" and (problem := self._note_length(value)):
            return self._fault(problem)
        return True

    def _note_length(self, value: bytes) -> str:
        if not value.isdigit() or len(value) > LENGTH_DIGITS:
            return "a `Content-Length` that is no plain number"
        length = int(value)
        if length > MAX_BODY:
            return f"a message of {length} bytes, of which at most {MAX_BODY} are taken"
        if self._length not in (None, length):
            return "two different `Content-Length` headers"
        self._length = length
        return ""

    def _end_header(self) -> bool:
        if not self._in_header:
            return True
        if self._length is None:
            return self._fault("a header without `Content-Length`")
        self._body_left, self._searched = self._length, 0
        self._in_header, self._length = False, None
        return True

    def _take_body(self, length: int) -> bool:
        if len(self._buffer) >= length:
            self._found.append(bytes(self._buffer[:length]))
            del self._buffer[:length]
            self._body_left, self._skipped = None, 0
            return True
        if LENGTH.search(self._buffer, self._searched):
            return self._fault("a message shorter than its `Content-Length`")
        self._searched = max(0, len(self._buffer) - LONGEST_START)
        return False

    def _find_header(self) -> bool:
        found = LENGTH.search(self._buffer)
        keep = found.start() if found else max(0, len(self._buffer) - LONGEST_START)
        del self._buffer[:keep]
        self._skipped += keep
        if self._skipped > MAX_SKIPPED:
            raise LostTrack(f"{self._skipped} bytes in a row were no message")
        self._skipping = found is None
        return not self._skipping

    def _fault(self, reason: str) -> bool:
        self._found.append(Fault(reason))
        self._skip()
        return True

    def _skip(self) -> None:
        self._skipping = True
        self._in_header = False
        self._length = self._body_left = None
