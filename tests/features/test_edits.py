"""Edits are proposed, judged place by place, applied, and undone to the byte."""

import asyncio

import pytest

from octoprompt.agents.edits import carrying, in_editor
from octoprompt.agents.edits.desk import Consent, Desk
from octoprompt.errors import EditNotOpen, NotTrusted, UnknownId
from octoprompt.features import registry
from octoprompt.features.edits import site
from octoprompt.features.registry import Editor
from octoprompt.settings import WorkspaceOptions
from octoprompt.store.edits import EditChange
from octoprompt.workspace.contents import Contents
from support.indexing import Handlers, served

BLOCK = "{path}\n<<<<<<< SEARCH\n{search}=======\n{replace}>>>>>>> REPLACE\n\n"
BASKET = "def add(x):\n    return x\n\n\ndef total(xs):\n    result = sum(xs)\n    return result\n"


def _block(path: str, search: str, replace: str) -> str:
    return BLOCK.format(path=path, search=search, replace=replace)


TWO_PLACES = _block("basket.py", "    return x\n", "    return x + 1\n") + _block(
    "basket.py", "    return result\n", "    return result * 2\n"
)


@pytest.fixture
def root(tmp_path):
    """A workspace with a few files of several kinds."""
    root = tmp_path / "root"
    (root / "sub").mkdir(parents=True)
    (root / "basket.py").write_text(BASKET)
    (root / "sub/dos.txt").write_bytes(b"\xef\xbb\xbfone\r\ntwo\r\nthree")
    (root / "run.sh").write_text("#!/bin/sh\necho 1\n")
    (root / "run.sh").chmod(0o755)
    (root / "package.json").write_text('{"scripts": {}}\n')
    (root / ".git").mkdir()
    (root / ".git/config").write_text("[core]\n")
    return root


@pytest.fixture
async def window(root, tmp_path):
    """The handlers of a server that has the workspace open."""
    async with served(root, tmp_path) as handlers:
        yield handlers


async def _propose(window: Handlers, text: str):
    return (await window("edits/propose", text=text))["edits"]


async def _apply(window: Handlers, *edits, confirmed=()):
    ids = [edit["id"] for edit in edits]
    return (await window("edits/apply", ids=ids, confirmed=confirmed))["edits"]


async def _undo(window: Handlers, *edits, overwrite=()):
    ids = [edit["id"] for edit in edits]
    return (await window("edits/undo", ids=ids, overwrite=overwrite))["edits"]


async def test_a_proposal_writes_nothing_and_shows_its_places(window, root):
    """The diff has both places, each with its lines; the file is as it was."""
    (edit,) = await _propose(window, TWO_PLACES)

    assert (edit["kind"], edit["status"], edit["added"], edit["removed"]) == (
        "modify",
        "proposed",
        2,
        2,
    )
    assert [(hunk["line"], hunk["endLine"], hunk["accepted"]) for hunk in edit["hunks"]] == [
        (2, 2, True),
        (7, 7, True),
    ]
    assert "-    return result\n+    return result * 2\n" in edit["diff"]
    assert (root / "basket.py").read_text() == BASKET


async def test_applied_and_undone(window, root):
    """Applying writes all places, undoing gives the very bytes back, and it can be done again."""
    (edit,) = await _propose(window, TWO_PLACES)

    (applied,) = await _apply(window, edit)
    assert applied["status"] == "applied"
    changed = BASKET.replace("return x\n", "return x + 1\n").replace(
        "return result", "return result * 2"
    )
    assert (root / "basket.py").read_text() == changed

    (undone,) = await _undo(window, edit)
    assert undone["status"] == "undone"
    assert (root / "basket.py").read_text() == BASKET

    await _apply(window, edit)
    assert (root / "basket.py").read_text() == changed


