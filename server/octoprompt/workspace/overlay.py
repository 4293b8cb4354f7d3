"""What editors have open, and the texts of it that are not on disk yet; these win over files."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class OverlayText:
    """What an editor shows now."""

    path: str
    text: str
    version: int
    """The editor's own number, which grows with every change."""


class Overlay:
    """Unsaved texts by workspace-relative path.

    Written on the event loop, read from any thread: each operation is one step on a dictionary of
    frozen values.
    """

    def __init__(self) -> None:
        self._texts: dict[str, OverlayText] = {}
        self._versions: dict[str, int] = {}

    def show(self, path: str, version: int) -> None:
        """Know that an editor shows a path, whether or not its text is on disk."""
        self._versions[path] = version

    def hide(self, path: str) -> None:
        """Know that no editor shows a path any more."""
        self._versions.pop(path, None)

    def version(self, path: str) -> int | None:
        """Give the number of the text that an editor shows of a path; None when none does."""
        text = self._texts.get(path)
        return self._versions.get(path) if text is None else text.version

    def set(self, path: str, text: str, version: int) -> None:
        """Keep what the editor shows; an older version than the one kept is ignored."""
        kept = self._texts.get(path)
        if kept is None or kept.version <= version:
            self._texts[path] = OverlayText(path=path, text=text, version=version)

    def drop(self, path: str) -> None:
        """Forget a text: it was closed, or saved and is on disk."""
        self._texts.pop(path, None)

    def get(self, path: str) -> OverlayText | None:
        """Give the unsaved text of a path, when there is one."""
        return self._texts.get(path)

    def paths(self) -> tuple[str, ...]:
        """Give the paths with an unsaved text, in order."""
        return tuple(sorted(self._texts))
