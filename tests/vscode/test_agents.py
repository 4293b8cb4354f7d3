"""What agents are for besides code, in a real VS Code with a provider on this machine."""

import json
import subprocess
from pathlib import Path

import pytest
from playwright.sync_api import Locator, expect

from vscode.agents import FIRST, GATHERS, ONE_PLACE, SHORTCUTS, STEPS, Agents
from vscode.server import Server

PAGINATOR = "django/core/paginator.py"


def choose_menu(agents: Agents, row: Locator, *labels: str) -> None:
    """Open the menu of a row and go through its labels; the last is pressed."""
    *over, last = labels
    menus = agents.page.locator(".monaco-menu")

    def is_chosen() -> bool:
        """Press; a menu takes no click before the mouse has moved."""
        row.click(button="right")
        for label in over:
            menus.last.get_by_role("menuitem", name=label, exact=True).hover()
            expect(menus).to_have_count(2)
        item = menus.last.get_by_role("menuitem", name=last)
        item.hover()
        item.click()
        try:
            expect(menus).to_have_count(0, timeout=3000)
        except AssertionError:
            agents.page.keyboard.press("Escape")
            agents.page.keyboard.press("Escape")
            return False
        return True

    agents.workbench.eventually(is_chosen)


def ask(agents: Agents, question: str, answer: str) -> None:
    """Ask about the codebase, and wait for the answer."""
    agents.says(answer)
    agents.workbench.run("OctoPrompt: Ask About the Codebase…")
    agents.workbench.answer(question)
    agents.tab("Answer")


def try_follow(agents: Agents, link: Locator, name: str) -> bool:
    """Click on a link as a person does, and say whether its file is open."""
    box = link.bounding_box()
    if box:
        agents.page.keyboard.down("ControlOrMeta")
        agents.page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, steps=3)
        agents.page.mouse.down()
        agents.page.mouse.up()
        agents.page.keyboard.up("ControlOrMeta")
        agents.page.wait_for_timeout(500)
    return agents.page.locator(f'.tab.active[aria-label^="{name}"]').count() > 0


def test_an_answer_leads_to_the_code_and_its_log_has_everything(agents: Agents, artifacts: Path):
    """A file that it names is a link to the line; the log has the question and the answer."""
    ask(agents, "Where is Paginator?", f"`Paginator` is in `{PAGINATOR}:27`, not in no/where.py:3.")
    links = agents.page.locator(".editor-instance .detected-link")
    expect(links.first).to_be_visible()
    assert "where" not in "".join(links.all_inner_texts())
    agents.picture("answer", artifacts)
    # Not `click`: VS Code draws a line anew when Ctrl is held over its link, so it is never still.
    agents.workbench.eventually(lambda: try_follow(agents, links.first, "paginator.py"))
    expect(agents.workbench.status_bar("Ln 27,")).to_be_visible()

    choose_menu(agents, agents.row("Where is Paginator?"), "Show Run Log")

    agents.tab("Log - Where is Paginator?")
    log = agents.workbench.whole_document()
    assert all(f"· {kind} ·" in log for kind in ("question", "answer", "step"))
    assert "Where is Paginator?" in log
    assert "not in no/where.py:3" in log
    agents.picture("log", artifacts)


def test_files_of_one_run_open_together_and_are_judged_from_their_diff(agents: Agents):
    """Review shows all of them; a file is applied by the button of its own diff."""
    before = agents.text(SHORTCUTS)
    agents.says(
        ONE_PLACE + "notes/both.txt\n```\n<<<<<<< SEARCH\n=======\nnew\n>>>>>>> REPLACE\n```\n"
    )
    agents.write_code("Both files")
    agents.answer_toast("changes of 2 files are proposed", "Review Changes")
    agents.tab("Write code: Both files")
    expect(agents.page.locator(".multiDiffEntry")).to_have_count(2)

    agents.row("shortcuts.py").click()
    agents.tab("shortcuts.py (proposed)")
    apply = agents.page.locator(".editor-actions").get_by_role("button", name="Apply Changes")
    apply.click()

    expect(agents.row("shortcuts.py")).to_contain_text("applied")
    expect(agents.page.locator('.tab[aria-label^="shortcuts.py (proposed)"]')).to_have_count(0)
    assert agents.text(SHORTCUTS) == before.replace(FIRST, GATHERS)
    assert not (agents.root / "notes/both.txt").exists()
    agents.workbench.run("OctoPrompt: Undo Run")
    expect(agents.row("shortcuts.py")).to_contain_text("undone")


