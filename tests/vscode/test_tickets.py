"""What a developer does with tickets, done in a real VS Code."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, expect

from vscode.conftest import roomy
from vscode.workbench import Workbench, inline

SOURCE = "django/core/paginator.py"
TODO = "# TODO: count pages lazily in the paginator\n"


def new_ticket(workbench: Workbench, title: str, more: str = "") -> Locator:
    """Make a ticket, write more into its tab, and give its row."""
    workbench.run("OctoPrompt: New Ticket…")
    workbench.answer(title)
    expect(workbench.page.locator(f'.tab.active[aria-label^="{title}.md"]')).to_be_visible()
    if more:
        workbench.write_at_end(more)
        workbench.save()
    row = workbench.row("Tickets", title)
    expect(row).to_be_visible()
    return row


@pytest.fixture
def tickets(workbench: Workbench) -> Iterator[Workbench]:
    """Give the window with room for the Tickets view."""
    yield from roomy(workbench, "Tickets")


@pytest.fixture
def with_todo(codebase: Path) -> Iterator[Path]:
    """Give a source file with a TODO at its head."""
    path = codebase / SOURCE
    before = path.read_text(encoding="utf-8")
    path.write_text(TODO + before, encoding="utf-8")
    yield path
    path.write_text(before, encoding="utf-8")


def test_a_todo_becomes_a_ticket_and_a_context(tickets: Workbench, with_todo: Path):
    """By the light bulb; then a task, files that fit, the context, and all of it after a reload."""
    del with_todo
    tickets.open_file(SOURCE)
    tickets.page.keyboard.press("ControlOrMeta+Home")
    tickets.take_code_action("Create Ticket from TODO")
    title = "count pages lazily in the paginator"
    expect(tickets.page.locator(f'.tab.active[aria-label^="{title}.md"]')).to_be_visible()
    row = tickets.row("Tickets", title)

    inline(row, "Add Task to Ticket").click()
    tickets.answer("measure it first")
    tickets.page.keyboard.press("Escape")
    expect(row.locator(".label-description")).to_contain_text("0/1")
    tickets.expand("Tickets", title)
    task = tickets.row("Tickets", "measure it first")
    task.get_by_role("checkbox").click()
    expect(row.locator(".label-description")).to_contain_text("1/1")
    assert "- [x] measure it first" in tickets.eventually(
        tickets.editor_text, lambda text: "[x]" in text
    )

    tickets.run("OctoPrompt: Suggest Files for Ticket…")
    offered = tickets.page.locator(".quick-input-widget .monaco-list-row .label-name")
    expect(offered.first).to_be_visible()
    best = offered.first.inner_text()
    tickets.page.keyboard.press("Enter")  # the best are ticked already
    expect(tickets.row("Tickets", best)).to_be_visible()

    inline(row, "Build Context from Ticket").click()
    expect(row.locator(".label-description")).to_contain_text("in the context")
    tickets.show_view("Selected")
    expect(tickets.row("Selected", "paginator.py")).to_be_visible()
    expect(tickets.row("Selected", title)).to_be_visible()
    tickets.empty_clipboard()
    tickets.run("OctoPrompt: Copy Context")
    copied = tickets.eventually(tickets.clipboard)
    assert f"# {title}" in copied
    assert "class Paginator" in copied

    tickets.page.reload()
    tickets.open_container("OctoPrompt")
    expect(tickets.row("Tickets", title).locator(".label-description")).to_contain_text("1/1")
    expect(tickets.row("Selected", title)).to_be_visible()
    assert "measure it first" in tickets.eventually(tickets.editor_text)


def test_a_ticket_is_edited_as_a_checklist(tickets: Workbench):
    """Tasks and facts that are written into its tab are there when it is saved."""
    row = new_ticket(tickets, "Write it down", "\nDue: 2031-05-01\n\n- [ ] first\n- [x] second\n")

    expect(row.locator(".label-description")).to_contain_text("1/2 · due 2031-05-01")
    tickets.expand("Tickets", "Write it down")
    expect(tickets.row("Tickets", "first").get_by_role("checkbox")).not_to_be_checked()
    expect(tickets.row("Tickets", "second").get_by_role("checkbox")).to_be_checked()


def test_a_wrong_fact_is_told_and_stays_in_the_editor(tickets: Workbench):
    """Saving says what is wrong; nothing that was written is lost."""
    new_ticket(tickets, "Slip")
    tickets.write_at_end("\nDue: next week\n")

    tickets.page.keyboard.press("ControlOrMeta+s")

    told = tickets.notification("is no due date")
    expect(told).to_be_visible()
    assert "next week" in tickets.editor_text()
    tickets.run("File: Revert File")
    tickets.run("Notifications: Clear All Notifications")


def test_statuses_are_set_and_filtered(tickets: Workbench):
    """A ticket that is done leaves the list, until all are shown."""
    row = new_ticket(tickets, "Soon done")
    inline(row, "Start Ticket").click()
    expect(row.locator(".codicon-play-circle")).to_be_visible()
    inline(row, "Finish Ticket").click()
    expect(row).to_have_count(0)

    tickets.run("OctoPrompt: Filter Tickets by Status…")
    tickets.page.locator(".quick-input-widget .monaco-list-row", has_text="Done").click()
    tickets.page.keyboard.press("Enter")
    expect(row.locator(".codicon-pass-filled")).to_be_visible()
    tickets.run("OctoPrompt: Clear Ticket Filter")
    expect(row).to_have_count(0)


def test_tickets_are_put_in_order_by_dragging(tickets: Workbench):
    """A ticket takes the place of the one that it is dropped on."""
    for title in ("Order one", "Order two"):
        new_ticket(tickets, title)
    one, two = (tickets.row("Tickets", title) for title in ("Order one", "Order two"))

    two.drag_to(one)

    tickets.eventually(
        lambda: (two.bounding_box() or {}).get("y", 0) < (one.bounding_box() or {}).get("y", 0)
    )


def test_a_deleted_ticket_comes_back_with_its_tasks(tickets: Workbench):
    """Undo brings all of it back."""
    row = new_ticket(tickets, "Doomed work", "\n- [ ] the task\n")
    tickets.run("OctoPrompt: Delete Ticket")
    expect(row).to_have_count(0)

    told = tickets.notification('Deleted the ticket "Doomed work"')
    told.get_by_role("button", name="Undo").click()

    expect(row.locator(".label-description")).to_have_text(re.compile("0/1"))


def test_a_problem_becomes_a_ticket(tickets: Workbench, codebase: Path):
    """Named by the problem's message, linked to its file."""
    file = codebase / "broken.json"
    file.write_text('{"a": 1,, "b": 2}\n', encoding="utf-8")
    tickets.open_file("broken.json")
    expect(tickets.page.locator(".squiggly-error")).to_be_visible()
    tickets.page.keyboard.press("F8")

    tickets.take_code_action("Create Ticket from This Problem")

    text = tickets.eventually(tickets.editor_text, lambda text: "## Files" in text)
    assert "- `broken.json`" in text
    file.unlink()


def test_a_todo_shows_how_far_its_ticket_is(tickets: Workbench, with_todo: Path, codebase: Path):
    """Above its line, when the setting says so."""
    settings = codebase / ".vscode" / "settings.json"
    settings.parent.mkdir(exist_ok=True)
    settings.write_text('{"octoprompt.codeLens.tickets": true}', encoding="utf-8")
    with_todo.write_text(with_todo.read_text(encoding="utf-8").replace("lazily", "eagerly"))
    tickets.open_file(SOURCE)
    tickets.page.keyboard.press("ControlOrMeta+Home")
    tickets.run("OctoPrompt: New Ticket from TODO at Cursor")
    expect(tickets.row("Tickets", "count pages eagerly in the paginator")).to_be_visible()

    tickets.run("View: Open Previous Editor in Group")

    expect(tickets.page.locator(".codelens-decoration")).to_contain_text("Open")
    settings.unlink()
