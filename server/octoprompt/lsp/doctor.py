"""What works on this machine, and what to do about the rest: a list for people."""

import platform
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from importlib import metadata
from pathlib import Path
from typing import NamedTuple

from octoprompt import __version__
from octoprompt.index.expiry import size_of
from octoprompt.index.grammars import tools
from octoprompt.index.languages import LANGUAGES
from octoprompt.settings import Settings

MIN_GIT = (2, 20)
FIXED_SQLITE = (3, 51, 3)
LIBRARIES = (
    "pygls",
    "lsprotocol",
    "pydantic",
    "sqlalchemy",
    "tree-sitter",
    "tiktoken",
    "litellm",
    "numpy",
)


class Finding(NamedTuple):
    """One line of the list; `advice` is empty when all is well."""

    what: str
    found: str
    advice: str = ""


def run() -> tuple[int, str]:
    """Give the exit code, 1 when something does not work, and the findings to print."""
    findings = [finding for check in CHECKS for finding in check()]
    width = max(len(finding.what) for finding in findings)
    lines: list[str] = []
    for finding in findings:
        mark = "FAIL" if finding.advice else "ok  "
        lines.append(f"{mark} {finding.what:{width}}  {finding.found}")
        if finding.advice:
            lines.append(f"     {'':{width}}  -> {finding.advice}")
    return int(any(finding.advice for finding in findings)), "\n".join(lines)


def versions() -> Iterator[Finding]:
    """Python, this program, and the libraries that matter."""
    yield Finding("octoprompt", f"{__version__} in {Path(__file__).parent.parent}")
    advice = "" if sys.version_info >= (3, 11) else "install Python 3.11 or newer"
    yield Finding("python", f"{platform.python_version()} {sys.executable}", advice)
    for name in LIBRARIES:
        try:
            yield Finding(name, metadata.version(name))
        except metadata.PackageNotFoundError:
            yield Finding(name, "missing", f"install it: {sys.executable} -m pip install {name}")


def sqlite() -> Iterator[Finding]:
    """SQLite with the full text search that prompts and tickets need."""
    note = "" if sqlite3.sqlite_version_info >= FIXED_SQLITE else " (writers take turns by a lock)"
    yield Finding("sqlite", sqlite3.sqlite_version + note)
    try:
        with sqlite3.connect(":memory:") as connection:
            connection.execute("CREATE VIRTUAL TABLE t USING fts5(x)")
        connection.close()
        yield Finding("sqlite FTS5", "there")
    except sqlite3.OperationalError as error:
        yield Finding("sqlite FTS5", str(error), "use a Python whose sqlite3 has FTS5")


def git() -> Iterator[Finding]:
    """Git, which names files and history; without it both are poorer."""
    path = shutil.which("git")
    if path is None:
        yield Finding("git", "missing", "install git: history and ignore rules come from it")
        return
    run = subprocess.run(
        [path, "--version"], capture_output=True, text=True, timeout=10, check=False
    )
    text = run.stdout.strip()
    numbers = [int(part) for part in text.split()[-1].split(".")[:2] if part.isdigit()]
    advice = "" if tuple(numbers) >= MIN_GIT or not numbers else "install git 2.20 or newer"
    yield Finding("git", f"{text} {path}", advice)


def grammars() -> Iterator[Finding]:
    """Every grammar loads and accepts its query."""
    for language in LANGUAGES:
        if language.has_grammar:
            try:
                tools(language)
            except (ImportError, OSError, ValueError, SyntaxError) as error:
                advice = f"reinstall it: {sys.executable} -m pip install {language.module}"
                yield Finding(f"grammar {language.id}", str(error)[:200], advice)
            else:
                yield Finding(f"grammar {language.id}", "loads")


def folders() -> Iterator[Finding]:
    """Both folders can be written."""
    settings = Settings()
    for name, folder in (("data", settings.data_dir), ("cache", settings.cache_dir)):
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=folder):
                pass
            yield Finding(f"{name} folder", str(folder))
        except OSError as error:
            advice = f"make it writable, or set OCTOPROMPT_{name.upper()}_DIR"
            yield Finding(f"{name} folder", f"{folder}: {error.strerror}", advice)


def cache() -> Iterator[Finding]:
    """How much room the indexes take; they can be deleted while no server runs."""
    folder = Settings().cache_dir / "index"
    count, size = size_of(folder)
    yield Finding("cache size", f"{count} indexes, {size / 1e6:,.0f} MB in {folder}")


CHECKS: tuple[Callable[[], Iterator[Finding]], ...] = (
    versions,
    sqlite,
    git,
    grammars,
    folders,
    cache,
)
