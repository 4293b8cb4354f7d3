"""What a folder that is not trusted gets: files, prompts and contexts, and no agents."""

import json
from pathlib import Path

import editor
import pytest
from playwright.sync_api import Page, expect

from vscode.conftest import _given, status_of
from vscode.server import Server
from vscode.workbench import Workbench

AGENTS = (
    "Write Code…",
    "Ask About the Codebase…",
    "Plan…",
    "Review Working Changes",
    "Write Commit Message",
    "Summarise with a Model…",
    "Suggest Files with a Model…",
    "Generate Tasks…",
)


@pytest.fixture(scope="session")
def codebase(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder that nobody trusted so far."""
    root = tmp_path_factory.mktemp("workspace") / "untrusted"
    root.mkdir()
    (root / "here.py").write_text("def is_here() -> bool:\n    return True\n", encoding="utf-8")
    return root


@pytest.fixture(scope="session")
def running_editor(server: Server, artifacts: Path):
    """Serve VS Code as it comes: a folder is opened in Restricted Mode."""
    server.state.mkdir(parents=True)
    settings = artifacts / "editor" / "data" / "User" / "settings.json"
    settings.parent.mkdir(parents=True)
    trust = {
        "security.workspace.trust.enabled": True,
        "security.workspace.trust.startupPrompt": "never",
    }
    settings.write_text(json.dumps({**editor.SETTINGS, **trust}), encoding="utf-8")
    # As any other extension may: past the palette, straight to the server.
    ask = {"kind": "ask", "request": "Anything?"}
    key = {"key": "ctrl+alt+f9", "command": "octoprompt.agents.run", "args": ask}
    settings.with_name("keybindings.json").write_text(json.dumps([key]), encoding="utf-8")
    running = editor.serve(
        _given("TEST_VSCODE"), _given("TEST_VSIX"), artifacts / "editor", server.environment()
    )
    server.editor_pid = running.process.pid
    yield running
    running.stop()


def offered(page: Page, command: str) -> int:
    """Say how many commands of a name the palette offers."""
    page.keyboard.press("F1")
    widget = page.locator(".quick-input-widget")
    widget.locator("input").first.fill(f">OctoPrompt: {command}")
    rows = widget.locator(".monaco-list-row")
    expect(rows.first).to_be_visible()
    found = rows.filter(has_text=f"OctoPrompt: {command}").count()
    page.keyboard.press("Escape")
    return found


def test_without_trust_there_are_no_agents(workbench: Workbench, page: Page, artifacts: Path):
    """Their commands are not offered and the view says why; a context is copied all the same."""
    expect(page.locator(".statusbar-item", has_text="Restricted Mode")).to_be_visible()
    workbench.open_container("OctoPrompt")
    expect(status_of(workbench).locator(".codicon-checklist")).to_be_visible()

    runs = workbench.show_view("Runs")
    expect(runs).to_contain_text("Agents do not work in Restricted Mode")
    expect(runs).to_contain_text("Manage Workspace Trust")
    page.screenshot(path=artifacts / "restricted.png")

    assert [name for name in AGENTS if offered(page, name)] == []
    assert offered(page, "Copy Context") == 1
    workbench.row("Files", "here.py").get_by_role("checkbox").click()
    workbench.empty_clipboard()
    workbench.run("OctoPrompt: Copy Context")
    assert "def is_here" in workbench.eventually(workbench.clipboard)


def test_the_server_refuses_too(workbench: Workbench, page: Page, server: Server):
    """Who gets past the editor is told by the server to trust the folder first."""
    page.keyboard.press("Control+Alt+F9")

    def refused() -> bool:
        errors = [message["error"] for message in server.messages() if "error" in message]
        return any("restricted mode" in error["message"] for error in errors)

    workbench.eventually(refused)