def test_a_commit_message_goes_into_the_box_of_source_control(agents: Agents):
    """A message that is there is not lost: the new one replaces it or is copied."""
    file, before = agents.root / PAGINATOR, agents.text(PAGINATOR)
    file.write_text(f"{before}# counted lazily\n", encoding="utf-8")
    agents.says("Add a note\n\nIt says why.", "Say it better", "Say it best")
    box = agents.page.locator(".scm-view .scm-input, .scm-editor")

    agents.workbench.run("OctoPrompt: Write Commit Message")

    expect(box.first).to_contain_text("Add a note")
    assert "counted lazily" in agents.was_told()
    agents.workbench.empty_clipboard()
    agents.workbench.run("OctoPrompt: Write Commit Message")
    agents.answer_toast("holds another one", "Copy")
    agents.workbench.eventually(agents.workbench.clipboard, lambda text: text == "Say it better")
    expect(box.first).to_contain_text("Add a note")
    agents.workbench.run("OctoPrompt: Write Commit Message")
    agents.answer_toast("holds another one", "Replace It")
    expect(box.first).to_contain_text("Say it best")
    file.write_text(before, encoding="utf-8")
    agents.workbench.open_container("OctoPrompt")


def test_a_model_chooses_files_and_prompts_for_the_task(agents: Agents, server: Server):
    """What it names is offered, and goes into the context when it is agreed to."""
    workbench = agents.workbench
    workbench.run("OctoPrompt: New Prompt…")
    workbench.answer("Check pages")
    agents.tab("Check pages.md")
    workbench.write_at_end("Check how pages are counted.\n")
    workbench.save()
    prompt = server.last_result("prompts/create")["id"]
    agents.says(
        json.dumps({"paths": [PAGINATOR, "django/invented.py"]}), json.dumps({"ids": [prompt]})
    )
    quick = workbench.page.locator(".quick-input-widget")

    workbench.run("OctoPrompt: Suggest Files with a Model…")
    workbench.answer("Count pages lazily")
    expect(quick.locator(".label-name", has_text="paginator.py")).to_be_visible()
    expect(quick).not_to_contain_text("invented")
    workbench.page.keyboard.press("Enter")
    workbench.show_view("Selected")
    expect(workbench.row("Selected", "paginator.py")).to_be_visible()

    workbench.run("OctoPrompt: Suggest Prompts…")
    workbench.answer("Count pages lazily")
    expect(quick.locator(".label-name", has_text="Check pages")).to_be_visible()
    workbench.page.keyboard.press("Enter")
    expect(workbench.row("Selected", "Check pages")).to_be_visible()
    workbench.run("OctoPrompt: Clear Selection")


def test_the_steps_of_a_plan_become_tasks(agents: Agents):
    """Of a ticket that is made for them; the plan as it was changed counts."""
    agents.says(json.dumps({"summary": "Two steps.", "steps": STEPS}))
    agents.workbench.run("OctoPrompt: Plan…")
    agents.workbench.answer("Reword it all")
    agents.tab("Plan - Reword it all.md")
    agents.workbench.write_at_end("\n3. **Say it in French**\n")
    agents.workbench.save()

    agents.answer_toast("Change the plan", "Make Tasks")

    agents.tab("Reword it all.md")
    text = agents.workbench.eventually(agents.workbench.editor_text, lambda text: "French" in text)
    assert "- [ ] Reword the head" in text
    assert "- [ ] Read it once more" in text


def test_a_folder_is_summarised_from_the_explorer(agents: Agents):
    """The price is asked for first; leaving the question pays nothing."""
    folder = agents.root / "summed"
    folder.mkdir()
    for name in ("one.py", "two.py"):
        (folder / name).write_text(f"def {name[:3]}():\n    return 1\n", encoding="utf-8")
    agents.workbench.run("View: Show Explorer")
    row = agents.page.locator(".explorer-folders-view .monaco-list-row", has_text="summed")
    expect(row).to_be_visible()
    asked = len(agents.provider.chats("script"))

    choose_menu(agents, row, "OctoPrompt", "Summarise with a Model…")
    dialog = agents.dialog("Summarise summed?")
    expect(dialog).to_contain_text("to the model: about")
    dialog.get_by_role("button", name="Cancel").click()
    assert len(agents.provider.chats("script")) == asked

    said = {"exports": [], "facts": []}
    one, two = ({"purpose": f"Gives {name}.", **said} for name in ("the first", "the second"))
    agents.says(json.dumps(one), json.dumps(two), "Two numbers.")
    choose_menu(agents, row, "OctoPrompt", "Summarise with a Model…")
    agents.dialog("Summarise summed?").get_by_role("button", name="Summarise").click()
    agents.tab("Summary - summed")
    assert "Two numbers." in agents.workbench.whole_document()

    agents.workbench.run("View: Close All Editors")
    choose_menu(agents, row, "OctoPrompt", "Show Summary")
    agents.tab("Summary of summed")
    text = agents.workbench.whole_document()
    assert "the first" in text
    assert "the second" in text
    choose_menu(agents, row, "OctoPrompt", "Forget Summaries…")
    agents.dialog("2 files in summed").get_by_role("button", name="Forget Them").click()
    choose_menu(agents, row, "OctoPrompt", "Show Summary")
    expect(agents.toast("summed has no summary")).to_be_visible()
    agents.workbench.open_container("OctoPrompt")


