import gc
import tracemalloc
from pathlib import Path
from time import thread_time

import pytest

from octoprompt.index.extract import PLAIN_PARSE_BYTES, extract
from octoprompt.index.languages import BY_ID

SOURCES = Path(__file__).parent / "sources"


def seconds_per_byte(language: str, source: bytes) -> float:
    """Give the CPU time of an extraction, the best of four."""
    times: list[float] = []
    for _ in range(4):
        start = thread_time()
        extract(BY_ID[language], source)
        times.append(thread_time() - start)
    return min(times) / len(source)


@pytest.mark.parametrize(("language", "name"), [("html", "html.html"), ("ruby", "ruby.rb")])
def test_large_files_take_no_more_time_a_byte(language: str, name: str):
    """Queries with predicates read texts one by one: out of large chunks that was quadratic."""
    one = (SOURCES / name).read_bytes() + b"\n"
    small = one * (PLAIN_PARSE_BYTES // 2 // len(one))
    large = one * (8 * PLAIN_PARSE_BYTES // len(one))
    assert seconds_per_byte(language, large) < 4 * seconds_per_byte(language, small)


def test_large_files_give_the_same_as_small_ones():
    """The chunked parse of large files finds what the plain parse of small ones does."""
    one = (SOURCES / "rust.rs").read_bytes() + b"\n"
    copies = PLAIN_PARSE_BYTES // len(one) + 2
    once, often = (extract(BY_ID["rust"], one * n) for n in (1, copies))
    assert [s.name for s in often.symbols] == [s.name for s in once.symbols] * copies
    assert len(often.uses) == len(once.uses) * copies
    assert often.symbols[-1].end_byte - once.symbols[-1].end_byte == (copies - 1) * len(one)


def test_large_files_leave_nothing_in_memory():
    """The library keeps each piece that it reads for ever: it gets one again and again."""
    source = (SOURCES / "rust.rs").read_bytes()
    source *= PLAIN_PARSE_BYTES // len(source) + 2
    extract(BY_ID["rust"], source)
    tracemalloc.start()
    try:
        extract(BY_ID["rust"], source)
        gc.collect()
        before, _ = tracemalloc.get_traced_memory()
        for _ in range(5):
            extract(BY_ID["rust"], source)
        gc.collect()
        after, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert after - before < len(source) // 2


def test_a_data_file_gives_a_bounded_number_of_names():
    """A lock file or a table of translations does not crowd out the names of the code."""
    source = ("{" + ",".join(f'"k{i}": {{"x": 1}}' for i in range(3_000)) + "}").encode()
    parsed = extract(BY_ID["json"], source)
    assert len(parsed.symbols) == BY_ID["json"].max_symbols
    assert parsed.symbols[0].name == "k0"
    assert parsed.symbols[1].parent == 0
    assert parsed.problem == "only the first 2,000 of 6,000 definitions"
