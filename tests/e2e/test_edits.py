"""Edits of files that an editor has open, over the wire."""

from collections.abc import Callable, Iterator
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
        self.asked: list[dict[str, Any] | None] = []
        """The annotations of each change."""
        self.tick: Callable[[list[Any]], list[Any]] = list
        """What a person takes in a preview."""
        client.replies["workspace/applyEdit"] = self._apply
        client.open(path, self.text, self.version)

    def _apply(self, params: dict[str, Any]) -> dict[str, bool]:
        edit = params["edit"]
        (change,) = edit["documentChanges"]
        document = change["textDocument"]
        if document != {"uri": self.path.as_uri(), "version": self.version}:
            return {"applied": False}
        self.asked.append(edit.get("changeAnnotations"))
        edits = change["edits"]
        if self.asked[-1]:
            assert {one["annotationId"] for one in edits} == {*self.asked[-1]}
            edits = self.tick(edits)
        for one in reversed(edits):
            start, end = one["range"]["start"], one["range"]["end"]
            assert (start["character"], end["character"]) == (0, 0)
            lines = self.text.splitlines(keepends=True)
            lines[start["line"] : end["line"]] = [one["newText"]]
            self.text = "".join(lines)
        if edits:
            self.version += 1
            self.client.change(self.path, self.text, self.version)
        return {"applied": bool(edits)}


@pytest.fixture
def editor(own_repository: Path) -> Iterator[Editor]:
    """An editor that shows a text which is not saved."""
    path = own_repository / "notes.txt"
    path.write_text(DISK)
    client = Client(own_repository)
    try:
        capabilities = client.initialize_params()["capabilities"]
        capabilities["workspace"]["workspaceEdit"] = {
            "documentChanges": True,
            "changeAnnotationSupport": {"groupsOnLabel": True},
        }
        client.initialize(capabilities=capabilities)
        yield Editor(client, path)
    finally:
        client.close()


def _proposed(server: Client, text: str = BLOCK) -> str:
    (edit,) = server.request("edits/propose", {"text": text})["edits"]
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


TWO = BLOCK + "notes.txt\n<<<<<<< SEARCH\nfour\n=======\n4\n>>>>>>> REPLACE\n"


def test_what_nobody_reviewed_needs_a_confirmation_in_the_editor(editor: Editor):
    """The text changed since: the client is asked with annotations, place by place; then undone."""
    server = editor.client
    edit_id = _proposed(server, TWO)
    editor.text, editor.version = "zero\n" + UNSAVED, 2
    server.change(editor.path, editor.text, 2)
    seen: list[int] = []
    editor.tick = lambda edits: seen.append(len(edits)) or edits

    (applied,) = server.request("edits/apply", {"ids": [edit_id]})["edits"]

    assert (applied["status"], applied["problems"]) == ("applied", [])
    (note,) = (editor.asked[0] or {}).values()
    assert (note["needsConfirmation"], note["label"]) == (True, "OctoPrompt")
    assert seen == [2]
    assert editor.text == "zero\none\n2\nthree\n4\n"
    server.request("edits/undo", {"ids": [edit_id]})
    assert (editor.text, editor.asked[1:]) == ("zero\n" + UNSAVED, [None])


@pytest.mark.parametrize("n_ticked", [0, 1])
def test_a_preview_is_believed_by_its_text(editor: Editor, n_ticked: int):
    """Discarded: still proposed. Ticked in part: applied, and the rest is said to be left."""
    server = editor.client
    edit_id = _proposed(server, TWO)
    editor.text, editor.version = "zero\n" + UNSAVED, 2
    server.change(editor.path, editor.text, 2)
    editor.tick = lambda edits: edits[:n_ticked]

    (edit,) = server.request("edits/apply", {"ids": [edit_id]})["edits"]

    assert edit["status"] == ("applied" if n_ticked else "proposed")
    assert [p["kind"] for p in edit["problems"]] == (["partly"] if n_ticked else ["unwritable"])
    assert editor.text == "zero\none\n" + ("2" if n_ticked else "two") + "\nthree\nfour\n"


def test_an_open_file_is_previewed_when_a_person_wants_it(editor: Editor):
    """Also one that is saved and was reviewed; the disk waits for the editor to save."""
    server = editor.client
    editor.text, editor.version = DISK, 2
    server.change(editor.path, DISK, 2)
    server.notify("textDocument/didSave", {"textDocument": {"uri": editor.path.as_uri()}})
    edit_id = _proposed(server)

    asked = {"ids": [edit_id], "preview": "open"}
    (applied,) = server.request("edits/apply", asked)["edits"]

    assert (applied["status"], len(editor.asked)) == ("applied", 1)
    assert editor.asked[0]
    assert editor.text == DISK.replace("two", "2")
    assert editor.path.read_text() == DISK


def test_an_answer_that_comes_after_its_request_was_cancelled_harms_nothing(editor: Editor):
    """A person leaves the request while the preview is open, and answers the preview later."""
    server = editor.client
    edit_id = _proposed(server, TWO)
    editor.text, editor.version = "zero\n" + UNSAVED, 2
    server.change(editor.path, editor.text, 2)
    apply = server.replies["workspace/applyEdit"]

    def late(params: Any) -> Any:
        server.cancel(asked)
        return apply(params)

    server.replies["workspace/applyEdit"] = late
    asked = server.start("edits/apply", {"ids": [edit_id]})
    assert server.message(asked)["error"]["code"] == -32800

    (edit,) = server.request("edits/list", {"runId": _run_of(server, edit_id)})["edits"]
    assert edit["status"] == "applied"
    assert editor.text == "zero\none\n2\nthree\n4\n"


def _run_of(server: Client, edit_id: str) -> str:
    return server.request("edits/get", {"id": edit_id})["edit"]["runId"]
