"""A hand on a VS Code in a browser: does what users do, and waits for conditions, not for time."""

import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from playwright.sync_api import Error, Frame, Locator, Page, expect

T = TypeVar("T")
POLL_MS = 100
WHEEL, PAGE = 120, 1_000
"""Pixels: about five rows; about as many as a tree shows. Far greater numbers hardly scroll."""
PATIENCE_S = 60
"""A loaded machine is slow; a condition that holds costs nothing to wait for."""


def inline(row: Locator, action: str) -> Locator:
    """Give a button of a row, which shows when the mouse is there."""
    row.hover()
    return row.get_by_role("button", name=action)


class Workbench:
    """One window."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def eventually(
        self,
        probe: Callable[[], T],
        accept: Callable[[T], bool] = bool,
        seconds: float = PATIENCE_S,
    ) -> T:
        """Probe until the value is acceptable, and give it; fails with the last value."""
        end = time.monotonic() + seconds
        while True:
            value = probe()
            if accept(value):
                return value
            assert time.monotonic() < end, f"still {value!r} after {seconds} s"
            self.page.wait_for_timeout(POLL_MS)

    def run(self, command: str) -> None:
        """Run a command from the palette, once it is there and enabled."""
        self.eventually(lambda: self._try_run(command))

    def _try_run(self, command: str) -> bool:
        """Press what a person would press again when nothing comes of it."""
        widget = self.page.locator(".quick-input-widget")
        if not widget.is_visible():
            self.page.keyboard.press("F1")
        row = widget.locator(".monaco-list-row").filter(has_text=command).first
        try:
            widget.locator("input").first.fill(f">{command}", timeout=3000)
            row.click(timeout=3000)
        except Error:
            self.page.keyboard.press("Escape")
            return False
        return True

    def answer(self, text: str) -> None:
        """Type into the quick input that is open, and accept."""
        widget = self.page.locator(".quick-input-widget")
        expect(widget).to_be_visible()
        box = widget.locator("input").first
        box.fill(text)
        # Not where the focus is: a page that is drawn anew may have taken it.
        box.press("Enter")

    def open_container(self, name: str) -> None:
        """Show a container of the activity bar."""
        label = self.page.locator(f'a[aria-label="{name}"], a[aria-label^="{name} - "]')
        tab = self.page.locator('.activitybar [role="tab"]').filter(has=label)
        expect(tab).to_be_visible()
        # A click while a reloaded window is drawn is lost, and one too many hides it again.
        self.eventually(lambda: self._try_open(tab))

    def _try_open(self, tab: Locator) -> bool:
        if tab.get_attribute("aria-expanded") == "true":
            return True
        tab.click()
        try:
            expect(tab).to_have_attribute("aria-expanded", "true", timeout=3000)
        except AssertionError:
            return False
        return True

    def view(self, name: str) -> Locator:
        """Give a view of the open container, with its heading."""
        return self.page.locator(".sidebar .pane").filter(
            has=self.page.locator(f'.pane-header[aria-label^="{name}"]')
        )

    def show_view(self, name: str) -> Locator:
        """Unfold a view of the open container."""
        header = self.view(name).locator(".pane-header")
        expect(header).to_be_visible()
        if header.get_attribute("aria-expanded") != "true":
            header.click()
            expect(header).to_have_attribute("aria-expanded", "true")
        return self.view(name)

    def fold_view(self, name: str) -> None:
        """Give the room of a view to the others."""
        header = self.view(name).locator(".pane-header")
        if header.get_attribute("aria-expanded") == "true":
            header.click()
            expect(header).to_have_attribute("aria-expanded", "false")

    def save(self) -> None:
        """Save the active editor, and wait until it is saved."""
        self.page.keyboard.press("ControlOrMeta+s")
        expect(self.page.locator(".tab.active.dirty")).to_have_count(0)

    def row(self, view: str, label: str) -> Locator:
        """Give a row of a tree by the exact label that is seen."""
        name = self.page.locator(".label-name", has_text=re.compile(f"^{re.escape(label)}$"))
        return self.view(view).locator(".monaco-list-row").filter(has=name).first

    def reveal(self, view: str, label: str) -> Locator:
        """Scroll a tree from its top until a row is there; rows out of sight do not exist."""
        row = self.row(view, label)
        tree = self.view(view).locator(".monaco-list")
        tree.hover()
        # Not a sticky copy of the first row.
        first = tree.locator('.monaco-list-rows > .monaco-list-row[data-index="0"]')
        self.eventually(lambda: first.count() or self.page.mouse.wheel(0, -PAGE))
        self.page.mouse.wheel(0, -PAGE)

        def seen() -> bool:
            box, area = row.bounding_box() if row.count() else None, tree.bounding_box()
            if box and area and box["y"] + box["height"] <= area["y"] + area["height"]:
                return True
            self.page.mouse.wheel(0, WHEEL)
            return False

        self.eventually(seen)
        return row

    def expand(self, view: str, label: str) -> None:
        """Open a folder of a tree."""
        row = self.reveal(view, label)
        if row.get_attribute("aria-expanded") == "false":
            row.locator(".monaco-tl-twistie").click()
            expect(row).to_have_attribute("aria-expanded", "true")

    def status_bar(self, text: str) -> Locator:
        """Give the item of the status bar that holds a text."""
        return self.page.locator(".statusbar-item", has_text=text)

    def notification(self, text: str) -> Locator:
        """Give a notification that holds a text."""
        return self.page.locator(".notification-list-item", has_text=text)

    def frame_with(self, selector: str) -> Frame:
        """Give the webview's inner frame in which something is."""

        def find() -> Frame | None:
            frames = (frame for frame in self.page.frames if not frame.is_detached())
            return next((frame for frame in frames if frame.locator(selector).count()), None)

        frame = self.eventually(find)
        assert frame is not None
        return frame

    def clipboard(self) -> str:
        """Give what a paste would insert."""
        return self.page.evaluate("navigator.clipboard.readText()")

    def empty_clipboard(self) -> None:
        """So that an old copy does not pass for a new one."""
        self.page.evaluate("navigator.clipboard.writeText('')")

    def open_file(self, path: str) -> None:
        """Open a file of the workspace in an editor that takes what is typed."""
        self.eventually(lambda: self._try_pick_file(path))
        name = path.rsplit("/", 1)[-1]
        expect(self.page.locator(f'.tab.active[aria-label^="{name}"]')).to_be_visible()
        try:
            self.page.locator(".editor-instance .view-line").first.click(timeout=3000)
        except Error:  # a file that was open before is scrolled: its first line is out of sight
            self.page.locator(".editor-instance .overflow-guard").first.click()
        expect(self.page.locator(".editor-instance .monaco-editor.focused")).to_be_visible()

    def _try_pick_file(self, path: str) -> bool:
        """Find a file by its path; the list goes away when something else takes the focus."""
        box = self.page.locator(".quick-input-widget input").first
        if not box.is_visible():
            self.page.keyboard.press("ControlOrMeta+p")
        row = self._row_of_quick_input(path)
        try:
            box.fill(path, timeout=3000)
            row.click(timeout=5000)
        except Error:
            self.page.keyboard.press("Escape")
            return False
        return True

    def answer_with_row(self, text: str) -> None:
        """Type into the quick input, and take the first row that is found for it."""
        widget = self.page.locator(".quick-input-widget")
        expect(widget).to_be_visible()
        widget.locator("input").first.fill(text)
        row = self._row_of_quick_input(text)
        expect(row).to_be_visible()
        row.click()

    def _row_of_quick_input(self, text: str) -> Locator:
        rows = self.page.locator(".quick-input-widget .monaco-list-row")
        return rows.filter(has_text=text.rsplit("/", 1)[-1]).first

    def choose_file(self, path: Path) -> None:
        """Answer VS Code's dialog for files, which first fills in a path of its own."""
        box = self.page.locator(".quick-input-widget input").first
        expect(box).to_have_value(re.compile("/"))

        def is_filled() -> bool:
            box.fill(str(path))
            self.page.wait_for_timeout(500)
            return box.input_value() == str(path)

        def is_taken() -> bool:
            # Enter counts once the dialog has looked at what is written.
            if box.is_visible() and box.input_value() == str(path):
                box.press("Enter")
                self.page.wait_for_timeout(500)
            return not box.is_visible() or box.input_value() != str(path)

        self.eventually(is_filled)
        self.eventually(is_taken)

    def take_code_action(self, title: str) -> None:
        """Take what the light bulb offers at the cursor, once it is offered."""
        offer = self.page.get_by_text(title).first

        def take() -> bool:
            self.page.keyboard.press("ControlOrMeta+.")
            try:
                expect(offer).to_be_visible(timeout=3000)
                # The menu takes no click before the mouse has moved.
                self.page.mouse.move(700, 700)
                self.page.mouse.move(710, 710)
                offer.click(timeout=3000)
            except (AssertionError, Error):
                self.page.keyboard.press("Escape")
                return False
            return True

        self.eventually(take)

    def write_at_end(self, text: str) -> None:
        """Type at the end of the active editor; its first line may be out of sight."""
        self.run("View: Focus Active Editor Group")
        self.page.keyboard.press("ControlOrMeta+End")
        self.page.keyboard.insert_text(text)

    def editor_text(self) -> str:
        """Give the lines of the active editor that are on the screen."""
        lines = self.page.locator(".editor-instance .view-lines .view-line")
        return "\n".join(lines.all_inner_texts()).replace("\xa0", " ")

    def whole_document(self) -> str:
        """Give the text of the active editor, also what is out of sight."""
        self.empty_clipboard()
        self.run("View: Focus Active Editor Group")
        self.page.keyboard.press("ControlOrMeta+a")
        self.page.keyboard.press("ControlOrMeta+c")
        return self.eventually(self.clipboard)
