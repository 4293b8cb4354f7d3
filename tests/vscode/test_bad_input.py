"""What a folder or a person can do wrong is said where it is done, and costs nothing else."""

import os
from pathlib import Path

import editor
import pytest
from playwright.sync_api import Locator, expect

from vscode.conftest import status_of
from vscode.server import Server
from vscode.test_extension import write_task
from vscode.workbench import Workbench

GOOD = "def is_here() -> bool:\n    return True\n"
HUGE_BYTES = 100 * 1024 * 1024


@pytest.fixture(scope="session")
def codebase(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder with everything that can go wrong, and good files."""
    root = tmp_path_factory.mktemp("workspace") / "awkward"
    root.mkdir()
    for name in ("good.py", "soon_gone.py"):
        (root / name).write_text(GOOD)
    (root / "latin.py").write_bytes("# caf\xe9\ndef in_latin(): pass\n".encode("latin-1"))
    (root / "binary.bin").write_bytes(b"\x00\x01\x02" * 500)
    with (root / "huge.log").open("wb") as file:
        file.truncate(HUGE_BYTES)
    (root / "loop").symlink_to(root)
    (root / "linked.py").symlink_to("good.py")
    (root / "outside.py").symlink_to("/etc/hostname")
    os.mkfifo(root / "pipe.py")
    return root


@pytest.fixture
def awkward(workbench: Workbench) -> Workbench:
    """Give the window with the folder indexed, and nothing chosen."""
    expect(status_of(workbench).locator(".codicon-checklist")).to_be_visible()
    workbench.open_container("OctoPrompt")
    workbench.fold_view("Task")
    frame = workbench.page.locator(".notifications-toasts")
    if frame.is_visible():
        workbench.run("Notifications: Clear All Notifications")
    if workbench.view("Selected").locator(".monaco-list-row").count():
        workbench.run("OctoPrompt: Clear Selection")
    expect(workbench.view("Selected").locator(".monaco-list-row")).to_have_count(0)
    return workbench


def check(workbench: Workbench, name: str) -> Locator:
    """Click a file's box; give its row among the selected, which may not come."""
    workbench.reveal("Files", name).get_by_role("checkbox").click()
    return workbench.row("Selected", name)


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("huge.log", "larger than 2 MB, the limit of"),
        ("binary.bin", "is binary"),
        ("pipe.py", "not a regular file"),
        ("loop", "a symbolic link to a folder"),
        ("outside.py", "leads outside the folder"),
    ],
)
def test_what_can_never_be_sent_is_not_asked_about(awkward: Workbench, name: str, says: str):
    """The box stays empty, and a message says why; only for the size there is a setting."""
    row = awkward.reveal("Files", name)
    expect(row).to_contain_text("skipped")
    check(awkward, name)

    message = awkward.notification("This file cannot be sent").filter(has_text=name)
    expect(message).to_contain_text(says)
    expect(awkward.page.locator(".monaco-dialog-box")).to_have_count(0)
    expect(row.get_by_role("checkbox")).to_have_attribute("aria-checked", "false")
    change = message.get_by_role("button", name="Change the Limit")
    expect(change).to_have_count(1 if name == "huge.log" else 0)
    if name == "huge.log":
        change.click()
        setting = awkward.page.locator('[data-key="octoprompt.index.maxFileBytes"]')
        expect(setting).to_be_visible()
        awkward.run("View: Close All Editors")


def test_a_link_is_sent_after_a_yes(awkward: Workbench):
    """What a link of the folder leads to can be sent: that is asked."""
    selected = check(awkward, "linked.py")

    dialog = awkward.page.locator(".monaco-dialog-box")
    expect(dialog).to_contain_text("a symbolic link")
    dialog.get_by_role("button", name="Include Anyway").click()

    expect(selected).to_be_visible()
    awkward.empty_clipboard()
    awkward.run("OctoPrompt: Copy Context")
    assert GOOD in awkward.eventually(awkward.clipboard)


def test_a_file_that_goes_is_said_and_the_others_are_sent(awkward: Workbench, codebase: Path):
    """Each of the others is in the text, whatever its encoding; the copy says what was left out."""
    for name in ("good.py", "latin.py", "soon_gone.py"):
        expect(check(awkward, name)).to_be_visible()
    (codebase / "soon_gone.py").unlink()

    gone = awkward.row("Selected", "soon_gone.py").locator(".label-description")
    expect(gone).to_contain_text("there is no file")
    awkward.empty_clipboard()
    awkward.run("OctoPrompt: Copy Context")

    copied = awkward.eventually(awkward.clipboard)
    assert GOOD in copied
    assert "def in_latin(): pass" in copied
    message = awkward.notification("1 of your files left out")
    message.get_by_role("button", name="Details").click()
    awkward.eventually(awkward.editor_text, lambda text: "there is no file `soon_gone.py`" in text)
    awkward.run("View: Close All Editors")
    (codebase / "soon_gone.py").write_text(GOOD)


def test_a_budget_below_the_instructions_says_so_and_can_be_changed(
    awkward: Workbench, server: Server
):
    """It is said where one looks, by how much; a budget that is typed in a hurry counts."""
    awkward.show_view("Task")
    frame = awkward.frame_with("#task")
    frame.locator("#task").fill("is it here, and why not there? " * 20)
    awkward.run("OctoPrompt: Set Token Budget")
    awkward.answer("50")

    expect(frame.locator("#cuts")).to_contain_text("budget")
    frame.locator("#copy").click()
    message = awkward.notification("budget")
    message.get_by_role("button", name="Set Budget…").click()
    awkward.answer("9k")

    expect(frame.locator("#total")).to_contain_text("of 9k")
    expect(frame.locator("#cuts")).to_be_hidden()
    awkward.run("OctoPrompt: Set Token Budget")
    awkward.answer("32k")
    write_task(awkward, "is it here")
    awkward.eventually(
        lambda: server.last_params("context/estimate")["budgetTokens"], lambda now: now == 32_000
    )
    frame.locator("#task").fill("")


def test_a_folder_that_is_not_there_is_said(
    workbench: Workbench, running_editor: editor.Editor, codebase: Path
):
    """Neither view nor status bar waits for it for ever, and the next folder opens as usual."""
    workbench.page.goto(running_editor.url(codebase.parent / "nope"))
    workbench.page.get_by_role("button", name="Cancel").click()
    workbench.open_container("OctoPrompt")

    files = workbench.view("Files")
    expect(files).to_contain_text("The folder cannot be opened: it is not there")
    expect(files).not_to_contain_text("No files found")
    expect(status_of(workbench).locator(".codicon-warning")).to_be_visible()
    workbench.page.goto(running_editor.url(codebase))
    workbench.open_container("OctoPrompt")
    expect(workbench.row("Files", "good.py")).to_be_visible()
