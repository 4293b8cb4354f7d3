"""What an editor says about files and texts reaches the index of every root that it is about."""

import asyncio
from contextlib import asynccontextmanager

from octoprompt.app import App
from octoprompt.lsp.documents import Document
from octoprompt.lsp.sync import Sync
from octoprompt.settings import Settings, WorkspaceOptions
from support.indexing import write


@asynccontextmanager
async def app_on(tmp_path, *roots):
    """Give an application with these roots, indexed."""
    app = App(Settings(data_dir=tmp_path / "data", cache_dir=tmp_path / "cache"))
    await app.start([*roots], WorkspaceOptions())
    try:
        for project in app.open_projects.values():
            await project.index.refresh()
        yield app
    finally:
        await app.close()


async def until_found(index, name, expected):
    """Wait for the definitions of a name, looking after each change."""
    moved = asyncio.Event()
    index.on_change = moved.set
    async with asyncio.timeout(15):
        while [symbol.path for symbol in await index.find_symbols(name, 5)] != expected:
            await moved.wait()
            moved.clear()


async def test_what_changes_before_there_is_an_application_is_told_later(tmp_path):
    """An index may have listed and read its files by then, and nobody scans again."""
    root = tmp_path / "root"
    write(root, {"a.py": "def first():\n    pass\n"})
    async with app_on(tmp_path, root) as app:
        sync = Sync(asyncio.create_task)
        write(root, {"a.py": "def saved_anew():\n    pass\n", "b.py": "def told():\n    pass\n"})
        sync.saved((root / "a.py").as_uri())
        sync.files_changed([(root / "b.py").as_uri()])
        sync.attach(app)
        index = app.project(None).index
        await until_found(index, "saved_anew", ["a.py"])
        await until_found(index, "told", ["b.py"])


async def test_a_root_inside_of_another_hides_nothing_from_it(tmp_path):
    """A file of both changes in both, on disk and in an editor."""
    outer, inner = tmp_path / "outer", tmp_path / "outer/inner"
    write(inner, {"a.py": "def first():\n    pass\n"})
    async with app_on(tmp_path, outer, inner) as app:
        sync = Sync(asyncio.create_task)
        sync.attach(app)
        by_root = {p.workspace.root.name: p.index for p in app.open_projects.values()}
        write(inner, {"b.py": "def told():\n    pass\n"})
        sync.files_changed([(inner / "b.py").as_uri()])
        await until_found(by_root["inner"], "told", ["b.py"])
        await until_found(by_root["outer"], "told", ["inner/b.py"])
        uri = (inner / "a.py").as_uri()
        sync.opened(Document(uri=uri, version=1, text="def unsaved():\n    pass\n"))
        await until_found(by_root["inner"], "unsaved", ["a.py"])
        await until_found(by_root["outer"], "unsaved", ["inner/a.py"])
        sync.closed(uri)
        await until_found(by_root["outer"], "unsaved", [])
