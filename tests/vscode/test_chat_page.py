"""The chat page alone in the browser: what hostile answers reach, and how it bears long chats."""

import json
import os
import random
import zipfile

import pytest
from playwright.sync_api import expect

from vscode.chat_page import CLIENT, ChatPage, chat, message, settle, url

__all__ = ["chat", "url"]
PAYLOADS = json.loads((CLIENT / "test/webview/payloads.json").read_text(encoding="utf-8"))
ANSWER = """The slice is lost, see [the docs](https://docs.example/) and `query.py`.

## What to change

1. Keep the sliced queryset
2. Use a window function

```python django/db/models/query.py
class Prefetch:
    def __init__(self, lookup, queryset=None):
        self.lookup = lookup  # kept
```

| Backend | Works |
|---|---|
| SQLite | yes |

"""


def test_no_answer_reaches_the_network_or_runs(chat: ChatPage):
    """Hostile Markdown, streamed and from history, asks nobody for anything and runs nothing."""
    for history in (False, True):
        chat.show([message(0, "assistant", "", status="streaming")])
        for start in range(0, len(PAYLOADS), 25):
            text = "\n\n".join(PAYLOADS[start : start + 25])
            if history:
                chat.show([message(0, "user", text), message(1, "assistant", text)])
            else:
                for piece in range(0, len(text), 97):
                    chat.say(
                        {
                            "type": "delta",
                            "id": "m0",
                            "text": text[piece : piece + 97],
                            "reasoning": "",
                            "notice": "",
                        }
                    )
            chat.page.evaluate("new Promise(requestAnimationFrame)")
    settle(chat)

    assert chat.strangers() == []
    assert chat.broken() == []
    assert chat.count(":is(#list, #list *):is(img, script, iframe, svg, form, [onclick])") == 0


def test_what_the_page_must_not_do_would_be_seen(chat: ChatPage):
    """The watch over the page sees a picture from elsewhere and a script that runs."""
    chat.page.evaluate(
        "document.body.append(new Image()); document.images[0].src = 'https://x.example/'"
    )
    chat.page.evaluate("alert(1)")
    settle(chat)

    assert set(chat.broken()) == {"img-src", "alert"}


def test_links_lead_nowhere_by_themselves(chat: ChatPage):
    """A click asks the extension, whatever the link is."""
    chat.show([message(0, "assistant", "[a](https://x.example/) [b](src/a.py#L3)")])
    for name in ("a", "b"):
        chat.page.get_by_role("link", name=name).click()

    sent = chat.page.evaluate("window.sent.filter(m => ['link', 'file'].includes(m.type))")
    assert sent == [
        {"type": "link", "url": "https://x.example/"},
        {"type": "file", "path": "src/a.py#L3"},
    ]
    assert chat.page.url.endswith("page.html")


def test_ten_thousand_odd_messages_change_nothing(chat: ChatPage):
    """What is not as it should be is dropped before anything looks at it."""
    chat.show([message(0, "user", "Stays")])
    expect(chat.page.locator("article")).to_contain_text("Stays")
    before = chat.page.content()
    draw = random.Random(7)  # noqa: S311 - the same in each run
    odd = [
        None,
        0,
        -1,
        1.5,
        "",
        "x",
        True,
        [],
        {},
        [[]],
        {"type": "path"},
        "<img src=x onerror=alert(1)>",
    ]
    names = [
        "path",
        "delta",
        "state",
        "meter",
        "home",
        "completions",
        "compose",
        "sent",
        "pasted",
        "x",
    ]
    keys = ["id", "ids", "changed", "text", "state", "meter", "mentions", "items", "chats", "reset"]
    values = [
        {"type": draw.choice(names), **{draw.choice(keys): draw.choice(odd) for _ in range(4)}}
        for _ in range(9_000)
    ]
    values += [draw.choice(odd) for _ in range(1_000)]

    chat.page.evaluate("all => all.forEach(one => window.postMessage(one))", values)
    settle(chat)

    assert chat.broken() == []
    assert chat.page.content() == before


def test_what_is_marked_stays_marked_when_the_answer_ends(chat: ChatPage):
    """The end of an answer changes what is around its text, not the text that is being read."""
    chat.show([message(0, "assistant", "First words.\n\nAnd ", status="streaming")])
    chat.say({"type": "delta", "id": "m0", "text": "more", "reasoning": "", "notice": ""})
    first = chat.page.locator(".body p").first
    first.select_text()

    done = message(0, "assistant", "First words.\n\nAnd more", usage="12 in")
    path = {"type": "path", "chatId": "c", "ids": ["m0"], "earlier": False, "reset": False}
    chat.say({**path, "changed": [done]})

    expect(chat.page.locator(".usage")).to_have_text("12 in")
    assert chat.page.evaluate("String(getSelection())") == "First words."


