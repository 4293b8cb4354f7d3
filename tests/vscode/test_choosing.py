"""The ways into and out of the selection, from wherever a developer stands."""

from pathlib import Path

from playwright.sync_api import Error, Locator, expect

from vscode.server import Server
from vscode.workbench import Workbench

FOLDER = "django/apps"
FILES = ("config.py", "registry.py")


def chosen(server: Server) -> set[tuple[str, str]]:
    """Give the paths and modes of the selection that was saved last."""
    saves = [m for m in server.messages() if m.get("method") == "octoprompt/selections/save"]
    items = saves[-1]["params"]["body"]["items"] if saves else []
    return {(item["path"], item["mode"]) for item in items}


def take_from_menu(workbench: Workbench, place: Locator, action: str) -> None:
    """Open the menu of a row, a tab or a text, and take something of OctoPrompt's part of it."""
    menu = workbench.page.locator(".monaco-menu")

    def take() -> bool:
        place.click(button="right")
        try:
            menu.get_by_role("menuitem", name="OctoPrompt", exact=True).hover(timeout=3000)
            item = menu.get_by_role("menuitem", name=action, exact=True)
            # A menu takes no click before the mouse has moved in it.
            item.hover(timeout=3000)
            item.hover(timeout=3000, position={"x": 20, "y": 8})
            item.click(timeout=3000)
            expect(menu).to_have_count(0, timeout=3000)
        except (AssertionError, Error):
            workbench.page.keyboard.press("Escape")
            workbench.page.keyboard.press("Escape")
            return False
        return True

    workbench.eventually(take)


def in_explorer(workbench: Workbench, name: str) -> Locator:
    """Give a row of the explorer."""
    row = workbench.page.locator(".explorer-folders-view .monaco-list-row")
    return row.filter(has_text=name).first


def test_files_of_the_explorer_go_in_and_out_together(ready: Workbench, server: Server):
    """Several rows, by the explorer's own menu."""
    ready.open_file(f"{FOLDER}/{FILES[0]}")
    ready.run("File: Reveal Active File in Explorer View")
    first, second = (in_explorer(ready, name) for name in FILES)
    first.click()
    second.click(modifiers=["ControlOrMeta"])

    take_from_menu(ready, second, "Add to Context")
    ready.eventually(
        lambda: {path for path, _ in chosen(server)}, lambda now: len(now) == len(FILES)
    )
    assert {path for path, _ in chosen(server)} == {f"{FOLDER}/{name}" for name in FILES}

    take_from_menu(ready, second, "Remove from Context")
    ready.eventually(lambda: not chosen(server))
    ready.open_container("OctoPrompt")
    expect(ready.view("Selected").locator(".monaco-list-row")).to_have_count(0)


def test_the_file_of_a_tab_goes_in_and_out(ready: Workbench):
    """By the menu of its tab."""
    ready.open_file(f"{FOLDER}/{FILES[0]}")
    tab = ready.page.locator(".tabs-container .tab.active")

    take_from_menu(ready, tab, "Add to Context")
    expect(ready.row("Selected", FILES[0])).to_be_visible()

    take_from_menu(ready, tab, "Remove from Context")
    expect(ready.view("Selected").locator(".monaco-list-row")).to_have_count(0)


def test_the_symbol_at_the_cursor_is_chosen(ready: Workbench, server: Server):
    """The definition around the cursor, not its file."""
    ready.open_file(f"{FOLDER}/{FILES[0]}")
    ready.run("Go to Line/Column")
    ready.answer(":120")
    expect(ready.status_bar("Ln 120")).to_be_visible()

    ready.run("OctoPrompt: Add Symbol at Cursor to Context")

    ready.eventually(
        lambda: chosen(server), lambda now: now == {(f"{FOLDER}/{FILES[0]}", "symbol")}
    )


def test_selected_lines_are_chosen_by_a_code_action(ready: Workbench, server: Server):
    """The light bulb offers them as a part of their file."""
    ready.open_file(f"{FOLDER}/{FILES[0]}")
    ready.run("Expand Line Selection")

    ready.take_code_action("Add to OctoPrompt Context")

    ready.eventually(lambda: chosen(server), lambda now: now == {(f"{FOLDER}/{FILES[0]}", "range")})
    expect(ready.row("Selected", FILES[0])).to_be_visible()


def test_changed_files_are_chosen(ready: Workbench, codebase: Path, server: Server):
    """What git sees as changed or new."""
    changed, new = codebase / "django" / "shortcuts.py", codebase / "brand_new.py"
    before = changed.read_text("utf-8")
    try:
        changed.write_text(f"{before}# changed\n", "utf-8")
        new.write_text("NEW = 1\n", "utf-8")

        def take() -> bool:
            ready.run("OctoPrompt: Select Changed Files")
            ready.page.wait_for_timeout(500)
            return ready.row("Selected", "brand_new.py").count() > 0

        ready.eventually(take)
        ready.eventually(
            lambda: {path for path, _ in chosen(server)},
            lambda now: now == {"django/shortcuts.py", "brand_new.py"},
        )
    finally:
        changed.write_text(before, "utf-8")
        new.unlink()
