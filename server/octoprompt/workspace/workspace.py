"""One workspace root: its files through the gate, its unsaved texts, its git."""

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from octoprompt.errors import FileTooLarge
from octoprompt.settings import WorkspaceOptions
from octoprompt.workspace.gate import FileBytes, FileStat, Gate
from octoprompt.workspace.git import Git
from octoprompt.workspace.overlay import Overlay, OverlayText
from octoprompt.workspace.paths import SIZE_SETTING, above, beneath, from_uri, shown, split
from octoprompt.workspace.text import Eol, content_hash, decode, line_end


@dataclass(frozen=True, slots=True, kw_only=True)
class FileText:
    """A file as text, and what it takes to write it back as the same bytes."""

    path: str
    text: str
    """Line ends as they are, without a byte order mark."""
    encoding: str
    bom: bytes
    eol: Eol
    size: int
    """In bytes; of an unsaved text, as UTF-8."""
    unsaved: bool
    """Whether it is an editor's text that is not on disk."""
    hash: str
    """Of the bytes: blake2b, 16 bytes, in hexadecimal."""


class Workspace:
    """The files of one root; its reading methods wait for the disk: call them off the loop."""

    def __init__(self, root: Path, options: WorkspaceOptions) -> None:
        """Take a root that exists; fails with `RootUnreadable`."""
        self.gate = Gate(root)
        self.root = self.gate.root
        self.options = options
        self.overlay = Overlay()
        self.git = Git(self.root, trusted=options.trusted)
        self._roots = (self.root, root.expanduser().absolute())

    def read_text(self, relative: str, *, limit: int | None = None) -> FileText:
        """Give a file's text, the unsaved one when an editor has it.

        `limit` is in bytes, by default `maxFileBytes`. Fails with any `FileProblem`.
        """
        path = self.normal(relative)
        with _with_advice(limit):
            if (unsaved := self.overlay.get(path)) is not None:
                return _unsaved_text(unsaved, self._limit(limit))
            return file_text(self.gate.read(path, self._limit(limit)))

    def read_bytes(self, relative: str, *, limit: int | None = None) -> FileBytes:
        """Give a file's bytes on disk; `limit` in bytes, by default `maxFileBytes`.

        Fails with any `FileProblem`.
        """
        with _with_advice(limit):
            return self.gate.read(self.normal(relative), self._limit(limit))

    def stat(self, relative: str) -> FileStat:
        """Say what a path is; fails with `PathOutsideRoot` or `PathNotFound`."""
        return self.gate.stat(self.normal(relative))

    def resolve(self, relative: str) -> Path:
        """Give the absolute path without links; it need not exist. Fails with `PathOutsideRoot`."""
        return self.gate.resolve(relative)

    def relative(self, location: Path | str) -> str:
        """Give the workspace-relative path of an absolute path or a `file:` URI.

        Names only: the disk is not asked. Fails with `PathOutsideRoot`.
        """
        return self.normal(beneath(from_uri(str(location)), self._roots))

    def normal(self, relative: str) -> str:
        """Give the one spelling of a workspace-relative path; fails with `PathOutsideRoot`."""
        return "/".join(split(relative))

    def _limit(self, limit: int | None) -> int:
        return self.options.max_file_bytes if limit is None else limit


@contextmanager
def _with_advice(limit: int | None) -> Generator[None]:
    """Say what to raise where the limit is the one that users set."""
    try:
        yield
    except FileTooLarge as error:
        if limit is not None:
            raise
        message = f"{error.message}: raise `{SIZE_SETTING}` to include it"
        raise FileTooLarge(message, data=error.data) from error


def file_text(found: FileBytes) -> FileText:
    """Decode what the gate read; fails with `NotText`."""
    decoded = decode(found.data, shown(found.path))
    return FileText(
        path=found.path,
        text=decoded.text,
        encoding=decoded.encoding,
        bom=decoded.bom,
        eol=decoded.eol,
        size=len(found.data),
        unsaved=False,
        hash=content_hash(found.data),
    )


def _unsaved_text(unsaved: OverlayText, limit: int) -> FileText:
    data = unsaved.text.encode("utf-8", "surrogatepass")
    if len(data) > limit:
        raise FileTooLarge(
            f"the unsaved text of `{shown(unsaved.path)}` has {above(len(data), limit)}",
            data={"size": len(data), "limit": limit},
        )
    return FileText(
        path=unsaved.path,
        text=unsaved.text,
        encoding="utf-8",
        bom=b"",
        eol=line_end(unsaved.text),
        size=len(data),
        unsaved=True,
        hash=content_hash(data),
    )
