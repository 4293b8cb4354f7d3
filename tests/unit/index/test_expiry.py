import os

import pytest

from octoprompt.index.expiry import DAY_S, GONE_DAYS, UNUSED_DAYS, size_of, sweep
from octoprompt.index.storage import open_storage


@pytest.fixture
def used(tmp_path):
    """The index files of three roots: not opened for long, gone, and opened just now."""
    paths = {}
    for name in ("old", "gone", "new"):
        (tmp_path / name).mkdir()
        storage = open_storage(tmp_path / "cache", tmp_path / name)
        paths[name] = storage.path
        storage.close()
    (tmp_path / "gone").rmdir()
    return paths


def later(path, days):
    """Give a time so many days after a file was last opened."""
    return path.with_suffix(".lock").stat().st_mtime + days * DAY_S


def kept(used):
    """Name those that are left."""
    return {name for name, path in used.items() if path.exists()}


def test_an_index_goes_when_it_was_not_opened_for_long(used):
    """Sixty days later, and not a day earlier."""
    os.utime(used["old"].with_suffix(".lock"), (0, later(used["new"], -UNUSED_DAYS + 1)))
    now = later(used["new"], 0)
    assert sweep(used["new"].parent, now) == 0
    assert sweep(used["new"].parent, now + 2 * DAY_S) == 1
    assert kept(used) == {"gone", "new"}


def test_an_index_goes_when_its_root_has_been_gone_for_long(used, tmp_path):
    """From when that was noticed; a root that comes back in time keeps it."""
    folder, now = used["new"].parent, later(used["new"], 0)
    sweep(folder, now)
    (tmp_path / "gone").mkdir()
    sweep(folder, now + (GONE_DAYS + 1) * DAY_S)
    assert kept(used) == {"old", "gone", "new"}
    (tmp_path / "gone").rmdir()
    sweep(folder, now + (GONE_DAYS + 2) * DAY_S)
    sweep(folder, now + (2 * GONE_DAYS + 1) * DAY_S)
    assert kept(used) == {"old", "gone", "new"}
    assert sweep(folder, now + (2 * GONE_DAYS + 3) * DAY_S) == 1
    assert kept(used) == {"old", "new"}


def test_an_index_in_use_stays(used, tmp_path):
    """However long ago it was opened."""
    storage = open_storage(tmp_path / "cache", tmp_path / "old")
    assert sweep(storage.path.parent, later(storage.path, 10 * UNUSED_DAYS)) == 2
    assert kept(used) == {"old"}
    storage.close()
    indexes, size = size_of(storage.path.parent)
    assert indexes == 1
    assert size >= storage.path.stat().st_size
