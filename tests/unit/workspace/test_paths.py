"""Names of paths: what is refused before the disk is asked."""

from pathlib import Path

import pytest

from octoprompt.errors import FileProblem, PathNotFound, PathOutsideRoot
from octoprompt.workspace.paths import (
    above,
    beneath,
    from_uri,
    is_git_internal,
    shown,
    size_in_words,
    split,
)

ROOT = (Path("/home/me/work"),)


@pytest.mark.parametrize(
    ("path", "parts"),
    [
        ("", ()),
        (".", ()),
        ("a", ("a",)),
        ("a/b/c.py", ("a", "b", "c.py")),
        ("a//b/./c/", ("a", "b", "c")),
        ("a b/ü/日.txt", ("a b", "ü", "日.txt")),
        (".gitignore", (".gitignore",)),
        (".github/x", (".github", "x")),
        ("a..b/...", ("a..b", "...")),
        ("legit.git/x", ("legit.git", "x")),
    ],
)
def test_plain_paths_are_cut_into_parts(path, parts):
    """Doubled and trailing separators vanish, everything else stays."""
    assert split(path, windows=False) == parts


@pytest.mark.parametrize(
    "path",
    ["..", "../a", "a/../b", "a/..", "/etc/passwd", "//host/x", "..\\a", "a\\..\\b"],
)
@pytest.mark.parametrize("windows", [False, True])
def test_ways_out_are_refused_on_every_system(path, windows):
    """Upwards and absolute paths never get to the disk."""
    with pytest.raises(PathOutsideRoot):
        split(path, windows=windows)


@pytest.mark.parametrize(
    "path",
    [
        "C:/x",
        "C:x",
        "c:\\x",
        "\\\\host\\share\\x",
        "\\x",
        "\\\\?\\C:\\x",
        "a/file.txt:stream",
        "a.",
        "a ",
        "dir./x",
        "NUL",
        "con.txt",
        "a/COM1",
        "lpt9.log",
        "git~1/config",
    ],
)
def test_what_windows_reads_otherwise_is_refused_there(path):
    """Drives, shares, streams, devices and names that Windows trims."""
    with pytest.raises(PathOutsideRoot):
        split(path, windows=True)


@pytest.mark.parametrize(
    "name", [".git", ".GIT", ".Git", ".git.", ".git ", ".g\u200cit", "\u200d.git", "GIT~1"]
)
def test_every_spelling_of_gits_folder_is_known(name):
    """Case, trailing characters and invisible ones do not hide it."""
    assert is_git_internal(name)
    with pytest.raises(PathOutsideRoot):
        split(f"a/{name}/config")


def test_no_file_has_nul_or_endless_names():
    """What the system could not open is said before it is asked."""
    for path in ("a\0b", "x" * 10_000):
        with pytest.raises(PathNotFound):
            split(path)


def test_messages_show_paths_on_one_printable_line():
    """A hostile name cannot forge a second line of a message."""
    assert shown("a\nb\x1b[31m") == "a\\x0ab\\x1b[31m"
    assert len(shown("x" * 5000)) < 250


@pytest.mark.parametrize(
    ("location", "windows", "path"),
    [
        ("file:///home/me/a%20b.py", False, "/home/me/a b.py"),
        ("FILE:///home/me/%C3%BC", False, "/home/me/ü"),
        ("/home/me/plain", False, "/home/me/plain"),
        ("file:///c%3A/work/x.py", True, "c:/work/x.py"),
        ("file://host/share/x", True, "//host/share/x"),
        ("C:\\work\\x", True, "C:\\work\\x"),
    ],
)
def test_uris_become_paths(location, windows, path):
    """Editors send URIs, percent-encoded and with lower-case drives."""
    assert from_uri(location, windows=windows) == path


@pytest.mark.parametrize(
    "uri",
    [
        *("untitled:Untitled-1", "git:/home/me/work/a", "http://x/y"),
        "file://[no-host/home/me/work/a",
    ],
)
def test_other_schemes_are_no_files(uri):
    """An unsaved buffer or a remote document has no path here."""
    with pytest.raises(FileProblem):
        beneath(from_uri(uri), ROOT, windows=False)


@pytest.mark.parametrize(
    ("absolute", "relative"),
    [
        ("/home/me/work", ""),
        ("/home/me/work/a/b.py", "a/b.py"),
        ("/home/me/work/a/../b.py", "b.py"),
    ],
)
def test_paths_beneath_the_root_become_relative(absolute, relative):
    """The part beneath the root is what everything else speaks of."""
    assert beneath(absolute, ROOT, windows=False) == relative


@pytest.mark.parametrize(
    "absolute",
    ["/home/me/work2/x", "/home/me", "/home/me/work/../secret", "relative/x", "/"],
)
def test_paths_elsewhere_are_refused(absolute):
    """A sibling with the same beginning is not beneath the root."""
    with pytest.raises(PathOutsideRoot):
        beneath(absolute, ROOT, windows=False)


def test_windows_compares_roots_without_case():
    """An editor may write the drive and folders in another case."""
    roots = (Path("C:/Work"),)
    assert beneath("c:\\work\\Sub\\x.py", roots, windows=True) == "Sub/x.py"


@pytest.mark.parametrize(
    ("n_bytes", "words"),
    [
        (0, "0 bytes"),
        (1023, "1,023 bytes"),
        (1024, "1 KB"),
        (2 * 1024**2, "2 MB"),
        (110_000_000, "104.9 MB"),
        (5 * 1024**5, "5,120 TB"),
    ],
)
def test_a_size_is_said_as_editors_show_it(n_bytes: int, words: str):
    """In multiples of 1024, with one digit at most."""
    assert size_in_words(n_bytes) == words


def test_a_size_a_little_above_the_limit_is_said_to_the_byte():
    """Two numbers that look alike explain nothing."""
    assert above(2049, 2048) == "2,049 bytes, more than the limit of 2,048"
    assert above(3 * 1024**2, 2048) == "3 MB, more than the limit of 2 KB"
