"""Edits of files that an editor has open, over the wire."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from support.client import Client

DISK = "one\ntwo\nthree\n"
UNSAVED = "one\ntwo\nthree\nfour\n"
BLOCK = "notes.txt\n<<<<<<< SEARCH\ntwo\n=======\n2\n>>>>>>> REPLACE\n"


class Editor:
    """An editor with one open text, which takes changes for the version that it shows."""

    def __init__(self, client: Client, path: Path) -> None:
        self.client = client
        self.path = path
        self.text = UNSAVED
        self.version = 1
        client.replies["workspace/applyEdit"] = self._apply
        client.open(path, self.text, self.version)

    def _apply(self, params: dict[str, Any]) -> dict[str, bool]:
        (change,) = params["edit"]["documentChanges"]
        document = change["textDocument"]
        if document != {"uri": self.path.as_uri(), "version": self.version}:
            return {"applied": False}
        (edit,) = change["edits"]
        assert edit["range"]["start"] == {"line": 0, "character": 0}
        assert edit["range"]["end"]["line"] > 10
        self.text, self.version = edit["newText"], self.version + 1
        self.client.change(self.path, self.text, self.version)
        return {"applied": True}


@pytest.fixture
def editor(own_repository: Path) -> Iterator[Editor]:
    """An editor that shows a text which is not saved."""
    path = own_repository / "notes.txt"
    path.write_text(DISK)
    with Client(own_repository) as client:
        yield Editor(client, path)


def _proposed(server: Client) -> str:
    (edit,) = server.request("edits/propose", {"text": BLOCK})["edits"]
    return edit["id"]


def test_unsaved_text_is_changed_by_the_editor(editor: Editor):
    """The editor's text changes, and comes back; the disk is left alone."""
    server = editor.client
    edit_id = _proposed(server)

    (applied,) = server.request("edits/apply", {"ids": [edit_id]})["edits"]
    assert applied["status"] == "applied"
    assert editor.text == UNSAVED.replace("two", "2")

    (undone,) = server.request("edits/undo", {"ids": [edit_id]})["edits"]
    assert undone["status"] == "undone"
    assert editor.text == UNSAVED
    assert editor.path.read_text() == DISK


def test_a_text_that_the_user_changes_meanwhile_is_left(editor: Editor):
    """The version that the server names is not the editor's any more, so it refuses."""
    server = editor.client
    edit_id = _proposed(server)
    editor.version += 1

    (kept,) = server.request("edits/apply", {"ids": [edit_id]})["edits"]

    assert kept["status"] == "proposed"
    assert kept["problems"][-1]["kind"] == "unwritable"
    assert editor.text == UNSAVED
