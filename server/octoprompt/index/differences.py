"""What a walk found that the index does not know."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from octoprompt.index.catalog import SYMBOLS, FileRow
from octoprompt.index.walk import IGNORE_FILES, Seen, Walk, Walker

MANY_CHANGES = 500
"""So many changed paths at once are cheaper to find by a scan."""


@dataclass(slots=True)
class Difference:
    """What a scan found that the index does not know."""

    removed: list[str] = field(default_factory=list[str])
    """Known or not: one that is being read may be written into the index at this moment."""
    listed: list[Seen] = field(default_factory=list[Seen])
    changed: list[Seen] = field(default_factory=list[Seen])


Known = Mapping[str, FileRow | None]
"""By path; None for a file that is about to be written into the index."""


def compare(walk: Walk, known: Known) -> Difference:
    """Give what differs from a walk; on a thread."""
    found = Difference(removed=[path for path in known if path not in walk.files])
    for seen in walk.files.values():
        row = known.get(seen.path)
        if seen.skipped:
            if row is None or row.skipped != seen.skipped:
                found.listed.append(seen)
        elif row is None or row.stage < SYMBOLS or _moved(row, seen):
            found.changed.append(seen)
    return found


def compare_some(walker: Walker, paths: set[str], known: Known) -> Difference | None:
    """Give what differs at some paths; None when only a scan can tell. On a thread."""
    if len(paths) > MANY_CHANGES:
        return None
    unknown = paths - known.keys()
    if unknown and not unknown.isdisjoint(_folders(known)):
        return None
    for path in paths:
        name = path[path.rfind("/") + 1 :]
        if name in IGNORE_FILES or walker.is_folder(path):
            return None
    found = Difference()
    for path, seen in walker.look(sorted(paths)).items():
        if seen is None:
            found.removed.append(path)
        elif seen.skipped:
            found.listed.append(seen)
        else:
            found.changed.append(seen)
    return found


def _moved(row: FileRow, seen: Seen) -> bool:
    return (row.size, row.changed_ns) != (seen.size, seen.changed_ns)


def _folders(paths: Iterable[str]) -> set[str]:
    """Give every folder that some path is below."""
    folders: set[str] = set()
    for path in paths:
        folder = path.rpartition("/")[0]
        while folder and folder not in folders:
            folders.add(folder)
            folder = folder.rpartition("/")[0]
    return folders
