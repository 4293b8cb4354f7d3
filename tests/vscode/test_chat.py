"""What a developer does with the Chat panel, in a real VS Code with a provider on this machine."""

import os
import re
import signal
from pathlib import Path

import pytest
from playwright.sync_api import expect

from support.canaries import forms
from vscode.chat_panel import ChatPanel, choose_model, go_to_start, panel
from vscode.server import Server
from vscode.workbench import Workbench

__all__ = ["panel"]
SHORTCUTS = "django/shortcuts.py"
EDIT = f"""{SHORTCUTS}
```python
<<<<<<< SEARCH
This module collects helper functions and classes that "span" multiple levels
=======
This module collects helpers that "span" multiple levels
>>>>>>> REPLACE
```
"""
CODE = "Use this:\n\n```python\nanswer = 42\n```\n\nThat is all."
RICH = f"""The slice is lost, see [the docs](https://docs.example/) and `query.py`.

## What to change

1. Keep the *sliced* queryset
2. Use a **window function**

> It has been so since 1.4.

{CODE.partition("That")[0]}
| Backend | Works |
|---|---|
| SQLite | yes |

That is all."""
LONG = " ".join(f"word{n}" for n in range(4000))


def test_without_a_provider_the_panel_says_how_to_get_one(workbench: Workbench):
    """What works without a model, and three ways to one; nothing can be sent."""
    workbench.open_container("OctoPrompt Chat")
    frame = workbench.frame_with("#composer .input")

    expect(frame.locator("#home")).to_contain_text("Choose a model to chat with")
    expect(frame.locator("#home .way")).to_have_count(3)
    expect(frame.locator("#home")).to_contain_text("No model needed")
    expect(frame.locator("#composer .input")).to_have_attribute(
        "placeholder", "Choose a model to chat with"
    )


def test_a_provider_is_set_up_and_answers(panel: ChatPanel):
    """Kind, address, key and model by quick picks; then an answer streams in as Markdown."""
    panel.says(CODE)

    panel.send("How?")

    answer = panel.message("assistant")
    expect(answer.locator(".codeBlock code")).to_have_text(re.compile("answer = 42"))
    expect(answer.locator(".hljs-number")).to_have_text("42")
    expect(answer.locator(".usage")).to_contain_text("out")
    assert panel.provider.chats("script")[-1].headers["authorization"].endswith("of-the-panel")


def test_files_and_a_selection_go_along(panel: ChatPanel):
    """Two files and the selected lines are in the request, and shown with the message."""
    workbench = panel.workbench
    go_to_start(workbench, SHORTCUTS)
    workbench.page.keyboard.press("Shift+ArrowDown")
    workbench.page.keyboard.press("Shift+ArrowDown")
    workbench.run("OctoPrompt: Ask About Selection")
    expect(panel.frame.locator(".chips .chip")).to_contain_text("shortcuts.py:1-2")
    panel.mention("db/models/query.py", "query.py")
    panel.mention("apps/registry.py", "registry.py")
    expect(panel.frame.locator(".chips .chip")).to_have_count(3)
    expect(panel.frame.locator(".meter .words")).to_contain_text("tokens")
    expect(panel.frame.locator(".chips .chip", has_text="query.py")).to_contain_text(
        re.compile(r"\d")
    )
    panel.says("Seen.")

    panel.input.press_sequentially("Why?")
    panel.input.press("Enter")

    expect(panel.message("assistant")).to_contain_text("Seen.")
    asked = panel.asked()
    assert "class QuerySet" in asked
    assert "class Apps" in asked
    assert "This module collects helper functions" in asked
    chips = panel.message("user").locator(".attachments .chip")
    assert chips.count() >= 3


def test_an_answer_can_be_stopped(panel: ChatPanel):
    """The text so far stays, and says that it was stopped."""
    panel.says(LONG, pause_s=0.01)
    panel.send("Talk")
    answer = panel.message("assistant")
    expect(answer).to_contain_text("word20")

    panel.input.press("Escape")

    expect(answer.locator(".ending")).to_contain_text("Stopped")
    expect(answer).to_contain_text("word20")
    expect(answer).not_to_contain_text("word3999")


