"""The past of a repository as `git log` tells it.

What each commit said, and the files it touched.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

GitRun = Callable[..., str]
"""Runs git in the root with these arguments and gives its output; raises when git fails."""
NEWEST = 12_000
"""So many commits are looked at, without merges."""
FEW = 300
"""So many missing commits are asked for by name; more are read in one sweep."""
MESSAGE_CHARS = 2_000
MAX_FILES = 100
"""A commit that touches more says nothing about any of them."""
_FORMAT = "--format=%x01%H%x02%ct%x02%B%x02"
_TRAILER = re.compile(
    r"^[A-Z][\w-]+(-[Bb]y|-[Ii]d|-[Oo]n): .*$|^\(cherry picked from .*$|https?://\S+", re.MULTILINE
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Commit:
    """One commit without a second parent."""

    sha: str
    time: int
    """Committer time, seconds since 1970."""
    message: str
    """First line, then what follows it, without trailers and addresses."""
    paths: tuple[str, ...]
    """Touched files below the root, with their names after the commit.

    None when there are too many.
    """
    renames: tuple[tuple[str, str], ...]
    """Old and new path."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Log:
    """What a reading of the history found."""

    head: str
    """Empty when there is no commit."""
    order: tuple[str, ...]
    """Commits that HEAD reaches, newest first."""
    fresh: tuple[Commit, ...]
    """Those that were not known before."""
    note: str = ""
    """Why the history is short or missing."""


NO_LOG = Log(head="", order=(), fresh=())
"""What there is without a repository."""


def read_log(git: GitRun, known: Callable[[str], bool], rev: str = "HEAD") -> Log:
    """Read the commits that `rev` reaches; those already known are not read again."""
    head = git("rev-parse", "--verify", "--quiet", f"{rev}^{{commit}}").strip()
    order = tuple(git("rev-list", "--no-merges", f"--max-count={NEWEST}", head).split())
    missing = [sha for sha in order if not known(sha)]
    fresh = _read(git, head, missing)
    is_shallow = git("rev-parse", "--is-shallow-repository").strip() == "true"
    note = f"the clone is shallow: only {len(order)} commits of history" if is_shallow else ""
    return Log(head=head, order=order, fresh=tuple(fresh), note=note)


def _read(git: GitRun, head: str, missing: Sequence[str]) -> list[Commit]:
    if not missing:
        return []
    names = ("log", "--no-merges", "--relative", "-M", "--name-status", "-z", _FORMAT)
    if len(missing) <= FEW:
        return list(parse_log(git(*names, "--no-walk=unsorted", *missing)))
    wanted = set(missing)
    everything = git(*names, f"--max-count={NEWEST}", head)
    return [commit for commit in parse_log(everything) if commit.sha in wanted]


def parse_log(text: str) -> Iterator[Commit]:
    """Take apart what `git log -z --name-status` printed in our format."""
    for record in text.split("\x01")[1:]:
        parts = record.split("\x02")
        if len(parts) < 4 or not parts[1].isdigit():
            continue
        paths, renames = _touched(parts[-1])
        yield Commit(
            sha=parts[0],
            time=int(parts[1]),
            message=clean("\x02".join(parts[2:-1])),
            paths=paths if len(paths) <= MAX_FILES else (),
            renames=renames,
        )


def _touched(text: str) -> tuple[tuple[str, ...], tuple[tuple[str, str], ...]]:
    fields = iter(text.strip("\0\n").split("\0"))
    paths: list[str] = []
    renames: list[tuple[str, str]] = []
    for status in fields:
        if (path := next(fields, None)) is None:
            break
        if status.lstrip("\n")[:1] in {"R", "C"}:
            old, path = path, next(fields, path)
            if status.lstrip("\n").startswith("R"):
                renames.append((old, path))
        paths.append(path)
    return tuple(paths), tuple(renames)


def clean(message: str) -> str:
    """Take trailers and addresses out of a commit message, and cut it to a readable length."""
    return _TRAILER.sub(" ", message.strip()).strip()[:MESSAGE_CHARS]
