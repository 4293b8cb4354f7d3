"""What a developer does with OctoPrompt, done in a real VS Code on Django's sources."""

import os
import re
import signal
from pathlib import Path

from playwright.sync_api import Frame, Locator, expect

from vscode.conftest import status_of
from vscode.server import Server
from vscode.workbench import Workbench

TASK = "prefetch_related with a sliced queryset ignores the slice"
CHOSEN = ("django", "db", "models", "query.py")
CHOSEN_PATH = "/".join(CHOSEN)
RELATED_PATH = "django/db/models/fields/related_descriptors.py"


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
    assert RELATED_PATH in first
    frame.get_by_role("button", name=f"Add {CHOSEN_PATH}", exact=True).click()
    expect(ready.row("Selected", "query.py")).to_be_visible()
    expect(frame.get_by_role("button", name=f"Remove {CHOSEN_PATH}", exact=True)).to_be_visible()


def write_task(workbench: Workbench, text: str) -> Frame:
    """Type a task where none or another one was, and give the page once its list is there."""
    frame = workbench.frame_with("#task")
    frame.locator("#task").fill(text)
    expect(frame.locator("#rows[aria-busy=false] li").first).to_be_visible()
    return frame


def test_a_task_alone_can_be_copied(ready: Workbench, server: Server):
    """Nothing is chosen: the best files for the task fill the budget, and the views say so."""
    frame = write_task(ready, TASK)
    expect(frame.locator("#adds")).to_have_text("adds up to 10 files")
    expect(frame.locator("#total")).to_contain_text("of 32k · 10 added")
    ready.empty_clipboard()

    ready.run("OctoPrompt: Copy Context")

    copied = ready.eventually(ready.clipboard)
    built = server.last_result("context/build")
    assert copied == built["text"]
    assert [item["suggested"] for item in built["items"]] == [True] * 10
    assert CHOSEN_PATH in {item["path"] for item in built["items"]}
    expect(ready.row("Selected", "Added for the task")).to_be_visible()


def test_how_many_files_are_added_is_chosen_for_the_selection(ready: Workbench, server: Server):
    """Among the things to include, and it is kept with the selection."""
    frame = write_task(ready, TASK)
    ready.expand("Selected", "Also include")
    expect(ready.row("Selected", "Files for the task")).to_contain_text("when nothing is chosen")

    ready.run("OctoPrompt: Set How Many Files to Add")
    ready.answer("3")

    expect(frame.locator("#adds")).to_have_text("adds up to 3 files")
    expect(frame.locator("#total")).to_contain_text("3 added")
    expect(ready.row("Selected", "Files for the task").get_by_role("checkbox")).to_be_checked()
    ready.eventually(lambda: server.last_result("selections/save")["body"]["suggest"] == 3)
    ready.row("Selected", "Files for the task").get_by_role("checkbox").click()
    expect(frame.locator("#adds")).to_have_text("adds up to 10 files")


def test_each_view_says_what_the_budget_makes_of_what_was_chosen(ready: Workbench, server: Server):
    """The meter is what would be sent, and whoever is cut says so; the task decides who is."""
    frame = write_task(ready, TASK)
    for path in (RELATED_PATH, CHOSEN_PATH):
        add = frame.locator("#rows").get_by_role("button", name=f"Add {path}", exact=True)
        expect(add).to_be_visible()
        add.click()

    expect(frame.locator("#cuts")).to_have_text("1 file as outline")
    planned = server.last_result("context/estimate")["planned"]
    assert planned["tokens"] <= 32_000
    assert {item["path"]: item["mode"] for item in planned["items"]} == {
        CHOSEN_PATH: "full",
        RELATED_PATH: "outline",
    }
    expect(frame.locator("#total")).to_have_text(
        re.compile(r"^(3[01](\.\d)?|32)k of 32k · 2 files$")
    )
    expect(ready.row("Selected", "related_descriptors.py")).to_contain_text(
        re.compile(r"outline [\d.]+k? of 12\.\dk")
    )
    expect(status_of(ready)).to_contain_text(re.compile(r"k of 32k"))
    expect(status_of(ready).locator(".codicon-warning")).to_be_visible()