def test_edit_regenerate_and_switch_branches(panel: ChatPanel):
    """An edited question and another answer are new versions; the old ones are one click away."""
    panel.says("First answer.", "Second answer.", "Third answer.")
    panel.send("One?")
    expect(panel.message("assistant")).to_contain_text("First answer.")

    panel.press(panel.message("assistant"), "Regenerate")
    expect(panel.message("assistant")).to_contain_text("Second answer.")
    expect(panel.message("assistant").locator(".count")).to_have_text("2/2")

    panel.press(panel.message("user"), "Edit and Send Again")
    expect(panel.input).to_have_value("One?")
    panel.input.fill("Two?")
    panel.input.press("Enter")
    expect(panel.message("assistant")).to_contain_text("Third answer.")
    expect(panel.message("user").locator(".count")).to_have_text("2/2")

    panel.press(panel.message("user"), "Previous Version")
    expect(panel.message("user")).to_contain_text("One?")
    expect(panel.message("assistant")).to_contain_text("Second answer.")
    panel.press(panel.message("assistant"), "Previous Version")
    expect(panel.message("assistant")).to_contain_text("First answer.")


def test_a_fork_leaves_the_chat_as_it_is(panel: ChatPanel):
    """The copy goes on alone; the first chat is found again by its words."""
    panel.says("Before the fork.", "After the fork.")
    panel.send("A question about zebras")
    expect(panel.message("assistant")).to_contain_text("Before the fork.")

    panel.press(panel.message("assistant"), "Fork Chat from Here")
    expect(panel.workbench.page.locator(".statusbar")).to_contain_text("this is a copy")
    panel.send("Go on")
    expect(panel.message("assistant")).to_contain_text("After the fork.")

    panel.workbench.run("OctoPrompt: Open Chat…")
    widget = panel.workbench.page.locator(".quick-input-widget")
    expect(widget.locator(".quick-input-title")).to_have_text("Open Chat")
    widget.locator("input").first.fill("zebras")
    rows = widget.locator(".monaco-list-row")
    expect(rows).to_have_count(2)
    rows.filter(has_not_text="Fork of").click()
    expect(panel.message("assistant")).to_contain_text("Before the fork.")
    expect(panel.frame.locator(".row")).to_have_count(2)


def test_code_goes_into_the_editor(panel: ChatPanel):
    """Inserted at the cursor, and applied after a look at the diff."""
    workbench = panel.workbench
    panel.says(CODE)
    panel.send("Code?")
    block = panel.message("assistant").locator(".codeBlock")
    go_to_start(workbench, SHORTCUTS)

    block.get_by_role("button", name="Insert at Cursor").click()
    workbench.eventually(workbench.editor_text, lambda text: "answer = 42" in text)
    workbench.run("File: Revert File")
    workbench.eventually(workbench.editor_text, lambda text: "answer = 42" not in text)

    block.get_by_role("button", name="Apply to the Open Editor").click()
    workbench.notification("Apply this change").get_by_role("button", name="Apply").click()
    workbench.eventually(workbench.editor_text, lambda text: "answer = 42" in text)


def test_code_is_copied_and_made_a_file(panel: ChatPanel):
    """As it stands in the answer, without its fence."""
    workbench = panel.workbench
    panel.says(CODE)
    panel.send("Code?")
    block = panel.message("assistant").locator(".codeBlock")
    workbench.empty_clipboard()

    block.get_by_role("button", name="Copy Code").click()
    assert workbench.eventually(workbench.clipboard).strip() == "answer = 42"
    block.get_by_role("button", name="New File").click()
    workbench.eventually(workbench.editor_text, lambda text: text.strip() == "answer = 42")
    expect(workbench.page.locator(".tab.active")).to_contain_text("Untitled")


