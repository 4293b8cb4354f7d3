"""The chat page in a plain browser: as it is shipped, with a stand-in for the editor around it."""

import functools
import json
import os
import subprocess
import threading
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, CDPSession, Page

CLIENT = Path(__file__).parents[2] / "client-vscode"
STAND_IN = """
window.sent = [];
window.broken = [];
window.acquireVsCodeApi = () => ({
  postMessage: (message) => window.sent.push(message),
  getState: () => undefined,
  setState: () => {},
});
for (const name of ["alert", "confirm", "prompt", "open"]) {
  window[name] = () => window.broken.push(name);
}
addEventListener("securitypolicyviolation", (e) => window.broken.push(e.violatedDirective));
addEventListener("error", (e) => window.broken.push(String(e.message)));
"""
Json = dict[str, Any]


class Quiet(SimpleHTTPRequestHandler):
    """Serves without a word."""

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@contextmanager
def served(vsix: Path, folder: Path) -> Iterator[str]:
    """Give the address of the page, with the files of the .vsix."""
    with zipfile.ZipFile(vsix) as archive:
        for name in archive.namelist():
            if name.startswith(("extension/dist/", "extension/media/")):
                archive.extract(name, folder)
    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=folder))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_port}"
    (folder / "page.html").write_text(_html(url, folder), encoding="utf-8")
    yield f"{url}/page.html"
    server.shutdown()
    server.server_close()


def _html(url: str, folder: Path) -> str:
    """Give the very markup that the extension makes."""
    module = folder / "html.mjs"
    subprocess.run(
        [
            CLIENT / "node_modules/.bin/esbuild",
            CLIENT / "src/chat/html.ts",
            "--bundle",
            "--format=esm",
            f"--outfile={module}",
            "--log-level=error",
        ],
        check=True,
    )
    assets = {
        "source": url,
        "nonce": "n0nce",
        "styles": [
            "extension/dist/codicon.css",
            "extension/media/page.css",
            "extension/media/chat.css",
        ],
        "script": "extension/dist/chat.js",
        "languages": "extension/dist/chatLanguages.js",
    }
    program = f"""
      import({json.dumps(module.as_uri())}).then(
        ({{ chatPage }}) => console.log(chatPage({json.dumps(assets)})))"""
    done = subprocess.run(["node", "-e", program], check=True, capture_output=True, text=True)
    return done.stdout


class ChatPage:
    """The page, what is said to it, and what it costs."""

    def __init__(self, browser: Browser, url: str) -> None:
        self.page: Page = browser.new_page(viewport={"width": 400, "height": 900})
        self.requests: list[str] = []
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.add_init_script(STAND_IN)
        self.page.goto(url)
        self.origin = url.rpartition("/")[0]
        self._session: CDPSession = self.page.context.new_cdp_session(self.page)
        self._session.send("Performance.enable")

    def say(self, message: Json) -> None:
        """Say something as the extension does."""
        self.page.evaluate("message => window.postMessage(message)", message)

    def show(self, messages: list[Json]) -> None:
        """Show these messages and no others."""
        ids = [message["id"] for message in messages]
        self.say(
            {
                "type": "path",
                "chatId": "c",
                "ids": ids,
                "changed": messages,
                "earlier": False,
                "reset": True,
            }
        )

    def strangers(self) -> list[str]:
        """Give what was asked of anybody else."""
        return [url for url in self.requests if not url.startswith(self.origin)]

    def broken(self) -> list[str]:
        """Give what should not have happened: scripts that ran, rules that were broken, errors."""
        return self.page.evaluate("window.broken")

    def busy_s(self) -> float:
        """Give the seconds that the page's main thread has worked."""
        metrics = self._session.send("Performance.getMetrics")["metrics"]
        return next(m["value"] for m in metrics if m["name"] == "TaskDuration")

    def count(self, selector: str) -> int:
        """Count elements."""
        return self.page.evaluate("s => document.querySelectorAll(s).length", selector)


def message(number: int, role: str, text: str, **more: Any) -> Json:
    """Give a message as the page is told of it."""
    return {
        "id": f"m{number}",
        "role": role,
        "text": text,
        "reasoning": "",
        "status": "complete",
        "model": "",
        "usage": "",
        "problem": "",
        "mend": None,
        "excluded": False,
        "attachments": [],
        "frozen": False,
        "unsent": False,
        "branch": 1,
        "branches": 1,
        "previous": None,
        "next": None,
        **more,
    }


def settle(chat: ChatPage) -> None:
    """Wait until all that was said is shown."""
    chat.page.evaluate("new Promise(done => setTimeout(done, 400))")


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Give the address of the page as it is shipped."""
    with served(Path(os.environ["TEST_VSIX"]), tmp_path_factory.mktemp("page")) as address:
        yield address


@pytest.fixture
def chat(browser: Browser, url: str) -> Iterator[ChatPage]:
    """Give a page of its own."""
    page = ChatPage(browser, url)
    yield page
    page.page.close()
