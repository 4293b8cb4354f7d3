"""The chat page without a mouse, and as a screen reader hears it: in a plain browser."""

from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from vscode.chat_page import ChatPage, chat, message, settle, url

__all__ = ["chat", "url"]
CODE = "Use this:\n\n```python\nanswer = 42\n```\n"
STATE = {"chatId": "c", "title": "T", "model": "m", "busy": False, "cost": "", "halt": None}
FILES = [
    {"ref": f'{{"kind":"file","path":"{name}"}}', "label": name, "detail": "src", "icon": "file"}
    for name in ("a.py", "b.py", "c.py")
]
UNNAMED = """() => [...document.querySelectorAll(
  "button, a, textarea, summary, progress, [role]:not([role=listitem])"
)].filter((e) => {
  const words = e.getAttribute("aria-label") || e.title || e.textContent;
  return e.checkVisibility() && !words.trim();
}).map((e) => e.outerHTML.slice(0, 200))"""


def sent(chat: ChatPage, kind: str) -> list[dict[str, Any]]:
    """Give what the page said to the extension, of one kind."""
    return chat.page.evaluate("kind => window.sent.filter(m => m.type === kind)", kind)


@pytest.fixture
def talk(chat: ChatPage) -> ChatPage:
    """Give a page with a conversation."""
    attached = {**FILES[0], "problem": ""}
    versions = {"branch": 2, "branches": 2, "previous": "m9"}
    chat.show(
        [
            message(0, "user", "First?", attachments=[attached]),
            message(1, "assistant", CODE, model="gpt", reasoning="Hm.", usage="1 in", **versions),
            message(2, "user", "Second?"),
            message(3, "assistant", "Bro", model="gpt", status="failed", problem="`x` is down"),
        ]
    )
    chat.say({"type": "state", "state": STATE})
    settle(chat)
    return chat


def box(chat: ChatPage) -> Locator:
    """Give what is written in."""
    return chat.page.get_by_role("textbox", name="Message")


def test_messages_are_gone_through_and_used_by_keys(talk: ChatPage):
    """Up from the box, through the messages, their buttons by letters, back by Escape."""
    press = talk.page.keyboard.press
    focused = "document.activeElement.closest('.row')?.dataset.id ?? document.activeElement.tagName"
    box(talk).focus()
    went = []
    for key in ("Control+ArrowUp", "ArrowUp", "Home", "ArrowDown", "End", "Escape"):
        press(key)
        went.append(talk.page.evaluate(focused))
    assert went == ["m3", "m2", "m0", "m1", "m3", "TEXTAREA"]

    press("Control+ArrowUp")
    press("r")
    assert sent(talk, "regenerate") == [{"type": "regenerate", "id": "m3"}]
    press("Home")
    press("ArrowDown")
    press("ArrowLeft")
    assert sent(talk, "choose") == [{"type": "choose", "id": "m9"}]
    press("c")
    assert sent(talk, "copy") == [{"type": "copy", "text": CODE}]
    press("f")
    assert sent(talk, "fork") == [{"type": "fork", "id": "m1"}]


def test_everything_can_be_reached_by_tab(talk: ChatPage):
    """Each button of messages, code and composer; what has the focus can be seen."""
    article = talk.page.locator("article").first
    article.focus()
    reached = set()
    for _ in range(60):
        talk.page.keyboard.press("Tab")
        reached.add(
            talk.page.evaluate(
                "(document.activeElement.getAttribute('aria-label') || "
                "document.activeElement.textContent).trim()"
            )
        )
    assert reached >= {
        "Copy Message",
        "Edit and Send Again",
        "Regenerate",
        "Previous Version",
        "Fork Chat from Here",
        "Leave Out of What Is Sent",
        "Delete Message",
        "Copy Code",
        "Insert at Cursor",
        "New File",
        "Apply to the Open Editor…",
        "Continue",
        "Retry",
        "Message",
        "Add Files, Symbols and More (@)",
        "m",
    }
    expect(talk.page.locator(".toolbar").first).to_have_css("opacity", "0")
    talk.page.get_by_role("button", name="Copy Message").first.focus()
    expect(talk.page.locator(".toolbar").first).to_have_css("opacity", "1")


def test_the_last_question_is_edited_by_up_and_left_by_escape(talk: ChatPage):
    """From an empty box alone; what was being written is not lost."""
    press = talk.page.keyboard.press
    box(talk).fill("x")
    press("ArrowUp")
    expect(box(talk)).to_have_value("x")
    box(talk).fill("")
    press("ArrowUp")
    expect(box(talk)).to_have_value("Second?")
    expect(talk.page.locator(".editing")).to_contain_text("Editing your message")
    press("Escape")
    expect(box(talk)).to_have_value("")


def test_a_completion_is_chosen_by_keys(talk: ChatPage):
    """Down, Up, Enter and Tab take one, Escape none; a late answer to an old word shows nothing."""
    press = talk.page.keyboard.press

    def offer(request: int) -> None:
        talk.say({"type": "completions", "request": request, "items": FILES})

    box(talk).focus()
    talk.page.keyboard.type("see @py")
    asked = sent(talk, "complete")
    assert [one["query"] for one in asked] == ["", "p", "py"]
    offer(asked[0]["request"])
    settle(talk)
    options = talk.page.get_by_role("option")
    expect(options).to_have_count(0)
    offer(asked[-1]["request"])
    expect(options).to_have_count(3)
    expect(options.nth(0)).to_have_attribute("aria-selected", "true")
    assert box(talk).get_attribute("aria-expanded") == "true"
    press("ArrowDown")
    press("ArrowDown")
    press("ArrowDown")
    press("ArrowUp")
    expect(options.nth(2)).to_have_attribute("aria-selected", "true")
    assert box(talk).get_attribute("aria-activedescendant") == options.nth(2).get_attribute("id")
    press("Enter")
    expect(box(talk)).to_have_value("see ")
    chips = talk.page.locator(".chips .chip")
    expect(chips).to_have_text(["c.py"])
    assert sent(talk, "send") == []

    talk.page.keyboard.type("@b")
    offer(sent(talk, "complete")[-1]["request"])
    expect(options).to_have_count(3)
    press("Tab")
    expect(chips).to_have_text(["c.py", "a.py"])
    talk.page.keyboard.type("@b")
    offer(sent(talk, "complete")[-1]["request"])
    expect(options).to_have_count(3)
    press("Escape")
    expect(options).to_have_count(0)
    expect(box(talk)).to_have_value("see @b")


def test_a_screen_reader_hears_names_and_what_happens(talk: ChatPage):
    """Nothing is without a name; an answer is announced when it begins and when it ended."""
    box(talk).focus()
    assert talk.page.evaluate(UNNAMED) == []
    assert talk.page.locator("article").nth(1).get_attribute("aria-label") == (
        "Assistant, gpt, version 2 of 2"
    )
    expect(talk.page.get_by_role("alert")).to_contain_text("x is down")
    live = talk.page.locator("#live")
    talk.say({"type": "state", "state": {**STATE, "busy": True}})
    expect(live).to_have_text("The model answers")
    talk.say({"type": "state", "state": STATE})
    expect(live).to_have_text("Answer: Bro")
    assert live.get_attribute("aria-live") == "polite"
