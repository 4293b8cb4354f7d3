"""A real VS Code with the real extension, server and code base, in a real browser."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import editor
import pytest
from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

from support.provider import Provider
from vscode.agents import Agents
from vscode.models import add_provider
from vscode.server import Server
from vscode.workbench import PATIENCE_S, Workbench

ARTIFACTS = Path(__file__).parent / "artifacts"
INDEX_SECONDS = 180
VIEWS = ("Task", "Files", "Selected", "Prompts", "Tickets", "Runs")
"""The views of the container; a row of a tree that is out of sight does not exist."""
CHROMIUM_OPTIONS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def _given(name: str) -> Path:
    """Give a path that `scripts/test vscode` prepared."""
    if name not in os.environ:
        pytest.exit("run these tests by `scripts/test vscode`", returncode=4)
    return Path(os.environ[name])


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Count a skipped test as a failure: this suite is the proof that the whole works."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter and reporter.stats.get("skipped"):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Give Debian's Chromium, or whichever is installed."""
    expect.set_options(timeout=PATIENCE_S * 1000)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=_given("TEST_CHROMIUM"), args=CHROMIUM_OPTIONS
        )
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def codebase(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a clone of real sources that tests may change.

    `OCTOPROMPT_WALK_REPOSITORY` names another repository, for the walks that bear one.
    """
    other = os.environ.get("OCTOPROMPT_WALK_REPOSITORY")
    source = Path(other) if other else _given("TEST_CODEBASE")
    folder = tmp_path_factory.mktemp("workspace") / (source.name if other else "django")
    subprocess.run(["git", "clone", "-q", "--local", source, folder], check=True)
    return folder


@pytest.fixture(scope="session")
def artifacts(request: pytest.FixtureRequest) -> Path:
    """Give an empty folder for what this run of this file leaves; a second try has its own."""
    name = request.session.items[0].path.stem
    again = "-again" if request.config.getoption("--last-failed") else ""
    folder = ARTIFACTS / f"{name}{again}"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


@pytest.fixture(scope="session")
def server(artifacts: Path) -> Server:
    """Give the language server that the editor will start; its trace and data are kept."""
    return Server(artifacts / "server")


@pytest.fixture(scope="session")
def running_editor(server: Server, artifacts: Path) -> Iterator[editor.Editor]:
    """Serve VS Code with the extension from its .vsix."""
    server.state.mkdir(parents=True)
    running = editor.serve(
        _given("TEST_VSCODE"),
        _given("TEST_VSIX"),
        artifacts / "editor",
        server.environment(),
    )
    server.editor_pid = running.process.pid
    yield running
    running.stop()


@pytest.fixture(scope="session")
def page(browser: Browser, running_editor: editor.Editor, codebase: Path) -> Iterator[Page]:
    """Open the code base, once for all tests."""
    context = browser.new_context(
        viewport={"width": 1400, "height": 1000},
        permissions=["clipboard-read", "clipboard-write"],
    )
    page = context.new_page()
    page.set_default_timeout(PATIENCE_S * 1000)
    page.goto(running_editor.url(codebase))
    yield page
    context.close()


def roomy(workbench: Workbench, view: str) -> Iterator[Workbench]:
    """Give the window with all the room for one view of the container, and no editor after it."""
    others = [name for name in VIEWS if name != view]
    workbench.open_container("OctoPrompt")
    for name in others:
        workbench.fold_view(name)
    workbench.show_view(view)
    yield workbench
    workbench.page.keyboard.press("Escape")
    workbench.open_container("OctoPrompt")
    for name in others:
        workbench.show_view(name)
    workbench.run("View: Close All Editors")


@pytest.fixture(scope="session")
def provider() -> Iterator[Provider]:
    """Give a provider whose model `script` says what a test puts into it."""
    with Provider() as running:
        yield running


@pytest.fixture
def agents(workbench: Workbench, provider: Provider, codebase: Path) -> Iterator[Agents]:
    """Give the window with a model and room for the Runs view."""
    for _ in roomy(workbench, "Runs"):
        if not provider.counts:
            add_provider(workbench, provider)
        workbench.run("Notifications: Clear All Notifications")
        yield Agents(workbench, provider, codebase)
        workbench.run("Notifications: Clear All Notifications")


@pytest.fixture
def workbench(page: Page, request: pytest.FixtureRequest, artifacts: Path) -> Iterator[Workbench]:
    """Give the window; its last picture is kept under the test's name."""
    yield Workbench(page)
    name = re.sub(r"\W+", "_", request.node.name)
    page.screenshot(path=artifacts / f"{name}.png")


def status_of(workbench: Workbench) -> Locator:
    """Give the extension's item of the status bar."""
    return workbench.page.locator('.statusbar-item[id$="octoprompt.status"]')


def give_up_unsaved(workbench: Workbench) -> None:
    """Answer the question that a test before may have left open."""
    dialog = workbench.page.locator(".monaco-dialog-box")
    if dialog.count():
        dialog.get_by_role("button", name="Don't Save").click()
        expect(dialog).to_have_count(0)


@pytest.fixture
def ready(workbench: Workbench) -> Workbench:
    """Give the window with everything indexed, the container open, no task and nothing chosen."""
    status = status_of(workbench)
    expect(status).to_contain_text("OctoPrompt", timeout=INDEX_SECONDS * 1000)
    expect(status.locator(".codicon-checklist")).to_be_visible(timeout=INDEX_SECONDS * 1000)
    give_up_unsaved(workbench)
    tabs = workbench.page.locator(".tabs-container .tab")
    if tabs.count():
        workbench.run("View: Close All Editors")
        dialog = workbench.page.locator(".monaco-dialog-box")
        workbench.eventually(lambda: dialog.count() or not tabs.count())
        give_up_unsaved(workbench)
    workbench.open_container("OctoPrompt")
    frame = workbench.frame_with("#task")
    frame.locator("#task").fill("")
    total = frame.locator("#total")
    if not workbench.eventually(total.inner_text, lambda text: "file" in text).endswith(" 0 files"):
        workbench.run("OctoPrompt: Clear Selection")
    expect(workbench.view("Selected").locator(".monaco-list-row")).to_have_count(0)
    return workbench
