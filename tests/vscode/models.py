"""Setting up a model as a developer does it."""

from playwright.sync_api import expect

from support.provider import Provider
from vscode.workbench import Workbench


def add_provider(workbench: Workbench, provider: Provider) -> None:
    """Go through the quick picks of Add Provider."""
    quick = workbench.page.locator(".quick-input-widget")
    workbench.run("OctoPrompt: Add Provider…")
    expect(quick).to_contain_text("(1/3)")
    workbench.answer_with_row("OpenAI-compatible")
    expect(quick).to_contain_text("(2/3)")
    workbench.answer(provider.url)
    expect(quick).to_contain_text("(3/3)")
    workbench.answer("sk-canary-of-the-panel")
    workbench.answer_with_row("Another model…")
    expect(quick).to_contain_text("The name of the model")
    workbench.answer("script")
    expect(workbench.notification("works").first).to_be_visible()