async def test_a_place_can_be_left_out(window, root):
    """Only the accepted place is written, and the text after shows it."""
    (edit,) = await _propose(window, TWO_PLACES)

    chosen = await window("edits/chooseHunks", id=edit["id"], hunks=[1])
    shown = await window("edits/get", id=edit["id"])
    await _apply(window, edit)

    made = BASKET.replace("return result", "return result * 2")
    assert [hunk["accepted"] for hunk in chosen["hunks"]] == [False, True]
    assert (shown["before"], shown["after"]) == (BASKET, made)
    assert (root / "basket.py").read_text() == made
    error = await window.error("edits/chooseHunks", id=edit["id"], hunks=[0])
    assert error.code == EditNotOpen.code


async def test_bom_line_ends_and_a_missing_last_one_stay(window, root):
    """A Windows file is a Windows file afterwards, and comes back to the byte."""
    before = (root / "sub/dos.txt").read_bytes()
    (edit,) = await _propose(window, _block("sub/dos.txt", "two\n", "2\n2b\n"))

    await _apply(window, edit)
    assert (root / "sub/dos.txt").read_bytes() == b"\xef\xbb\xbfone\r\n2\r\n2b\r\nthree"
    await _undo(window, edit)
    assert (root / "sub/dos.txt").read_bytes() == before


async def test_a_character_that_a_files_encoding_lacks_is_said(window, root):
    """With it the whole file becomes UTF-8; without that place it stays as it is."""
    before = "caf\xe9\nb\nc\nd\n".encode("cp1252")
    (root / "old.txt").write_bytes(before)
    text = _block("old.txt", "b\n", "B\n") + _block("old.txt", "d\n", "\u2192\n")
    (edit,) = await _propose(window, text)

    assert [problem["kind"] for problem in edit["problems"]] == ["encoding"]
    assert "cp1252 text, which has no `\u2192`" in edit["problems"][0]["message"]
    await window("edits/chooseHunks", id=edit["id"], hunks=[0])
    await _apply(window, edit)
    assert (root / "old.txt").read_bytes() == before.replace(b"b\n", b"B\n")
    await _undo(window, edit)
    await window("edits/chooseHunks", id=edit["id"], hunks=[0, 1])
    await _apply(window, edit)
    assert (root / "old.txt").read_bytes() == "caf\xe9\nB\nc\n\u2192\n".encode()
    await _undo(window, edit)
    assert (root / "old.txt").read_bytes() == before


async def test_new_deleted_and_renamed_files(window, root):
    """Each is done and undone; a deleted script comes back with its permissions."""
    text = (
        _block("sub/new.py", "", "x = 1\n") + "DELETE: run.sh\nRENAME: basket.py -> sub/cart.py\n"
    )
    edits = await _propose(window, text)
    assert [edit["kind"] for edit in edits] == ["create", "delete", "rename"]

    assert {edit["status"] for edit in await _apply(window, *edits)} == {"applied"}
    assert (root / "sub/new.py").read_text() == "x = 1\n"
    assert not (root / "run.sh").exists()
    assert not (root / "basket.py").exists()
    assert (root / "sub/cart.py").read_text() == BASKET

    assert {edit["status"] for edit in await _undo(window, *edits)} == {"undone"}
    assert not (root / "sub/new.py").exists()
    assert not (root / "sub/cart.py").exists()
    assert (root / "basket.py").read_text() == BASKET
    assert (root / "run.sh").read_text() == "#!/bin/sh\necho 1\n"
    assert (root / "run.sh").stat().st_mode & 0o777 == 0o755


async def test_a_file_that_changed_elsewhere_keeps_that_change(window, root):
    """The edit is made in the newer text where its place is sure."""
    (edit,) = await _propose(window, TWO_PLACES)
    newer = BASKET.replace("def add(x):", "# new\ndef add(x):")
    (root / "basket.py").write_text(newer)

    (applied,) = await _apply(window, edit)
    assert applied["status"] == "applied"
    assert (root / "basket.py").read_text() == newer.replace(
        "return x\n", "return x + 1\n"
    ).replace("return result", "return result * 2")
    await _undo(window, edit)
    assert (root / "basket.py").read_text() == newer