STATE = {
    "chatId": None,
    "title": "New Chat",
    "model": "",
    "busy": False,
    "cost": "",
    "halt": None,
}


def test_a_page_without_a_server_says_so(chat: ChatPage):
    """It is never empty: what is missing is in sight, with what helps; then it goes away."""
    ways = [{"title": "Restart Server", "command": "restartServer"}]
    halt = {"words": "The OctoPrompt server does not run.", "ways": ways}
    path = {"type": "path", "chatId": None, "ids": [], "changed": [], "earlier": False}
    chat.say({**path, "reset": True})
    chat.say({"type": "state", "state": {**STATE, "halt": halt}})

    notice = chat.page.get_by_role("status")
    expect(notice).to_contain_text("does not run")
    box = notice.bounding_box()
    assert box is not None
    assert box["y"] < 50, "it is not where one begins to read"
    notice.get_by_role("button", name="Restart Server").click()
    sent = chat.page.evaluate("window.sent.filter(m => m.type === 'run')")
    assert sent == [{"type": "run", "command": "restartServer"}]

    chat.show([message(0, "user", "Stays")])
    expect(notice).to_be_visible()
    chat.say({"type": "state", "state": {**STATE, "model": "m"}})
    expect(notice).to_be_hidden()


def test_the_draft_is_measured_anew_when_what_it_depends_on_is_known(chat: ChatPage):
    """After a reload the server comes later than the page, and another model has another window."""
    measured = "() => window.sent.filter(m => m.type === 'draft').length"
    settle(chat)
    before = chat.page.evaluate(measured)
    for model in ("first", "first", "second"):
        chat.say({"type": "state", "state": {**STATE, "model": model}})
        settle(chat)

    assert chat.page.evaluate(measured) - before == 2


def test_the_page_is_small():
    """Less than 300 KB without the languages of code, which come when they are wanted."""
    with zipfile.ZipFile(os.environ["TEST_VSIX"]) as archive:
        size = archive.getinfo("extension/dist/chat.js").file_size
    assert 100_000 < size < 300_000


def test_two_thousand_messages_stay_light(chat: ChatPage):
    """Only what is near the screen is there, at once and wherever one scrolls to."""
    turns = [
        message(n, "assistant" if n % 2 else "user", ANSWER if n % 2 else f"Question {n}?")
        for n in range(2_000)
    ]
    start = chat.busy_s()
    chat.show(turns)
    expect(chat.page.locator(".row").last.locator("article")).to_be_visible()
    assert chat.busy_s() - start < 5
    assert chat.count(".row") == 2_000
    assert chat.count("article") < 60

    scroller = chat.page.locator("#scroller")
    for share in (0.5, 0.1, 0.9, 0):
        scroller.evaluate("(e, share) => { e.scrollTop = e.scrollHeight * share; }", share)
        settle(chat)
        assert 0 < chat.count("article") < 60
    expect(chat.page.locator(".row").first).to_contain_text("Question 0?")


@pytest.mark.parametrize(
    "text",
    [ANSWER * 480, "```python\n" + "x = compute(value)  # code\n" * 8_000],
    ids=["everything", "code"],
)
def test_a_long_answer_streams_without_stutter(chat: ChatPage, text: str):
    """Of 200 KB the second half costs about as much as the first, and the end stays in sight."""
    text = text[:200_000]
    chat.show([message(0, "user", "q"), message(1, "assistant", "", status="streaming")])
    costs: list[float] = []
    for half in (text[:100_000], text[100_000:]):
        start = chat.busy_s()
        chat.page.evaluate(
            """async (text) => {
              for (let at = 0; at < text.length; at += 400) {
                const piece = text.slice(at, at + 400);
                const rest = { reasoning: "", notice: "" };
                window.postMessage({ type: "delta", id: "m1", text: piece, ...rest });
                await new Promise(requestAnimationFrame);
              }
            }""",
            half,
        )
        settle(chat)
        costs.append(chat.busy_s() - start)

    assert costs[1] < 4 * costs[0] + 1
    gap = "e => e.scrollHeight - e.scrollTop - e.clientHeight"
    assert chat.page.locator("#scroller").evaluate(gap) < 2
    shown = chat.page.locator(".assistant .body").evaluate("e => e.textContent.length")
    assert shown > len(text) * 0.7
