"""What a developer does with prompts, done in a real VS Code."""

from collections.abc import Iterator
from pathlib import Path

import editor
import pytest
from playwright.sync_api import Browser, expect

from vscode.conftest import roomy
from vscode.workbench import PATIENCE_S, Workbench, inline


def make_prompt(workbench: Workbench, name: str, content: str) -> None:
    """Write a prompt in an editor tab of its own, and save it."""
    workbench.run("OctoPrompt: New Prompt…")
    workbench.answer(name)
    expect(workbench.page.locator(f'.tab.active[aria-label^="{name}.md"]')).to_be_visible()
    workbench.write_at_end(content)
    workbench.save()


@pytest.fixture
def prompts(workbench: Workbench) -> Iterator[Workbench]:
    """Give the window with room for the Prompts view."""
    yield from roomy(workbench, "Prompts")


@pytest.fixture
def other_window(
    browser: Browser, running_editor: editor.Editor, codebase: Path, artifacts: Path
) -> Iterator[Workbench]:
    """Give a second window on the same folder, with a server of its own."""
    context = browser.new_context(viewport={"width": 1400, "height": 1000})
    page = context.new_page()
    page.set_default_timeout(PATIENCE_S * 1000)
    page.goto(running_editor.url(codebase))
    yield Workbench(page)
    page.screenshot(path=artifacts / "other_window.png")
    context.close()


def test_a_prompt_with_a_variable_goes_into_a_context(prompts: Workbench):
    """Written and saved in a tab, chosen with a value for its variable, copied with the rest."""
    make_prompt(prompts, "Review for", "Review this as {{ who }} in {{ project }}.")
    row = prompts.row("Prompts", "Review for")

    inline(row, "Add Prompt to Context").click()
    prompts.answer("Ada")

    expect(row.locator(".label-description")).to_contain_text("in the context")
    prompts.empty_clipboard()
    prompts.run("OctoPrompt: Copy Context")
    assert "Review this as Ada in django." in prompts.eventually(prompts.clipboard)


def test_a_prompt_is_inserted_at_the_cursor(prompts: Workbench):
    """What the editor knows is filled in, the rest is asked for."""
    make_prompt(prompts, "Explain", "{{ file }} ({{ language }}): {{ selection }} for {{ whom }}\n")
    prompts.open_file("django/shortcuts.py")
    prompts.page.keyboard.press("ControlOrMeta+Home")
    prompts.page.keyboard.press("Shift+End")

    inline(prompts.row("Prompts", "Explain"), "Insert Prompt at Cursor").click()
    prompts.answer("all")

    said = 'django/shortcuts.py (python): """ for all'
    assert said in prompts.eventually(prompts.editor_text, lambda text: said in text)
    prompts.run("File: Revert File")


def test_a_deleted_prompt_comes_back(prompts: Workbench):
    """By Undo at once, and by Restore Deleted later; its tab says that it is gone."""
    make_prompt(prompts, "Doomed", "A text.")
    row = prompts.row("Prompts", "Doomed")

    prompts.run("OctoPrompt: Delete Prompt")
    expect(row).to_have_count(0)
    expect(prompts.page.locator(".tab.active .label-name")).to_have_css(
        "text-decoration-line", "line-through"
    )
    prompts.notification('Deleted the prompt "Doomed"').get_by_role("button", name="Undo").click()
    expect(row).to_be_visible()
    expect(prompts.page.locator(".tab.active .label-name")).to_have_css(
        "text-decoration-line", "none"
    )

    prompts.run("OctoPrompt: Delete Prompt")
    expect(row).to_have_count(0)
    prompts.run("OctoPrompt: Restore Deleted…")
    prompts.answer_with_row("Doomed")
    prompts.page.keyboard.press("Enter")
    expect(row).to_be_visible()


def test_an_edit_in_another_window_is_seen_and_a_conflict_is_asked_about(
    prompts: Workbench, other_window: Workbench
):
    """Within two seconds; with unsaved changes nothing is overwritten unasked."""
    make_prompt(prompts, "Shared", "one")
    other_window.open_container("OctoPrompt")
    other_window.show_view("Prompts")
    other_window.row("Prompts", "Shared").click()
    other_window.eventually(other_window.editor_text, lambda text: "one" in text)

    prompts.page.keyboard.insert_text(" two")
    prompts.save()
    other_window.eventually(other_window.editor_text, lambda text: "one two" in text, seconds=10)

    other_window.write_at_end(" theirs")
    prompts.write_at_end(" mine")
    prompts.save()
    other_window.page.keyboard.press("ControlOrMeta+s")
    expect(other_window.notification("content of the file is newer")).to_be_visible()


