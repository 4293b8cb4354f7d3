"""What a developer does with agents, in a real VS Code with a provider on this machine."""

import json
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
GATHERS, MADE = FIRST.replace("collects", "gathers"), SECOND.replace("filled", "made")
ONE_PLACE = "I reword a comment.\n\n" + BLOCK.format(path=SHORTCUTS, old=FIRST, new=GATHERS)
TWO_PLACES = ONE_PLACE + BLOCK.format(path=SHORTCUTS, old=SECOND, new=MADE)
NEW_FILE = BLOCK.format(path="notes/agents.txt", old="", new="a new file\n")
PROTECTED = BLOCK.format(path="package.json", old='  "private": true,\n', new="")
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


@pytest.fixture
def agents(workbench: Workbench, provider: Provider, codebase: Path) -> Iterator[Agents]:
    """Give the window with a model and room for the Runs view."""
    for _ in roomy(workbench, "Runs"):
        if not provider.counts:
            add_provider(workbench, provider)
        workbench.run("Notifications: Clear All Notifications")
        yield Agents(workbench, provider, codebase)
        workbench.run("Notifications: Clear All Notifications")


def test_without_a_model_agents_say_how_to_get_one(workbench: Workbench):
    """The request is asked for, then the way to a model; nothing runs."""
    workbench.open_container("OctoPrompt")
    workbench.run("OctoPrompt: Write Code…")
    workbench.answer("Anything")

    told = workbench.notification("agents need a model")
    expect(told.get_by_role("button", name="Add Provider…")).to_be_visible()
    workbench.run("Notifications: Clear All Notifications")


def test_code_is_reviewed_hunk_by_hunk_applied_and_undone(agents: Agents, artifacts: Path):
    """One of two hunks is left out; the other is written, and taken back to the byte."""
    before = agents.text(SHORTCUTS)
    agents.says(TWO_PLACES)

    agents.write_code("Reword the comments")

    agents.answer_toast("changes of 1 file are proposed", "Review Changes")
    agents.tab("shortcuts.py (proposed)")
    file = agents.row("shortcuts.py")
    expect(file).to_contain_text("+2 -2")
    agents.workbench.expand("Runs", "shortcuts.py")
    expect(agents.hunks()).to_have_count(2)
    expect(agents.hunks().first).to_contain_text(GATHERS.strip()[:20])
    agents.leave_out("shortcuts.py", 1)
    agents.picture("review", artifacts)

    inline(file, "Apply Changes").click()

    expect(file).to_contain_text("applied")
    assert agents.text(SHORTCUTS) == before.replace(FIRST, GATHERS)

    inline(agents.row("Reword the comments"), "Undo Run").click()

    expect(file).to_contain_text("undone")
    assert agents.text(SHORTCUTS) == before


def test_from_a_ticket_to_reviewed_changes(agents: Agents, artifacts: Path):
    """Tasks, a plan that is changed, code, a review, and back: each step on the one before."""
    workbench, before = agents.workbench, agents.text(SHORTCUTS)
    workbench.open_file(SHORTCUTS)
    agents.new_ticket("Reword the shortcuts")
    plan = {"summary": "Two steps.", "steps": STEPS}
    agents.says(
        json.dumps({"tasks": STEPS}), json.dumps(plan), TWO_PLACES, "One remark: shortcuts.py:2."
    )

    workbench.run("OctoPrompt: Generate Tasks…")
    expect(agents.toast("Added 2 tasks")).to_be_visible()
    workbench.eventually(workbench.editor_text, lambda text: "- [ ] Reword the head" in text)

    workbench.run("OctoPrompt: Plan This Ticket")
    agents.tab("Plan - ticket.md")
    workbench.write_at_end("\n3. **Say it in French**\n")
    workbench.save()
    agents.answer_toast("Change the plan", "Carry Out")

    agents.answer_toast("changes of 1 file are proposed", "Review Changes")
    assert "Say it in French" in agents.was_told()
    agents.tab("shortcuts.py (proposed)")
    agents.workbench.expand("Runs", "shortcuts.py")
    agents.leave_out("shortcuts.py", 1)
    inline(agents.row("shortcuts.py"), "Apply Changes").click()
    expect(agents.row("shortcuts.py")).to_contain_text("applied")
    assert agents.text(SHORTCUTS) == before.replace(FIRST, GATHERS)
    workbench.open_file(SHORTCUTS)
    workbench.eventually(workbench.editor_text, lambda text: "module gathers" in text)

    workbench.run("OctoPrompt: Review Working Changes")
    agents.tab("Review")
    workbench.eventually(workbench.editor_text, lambda text: "One remark" in text)
    assert "module gathers" in agents.was_told()
    agents.picture("ticket", artifacts)

    workbench.run("OctoPrompt: Undo Run")
    expect(agents.row("shortcuts.py")).to_contain_text("undone")
    assert agents.text(SHORTCUTS) == before


