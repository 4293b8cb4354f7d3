"""User data on disks that fail, and when the power goes."""

import json
import os
import random
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from octoprompt.settings import Settings
from octoprompt.store.backup import backups
from octoprompt.store.health import is_whole
from octoprompt.store.place import Place
from octoprompt.store.prompts import ALL_PROMPTS
from octoprompt.store.store import Store
from support import disk
from support.store_faults import FAULTS

POINTS = int(os.environ.get("OCTOPROMPT_FAULTS", "5"))
CUTS = int(os.environ.get("OCTOPROMPT_POWER_CUTS", "12"))
SEED = int(os.environ.get("OCTOPROMPT_SEED", "1"))


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    """The disk that fails."""
    return disk.build(tmp_path_factory.mktemp("disk"))


async def look(data):
    """Start on a folder; give the ids and names of all prompts, read whole, and what was told."""
    store = Store(Settings(data_dir=data, cache_dir=data, database_url=None))
    await store.open()
    prompts = await store.prompts.list(ALL_PROMPTS)
    names = {p.id: (await store.prompts.get(p.id)).name for p in prompts}
    told = store.notices
    await store.close()
    return names, told


@pytest.mark.timeout(3600)
@pytest.mark.parametrize("fault", FAULTS)
async def test_a_failing_disk_loses_nothing_that_was_answered(fault, library, tmp_path):
    """Each call of the system fails once, at work and at a start: only our own errors are met.

    What was answered is there, and everything works again when the disk does.
    """
    data = tmp_path / "data"
    data.mkdir()
    done = disk.run(
        library,
        data,
        "store_faults",
        str(data),
        str(tmp_path),
        fault,
        "1",
        str(POINTS),
    )
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert report["wrong"] == []
    # A higher k finds no call to fail, as there are few syncs in so little work.
    assert report["failedCalls"] >= min(POINTS, 10)
    assert report["errors"]
    names, told = await look(data)
    assert set(report["acknowledged"]) <= set(names)
    assert told == ()
    with closing(sqlite3.connect(data / "octoprompt.db")) as database:
        assert database.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
    assert all(map(is_whole, backups(Place(data / "octoprompt.db"))))


@pytest.fixture(scope="module")
def story(library, tmp_path_factory):
    """What a disk was told while prompts were saved, from the first start on."""
    folder = tmp_path_factory.mktemp("story")
    data, log = folder / "data", folder / "log"
    data.mkdir()
    done = disk.run(library, data, "store_logged", str(data), str(log), "60")
    assert done.returncode == 0, done.stderr
    events = disk.read_log(log)
    assert sum(event.kind == "A" for event in events) == 60
    checkpoints = [e for e in events if e.kind == "W" and e.path.endswith("octoprompt.db")]
    assert len(checkpoints) > 100, "the log was never moved into the file"
    return data, events


@pytest.mark.timeout(3600)
async def test_power_loss_keeps_what_was_answered(story, tmp_path):
    """At any moment: of what was not synced some arrives, torn and in whatever order."""
    data, events = story
    chance = random.Random(SEED)  # noqa: S311 - where to cut
    first = next(n for n, event in enumerate(events) if event.kind == "A")
    cuts = sorted(chance.randrange(first, len(events)) for _ in range(CUTS))
    survivor, begin, answered = disk.Disk(files={}), 0, set()
    for number, cut in enumerate(cuts):
        for event in events[begin:cut]:
            survivor.happen(event)
            if event.kind == "A":
                answered.add(event.path)
        begin = cut
        left = tmp_path / str(number)
        for path, content in survivor.after_power_loss(chance).items():
            target = left / Path(path).relative_to(data)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
        names, told = await look(left)
        assert answered <= set(names), f"cut {cut}: {len(answered - set(names))} lost: {told}"
        assert told == ()
        assert is_whole(left / "octoprompt.db")


@pytest.mark.timeout(3600)
async def test_power_loss_during_the_first_start_is_harmless(story, tmp_path):
    """Before anything was saved: the next start makes what is missing, or says what was lost."""
    data, events = story
    chance = random.Random(SEED)  # noqa: S311 - where to cut
    first = next(n for n, event in enumerate(events) if event.kind == "A")
    for number in range(CUTS):
        survivor = disk.Disk(files={})
        for event in events[: chance.randrange(first)]:
            survivor.happen(event)
        left = tmp_path / str(number)
        left.mkdir()
        for path, content in survivor.after_power_loss(chance).items():
            (left / Path(path).relative_to(data)).write_bytes(content)
        names, _told = await look(left)
        assert names == {}
        assert is_whole(left / "octoprompt.db")


def test_a_clock_that_jumps_disturbs_nothing(library, tmp_path):
    """An hour back, a year ahead, past 2038, and back: versions, bin and backups are right."""
    data = tmp_path / "data"
    data.mkdir()
    done = disk.run(library, data, "store_clock", str(data))
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == []
