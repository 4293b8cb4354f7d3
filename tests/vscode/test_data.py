"""Everything that the user made goes out as a file and comes back, in a real VS Code."""

import json
import os
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import expect

from vscode.server import Server
from vscode.workbench import Workbench


def told(workbench: Workbench, text: str) -> None:
    """Wait until VS Code says something to those who cannot see: that stays."""
    alert = workbench.page.locator('[role="alert"]', has_text=text)
    expect(alert.first).to_be_attached(timeout=60_000)


def test_all_data_go_out_and_come_back(workbench: Workbench, tmp_path: Path):
    """The file has what there is; importing it again changes nothing; a backup says where it is."""
    file = tmp_path / "all.json"
    status = workbench.page.locator('.statusbar-item[id$="octoprompt.status"] .codicon-checklist')
    expect(status).to_be_visible(timeout=180_000)

    workbench.run("OctoPrompt: Export All Data…")
    workbench.choose_file(file)
    told(workbench, "Exported")
    document = workbench.eventually(lambda: json.loads(file.read_text()) if file.exists() else None)
    assert document["kinds"]["projects"]

    workbench.run("OctoPrompt: Import Data…")
    workbench.choose_file(file)
    workbench.answer_with_row("Take what was changed later")
    told(workbench, "Imported 0 records")

    workbench.run("OctoPrompt: Back Up Data")
    told(workbench, "Backed up to")

    workbench.run("OctoPrompt: Restore a Backup…")
    workbench.answer_with_row("made by hand")
    dialog = workbench.page.locator(".monaco-dialog-box")
    expect(dialog).to_contain_text("What was made or changed since then goes")
    dialog.get_by_role("button", name="Restore").click()
    told(workbench, "Restored the backup of")


def test_what_was_kept_for_another_folder_can_be_removed(
    workbench: Workbench, server: Server, tmp_path: Path
):
    """After a question; one click brings it back. A folder of this window is not offered."""
    folder = tmp_path / "an-old-project"
    folder.mkdir()
    ask = [sys.executable, "-m", "octoprompt", "rpc"]
    variables = {**os.environ, **server.environment()}
    for method in ("projects/list", "tickets/create"):
        params = json.dumps({} if method == "projects/list" else {"title": "Once"})
        subprocess.run(
            [*ask, method, params, "--root", folder], check=True, capture_output=True, env=variables
        )

    def kept() -> list[str]:
        done = subprocess.run(
            [*ask, "projects/list", "{}"], check=True, capture_output=True, env=variables
        )
        return [project["name"] for project in json.loads(done.stdout)["projects"]]

    workbench.run("OctoPrompt: Remove Data of a Folder…")
    widget = workbench.page.locator(".quick-input-widget")
    expect(widget).to_contain_text("an-old-project")
    expect(widget.locator(".monaco-list-row", has_text="django")).to_have_count(0)
    workbench.answer_with_row("an-old-project")
    dialog = workbench.page.locator(".monaco-dialog-box")
    expect(dialog).to_contain_text("is not touched")
    dialog.get_by_role("button", name="Remove").click()

    told = workbench.notification('Removed "an-old-project" and with it 1 ticket')
    told.get_by_role("button", name="Undo").click()
    workbench.eventually(lambda: server.asked("bin/restore"))
    assert server.last_result("projects/remove")["removed"]["tickets"] == 1
    workbench.eventually(kept, lambda names: "an-old-project" in names)