def test_a_task_is_ticked_when_its_edits_are_applied(agents: Agents):
    """By its own button; and open again when they are undone."""
    agents.new_ticket("Polish", "\n- [ ] reword one comment\n- [ ] and another\n")
    tickets = agents.workbench.show_view("Tickets")
    agents.workbench.expand("Tickets", "Polish")
    task = agents.workbench.row("Tickets", "reword one comment")
    agents.says(ONE_PLACE)

    inline(task, "Work on This Task").click()

    agents.answer_toast("changes of 1 file are proposed", "Apply")
    expect(task.get_by_role("checkbox")).to_be_checked()
    assert "The one task of it that is to be done now" in agents.was_told()
    agents.workbench.run("OctoPrompt: Undo Run")
    expect(task.get_by_role("checkbox")).not_to_be_checked()
    expect(tickets).to_contain_text("0/2")


def test_a_protected_file_asks_separately(agents: Agents):
    """Its reason is said; left out, the others are applied all the same."""
    before = agents.text("package.json")
    agents.says(PROTECTED + NEW_FILE)
    agents.write_code("Publish it")
    expect(agents.toast("changes of 2 files are proposed")).to_be_visible()

    dialog = agents.applying_asks("Publish it", "its scripts run on your machine")
    dialog.get_by_role("button", name="Leave It Out").click()
    expect(agents.row("agents.txt")).to_contain_text("applied")
    assert agents.text("notes/agents.txt") == "a new file\n"
    assert agents.text("package.json") == before

    asked = agents.applying_asks("package.json", "package.json")
    asked.get_by_role("button", name="Apply It").click()
    expect(agents.row("package.json")).to_contain_text("applied")
    assert agents.text("package.json") != before

    inline(agents.row("Publish it"), "Undo Run").click()
    expect(agents.row("package.json")).to_contain_text("undone")
    assert agents.text("package.json") == before
    assert not (agents.root / "notes/agents.txt").exists()


def test_undoing_asks_before_it_loses_later_changes(agents: Agents):
    """What was written since is kept when the question is left, and given up when agreed to."""
    file, before = agents.root / SHORTCUTS, agents.text(SHORTCUTS)
    agents.says(ONE_PLACE)
    agents.write_code("Undo me")
    agents.answer_toast("changes of 1 file are proposed", "Apply")
    run = agents.row("Undo me")
    expect(run).to_contain_text("1 file applied")
    later = agents.text(SHORTCUTS) + "# later\n"
    file.write_text(later, encoding="utf-8")

    inline(run, "Undo Run").click()
    agents.dialog("lose the later changes").get_by_role("button", name="Cancel").click()
    expect(agents.toast("changed since")).to_be_visible()
    assert agents.text(SHORTCUTS) == later

    inline(run, "Undo Run").click()
    agents.dialog("lose the later changes").get_by_role("button", name="Undo Anyway").click()
    expect(run).to_contain_text("1 file to review")
    assert agents.text(SHORTCUTS) == before


def test_a_run_is_stopped_in_the_middle(agents: Agents):
    """Its row moves while it works, says so when it was stopped, and nothing is proposed."""
    agents.says(TWO_PLACES, pause_s=2)
    agents.write_code("Never mind")
    run = agents.row("Never mind")
    expect(run.locator(".codicon-loading")).to_be_visible()
    expect(run).to_contain_text("reads and writes code")

    inline(run, "Stop Run").click()

    expect(run).to_contain_text("stopped")
    expect(run.locator(".codicon-circle-slash")).to_be_visible()
    expect(agents.toast("Never mind")).to_have_count(0)


def test_a_reload_in_the_middle_loses_no_run(agents: Agents):
    """The run says that it was interrupted, and goes on to its end when it is resumed."""
    agents.says(TWO_PLACES, pause_s=2)
    agents.write_code("Survive")
    expect(agents.row("Survive")).to_contain_text("reads and writes code")

    agents.page.reload()

    agents.workbench.open_container("OctoPrompt")
    run = agents.row("Survive")
    expect(run).to_contain_text("interrupted")
    agents.says(ONE_PLACE)
    inline(run, "Resume Run").click()
    expect(agents.toast("changes of 1 file are proposed")).to_be_visible()
    expect(run).to_contain_text("1 file to review")


def test_summaries_say_their_price_beforehand(agents: Agents):
    """The estimate is agreed to; the second time nothing is paid."""
    agents.workbench.open_file("django/__main__.py")
    agents.says(json.dumps({"purpose": "Starts django.", "exports": [], "facts": []}))
    agents.workbench.run("OctoPrompt: Summarise with a Model…")

    dialog = agents.dialog("1 question to the model")
    dialog.get_by_role("button", name="Summarise").click()

    agents.tab("Summary")
    agents.workbench.eventually(agents.workbench.editor_text, lambda text: "Starts django" in text)


def test_a_prompt_is_made_better_after_a_look(agents: Agents):
    """The difference is shown; the new text is kept when it is agreed to."""
    agents.workbench.run("OctoPrompt: New Prompt…")
    agents.workbench.answer("Explain code")
    agents.tab("Explain code.md")
    agents.workbench.write_at_end("Explain this: {{ selection }}\n")
    agents.workbench.save()
    agents.says("Explain step by step: {{ selection }}")

    agents.workbench.run("OctoPrompt: Optimise This Prompt…")
    agents.workbench.answer("be patient")

    agents.tab("Explain code (optimised)")
    agents.answer_toast("Use the new version", "Use the New Version")
    agents.workbench.run("OctoPrompt: Open Prompt…")
    agents.workbench.answer_with_row("Explain code")
    agents.tab("Explain code.md")
    agents.workbench.eventually(agents.workbench.editor_text, lambda text: "step by step" in text)
