"""Everything that the user made goes out as a file and comes back, in a real VS Code."""

import json
from pathlib import Path

from playwright.sync_api import expect

from vscode.workbench import Workbench


def test_all_data_go_out_and_come_back(workbench: Workbench, tmp_path: Path):
    """The file has what there is; importing it again changes nothing; a backup says where it is."""
    file = tmp_path / "all.json"
    status = workbench.page.locator('.statusbar-item[id$="octoprompt.status"] .codicon-checklist')
    expect(status).to_be_visible(timeout=180_000)

    workbench.run("OctoPrompt: Export All Data…")
    workbench.answer(str(file))
    expect(workbench.notification("Exported")).to_be_visible()
    document = workbench.eventually(lambda: json.loads(file.read_text()) if file.exists() else None)
    assert document["kinds"]["projects"]

    workbench.run("OctoPrompt: Import Data…")
    workbench.answer(str(file))
    workbench.answer_with_row("Take what was changed later")
    expect(workbench.notification("Imported 0 records")).to_be_visible()

    workbench.run("OctoPrompt: Back Up Data")
    expect(workbench.notification("Backed up to")).to_be_visible()
