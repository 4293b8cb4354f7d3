"""Children that share the files of a root among them."""

import asyncio

from octoprompt.children import ChildSpec
from octoprompt.index.scanning import stamp
from octoprompt.index.searchers import Searchers, Wanted
from octoprompt.workspace.gate import changed_at
from support.indexing import write

WANTED = Wanted(kind="regex", query=r"needle_\d", case_sensitive=False, limit=100)


async def test_children_read_in_advance_once(tmp_path, monkeypatch):
    """After their first search; what they read is not read again until its stamp is another."""
    monkeypatch.setattr("octoprompt.index.searchers.PAUSE_S", 0)
    write(tmp_path, {f"f{n}.txt": "hay\n" for n in range(9)})
    found = {path.name: path.stat() for path in tmp_path.iterdir()}
    versions = {name: stamp(each.st_size, changed_at(each)) for name, each in found.items()}
    spec = ChildSpec(module="octoprompt.index.scanning", args=(str(tmp_path), "1000"))
    searchers = Searchers(spec, 2)
    try:
        assert await searchers.look(WANTED, dict.fromkeys(versions, 0), {}) == []
        assert searchers.are_fresh()
        searchers.warm_up(versions)
        async with asyncio.timeout(20):
            while searchers.is_warming:  # noqa: ASYNC110 - nobody tells
                await asyncio.sleep(0.01)
        assert not searchers.are_fresh()
        write(tmp_path, dict.fromkeys(versions, "needle_1\n"))
        assert await searchers.look(WANTED, versions, {}) == [], "they were read again"
        hits = await searchers.look(WANTED, dict.fromkeys(versions, 0), {})
        assert [path for path, _, _ in hits] == sorted(versions)
    finally:
        await searchers.close()
