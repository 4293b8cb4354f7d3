import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from octoprompt.index.bitmap import EVERYTHING, NOTHING, STRETCH, bitmap, hashes
from octoprompt.index.grams import MAX_CHANGED, Bitmaps, Table
from octoprompt.index.needles import of_text
from octoprompt.index.storage import open_storage


@pytest.fixture
def storage(tmp_path):
    """An index file without files."""
    (tmp_path / "root").mkdir()
    opened = open_storage(tmp_path / "cache", tmp_path / "root")
    yield opened
    opened.close()


def keep(storage, texts):
    """Write the bitmaps of some texts."""

    def write(connection):
        for number, (path, text) in enumerate(texts.items(), 1):
            connection.exec_driver_sql(
                "INSERT INTO file VALUES (?, ?, 0, 0, '', 0, 2, 0, '', '', '')", (number, path)
            )
            connection.exec_driver_sql("INSERT INTO grams VALUES (?, ?)", (number, bitmap(text)))

    storage.access.write_now(write)


def asked(bitmaps, storage, query):
    """Give the paths that may hold a text, asked both ways."""
    found = list(storage.access.read_now(lambda c: bitmaps.holding(c, of_text(query))))
    at_once = bitmaps.holding_at_once(of_text(query))
    assert at_once is not None
    assert list(at_once) == found
    return found


LETTERS = st.text("abKks\u212a\u017fü_ (\n", max_size=30)


@given(before=LETTERS, literal=LETTERS.filter(bool), after=LETTERS)
def test_a_text_that_holds_a_literal_is_never_left_out(before, literal, after):
    """In any case, and whatever `re` takes for the same letter."""
    text = before + literal.swapcase() + after
    if re.search(re.escape(literal), text, re.IGNORECASE) is None:
        return
    assert list(Table([("x", bitmap(text.encode()))]).holding(of_text(literal))) == ["x"]


def test_bitmaps_follow_what_is_committed(storage):
    """Loaded once in the order of paths, then kept up; what is gone is not found."""
    keep(storage, {"b.py": b"def apple(): pass\n", "a.py": b"apple juice\n", "c.py": b"pear\n"})
    bitmaps = Bitmaps()
    assert bitmaps.holding_at_once(of_text("apple")) is None
    assert asked(bitmaps, storage, "apple") == ["a.py", "b.py"]
    assert asked(bitmaps, storage, "APPLE J") == ["a.py"]
    bitmaps.put([("b.py", bitmap(b"now a pear\n")), ("a.py", NOTHING), ("d.py", EVERYTHING)])
    assert asked(bitmaps, storage, "apple") == ["d.py"]
    assert sorted(asked(bitmaps, storage, "pear")) == ["b.py", "c.py", "d.py"]


def test_many_changes_are_merged(storage):
    """However many there are, the latest bitmap of a path counts."""
    keep(storage, {f"f{n:04}.py": b"old text\n" for n in range(900)})
    bitmaps = Bitmaps()
    assert len(asked(bitmaps, storage, "old text")) == 900
    changed = [(f"f{n:04}.py", bitmap(b"new text\n")) for n in range(MAX_CHANGED + 50)]
    bitmaps.put(changed)
    assert bitmaps.holding_at_once(of_text("new text")) is None
    assert asked(bitmaps, storage, "new text") == [path for path, _ in changed]
    assert len(asked(bitmaps, storage, "old text")) == 900 - len(changed)


def test_forgotten_bitmaps_are_loaded_anew(storage):
    """As after a rebuild."""
    keep(storage, {"a.py": b"apple\n"})
    bitmaps = Bitmaps()
    assert asked(bitmaps, storage, "apple") == ["a.py"]
    storage.access.write_now(lambda c: c.exec_driver_sql("DELETE FROM grams") and None)
    bitmaps.forget()
    assert bitmaps.holding_at_once(of_text("apple")) is None
    assert asked(bitmaps, storage, "apple") == []


def test_a_bitmap_takes_a_fraction_of_its_text():
    """Between one and two bits a byte; texts of one and two signs may hold what they hold."""
    text = b"".join(b"word%d = other%d\n" % (n, n * 7) for n in range(5_000))
    assert len(text) / 8 <= len(bitmap(text)) <= len(text) / 4
    assert bitmap(b"ab") == EVERYTHING
    assert bitmap(b"") == NOTHING


@pytest.mark.parametrize("place", range(STRETCH - 5, STRETCH + 2))
def test_a_long_text_has_the_pieces_at_the_seams(place: int):
    """It is hashed stretch by stretch: what lies across two of them is found as well."""
    text = b"a" * place + b"wxyz" + b"a" * STRETCH
    known = np.unpackbits(np.frombuffer(bitmap(text), np.uint8), bitorder="little")
    bits = len(known).bit_length() - 1
    assert known[hashes(text) >> np.uint32(32 - bits)].all()