async def test_a_file_that_changed_at_the_place_is_stale(window, root):
    """Nothing is written, and the edit says why."""
    (edit,) = await _propose(window, TWO_PLACES)
    (root / "basket.py").write_text("nothing of it\n")

    (kept,) = await _apply(window, edit)

    assert kept["status"] == "proposed"
    assert [problem["kind"] for problem in kept["problems"]] == ["stale"]
    assert (root / "basket.py").read_text() == "nothing of it\n"


async def test_a_line_that_a_person_changed_since_is_not_taken_for_its_old_self(window, root):
    """However much alike they are: nobody has seen the new one go."""
    (edit,) = await _propose(window, TWO_PLACES)
    newer = BASKET.replace("return result", "return results")
    (root / "basket.py").write_text(newer)

    (kept,) = await _apply(window, edit)

    assert [problem["kind"] for problem in kept["problems"]] == ["stale"]
    assert (root / "basket.py").read_text() == newer


async def test_undo_leaves_what_the_user_wrote_since(window, root):
    """Only with `overwrite` is a later change lost."""
    (edit,) = await _propose(window, TWO_PLACES)
    await _apply(window, edit)
    (root / "basket.py").write_text("mine\n")

    (left,) = await _undo(window, edit)
    assert (left["status"], [problem["kind"] for problem in left["problems"]]) == (
        "applied",
        ["left"],
    )
    assert (root / "basket.py").read_text() == "mine\n"

    (undone,) = await _undo(window, edit, overwrite=[edit["id"]])
    assert undone["status"] == "undone"
    assert (root / "basket.py").read_text() == BASKET


async def test_edits_of_one_file_are_undone_from_the_latest(window, root):
    """Both come off in one request, however they are named."""
    (first,) = await _propose(window, _block("basket.py", "    return x\n", "    return 1\n"))
    await _apply(window, first)
    (second,) = await _propose(window, _block("basket.py", "    return 1\n", "    return 2\n"))
    await _apply(window, second)

    undone = await _undo(window, first, second)

    assert [edit["status"] for edit in undone] == ["undone", "undone"]
    assert (root / "basket.py").read_text() == BASKET


async def test_a_protected_file_needs_a_yes_of_its_own(window, root):
    """Also by a link that leads to it."""
    (root / "innocent.json").symlink_to("package.json")
    text = _block("package.json", '{"scripts": {}}\n', '{"scripts": {"test": "evil"}}\n')
    (edit,) = await _propose(window, text)
    (linked,) = await _propose(window, text.replace("package.json", "innocent.json"))
    assert edit["needsConfirmation"]
    assert linked["needsConfirmation"]

    for asked in await _apply(window, edit, linked):
        assert asked["status"] == "proposed"
    assert (root / "package.json").read_text() == '{"scripts": {}}\n'

    (applied,) = await _apply(window, edit, confirmed=[edit["id"]])
    assert applied["status"] == "applied"


@pytest.mark.parametrize("path", [".git/config", "sub/../.git/config", "link/config"])
async def test_version_control_is_never_written(window, root, path):
    """Not even with a yes, and not through a link."""
    (root / "link").symlink_to(".git")
    (edit,) = await _propose(window, _block(path, "[core]\n", "[core]\n\tfsmonitor = evil\n"))

    (other,) = await _propose(window, f"RENAME: basket.py -> {path}2\n")

    for kept in await _apply(window, edit, other, confirmed=[edit["id"], other["id"]]):
        assert kept["status"] == "proposed"
        assert kept["problems"][-1]["kind"] == "unwritable"
    assert not (root / ".git/config2").exists()
    assert (root / ".git/config").read_text() == "[core]\n"


