"""The Runs view as a developer uses it, and a model that says what it is told to."""

from pathlib import Path

from playwright.sync_api import Locator, expect

from support.provider import Provider
from vscode.workbench import Workbench, inline

SHORTCUTS = "django/shortcuts.py"
BLOCK = "{path}\n```\n<<<<<<< SEARCH\n{old}=======\n{new}>>>>>>> REPLACE\n```\n\n"
FIRST = 'This module collects helper functions and classes that "span" multiple levels\n'
SECOND = "    Return an HttpResponse whose content is filled with the result of calling\n"
GATHERS, MADE = FIRST.replace("collects", "gathers"), SECOND.replace("filled", "made")
ONE_PLACE = "I reword a comment.\n\n" + BLOCK.format(path=SHORTCUTS, old=FIRST, new=GATHERS)
TWO_PLACES = ONE_PLACE + BLOCK.format(path=SHORTCUTS, old=SECOND, new=MADE)
NEW_FILE = BLOCK.format(path="notes/agents.txt", old="", new="a new file\n")
STEPS = [
    {"title": "Reword the head", "description": "It says too much.", "paths": [SHORTCUTS]},
    {"title": "Read it once more", "description": "", "paths": []},
]


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

    def was_told(self) -> str:
        """Give all that was in the last question."""
        return str(self.provider.chats("script")[-1].body["messages"])

    def row(self, label: str) -> Locator:
        """Give a row of the view."""
        return self.workbench.row("Runs", label)

    def hunks(self) -> Locator:
        """Give the places of the files that are unfolded."""
        return self.workbench.view("Runs").locator('.monaco-list-row[aria-level="3"]')

    def write_code(self, request: str) -> None:
        """Ask for a change."""
        self.workbench.run("OctoPrompt: Write Code…")
        self.workbench.answer(request)

    def toast(self, text: str) -> Locator:
        """Give a notification."""
        return self.workbench.notification(text)

    def answer_toast(self, text: str, button: str) -> None:
        """Press a button of a notification."""
        toast = self.toast(text)
        expect(toast).to_be_visible()
        toast.get_by_role("button", name=button, exact=True).click()

    def dialog(self, text: str) -> Locator:
        """Give the modal question."""
        dialog = self.page.locator(".monaco-dialog-box")
        expect(dialog).to_contain_text(text)
        return dialog

    def leave_out(self, file: str, hunk: int) -> None:
        """Uncheck one of two hunks; a box that is drawn anew under the mouse takes no click."""
        box = self.hunks().nth(hunk).get_by_role("checkbox")

        def is_out() -> bool:
            if box.get_attribute("aria-checked") == "true":
                box.click()
            try:
                expect(self.row(file)).to_contain_text("1 of 2 changes", timeout=3000)
            except AssertionError:
                return False
            return True

        self.workbench.eventually(is_out)

    def applying_asks(self, name: str, text: str) -> Locator:
        """Apply what a row stands for; give the question that comes.

        A row that is drawn anew under the mouse takes no click.
        """
        dialog = self.page.locator(".monaco-dialog-box")

        def is_asked() -> bool:
            if not dialog.count():
                inline(self.row(name), "Apply Changes").click()
            try:
                expect(dialog).to_contain_text(text, timeout=3000)
            except AssertionError:
                return False
            return True

        self.workbench.eventually(is_asked)
        return dialog

    def text(self, path: str) -> str:
        """Give a file of the workspace."""
        return (self.root / path).read_text(encoding="utf-8")

    def new_ticket(self, title: str, more: str = "") -> None:
        """Make a ticket and leave it open."""
        self.workbench.run("OctoPrompt: New Ticket…")
        self.workbench.answer(title)
        self.tab(f"{title}.md")
        if more:
            self.workbench.write_at_end(more)
            self.workbench.save()

    def tab(self, name: str) -> None:
        """Wait until an editor is in front."""
        expect(self.page.locator(f'.tab.active[aria-label^="{name}"]')).to_be_visible()

    def picture(self, name: str, folder: Path) -> None:
        """Keep what is seen now."""
        self.page.screenshot(path=folder / f"{name}.png")
