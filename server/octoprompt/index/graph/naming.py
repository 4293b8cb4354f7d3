"""What the name of a file is about, so that a test finds its source by name."""

import re
from functools import lru_cache

_MARKS = re.compile(r"^(tests?|specs?)[_.-]|[_.-](tests?|specs?)$|(Tests?|Specs?|Suite|TestCase)$")
_PLAIN = frozenset(
    {"__init__", "index", "mod", "lib", "main", "tests", "test", "spec", "init", "base", "utils"}
)
"""Names that say nothing by themselves: the folder tells."""
_FOLDERS = frozenset({"tests", "test", "__tests__", "spec", "specs", "src", "lib", "testing", ""})


@lru_cache(20_000)
def subject_of(path: str) -> str:
    """Give what a file is about: its name without endings and marks of a test, in lower case."""
    folder, _, name = path.rpartition("/")
    stem = name.partition(".")[0]
    rest = name[len(stem) :]
    marked = stem + ("." + rest.split(".")[1] if rest.count(".") > 1 else "")
    bare = _MARKS.sub("", marked)
    while bare in _PLAIN or not bare:
        folder, _, bare = folder.rpartition("/")
        if bare in _FOLDERS:
            if not folder:
                return ""
            bare = ""
        bare = _MARKS.sub("", bare)
    return re.sub(r"[^a-z0-9]", "", bare.lower())
