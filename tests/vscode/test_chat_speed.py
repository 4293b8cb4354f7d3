"""How soon the Chat panel answers in a real VS Code; `scripts/bench chat` shows the figures."""

import re
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from vscode.chat_panel import ChatPanel, panel
from vscode.server import Server
from vscode.workbench import Workbench

__all__ = ["panel"]
SENDS = 40
UNSEEN_MS = 500
WARM = re.compile(r"what reaches models is loaded, after ([\d.]+) s")
HELD = re.compile(r"the event loop ran (\d+) ms late, (\d+) of it computing")

WATCH_WORDS = """() => {
  window.firstWords = [];
  window.firstDeltas = [];
  const told = new Set();
  window.addEventListener("message", ({ data }) => {
    if (data.type === "delta" && data.text !== "" && !told.has(data.id)) {
      told.add(data.id);
      window.firstDeltas.push(performance.timeOrigin + performance.now());
    }
  });
  const seen = new Set();
  const list = document.getElementById("list");
  new MutationObserver(() => {
    const row = [...list.querySelectorAll(".row.assistant")].at(-1);
    const body = row?.querySelector(".body");
    if (body && body.textContent !== "" && !seen.has(row.dataset.id)) {
      seen.add(row.dataset.id);
      // A message is received after the frame in which the words were drawn.
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => window.firstWords.push(performance.timeOrigin + performance.now());
      port2.postMessage(0);
    }
  }).observe(list, { childList: true, subtree: true, characterData: true });
}"""
WATCH_FRAMES = """() => {
  window.longestFrame = 0;
  let last = performance.now();
  const tick = (now) => {
    window.longestFrame = Math.max(window.longestFrame, now - last);
    last = now;
    requestAnimationFrame(tick);
  };
  requestAnimationFrame(tick);
}"""


@pytest.fixture
def tell(artifacts: Path, capsys: pytest.CaptureFixture[str]) -> Callable[[str], None]:
    """Print a figure, and keep it."""

    def write(line: str) -> None:
        with (artifacts / "figures.txt").open("a", encoding="utf-8") as file:
            file.write(f"{line}\n")
        with capsys.disabled():
            print(f"\n{line}")  # noqa: T201

    return write


def log_of(server: Server) -> str:
    """Give what the server wrote into its log."""
    logs = sorted((server.state / "data" / "logs").glob("*"))
    return "".join(log.read_text(encoding="utf-8", errors="replace") for log in logs)


def test_models_can_be_asked_soon_after_the_panel_is_opened(
    workbench: Workbench, server: Server, tell: Callable[[str], None]
):
    """What reaches them is loaded meanwhile, and neither the window nor the server stands still."""
    workbench.eventually(server.process_id_or_none)
    workbench.eventually(lambda: server.trace.exists() and server.index_state() == "idle")
    before = len(log_of(server))
    assert not WARM.search(log_of(server)), "nobody looked at a chat yet"
    began = time.monotonic()
    workbench.open_container("OctoPrompt Chat")
    frame = workbench.frame_with("#composer .input")
    workbench.page.evaluate(WATCH_FRAMES)
    frame.evaluate(WATCH_FRAMES)

    workbench.eventually(lambda: WARM.search(log_of(server)), bool)

    took = time.monotonic() - began
    frames = [where.evaluate("window.longestFrame") for where in (workbench.page, frame)]
    held = HELD.findall(log_of(server)[before:])
    own = max((int(computing) for _, computing in held), default=0)
    tell(
        f"warm {took:.1f} s after the panel was opened; longest between two frames: window"
        f" {frames[0]:.0f} ms, panel {frames[1]:.0f} ms; the server's loop computed"
        f" {own or 'less than 100'} ms at a time"
    )
    assert own < 100


def test_the_first_words_are_on_screen_soon(
    panel: ChatPanel, server: Server, tell: Callable[[str], None]
):
    """From the provider's first byte to the frame that shows them."""
    frame = panel.frame
    frame.evaluate(WATCH_WORDS)
    for number in range(SENDS):
        panel.says(f"Answer {number}.")
        panel.send(f"Question {number}?")
        # Who looks all the time takes the processor of those who are looked at.
        panel.workbench.page.wait_for_timeout(UNSEEN_MS)
        answer = frame.locator(".row.assistant").nth(number)
        expect(answer.locator(".usage")).to_be_visible()
    shown = frame.evaluate("window.firstWords")
    asked = panel.provider.chats("script")[-SENDS:]
    waits = sorted(at - (one.answered_at or 0) * 1000 for at, one in zip(shown, asked, strict=True))
    began = [(one.answered_at or 0) * 1000 for one in asked]
    told = server.first_deltas()[-SENDS:]
    came = frame.evaluate("window.firstDeltas")
    for name, ends, starts in (
        ("provider to the server's word", told, began),
        ("to the page", came, told),
        ("to the frame", shown, came),
    ):
        parts = sorted(b - a for a, b in zip(starts, ends, strict=True))
        tell(
            f"{name}: median {parts[SENDS // 2]:.0f} ms,"
            f" p95 {parts[round(SENDS * 0.95) - 1]:.0f} ms, latest {parts[-1]:.0f} ms"
        )
    tell(
        f"first words on screen, {SENDS} answers: median {waits[SENDS // 2]:.0f} ms,"
        f" p95 {waits[round(SENDS * 0.95) - 1]:.0f} ms, latest {waits[-1]:.0f} ms"
        f" after the provider's first byte"
    )
    assert waits[0] > 0
    assert waits[SENDS // 2] < 250, "pieces are held back"
