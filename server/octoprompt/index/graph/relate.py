"""What goes with a file: what it imports, who imports it, its tests, what changes with it."""

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from octoprompt.index.graph.imports import Imports
from octoprompt.index.graph.naming import subject_of
from octoprompt.index.graph.places import Found, shared
from octoprompt.index.retrieval.company import Company
from octoprompt.index.retrieval.kinds import kind_of

SHOWN_NAMES = 3
NAMED_AFTER = 1.0
IMPORTS = 0.6
CHANGED = 0.5
USES = 0.3
EXTENDS = 1.0
_PROGRAMS = frozenset({"source", "test", "made"})
"""Kinds of files that use a name; prose and data only mention it."""


@dataclass(frozen=True, slots=True)
class RelatedFile:
    """A file, why it goes with the other, and how much: 0..1."""

    path: str
    reason: str
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Related:
    """What goes with a file, each best first."""

    imports: tuple[RelatedFile, ...]
    importers: tuple[RelatedFile, ...]
    tests: tuple[RelatedFile, ...]
    co_changed: tuple[RelatedFile, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What is known of a file besides the imports."""

    company: Company
    used: Mapping[str, tuple[str, float]] = field(default_factory=dict[str, tuple[str, float]])
    """By path: a name that it defines and the file uses; how telling (at most 1)."""
    extended: frozenset[str] = frozenset()
    """Names that the file extends or implements."""


def relate(graph: Imports, path: str, evidence: Evidence, limit: int) -> Related:
    """Give at most `limit` files of each kind."""
    evidence = _without_namesakes(graph, path, evidence)
    return Related(
        imports=_best(_imports(graph, path, evidence), limit),
        importers=_best(_importers(graph, path, evidence), limit),
        tests=_best(_tests(graph, path, evidence), limit),
        co_changed=_best(_co_changed(path, evidence), limit),
    )


def _without_namesakes(graph: Imports, path: str, evidence: Evidence) -> Evidence:
    """Leave out shared names that imports say come from elsewhere."""
    company = evidence.company
    users = {
        other: (name, weight)
        for other, (name, weight) in company.users.items()
        if not _brings_from_elsewhere(graph, other, name, path)
    }
    used = {
        other: (name, weight)
        for other, (name, weight) in evidence.used.items()
        if not _brings_from_elsewhere(graph, path, name, other)
    }
    return replace(evidence, company=replace(company, users=users), used=used)


def _brings_from_elsewhere(graph: Imports, path: str, name: str, source: str) -> bool:
    return any(name in link.names and link.path != source for link in graph.links.get(path, ()))


Reasons = dict[str, list[tuple[float, str]]]
"""By path: parts of the score with what they come from."""


def _imports(graph: Imports, path: str, evidence: Evidence) -> Reasons:
    found: Reasons = {}
    for link in graph.links.get(path, ()):
        # What everybody imports says little about this file.
        rarity = 1 / math.log2(2 + len(graph.importers.get(link.path, ())))
        found[link.path] = [(_weight(link) * rarity, _brings("imports", link))]
        if base := evidence.extended.intersection(link.names):
            found[link.path].append((EXTENDS, f"defines `{min(base)}`, which it extends"))
    for other, (name, weight) in evidence.used.items():
        reason = "" if found.get(other) else f"defines `{name}`, which it uses"
        found.setdefault(other, []).append((USES * weight, reason))
    return found


def _importers(graph: Imports, path: str, evidence: Evidence) -> Reasons:
    is_test = kind_of(path) == "test"
    found: Reasons = {}
    for other, link in graph.importers.get(path, ()):
        if is_test or kind_of(other) != "test":
            focus = 1 / math.log2(2 + len(graph.links[other]))
            found[other] = [(_weight(link) * focus, _brings("imports", link))]
    for other, (name, weight) in evidence.company.users.items():
        kind = kind_of(other)
        if kind in _PROGRAMS and (is_test or kind != "test"):
            reason = "" if found.get(other) else f"uses `{name}`"
            found.setdefault(other, []).append((USES * weight, reason))
    return found


def _weight(link: Found) -> float:
    return (1 + math.log1p(len(link.names))) / link.of


def _brings(verb: str, link: Found) -> str:
    if not link.names:
        return f"{verb} it" if link.of == 1 else f"{verb} its package"
    names = ", ".join(f"`{name}`" for name in link.names[:SHOWN_NAMES])
    more = len(link.names) - SHOWN_NAMES
    return f"{verb} {names}" + (f" and {more} more" if more > 0 else "")


def _tests(graph: Imports, path: str, evidence: Evidence) -> Reasons:
    """Give the tests of a file; of a test, the files that it tests."""
    is_test = kind_of(path) == "test"
    wanted = "source" if is_test else "test"
    found: Reasons = {}
    for other, weight, reason in (
        *_named_alike(graph, path),
        *(_tested(graph, path, evidence) if is_test else _testing(graph, path, evidence)),
    ):
        if other != path and kind_of(other) == wanted:
            found.setdefault(other, []).append((weight, reason))
    for other, (n, weight) in evidence.company.together.items():
        if other in found:
            found[other].append((CHANGED * weight, _changed(n, evidence.company.n_commits)))
    return found


def _named_alike(graph: Imports, path: str) -> Iterator[tuple[str, float, str]]:
    subject = subject_of(path)
    for other in graph.by_subject.get(subject, ()) if subject else ():
        near = 0.5 + 0.5 * shared(path, other) / max(1, path.count("/"))
        yield other, NAMED_AFTER * near, f"both are named after `{_stem(path)}`"


def _tested(graph: Imports, path: str, evidence: Evidence) -> Iterator[tuple[str, float, str]]:
    for link in graph.links.get(path, ()):
        rarity = 1 / math.log2(2 + len(graph.importers.get(link.path, ())))
        yield link.path, IMPORTS * rarity, _brings("the test imports", link)
    for other, (name, weight) in evidence.used.items():
        yield other, USES * weight, f"defines `{name}`"


def _testing(graph: Imports, path: str, evidence: Evidence) -> Iterator[tuple[str, float, str]]:
    importers = dict(graph.importers.get(path, ()))
    for other, link in importers.items():
        focus = 1 / math.log2(2 + len(graph.links[other]))
        yield other, IMPORTS * _weight(link) * focus, _brings("imports", link)
    for other, (name, weight) in evidence.company.users.items():
        yield other, USES * weight, "" if other in importers else f"uses `{name}`"


def _stem(path: str) -> str:
    name = path.rpartition("/")[2]
    return name.partition(".")[0] or name


def _co_changed(path: str, evidence: Evidence) -> Reasons:
    return {
        other: [(weight, _changed(n, evidence.company.n_commits))]
        for other, (n, weight) in evidence.company.together.items()
        if other != path
    }


def _changed(n: int, of: int) -> str:
    return f"changed in {n} of its {of} commits" if of > 1 else "changed in the same commit"


def _best(found: Reasons, limit: int) -> tuple[RelatedFile, ...]:
    totals = {path: sum(weight for weight, _ in parts) for path, parts in found.items()}
    top = max(totals.values(), default=0)
    order = sorted((p for p in totals if totals[p] > 0), key=lambda p: (-round(totals[p], 9), p))
    return tuple(
        RelatedFile(path, _reason(found[path]), round(totals[path] / top, 4))
        for path in order[:limit]
    )


def _reason(parts: Iterable[tuple[float, str]]) -> str:
    """Give the two weightiest reasons."""
    said = [reason for _, reason in sorted(parts, key=lambda part: -part[0]) if reason]
    return "; ".join(dict.fromkeys(said[:2]))