def test_a_preview_shows_what_becomes_of_a_prompt(prompts: Workbench):
    """Beside its editor, anew with each save; what has no value stands there by its name."""
    make_prompt(prompts, "Previewed", "{{ 6 * 7 }} of {{ project }} for {{ topic }}")

    prompts.run("OctoPrompt: Preview Prompt")
    beside = prompts.page.locator(".editor-group-container").last.locator(".view-lines").first
    expect(beside).to_contain_text("42")
    expect(beside).to_contain_text("{{ topic }}")

    prompts.write_at_end("{{ 1 / 0 }}")
    prompts.save()
    expect(beside).to_contain_text("division by zero")
    prompts.run("View: Single Column Editor Layout")


def test_a_renamed_prompt_keeps_its_tab(prompts: Workbench):
    """The tab shows the new name; the old text comes back from the versions."""
    make_prompt(prompts, "Old name", "the first text")
    prompts.write_at_end(", changed")
    prompts.save()

    prompts.run("OctoPrompt: Rename Prompt…")
    prompts.answer("New name")

    expect(prompts.page.locator('.tab.active[aria-label^="New name.md"]')).to_be_visible()
    expect(prompts.page.locator('.tab[aria-label^="Old name"]')).to_have_count(0)
    expect(prompts.row("Prompts", "New name")).to_be_visible()

    prompts.run("OctoPrompt: Show Prompt Versions…")
    versions = prompts.page.locator(".quick-input-widget .monaco-list-row")
    versions.filter(has_text="the first text").last.click()
    expect(prompts.page.locator(".tab.active")).to_contain_text("now")
    told = prompts.notification("the text back that it had until")
    told.get_by_role("button", name="Restore").click()
    expect(prompts.page.locator('.tab.active[aria-label^="Old name.md"]')).to_be_visible()
    prompts.eventually(
        prompts.editor_text, lambda text: "the first text" in text and "changed" not in text
    )


def test_a_broken_template_is_marked_where_it_breaks(prompts: Workbench):
    """The line of the content, not of the head, and the column."""
    make_prompt(prompts, "Broken", "fine\n{% for x in %}\n")

    prompts.run("Problems: Focus on Problems View")

    problems = prompts.page.locator(".markers-panel .monaco-list-row", has_text="OctoPrompt")
    expect(problems.filter(has_text="Ln 8, Col 13")).to_be_visible()
    prompts.run("View: Toggle Panel Visibility")


def test_a_prompt_file_of_the_workspace_is_imported(prompts: Workbench, codebase: Path):
    """As other tools keep them; a second time the prompt that is there stays."""
    file = codebase / ".github" / "prompts" / "from-file.prompt.md"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("---\nmode: agent\ntags: [imported]\n---\nDo {{ it }}.\n", encoding="utf-8")
    prompts.open_file(".github/prompts/from-file.prompt.md")

    for told in ("Imported 1 prompt.", "there is a prompt called"):
        prompts.run("OctoPrompt: Import as Prompt")
        prompts.answer_with_row("Keep the prompt that is there")
        expect(prompts.notification(told)).to_be_visible()

    expect(prompts.row("Prompts", "from-file")).to_be_visible()
    expect(prompts.row("Prompts", "imported")).to_be_visible()
    file.unlink()


def test_a_prompt_is_dragged_into_the_context(prompts: Workbench):
    """What is dropped on the Selected view goes in; an empty one is no tree yet."""
    make_prompt(prompts, "First there", "No variables here, too.")
    inline(prompts.row("Prompts", "First there"), "Add Prompt to Context").click()
    make_prompt(prompts, "Dragged", "No variables here.")
    prompts.show_view("Selected")
    expect(prompts.row("Selected", "First there")).to_be_visible()

    prompts.row("Prompts", "Dragged").drag_to(prompts.view("Selected").locator(".monaco-list"))

    expect(prompts.row("Selected", "Dragged")).to_be_visible()