def test_a_counted_file_shows_its_count_in_each_view(ready: Workbench, server: Server):
    """The estimate gives way to what the server counted, in the tree as in the list."""
    frame = write_task(ready, TASK)
    check_chosen(ready)

    (counted,) = ready.eventually(lambda: server.last_result("context/estimate")["items"])
    shown = f"{counted['tokens'] / 1000:.1f}".removesuffix(".0") + "k"
    expect(ready.row("Files", "query.py").locator(".label-description")).to_have_text(shown)
    listed = frame.get_by_role("button", name=f"Remove {CHOSEN_PATH}", exact=True)
    expect(frame.locator("li").filter(has=listed).locator(".tokens")).to_have_text(shown)


def test_both_questions_can_be_asked_and_typing_answers_the_one_that_is_shown(
    ready: Workbench, server: Server
):
    """What the task needs, and what goes with the selected; the question stays while one types."""
    frame = write_task(ready, TASK)
    expect(frame.locator("#forSelected")).to_be_disabled()
    frame.get_by_role("button", name=f"Add {CHOSEN_PATH}", exact=True).click()

    frame.locator("#forSelected").click()

    expect(frame.locator("#forSelected")).to_have_attribute("aria-selected", "true")
    ready.eventually(
        lambda: server.last_params("context/suggest")["selectedPaths"] == [CHOSEN_PATH]
    )
    expect(frame.get_by_role("button", name=f"open {CHOSEN_PATH}", exact=True)).to_have_count(0)
    frame.locator("#task").fill("aggregate over an annotation")
    ready.eventually(
        lambda: (
            server.last_params("context/suggest")["query"].startswith("aggregate")
            and server.last_params("context/suggest")["selectedPaths"] == [CHOSEN_PATH]
        )
    )
    frame.locator("#forTask").click()
    ready.eventually(lambda: server.last_params("context/suggest")["selectedPaths"] == [])


LATE_MS = 300
WATCH_ROWS = """() => {
    const rows = document.getElementById('rows');
    let typed = 0;
    document.getElementById('task').addEventListener('input', () => { typed = performance.now(); });
    window.changedAfter = new Promise((resolve) => {
        const watch = new MutationObserver(() => {
            watch.disconnect();
            resolve(performance.now() - typed);
        });
        watch.observe(rows, { childList: true });
    });
}"""


def test_the_list_follows_the_typing_within_a_moment(ready: Workbench, server: Server):
    """300 ms after the last key the list is another one, but for what the ranking itself takes."""
    tasks = ("template tag caching", "migration of a renamed field", "session cookie expiry")
    late: list[float] = []
    for task in tasks:
        frame = ready.frame_with("#task")
        frame.evaluate(WATCH_ROWS)
        frame.locator("#task").fill(task)
        changed = frame.evaluate("() => window.changedAfter")
        late.append(changed - server.last_result("context/suggest")["elapsedMs"])

    assert min(late) <= LATE_MS


def test_a_change_of_the_selection_can_be_undone_and_done_again(ready: Workbench):
    """By command, and by the usual keys while one of the trees has the focus."""
    selected = check_chosen(ready)
    ready.run("OctoPrompt: Clear Selection")
    expect(selected).to_have_count(0)

    ready.run("OctoPrompt: Undo Selection Change")
    expect(selected).to_be_visible()
    ready.run("OctoPrompt: Redo Selection Change")
    expect(selected).to_have_count(0)

    ready.row("Files", "django").click()
    ready.page.keyboard.press("ControlOrMeta+z")
    ready.eventually(selected.locator(".label-description").inner_text, starts_with_tokens)
    selected.click()
    expect(ready.page.locator('.tab.active[aria-label^="query.py"]')).to_be_visible()
    ready.page.keyboard.press("Delete")
    expect(selected).to_have_count(0)


