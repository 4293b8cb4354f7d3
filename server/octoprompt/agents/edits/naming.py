"""Which line of an answer names the file that the next block is for."""

from __future__ import annotations

import re
from collections.abc import Callable

LABEL = re.compile(r"^(?:file(?:name)?|path):\s*", re.IGNORECASE)
NAME = re.compile(r"[\w@.$+~\[\]()\- /\\]*[\w)\]]")
"""With blanks: words that may be a path."""
ODD_NAME = re.compile(r"[^\s<>|\"*?:;`]*(?:/[^\s<>|\"*?:;`]*\w|\.\w{1,12})")
"""Without blanks: signs that are rare in names, in what cannot be a word."""
BARE_NAME = re.compile(
    r"AUTHORS|CHANGELOG|CODEOWNERS|CONTRIBUTING|COPYING|LICENSE|NOTICE|README|gradlew|mvnw|makefile"
    r"|justfile|(?:Brew|Caddy|Container|Docker|Earth|Fast|Gem|Jenkins|Just|Make|Pip|Pod|Proc|Rake"
    r"|Tilt|Vagrant)file"
)
"""Files without an ending, as they are written; other words alone are words."""
LONGEST = 300


def path_of(line: str, is_file: Callable[[str], bool]) -> str | None:
    """Give the path that a line names, when it names nothing else.

    What is there is a path whatever it looks like; a new file must look like one.
    """
    bare = LABEL.sub("", line.strip().strip("#*`").strip()).removesuffix(":").strip("`* ")
    if not bare or len(bare) > LONGEST:
        return None
    looks_right = "/" in bare or re.search(r"\.\w+$", bare)
    is_sentence = bare.count(" ") > bare.count("/") + 1
    if looks_right and not is_sentence and (NAME.fullmatch(bare) or ODD_NAME.fullmatch(bare)):
        return bare
    return bare if BARE_NAME.fullmatch(bare) or is_file(bare) else None
