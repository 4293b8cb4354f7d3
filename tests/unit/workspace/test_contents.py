"""What files held is kept by its hash, whole or not at all."""

import pytest

from octoprompt.errors import StoreDamaged, StoreProblem
from octoprompt.workspace.contents import Contents
from octoprompt.workspace.text import content_hash


@pytest.mark.parametrize("data", [b"", b"text\r\n", bytes(range(256)) * 5000])
def test_a_content_comes_back_as_it_was(tmp_path, data: bytes):
    """Whatever the bytes, by the hash of them; the same content is kept once."""
    contents = Contents(tmp_path / "contents")

    name = contents.put(data)

    assert name == content_hash(data) == contents.put(data)
    assert contents.get(name) == data
    assert len([*(tmp_path / "contents").glob("??/*")]) == 1


def test_a_damaged_content_is_not_given(tmp_path):
    """A file that is cut, changed or gone is an error, never other bytes."""
    contents = Contents(tmp_path)
    one, two = contents.put(b"one" * 100), contents.put(b"two" * 100)
    path_one, path_two = (tmp_path / name[:2] / name for name in (one, two))

    path_one.write_bytes(path_two.read_bytes())
    path_two.write_bytes(path_two.read_bytes()[:5])

    for name in (one, two, content_hash(b"three")):
        with pytest.raises(StoreDamaged):
            contents.get(name)


def test_a_folder_that_cannot_be_written_is_told(tmp_path):
    """Before anything is changed that would need it."""
    (tmp_path / "file").write_text("")

    with pytest.raises(StoreProblem, match="nothing was changed"):
        Contents(tmp_path / "file" / "contents").put(b"data")


def test_only_what_nobody_needs_goes_and_only_beyond_the_limit(tmp_path):
    """The needed contents stay whatever the limit."""
    contents = Contents(tmp_path, limit_bytes=1)
    old, needed = contents.put(b"old"), contents.put(b"needed")

    assert Contents(tmp_path).prune([]) == 0
    assert contents.prune([needed]) == 1
    assert contents.get(needed) == b"needed"
    with pytest.raises(StoreDamaged):
        contents.get(old)
