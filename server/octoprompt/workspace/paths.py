"""Workspace-relative paths: `/` between parts on every system, and never a way out."""

import ntpath
import os
import posixpath
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import NoReturn
from urllib.parse import unquote, urlsplit

from octoprompt.errors import PathNotFound, PathOutsideRoot

WINDOWS = os.name == "nt"
MAX_PATH_CHARS = 8192
MAX_SHOWN = 200
BYTES_PER_UNIT = 1024
WINDOWS_DEVICES = frozenset(
    (
        "con",
        "prn",
        "aux",
        "nul",
        "conin$",
        "conout$",
        *(f"{d}{n}" for d in ("com", "lpt") for n in "123456789¹²³"),
    )
)

SIZE_SETTING = "octoprompt.index.maxFileBytes"
"""What VS Code's users know `maxFileBytes` as: for messages that say what to raise."""


def shown(path: str) -> str:
    """Give a path for a message: one line, printable, at most `MAX_SHOWN` characters."""
    cut = path if len(path) <= MAX_SHOWN else f"{path[:MAX_SHOWN]}..."
    return "".join(c if c.isprintable() else f"\\x{ord(c):02x}" for c in cut)


def size_in_words(n_bytes: int) -> str:
    """Give a size as editors show it, in multiples of 1024: `812 bytes`, `2 MB`, `104.9 MB`."""
    size, unit = float(n_bytes), "bytes"
    for larger in ("KB", "MB", "GB", "TB"):
        if size < BYTES_PER_UNIT:
            break
        size, unit = size / BYTES_PER_UNIT, larger
    return f"{size:,.1f}".removesuffix(".0") + f" {unit}"


def above(n_bytes: int, limit: int) -> str:
    """Say that a size is above a limit, to the byte where it is so by little."""
    size, most = size_in_words(n_bytes), size_in_words(limit)
    if size == most:
        size, most = f"{n_bytes:,} bytes", f"{limit:,}"
    return f"{size}, more than the limit of {most}"


def split(relative: str, *, windows: bool = WINDOWS) -> tuple[str, ...]:
    """Cut a workspace-relative path into its parts; the root itself has none.

    Fails with `PathOutsideRoot` for an absolute path, a `..`, git's own folder, or a name that
    Windows reads as something else; with `PathNotFound` for what no file can be called.
    """
    if len(relative) > MAX_PATH_CHARS or "\0" in relative:
        raise PathNotFound(f"no file can be called `{shown(relative)}`")
    path = relative.replace("\\", "/") if windows else relative
    if path.startswith("/") or (windows and PureWindowsPath(path).drive):
        raise PathOutsideRoot(
            f"`{shown(relative)}` is absolute: give a path relative to the workspace root"
        )
    parts = tuple(part for part in path.split("/") if part not in ("", "."))
    for part in parts:
        _check(part, relative, windows=windows)
    return parts


def _check(part: str, relative: str, *, windows: bool) -> None:
    if part == ".." or ".." in part.split("\\"):
        raise PathOutsideRoot(f"`{shown(relative)}` leads upwards: `..` is not allowed in a path")
    if is_git_internal(part):
        raise PathOutsideRoot(f"`{shown(relative)}` belongs to git itself, not to the workspace")
    if windows:
        _check_windows(part, relative)


def is_git_internal(part: str) -> bool:
    """Say whether a name means `.git` on some file system.

    That is in any case, as Windows' short name, or with invisible characters.
    """
    if part == ".git":
        return True
    if part.isascii() and part[:1] not in (".", "g", "G"):
        return False
    folded = "".join(c for c in part if c.isprintable()).casefold().rstrip(". ")
    return folded in (".git", "git~1")


def _check_windows(part: str, relative: str) -> None:
    stem = part.split(".", 1)[0].rstrip(" ").casefold()
    if ":" in part or part.endswith((".", " ")) or stem in WINDOWS_DEVICES:
        raise PathOutsideRoot(f"`{shown(relative)}` is no plain file name on Windows")


def from_uri(location: str, *, windows: bool = WINDOWS) -> str:
    """Give the file system path of a `file:` URI; anything else comes back as it is.

    Fails with `PathOutsideRoot` for another scheme, and for what is no URI at all.
    """
    scheme, separator, _ = location.partition(":")
    if not separator or len(scheme) < 2 or not scheme.isidentifier() or "/" in scheme:
        return location
    if scheme.casefold() != "file":
        _refuse_scheme(location)
    try:
        parsed = urlsplit(location)
    except ValueError:
        _refuse_scheme(location)
    path = unquote(parsed.path, errors="surrogateescape")
    if windows:
        path = path.lstrip("/") if len(path) > 2 and path[2] == ":" else path
        return f"//{parsed.netloc}{path}" if parsed.netloc else path
    return path


def _refuse_scheme(location: str) -> NoReturn:
    raise PathOutsideRoot(f"`{shown(location)}` is no file on this machine")


def beneath(absolute: str, roots: tuple[Path, ...], *, windows: bool = WINDOWS) -> str:
    """Give the part of an absolute path beneath one of the roots, with `/` between its parts.

    It compares names only; whether a link leads out is the gate's business. Fails with
    `PathOutsideRoot`.
    """
    flavour = PureWindowsPath if windows else PurePosixPath
    path = flavour(ntpath.normpath(absolute) if windows else posixpath.normpath(absolute))
    for root in map(flavour, map(str, roots)):
        if path.is_relative_to(root):
            relative = path.relative_to(root).as_posix()
            return "" if relative == "." else relative
    raise PathOutsideRoot(f"`{shown(absolute)}` is outside the workspace root `{roots[0]}`")