async def test_a_hunk_without_a_place_is_told_and_the_others_are_made(window, root):
    """The miss shows the lines that come nearest."""
    wrong = _block("basket.py", "def total(ys):\n    result = max(ys)\n    print()\n", "pass\n")
    (edit,) = await _propose(window, TWO_PLACES + wrong)

    assert [problem["kind"] for problem in edit["problems"]] == ["missed"]
    assert "nearest" in edit["problems"][0]["message"]
    await _apply(window, edit)
    assert "result * 2" in (root / "basket.py").read_text()


async def test_a_hunk_for_a_file_that_is_not_there_makes_none(window, root):
    """A search in nothing finds nothing; no empty file comes of it."""
    (edit,) = await _propose(window, _block("gone.py", "x = 1\n", "x = 2\n"))

    (kept,) = await _apply(window, edit)

    assert [problem["kind"] for problem in kept["problems"]] == ["missed", "stale"]
    assert not (root / "gone.py").exists()


async def test_unsaved_text_is_changed_in_the_editor(window, root):
    """The disk stays as it is; what the editor holds is the base and the target."""
    project = window.app.project(None)
    unsaved = BASKET.replace("def add", "def adding")
    project.workspace.overlay.set("basket.py", unsaved, 7)
    editor = Obliging(project.workspace.overlay)
    window.use(editor)

    (edit,) = await _propose(window, TWO_PLACES)
    (applied,) = await _apply(window, edit)

    assert applied["status"] == "applied"
    assert editor.seen == [("basket.py", 7, False)]
    assert "return x + 1" in project.workspace.overlay.get("basket.py").text
    assert (root / "basket.py").read_text() == BASKET
    await _undo(window, edit)
    assert project.workspace.overlay.get("basket.py").text == unsaved


class Obliging(Editor):
    """Shows at once what it is asked to show, or what a person makes of it in a preview."""

    def __init__(self, overlay, *, choose=lambda file: file.after, says=True):
        self.seen = []
        self._overlay, self._choose, self._says = overlay, choose, says

    @property
    def can_preview(self):
        """It has one."""
        return True

    async def change(self, files, *, preview):
        """Change what it shows."""
        for file in files:
            self.seen.append((file.path.name, file.version, preview))
            text = self._choose(file) if preview else file.after
            if text != file.before and file.version is not None:
                self._overlay.set(file.path.name, text, file.version + 1)
        return self._says


def _typed_meanwhile(window):
    """Let a person type into the file without saving it, after the agent saw it."""
    overlay = window.app.project(None).workspace.overlay
    typed = BASKET.replace("result = sum(xs)", "result = sum(xs)  # mine")
    overlay.show("basket.py", 1)
    overlay.set("basket.py", typed, 2)
    return overlay, typed


async def test_what_nobody_reviewed_is_previewed_in_the_editor(window, root):
    """The file is another one than the agent saw: a person ticks what comes, then it is undone."""
    (edit,) = await _propose(window, TWO_PLACES)
    overlay, typed = _typed_meanwhile(window)
    editor = Obliging(overlay)
    window.use(editor)

    (applied,) = await _apply(window, edit)

    assert (applied["status"], applied["problems"]) == ("applied", [])
    assert editor.seen == [("basket.py", 2, True)]
    assert overlay.get("basket.py").text == typed.replace("return x", "return x + 1").replace(
        "return result", "return result * 2"
    )
    assert (root / "basket.py").read_text() == BASKET
    await _undo(window, edit)
    assert overlay.get("basket.py").text == typed
    assert editor.seen[1:] == [("basket.py", 3, False)]


@pytest.mark.parametrize("says", [True, False])
async def test_a_preview_that_is_left_changes_nothing(window, monkeypatch, says):
    """Whatever the editor answers: its text is as it was, and so is the edit."""
    monkeypatch.setattr(in_editor, "SETTLE_S", 0.1)
    (edit,) = await _propose(window, TWO_PLACES)
    overlay, typed = _typed_meanwhile(window)
    window.use(Obliging(overlay, choose=lambda file: file.before, says=says))

    (kept,) = await _apply(window, edit)

    assert kept["status"] == "proposed"
    assert [problem["kind"] for problem in kept["problems"]] == ["unwritable"]
    assert "left as it is in the preview" in kept["problems"][0]["message"]
    assert overlay.get("basket.py").text == typed


