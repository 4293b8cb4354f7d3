"""Searches that take long: cancelled at once, bounded in any case, and nobody waits for them."""

import time

import pytest

from support.client import Client, RpcFailure
from support.server import make_repository

SOON_S = 0.6
"""100 ms on a quiet machine."""
ENDLESS = {"query": "(a*)*c", "kind": "regex"}
LINE = "a" * 60 + "d c\n"


@pytest.fixture(scope="module")
def search(tmp_path_factory: pytest.TempPathFactory):
    """A server over lines that take a bad pattern for ever."""
    files = {f"f{n}.txt": LINE * 50 + f"needle {n}\n" for n in range(20)}
    root = make_repository(tmp_path_factory.mktemp("search") / "root", files)
    with Client(root) as client:
        client.until_idle()
        for kind in ("text", "regex"):
            assert len(needles(client, kind)) == 20
        yield client


def needles(client: Client, kind: str) -> list[str]:
    """Give the paths of an easy search."""
    found = client.request("files/search", {"query": "needle", "kind": kind})
    return [hit["path"] for hit in found["hits"]]


def test_a_cancelled_search_frees_its_child_at_once(search: Client):
    """The next pattern is answered soon, whenever the cancel comes."""
    slowest = 0.0
    for number in range(10):
        id_ = search.start("files/search", ENDLESS)
        if number % 2:
            search.ping()
        search.cancel(id_)
        began = time.monotonic()
        with pytest.raises(RpcFailure, match="-32800"):
            search.answer(id_, timeout=10)
        assert len(needles(search, "regex")) == 20
        slowest = max(slowest, time.monotonic() - began)
    assert slowest < SOON_S


def test_a_pattern_that_takes_for_ever_is_given_up_and_holds_nobody_up(search: Client):
    """It fails with what to do; texts are found and files listed meanwhile."""
    began = time.monotonic()
    id_ = search.start("files/search", ENDLESS)
    for _ in range(3):
        assert len(needles(search, "text")) == 20
        assert search.request("files/list")["total"] == 20
    assert not search.has_answer(id_)
    with pytest.raises(RpcFailure, match="600: the search took longer"):
        search.answer(id_, timeout=30)
    assert 4.5 < time.monotonic() - began < 20
    assert len(needles(search, "regex")) == 20


def test_many_searches_that_are_cancelled_leave_no_trace(search: Client):
    """As when somebody types: a hundred are begun and cancelled, the last one counts."""
    for number in range(100):
        kind = ("text", "regex")[number % 2]
        id_ = search.start(
            "files/search", {"query": f"needle{'' if number % 3 else ' '}", "kind": kind}
        )
        search.cancel(id_)
    assert len(needles(search, "text")) == 20
    assert len(needles(search, "regex")) == 20
    assert "never awaited" not in search.log()
