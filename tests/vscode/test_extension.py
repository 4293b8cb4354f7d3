"""What a developer does with OctoPrompt, done in a real VS Code on Django's sources."""

import os
import re
import signal

import pytest
from playwright.sync_api import Locator, expect

from vscode.server import Server
from vscode.workbench import Workbench

TASK = "prefetch_related with a sliced queryset ignores the slice"
CHOSEN = ("django", "db", "models", "query.py")
CHOSEN_PATH = "/".join(CHOSEN)
INDEX_SECONDS = 180


def status_of(workbench: Workbench) -> Locator:
    """Give the extension's item of the status bar."""
    return workbench.page.locator('.statusbar-item[id$="octoprompt.status"]')


@pytest.fixture
def ready(workbench: Workbench) -> Workbench:
    """Give the window with everything indexed, the container open and nothing chosen."""
    status = status_of(workbench)
    expect(status).to_contain_text("OctoPrompt", timeout=INDEX_SECONDS * 1000)
    expect(status.locator(".codicon-checklist")).to_be_visible(timeout=INDEX_SECONDS * 1000)
    workbench.open_container("OctoPrompt")
    if workbench.view("Selected").locator(".monaco-list-row").count():
        workbench.run("OctoPrompt: Clear Selection")
        expect(workbench.view("Selected").locator(".monaco-list-row")).to_have_count(0)
    return workbench


def check_chosen(workbench: Workbench) -> Locator:
    """Check one file in the tree, and give its row among the selected."""
    *folders, name = CHOSEN
    for folder in folders:
        workbench.expand("Files", folder)
    workbench.reveal("Files", name).get_by_role("checkbox").click()
    selected = workbench.row("Selected", name)
    expect(selected).to_be_visible()
    return selected


def starts_with_tokens(description: str) -> bool:
    """Tell whether a row says what it costs."""
    return description[:1].isdigit()


def test_the_tree_shows_the_workspace_with_its_sizes(ready: Workbench):
    """The container shows folders and files with check boxes and their tokens."""
    row = ready.row("Files", "django")

    expect(row.get_by_role("checkbox")).not_to_be_checked()
    expect(row.locator(".label-description")).to_contain_text(re.compile(r"\d(k|M)"))


def test_a_checked_file_counts_against_the_budget(ready: Workbench, server: Server):
    """Checking a file selects it, and the status bar says what it takes of the budget."""
    selected = check_chosen(ready)

    expect(ready.row("Files", "query.py").get_by_role("checkbox")).to_be_checked()
    expect(selected.locator(".label-description")).to_contain_text("django/db/models")
    expect(status_of(ready)).to_contain_text(re.compile(r"\dk of 32k"))
    estimate = ready.eventually(
        lambda: server.last_result("context/estimate"), lambda estimate: estimate["items"]
    )
    assert estimate["items"][0]["path"] == CHOSEN_PATH
    assert estimate["tokens"] > 1000


def test_files_can_be_chosen_while_the_index_is_rebuilt(ready: Workbench, server: Server):
    """The tree answers and counts long before the index is complete."""
    ready.run("OctoPrompt: Rebuild Index")
    ready.eventually(server.index_state, lambda state: state != "idle")

    selected = check_chosen(ready)

    ready.eventually(selected.locator(".label-description").inner_text, starts_with_tokens)
    assert server.index_state() != "idle"


def test_a_task_suggests_files_that_can_be_accepted(ready: Workbench):
    """The files that the task is about are among the first five, and one click selects one."""
    frame = ready.frame_with("#task")
    frame.locator("#task").fill(TASK)
    rows = frame.locator("#rows li")
    expect(rows.first).to_be_visible()

    first = ready.eventually(
        lambda: [row.get_attribute("title") for row in rows.locator("button.name").all()[:5]],
        lambda titles: CHOSEN_PATH in titles,
    )
    assert "django/db/models/fields/related_descriptors.py" in first
    frame.get_by_role("button", name=f"Add {CHOSEN_PATH}", exact=True).click()
    expect(ready.row("Selected", "query.py")).to_be_visible()
    expect(frame.get_by_role("button", name=f"Remove {CHOSEN_PATH}", exact=True)).to_be_visible()


def test_what_is_copied_is_what_the_server_built(ready: Workbench, server: Server):
    """The clipboard holds exactly the text of `context/build`, inside the budget."""
    check_chosen(ready)
    ready.empty_clipboard()

    ready.run("OctoPrompt: Copy Context")

    copied = ready.eventually(ready.clipboard)
    built = server.last_result("context/build")
    assert copied == built["text"]
    assert "class QuerySet" in copied
    assert built["tokens"] <= built["budgetTokens"]


def test_the_preview_shows_what_would_be_copied(ready: Workbench, server: Server):
    """The preview is an editor tab with the text of `context/build`."""
    check_chosen(ready)

    ready.run("OctoPrompt: Preview Context")

    expect(ready.page.locator(".tab.active")).to_contain_text("Context")
    first_line = ready.eventually(ready.editor_text).splitlines()[0]
    assert server.last_result("context/build")["text"].startswith(first_line.rstrip())
    ready.run("View: Close All Editors")


def test_unsaved_text_counts_at_once(ready: Workbench):
    """Typing into a chosen file changes its tokens before it is saved."""
    tokens = check_chosen(ready).locator(".label-description")
    before = ready.eventually(tokens.inner_text, starts_with_tokens)

    ready.open_file(CHOSEN_PATH)
    ready.page.keyboard.insert_text("# an unsaved remark that costs tokens\n" * 200)

    ready.eventually(tokens.inner_text, lambda now: now not in ("", before))
    ready.run("File: Revert File")
    ready.eventually(tokens.inner_text, lambda now: now == before)
    ready.run("View: Close All Editors")


def test_the_selection_survives_a_reload(ready: Workbench):
    """What was chosen just before is still chosen in the reloaded window."""
    check_chosen(ready)

    ready.page.reload()

    ready.open_container("OctoPrompt")
    expect(ready.row("Selected", "query.py")).to_be_visible()
    expect(status_of(ready)).to_contain_text("of 32k")


def test_a_killed_server_comes_back(ready: Workbench, server: Server):
    """After kill -9 there is a new server, with the selection, that builds."""
    check_chosen(ready)
    killed = server.process_id()
    os.kill(killed, signal.SIGKILL)

    ready.eventually(server.process_id_or_none, lambda pid: pid not in (None, killed))

    expect(ready.row("Selected", "query.py")).to_be_visible()
    ready.empty_clipboard()
    ready.run("OctoPrompt: Copy Context")
    assert "class QuerySet" in ready.eventually(ready.clipboard)
