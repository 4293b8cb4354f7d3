"""What the child of text search reads, keeps and finds."""

import os

import pytest

from octoprompt.index.lines import Kind
from octoprompt.index.scanning import Scan, Shelf, keep, scan, stamp
from octoprompt.index.sieve import sieve
from octoprompt.workspace.gate import Gate, changed_at

ROOM = 1 << 20


def version(path):
    """Give the stamp that an index has of a file."""
    found = path.stat()
    return stamp(found.st_size, changed_at(found))


class Root:
    """A folder and the shelf of a child that searches it."""

    def __init__(self, folder, room=ROOM):
        self.folder, self.gate, self.shelf = folder, Gate(folder), Shelf(2 << 20, room)

    def put(self, name, data):
        """Write a file, later than before."""
        path = self.folder / name
        last = path.stat().st_mtime_ns if path.exists() else 0
        path.write_bytes(data)
        os.utime(path, ns=(last + 10**9, last + 10**9))
        return version(path)

    def find(self, query, versions, kind: Kind = "text", *, exact=False):
        """Give the names and lines of the hits."""
        order: Scan = (kind, query, exact, list(versions), list(versions.values()), {}, 100)
        return scan(self.gate, self.shelf, order)


@pytest.fixture
def root(tmp_path):
    """An empty root."""
    return Root(tmp_path)


ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le-bom", "cp1252", "utf-32")


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize(
    ("query", "kind", "exact"),
    [
        ("NeEdle", "text", False),
        ("needle é", "text", True),
        ("NEEDLE É", "text", False),
        (r"^need\w+ .$", "regex", False),
    ],
)
def test_every_encoding_is_searched(root, encoding, query, kind, exact):
    """The hit is shown as text, whichever way leads to it, the first time and the second."""
    text = "first\nneedle é\nlast\n"
    data = (
        b"\xff\xfe" + text.encode("utf-16-le")
        if encoding == "utf-16-le-bom"
        else text.encode(encoding)
    )
    versions = {"a.txt": root.put("a.txt", data)}
    for _ in range(2):
        assert root.find(query, versions, kind, exact=exact) == [("a.txt", 2, "needle é")]


def test_what_is_kept_spares_a_look_and_hides_nothing(root):
    """A file as it was is not read again for what it lacks; one that changed is."""
    versions = {"a.txt": root.put("a.txt", b"alpha\n")}
    assert root.find("beta", versions) == []
    (root.folder / "a.txt").write_bytes(b"beta!\n")
    assert root.find("beta", versions) == [], "it was read again"
    versions["a.txt"] = root.put("a.txt", b"beta!\n")
    assert root.find("beta", versions) == [("a.txt", 1, "beta!")]


def test_a_file_that_the_index_does_not_know_yet_is_read(root):
    """Stamp 0 means that nobody can say what is in it."""
    first = root.put("a.txt", b"alpha\n")
    assert root.find("beta", {"a.txt": first}) == []
    root.put("a.txt", b"beta\n")
    assert root.find("beta", {"a.txt": 0}) == [("a.txt", 1, "beta")]


def test_a_text_newer_than_its_stamp_is_not_kept_under_it(root):
    """It is read again under the old stamp as well."""
    old = root.put("a.txt", b"alpha\n")
    root.put("a.txt", b"gamma\n")
    assert root.find("beta", {"a.txt": old}) == []
    root.put("a.txt", b"beta!\n")
    assert root.find("beta", {"a.txt": old}) == [("a.txt", 1, "beta!")]


def test_what_is_kept_has_its_room(tmp_path):
    """What does not fit is read each time; what gave way makes room."""
    root = Root(tmp_path, room=10)
    versions = {name: root.put(name, b"123456\n") for name in ("a", "b")}
    assert root.find("x", versions) == []
    for name in versions:
        (tmp_path / name).write_bytes(b"12x456\n")
    assert root.find("x", versions) == [("b", 1, "12x456")]
    versions["a"] = root.put("a", b"1\n")
    versions["b"] = root.put("b", b"2\n")
    assert root.find("x", versions) == []
    for name in versions:
        (tmp_path / name).write_bytes(b"x\n")
    assert root.find("x", versions) == []


def test_a_look_behind_sees_the_end_of_the_line_before(root):
    """As it does when a whole text is searched."""
    versions = {"a.txt": root.put("a.txt", b"one\nneedle needle\n")}
    assert root.find(r"(?<!\s)needle", versions, "regex") == []
    assert root.find(r"(?<=\s)needle", versions, "regex") == [("a.txt", 2, "needle needle")]


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize(
    ("query", "lines"),
    [
        (r"one é;$", [1]),
        (r";$", [1, 2]),
        (r"(two);(?!.)", [2]),
        (r"^$", [3, 5]),
        (r"\s$", [4]),
        (r"one.é.$", [1]),
        (r"two.$", [2]),
        (r"two..$", []),
        (r"[\r]$", [1, 2, 3, 4]),
        (r"two;\r$", [2]),
        (r"\$|three[$]?", [4]),
    ],
)
def test_the_end_of_a_line_is_before_its_carriage_return(root, encoding, query, lines, monkeypatch):
    """A text of Windows gives what the same text of Linux does, and no hit shows a return."""
    text = "one é;\r\ntwo;\r\n\r\nthree$ \r\n"
    data = (
        b"\xff\xfe" + text.encode("utf-16-le")
        if encoding == "utf-16-le-bom"
        else text.encode(encoding)
    )
    versions = {"a.txt": root.put("a.txt", data)}
    for patience in (0, 0, 100):
        monkeypatch.setattr("octoprompt.index.sieve.PATIENCE", patience)
        sieve.cache_clear()
        found = root.find(query, versions, "regex")
        assert [line for _, line, _ in found] == lines
        assert not any("\r" in shown for _, _, shown in found)


def test_what_is_read_in_advance_is_kept(root):
    """The search that comes finds it there; what is too large or gone does no harm."""
    versions = {"a.txt": root.put("a.txt", b"alpha\n"), "gone.txt": 1 << 32 | 5}
    assert keep(root.gate, root.shelf, (list(versions), list(versions.values()))) is None
    (root.folder / "a.txt").write_bytes(b"beta!\n")
    assert root.find("beta", versions) == [], "it was read again"


def test_many_files_are_found_as_few_are(root, monkeypatch):
    """With a sieve from the first text on, and with none."""
    texts = {f"f{n}.txt": f"é value_{n}\nVALUE_{n % 7} = {n}\n"[n % 2 * 2 :] for n in range(40)}
    versions = {name: root.put(name, text.encode()) for name, text in texts.items()}
    found = []
    for patience in (0, 16, 1_000):
        monkeypatch.setattr("octoprompt.index.sieve.PATIENCE", patience)
        sieve.cache_clear()
        found += [root.find(r"value_\d+ =", versions, "regex") for _ in range(2)]
    assert found[0] == [(name, 2, texts[name].splitlines()[1]) for name in texts]
    assert found.count(found[0]) == 6
