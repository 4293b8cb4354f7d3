"""Projects are known again, and go to the bin with what belongs to them."""

import pytest

from octoprompt.errors import UnknownId
from octoprompt.store.selections import SelectionChange


async def test_a_root_is_one_project_however_often_it_is_opened(store, tmp_path):
    """Opening again changes nothing but the time of use."""
    first = await store.projects.opened(tmp_path, None)
    assert await store.projects.opened(tmp_path, "later known#") == first
    project = await store.projects.get(first)
    assert (project.name, project.root) == (tmp_path.name, str(tmp_path))
    assert project.identity == "later known#"


async def test_a_moved_folder_is_known_by_its_identity(store, tmp_path):
    """Its name and description come along."""
    old = tmp_path / "old"
    old.mkdir()
    project = await store.projects.opened(old, "abc#")
    await store.projects.update(project, "My project", "what it is")
    new = old.rename(tmp_path / "new")
    assert await store.projects.opened(new, "abc#") == project
    known = await store.projects.get(project)
    assert (known.name, known.description, known.root) == ("My project", "what it is", str(new))


async def test_two_clones_are_two_projects(store, tmp_path):
    """The same repository in two folders that both exist is not a move."""
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
    one = await store.projects.opened(tmp_path / "one", "abc#")
    two = await store.projects.opened(tmp_path / "two", "abc#")
    assert one != two
    assert await store.projects.opened(tmp_path / "one", "abc#") == one


async def test_folders_without_identity_are_never_mixed_up(store, tmp_path):
    """Two folders without git are two projects, also when one is gone."""
    gone = await store.projects.opened(tmp_path / "gone", None)
    assert await store.projects.opened(tmp_path, None) != gone


async def test_the_latest_used_comes_first(store, tmp_path):
    """A list shows what the user works on."""
    for name in ("a", "b", "c", "a"):
        await store.projects.opened(tmp_path / name, None)
    assert [project.name for project in await store.projects.list()] == ["a", "c", "b"]


async def test_an_update_changes_only_what_is_given(store, tmp_path):
    """An empty description clears it, None leaves it."""
    project = await store.projects.opened(tmp_path, None)
    await store.projects.update(project, None, "words")
    assert (await store.projects.update(project, "name", None)).description == "words"
    cleared = await store.projects.update(project, None, "")
    assert (cleared.name, cleared.description) == ("name", "")


async def test_a_removed_project_is_gone_with_its_selections(store, tmp_path):
    """It says how many, and opening the folder again begins a new one."""
    project = await store.projects.opened(tmp_path, None)
    saved = await store.selections.save(
        SelectionChange(project_id=project, id=None, name="s", body={}, items=0, version=None)
    )
    removed = await store.projects.remove(project)
    assert removed.project.id == project
    assert removed.counts["selections"] == 1
    assert await store.projects.list() == []
    for question in (store.projects.get(project), store.selections.get(saved.id)):
        with pytest.raises(UnknownId):
            await question
    assert await store.projects.opened(tmp_path, None) != project


async def test_an_unknown_project_is_told(store):
    """Reading, changing and removing what is not there fails alike."""
    for question in (
        store.projects.get("no"),
        store.projects.update("no", "x", None),
        store.projects.remove("no"),
    ):
        with pytest.raises(UnknownId, match="`no`"):
            await question
