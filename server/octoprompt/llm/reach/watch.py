"""What a request's bytes say, whatever the library above makes of them.

A library may take a stream that was cut for one that ended, a web page for an empty answer, and put
a key into its error's text. So the transport notes what it sees here, and this is what counts.
"""

import re
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

MEGABYTE = 1 << 20
MAX_ANSWER_BYTES = 32 * MEGABYTE
MAX_EVENT_BYTES = 4 * MEGABYTE
"""One line of a stream."""
MAX_ERROR_BYTES = 64 * 1024
OVERLAP = 64
"""More than the longest mark has bytes, for those that two chunks share."""
_REASON = re.compile(rb'"(?:finish_reason|stop_reason|finishReason)"\s*:\s*"|"done"\s*:\s*true')
_MARK = re.compile(rb'[\r\n]data:\s*\[DONE\]|"type"\s*:\s*"message_stop"|"done"\s*:\s*true')
_PIECE = re.compile(rb'[\r\n](?:data:|event:)|"done"\s*:\s*(?:true|false)')
_ERROR = re.compile(rb'"error"\s*:\s*[{"]')
_USAGE = re.compile(rb'"(?:usage|usageMetadata)"\s*:\s*\{|"(?:prompt_)?eval_count"\s*:')


class Refused(Exception):
    """The transport ends the request; why is in the watch."""


@dataclass(slots=True)
class Watch:
    """What was seen of one try."""

    failure: dict[str, Any] | None = None
    """The first thing that went wrong, as the fields of a `Failure`."""
    requests: int = 0
    n_bytes: int = 0
    is_stream: bool = False
    """It came in pieces, as a stream does."""
    has_reason: bool = False
    """Why the answer ends was said."""
    is_marked: bool = False
    """The protocol's mark of the end was there."""
    has_usage: bool = False
    has_error: bool = False
    """An error came as a part of the answer."""
    event_bytes: int = 0
    """Since the last end of a line."""
    _tail: bytes = field(default=b"\n", repr=False)

    def fail(self, kind: str, **facts: Any) -> None:  # noqa: ANN401 - the fields of a `Failure`
        """Note what went wrong; what follows from it does not count."""
        if self.failure is None:
            self.failure = {"kind": kind, **facts}

    def see(self, data: bytes) -> None:
        """Look at the next bytes of an answer. Fails with `Refused` when they are too many."""
        self.n_bytes += len(data)
        newline = data.rfind(b"\n")
        self.event_bytes = len(data) - newline - 1 + (self.event_bytes if newline < 0 else 0)
        longest = max(self.event_bytes, len(data) if newline < 0 else 0)
        if self.n_bytes > MAX_ANSWER_BYTES or longest > MAX_EVENT_BYTES:
            self.fail("too large")
            raise Refused
        text = self._tail + data
        # In a model's own words quotes and ends of lines are escaped: none of these can be there.
        self.is_stream = self.is_stream or bool(_PIECE.search(text))
        self.has_reason = self.has_reason or bool(_REASON.search(text))
        self.is_marked = self.is_marked or bool(_MARK.search(text))
        self.has_error = self.has_error or bool(_ERROR.search(text))
        self.has_usage = self.has_usage or bool(_USAGE.search(text))
        self._tail = text[-OVERLAP:]


CURRENT: ContextVar[Watch] = ContextVar("watch")
"""The watch of the request at hand; every request to the network belongs to one."""