async def test_a_preview_that_is_taken_in_part_says_which(window):
    """The place that was left is none of the edit's any more; undoing takes the other one back."""
    (edit,) = await _propose(window, TWO_PLACES)
    overlay, typed = _typed_meanwhile(window)
    second = typed.replace("return result", "return result * 2")
    window.use(Obliging(overlay, choose=lambda _file: second))

    (applied,) = await _apply(window, edit)

    assert applied["status"] == "applied"
    assert [problem["kind"] for problem in applied["problems"]] == ["partly"]
    assert [hunk["accepted"] for hunk in applied["hunks"]] == [False, True]
    assert "x + 1" not in applied["diff"]
    (undone,) = await _undo(window, edit)
    assert (undone["status"], overlay.get("basket.py").text) == ("undone", typed)


async def test_what_is_typed_into_a_preview_is_not_undone_unasked(window):
    """The editor took the change and shows yet another text: undoing asks."""
    (edit,) = await _propose(window, TWO_PLACES)
    overlay, _ = _typed_meanwhile(window)
    window.use(Obliging(overlay, choose=lambda file: f"{file.after}# more\n"))

    (applied,) = await _apply(window, edit)
    (left,) = await _undo(window, edit)

    assert (applied["status"], applied["problems"][-1]["kind"]) == ("applied", "partly")
    assert (left["status"], left["problems"][-1]["kind"]) == ("applied", "left")
    assert overlay.get("basket.py").text.endswith("# more\n")


async def test_what_is_typed_while_a_preview_is_refused_is_not_the_edits(window):
    """The text is another one, and not by us: the edit stays open."""
    (edit,) = await _propose(window, TWO_PLACES)
    overlay, typed = _typed_meanwhile(window)
    window.use(Obliging(overlay, choose=lambda _file: f"{typed}# more\n", says=False))

    (kept,) = await _apply(window, edit)

    assert (kept["status"], kept["problems"][-1]["kind"]) == ("proposed", "unwritable")


async def test_several_files_are_previewed_at_once_and_the_others_written(window, root):
    """One question for all that an editor shows; a closed file waits for nobody."""
    (root / "open.py").write_text("a = 1\n")
    files = _block("open.py", "a = 1\n", "a = 2\n") + _block("run.sh", "echo 1\n", "echo 2\n")
    edits = await _propose(window, TWO_PLACES + files)
    overlay = window.app.project(None).workspace.overlay
    for name in ("basket.py", "open.py"):
        overlay.show(name, 1)
    editor = Obliging(overlay)
    window.use(editor)
    asked = []
    change = editor.change

    async def once(files, *, preview):
        asked.append([file.path.name for file in files])
        assert "echo 2" in (root / "run.sh").read_text()
        return await change(files, preview=preview)

    editor.change = once
    ids = [edit["id"] for edit in edits]
    done = (await window("edits/apply", ids=ids, preview="open"))["edits"]

    assert [edit["status"] for edit in done] == ["applied"] * 3
    assert [edit["id"] for edit in done] == ids
    assert asked == [["basket.py", "open.py"]]
    assert (root / "open.py").read_text() == "a = 1\n"
    assert overlay.get("open.py").text == "a = 2\n"


@pytest.mark.parametrize("preview", ["never", "changed"])
async def test_what_was_reviewed_is_not_previewed_again(window, root, preview):
    """A file that an editor shows as it was reviewed is written to the disk."""
    (edit,) = await _propose(window, TWO_PLACES)
    overlay = window.app.project(None).workspace.overlay
    overlay.show("basket.py", 1)
    editor = Obliging(overlay)
    window.use(editor)

    await window("edits/apply", ids=[edit["id"]], preview=preview)

    assert editor.seen == []
    assert "x + 1" in (root / "basket.py").read_text()


