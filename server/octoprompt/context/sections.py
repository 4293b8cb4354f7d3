"""The sections beside the files, as units that are in or out as a whole."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

from octoprompt.context.fences import printable
from octoprompt.context.model import Format, MaskedSecret, Unit
from octoprompt.context.redact import mask_secrets
from octoprompt.context.render import file_frame, listing
from octoprompt.context.rules import show_hidden
from octoprompt.context.sensitive import sensitive

UNKNOWN = "?"
_DIFF_START = re.compile(r"^diff --git ", re.MULTILINE)
_DIFF_PATH = re.compile(
    r"^(?:\+\+\+ b/|--- a/|rename to |Binary files (?:\S+ and )?b/)(.+?)$", re.MULTILINE
)
_DIFF_SOURCE = re.compile(r"^(?:rename|copy) from (.+)$", re.MULTILINE)
_DIFF_NAMES = re.compile(r"^diff --git (?:\"?a/)(.+?)\"? \"?b/.+$", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """A problem that the editor shows; line from 1."""

    path: str
    line: int
    severity: str
    message: str
    source: str = ""


def rules_unit(path: str, label: str, text: str, form: Format) -> Unit:
    """Give a rules file as a unit, its invisible characters made visible and secrets masked."""
    visible, hidden = show_hidden(text)
    masked, secrets = mask_secrets(visible)
    before, after = file_frame(label, "", masked, form)
    return Unit(
        section="rules", path=path, text=f"{before}{masked}{after}", masks=(*hidden, *secrets)
    )


def diff_units(text: str, form: Format) -> tuple[list[Unit], list[str]]:
    """Give the diff file by file, and the paths left out because they are or were a secret's.

    So is a part whose path cannot be told.
    """
    units: list[Unit] = []
    refused: list[str] = []
    starts = [match.start() for match in _DIFF_START.finditer(text)]
    for start, end in pairwise([*starts, len(text)]):
        part = text[start:end]
        path = _diff_path(part)
        if path == UNKNOWN or any(map(sensitive, (path, *_DIFF_SOURCE.findall(_head(part))))):
            refused.append(path)
            continue
        masked, masks = mask_secrets(part)
        shown = listing("diff", masked, form, "diff")
        units.append(Unit(section="diff", path=path, text=shown, masks=masks))
    return units, refused


def problem_units(problems: Iterable[Problem], form: Format) -> list[Unit]:
    """Give the editor's problems, a unit for each file, errors before the others."""
    ordered = sorted(problems, key=lambda p: (p.path, p.line, p.severity, p.message))
    units: list[tuple[bool, Unit]] = []
    for path, group in groupby(ordered, key=lambda problem: problem.path):
        found = list(group)
        text, masks = mask_secrets("".join(map(_problem_line, found)))
        has_error = any(problem.severity == "error" for problem in found)
        unit = Unit(
            section="diagnostics",
            path=path,
            text=listing("diagnostics", text, form),
            masks=tuple(masks),
        )
        units.append((not has_error, unit))
    return [unit for _, unit in sorted(units, key=lambda pair: pair[0])]


def masked_prose(
    texts: Sequence[str], names: Sequence[str]
) -> tuple[list[str], list[MaskedSecret]]:
    """Mask secrets in prompts and tickets; `names` say what each is called in the account."""
    shown: list[str] = []
    found: list[MaskedSecret] = []
    for text, name in zip(texts, names, strict=True):
        masked, masks = mask_secrets(text)
        shown.append(masked)
        found += [MaskedSecret(path=name, line=m.line, kind=m.kind) for m in masks]
    return shown, found


def _problem_line(problem: Problem) -> str:
    source = f" [{problem.source}]" if problem.source else ""
    message = " ".join(problem.message.split())
    return f"{printable(problem.path)}:{problem.line}: {problem.severity}: {message}{source}\n"


def _diff_path(part: str) -> str:
    paths = [p.strip('"\t\r') for p in _DIFF_PATH.findall(_head(part)) if p != "/dev/null"]
    if paths:
        return paths[-1].removesuffix(" differ")
    match = _DIFF_NAMES.match(part)
    return match[1] if match else UNKNOWN


def _head(part: str) -> str:
    return part.split("\n@@", 1)[0]