def test_the_editor_asks_with_what_it_shows(panel: ChatPanel, codebase: Path):
    """Explain takes the marked lines along, Fix the file and what is wrong with it."""
    workbench = panel.workbench
    chips = panel.frame.locator(".chips .chip .label")
    go_to_start(workbench, SHORTCUTS)
    workbench.page.keyboard.press("Shift+ArrowDown")
    workbench.run("OctoPrompt: Explain")
    expect(panel.input).to_have_value(re.compile("^Explain what `shortcuts.py:1"))
    expect(chips).to_have_text([re.compile("shortcuts.py:1")])

    broken = codebase / "broken.json"
    broken.write_text('{"a": }\n')
    go_to_start(workbench, "broken.json")
    expect(workbench.page.locator(".squiggly-error").first).to_be_attached()
    workbench.run("OctoPrompt: Fix This Problem")
    expect(panel.input).to_have_value(re.compile("^Fix the problem in line 1 of `broken.json`: "))
    expect(chips).to_have_count(2)
    panel.input.fill(f"{panel.input.input_value()} - quickly")
    workbench.run("OctoPrompt: Fix This Problem")
    expect(panel.input).to_have_value(re.compile("^Fix the problem.*\n\nFix the .* - quickly$"))
    panel.says("A value is missing.")
    panel.input.press("Enter")
    expect(panel.message("assistant")).to_contain_text("A value is missing.")
    assert '{"a": }' in panel.asked()
    assert "expected" in panel.asked().lower()
    broken.unlink()


def test_earlier_messages_are_summed_up_and_come_back(panel: ChatPanel):
    """The summary is in sight and sent instead of them; without it they are sent again."""
    panel.says("Zebras it is.", "Lions then.", "They spoke of beasts.", "So?", "And so.")
    for question, answer in (("Which beast?", "Zebras it is."), ("And now?", "Lions then.")):
        panel.send(question)
        expect(panel.message("assistant")).to_contain_text(answer)

    panel.workbench.run("OctoPrompt: Sum Up Earlier Messages")
    summary = panel.message("summary")
    expect(summary).to_contain_text("They spoke of beasts.")
    expect(summary.locator(".usage")).to_be_visible()
    panel.send("Go on")
    expect(panel.message("assistant")).to_contain_text("So?")
    sent = str(panel.provider.chats("script")[-1].body)
    assert "They spoke of beasts." in sent
    assert "Zebras" not in sent

    panel.press(summary, "Undo Summary")
    expect(panel.frame.locator(".row.summary")).to_have_count(0)
    panel.send("Once more")
    expect(panel.message("assistant")).to_contain_text("And so.")
    assert "Zebras" in str(panel.provider.chats("script")[-1].body)


def test_reasoning_is_folded_and_can_be_read(panel: ChatPanel):
    """It stands above the answer, closed until somebody wants it."""
    choose_model(panel, "reasoning")
    panel.send("Think")
    answer = panel.message("assistant")
    expect(answer.locator(".usage")).to_be_visible()
    expect(answer.locator(".thoughts")).to_be_hidden()

    answer.locator("details.reasoning summary").click()

    expect(answer.locator(".thoughts")).to_have_text("Let me think.")
    panel.fresh()
    choose_model(panel, "script")


def test_an_edit_is_looked_at_applied_and_undone(panel: ChatPanel, codebase: Path):
    """A search and replace block changes its file after a yes to the diff, and back again."""
    file = codebase / SHORTCUTS
    before = file.read_bytes()
    panel.says(EDIT)
    panel.send("Shorten it")
    block = panel.message("assistant").locator(".codeBlock")
    expect(block.locator(".codeName")).to_have_text(SHORTCUTS)

    block.get_by_role("button", name=f"Apply to {SHORTCUTS}").click()
    expect(panel.workbench.page.locator(".tab.active")).to_contain_text("shortcuts.py (proposed)")
    assert file.read_bytes() == before
    panel.workbench.notification("Apply this change").get_by_role("button", name="Apply").click()
    panel.workbench.eventually(lambda: b"collects helpers that" in file.read_bytes())

    panel.workbench.notification("Changed shortcuts.py").get_by_role("button", name="Undo").click()
    panel.workbench.eventually(lambda: file.read_bytes() == before)


def test_a_link_is_followed_only_after_a_yes(panel: ChatPanel):
    """VS Code asks before it opens a site that a model names."""
    panel.says("See [the page](https://docs.example/).")
    panel.send("Where?")

    panel.message("assistant").get_by_role("link", name="the page").click()

    dialog = panel.workbench.page.locator(".monaco-dialog-box")
    expect(dialog).to_contain_text("https://docs.example/")
    dialog.get_by_role("button", name="Cancel").click()


def test_a_chat_is_shown_in_an_editor_tab_too(panel: ChatPanel):
    """The same conversation, beside the code; what is said in one is seen in the other."""
    panel.says("In both places.")
    panel.send("Where are you?")
    expect(panel.message("assistant")).to_contain_text("In both places.")

    panel.workbench.run("OctoPrompt: Open Chat in Editor")

    expect(panel.workbench.page.locator(".tab.active")).to_contain_text("Where are you?")
    pages = panel.workbench.eventually(panel.pages, lambda frames: len(frames) == 2)
    for page in pages:
        expect(page.locator(".row.assistant article")).to_contain_text("In both places.")


