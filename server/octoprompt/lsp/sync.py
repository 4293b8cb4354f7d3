"""What the editor says about texts and files, carried to the workspaces and indexes."""

import asyncio
import contextlib
import re
from collections.abc import Callable, Coroutine, Iterable
from typing import TYPE_CHECKING, Any

from octoprompt.errors import FileProblem
from octoprompt.lsp.documents import Change, Document, Encoding, changed, whole

if TYPE_CHECKING:
    from octoprompt.app import App, OpenProject

Spawn = Callable[[Coroutine[Any, Any, None]], object]
_STANDING = re.compile(
    r"/\.git/(HEAD|logs/HEAD|refs/heads/.*|packed-refs|reftable/.*|info/exclude)$"
)
"""What git writes when another commit is checked out, or its own rules are changed."""


class Sync:
    """Keeps open texts, and tells the project that a text belongs to; works without an app, too.

    An open text lies over its file only while the two differ.
    """

    def __init__(self, spawn: Spawn) -> None:
        self._spawn = spawn
        self._documents: dict[str, Document] = {}
        self._early: set[str] = set()
        """Files that changed before there was anyone to tell: the first list may be older."""
        self._app: App | None = None
        self.encoding: Encoding = "utf-16"

    def attach(self, app: "App") -> None:
        """Begin to carry changes; texts that were opened before are carried now."""
        self._app = app
        self.replay()
        self.files_changed(self._early)
        self._early.clear()

    def replay(self) -> None:
        """Lay all open texts over their files again, as after a root was added."""
        for document in self._documents.values():
            self._overlay(document)

    def opened(self, document: Document) -> None:
        """An editor shows a text."""
        document = Document(uri=document.uri, version=document.version, text=whole(document.text))
        self._documents[document.uri] = document
        self._overlay(document)

    def changed(self, uri: str, version: int, changes: list[Change]) -> None:
        """An editor's text changed; nothing happens to one that was never opened."""
        before = self._documents.get(uri)
        if before is None:
            return
        text = changed(before.text, changes, self.encoding)
        document = Document(uri=uri, version=version, text=text)
        self._documents[uri] = document
        for project, path in self._places(uri):
            project.workspace.overlay.show(path, version)
            project.workspace.overlay.set(path, text, version)
            project.index.overlay_changed(path)

    def saved(self, uri: str) -> None:
        """An editor's text is on disk."""
        if self._app is None:
            self._early.add(uri)
        for project, path in self._places(uri):
            project.index.files_changed([path])
            if uri in self._documents:
                self._spawn(self._settle(project, path, self._documents[uri]))

    def closed(self, uri: str) -> None:
        """An editor shows a text no more; the file counts again."""
        self._documents.pop(uri, None)
        for project, path in self._places(uri):
            project.workspace.overlay.hide(path)
            if project.workspace.overlay.get(path) is not None:
                project.workspace.overlay.drop(path)
                project.index.overlay_changed(path)

    def files_changed(self, uris: Iterable[str]) -> None:
        """Files were created, changed or deleted by whomever."""
        by_project: dict[str, tuple[OpenProject, list[str]]] = {}
        told = list(uris)
        if self._app is None:
            self._early.update(told)
        elif any(map(_STANDING.search, told)):
            for project in self._app.open_projects.values():
                project.index.git_changed()
        for uri in told:
            for project, path in self._places(uri):
                by_project.setdefault(project.id, (project, []))[1].append(path)
        for project, paths in by_project.values():
            project.index.files_changed(paths)

    def _overlay(self, document: Document) -> None:
        for project, path in self._places(document.uri):
            project.workspace.overlay.show(path, document.version)
            project.workspace.overlay.set(path, document.text, document.version)
            self._spawn(self._settle(project, path, document))

    async def _settle(self, project: "OpenProject", path: str, document: Document) -> None:
        """Drop the overlay when the file says the same, else let the index know of it."""
        is_same = await asyncio.to_thread(_is_on_disk, project, path, document.text)
        kept = project.workspace.overlay.get(path)
        if kept is None or kept.text != document.text:
            return  # it changed, was closed or opened anew; versions begin again with each opening
        if is_same:
            project.workspace.overlay.drop(path)
        project.index.overlay_changed(path)

    def _places(self, uri: str) -> "list[tuple[OpenProject, str]]":
        """Give every open project that a file is in: one root may be inside of another."""
        found: list[tuple[OpenProject, str]] = []
        for project in self._app.open_projects.values() if self._app else ():
            with contextlib.suppress(FileProblem):
                found.append((project, project.workspace.relative(uri)))
        return found


def _is_on_disk(project: "OpenProject", path: str, text: str) -> bool:
    from octoprompt.workspace.workspace import file_text  # noqa: PLC0415 - loaded by now

    try:
        return file_text(project.workspace.read_bytes(path)).text == text
    except FileProblem:
        return False
