"""What git sees as changed, file by file, with the files that it does not know yet."""

import asyncio
from collections.abc import Iterable, Sequence
from typing import Protocol

from octoprompt.context.fences import printable
from octoprompt.context.model import Format, Omission, Unit
from octoprompt.context.redact import mask_secrets
from octoprompt.context.render import listing
from octoprompt.context.sections import diff_units
from octoprompt.context.sensitive import sensitive
from octoprompt.errors import FileProblem
from octoprompt.workspace.git import DIFF_LIMIT, DiffKind
from octoprompt.workspace.workspace import FileText, Workspace, file_text

MAX_UNTRACKED = 200
"""New files beyond are counted, not read."""
NOTHING = "nothing changed"


class Rules(Protocol):
    """Who knows the ignore rules."""

    async def excluded(self, paths: Iterable[str]) -> set[str]:
        """Give those of some paths that ignore rules of any kind leave out."""
        ...


async def changes(
    workspace: Workspace, rules: Rules, kind: DiffKind, form: Format, limit: int = DIFF_LIMIT
) -> tuple[list[Unit], list[Omission]]:
    """Give the git diff file by file, and why something of it is not there.

    Of what rules exclude, tracked or not, and of what holds secrets, nothing is given. New files
    that git does not know yet are in it whole, except in what is staged; together with the diff
    they are about `limit` bytes at most.
    """
    if kind == "none":
        return [], []
    found = await workspace.git.diff(kind, limit)
    units, refused = await asyncio.to_thread(diff_units, found.text, form)
    new = [] if kind == "staged" else await workspace.git.untracked()
    refused += [path for path in new if sensitive(path)]
    hidden = await rules.excluded([*(unit.path for unit in units), *new])
    units = [unit for unit in units if unit.path not in hidden]
    shown = [path for path in new if path not in hidden and not sensitive(path)]
    left = limit - len(found.text)
    added, omitted = await asyncio.to_thread(_new_files, workspace, shown, form, left)
    reasons = {
        **dict.fromkeys(refused, "by its name it holds or held secrets"),
        **dict.fromkeys(sorted(hidden), "ignore rules exclude it"),
    }
    omissions = [
        Omission(path=path, reason=f"its diff is not sent: {why}") for path, why in reasons.items()
    ]
    if found.reason and not (added and found.reason == NOTHING):
        omissions.append(Omission(path="", reason=f"git diff: {found.reason}"))
    if found.truncated:
        omissions.append(Omission(path="", reason="git diff: it was cut, it is too large"))
    return [*units, *added], [*omissions, *omitted]


def _new_files(
    workspace: Workspace, paths: Sequence[str], form: Format, limit: int
) -> tuple[list[Unit], list[Omission]]:
    """Give files as diffs that add them, until there are too many; reads them."""
    units: list[Unit] = []
    omitted: list[Omission] = []
    for number, path in enumerate(paths):
        if limit <= 0 or number == MAX_UNTRACKED:
            told = f"git diff: {len(paths) - number} more new files are left out, they are too many"
            omitted.append(Omission(path="", reason=told))
            break
        try:
            file = file_text(workspace.read_bytes(path))
        except FileProblem as problem:
            told = f"its diff is not sent: {problem.message}"
            omitted.append(Omission(path=path, reason=told))
            continue
        limit -= len(file.text)
        masked, masks = mask_secrets(_addition(path, file))
        shown = listing("diff", masked, form, "diff")
        units.append(Unit(section="diff", path=path, text=shown, masks=masks))
    return units, omitted


def _addition(path: str, file: FileText) -> str:
    """Give the diff that makes a file out of nothing, as git would once it knows the file."""
    name = printable(path)
    head = f"diff --git a/{name} b/{name}\nnew file\n"
    if not file.text:
        return head
    lines = file.text.removesuffix("\n").split("\n")
    body = "".join(f"+{line}\n" for line in lines)
    end = "" if file.text.endswith("\n") else "\\ No newline at end of file\n"
    return f"{head}--- /dev/null\n+++ b/{name}\n@@ -0,0 +1,{len(lines)} @@\n{body}{end}"