def test_what_is_written_in_one_place_is_written_in_both(panel: ChatPanel):
    """A chat has one draft; sent from the tab, it is gone from the side bar too."""
    panel.says("One chat.", "Heard.")
    panel.send("Begin")
    expect(panel.message("assistant")).to_contain_text("One chat.")
    panel.workbench.run("OctoPrompt: Open Chat in Editor")
    one, other = panel.workbench.eventually(panel.pages, lambda frames: len(frames) == 2)

    one.locator("#composer .input").fill("Half a thought")
    expect(other.locator("#composer .input")).to_have_value("Half a thought")
    other.locator("#composer .input").press("End")
    other.locator("#composer .input").press_sequentially(", and the rest")
    expect(one.locator("#composer .input")).to_have_value("Half a thought, and the rest")

    one.locator("#composer .input").press("Enter")
    for page in (one, other):
        expect(page.locator(".row.assistant article").last).to_contain_text("Heard.")
        expect(page.locator("#composer .input")).to_have_value("")
    assert "Half a thought, and the rest" in panel.asked()


def test_what_was_sent_and_what_it_cost_can_be_read(panel: ChatPanel, artifacts: Path):
    """As pages that nobody is asked to save: the text that went along, tokens by model and day."""
    workbench = panel.workbench
    panel.says("Read.")
    panel.mention("apps/registry.py", "registry.py")
    panel.input.press_sequentially("What is it?")
    panel.input.press("Enter")
    expect(panel.message("assistant")).to_contain_text("Read.")

    panel.message("user").get_by_role("button", name="Show Sent Text").click()
    expect(workbench.page.locator(".tab.active")).to_contain_text("Sent Text.md")
    assert "class Apps" in workbench.whole_document()

    workbench.run("OctoPrompt: Show Usage and Cost")
    expect(workbench.page.locator(".tab.active")).to_contain_text("Usage and Cost.md")
    account = workbench.whole_document()
    host = panel.provider.url.split("/")[2]
    for row in (rf"{host} +\| script +\| +\d", r"\d{4}-\d\d-\d\d \| +\d", r"Chat +\| +\d"):
        assert re.search(rf"^\| {row}", account, re.MULTILINE), account
    workbench.page.screenshot(path=artifacts / "usage.png")
    workbench.run("View: Close All Editors")
    expect(workbench.page.locator(".editor-group-container .tab")).to_have_count(0)


def test_an_answer_of_any_letters_grows_piece_by_piece(panel: ChatPanel, server: Server):
    """What takes two units in JavaScript is no gap: the chat is not read anew for each piece."""
    panel.says("\U0001f40d \U0001d11e " + " ".join(f"é{n}" for n in range(60)), pause_s=0.03)
    panel.send("Sing")
    expect(panel.message("assistant").locator(".usage")).to_contain_text("out")
    expect(panel.message("assistant")).to_contain_text("\U0001f40d \U0001d11e é0")
    expect(panel.message("assistant")).to_contain_text("é59")

    methods = [str(m.get("method")).removeprefix("octoprompt/") for m in server.messages()]
    asked = len(methods) - 1 - methods[::-1].index("chats/send")
    last = len(methods) - 1 - methods[::-1].index("chats/delta")
    assert methods[asked:last].count("chats/delta") > 10
    assert "chats/get" not in methods[asked:last]


def test_what_is_left_out_is_not_sent(panel: ChatPanel):
    """An excluded message is shown as such and is not in the next request."""
    panel.says("A secret answer.", "Another.")
    panel.send("Say it")
    expect(panel.message("assistant")).to_contain_text("A secret answer.")

    panel.press(panel.message("assistant"), "Leave Out of What Is Sent")
    expect(panel.message("assistant").locator(".tag")).to_have_text("left out")
    panel.send("And now?")

    expect(panel.message("assistant")).to_contain_text("Another.")
    body = str(panel.provider.chats("script")[-1].body)
    assert "Say it" in body
    assert "A secret answer." not in body