def test_what_goes_with_a_file_or_a_name_becomes_context(agents: Agents):
    """Related files and the definitions that use a name are offered with their reasons."""
    workbench = agents.workbench
    workbench.show_view("Selected")
    workbench.open_file(PAGINATOR)
    quick = workbench.page.locator(".quick-input-widget")
    rows = quick.locator(".monaco-list-row")

    workbench.run("OctoPrompt: Add Related Files…")
    expect(quick).to_contain_text(f"Files That Go with {PAGINATOR}")
    workbench.answer_with_row("list.py")
    expect(quick).to_contain_text("1 Selected")
    workbench.page.keyboard.press("Enter")
    expect(workbench.row("Selected", "list.py")).to_be_visible()

    workbench.run("View: Focus Active Editor Group")
    workbench.page.keyboard.press("ControlOrMeta+f")
    workbench.page.keyboard.insert_text("class EmptyPage")
    workbench.page.keyboard.press("Escape")
    workbench.run("OctoPrompt: Add References of Symbol…")
    expect(quick).to_contain_text("Uses of EmptyPage")
    expect(rows.filter(has_text="validate_number").first).to_contain_text(PAGINATOR)
    workbench.answer_with_row("validate_number")
    workbench.page.keyboard.press("Enter")
    expect(workbench.row("Selected", "paginator.py")).to_contain_text("validate_number")
    workbench.run("OctoPrompt: Clear Selection")


def test_a_run_is_linked_to_a_ticket_and_opened_from_it(agents: Agents):
    """And taken away from it again."""
    workbench = agents.workbench
    agents.new_ticket("Understand pages")
    ask(agents, "What is a page?", "A part of a list.")
    workbench.run("View: Close All Editors")
    quick = workbench.page.locator(".quick-input-widget")

    choose_menu(agents, agents.row("What is a page?"), "Link Run to Ticket…")
    workbench.answer_with_row("Understand pages")
    expect(workbench.status_bar("linked to")).to_be_visible()

    workbench.run("OctoPrompt: Show Chats and Runs of a Ticket…")
    workbench.answer_with_row("Understand pages")
    expect(quick).to_contain_text("Chats and Runs of")
    workbench.answer_with_row("What is a page?")
    agents.tab("Answer - What is a page?")
    workbench.run("OctoPrompt: Show Chats and Runs of a Ticket…")
    workbench.answer_with_row("Understand pages")
    row = quick.locator(".monaco-list-row", has_text="What is a page?")
    row.hover()
    row.locator('.action-label[aria-label="Unlink"]').click()
    expect(row).to_have_count(0)
    workbench.page.keyboard.press("Escape")


def test_a_file_that_changed_since_is_left_and_can_be_asked_for_anew(agents: Agents):
    """Applying says that the place is gone; the run again sees the file as it is now."""
    file, before = agents.root / SHORTCUTS, agents.text(SHORTCUTS)
    agents.says(ONE_PLACE)
    agents.write_code("Reword it again")
    expect(agents.toast("changes of 1 file are proposed")).to_be_visible()
    now = before.replace(FIRST, FIRST.replace("collects", "assembles"))
    assert now != before
    file.write_text(now, encoding="utf-8")
    agents.says(ONE_PLACE.replace("collects", "assembles"))

    agents.answer_toast("changes of 1 file are proposed", "Apply")

    agents.answer_toast("Nothing was applied", "Run Again")
    agents.answer_toast("changes of 1 file are proposed", "Apply")
    agents.workbench.eventually(lambda: agents.text(SHORTCUTS) == before.replace(FIRST, GATHERS))
    file.write_text(before, encoding="utf-8")


@pytest.mark.parametrize("answer", ["Apply", "Discard"])
def test_what_nobody_reviewed_is_previewed_by_the_editor(agents: Agents, answer: str):
    """A file with other text in its editor opens the Refactor Preview; it has the last word."""
    before = agents.text(SHORTCUTS)
    agents.says(ONE_PLACE)
    agents.write_code(f"Preview and {answer}")
    expect(agents.toast("changes of 1 file are proposed")).to_be_visible()
    agents.workbench.open_file(SHORTCUTS)
    agents.workbench.write_at_end("# typed meanwhile\n")

    agents.answer_toast("changes of 1 file are proposed", "Apply")

    panel = agents.page.locator(".part.panel")
    expect(panel).to_contain_text("shortcuts.py")
    if answer == "Apply":
        panel.locator("input.edit-checkbox").first.click()
    panel.get_by_role("button", name=answer).click()

    row = agents.row("shortcuts.py")
    agents.workbench.expand("Runs", f"Preview and {answer}")
    expect(row).to_contain_text("applied" if answer == "Apply" else "not written")
    text = agents.workbench.whole_document()
    assert "# typed meanwhile" in text
    assert (GATHERS in text) == (answer == "Apply")
    agents.workbench.run("File: Revert File")
    assert agents.text(SHORTCUTS) == before
    git = subprocess.run(
        ["git", "status", "--porcelain", SHORTCUTS],
        cwd=agents.root,
        capture_output=True,
        check=True,
    )
    assert git.stdout == b""
