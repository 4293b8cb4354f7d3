"""Selections: kept whole, never overwritten unseen."""

import pytest
from sqlalchemy import text

from octoprompt.errors import BadRequest, NameTaken, StaleVersion, StoreDamaged, UnknownId
from octoprompt.store.selections import SelectionChange

BODY = {"items": [{"path": "a ü.py", "mode": "auto"}], "instructions": "do 日本"}


@pytest.fixture
async def project(store, tmp_path):
    """A project's id."""
    return await store.projects.opened(tmp_path, None)


def new(project, name, body=None):
    """Give a selection to create."""
    return SelectionChange(
        project_id=project, id=None, name=name, body=body or BODY, items=1, version=None
    )


def edit(saved, **fields):
    """Give a change of a saved selection."""
    given = {"name": None, "body": saved.body, "items": 1, "version": None, **fields}
    return SelectionChange(project_id="", id=saved.id, **given)


async def test_a_selection_comes_back_as_it_was_saved(store, project):
    """The body is kept whole; the list is light and in order of names."""
    for name in ("beta", "Alpha", "gamma"):
        await store.selections.save(new(project, name))
    heads = await store.selections.list(project)
    assert [(head.name, head.items, head.version) for head in heads] == [
        ("Alpha", 1, 1),
        ("beta", 1, 1),
        ("gamma", 1, 1),
    ]
    assert (await store.selections.get(heads[0].id)).body == BODY


async def test_the_second_window_is_told_that_it_is_late(store, project):
    """A save with the version that was read fails when another save came between."""
    saved = await store.selections.save(new(project, "s"))
    again = await store.selections.save(edit(saved, body={"a": 1}, version=1))
    assert again.version == 2
    with pytest.raises(StaleVersion, match="`s`") as refused:
        await store.selections.save(edit(saved, body={"b": 2}, version=1))
    assert refused.value.data == {"version": 2}
    assert (await store.selections.get(saved.id)).body == {"a": 1}
    forced = await store.selections.save(edit(saved, body={"b": 2}))
    assert (forced.body, forced.version) == ({"b": 2}, 3)


async def test_names_are_unique_within_a_project(store, project, tmp_path):
    """Another project may have the same name, and a deleted one frees it."""
    saved = await store.selections.save(new(project, "s"))
    other = await store.selections.save(new(project, "t"))
    elsewhere = await store.projects.opened(tmp_path / "else", None)
    await store.selections.save(new(elsewhere, "s"))
    for attempt in (
        store.selections.save(new(project, "s")),
        store.selections.rename(other.id, "s"),
        store.selections.save(edit(other, name="s")),
    ):
        with pytest.raises(NameTaken, match="`s`"):
            await attempt
    assert (await store.selections.rename(other.id, "t")).name == "t"
    await store.selections.delete(saved.id)
    assert (await store.selections.rename(other.id, "s")).name == "s"


async def test_a_deleted_selection_is_given_back_once(store, project):
    """The answer holds what it was; afterwards it is unknown."""
    saved = await store.selections.save(new(project, "s"))
    assert (await store.selections.delete(saved.id)).body == BODY
    assert await store.selections.list(project) == []
    for question in (
        store.selections.get(saved.id),
        store.selections.delete(saved.id),
        store.selections.rename(saved.id, "x"),
        store.selections.save(edit(saved)),
    ):
        with pytest.raises(UnknownId):
            await question


async def test_a_new_selection_needs_a_name_and_a_project(store, project):
    """What is missing is said, and nothing is written."""
    with pytest.raises(BadRequest, match="`name`"):
        await store.selections.save(new(project, None))
    with pytest.raises(UnknownId):
        await store.selections.save(new("nowhere", "x"))
    assert await store.selections.list(project) == []


async def test_one_damaged_record_hides_no_other(store, project):
    """The list stays whole, and only the bad one cannot be opened."""
    bad = await store.selections.save(new(project, "bad"))
    good = await store.selections.save(new(project, "good"))
    access = store.selections._sessions.access  # noqa: SLF001  # to damage what is stored
    damage = text("UPDATE selection SET body = '{\"items\": [' WHERE id = :id")
    await access.write(lambda connection: connection.execute(damage, {"id": bad.id}))
    assert [head.name for head in await store.selections.list(project)] == ["bad", "good"]
    assert (await store.selections.get(good.id)).body == BODY
    with pytest.raises(StoreDamaged):
        await store.selections.get(bad.id)