def test_a_reload_in_the_middle_of_an_answer_loses_nothing(panel: ChatPanel):
    """The chat is there again with the text so far, and can go on; so is what was being written."""
    panel.says(LONG, pause_s=0.02)
    panel.send("Talk long")
    expect(panel.message("assistant")).to_contain_text("word30")
    panel.input.fill("An unsent thought")
    panel.workbench.page.wait_for_timeout(500)

    panel.workbench.page.reload()

    # VS Code opens the container by itself, as it was.
    expect(panel.input).to_have_value("An unsent thought")
    answer = panel.message("assistant")
    expect(answer).to_contain_text("word30")
    expect(panel.message("user")).to_contain_text("Talk long")
    expect(answer.get_by_role("button", name="Continue")).to_be_visible()
    panel.says("and the rest.")
    answer.get_by_role("button", name="Continue").click()
    expect(panel.message("assistant")).to_contain_text("and the rest.")


def test_a_killed_server_loses_nothing(panel: ChatPanel, server: Server):
    """After kill -9 the question and the text so far are there, and the answer can go on."""
    panel.says(LONG, pause_s=0.02)
    panel.send("Talk to the end")
    expect(panel.message("assistant")).to_contain_text("word60")

    os.kill(server.process_id(), signal.SIGKILL)

    answer = panel.message("assistant")
    expect(answer.locator(".ending")).to_contain_text("interrupted")
    expect(answer).to_contain_text("word20")
    expect(panel.message("user")).to_contain_text("Talk to the end")
    panel.says("and it goes on.")
    answer.get_by_role("button", name="Continue").click()
    expect(panel.message("assistant")).to_contain_text("and it goes on.")


@pytest.mark.parametrize(
    ("model", "says", "mend"),
    [
        ("401", "does not take the API key", "Providers and Keys"),
        ("429-3600", "ask again in 60 minutes", "Retry"),
        ("404", "has no model 404", "Select Model"),
        ("400-too-long", "808 more than the 8192", "Sum Up"),
        ("reset", "broke off", "Continue"),
    ],
)
def test_what_a_provider_refuses_is_told_with_what_helps(
    panel: ChatPanel, model: str, says: str, mend: str
):
    """In the answer itself, in words, with a button; the question is kept and nothing pops up."""
    choose_model(panel, model)
    panel.send("Will it work?")

    ending = panel.message("assistant").locator(".ending")
    expect(ending).to_contain_text(says)
    expect(ending.get_by_role("button", name=mend)).to_be_visible()
    expect(panel.message("user")).to_contain_text("Will it work?")
    expect(panel.workbench.page.locator(".notification-list-item")).to_have_count(0)
    panel.fresh()
    choose_model(panel, "script")


@pytest.mark.parametrize(
    ("address", "says"),
    [
        (
            "http://127.0.0.1:9/v1",
            "Cannot reach `127.0.0.1:9`: look at your network and at the base URL of `127.0.0.1:9`",
        ),
        ("http://nobody.invalid/v1", "The name `nobody.invalid` is not known"),
    ],
)
def test_without_a_network_nothing_is_lost(
    panel: ChatPanel, address: str, says: str, artifacts: Path
):
    """What is missing is said in words; when it is there again, the question is answered."""
    manage(panel, "Change Key")  # an editor in a browser keeps none over a reload
    give_key(panel)
    move_provider(panel, address)
    panel.send("Is anybody there?")
    answer = panel.message("assistant")
    expect(answer.locator(".ending")).to_contain_text(says.replace("`", ""))
    expect(answer.get_by_role("button", name="Providers and Keys")).to_be_visible()
    expect(panel.message("user")).to_contain_text("Is anybody there?")
    panel.workbench.page.screenshot(path=artifacts / f"no network {says[:12]}.png")

    move_provider(panel, panel.provider.url)
    panel.says("I am here.")
    answer.get_by_role("button", name="Retry").click()
    expect(panel.message("assistant")).to_contain_text("I am here.")
    expect(panel.message("user")).to_contain_text("Is anybody there?")


def manage(panel: ChatPanel, action: str) -> None:
    """Do something with the provider that is set up."""
    panel.workbench.run("OctoPrompt: Manage Providers and Keys…")
    expect(panel.workbench.page.locator(".quick-input-widget")).to_contain_text(
        "Providers and Keys"
    )
    panel.workbench.answer_with_row("script")
    panel.workbench.answer_with_row(action)


