"""The Chat panel in a real VS Code: its page, what is done in it, and who answers."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Frame, Locator, expect

from support.provider import Provider
from vscode.models import add_provider
from vscode.workbench import Workbench


class ChatPanel:
    """The Chat panel: its page, and what is done in it."""

    def __init__(self, workbench: Workbench, provider: Provider) -> None:
        self.workbench = workbench
        self.provider = provider

    @property
    def frame(self) -> Frame:
        """Give the page; another one after a reload."""
        return self.workbench.frame_with("#composer .input")

    @property
    def input(self) -> Locator:
        """Give the box that is written in."""
        return self.frame.locator("#composer .input")

    def pages(self) -> list[Frame]:
        """Give the pages that show a chat: the view, and editor tabs."""
        frames = [frame for frame in self.workbench.page.frames if not frame.is_detached()]
        return [frame for frame in frames if frame.locator(".row article").count()]

    def message(self, role: str, number: int = -1) -> Locator:
        """Give a message; -1 is the last."""
        found = self.frame.locator(f".row.{role} article")
        return found.last if number == -1 else found.nth(number)

    def says(self, *answers: str, pause_s: float = 0.0) -> None:
        """Put answers into the model."""
        self.provider.pause_s = pause_s
        self.provider.script[:] = [{"content": answer} for answer in answers]

    def send(self, text: str) -> None:
        """Write a message and send it."""
        self.input.fill(text)
        expect(self.frame.locator('.tools button[aria-label^="Send"]')).to_be_enabled()
        self.input.press("Enter")
        expect(self.input).to_have_value("")

    def mention(self, query: str, label: str) -> None:
        """Attach something by `@`."""
        self.input.press_sequentially(f" @{query}")
        option = self.frame.locator(".popup .option").filter(has_text=label).first
        expect(option).to_be_visible()
        option.click()

    def press(self, message: Locator, name: str) -> None:
        """Press a button of a message, which shows when the mouse is there."""
        message.hover()
        message.get_by_role("button", name=name).click()

    def asked(self) -> str:
        """Give the last message of the last request that the provider got."""
        return str(self.provider.chats("script")[-1].body["messages"][-1]["content"])

    def fresh(self) -> None:
        """Begin a new chat with nothing written in it."""
        self.new_chat()
        self.input.fill("")
        chips = self.frame.locator(".chips .chip")
        while chips.count():
            chips.first.get_by_role("button", name="Remove").click()

    def new_chat(self) -> None:
        """Begin a new chat, with what was last being written in one."""
        self.workbench.run("OctoPrompt: New Chat")
        expect(self.frame.locator(".row")).to_have_count(0)
        # Else the focus comes later, and takes itself from what is opened next.
        self.workbench.eventually(lambda: self.frame.evaluate("document.hasFocus()"))


def choose_model(panel: ChatPanel, name: str) -> None:
    """Let another model answer: in this chat, and from a new chat on in all that follow."""
    workbench = panel.workbench
    quick = workbench.page.locator(".quick-input-widget")
    workbench.run("OctoPrompt: Select Model…")
    expect(quick).to_contain_text("Select Model")
    workbench.answer_with_row("Another model…")
    expect(quick).to_contain_text("as the provider has it")
    workbench.answer(name)
    # Not the port, which may hold the same digits.
    expect(panel.frame.locator(".picker")).to_contain_text(f"{name} · ")


def go_to_start(workbench: Workbench, path: str) -> None:
    """Open a file with the cursor before its first character."""
    workbench.open_file(path)

    def at_start() -> bool:
        workbench.page.keyboard.press("ControlOrMeta+Home")
        return workbench.status_bar("Ln 1, Col 1").is_visible()

    workbench.eventually(at_start)


def close_unsaved(workbench: Workbench) -> None:
    """Close all editors, whatever was changed in them."""
    workbench.run("View: Close All Editors")
    dialog = workbench.page.locator(".monaco-dialog-box")
    tabs = workbench.page.locator(".editor-group-container .tab")
    workbench.eventually(lambda: dialog.count() or not tabs.count())
    if dialog.count():
        dialog.get_by_role("button", name="Don't Save").click()
    expect(tabs).to_have_count(0)


@pytest.fixture
def panel(workbench: Workbench, provider: Provider) -> Iterator[ChatPanel]:
    """Give the panel with a provider that answers, a new chat and no editors."""
    workbench.open_container("OctoPrompt Chat")
    panel = ChatPanel(workbench, provider)
    picker = panel.frame.locator(".picker")
    expect(picker).not_to_be_empty()
    if provider.url.split("/")[2] not in picker.inner_text():
        add_provider(workbench, provider)
    elif "script" not in picker.inner_text():
        choose_model(panel, "script")  # a walk that failed left another one
    expect(picker).to_contain_text("script")
    panel.fresh()
    yield panel
    workbench.page.keyboard.press("Escape")
    close_unsaved(workbench)