async def test_an_editor_without_previews_is_asked_for_none(window):
    """What is sure is done, as ever."""
    (edit,) = await _propose(window, TWO_PLACES)
    overlay, _ = _typed_meanwhile(window)

    class Plain(Obliging):
        @property
        def can_preview(self):
            return False

    editor = Plain(overlay)
    window.use(editor)

    (applied,) = await _apply(window, edit)

    assert applied["status"] == "applied"
    assert editor.seen == [("basket.py", 2, False)]


async def test_an_editor_that_read_the_file_anew_has_nothing_unsaved(window, root):
    """It tells what it read as a change; the file on disk is written and given back as usual."""
    overlay = window.app.project(None).workspace.overlay
    (edit,) = await _propose(window, TWO_PLACES)
    await _apply(window, edit)
    overlay.set("basket.py", (root / "basket.py").read_text(), 2)

    (undone,) = await _undo(window, edit)

    assert undone["status"] == "undone"
    assert (root / "basket.py").read_text() == BASKET


async def test_an_editor_that_refuses_leaves_the_edit_open(window):
    """The edit says so and can be applied later."""
    window.app.project(None).workspace.overlay.set("basket.py", BASKET + "# more\n", 1)
    (edit,) = await _propose(window, TWO_PLACES)

    (kept,) = await _apply(window, edit)

    assert (kept["status"], kept["problems"][-1]["kind"]) == ("proposed", "unwritable")


@pytest.mark.parametrize("is_written", [False, True])
async def test_an_edit_over_which_a_server_died_is_what_its_file_says(window, root, is_written):
    """The file tells whether the writing came to its end; undoing works either way."""
    (edit,) = await _propose(window, TWO_PLACES)
    await _apply(window, edit)
    made = (root / "basket.py").read_text()
    await window.app.store.edits.change(edit["id"], EditChange(status="applying"))
    (root / "basket.py").write_text(made if is_written else BASKET)

    (settled,) = (await window("edits/list", runId=edit["runId"]))["edits"]

    assert settled["status"] == ("applied" if is_written else "proposed")
    if not is_written:
        await _apply(window, edit)
    await _undo(window, edit)
    assert (root / "basket.py").read_text() == BASKET


async def test_a_rename_over_which_a_server_died_comes_to_its_end(window, root):
    """With both names there it is as before, done or undone; the next try takes one away."""
    (edit,) = await _propose(window, "RENAME: basket.py -> cart.py\n")
    await _apply(window, edit)
    applying, undoing = EditChange(status="applying"), EditChange(status="undoing")
    for died, again, gone in ((applying, _apply, "basket.py"), (undoing, _undo, "cart.py")):
        await window.app.store.edits.change(edit["id"], died)
        (root / "basket.py").write_text(BASKET)

        (settled,) = (await window("edits/list", runId=edit["runId"]))["edits"]
        (ended,) = await again(window, edit)

        assert settled["status"] == ("proposed" if again is _apply else "applied")
        assert ended["status"] == ("applied" if again is _apply else "undone")
        names = {"basket.py", "cart.py"}
        assert {path.name for path in root.iterdir()} & names == names - {gone}


async def test_a_rename_that_fails_at_its_second_half_leaves_the_old_name(
    window, root, monkeypatch
):
    """The new name goes again."""
    (edit,) = await _propose(window, "RENAME: basket.py -> cart.py\n")
    real = carrying.write

    def meanwhile(gate, new):
        real(gate, new)
        (root / "basket.py").write_text("mine\n")

    monkeypatch.setattr(carrying, "write", meanwhile)
    (kept,) = await _apply(window, edit)

    assert (kept["status"], kept["problems"][-1]["kind"]) == ("proposed", "stale")
    assert (root / "basket.py").read_text() == "mine\n"
    assert not (root / "cart.py").exists()