def give_key(panel: ChatPanel) -> None:
    """Type the key when it is asked for, the last question of what was begun."""
    quick = panel.workbench.page.locator(".quick-input-widget")
    expect(quick).to_contain_text("API key")
    panel.workbench.answer("sk-canary-of-the-panel")
    expect(quick).to_be_hidden()


def move_provider(panel: ChatPanel, address: str) -> None:
    """Change where the provider is; its key does not go along by itself."""
    quick = panel.workbench.page.locator(".quick-input-widget")
    manage(panel, "Change Address")
    expect(quick).to_contain_text("The base URL")
    panel.workbench.answer(address)
    give_key(panel)


def test_what_a_model_can_take_can_be_said(panel: ChatPanel):
    """A window and prices that the provider does not tell; the meter goes by them at once."""
    workbench, words = panel.workbench, panel.frame.locator(".meter .words")
    panel.input.fill("How much?")
    expect(words).to_contain_text("tokens")

    manage(panel, "Window and Prices")
    for answer, prompt in (("200000", "tokens"), ("1", "question"), ("2", "answer")):
        expect(workbench.page.locator(".quick-input-widget")).to_contain_text(prompt)
        workbench.answer(answer)

    expect(words).to_contain_text("of 200k tokens · ")
    expect(panel.frame.locator(".meter progress")).to_be_visible()
    panel.input.fill("")


def test_a_new_chat_has_a_system_prompt_of_several_lines(panel: ChatPanel):
    """It is written in an editor before the first message, and goes along from the first one."""
    workbench = panel.workbench
    panel.input.fill("What is a queryset?")
    workbench.run("OctoPrompt: Chat Settings…")
    workbench.answer_with_row("System Prompt")
    tab = workbench.page.locator('.tab.active[aria-label^="System Prompt of New Chat.md"]')
    expect(tab).to_be_visible()
    workbench.page.locator(".editor-instance .overflow-guard").first.click()
    workbench.page.keyboard.insert_text("Answer briefly.\nIn rhymes.")
    workbench.save()

    expect(panel.input).to_have_value("What is a queryset?")
    panel.says("Fine.")
    panel.send("What is a queryset, in short?")

    expect(panel.message("assistant")).to_contain_text("Fine.")
    system, *_ = panel.provider.chats("script")[-1].body["messages"]
    assert system["role"] == "system"
    assert "Answer briefly.\nIn rhymes." in str(system["content"])
    workbench.run("OctoPrompt: Chat Settings…")
    quick = workbench.page.locator(".quick-input-widget")
    expect(quick).to_contain_text("Answer briefly.")
    workbench.page.keyboard.press("Escape")


@pytest.mark.parametrize("kind", ["Markdown", "JSON"])
def test_a_chat_goes_out_as_a_file_and_comes_back(panel: ChatPanel, tmp_path: Path, kind: str):
    """The file has question and answer; importing it shows them in a chat of their own."""
    workbench = panel.workbench
    file = tmp_path / f"chat.{'md' if kind == 'Markdown' else 'json'}"
    panel.says(f"An answer for {kind}.")
    panel.send("What goes out?")
    expect(panel.message("assistant")).to_contain_text(f"An answer for {kind}.")

    workbench.run("OctoPrompt: Export Chat…")
    workbench.answer_with_row(kind)
    workbench.choose_file(file)
    text = workbench.eventually(lambda: file.read_text("utf-8") if file.exists() else "")
    assert f"An answer for {kind}." in text
    panel.fresh()
    workbench.run("OctoPrompt: Import Chats…")
    workbench.choose_file(file)

    expect(panel.message("user")).to_contain_text("What goes out?")
    expect(panel.message("assistant")).to_contain_text(f"An answer for {kind}.")


def test_pasted_paths_go_along_as_files(panel: ChatPanel, codebase: Path):
    """What Copy Path gives of two files becomes two chips; a path of elsewhere stays a text."""
    panel.input.fill("Compare ")
    paths = [codebase / SHORTCUTS, codebase / "django/apps"]
    for text in ("\n".join(map(str, paths)), "/nowhere/else.py"):
        panel.workbench.page.evaluate("text => navigator.clipboard.writeText(text)", text)
        panel.input.press("End")
        panel.input.press("ControlOrMeta+v")

    chips = panel.frame.locator(".chips .chip .label")
    expect(chips).to_have_text(["shortcuts.py", re.compile("apps")])
    expect(panel.input).to_have_value("Compare /nowhere/else.py")


