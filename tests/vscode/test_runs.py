"""What a developer does with agents, in a real VS Code with a provider on this machine."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, expect

from support.provider import Provider
from vscode.conftest import roomy
from vscode.models import add_provider
from vscode.workbench import Workbench, inline

SHORTCUTS = "django/shortcuts.py"
BLOCK = "{path}\n```\n<<<<<<< SEARCH\n{old}=======\n{new}>>>>>>> REPLACE\n```\n\n"
FIRST = 'This module collects helper functions and classes that "span" multiple levels\n'
SECOND = "    Return an HttpResponse whose content is filled with the result of calling\n"
TWO_PLACES = (
    "I reword two comments.\n\n"
    + BLOCK.format(path=SHORTCUTS, old=FIRST, new=FIRST.replace("collects", "gathers"))
    + BLOCK.format(path=SHORTCUTS, old=SECOND, new=SECOND.replace("filled", "made"))
)


class Agents:
    """The Runs view, and a model that says what it is told to."""

    def __init__(self, workbench: Workbench, provider: Provider, root: Path) -> None:
        self.workbench = workbench
        self.page = workbench.page
        self.provider = provider
        self.root = root

    def says(self, *answers: str, pause_s: float = 0.0) -> None:
        """Put answers into the model."""
        self.provider.pause_s = pause_s
        self.provider.script[:] = [{"content": answer} for answer in answers]

    def row(self, label: str) -> Locator:
        """Give a row of the view."""
        return self.workbench.row("Runs", label)

    def write_code(self, request: str) -> None:
        """Ask for a change."""
        self.workbench.run("OctoPrompt: Write Code…")
        self.workbench.answer(request)

    def text(self, path: str) -> str:
        """Give a file of the workspace."""
        return (self.root / path).read_text(encoding="utf-8")

    def toast(self, text: str) -> Locator:
        """Give a notification."""
        return self.workbench.notification(text)


@pytest.fixture
def agents(workbench: Workbench, provider: Provider, codebase: Path) -> Iterator[Agents]:
    """Give the window with a model and room for the Runs view."""
    for _ in roomy(workbench, "Runs"):
        if not provider.counts:
            add_provider(workbench, provider)
        workbench.run("Notifications: Clear All Notifications")
        yield Agents(workbench, provider, codebase)
        workbench.run("Notifications: Clear All Notifications")


def test_code_is_reviewed_hunk_by_hunk_applied_and_undone(agents: Agents):
    """One of two hunks is left out; the other is written, and taken back to the byte."""
    before = agents.text(SHORTCUTS)
    agents.says(TWO_PLACES)

    agents.write_code("Reword the comments")

    told = agents.toast("changes of 1 file are proposed")
    expect(told).to_be_visible()
    told.get_by_role("button", name="Review Changes").click()
    expect(agents.page.locator(".tab.active")).to_contain_text("shortcuts.py (proposed)")
    file = agents.row("shortcuts.py")
    expect(file).to_contain_text("+2 -2")
    agents.workbench.expand("Runs", "shortcuts.py")
    hunks = agents.page.locator('.monaco-list-row[aria-level="3"]')
    expect(hunks).to_have_count(2)
    hunks.nth(1).get_by_role("checkbox").click()
    expect(file).to_contain_text("1 of 2 changes")

    inline(file, "Apply Changes").click()

    expect(file).to_contain_text("applied")
    assert agents.text(SHORTCUTS) == before.replace("This module collects", "This module gathers")

    inline(agents.row("Write code: Reword the comments"), "Undo Run").click()

    expect(file).to_contain_text("undone")
    assert agents.text(SHORTCUTS) == before