async def test_a_name_that_is_taken_by_the_same_text_is_not_taken_over(window, root):
    """Only what the edit itself had begun to write counts as its own."""
    (edit,) = await _propose(window, "RENAME: basket.py -> cart.py\n")
    (root / "cart.py").write_text(BASKET)

    (kept,) = await _apply(window, edit)

    assert (kept["status"], kept["problems"][-1]["kind"]) == ("proposed", "stale")
    assert (root / "basket.py").exists()


async def test_rejected_edits_stay_out(window, root):
    """Applying a rejected edit does nothing; listing shows it as rejected."""
    (edit,) = await _propose(window, TWO_PLACES)

    await window("edits/reject", ids=[edit["id"]])
    (kept,) = await _apply(window, edit)
    listed = await window("edits/list", runId=edit["runId"])

    assert kept["status"] == "rejected"
    assert [edit["status"] for edit in listed["edits"]] == ["rejected"]
    assert (root / "basket.py").read_text() == BASKET


async def test_what_cannot_be(window):
    """Unknown ids and a text without edits are told."""
    assert (await window.error("edits/apply", ids=["nothing"])).code == UnknownId.code
    assert (await window.error("edits/list", runId="nothing")).code == UnknownId.code
    error = await window.error("edits/propose", text="I would not change a thing.")
    assert "holds no edits" in error.message


async def test_restricted_mode_writes_nothing(root, tmp_path):
    """An untrusted workspace has no edits."""
    options = WorkspaceOptions(trusted=False)
    async with served(root, tmp_path, options) as window:
        error = await window.error("edits/propose", text=TWO_PLACES)
        assert error.code == NotTrusted.code


async def test_an_edit_that_is_named_twice_is_done_once(window, root):
    """And stays applied, so that it can be undone."""
    (edit,) = await _propose(window, TWO_PLACES)

    done = await _apply(window, edit, edit)

    assert [(one["status"], one["problems"]) for one in done] == [("applied", [])]
    (undone,) = await _undo(window, edit, edit)
    assert undone["status"] == "undone"
    assert (root / "basket.py").read_text() == BASKET


async def test_an_edit_without_a_place_is_turned_down(window, root):
    """All its places were left out: applying it is saying no."""
    (edit,) = await _propose(window, TWO_PLACES)
    await window("edits/chooseHunks", id=edit["id"], hunks=[])

    (done,) = await _apply(window, edit)

    assert done["status"] == "rejected"
    assert (root / "basket.py").read_text() == BASKET


async def test_two_windows_that_apply_one_edit_leave_it_applied(window, root):
    """The slower one has worked out what to write when the other writes: it takes nothing back."""
    first, contents = window.app.desk, Contents(window.app.settings.data_dir / "contents")
    loop = asyncio.get_running_loop()

    class Slower(Desk):
        def _kept(self, step):
            asyncio.run_coroutine_threadsafe(meanwhile.pop(0)(), loop).result(20)
            return super()._kept(step)

    other = Slower(lambda: window.app.store.edits, contents)
    (edit,) = await _propose(window, TWO_PLACES)
    (known,) = await window.app.store.edits.get([edit["id"]])
    here = site(registry.Ctx(app=window.app, notify=lambda *_: None), known.project_id)

    async def apply():
        await first.apply(here, [known], Consent())

    async def undo():
        await first.undo(here, late, overwrite=False)

    meanwhile = [apply, undo]
    (late,) = await other.apply(here, [known], Consent())
    assert (late.status, late.problems) == ("applied", ())
    assert "return x + 1" in (root / "basket.py").read_text()

    late = await other.undo(here, late, overwrite=False)
    assert (late.status, late.problems) == ("undone", ())
    assert (root / "basket.py").read_text() == BASKET