def test_each_chat_keeps_what_was_being_written(panel: ChatPanel):
    """Words, files and an edit that was begun wait in their chat, and a new chat has its own."""
    panel.says("Noted.")
    panel.send("First")
    expect(panel.message("assistant")).to_contain_text("Noted.")
    panel.input.fill("A thought in the first chat")
    panel.mention("apps/registry.py", "registry.py")
    panel.new_chat()
    expect(panel.input).to_have_value("")
    panel.input.fill("A thought in a new chat")

    panel.workbench.run("OctoPrompt: Open Chat…")
    panel.workbench.answer_with_row("First")
    expect(panel.input).to_have_value(re.compile("A thought in the first chat"))
    expect(panel.frame.locator(".chips .chip")).to_contain_text("registry.py")
    panel.press(panel.message("user"), "Edit and Send Again")
    panel.input.fill("Firstly")
    panel.new_chat()
    expect(panel.input).to_have_value("A thought in a new chat")
    panel.input.fill("")

    panel.workbench.run("OctoPrompt: Open Chat…")
    panel.workbench.answer_with_row("First")
    expect(panel.input).to_have_value("Firstly")
    panel.input.press("Escape")
    expect(panel.input).to_have_value(re.compile("A thought in the first chat"))


THEMES = {
    "Dark Modern": "vscode-dark",
    "Light Modern": "vscode-light",
    "Dark High Contrast": "vscode-high-contrast",
    "Light High Contrast": "vscode-high-contrast-light",
}


@pytest.mark.parametrize("theme", THEMES)
def test_the_panel_wears_the_theme(panel: ChatPanel, theme: str, artifacts: Path):
    """Text and ground of the page are those of the theme; pictures are for people to look at."""
    page = panel.workbench.page

    def picture(of: str) -> None:
        page.mouse.move(1200, 500)
        page.screenshot(path=artifacts / f"theme {theme} {of}.png")

    panel.workbench.run("Preferences: Color Theme")
    panel.workbench.answer_with_row(theme)
    expect(panel.frame.locator("body")).to_have_class(re.compile(rf"{THEMES[theme]}\b"))
    picture("new")
    panel.says(RICH, "Shorter.", "Shortest.")
    panel.mention("apps/registry.py", "registry.py")
    panel.input.press_sequentially("How does it look?")
    panel.input.press("Enter")
    expect(panel.message("assistant")).to_contain_text("That is all.")
    expect(panel.frame.locator(".hljs-number").first).to_be_visible()
    picture("answer")
    panel.press(panel.message("assistant"), "Regenerate")
    expect(panel.message("assistant")).to_contain_text("Shorter.")
    panel.press(panel.message("user"), "Leave Out of What Is Sent")
    choose_model(panel, "reset")
    panel.send("And now?")
    expect(panel.message("assistant").locator(".ending")).to_contain_text("broke off")
    panel.mention("db/models/query.py", "query.py")
    panel.frame.locator(".meter summary").click()
    panel.input.press_sequentially("In short: @reg")
    expect(panel.frame.locator(".popup .option").first).to_be_visible()
    picture("composer")
    panel.input.press("Escape")
    panel.input.fill("")
    choose_model(panel, "401")
    panel.send("Who are you?")
    expect(panel.message("assistant").locator(".ending")).to_contain_text("API key")
    picture("refused")
    choose_model(panel, "script")


def test_the_key_is_in_no_file_and_on_no_page(panel: ChatPanel, artifacts: Path):
    """Of all that editor and server wrote in these walks, and of what the pages show."""
    files = [path for path in artifacts.rglob("*") if path.is_file()]
    assert any(path.suffix == ".db" for path in files)
    assert any("OctoPrompt" in path.name and path.suffix == ".log" for path in files)
    assert b"providers/setKey" in (artifacts / "server" / "trace.jsonl").read_bytes()

    written = forms("sk-canary-of-the-panel")
    held = [path for path in files if any(form in path.read_bytes() for form in written)]
    assert held == []
    assert "canary-of-the-panel" not in panel.frame.content()
    assert "canary-of-the-panel" not in panel.workbench.page.content()
