"""Rules files: what a project tells every assistant, by scope, and the invisible text in them."""

import re
from collections.abc import Collection, Iterable
from pathlib import PurePosixPath

from octoprompt.context.model import Mask

SCOPED_NAMES = ("AGENTS.md", "CLAUDE.md")
"""Count in their own folder and below."""
ROOT_NAMES = (".github/copilot-instructions.md", ".cursorrules", ".clinerules", ".windsurfrules")
ROOT_FOLDERS = (".clinerules/", ".cursor/rules/")
_FOLDER_SUFFIXES = (".md", ".mdc", ".txt")

# Direction marks and overrides, zero-width characters, invisible operators, variation selectors
# beyond the usual emoji one, tag characters: none is visible, and all have carried hidden orders.
_HIDDEN = re.compile(
    "[\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff"
    "\ufe00-\ufe0e\ufff9-\ufffb\U000e0000-\U000e01ef]"
)


def rules_paths(known: Collection[str], shown: Iterable[str]) -> list[str]:
    """Give the rules files that hold for the shown files, the project's first, then by depth."""
    everywhere = [*SCOPED_NAMES, *ROOT_NAMES]
    found = [path for path in everywhere if path in known]
    found += sorted(
        path for path in known if path.startswith(ROOT_FOLDERS) and path.endswith(_FOLDER_SUFFIXES)
    )
    folders = {str(folder) for path in shown for folder in PurePosixPath(path).parents}
    scoped = (f"{folder}/{name}" for folder in sorted(folders - {"."}) for name in SCOPED_NAMES)
    found += sorted((p for p in scoped if p in known), key=lambda p: (p.count("/"), p))
    return list(dict.fromkeys(found))


def show_hidden(text: str) -> tuple[str, tuple[Mask, ...]]:
    """Put `[hidden U+202E]` for each invisible character, and tell on which lines they were."""
    if text.isascii():
        return text, ()
    masks = dict.fromkeys(
        Mask(line=text.count("\n", 0, match.start()) + 1, kind="hidden character")
        for match in _HIDDEN.finditer(text)
    )
    return _HIDDEN.sub(lambda match: f"[hidden U+{ord(match[0]):04X}]", text), tuple(masks)
