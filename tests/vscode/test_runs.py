"""What a developer does with agents, in a real VS Code with a provider on this machine."""

import json
from pathlib import Path

from playwright.sync_api import expect

from vscode.agents import (
    BLOCK,
    FIRST,
    GATHERS,
    NEW_FILE,
    ONE_PLACE,
    SHORTCUTS,
    STEPS,
    TWO_PLACES,
    Agents,
)
from vscode.workbench import Workbench, inline

PROTECTED = BLOCK.format(path="package.json", old='  "private": true,\n', new="")


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
    expect(workbench.status_bar("Added 2 tasks")).to_be_visible()
    workbench.eventually(workbench.editor_text, lambda text: "- [ ] Reword the head" in text)

    workbench.run("OctoPrompt: Plan This Ticket")
    agents.tab("Plan - Reword the shortcuts.md")
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