def test_a_file_is_chosen_by_keyboard(ready: Workbench):
    """The space bar adds the focused file and takes it out again, and opens nothing."""
    row = ready.reveal("Files", "INSTALL")
    row.locator(".monaco-icon-label").click()
    expect(ready.page.locator(".tab.active")).to_be_visible()
    ready.page.keyboard.press("ArrowDown")

    ready.page.keyboard.press("Space")
    expect(ready.row("Selected", "LICENSE")).to_be_visible()
    expect(ready.row("Files", "LICENSE").get_by_role("checkbox")).to_be_checked()
    ready.page.keyboard.press("Space")
    expect(ready.row("Selected", "LICENSE")).to_have_count(0)
    expect(ready.page.locator(".tab.active")).to_contain_text("INSTALL")


def test_files_are_found_by_parts_of_their_paths(ready: Workbench):
    """Any file of the workspace, several at once, without looking for it in the tree."""
    ready.run("OctoPrompt: Find Files to Add")
    widget = ready.page.locator(".quick-input-widget")
    for words, name in (("model que", "query.py"), ("dj urls resolv", "resolvers.py")):
        widget.locator("input.input, input[type=text]").first.fill(words)
        row = widget.locator(".monaco-list-row").filter(has_text=name).first
        expect(row).to_be_visible()
        row.click()
    ready.page.keyboard.press("Enter")

    expect(ready.row("Selected", "resolvers.py")).to_be_visible()
    expect(ready.row("Selected", "query.py")).to_be_visible()


def test_a_file_that_is_renamed_stays_chosen(ready: Workbench, codebase: Path):
    """Renamed in the explorer, it is in the selection by its new name."""
    ready.reveal("Files", "INSTALL").get_by_role("checkbox").click()
    expect(ready.row("Selected", "INSTALL")).to_be_visible()
    ready.run("View: Show Explorer")
    row = ready.page.locator(".explorer-folders-view .monaco-list-row", has_text="INSTALL")

    row.click()
    ready.page.keyboard.press("F2")
    ready.page.locator(".explorer-folders-view input").fill("INSTALL.txt")
    ready.page.keyboard.press("Enter")

    ready.open_container("OctoPrompt")
    expect(ready.row("Selected", "INSTALL.txt")).to_be_visible()
    (codebase / "INSTALL.txt").rename(codebase / "INSTALL")
    expect(ready.row("Selected", "INSTALL.txt")).to_contain_text("there is no file")


def test_a_file_that_is_gone_is_shown_and_can_be_followed(ready: Workbench, codebase: Path):
    """Moved behind the editor's back it is missing, says where it probably is, and goes there."""
    ready.reveal("Files", "MANIFEST.in").get_by_role("checkbox").click()
    expect(ready.row("Selected", "MANIFEST.in")).to_be_visible()
    (codebase / "MANIFEST.in").rename(codebase / "extras" / "MANIFEST.in")

    missing = ready.row("Selected", "MANIFEST.in")
    expect(missing).to_contain_text("it may be `extras/MANIFEST.in` now")
    missing.hover()
    missing.get_by_role("button", name="Use Its New Path").click()

    expect(ready.row("Selected", "MANIFEST.in").locator(".label-description")).to_contain_text(
        re.compile(r"\d.*extras")
    )
    (codebase / "extras" / "MANIFEST.in").rename(codebase / "MANIFEST.in")


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
    """The preview is an editor tab with the text of `context/build`, from its first to its last."""
    check_chosen(ready)

    ready.run("OctoPrompt: Preview Context")

    expect(ready.page.locator(".tab.active")).to_contain_text("Context")
    ready.eventually(ready.editor_text)
    built = server.last_result("context/build")["text"]
    assert "class QuerySet" in built
    assert ready.whole_document() == built


def test_unsaved_text_counts_at_once(ready: Workbench):
    """Typing into a chosen file changes its tokens before it is saved."""
    tokens = check_chosen(ready).locator(".label-description")
    before = ready.eventually(tokens.inner_text, starts_with_tokens)

    ready.open_file(CHOSEN_PATH)
    ready.page.keyboard.insert_text("# an unsaved remark that costs tokens\n" * 200)

    ready.eventually(tokens.inner_text, lambda now: now not in ("", before))
    ready.run("File: Revert File")
    ready.eventually(tokens.inner_text, lambda now: now == before)


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
